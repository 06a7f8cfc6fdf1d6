"""Storing the instalments of fixed prices."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from worktraq.core.ids import CustomerId, InstalmentId, ProjectId
from worktraq.core.instalments import Instalment
from worktraq.ports.repository import Repository


class InstalmentRepository(Repository[Instalment, InstalmentId], Protocol):
    """The instalments of the organization's projects."""

    def of_project(self, project_id: ProjectId) -> Sequence[Instalment]:
        """All instalments of a project, in order of day, then id."""

    def due(
        self, until: date, *, customer_id: CustomerId | None = None, project_id: ProjectId | None = None
    ) -> Sequence[Instalment]:
        """What is to be billed on a day or was before, and stands on no invoice, in order of day, then id.

        Args:
            until: The day.
            customer_id: Only of this customer.
            project_id: Only of this project.
        """
