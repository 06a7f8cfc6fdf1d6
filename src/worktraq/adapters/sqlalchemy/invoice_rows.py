"""How an invoice stands in tables: its head, its shares of tax, its lines, and what ties a line to its items."""

from collections import defaultdict
from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence

from attrs import frozen
from sqlalchemy import BigInteger, Column, Integer, UniqueConstraint, select

from worktraq.adapters.sqlalchemy.cells import Cell, Row, day_number, days
from worktraq.adapters.sqlalchemy.changes import Insertion
from worktraq.adapters.sqlalchemy.fields import Special
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import (
    CODE,
    CURRENCY,
    ID,
    INSTANT,
    LINE,
    MAIL,
    NAME,
    OWNER,
    index,
    long_text,
    refers,
    table,
    text,
)
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys
from worktraq.core.calendar import Period
from worktraq.core.ids import InvoiceId, ItemId, OrganizationId
from worktraq.core.invoices import Invoice, InvoiceLine
from worktraq.core.vat import VatShare

_MOST_IN_A_YEAR = 10_000_000


def _party(role: str) -> list[Column[object]]:
    columns = (
        *(("name", NAME), ("street", LINE), ("postal_code", text(20)), ("city", LINE), ("country", CODE)),
        *(("vat_number", CODE), ("company_number", CODE), ("email", MAIL), ("phone", CODE)),
        *(("contact_name", NAME), ("iban", CODE), ("reference", NAME)),
    )
    return [Column(f"{role}_{name}", kind, nullable=False) for name, kind in columns]


invoice_table = table(
    "invoice",
    Column("id", ID, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("count", Integer, nullable=False),
    Column("number", CODE, nullable=False),
    Column("issued_on", Integer, nullable=False),
    Column("due_on", Integer, nullable=False),
    Column("customer_id", ID, nullable=False),
    *_party("seller"),
    *_party("buyer"),
    Column("currency", CURRENCY, nullable=False),
    Column("language", CODE, nullable=False),
    Column("period_first", Integer),
    Column("period_until", Integer),
    Column("net_minor", BigInteger, nullable=False),
    Column("net_currency", CURRENCY, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("tax_currency", CURRENCY, nullable=False),
    Column("gross_minor", BigInteger, nullable=False),
    Column("gross_currency", CURRENCY, nullable=False),
    Column("difference_minor", BigInteger, nullable=False),
    Column("difference_currency", CURRENCY, nullable=False),
    Column("note", long_text(), nullable=False),
    Column("corrects_id", ID),
    Column("corrects_number", CODE, nullable=False),
    Column("corrects_issued_on", Integer),
    Column("status", CODE, nullable=False),
    Column("confirmed_at", INSTANT, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("place", BigInteger, nullable=False),
    refers("customer_id", "customer"),
    # Two invoices of a year never have the same count, whatever the code does.
    UniqueConstraint("organization_id", "place"),
    index("invoice", "customer", "customer_id", "place"),
)

invoice_vat_table = table(
    "invoice_vat",
    Column("invoice_id", ID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("vat_category", CODE, nullable=False),
    Column("vat_hundredths", Integer, nullable=False),
    Column("vat_reason", LINE, nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("net_currency", CURRENCY, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("tax_currency", CURRENCY, nullable=False),
    refers("invoice_id", "invoice"),
)

invoice_line_table = table(
    "invoice_line",
    Column("invoice_id", ID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("text", long_text(), nullable=False),
    Column("project_id", ID),
    Column("project_name", NAME, nullable=False),
    # No foreign keys to the user, the items and the instalment: what was billed stays when they are gone.
    Column("user_id", ID),
    Column("period_first", Integer),
    Column("period_until", Integer),
    Column("raw_minutes", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("rate_ten_thousandths", BigInteger),
    Column("rate_currency", CURRENCY),
    Column("net_minor", BigInteger, nullable=False),
    Column("net_currency", CURRENCY, nullable=False),
    Column("items_value_minor", BigInteger, nullable=False),
    Column("items_value_currency", CURRENCY, nullable=False),
    Column("vat_category", CODE, nullable=False),
    Column("vat_hundredths", Integer, nullable=False),
    Column("vat_reason", LINE, nullable=False),
    Column("instalment_id", ID),
    refers("invoice_id", "invoice"),
    refers("project_id", "project"),
    index("invoice_line", "project", "project_id", only_filled="project_id"),
)

invoice_item_table = table(
    "invoice_item",
    Column("invoice_id", ID, primary_key=True),
    Column("item_id", ID, primary_key=True),
    Column("line_number", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    refers("invoice_id", "invoice"),
    index("invoice_item", "item", "item_id"),
)


@frozen
class _Share:
    organization_id: OrganizationId
    invoice_id: InvoiceId
    number: int
    share: VatShare


@frozen
class _Line:
    organization_id: OrganizationId
    invoice_id: InvoiceId
    line: InvoiceLine


def place_of(year: int, count: int) -> int:
    """What invoices are ordered by."""
    return year * _MOST_IN_A_YEAR + count


def _place(invoice: Invoice) -> int:
    return place_of(invoice.issued_on.year, invoice.count)


def _loaded_period(first: int | None, until: int | None) -> Period | None:
    begins, ends = days[first], days[until]
    return None if begins is None or ends is None else Period(begins, ends)


def _dumped_period(period: Period | None) -> Row:
    return (None, None) if period is None else (day_number(period.first), day_number(period.until))


_PERIOD = {"period": Special(("period_first", "period_until"), _loaded_period, _dumped_period)}
INVOICES = Shelf(
    Mapping(
        invoice_table,
        Invoice,
        flat=("address", "totals"),
        special=_PERIOD,
        derived={"place": _place},
        apart=("lines", "shares"),
    )
)
"""The heads of invoices; a row is completed by the lines and the shares, in this order."""

_shares = Shelf(Mapping(invoice_vat_table, _Share, flat=("share",)))
_shares_of = _shares.by_keys("invoice_id")
_lines = Shelf(Mapping(invoice_line_table, _Line, flat=("line",), special=_PERIOD, apart=("item_ids",)))
_lines_of = _lines.by_keys("invoice_id")
_t = invoice_item_table.c
_ties = Insertion(invoice_item_table, (OWNER.key, "invoice_id", "item_id", "line_number", "place"))
_ties_of = ByKeys(
    lambda keys: (
        select(_t.invoice_id, _t.line_number, _t.item_id)
        .where(_t.organization_id == OWNER, _t.invoice_id.in_(keys))
        .order_by(_t.invoice_id, _t.line_number, _t.place)
    )
)


def put_shares(session: Session, invoice: Invoice) -> None:
    """Store the shares of tax of a new invoice."""
    shares = [
        _Share(invoice.organization_id, invoice.id, number, share)
        for number, share in enumerate(invoice.totals.shares, start=1)
    ]
    session.add(_shares.insertion, session.dump(_shares.mapping, shares))


def put_lines(session: Session, invoice: Invoice) -> None:
    """Store the lines of a new invoice, each tied to its items."""
    lines = [_Line(invoice.organization_id, invoice.id, line) for line in invoice.lines]
    session.add(_lines.insertion, session.dump(_lines.mapping, lines))
    key, packed = session.packed(invoice.id), session.packed
    ties: list[Row] = [
        (session.owner, key, packed(item_id), line.number, place)
        for line in invoice.lines
        for place, item_id in enumerate(line.item_ids)
    ]
    session.add(_ties, ties)


def shares_of(session: Session, keys: Sequence[Cell]) -> ReadOnly[Cell, Sequence[VatShare]]:
    """The shares of tax of invoices, in their order, by the packed ids of these."""
    rows = session.fetch_by_keys(_shares_of, keys)
    found: dict[Cell, tuple[VatShare, ...]] = {}
    for row, loaded in sorted(zip(rows, session.load(_shares.mapping, rows), strict=True), key=lambda each: each[0][1]):
        found[row[0]] = (*found.get(row[0], ()), loaded.share)
    return found


def lines_of(session: Session, keys: Sequence[Cell]) -> ReadOnly[Cell, Sequence[InvoiceLine]]:
    """The lines of invoices, in their order, by the packed ids of these."""
    items: dict[tuple[Cell, int], list[ItemId]] = defaultdict(list)
    unpacked = session.database.unpacked
    for invoice, number, item in session.fetch_by_keys(_ties_of, keys):
        items[invoice, number].append(ItemId(unpacked(item)))
    rows = session.fetch_by_keys(_lines_of, keys)
    rows = [(*row, tuple(items.get((row[0], row[1]), ()))) for row in sorted(rows, key=lambda row: row[1])]
    found: dict[Cell, list[InvoiceLine]] = defaultdict(list)
    for row, loaded in zip(rows, session.load(_lines.mapping, rows), strict=True):
        found[row[0]].append(loaded.line)
    return {key: tuple(lines) for key, lines in found.items()}
