"""Grants."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, ColumnElement, UniqueConstraint, bindparam, delete, or_, select

from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository
from worktraq.adapters.sqlalchemy.schema import CODE, ID, OWNER, index, refers, table, text
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import Prepared
from worktraq.adapters.sqlalchemy.users import team_member_table
from worktraq.core.access import Grant
from worktraq.core.ids import CustomerId, GrantId, TeamId, UserId
from worktraq.core.paging import Page, PageRequest

grant_table = table(
    "grant",
    Column("id", ID, primary_key=True),
    Column("right", CODE, nullable=False),
    Column("customer_id", ID, nullable=False),
    Column("project_id", ID),
    Column("user_id", ID),
    Column("team_id", ID),
    Column("version", BigInteger, nullable=False),
    Column("grant_key", text(110), nullable=False),
    UniqueConstraint("organization_id", "grant_key"),
    refers("customer_id", "customer"),
    refers("project_id", "project"),
    refers("user_id", "user"),
    refers("team_id", "team"),
    index("grant", "customer", "customer_id"),
    index("grant", "project", "project_id", only_filled="project_id"),
    index("grant", "user", "user_id"),
    index("grant", "team", "team_id"),
)


def _grant_key(grant: Grant) -> str:
    """What no two grants share; one column, because a unique index takes empty columns for different ones."""
    thing = grant.project_id or grant.customer_id
    holder = grant.user_id or grant.team_id
    return f"{grant.right.value}:{thing.hex}:{holder.hex if holder else ''}"


_grants = Shelf(Mapping(grant_table, Grant, derived={"grant_key": _grant_key}))
_c = grant_table.c
_member = team_member_table.c


def _is_held_by(user_id: object) -> ColumnElement[bool]:
    """Whether a user holds a grant, or a team that the user is in."""
    teams = select(_member.team_id).where(_member.organization_id == OWNER, _member.user_id == user_id)
    return or_(_c.user_id == user_id, _c.team_id.in_(teams))


_held_by = _grants.where(_is_held_by(bindparam("user_id")), order=(_c.id,))
_on_customer = _grants.where(_c.customer_id == bindparam("customer_id"), order=(_c.id,))
_of_team_removed = Prepared(delete(grant_table).where(_c.organization_id == OWNER, _c.team_id == bindparam("team_id")))


class SqlGrants(SqlRepository[Grant, GrantId]):
    """The grants of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _grants)

    def held_by(self, user_id: UserId) -> Sequence[Grant]:
        """The grants of a user and of every team the user is in."""
        return self._load(self._session.fetch(_held_by, user_id=self._session.packed(user_id)))

    def on_customer(self, customer_id: CustomerId) -> Sequence[Grant]:
        """The grants on a customer and its projects."""
        return self._load(self._session.fetch(_on_customer, customer_id=self._session.packed(customer_id)))

    def page(
        self,
        request: PageRequest,
        *,
        user_id: UserId | None,
        team_id: TeamId | None,
        customer_id: CustomerId | None,
    ) -> Page[Grant]:
        """Grants in order of their ids, filtered by what is given."""
        statement = _grants.select()
        if user_id is not None:
            statement = statement.where(_is_held_by(self._session.packed(user_id)))
        if team_id is not None:
            statement = statement.where(_c.team_id == self._session.packed(team_id))
        if customer_id is not None:
            statement = statement.where(_c.customer_id == self._session.packed(customer_id))
        return self._page(statement, request, (_c.id,), self._id_after(request), lambda grant: (grant.id.hex,))

    def remove_of_team(self, team_id: TeamId) -> None:
        """Remove every grant that a team holds."""
        self._session.run(_of_team_removed, team_id=self._session.packed(team_id))
