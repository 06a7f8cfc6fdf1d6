"""Tables that are exported: what stands in them, not in which kind of file or language (T-02).

Headings are codes of `worktraq.messages`, so that whoever writes a table writes it in the language of its reader.
A table never holds a rate, or an amount that follows from one (W-05).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from uuid import UUID

from attrs import frozen

from worktraq.core.customers import Customer, CustomerKind
from worktraq.core.entries import Expense, Item, TimeEntry
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.sheets import Row


@frozen(kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        heading: What it is called, as a code of `worktraq.messages`.
        width: Of its values, in characters, roughly.
        words: Where its values are the ends of codes, how these begin: with ``state``, the value ``draft`` is shown
            as the message ``state.draft``.
        hint: What belongs there, as a code of `worktraq.messages`; empty for what cannot be imported.
        choices: The values that can be chosen; empty for any.
        length: How many characters a value has; 0 for any number.
    """

    heading: str
    width: int
    words: str = ""
    hint: str = ""
    choices: tuple[str, ...] = ()
    length: int = 0


@frozen
class Rows:
    """Rows that are read each time that somebody goes through them, so that one table can be written twice.

    Attributes:
        read: Reads them from the beginning.
    """

    read: Callable[[], Iterator[Row]]

    def __iter__(self) -> Iterator[Row]:
        return self.read()


@frozen
class Table:
    """What becomes a sheet of a workbook, or a CSV file.

    Attributes:
        name: What it is called, as a code of `worktraq.messages`.
        columns: From left to right.
        rows: As many values as there are columns; None for an empty cell. They may be read while they are gone
            through, which then has to happen within the transaction or view that the table comes from.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]


def _imported(field: str, width: int, *, words: str = "", choices: tuple[str, ...] = (), length: int = 0) -> Column:
    return Column(
        heading=f"field.{field}", width=width, words=words, hint=f"hint.{field}", choices=choices, length=length
    )


_IMPORTED = (
    _imported("number", 16),
    _imported("kind", 14, words="customer_kind", choices=tuple(kind.value for kind in CustomerKind)),
    _imported("company_name", 32),
    _imported("first_name", 18),
    _imported("last_name", 24),
    _imported("email", 30),
    _imported("street", 30),
    _imported("postal_code", 14),
    _imported("city", 22),
    _imported("country", 10, length=2),
    _imported("company_number", 18),
    _imported("vat_number", 20),
    _imported("language", 10, choices=LANGUAGES),
)
_CUSTOMERS = (
    *_IMPORTED,
    Column(heading="field.iban", width=28),
    Column(heading="field.currency", width=10),
)
_HOURS = (
    Column(heading="field.on", width=12),
    Column(heading="field.person", width=24),
    Column(heading="field.customer", width=32),
    Column(heading="field.project", width=28),
    Column(heading="field.starts_at", width=12),
    Column(heading="field.minutes", width=10),
    Column(heading="field.amount", width=12),
    Column(heading="field.currency", width=10),
    Column(heading="field.note", width=50),
    Column(heading="field.is_billable", width=12, words="answer"),
    Column(heading="field.state", width=26, words="state"),
)


def customer_table(rows: Iterable[Row]) -> Table:
    """Customers, with every field that an import takes, in words that it recognises; rows from `customer_row`."""
    return Table("export.customers", _CUSTOMERS, rows)


def customer_form() -> Table:
    """The empty table in which somebody fills in customers to be imported."""
    return Table("export.customers", _IMPORTED, ())


def customer_row(customer: Customer) -> Row:
    """A customer in a `customer_table`."""
    data, address = customer.data, customer.data.address
    texts = (
        *(data.number, data.kind.value, data.company_name, data.first_name, data.last_name, data.email),
        *(address.street, address.postal_code, address.city, address.country),
        *(data.company_number, data.vat_number, data.language, data.iban, data.currency),
    )
    return tuple(text or None for text in texts)


def hours_table(rows: Iterable[Row]) -> Table:
    """Time entries and expenses; rows from `hours_row`."""
    return Table("export.hours", _HOURS, rows)


def hours_row(item: Item, names: Mapping[UUID, str]) -> Row:
    """A time entry or an expense in an `hours_table`.

    Args:
        item: With its minutes, or with its amount in major units and its currency.
        names: Of the user, customer and project, by id.
    """
    time = item if isinstance(item, TimeEntry) else None
    expense = item if isinstance(item, Expense) else None
    return (
        item.on,
        names[item.user_id],
        names[item.customer_id],
        names[item.project_id] if item.project_id is not None else None,
        time.starts_at if time else None,
        time.minutes if time else None,
        expense.amount.amount if expense else None,
        expense.amount.currency if expense else None,
        item.note or None,
        "yes" if item.is_billable else "no",
        item.state.value,
    )
