"""Proposals of invoices: made from what is ready, looked through, and turned into an invoice (L-11).

A proposal is a value: it reserves nothing, and can be kept, changed or thrown away. It remembers the version of every
item, so that confirming a stale one fails as a whole.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from attrs import evolve, frozen

from worktraq.core.calendar import Cadence, Period
from worktraq.core.entries import Expense, Item, TimeEntry
from worktraq.core.ids import CustomerId, InstalmentId, ItemId, OrganizationId, ProjectId
from worktraq.core.invoices import InvoiceLine, InvoiceTotals, LineKind
from worktraq.core.money import Money, total, value_of_time
from worktraq.core.rates import ItemPrice
from worktraq.core.rounding import RoundingPolicy, Worked, billed_minutes
from worktraq.core.terms import InvoicePer, LinesPer
from worktraq.core.text import NAME_LENGTH, clean_note
from worktraq.core.vat import Vat, breakdown
from worktraq.errors import InvalidInput


@frozen(kw_only=True)
class Ready:
    """An item that can be billed, with what its line says.

    Attributes:
        item: As stored.
        price: What it is worth; frozen, or for an item that is waived with the invoice, what today's rate gives.
        activity: Description of the activity; may be empty.
        employee: Name of who did it.
        project: Name of the project; may be empty.
    """

    item: Item
    price: ItemPrice
    activity: str
    employee: str
    project: str


@frozen(kw_only=True)
class Due:
    """An instalment of a fixed price that can be billed.

    Attributes:
        instalment_id: The instalment.
        project_id: Of which project.
        project: Its name.
        due_on: From which day on it is billed.
        text: What the customer reads.
        amount: Without tax.
        version: Of the instalment.
    """

    instalment_id: InstalmentId
    project_id: ProjectId
    project: str
    due_on: date
    text: str
    amount: Money
    version: int


@frozen(kw_only=True)
class InvoiceProposal:
    """What an invoice would say.

    Attributes:
        organization_id: Who sells.
        customer_id: Who buys.
        currency: Of all amounts.
        lines: In order of their numbers.
        item_versions: Of every item on the lines, when it was proposed.
        instalment_versions: Of every instalment on them.
        note: What else the customer reads.
        waive_reason: Why it is billed without the customer's approval where that is missing; empty where none is (L-14).
    """

    organization_id: OrganizationId
    customer_id: CustomerId
    currency: str
    lines: tuple[InvoiceLine, ...]
    item_versions: tuple[tuple[ItemId, int], ...] = ()
    instalment_versions: tuple[tuple[InstalmentId, int], ...] = ()
    note: str = ""
    waive_reason: str = ""

    @property
    def totals(self) -> InvoiceTotals:
        """The sums of its lines."""
        return totals_of(self.lines, self.currency)

    @property
    def period(self) -> Period | None:
        """From the first to the last day of the work; None where there is none."""
        return spanning(self.lines)


def invoice_of(
    invoice_per: InvoicePer, project_id: ProjectId | None, on: date, cadence: Cadence, week_start: int
) -> object:
    """What tells the invoices of one customer apart: what has the same stands on one.

    Args:
        invoice_per: As the customer wants it.
        project_id: Of what is billed.
        on: The day of work, or on which an instalment is due.
        cadence: The billing rhythm of the project; without one it is monthly.
        week_start: ISO weekday on which a week begins.
    """
    if invoice_per is InvoicePer.PROJECT:
        return project_id
    return Period.of(on, cadence, week_start) if invoice_per is InvoicePer.PERIOD else None


def totals_of(lines: Iterable[InvoiceLine], currency: str) -> InvoiceTotals:
    """The sums of lines; the tax is rounded once per category and rate."""
    lines = tuple(lines)
    net = total((line.net for line in lines), currency)
    shares = breakdown((line.vat, line.net) for line in lines)
    tax = total((share.tax for share in shares), currency)
    difference = total((line.difference for line in lines), currency)
    return InvoiceTotals(net=net, tax=tax, gross=net + tax, shares=shares, difference=difference)


def spanning(lines: Iterable[InvoiceLine]) -> Period | None:
    """The smallest period that holds those of the lines."""
    periods = [line.period for line in lines if line.period is not None]
    if not periods:
        return None
    return Period(min(period.first for period in periods), max(period.until for period in periods))


def proposed(
    organization_id: OrganizationId,
    customer_id: CustomerId,
    currency: str,
    ready: Iterable[Ready],
    due: Iterable[Due],
    *,
    vat: Vat,
    lines_per: LinesPer,
    rounding_of: Callable[[ProjectId | None], RoundingPolicy],
    waive_reason: str = "",
) -> InvoiceProposal:
    """One proposal: time first, then expenses, then instalments, each in order of project and day."""
    ready = sorted(ready, key=_by_project_and_day)
    due = sorted(due, key=lambda each: (each.project, each.project_id.hex, each.due_on, each.instalment_id))
    time = [each for each in ready if isinstance(each.item, TimeEntry)]
    expenses = [each for each in ready if isinstance(each.item, Expense)]
    lines = [
        *(time_line(group, vat, rounding_of(group[0].item.project_id)) for group in _grouped(time, lines_per)),
        *(expense_line(each, vat) for each in expenses),
        *(instalment_line(each, vat) for each in due),
    ]
    return InvoiceProposal(
        organization_id=organization_id,
        customer_id=customer_id,
        currency=currency,
        lines=_numbered(lines),
        item_versions=tuple((each.item.id, each.item.version) for each in ready),
        instalment_versions=tuple((each.instalment_id, each.version) for each in due),
        waive_reason=waive_reason,
    )


def _by_project_and_day(ready: Ready) -> tuple[str, str, date, ItemId]:
    project_id = ready.item.project_id
    return ready.project, project_id.hex if project_id else "", ready.item.on, ready.item.id


def _grouped(time: Sequence[Ready], lines_per: LinesPer) -> Iterable[Sequence[Ready]]:
    groups: dict[tuple[object, ...], list[Ready]] = {}
    for each in time:
        of_line = {
            LinesPer.ACTIVITY: each.activity,
            LinesPer.EMPLOYEE: (each.item.user_id, each.activity),
            LinesPer.ITEM: each.item.id,
        }[lines_per]
        groups.setdefault((each.item.project_id, of_line, each.price.rate), []).append(each)
    return groups.values()


def time_line(group: Sequence[Ready], vat: Vat, rounding: RoundingPolicy) -> InvoiceLine:
    """A line of time that is all on one project at one rate."""
    first, rate = group[0], group[0].price.rate
    assert rate is not None  # time that has a price has a rate
    entries = [each.item for each in group if isinstance(each.item, TimeEntry)]
    minutes = billed_minutes((Worked(entry.user_id, entry.on, entry.minutes) for entry in entries), rounding)
    employees = {each.item.user_id for each in group}
    return InvoiceLine(
        number=0,
        kind=LineKind.TIME,
        text=_text_of(group),
        project_id=first.item.project_id,
        project_name=first.project,
        user_id=first.item.user_id if len(employees) == 1 else None,
        period=_days(entries),
        raw_minutes=sum(entry.minutes for entry in entries),
        minutes=minutes,
        rate=rate,
        net=value_of_time(minutes, rate),
        items_value=total((each.price.value for each in group), rate.currency),
        vat=vat,
        item_ids=tuple(entry.id for entry in entries),
    )


def _text_of(group: Sequence[Ready]) -> str:
    """What the line is about: the note of a single entry, else activity and, where it is one, the employee."""
    first = group[0]
    if len(group) == 1 and first.item.note:
        return first.item.note.partition("\n")[0]
    names = {each.employee for each in group}
    words = [first.activity, first.employee if len(names) == 1 else ""]
    return ", ".join(filter(None, words)) or first.project or ", ".join(sorted(names))[:NAME_LENGTH].strip(", ")


def expense_line(ready: Ready, vat: Vat) -> InvoiceLine:
    """A line of one expense."""
    return InvoiceLine(
        number=0,
        kind=LineKind.EXPENSE,
        text=ready.item.note.partition("\n")[0] or ready.activity or ready.project or ready.employee,
        project_id=ready.item.project_id,
        project_name=ready.project,
        user_id=ready.item.user_id,
        period=Period.day(ready.item.on),
        net=ready.price.value,
        items_value=ready.price.value,
        vat=vat,
        item_ids=(ready.item.id,),
    )


def instalment_line(due: Due, vat: Vat) -> InvoiceLine:
    """A line of one instalment."""
    return InvoiceLine(
        number=0,
        kind=LineKind.INSTALMENT,
        text=due.text or due.project,
        project_id=due.project_id,
        project_name=due.project,
        net=due.amount,
        items_value=due.amount,
        vat=vat,
        instalment_id=due.instalment_id,
    )


def _days(items: Iterable[Item]) -> Period:
    days = sorted(item.on for item in items)
    return Period(days[0], days[-1] + timedelta(days=1))


def _numbered(lines: Iterable[InvoiceLine]) -> tuple[InvoiceLine, ...]:
    return tuple(evolve(line, number=number) for number, line in enumerate(lines, start=1))


def without_lines(proposal: InvoiceProposal, numbers: Collection[int]) -> InvoiceProposal:
    """The proposal without some lines; what they bill stays ready. The others are numbered anew.

    Raises:
        InvalidInput: With ``line_unknown``, or ``lines_missing`` when none would be left.
    """
    _check_numbers(proposal, numbers)
    kept = [line for line in proposal.lines if line.number not in numbers]
    if not kept:
        raise InvalidInput.of("lines", "lines_missing")
    item_ids = {item_id for line in kept for item_id in line.item_ids}
    instalment_ids = {line.instalment_id for line in kept}
    return evolve(
        proposal,
        lines=_numbered(kept),
        item_versions=tuple(each for each in proposal.item_versions if each[0] in item_ids),
        instalment_versions=tuple(each for each in proposal.instalment_versions if each[0] in instalment_ids),
    )


def with_texts(proposal: InvoiceProposal, texts: Mapping[int, str], *, note: str | None = None) -> InvoiceProposal:
    """The proposal with other texts on some lines, and maybe another note; amounts stay what they are.

    Raises:
        InvalidInput: With ``line_unknown``, or for a text.
    """
    _check_numbers(proposal, texts)
    clean = {number: clean_note("text", text, is_required=True) for number, text in texts.items()}
    lines = tuple(evolve(line, text=clean.get(line.number, line.text)) for line in proposal.lines)
    return evolve(proposal, lines=lines, note=proposal.note if note is None else clean_note("note", note))


def _check_numbers(proposal: InvoiceProposal, numbers: Iterable[int]) -> None:
    unknown = set(numbers) - {line.number for line in proposal.lines}
    if unknown:
        raise InvalidInput.of("lines", "line_unknown", number=min(unknown))
