"""Storing grants."""

from collections.abc import Sequence
from typing import Protocol

from worktraq.core.access import Grant
from worktraq.core.ids import CustomerId, GrantId, TeamId, UserId
from worktraq.ports.repository import Repository


class GrantRepository(Repository[Grant, GrantId], Protocol):
    """The grants of the organization. The same right on the same thing for the same holder exists once."""

    def held_by(self, user_id: UserId) -> Sequence[Grant]:
        """The grants of a user and of every team the user is in, in order of their ids."""

    def on_customer(self, customer_id: CustomerId) -> Sequence[Grant]:
        """The grants on a customer and its projects, in order of their ids."""

    def remove_of_team(self, team_id: TeamId) -> None:
        """Remove every grant that a team holds."""
