"""What a customer is asked."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.calendar import Period
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import Item, State, TimeEntry
from worktraq.core.erasing import without_recipient
from worktraq.core.ids import ItemId, RequestId
from worktraq.core.links import Links, SigningKey, token_hash
from worktraq.core.money import Money
from worktraq.core.organizations import Settings
from worktraq.core.signoff import (
    ApprovalRequest,
    Recipient,
    RequestStatus,
    check_complete,
    check_open,
    closed,
    decided,
    digest_of,
    expired_by_now,
    freed,
    in_order,
    is_due,
    is_settled,
    line_of,
    opened,
    put_into,
    renewed,
    to_offer,
)
from worktraq.errors import Conflict, InvalidInput, Refused
from worktraq.testing.builders import MONDAY, OCTOBER, a_request, a_time_entry, an_expense
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()
LINKS = Links("https://hours.example", [SigningKey("new", b"n" * 32), SigningKey("old", b"o" * 32)])
WAITING = a_time_entry(FIRM.activity, state=State.AWAITING_CUSTOMER)
ENDED = date(2026, 11, 1)


def opened_now(*items: Item, at: datetime = BEGINNING) -> ApprovalRequest:
    """A new request about items."""
    recipient = Recipient(None, "Jansen", "ap@jansen.example", "nl")
    lines = [line_of(item, "Advice") for item in items]
    return opened(
        RequestId(UUID(int=7)),
        items,
        lines,
        project_id=FIRM.project.id,
        period=OCTOBER,
        recipient=recipient,
        settings=Settings(),
        links=LINKS,
        at=at,
    )


@pytest.mark.requirement("L-03")
@pytest.mark.parametrize(
    ("today", "submitted", "due"),
    [
        (date(2026, 10, 31), [], False),
        (date(2026, 11, 1), [], True),
        (date(2026, 10, 5), [OCTOBER], True),
        (date(2026, 10, 5), [Period(date(2026, 10, 1), date(2026, 10, 31))], False),
    ],
)
def test_period_is_due_when_it_has_ended_or_is_handed_in(today: date, submitted: list[Period], due: bool) -> None:
    """All of its days, not one fewer."""
    assert is_due(OCTOBER, today, submitted) is due


def in_chain(state: State, chain: ApprovalChain, passed: int = 0) -> Item:
    """An item somewhere in a chain."""
    return evolve(a_time_entry(FIRM.activity), state=state, chain=chain, passed=passed)


@pytest.mark.requirement("L-03")
@pytest.mark.parametrize(
    ("item", "settled"),
    [
        (a_time_entry(FIRM.activity), False),
        (in_chain(State.REJECTED, ApprovalChain.INTERNAL_CUSTOMER), False),
        (in_chain(State.AWAITING_INTERNAL, ApprovalChain.INTERNAL_CUSTOMER), False),
        (in_chain(State.AWAITING_INTERNAL, ApprovalChain.CUSTOMER_INTERNAL, 1), True),
        (in_chain(State.AWAITING_INTERNAL, ApprovalChain.INTERNAL), True),
        (WAITING, True),
        (in_chain(State.APPROVED, ApprovalChain.INTERNAL_CUSTOMER, 2), True),
        (in_chain(State.INVOICED, ApprovalChain.INTERNAL_CUSTOMER, 2), True),
    ],
)
def test_period_is_settled_when_nothing_more_comes_to_the_customer(item: Item, settled: bool) -> None:
    """No draft, nothing rejected, nothing under review that goes to the customer afterwards."""
    assert is_settled([item]) is settled


@pytest.mark.requirement("L-03")
def test_customer_is_asked_about_what_waits_in_a_due_and_settled_period() -> None:
    """In the order of the days, without what stands in a request already."""
    later, asked = evolve(WAITING, on=date(2026, 10, 9)), put_into(WAITING, RequestId(UUID(int=3)))
    assert to_offer([later, asked, WAITING], OCTOBER, ENDED, [], 3) == [WAITING, later]
    assert to_offer([asked], OCTOBER, ENDED, [], 3) == []
    assert to_offer([WAITING], OCTOBER, date(2026, 10, 31), [], 3) == []


@pytest.mark.requirement("L-03")
@pytest.mark.parametrize(("today", "asks"), [(date(2026, 11, 3), False), (date(2026, 11, 4), True)])
def test_after_the_settling_term_the_rest_is_not_waited_for(today: date, asks: bool) -> None:
    """Three days after the end of the period, drafts no longer hold up what is there."""
    draft = a_time_entry(FIRM.activity)
    assert bool(to_offer([WAITING, draft], OCTOBER, today, [], 3)) is asks


@pytest.mark.requirement("L-07")
def test_request_states_hours_and_expenses() -> None:
    """Of one employee, on one project, with the day on which a decision is expected."""
    expense = an_expense(FIRM.activity, amount=Money("12.50", "EUR"), state=State.AWAITING_CUSTOMER)
    request = opened_now(WAITING, expense)
    assert (request.minutes, request.expenses) == (60, Money("12.50", "EUR"))
    assert (request.user_id, request.project_id, request.period) == (FIRM.employee.id, FIRM.project.id, OCTOBER)
    assert (request.sent_at, request.due_on, request.expires_at) == (
        *(BEGINNING, date(2026, 10, 12), BEGINNING + timedelta(days=30)),
    )
    assert opened_now(WAITING).expenses is None


@pytest.mark.requirement("B-05")
def test_only_the_hash_of_the_token_is_kept() -> None:
    """With the name of the key, so that the mail can be sent again."""
    request = opened_now(WAITING)
    token = LINKS.token(FIRM.id, request.id, 1, "new")
    assert (request.token_hash, request.key_name, request.token_number) == (token_hash(token), "new", 1)
    assert token not in repr(request)
    assert "token_hash" not in repr(request)


def test_due_day_is_counted_in_the_time_zone_of_the_organization() -> None:
    """A request of late in the evening belongs to the next day."""
    assert opened_now(WAITING, at=datetime(2026, 10, 5, 22, 30, tzinfo=UTC)).due_on == date(2026, 10, 13)


@pytest.mark.requirement("B-05")
@pytest.mark.parametrize("status", [status for status in RequestStatus if status is not RequestStatus.OPEN])
def test_closed_request_says_how_it_was_closed(status: RequestStatus) -> None:
    """Decided, expired, superseded and withdrawn read differently."""
    request = closed(opened_now(WAITING), status, BEGINNING)
    with pytest.raises(Refused) as raised:
        check_open(request, Settings())
    assert [reason.code for reason in raised.value.reasons] == [f"request_{status.value}"]


@pytest.mark.requirement("B-05")
def test_decided_request_says_by_whom_and_on_which_day() -> None:
    """By the calendar of the organization: late in the evening UTC it is the next day there."""
    at = datetime(2026, 10, 5, 22, 30, tzinfo=UTC)
    request = decided(opened_now(WAITING), by="Jan", comment="", digest="1:", at=at)
    with pytest.raises(Refused) as raised:
        check_open(request, Settings())
    assert dict(raised.value.reasons[0].parameters) == {"by": "Jan", "on": "2026-10-06"}


def test_open_request_can_be_decided() -> None:
    """Nothing stands against it."""
    check_open(opened_now(WAITING), Settings())


ONE, TWO, OTHER = (ItemId(UUID(int=number)) for number in (1, 2, 3))
REQUEST = evolve(opened_now(WAITING), item_ids=(ONE, TWO))


@pytest.mark.requirement("B-03")
def test_decision_is_about_every_line_once() -> None:
    """Some approved, the others rejected."""
    check_complete(REQUEST, [ONE], {TWO: "no"}, "d", "d")
    check_complete(REQUEST, [ONE, TWO], {}, "d", "d")
    check_complete(REQUEST, [], {ONE: "", TWO: ""}, "d", "d")


@pytest.mark.requirement("B-03")
@pytest.mark.parametrize(
    ("accept", "reject", "code"),
    [
        ([ONE], {}, "lines_undecided"),
        ([], {}, "lines_undecided"),
        ([ONE, TWO, OTHER], {}, "lines_unknown"),
        ([ONE], {OTHER: ""}, "lines_unknown"),
        ([ONE, ONE, TWO], {}, "lines_unknown"),
        ([ONE, TWO], {ONE: ""}, "lines_unknown"),
    ],
)
def test_incomplete_or_ambiguous_decision_is_refused(
    accept: list[ItemId], reject: dict[ItemId, str], code: str
) -> None:
    """An undecided line, one that is not asked about, one that is decided twice."""
    with pytest.raises(InvalidInput) as raised:
        check_complete(REQUEST, accept, reject, "d", "d")
    assert (raised.value.field, raised.value.code) == ("lines", code)


@pytest.mark.requirement("B-04")
def test_decision_on_other_content_is_stale() -> None:
    """Whatever else is wrong with it."""
    with pytest.raises(Conflict) as raised:
        check_complete(REQUEST, [], {}, "seen", "now")
    assert raised.value.code == "request_stale"
    assert not raised.value.is_retryable


@pytest.mark.requirement("B-04")
def test_digest_is_of_exactly_what_is_shown() -> None:
    """Any change of a line changes it; the order in which they come does not."""
    line, expense = line_of(WAITING, "Advice"), line_of(an_expense(FIRM.activity), "Advice")
    changes: list[Callable[[], str]] = [
        lambda: digest_of([]),
        lambda: digest_of([line, expense]),
        lambda: digest_of([evolve(line, item_id=OTHER)]),
        lambda: digest_of([evolve(line, on=date(2026, 10, 6))]),
        lambda: digest_of([evolve(line, activity="Audit")]),
        lambda: digest_of([evolve(line, note="Other")]),
        lambda: digest_of([evolve(line, minutes=61)]),
        lambda: digest_of([evolve(line, minutes=None)]),
        lambda: digest_of([evolve(line, amount=Money("1", "EUR"))]),
    ]
    digests = {digest_of([line]), *(change() for change in changes)}
    assert len(digests) == len(changes) + 1
    assert digest_of([line, expense]) == digest_of([expense, line])
    assert all(digest.startswith("1:") for digest in digests)


def test_lines_show_time_or_money() -> None:
    """Never a rate, and never a value of time."""
    time, expense = line_of(WAITING, "Advice"), line_of(an_expense(FIRM.activity), "")
    assert (time.minutes, time.amount) == (60, None)
    assert (expense.minutes, expense.amount) == (None, Money("12.50", "EUR"))


def test_customer_reads_in_the_order_of_days() -> None:
    """Those of one day in the order in which they were registered."""
    first, second = a_time_entry(FIRM.activity), a_time_entry(FIRM.activity)
    earlier = a_time_entry(FIRM.activity, date(2026, 10, 1))
    assert in_order([second, first, earlier]) == [earlier, first, second]


def test_decision_closes_the_request() -> None:
    """With who decided, what was said, and the digest of what was seen."""
    done = decided(REQUEST, by="Jan", comment="Fine", digest="1:seen", at=BEGINNING + timedelta(days=1))
    assert done == evolve(
        REQUEST,
        status=RequestStatus.DECIDED,
        decided_by="Jan",
        comment="Fine",
        digest="1:seen",
        since=BEGINNING + timedelta(days=1),
        version=2,
    )


@pytest.mark.requirement("B-05")
@pytest.mark.parametrize("status", [RequestStatus.OPEN, RequestStatus.EXPIRED])
def test_renewed_request_has_a_new_link_and_a_new_term(status: RequestStatus) -> None:
    """The current key signs it, reminders begin anew, the older link is void."""
    before = evolve(closed(REQUEST, status, BEGINNING), key_name="old", reminders=2)
    at = BEGINNING + timedelta(days=40)
    after = renewed(before, Settings(), LINKS, at)
    assert (after.status, after.token_number, after.key_name, after.reminders) == (RequestStatus.OPEN, 2, "new", 0)
    assert (after.sent_at, after.due_on, after.expires_at) == (at, date(2026, 11, 21), at + timedelta(days=30))
    assert after.token_hash == token_hash(LINKS.token(FIRM.id, REQUEST.id, 2, "new"))
    assert after.token_hash != before.token_hash
    assert (before.previous_token_hash, after.previous_token_hash) == (None, before.token_hash)


@pytest.mark.parametrize("status", [RequestStatus.DECIDED, RequestStatus.SUPERSEDED, RequestStatus.WITHDRAWN])
def test_what_is_over_is_not_renewed(status: RequestStatus) -> None:
    """A decision stands; what was replaced or withdrawn stays so."""
    with pytest.raises(Refused):
        renewed(closed(REQUEST, status, BEGINNING), Settings(), LINKS, BEGINNING)


def test_request_to_nobody_is_not_renewed() -> None:
    """Who was asked was erased, and a new link would reach nobody."""
    expired = closed(REQUEST, RequestStatus.EXPIRED, BEGINNING)
    with pytest.raises(Refused) as refused:
        renewed(without_recipient(expired, "Erased 1"), Settings(), LINKS, BEGINNING)
    assert [reason.code for reason in refused.value.reasons] == ["recipient_without_email"]


def test_item_is_put_into_a_request_and_freed_again() -> None:
    """Its state stays."""
    asked: Item = put_into(WAITING, REQUEST.id)
    assert isinstance(asked, TimeEntry)
    assert (asked.request_id, asked.version) == (REQUEST.id, 2)
    assert freed(asked) == evolve(WAITING, version=3)


@pytest.mark.requirement("B-05")
def test_request_is_expired_from_its_last_instant_on() -> None:
    """Also where the scheduler has not come by yet."""
    at = REQUEST.expires_at
    assert expired_by_now(REQUEST, at - timedelta(microseconds=1)) is REQUEST
    assert expired_by_now(REQUEST, at).status is RequestStatus.EXPIRED
    done = decided(REQUEST, by="Jan", comment="", digest="1:", at=BEGINNING)
    assert expired_by_now(done, at) is done


def test_built_request_is_open() -> None:
    """What tests of others begin with."""
    assert a_request(FIRM.project, FIRM.employee, WAITING).status is RequestStatus.OPEN
    assert WAITING.on == MONDAY
