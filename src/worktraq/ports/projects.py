"""Storing projects and activities."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

from worktraq.core.ids import ActivityId, CustomerId, ProjectId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.projects import Activity, Project, ProjectStatus
from worktraq.ports.repository import Repository


class ProjectRepository(Repository[Project, ProjectId], Protocol):
    """The projects of the organization."""

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
        """Projects in order of folded name, then id.

        Args:
            request: Which page.
            customer_id: Only of this customer.
            status: Only those that stand there on the day.
            on: The day that the status is of.
            search: Folded; found anywhere in the folded name.
            among: Only these projects; None for all of them.
        """

    def count_active(self, on: date) -> int:
        """How many projects are active on a day."""

    def of_customer(self, customer_id: CustomerId) -> Sequence[Project]:
        """All projects of a customer, in order of their ids."""

    def is_referred_to(self, project_id: ProjectId) -> bool:
        """Whether an activity, item or request names the project."""


class ActivityRepository(Repository[Activity, ActivityId], Protocol):
    """The activities of the organization."""

    def of_user(self, user_id: UserId) -> Sequence[Activity]:
        """All activities of a user, in order of their ids."""

    def of_customer(self, customer_id: CustomerId) -> Sequence[Activity]:
        """All activities for a customer, in order of their ids."""

    def page(
        self,
        request: PageRequest,
        *,
        user_id: UserId | None,
        customer_id: CustomerId | None,
        project_id: ProjectId | None,
        is_active: bool | None,
    ) -> Page[Activity]:
        """Activities in order of their ids, filtered by what is given; the key of a page is (hex of the id,)."""

    def count_active(self) -> int:
        """How many activities are active."""
