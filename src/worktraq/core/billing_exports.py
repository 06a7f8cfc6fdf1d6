"""Tables of what is not billed yet, of invoices and what they are made of, and of totals (L-11, L-13, T-05).

Only tables for managers hold amounts that follow from a rate: who may not see amounts gets a table without such columns.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from worktraq.core.calendar import local_date
from worktraq.core.exports import Column, Table
from worktraq.core.invoices import Invoice
from worktraq.core.money import round_half_away
from worktraq.core.overviews import GroupBy, HoursTotal
from worktraq.core.sheets import Row
from worktraq.core.specifications import SpecifiedItem, SpecifiedLine
from worktraq.core.unbilled_lines import UnbilledLine

_UNBILLED = (
    Column(heading="field.on", width=12),
    Column(heading="field.person", width=24),
    Column(heading="field.customer", width=32),
    Column(heading="field.project", width=28),
    Column(heading="field.minutes", width=10),
    Column(heading="field.hours", width=10),
    Column(heading="field.why", width=36, words="unbilled"),
    Column(heading="field.waits_for", width=20, words="waiting"),
    Column(heading="field.acting", width=24),
    Column(heading="field.next_action", width=28, words="next_action"),
    Column(heading="field.since", width=12),
    Column(heading="field.age_days", width=10),
)
_VALUE = (Column(heading="field.value", width=14), Column(heading="field.currency", width=10))
_INVOICES = (
    Column(heading="field.invoice_number", width=16),
    Column(heading="field.invoice_kind", width=14, words="invoice_kind"),
    Column(heading="field.issued_on", width=12),
    Column(heading="field.pay_by", width=12),
    Column(heading="field.customer", width=32),
    Column(heading="field.first_day", width=12),
    Column(heading="field.last_day", width=12),
    Column(heading="field.net", width=14),
    Column(heading="field.tax", width=12),
    Column(heading="field.gross", width=14),
    Column(heading="field.currency", width=10),
    Column(heading="field.status", width=14, words="invoice_status"),
    Column(heading="field.corrects_number", width=16),
)
_SPECIFICATION = (
    Column(heading="field.line", width=8),
    Column(heading="field.on", width=12),
    Column(heading="field.person", width=24),
    Column(heading="field.project", width=28),
    Column(heading="field.activity", width=24),
    Column(heading="field.note", width=50),
    Column(heading="field.hours", width=10),
    Column(heading="field.decimal_hours", width=14),
    Column(heading="field.amount", width=12),
    Column(heading="field.currency", width=10),
    Column(heading="field.is_waived", width=20, words="answer"),
)
_GROUPS: Mapping[GroupBy, Column] = {
    GroupBy.CUSTOMER: Column(heading="field.customer", width=32),
    GroupBy.PROJECT: Column(heading="field.project", width=28),
    GroupBy.USER: Column(heading="field.person", width=24),
    GroupBy.MONTH: Column(heading="field.month", width=12),
    GroupBy.WEEK: Column(heading="field.week", width=12),
}
_TOTALS = (
    Column(heading="field.hours", width=10),
    Column(heading="field.decimal_hours", width=14),
    Column(heading="field.billable_hours", width=14),
    Column(heading="field.entries", width=12),
)


def unbilled_table(rows: Iterable[Row], *, shows_amounts: bool) -> Table:
    """What is not billed yet; rows from `unbilled_row`."""
    return Table("export.unbilled", _UNBILLED + (_VALUE if shows_amounts else ()), rows)


def unbilled_row(line: UnbilledLine, names: Mapping[UUID, str], time_zone: str, *, shows_amounts: bool) -> Row:
    """An item in an `unbilled_table`.

    Args:
        line: The item with its reasons.
        names: Of the user, customer and project, by id.
        time_zone: Of the organization: decides on which day something came about.
        shows_amounts: Whether the table has columns for its value (W-05).
    """
    leading = line.why[0]
    row = (
        line.on,
        names[line.user_id],
        names[line.customer_id],
        names[line.project_id] if line.project_id is not None else None,
        line.minutes or None,
        _clock(line.minutes) if line.minutes else None,
        leading.reason.value,
        line.owner.who.value,
        line.owner.name or None,
        leading.next_action.value,
        local_date(leading.since, time_zone),
        line.age_days,
    )
    if not shows_amounts:
        return row
    return (*row, *((line.value.amount, line.value.currency) if line.value is not None else (None, None)))


def invoice_table(rows: Iterable[Row]) -> Table:
    """Invoices and credit notes; rows from `invoice_row`."""
    return Table("export.invoices", _INVOICES, rows)


def invoice_row(invoice: Invoice) -> Row:
    """An invoice or credit note in an `invoice_table`."""
    period, totals = invoice.period, invoice.totals
    return (
        invoice.number,
        invoice.kind.value,
        invoice.issued_on,
        invoice.due_on,
        invoice.buyer.name,
        period.first if period is not None else None,
        period.until - timedelta(days=1) if period is not None else None,
        totals.net.amount,
        totals.tax.amount,
        totals.gross.amount,
        invoice.currency,
        invoice.status.value,
        invoice.corrects_number or None,
    )


def specification_table(rows: Iterable[Row]) -> Table:
    """Every item behind an invoice; rows from `specification_row`."""
    return Table("export.specification", _SPECIFICATION, rows)


def specification_row(line: SpecifiedLine, item: SpecifiedItem) -> Row:
    """An item behind a line of an invoice in a `specification_table`."""
    return (
        line.number,
        item.on,
        item.employee,
        line.project or None,
        item.activity or None,
        item.note or None,
        _clock(item.minutes) if item.minutes is not None else None,
        _decimal(item.minutes) if item.minutes is not None else None,
        item.amount.amount if item.amount is not None else None,
        item.amount.currency if item.amount is not None else None,
        "yes" if item.is_waived else "no",
    )


def totals_table(rows: Iterable[Row], by: Collection[GroupBy]) -> Table:
    """Registered time per group; rows from `totals_row`."""
    return Table("export.totals", (*(column for group, column in _GROUPS.items() if group in by), *_TOTALS), rows)


def totals_row(total: HoursTotal, by: Collection[GroupBy], names: Mapping[UUID, str]) -> Row:
    """The time of one group in a `totals_table`.

    Args:
        total: Of the group.
        by: What there is a total for.
        names: Of the customers, projects and users, by id.
    """
    of_groups = {
        GroupBy.CUSTOMER: names[total.customer_id] if total.customer_id is not None else None,
        GroupBy.PROJECT: names[total.project_id] if total.project_id is not None else None,
        GroupBy.USER: names[total.user_id] if total.user_id is not None else None,
        GroupBy.MONTH: total.month.first.isoformat()[:7] if total.month is not None else None,
        GroupBy.WEEK: total.week.first if total.week is not None else None,
    }
    return (
        *(of_groups[group] for group in _GROUPS if group in by),
        _clock(total.minutes),
        _decimal(total.minutes),
        _decimal(total.billable_minutes),
        total.entries,
    )


def _clock(minutes: int) -> str:
    """Worked time as hours and minutes, exactly: ``8:05``."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def _decimal(minutes: int) -> Decimal:
    """Worked time in hours, to two decimals, half away from zero."""
    return Decimal(round_half_away(minutes * 100, 60)).scaleb(-2)
