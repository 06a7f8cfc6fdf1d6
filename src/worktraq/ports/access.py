"""Storing grants."""

from collections.abc import Sequence
from typing import Protocol

from worktraq.core.access import Grant
from worktraq.core.ids import CustomerId, GrantId, TeamId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.ports.repository import Repository


class GrantRepository(Repository[Grant, GrantId], Protocol):
    """The grants of the organization. The same right on the same thing for the same holder exists once."""

    def held_by(self, user_id: UserId) -> Sequence[Grant]:
        """The grants of a user and of every team the user is in, in order of their ids."""

    def on_customer(self, customer_id: CustomerId) -> Sequence[Grant]:
        """The grants on a customer and its projects, in order of their ids."""

    def page(
        self,
        request: PageRequest,
        *,
        user_id: UserId | None,
        team_id: TeamId | None,
        customer_id: CustomerId | None,
    ) -> Page[Grant]:
        """Grants in order of their ids, filtered by what is given; the key of a page is (hex of the id,).

        Args:
            request: Which page.
            user_id: Held by this user, or by a team that the user is in.
            team_id: Held by this team.
            customer_id: On this customer or a project of it.
        """

    def remove_of_team(self, team_id: TeamId) -> None:
        """Remove every grant that a team holds."""
