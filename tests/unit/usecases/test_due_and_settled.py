"""When a customer is asked, line by line after the design: what is due, what is settled, and who brings it about."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.unit.usecases.firm import Office, an_office
from worktraq.core.calendar import Cadence, Period
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import Item, State
from worktraq.core.money import Money
from worktraq.core.projects import Hourly
from worktraq.testing.builders import MONDAY, OCTOBER

pytestmark = pytest.mark.requirement("L-03", "L-04")

C, INSIDE, CI, IC = (
    *(ApprovalChain.CUSTOMER, ApprovalChain.INTERNAL),
    *(ApprovalChain.CUSTOMER_INTERNAL, ApprovalChain.INTERNAL_CUSTOMER),
)
WEEK = Period.week(MONDAY)
PART = Period(OCTOBER.first, date(2026, 10, 20))


def an_office_at_work(chain: ApprovalChain, cadence: Cadence = Cadence.MONTHLY) -> Office:
    """A firm with this chain and rhythm."""
    office = an_office()
    office.settle_settings(chain=chain)
    office.bill_project(Hourly(cadence, customer_approval=True))
    return office


def hand_in(office: Office, item: Item, period: Period | None) -> int:
    """Eva hands in a period, or the item alone; gives how many requests there are then."""
    with office.acting(office.eva) as tx:
        if period is None:
            tx.approval.submit_items([item.id])
        else:
            tx.approval.submit(period)
    return len(office.requests())


def pass_inside(office: Office, item: Item) -> int:
    """The manager approves what waits inside; gives how many requests there are then."""
    if office.state(item) is State.AWAITING_INTERNAL:
        office.approve(item)
    return len(office.requests())


@pytest.mark.parametrize(
    # Requests there are after handing in, after approval inside, when the period ends, and three days later.
    ("chain", "cadence", "handed_in", "expected"),
    [
        (C, Cadence.MONTHLY, OCTOBER, (1, 1, 1, 1)),
        (CI, Cadence.MONTHLY, OCTOBER, (1, 1, 1, 1)),
        (IC, Cadence.MONTHLY, OCTOBER, (0, 1, 1, 1)),
        (INSIDE, Cadence.MONTHLY, OCTOBER, (0, 0, 0, 0)),
        (C, Cadence.MONTHLY, PART, (0, 0, 1, 1)),
        (CI, Cadence.MONTHLY, None, (0, 0, 1, 1)),
        (IC, Cadence.MONTHLY, WEEK, (0, 0, 1, 1)),
        (INSIDE, Cadence.MONTHLY, None, (0, 0, 0, 0)),
        (C, Cadence.WEEKLY, WEEK, (1, 1, 1, 1)),
        (CI, Cadence.WEEKLY, OCTOBER, (1, 1, 1, 1)),
        (IC, Cadence.WEEKLY, WEEK, (0, 1, 1, 1)),
        (C, Cadence.WEEKLY, None, (0, 0, 1, 1)),
        (IC, Cadence.WEEKLY, None, (0, 0, 1, 1)),
    ],
)
def test_customer_is_asked_when_the_period_is_due(
    chain: ApprovalChain, cadence: Cadence, handed_in: Period | None, expected: tuple[int, ...]
) -> None:
    """In the transaction that makes it due or settles it; else by the scheduler, when the period has ended."""
    office = an_office_at_work(chain, cadence)
    item = office.time()
    period = Period.of(MONDAY, cadence)
    found = [hand_in(office, item, handed_in), pass_inside(office, item)]
    for day in (period.until, period.until + timedelta(days=3)):
        office.engine.run_due(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        found.append(len(office.requests()))
    assert tuple(found) == expected


@pytest.mark.parametrize(
    # What else there is in the period: by whom it is brought into which state, and whether it is waited for.
    ("other", "is_waited_for"),
    [
        ("draft", True),
        ("waits inside", True),
        ("rejected inside", True),
        ("waived", False),
        ("not billable", False),
        ("on another project", False),
        ("of a colleague", False),
        ("in another month", False),
    ],
)
def test_request_waits_until_nothing_more_can_come(other: str, *, is_waited_for: bool) -> None:
    """Up to three days after the period; what never comes to this customer in this period is not waited for."""
    office = an_office_at_work(IC)
    item = office.time()
    with_other(office, other)
    ended = datetime(2026, 11, 1, 12, tzinfo=UTC)
    with office.acting(office.eva) as tx:
        tx.approval.submit_items([item.id])
    office.approve(item)
    assert office.requests() == []
    for days, expected in ((0, not is_waited_for), (2, not is_waited_for), (3, True)):
        office.engine.run_due(ended + timedelta(days=days))
        assert [each.item_ids for each in office.requests() if item.id in each.item_ids] == [(item.id,)] * expected


def with_other(office: Office, other: str) -> None:
    """Something else in the period, or beside it."""
    firm = office.firm
    with office.acting(office.coen if other == "of a colleague" else office.eva) as tx:
        activity = {"on another project": firm.fixed_activity, "of a colleague": firm.colleague_activity}.get(
            other, firm.activity
        )
        on = date(2026, 11, 2) if other == "in another month" else MONDAY
        entry: Item = tx.entries.register_time(activity.id, on=on, minutes=30)
        if other == "not billable":
            tx.entries.delete(entry.id, version=1)
            entry = tx.entries.register_expense(
                activity.id, on=on, amount=Money("12.50", "EUR"), description="Lunch", is_billable=False
            )
        if other in ("waits inside", "rejected inside", "waived"):
            tx.approval.submit_items([entry.id])
    with office.acting(office.manager) as tx:
        if other == "rejected inside":
            tx.approval.reject([entry.id], reason="Too long")
        if other == "waived":
            tx.approval.approve([entry.id])
            tx.approval.waive([entry.id], reason="Urgent")


@pytest.mark.parametrize(
    # The first instant at which the period has ended by the calendar of the organization.
    ("zone", "cadence", "week_start", "on", "ended"),
    [
        ("Europe/Amsterdam", Cadence.MONTHLY, 1, date(2026, 10, 5), "2026-10-31T23:00"),  # clocks went back on the 25th
        ("Europe/Amsterdam", Cadence.MONTHLY, 1, date(2027, 3, 1), "2027-03-31T22:00"),  # and forward on the 28th
        ("Europe/Amsterdam", Cadence.MONTHLY, 1, date(2026, 12, 31), "2026-12-31T23:00"),
        (
            "Europe/Amsterdam",
            Cadence.WEEKLY,
            1,
            date(2026, 10, 24),
            "2026-10-25T23:00",
        ),  # the day of 25 hours is its last
        ("Europe/Amsterdam", Cadence.WEEKLY, 1, date(2027, 3, 22), "2027-03-28T22:00"),  # the day of 23 hours
        ("Europe/Amsterdam", Cadence.WEEKLY, 1, date(2027, 1, 1), "2027-01-03T23:00"),  # begins in the year before
        ("Europe/Amsterdam", Cadence.WEEKLY, 7, date(2027, 1, 2), "2027-01-02T23:00"),
        ("Europe/Amsterdam", Cadence.WEEKLY, 3, date(2026, 12, 30), "2027-01-05T23:00"),
        ("America/New_York", Cadence.MONTHLY, 1, date(2026, 11, 30), "2026-12-01T05:00"),
        ("Pacific/Apia", Cadence.MONTHLY, 1, date(2026, 10, 5), "2026-10-31T11:00"),
        ("UTC", Cadence.MONTHLY, 1, date(2028, 2, 29), "2028-03-01T00:00"),
    ],
)
def test_period_ends_by_the_calendar_and_clock_of_the_organization(
    zone: str, cadence: Cadence, week_start: int, on: date, ended: str
) -> None:
    """Over changes of the clock, ends of years, and a leap day; not a second earlier."""
    office = an_office_at_work(IC, cadence)
    office.settle_settings(time_zone=zone, week_start=week_start)
    item = office.time(on=on)
    hand_in(office, item, None)
    office.approve(item)
    at = datetime.fromisoformat(ended).replace(tzinfo=UTC)
    assert office.engine.run_due(at - timedelta(seconds=1)).requests == 0
    assert office.engine.run_due(at).requests == 1
    (request,) = office.requests()
    assert request.period == Period.of(on, cadence, week_start)
    assert request.due_on == request.period.until + timedelta(days=7)


def test_chains_may_be_mixed_in_one_period() -> None:
    """The chain of each item is that of its submission; one request holds all that wait for the customer."""
    office = an_office_at_work(C)
    items = []
    for chain in (C, CI, IC, INSIDE):
        office.settle_settings(chain=chain)
        item = office.time()
        hand_in(office, item, None)
        items.append(item)
    asked_first, asked_too, waits, inside = items
    assert [office.state(item) for item in items] == [State.AWAITING_CUSTOMER] * 2 + [State.AWAITING_INTERNAL] * 2
    office.approve(waits)
    office.engine.run_due(datetime(2026, 11, 1, 12, tzinfo=UTC))
    (request,) = office.requests()
    assert set(request.item_ids) == {asked_first.id, asked_too.id, waits.id}
    with office.acting(office.contact(request)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=request.item_ids)
    assert [office.state(item) for item in items] == [
        *(State.APPROVED, State.AWAITING_INTERNAL, State.APPROVED, State.AWAITING_INTERNAL)
    ]
    assert office.approve(asked_too, inside)[0].state is State.APPROVED


@pytest.mark.requirement("B-02")
def test_chain_of_one_customer_is_followed() -> None:
    """Whatever the organization's is."""
    office = an_office_at_work(IC)
    with office.acting(office.manager) as tx:
        customer = tx.customers.get(office.firm.customer.id)
        tx.customers.change(customer.id, version=customer.version, chain=C)
    assert hand_in(office, office.time(), OCTOBER) == 1


def test_what_was_missed_is_caught_up_with() -> None:
    """However long the scheduler stood still; each period is a request of its own."""
    office = an_office_at_work(IC)
    items = [office.time(on=date(2026, month, 5)) for month in (10, 11, 12)]
    for item in items:
        hand_in(office, item, None)
    office.approve(*items)
    assert office.engine.run_due(datetime(2027, 6, 1, tzinfo=UTC)).requests == 3
    assert sorted(each.item_ids for each in office.requests()) == sorted((item.id,) for item in items)
    assert office.engine.run_due(datetime(2027, 6, 1, tzinfo=UTC)).requests == 0


def test_settling_term_is_the_organizations() -> None:
    """None at all, when it says so."""
    office = an_office_at_work(IC)
    office.settle_settings(settling_days=0)
    item = office.time()
    office.time()
    hand_in(office, item, None)
    office.approve(item)
    assert office.engine.run_due(datetime(2026, 11, 1, 12, tzinfo=UTC)).requests == 1
    assert office.item(item.id).request_id is not None
