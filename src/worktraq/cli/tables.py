"""The tables of the demo's report and of `worktraq report`, laid out for the width of the reader's terminal."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from uuid import UUID

from rich import box
from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from worktraq.adapters.charts.bars import band_label
from worktraq.core.billing import UnbilledReason
from worktraq.core.calendar import Period
from worktraq.core.imports import RefusedCell
from worktraq.core.money import total
from worktraq.core.sheets import Place
from worktraq.core.signoff import RequestStatus
from worktraq.core.unbilled import AgeBand, Sum, UnbilledOverview, UnbilledTotals
from worktraq.demo.outcome import Asked, SideBySide
from worktraq.errors import Problem
from worktraq.i18n import Translator, localize
from worktraq.usecases.overviews import HoursOverview

_NONE = "–"
_STYLES = {
    RequestStatus.OPEN: "yellow",
    RequestStatus.DECIDED: "green",
    RequestStatus.EXPIRED: "red",
    RequestStatus.SUPERSEDED: "dim",
    RequestStatus.WITHDRAWN: "dim",
}


def refused_rows(refused: Iterable[RefusedCell], speaker: Translator) -> Table:
    """Every cell that kept a row from being imported, with what is wrong with it."""
    table = _table(speaker.text("Cell"), speaker.text("Column"), speaker.text("Value"), speaker.text("What is wrong"))
    for cell in refused:
        label, sentence = _problem(cell, speaker)
        place = str(Place(cell.sheet, cell.row, cell.column))
        table.add_row(place, label, Text(cell.value or _NONE), sentence)
    return table


def _problem(cell: RefusedCell, speaker: Translator) -> tuple[str, str]:
    """The name of the column and the sentence, as `localize` puts them together."""
    label, _, sentence = localize(Problem(cell.field, cell.code, cell.parameters), speaker.language).partition(":")
    return label.strip(), sentence.strip()


def hours(overview: HoursOverview, speaker: Translator) -> Table:
    """The hours for every customer, and who made them; the most first."""
    headings = (speaker.text("Customer"), speaker.text("Hours"), speaker.text("Employee"), speaker.text("Hours"))
    table = _table(*headings, right=(1, 3))
    by_customer = groupby(overview.totals, key=lambda total: total.customer_id)
    groups = [(sum(each.minutes for each in totals), totals) for totals in (list(group) for _, group in by_customer)]
    for minutes, totals in sorted(groups, key=lambda group: -group[0]):
        labels = [(_name(overview, totals[0].customer_id), speaker.hours(minutes)), *[("", "")] * len(totals)]
        for (customer, whole), each in zip(labels, sorted(totals, key=lambda total: -total.minutes), strict=False):
            table.add_row(Text(customer), whole, _name(overview, each.user_id), speaker.hours(each.minutes))
    _add_total(table, speaker.text("Total"), speaker.hours(overview.minutes), "", "")
    return table


def _name(overview: HoursOverview, subject_id: UUID | None) -> str:
    return overview.names[subject_id] if subject_id is not None else _NONE


def requests(asked: Sequence[Asked], speaker: Translator, width: int) -> Iterator[RenderableType]:
    """Every approval request, under its customer and project; the columns are the same under all of them.

    Args:
        asked: The requests, in order of customer and project.
        speaker: For the words.
        width: Of the terminal; where it is narrow, columns stand closer together.
    """
    headings = (
        f"  {speaker.text('Employee')}",
        speaker.text("Period"),
        speaker.text("Hours"),
        speaker.text("Status"),
        speaker.text("Due"),
        speaker.text("Reminders"),
    )
    rows = [_request(each, speaker) for each in asked]
    widths = [max(cell_len(str(cell)) for cell in column) for column in zip(headings, *rows, strict=True)]

    gap = 2 if sum(widths) + 2 * (len(widths) - 1) <= width else 1

    def table(*, show_header: bool) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), show_header=show_header)
        for number, heading in enumerate(headings):
            table.add_column(heading, width=widths[number], justify="right" if number in (2, 5) else "left")
        return table

    yield table(show_header=True)
    for (customer, project), group in groupby(zip(asked, rows, strict=True), key=_subject):
        yield Text(f"{customer} · {project}", style="bold")
        of_customer = table(show_header=False)
        for _, row in group:
            of_customer.add_row(*row)
        yield of_customer


def _subject(pair: tuple[Asked, object]) -> tuple[str, str]:
    return pair[0].customer, pair[0].project


def _request(each: Asked, speaker: Translator) -> tuple[RenderableType, ...]:
    status, style = speaker.message(f"status.{each.status.value}"), _STYLES[each.status]
    if each.is_overdue:
        status, style = f"{status}, {speaker.text('overdue')}", "red"
    return (
        Text(f"  {each.employee}"),
        _period(each.period, speaker),
        speaker.hours(each.minutes),
        Text(status, style=style),
        speaker.date(each.due_on),
        str(each.reminders) if each.reminders else _NONE,
    )


def _period(period: Period, speaker: Translator) -> str:
    """A period in few words: of a week the number alone."""
    if (period.until - period.first).days == 7:
        return speaker.text("week {week}", week=period.first.isocalendar().week)
    return speaker.period(period.first, period.until)


def unbilled(totals: UnbilledTotals, speaker: Translator) -> Table:
    """What is not billed yet per reason, with sums that add up; without amounts for who sees none."""
    table = _unbilled_table(speaker.text("Why not billed"), totals, speaker)
    for reason, each in totals.by_reason.items():
        style = {UnbilledReason.READY: "green", UnbilledReason.REJECTED: "red"}.get(reason, "")
        table.add_row(_why(reason, speaker), *_figures(each, speaker), style=style)
    _add_total(table, speaker.text("Total"), *_figures(totals.total, speaker))
    return table


def ages(overview: UnbilledOverview, totals: UnbilledTotals, speaker: Translator) -> Table:
    """What is not billed yet in one currency per age, of an overview that is grouped by it."""
    table = _unbilled_table(speaker.text("For how long"), totals, speaker)
    for band in AgeBand:
        found = [
            each.total
            for group in overview.groups
            if group.age is band
            for each in group.totals
            if each.currency == totals.currency
        ]
        if found:
            table.add_row(band_label(band, speaker), *_figures(_added(found), speaker))
    return table


def _unbilled_table(heading: str, totals: UnbilledTotals, speaker: Translator) -> Table:
    headings = [heading, speaker.text("Items"), speaker.text("Hours")]
    if totals.total.value is not None:
        headings += [speaker.text("Without rate"), speaker.text("Value")]
    return _table(*headings, right=range(1, len(headings)))


def _added(sums: Sequence[Sum]) -> Sum:
    values = [each.value for each in sums if each.value is not None]
    return Sum(
        sum(each.items for each in sums),
        sum(each.minutes for each in sums),
        total(values, values[0].currency) if values else None,
        sum(each.items_without_rate for each in sums),
        sum(each.minutes_without_rate for each in sums),
    )


def side_by_side(views: SideBySide, manager: str, speaker: Translator) -> Table:
    """What a manager and the employee see of the same work."""
    headings = (
        speaker.text("Why not billed"),
        f"{manager}\n{speaker.text('Items')}",
        f"\n{speaker.text('Hours')}",
        f"\n{speaker.text('Value')}",
        f"{views.employee}\n{speaker.text('Items')}",
        f"\n{speaker.text('Hours')}",
    )
    table = _table(*headings, right=(1, 2, 3, 4, 5))
    to_manager, to_employee = views.to_manager, views.to_employee
    for reason in UnbilledReason:
        left, right = to_manager.by_reason.get(reason), to_employee.by_reason.get(reason)
        if left is not None or right is not None:
            table.add_row(_why(reason, speaker), *_three(left, speaker), *_two(right, speaker))
    _add_total(table, speaker.text("Total"), *_three(to_manager.total, speaker), *_two(to_employee.total, speaker))
    return table


def _why(reason: UnbilledReason, speaker: Translator) -> str:
    return speaker.message(f"unbilled.{reason.value}")


def _figures(each: Sum, speaker: Translator) -> tuple[str, ...]:
    if each.value is None:
        return speaker.number(each.items), speaker.hours(each.minutes)
    without = speaker.hours(each.minutes_without_rate) if each.items_without_rate else _NONE
    return speaker.number(each.items), speaker.hours(each.minutes), without, _value(each, speaker)


def _three(each: Sum | None, speaker: Translator) -> tuple[str, str, str]:
    if each is None:
        return _NONE, _NONE, _NONE
    return speaker.number(each.items), speaker.hours(each.minutes), _value(each, speaker)


def _two(each: Sum | None, speaker: Translator) -> tuple[str, str]:
    return (_NONE, _NONE) if each is None else (speaker.number(each.items), speaker.hours(each.minutes))


def _value(each: Sum, speaker: Translator) -> str:
    if each.value is None or each.items == each.items_without_rate:
        return _NONE
    return speaker.money(each.value.minor, each.value.currency)


def _table(*headings: str, right: Sequence[int] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="bold")
    for number, heading in enumerate(headings):
        if number in right:
            table.add_column(heading, justify="right", no_wrap=True)
        else:
            table.add_column(heading)
    return table


def _add_total(table: Table, *cells: str) -> None:
    table.add_section()
    table.add_row(*cells, style="bold")
