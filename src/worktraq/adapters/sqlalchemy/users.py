"""Users and teams."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table, UniqueConstraint, bindparam, func, or_, select

from worktraq.adapters.sqlalchemy.approval import decision_table, submission_table
from worktraq.adapters.sqlalchemy.cells import Found, bounded
from worktraq.adapters.sqlalchemy.comments import comment_table
from worktraq.adapters.sqlalchemy.entries import item_table
from worktraq.adapters.sqlalchemy.invitations import invitation_table
from worktraq.adapters.sqlalchemy.locks import RowLock
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.members import Members
from worktraq.adapters.sqlalchemy.privacy import erasure_table, hold_table
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository
from worktraq.adapters.sqlalchemy.schema import CODE, ID, KEY, MAIL, NAME, OWNER, index, refers, table, text
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.signoff import request_table
from worktraq.adapters.sqlalchemy.statements import Prepared
from worktraq.core.ids import TeamId, UserId
from worktraq.core.invitations import InvitationStatus
from worktraq.core.paging import Page, PageRequest
from worktraq.core.text import fold
from worktraq.core.users import Role, Team, User
from worktraq.ports.users import UserDependents

user_table = table(
    "user",
    Column("id", ID, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("email", MAIL, nullable=False),
    Column("role", CODE, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("language", CODE, nullable=False),
    Column("registration_access", CODE, nullable=False),
    Column("external_id", text(100), nullable=False),
    Column("contract_minutes_per_week", Integer),
    Column("version", BigInteger, nullable=False),
    Column("name_key", KEY, nullable=False),
    Column("email_key", KEY, nullable=False),
    UniqueConstraint("organization_id", "email_key"),
    index("user", "name", "name_key", "id"),
)

team_table = table(
    "team",
    Column("id", ID, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("name_key", KEY, nullable=False),
    index("team", "name", "name_key", "id"),
)

team_member_table = table(
    "team_member",
    Column("team_id", ID, primary_key=True),
    Column("user_id", ID, primary_key=True),
    refers("team_id", "team"),
    refers("user_id", "user"),
    index("team_member", "user", "user_id"),
)


def _name_key(entity: User | Team) -> str:
    return bounded(fold(entity.name))


_users = Shelf(
    Mapping(user_table, User, derived={"name_key": _name_key, "email_key": lambda user: bounded(user.email_key)})
)
_u = user_table.c
_by_email = _users.where(_u.email_key == bindparam("email_key"))
_active = select(func.count()).where(_u.organization_id == OWNER, _u.is_active)
_active_users = Prepared(_active)
_active_of_role = Prepared(_active.where(_u.role == bindparam("role")))
_i = invitation_table.c
_invited_ids = select(_i.user_id).where(_i.organization_id == OWNER, _i.status == InvitationStatus.OPEN.value)


def _naming_user(of: Table, column: str) -> Prepared:
    """Counts the rows of a table that have the user in a column."""
    return Prepared(select(func.count()).where(of.c.organization_id == OWNER, of.c[column] == bindparam("user_id")))


_items_of, _decisions_of = _naming_user(item_table, "user_id"), _naming_user(decision_table, "actor_id")
_requests_of, _submissions_of = _naming_user(request_table, "user_id"), _naming_user(submission_table, "user_id")
_comments_of, _erasures_of = _naming_user(comment_table, "user_id"), _naming_user(erasure_table, "by")
_h = hold_table.c
_holds_of = Prepared(
    select(func.count()).where(
        _h.organization_id == OWNER, or_(_h.placed_by == bindparam("user_id"), _h.lifted_by == bindparam("user_id"))
    )
)
_lock = RowLock(user_table, _u.id)


class SqlUsers(SqlRepository[User, UserId]):
    """The users of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _users)

    def find_by_email(self, email_key: str) -> User | None:
        """The user whose mail address folds to this key."""
        found = self._load(self._session.fetch(_by_email, email_key=bounded(email_key)))
        return found[0] if found else None

    def page(
        self,
        request: PageRequest,
        *,
        role: Role | None,
        is_active: bool | None,
        is_invited: bool | None,
        search: str,
    ) -> Page[User]:
        """Users in order of folded name, then id."""
        statement = _users.select()
        if role is not None:
            statement = statement.where(_u.role == role.value)
        if is_active is not None:
            statement = statement.where(_u.is_active == is_active)
        if is_invited is not None:
            is_among_them = _u.id.in_(_invited_ids)
            statement = statement.where(is_among_them if is_invited else ~is_among_them)
        if search:
            found = (column.contains(search, autoescape=True) for column in (_u.name_key, _u.email_key))
            statement = statement.where(or_(*found))
        return self._page_by_name(statement, request, _u.name_key, _name_key)

    def count_active(self, role: Role | None) -> int:
        """How many users are active, of one role or of all."""
        if role is None:
            return self._session.count(_active_users)
        return self._session.count(_active_of_role, role=role.value)

    def lock(self, *user_ids: UserId) -> None:
        """Hold the users' rows; on SQLite there is one writer anyhow."""
        self._session.require_writes()
        for user_id in sorted(set(user_ids)):
            _lock.take(self._session, self._session.packed(user_id))

    def dependents(self, user_id: UserId) -> UserDependents:
        """What stands in the way of removing a user."""
        key = self._session.packed(user_id)
        return UserDependents(
            items=self._session.count(_items_of, user_id=key),
            decisions=self._session.count(_decisions_of, user_id=key),
            requests=self._session.count(_requests_of, user_id=key),
            submissions=self._session.count(_submissions_of, user_id=key),
            comments=self._session.count(_comments_of, user_id=key),
            holds=self._session.count(_holds_of, user_id=key),
            erasures=self._session.count(_erasures_of, user_id=key),
        )


_teams = Shelf(Mapping(team_table, Team, derived={"name_key": _name_key}, apart=("member_ids",)))
_members = Members(team_member_table, "team_id", "user_id")
_m = team_member_table.c
_of_user = _teams.where(
    team_table.c.id.in_(select(_m.team_id).where(_m.organization_id == OWNER, _m.user_id == bindparam("user_id"))),
    order=(team_table.c.id,),
)


class SqlTeams(SqlRepository[Team, TeamId]):
    """The teams of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _teams)

    def _load(self, rows: Sequence[Found]) -> list[Team]:
        return super()._load(_members.completed(self._session, rows))

    def add(self, *entities: Team) -> None:
        """Store new teams with their members."""
        super().add(*entities)
        _members.put(self._session, ((team.id, team.member_ids) for team in entities), is_new=True)

    def save(self, *entities: Team) -> None:
        """Store changed teams with their members."""
        super().save(*entities)
        _members.put(self._session, ((team.id, team.member_ids) for team in entities), is_new=False)

    def remove(self, *entities: Team) -> None:
        """Remove teams."""
        _members.clear(self._session, (team.id for team in entities))
        super().remove(*entities)

    def page(self, request: PageRequest) -> Page[Team]:
        """Teams in order of folded name, then id."""
        return self._page_by_name(_teams.select(), request, team_table.c.name_key, _name_key)

    def of_user(self, user_id: UserId) -> Sequence[Team]:
        """The teams that a user is in, in order of their ids."""
        return self._load(self._session.fetch(_of_user, user_id=self._session.packed(user_id)))
