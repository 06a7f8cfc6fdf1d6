"""The instalments of fixed prices."""

from collections.abc import Iterable, Sequence
from datetime import date

from worktraq.adapters.memory.repository import MemoryRepository
from worktraq.core.ids import CustomerId, InstalmentId, ProjectId
from worktraq.core.instalments import Instalment


class MemoryInstalments(MemoryRepository[Instalment, InstalmentId]):
    """The instalments of the organization's projects."""

    table_name = "instalments"

    def of_project(self, project_id: ProjectId) -> Sequence[Instalment]:
        """All instalments of a project, in order of day, then id."""
        return _by_day(each for each in self._table.rows() if each.project_id == project_id)

    def due(
        self, until: date, *, customer_id: CustomerId | None = None, project_id: ProjectId | None = None
    ) -> Sequence[Instalment]:
        """What is due on a day and stands on no invoice, in order of day, then id."""
        return _by_day(
            each
            for each in self._table.rows()
            if each.is_open
            and each.due_on <= until
            and customer_id in (None, each.customer_id)
            and project_id in (None, each.project_id)
        )


def _by_day(instalments: Iterable[Instalment]) -> list[Instalment]:
    return sorted(instalments, key=lambda each: (each.due_on, each.id))
