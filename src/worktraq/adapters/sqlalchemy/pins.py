"""The PINs of customers."""

from sqlalchemy import BigInteger, Column, Integer, bindparam, delete

from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import HASH, ID, INSTANT, OWNER, refers, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import Prepared
from worktraq.core.ids import CustomerId
from worktraq.core.pins import CustomerPin

pin_table = table(
    "customer_pin",
    Column("customer_id", ID, primary_key=True),
    Column("salt", HASH, nullable=False),
    Column("hash", HASH, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", INSTANT),
    Column("version", BigInteger, nullable=False),
    refers("customer_id", "customer"),
)

_pins = Shelf(Mapping(pin_table, CustomerPin), id_column="customer_id")
_c = pin_table.c
_locked = Prepared(_pins.select().where(_c.customer_id == bindparam("id")).with_for_update())
_removed = Prepared(delete(pin_table).where(_c.organization_id == OWNER, _c.customer_id == bindparam("id")))


class SqlPins:
    """The PINs of the organization's customers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, customer_id: CustomerId, /) -> CustomerPin | None:
        """The PIN of a customer, or None."""
        return self._found(_pins.one, customer_id)

    def lock(self, customer_id: CustomerId, /) -> CustomerPin | None:
        """The PIN of a customer, held until the transaction ends; on SQLite there is one writer anyhow."""
        self._session.require_writes()
        return self._found(_locked if self._session.database.locks_rows else _pins.one, customer_id)

    def put(self, pin: CustomerPin) -> None:
        """Store a PIN."""
        self._session.put(_pins.mapping, _pins.insertion, _pins.change, pin, is_first=pin.version == 1)

    def remove(self, customer_id: CustomerId, /) -> None:
        """Forget the PIN of a customer."""
        self._session.run(_removed, id=self._session.packed(customer_id))

    def _found(self, prepared: Prepared, customer_id: CustomerId) -> CustomerPin | None:
        rows = self._session.fetch(prepared, id=self._session.packed(customer_id))
        found = self._session.load(_pins.mapping, rows)
        return found[0] if found else None
