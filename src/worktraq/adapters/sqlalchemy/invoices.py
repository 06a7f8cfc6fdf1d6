"""Invoices, how far their numbers have come, and which of them were handed over."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    exists,
    literal_column,
    select,
    update,
)

from worktraq.adapters.sqlalchemy.cells import Found, day_number
from worktraq.adapters.sqlalchemy.changes import Change
from worktraq.adapters.sqlalchemy.invoice_rows import (
    INVOICES,
    invoice_item_table,
    invoice_table,
    lines_of,
    place_of,
    put_lines,
    put_shares,
    shares_of,
)
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.organizations import lock_organization
from worktraq.adapters.sqlalchemy.repository import Shelf, key_of
from worktraq.adapters.sqlalchemy.schema import ID, INSTANT, LINE, OWNER, refers, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import Prepared
from worktraq.core.ids import InvoiceId, ItemId
from worktraq.core.invoices import HandOver, Invoice, InvoiceYear
from worktraq.core.paging import Page, PageRequest, write_cursor
from worktraq.errors import Conflict
from worktraq.ports.invoices import InvoiceFilter

invoice_year_table = table(
    "invoice_year",
    Column("year", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_on", Integer),
)

hand_over_table = table(
    "invoice_hand_over",
    Column("invoice_id", ID, primary_key=True),
    Column("at", INSTANT, nullable=False),
    Column("external_id", LINE, nullable=False),
    refers("invoice_id", "invoice"),
)

_c, _t, _h, _y = invoice_table.c, invoice_item_table.c, hand_over_table.c, invoice_year_table.c
_of_item = INVOICES.where(
    _c.id.in_(select(_t.invoice_id).where(_t.organization_id == OWNER, _t.item_id == bindparam("item_id"))),
    order=(_c.place,),
)
_status_saved = Prepared(
    update(invoice_table)
    .where(_c.organization_id == OWNER, _c.id == bindparam("key"), _c.version == bindparam("before"))
    .values(status=bindparam("new_status"), version=bindparam("new_version"))
)
_is_handed_over = exists(select(_h.invoice_id).where(_h.organization_id == _c.organization_id, _h.invoice_id == _c.id))


class SqlInvoices:
    """The invoices and credit notes of the organization."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, invoice_id: InvoiceId, /) -> Invoice | None:
        """The invoice, or None."""
        found = self._load(self._session.fetch(INVOICES.one, id=self._session.packed(invoice_id)))
        return found[0] if found else None

    def add(self, invoice: Invoice) -> None:
        """Store a new invoice."""
        self._session.require_writes()
        self._session.add(INVOICES.insertion, self._session.dump(INVOICES.mapping, [invoice]))
        put_shares(self._session, invoice)
        put_lines(self._session, invoice)

    def save_status(self, invoice: Invoice) -> None:
        """Store the status of an invoice."""
        changed = self._session.run(
            _status_saved,
            key=self._session.packed(invoice.id),
            before=invoice.version - 1,
            new_status=invoice.status.value,
            new_version=invoice.version,
        )
        if changed != 1:
            raise Conflict("changed_meanwhile")

    def page(self, request: PageRequest, wanted: InvoiceFilter) -> Page[Invoice]:
        """Invoices, the newest first."""
        statement = INVOICES.select().where(*_conditions(self._session, wanted))
        if request.after is not None:
            year, count = key_of(request.after, int, int)
            statement = statement.where(_c.place < place_of(int(year), int(count)))
        found = self._load(self._session.read(statement.order_by(_c.place.desc()).limit(request.limit + 1)))
        shown = found[: request.limit]
        key = (shown[-1].issued_on.year, shown[-1].count) if len(found) > request.limit else None
        return Page(tuple(shown), write_cursor(key) if key else None)

    def of_item(self, item_id: ItemId) -> Sequence[Invoice]:
        """Every invoice and credit note that an item stands on, the oldest first."""
        return self._load(self._session.fetch(_of_item, item_id=self._session.packed(item_id)))

    def _load(self, rows: Sequence[Found]) -> list[Invoice]:
        return loaded(self._session, rows)


def loaded(session: Session, rows: Sequence[Found]) -> list[Invoice]:
    """The invoices of rows of heads, with their lines and shares of tax."""
    keys = sorted(row[0] for row in rows)
    lines, shares = lines_of(session, keys), shares_of(session, keys)
    whole = [(*row, lines.get(row[0], ()), shares.get(row[0], ())) for row in rows]
    return session.load(INVOICES.mapping, whole)


def _conditions(session: Session, wanted: InvoiceFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.customer_id is not None:
        yield _c.customer_id == session.packed(wanted.customer_id)
    if wanted.status is not None:
        yield _c.status == wanted.status.value
    if wanted.kind is not None:
        yield _c.kind == wanted.kind.value
    if wanted.period is not None:
        yield _c.issued_on >= day_number(wanted.period.first)
        yield _c.issued_on < day_number(wanted.period.until)
    if wanted.is_handed_over is not None:
        yield _is_handed_over if wanted.is_handed_over else ~_is_handed_over


_years = Shelf(Mapping(invoice_year_table, InvoiceYear), id_column="year")
_one: ColumnElement[int] = literal_column("1")
_locked: Select[*tuple[object, ...]] = _years.select().where(_y.year == bindparam("key")).with_for_update()
_year_locked = Prepared(_locked)
_year_saved = Change(
    invoice_year_table,
    _years.mapping.written,
    ("year",),
    lambda fresh: _y["count"] == fresh["count"] - _one,
)


class SqlInvoiceYears:
    """How far the numbers of each year have come."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, year: int) -> InvoiceYear:
        """How far a year has come; before its first invoice, the organization's row is held in its stead."""
        self._session.require_writes()
        return self._held(year) or self._begun(year)

    def save(self, year: InvoiceYear) -> None:
        """Store that a year has come one further."""
        self._session.put(_years.mapping, _years.insertion, _year_saved, year, is_first=year.count == 1)

    def _begun(self, year: int) -> InvoiceYear:
        lock_organization(self._session)
        return self._held(year) or InvoiceYear(self._session.organization_id, year)

    def _held(self, year: int) -> InvoiceYear | None:
        found = self._session.load(_years.mapping, self._session.fetch(_year_locked, key=year))
        return found[0] if found else None


_hand_overs = Shelf(Mapping(hand_over_table, HandOver), id_column="invoice_id")
_waiting = Prepared(select(_c.id).where(_c.organization_id == OWNER, ~_is_handed_over).order_by(_c.place))


class SqlHandOvers:
    """Which invoices were handed over."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, hand_over: HandOver) -> None:
        """Note that an invoice was handed over."""
        self._session.require_writes()
        self._session.add(_hand_overs.insertion, self._session.dump(_hand_overs.mapping, [hand_over]))

    def of_invoices(self, invoice_ids: Collection[InvoiceId]) -> Sequence[HandOver]:
        """What was noted of these invoices, in order of their ids."""
        keys = [self._session.packed(each) for each in sorted(set(invoice_ids))]
        return self._session.load(_hand_overs.mapping, self._session.fetch_by_keys(_hand_overs.many, keys))

    def waiting(self) -> Sequence[InvoiceId]:
        """The invoices that were not handed over, the oldest first."""
        unpacked = self._session.database.unpacked
        return [InvoiceId(unpacked(cell)) for (cell,) in self._session.fetch(_waiting)]
