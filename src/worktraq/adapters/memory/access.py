"""Grants."""

from collections.abc import Hashable, Iterable, Sequence

from worktraq.adapters.memory.repository import MemoryRepository, page_of
from worktraq.core.access import Grant
from worktraq.core.ids import CustomerId, GrantId, TeamId, UserId
from worktraq.core.paging import Page, PageRequest


class MemoryGrants(MemoryRepository[Grant, GrantId]):
    """The grants of the organization."""

    table_name = "grants"

    def unique_keys(self, entity: Grant) -> Iterable[Hashable]:
        """The right, the thing and the holder."""
        return ((entity.right, entity.customer_id, entity.project_id, entity.user_id, entity.team_id),)

    def held_by(self, user_id: UserId) -> Sequence[Grant]:
        """The grants of a user and of every team the user is in."""
        team_ids = {team.id for team in self._tables.teams.rows() if user_id in team.member_ids}
        return [grant for grant in self._in_order() if grant.user_id == user_id or grant.team_id in team_ids]

    def on_customer(self, customer_id: CustomerId) -> Sequence[Grant]:
        """The grants on a customer and its projects."""
        return [grant for grant in self._in_order() if grant.customer_id == customer_id]

    def page(
        self,
        request: PageRequest,
        *,
        user_id: UserId | None,
        team_id: TeamId | None,
        customer_id: CustomerId | None,
    ) -> Page[Grant]:
        """Grants in order of their ids, filtered by what is given."""
        found = (
            grant
            for grant in (self._table.rows() if user_id is None else self.held_by(user_id))
            if team_id in (None, grant.team_id) and customer_id in (None, grant.customer_id)
        )
        return page_of(found, request, lambda grant: (grant.id.hex,))

    def remove_of_team(self, team_id: TeamId) -> None:
        """Remove every grant that a team holds."""
        self._table.require_open()
        self._table.delete_where(lambda grant: grant.team_id == team_id)
