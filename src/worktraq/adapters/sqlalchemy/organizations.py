"""The organization itself with its billing details, and all organizations."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import BigInteger, Boolean, Column, Connection, Integer, select

from worktraq.adapters.sqlalchemy.databases import Database
from worktraq.adapters.sqlalchemy.errors import translating
from worktraq.adapters.sqlalchemy.locks import RowLock
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import CODE, CURRENCY, LINE, MAIL, NAME, long_text, table, text
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.core.ids import OrganizationId
from worktraq.core.organizations import BillingDetails, Organization
from worktraq.errors import Conflict, NotFound

organization_table = table(
    "organization",
    Column("name", NAME, nullable=False),
    Column("language", CODE, nullable=False),
    Column("time_zone", text(64), nullable=False),
    Column("week_start", Integer, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("chain", CODE, nullable=False),
    Column("allows_self_approval", Boolean, nullable=False),
    Column("requires_comment", Boolean, nullable=False),
    Column("settling_days", Integer, nullable=False),
    Column("due_days", Integer, nullable=False),
    Column("reminder_days", long_text(), nullable=False),
    Column("expiry_days", Integer, nullable=False),
    Column("escalation_days", Integer, nullable=False, server_default="21"),
    Column("registration_access", CODE, nullable=False),
    Column("invitation_days", Integer, nullable=False, server_default="14"),
    Column("version", BigInteger, nullable=False),
)

billing_details_table = table(
    "billing_details",
    Column("name", NAME, nullable=False),
    Column("street", LINE, nullable=False),
    Column("postal_code", text(20), nullable=False),
    Column("city", LINE, nullable=False),
    Column("country", CODE, nullable=False),
    Column("vat_number", CODE, nullable=False),
    Column("email", MAIL, nullable=False),
    Column("version", BigInteger, nullable=False),
)

_organization = Shelf(
    Mapping(organization_table, Organization, flat=("settings",), names={"id": "organization_id"}), is_single=True
)
_details = Shelf(Mapping(billing_details_table, BillingDetails, flat=("address",)), is_single=True)
_found = _organization.where()
_found_details = _details.where()
_lock = RowLock(organization_table, None)


class SqlOrganizations:
    """The one organization of the unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self) -> Organization | None:
        """The organization, or None."""
        found = self._session.load(_organization.mapping, self._session.fetch(_found))
        return found[0] if found else None

    def add(self, organization: Organization) -> None:
        """Store a new organization."""
        self._session.require_writes()
        self._session.add(_organization.insertion, self._session.dump(_organization.mapping, [organization]))

    def save(self, organization: Organization) -> None:
        """Store the changed organization."""
        self._session.require_writes()
        try:
            rows = self._session.dump(_organization.mapping, [organization])
        except NotFound:
            raise Conflict("changed_meanwhile") from None
        if self._session.change(_organization.change, rows) != 1:
            raise Conflict("changed_meanwhile")

    def lock(self) -> None:
        """Hold the organization's row; on SQLite there is one writer anyhow."""
        lock_organization(self._session)

    def find_billing_details(self) -> BillingDetails | None:
        """The billing details, or None."""
        found = self._session.load(_details.mapping, self._session.fetch(_found_details))
        return found[0] if found else None

    def put_billing_details(self, details: BillingDetails) -> None:
        """Store billing details."""
        self._session.put(_details.mapping, _details.insertion, _details.change, details, is_first=details.version == 1)


def lock_organization(session: Session) -> None:
    """Hold the organization's row until the transaction ends, where the database locks rows."""
    _lock.take(session)


class SqlDirectory:
    """All organizations of the store."""

    def __init__(self, database: Database, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._database = database
        self._reading = reading

    def organization_ids(self) -> Sequence[OrganizationId]:
        """Every organization, in order of their ids."""
        column = organization_table.c.organization_id
        with self._reading() as connection, translating(self._database.driver_errors):
            cursor = connection.execute(select(column).order_by(column)).cursor
            assert cursor is not None
            return [OrganizationId(self._database.unpacked(cell)) for (cell,) in cursor.fetchall()]
