"""Projects and activities."""

from collections.abc import Collection, Sequence
from datetime import date

from worktraq.adapters.memory.repository import MemoryRepository, page_of
from worktraq.core.ids import ActivityId, CustomerId, ProjectId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.projects import Activity, Project, ProjectStatus
from worktraq.core.text import fold


class MemoryProjects(MemoryRepository[Project, ProjectId]):
    """The projects of the organization."""

    table_name = "projects"

    def page(
        self,
        request: PageRequest,
        *,
        customer_id: CustomerId | None,
        status: ProjectStatus | None,
        on: date,
        search: str,
        among: Collection[ProjectId] | None,
    ) -> Page[Project]:
        """Projects in order of folded name, then id."""
        wanted = None if among is None else set(among)
        found = (
            project
            for project in self._table.rows()
            if customer_id in (None, project.customer_id)
            and status in (None, project.status(on))
            and search in fold(project.name)
            and (wanted is None or project.id in wanted)
        )
        return page_of(found, request, lambda project: (fold(project.name), project.id.hex))

    def count_active(self, on: date) -> int:
        """How many projects are active on a day."""
        return sum(1 for project in self._table.rows() if project.status(on) is ProjectStatus.ACTIVE)

    def of_customer(self, customer_id: CustomerId) -> Sequence[Project]:
        """All projects of a customer, in order of their ids."""
        return [project for project in self._in_order() if project.customer_id == customer_id]

    def is_referred_to(self, project_id: ProjectId) -> bool:
        """Whether an activity, item, request or invoice names the project."""
        return (
            any(activity.project_id == project_id for activity in self._tables.activities.rows())
            or any(item.project_id == project_id for item in self._tables.items.rows())
            or any(request.project_id == project_id for request in self._tables.requests.rows())
            or any(line.project_id == project_id for each in self._tables.invoices.rows() for line in each.lines)
        )


class MemoryActivities(MemoryRepository[Activity, ActivityId]):
    """The activities of the organization."""

    table_name = "activities"

    def of_user(self, user_id: UserId) -> Sequence[Activity]:
        """All activities of a user, in order of their ids."""
        return [activity for activity in self._in_order() if activity.user_id == user_id]

    def of_customer(self, customer_id: CustomerId) -> Sequence[Activity]:
        """All activities for a customer, in order of their ids."""
        return [activity for activity in self._in_order() if activity.customer_id == customer_id]

    def page(
        self,
        request: PageRequest,
        *,
        user_id: UserId | None,
        customer_id: CustomerId | None,
        project_id: ProjectId | None,
        is_active: bool | None,
    ) -> Page[Activity]:
        """Activities in order of their ids, filtered by what is given."""
        found = (
            activity
            for activity in self._table.rows()
            if user_id in (None, activity.user_id)
            and customer_id in (None, activity.customer_id)
            and project_id in (None, activity.project_id)
            and is_active in (None, activity.is_active)
        )
        return page_of(found, request, lambda activity: (activity.id.hex,))

    def count_active(self) -> int:
        """How many activities are active."""
        return sum(1 for activity in self._table.rows() if activity.is_active)
