"""What proposals are made of, for their tests."""

from datetime import date

from worktraq.core.confirming import checked_again
from worktraq.core.entries import Item, TimeEntry
from worktraq.core.ids import InstalmentId, ProjectId
from worktraq.core.money import Money, Rate
from worktraq.core.projects import Activity
from worktraq.core.proposals import (
    Due,
    InvoiceProposal,
    Ready,
    proposed,
)
from worktraq.core.rounding import NO_ROUNDING, RoundedPer, RoundingPolicy
from worktraq.core.terms import LinesPer
from worktraq.core.vat import Vat
from worktraq.testing.builders import MONDAY, a_price, a_time_entry, new_id
from worktraq.testing.firms import a_firm

FIRM = a_firm()
TUESDAY = date(2026, 10, 6)
CHEAP = Rate("27.50", "EUR")
QUARTERS = RoundingPolicy(RoundedPer.ENTRY, 15)


def ready(item: Item, rate: Rate = CHEAP, activity: str = "Advice", employee: str = "Eva", project: str = "A") -> Ready:
    """An item that can be billed."""
    name = project if item.project_id is not None else ""
    return Ready(item=item, price=a_price(item, rate), activity=activity, employee=employee, project=name)


def time(minutes: int = 15, on: date = MONDAY, activity: Activity = FIRM.activity, note: str = "") -> TimeEntry:
    """Time on an activity."""
    return a_time_entry(activity, on, minutes, note=note)


def due(text: str = "First half", on: date = MONDAY, project: str = "Report") -> Due:
    """An instalment of the firm's project at a fixed price."""
    return Due(
        instalment_id=InstalmentId(new_id()),
        project_id=FIRM.fixed_project.id,
        project=project,
        due_on=on,
        text=text,
        amount=Money("1500.00", "EUR"),
        version=1,
    )


def rounding(project_id: ProjectId | None) -> RoundingPolicy:
    """Time on the firm's project is not rounded, all other is, per entry."""
    return NO_ROUNDING if project_id == FIRM.project.id else QUARTERS


def make(*given: Ready | Due, lines_per: LinesPer = LinesPer.ACTIVITY) -> InvoiceProposal:
    """A proposal to the firm's customer."""
    return proposed(
        FIRM.id,
        FIRM.customer.id,
        "EUR",
        [each for each in given if isinstance(each, Ready)],
        [each for each in given if isinstance(each, Due)],
        vat=Vat(),
        lines_per=lines_per,
        rounding_of=rounding,
    )


def again(proposal: InvoiceProposal, *given: Ready | Due, vat: Vat = Vat()) -> InvoiceProposal:
    """The proposal, looked at again with what there is now."""
    return checked_again(
        proposal,
        [each for each in given if isinstance(each, Ready)],
        [each for each in given if isinstance(each, Due)],
        vat=vat,
        rounding_of=rounding,
    )


def shown(proposal: InvoiceProposal) -> list[tuple[int, str, str, int]]:
    """Number, kind and text of each line, and how many items it bills."""
    return [(line.number, line.kind.value, line.text, len(line.item_ids)) for line in proposal.lines]
