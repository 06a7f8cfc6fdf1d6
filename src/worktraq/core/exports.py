"""Tables that are exported: what stands in them, not in which kind of file or language (T-02).

Headings are codes of `worktraq.messages`, so that whoever writes a table writes it in the language of its reader.
These tables never hold a rate, or an amount that follows from one (W-05); `worktraq.core.billing_exports` has those for
managers.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from uuid import UUID

from attrs import frozen

from worktraq.core.calendar import local_date
from worktraq.core.customers import Customer, CustomerKind
from worktraq.core.entries import Expense, Item, TimeEntry
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.requests import RequestSummary
from worktraq.core.sheets import Row
from worktraq.core.signoff import RequestStatus


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


_CUSTOMERS = (
    _imported("number", 16),
    _imported("kind", 14, words="customer_kind", choices=tuple(kind.value for kind in CustomerKind)),
    _imported("company_name", 32),
    _imported("first_name", 18),
    _imported("last_name", 24),
    _imported("email", 30),
    _imported("invoice_email", 30),
    _imported("street", 30),
    _imported("postal_code", 14),
    _imported("city", 22),
    _imported("country", 10, length=2),
    _imported("company_number", 18),
    _imported("vat_number", 20),
    _imported("iban", 28),
    _imported("language", 10, choices=LANGUAGES),
    _imported("currency", 10, length=3),
    _imported("buyer_reference", 24),
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
    Column(heading="field.receipt_reference", width=24),
    Column(heading="field.vat_percent", width=12),
    Column(heading="field.is_reimbursable", width=16, words="answer"),
)

_REQUESTS = (
    Column(heading="field.person", width=24),
    Column(heading="field.customer", width=32),
    Column(heading="field.project", width=28),
    Column(heading="field.first_day", width=12),
    Column(heading="field.last_day", width=12),
    Column(heading="field.minutes", width=10),
    Column(heading="field.amount", width=12),
    Column(heading="field.currency", width=10),
    Column(heading="field.contact_id", width=28),
    Column(heading="field.email", width=30),
    Column(heading="field.sent_on", width=12),
    Column(heading="field.due_on", width=12),
    Column(heading="field.overdue_days", width=12),
    Column(heading="field.reminders", width=12),
    Column(heading="field.is_escalated", width=12, words="answer"),
    Column(heading="field.status", width=14, words="status"),
    Column(heading="field.decided_by", width=28),
    Column(heading="field.decided_on", width=12),
    Column(heading="field.comment", width=50),
)


def customer_table(rows: Iterable[Row]) -> Table:
    """Customers, with every field that an import takes, in words that it recognises; rows from `customer_row`."""
    return Table("export.customers", _CUSTOMERS, rows)


def customer_form() -> Table:
    """The empty table in which somebody fills in customers to be imported."""
    return Table("export.customers", _CUSTOMERS, ())


def customer_row(customer: Customer) -> Row:
    """A customer in a `customer_table`."""
    data, address = customer.data, customer.data.address
    texts = (
        *(data.number, data.kind.value, data.company_name, data.first_name, data.last_name),
        *(data.email, data.invoice_email),
        *(address.street, address.postal_code, address.city, address.country),
        *(data.company_number, data.vat_number, data.iban, data.language, data.currency, data.buyer_reference),
    )
    return tuple(text or None for text in texts)


def hours_table(rows: Iterable[Row]) -> Table:
    """Time entries and expenses; rows from `hours_row`."""
    return Table("export.hours", _HOURS, rows)


def request_table(rows: Iterable[Row]) -> Table:
    """Approval requests; rows from `request_row`."""
    return Table("export.requests", _REQUESTS, rows)


def request_row(summary: RequestSummary, time_zone: str) -> Row:
    """An approval request in a `request_table`.

    Args:
        summary: The request, with names.
        time_zone: Of the organization: decides on which day something was sent or decided.
    """
    request = summary.request
    is_decided = request.status is RequestStatus.DECIDED
    return (
        summary.employee_name,
        summary.customer_name,
        summary.project_name,
        request.period.first,
        request.period.last,
        request.minutes,
        request.expenses.amount if request.expenses is not None else None,
        request.expenses.currency if request.expenses is not None else None,
        request.recipient.name,
        request.recipient.email,
        local_date(request.sent_at, time_zone),
        request.due_on,
        summary.overdue_days,
        request.reminders,
        "yes" if request.is_escalated else "no",
        request.status.value,
        request.decided_by or None,
        local_date(request.since, time_zone) if is_decided else None,
        request.comment or None,
    )


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
        *(_receipt(expense) if expense else (None, None, None)),
    )


def _receipt(expense: Expense) -> Row:
    percent = Decimal(expense.vat_hundredths) / 100 if expense.vat_hundredths is not None else None
    return expense.receipt_reference or None, percent, "yes" if expense.is_reimbursable else "no"
