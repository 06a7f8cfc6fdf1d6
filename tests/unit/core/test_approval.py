"""What a move leaves behind, besides the state."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.actors import ActorKind
from worktraq.core.approval import Command, Deed, Party, refusals, step
from worktraq.core.chains import ApprovalChain, Step
from worktraq.core.entries import Expense, Item, State, TimeEntry
from worktraq.core.events import EventName
from worktraq.core.ids import EventId, RequestId
from worktraq.errors import Refused
from worktraq.testing.builders import a_time_entry, an_expense, in_state
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()
EVENT = EventId(UUID(int=9))
LATER = BEGINNING + timedelta(hours=1)


def deed(*parties: Party, reason: str = "because", chain: ApprovalChain | None = None) -> Deed:
    """Somebody does something, an hour later."""
    return Deed(ActorKind.USER, FIRM.manager.id, frozenset(parties), LATER, reason, chain=chain)


def moved(item: Item, command: Command, done: Deed) -> Item:
    """The item after a move."""
    return step(item, command, done, EVENT)[0]


def submitted(item: Item, chain: ApprovalChain) -> Item:
    """The item, handed in."""
    return moved(item, Command.SUBMIT, deed(Party.OWNER, chain=chain))


@pytest.mark.requirement("B-02", "L-04")
@pytest.mark.parametrize(
    ("chain", "state"),
    [
        (ApprovalChain.INTERNAL, State.AWAITING_INTERNAL),
        (ApprovalChain.INTERNAL_CUSTOMER, State.AWAITING_INTERNAL),
        (ApprovalChain.CUSTOMER, State.AWAITING_CUSTOMER),
        (ApprovalChain.CUSTOMER_INTERNAL, State.AWAITING_CUSTOMER),
    ],
)
def test_submitting_fixes_the_chain_and_leads_to_its_first_step(chain: ApprovalChain, state: State) -> None:
    """From then on, settings do not touch it."""
    item = submitted(a_time_entry(FIRM.activity), chain)
    assert (item.state, item.chain, item.passed, item.since, item.version) == (state, chain, 0, LATER, 2)


@pytest.mark.requirement("B-02")
@pytest.mark.parametrize("chain", ApprovalChain)
def test_item_is_approved_once_every_step_has_agreed(chain: ApprovalChain) -> None:
    """In the order of the chain, and not before."""
    item = submitted(a_time_entry(FIRM.activity), chain)
    seen = []
    while item.state is not State.APPROVED:
        assert item.current_step is not None
        seen.append(item.current_step)
        party = Party.APPROVER if item.current_step is Step.INTERNAL else Party.CUSTOMER
        item = moved(item, Command.APPROVE, deed(party))
    assert tuple(seen) == chain.steps
    assert not item.is_waived


@pytest.mark.requirement("L-14")
def test_waiving_passes_the_customers_step_only_and_marks_the_item() -> None:
    """An internal step that comes after it is not skipped."""
    item = submitted(a_time_entry(FIRM.activity), ApprovalChain.CUSTOMER_INTERNAL)
    waived = moved(item, Command.WAIVE, deed(Party.MANAGER))
    assert (waived.state, waived.is_waived, waived.passed) == (State.AWAITING_INTERNAL, True, 1)
    assert moved(waived, Command.APPROVE, deed(Party.APPROVER)).is_waived


@pytest.mark.requirement("L-14")
def test_internal_rejection_is_not_waived() -> None:
    """Submission and internal approval are never skipped."""
    item = submitted(a_time_entry(FIRM.activity), ApprovalChain.INTERNAL_CUSTOMER)
    rejected = moved(item, Command.REJECT, deed(Party.APPROVER))
    with pytest.raises(Refused) as raised:
        moved(rejected, Command.WAIVE, deed(Party.MANAGER))
    assert [reason.code for reason in raised.value.reasons] == ["not_rejected_by_customer"]


@pytest.mark.requirement("L-12")
@pytest.mark.parametrize(
    ("state", "command", "party"),
    [
        (State.AWAITING_INTERNAL, Command.WITHDRAW, Party.OWNER),
        (State.REJECTED, Command.REVISE, Party.OWNER),
        (State.APPROVED, Command.REOPEN, Party.MANAGER),
    ],
)
def test_draft_forgets_everything_of_its_approval(state: State, command: Command, party: Party) -> None:
    """Chain, steps, waiver and request are gone; the next submission begins anew."""
    before = in_state(a_time_entry(FIRM.activity), state)
    item = evolve(before, is_waived=True, request_id=RequestId(UUID(int=4)))
    assert moved(item, command, deed(party)) == evolve(a_draft(before), since=LATER, version=2)


def a_draft(item: TimeEntry) -> TimeEntry:
    """The item as it was before it was handed in."""
    return evolve(item, state=State.DRAFT, chain=None, passed=0, is_waived=False, request_id=None)


def test_rejecting_keeps_the_place_in_the_chain() -> None:
    """It tells who rejected."""
    item = in_state(a_time_entry(FIRM.activity), State.AWAITING_CUSTOMER)
    rejected = moved(item, Command.REJECT, deed(Party.CUSTOMER))
    assert (rejected.state, rejected.current_step) == (State.REJECTED, Step.CUSTOMER)


def test_invoicing_and_releasing_keep_the_approval() -> None:
    """A cancelled invoice gives back what it took."""
    item = in_state(a_time_entry(FIRM.activity), State.APPROVED)
    invoiced = moved(item, Command.INVOICE, deed(Party.MANAGER))
    released = moved(invoiced, Command.RELEASE, deed(Party.MANAGER))
    assert invoiced.state is State.INVOICED
    assert released == evolve(item, since=LATER, version=3)


@pytest.mark.parametrize("command", [Command.EDIT, Command.DELETE])
def test_editing_and_deleting_do_not_move_the_item(command: Command) -> None:
    """They are allowed or refused by the table like everything else."""
    item = a_time_entry(FIRM.activity)
    assert moved(item, command, deed(Party.OWNER)) == item


def test_expense_is_moved_as_time_is() -> None:
    """Both kinds of item keep what is their own."""
    expense = an_expense(FIRM.activity)
    assert submitted(expense, ApprovalChain.INTERNAL) == evolve(
        expense, state=State.AWAITING_INTERNAL, chain=ApprovalChain.INTERNAL, since=LATER, version=2
    )
    assert isinstance(submitted(expense, ApprovalChain.INTERNAL), Expense)


@pytest.mark.requirement("B-07")
def test_move_leaves_an_event() -> None:
    """Who, when, what, to which item, at which step."""
    item = in_state(a_time_entry(FIRM.activity), State.AWAITING_CUSTOMER)
    _, event = step(item, Command.APPROVE, deed(Party.CUSTOMER), EVENT)
    assert (event.id, event.name, event.subject_id, event.at) == (EVENT, EventName.ITEM_APPROVED, item.id, LATER)
    assert (event.actor_kind, event.actor_id, event.organization_id) == (ActorKind.USER, FIRM.manager.id, FIRM.id)
    assert event.details == (("step", "customer"),)


@pytest.mark.requirement("W-02", "B-06")
def test_all_reasons_against_a_move_are_given() -> None:
    """Own work, and no reason for rejecting it."""
    item = in_state(a_time_entry(FIRM.activity), State.AWAITING_INTERNAL)
    found = refusals(item, Command.REJECT, deed(Party.OWNER, Party.APPROVER, reason=""))
    assert codes(found) == ["own_item", "reason_missing"]


@pytest.mark.requirement("B-06")
def test_refusal_names_everybody_who_might() -> None:
    """The customer, or a manager on the customer's behalf."""
    item = in_state(a_time_entry(FIRM.activity), State.AWAITING_CUSTOMER)
    assert codes(refusals(item, Command.APPROVE, deed(Party.OWNER))) == ["needs_customer", "needs_manager"]


@pytest.mark.requirement("W-02")
def test_organization_may_allow_approving_own_work() -> None:
    """By default it does not."""
    item = in_state(a_time_entry(FIRM.activity), State.AWAITING_INTERNAL)
    own = deed(Party.OWNER, Party.MANAGER, Party.APPROVER)
    assert codes(refusals(item, Command.APPROVE, own)) == ["own_item"]
    assert refusals(item, Command.APPROVE, evolve(own, allows_self_approval=True)) == ()


@pytest.mark.requirement("W-09")
def test_rejection_inside_needs_a_reason() -> None:
    """The owner has to know what to change."""
    item = in_state(a_time_entry(FIRM.activity), State.AWAITING_INTERNAL)
    assert codes(refusals(item, Command.REJECT, deed(Party.APPROVER, reason=""))) == ["reason_missing"]
    assert refusals(item, Command.REJECT, deed(Party.APPROVER)) == ()


@pytest.mark.requirement("L-08")
def test_comment_of_the_customer_is_needed_where_the_organization_wants_it() -> None:
    """By default it is possible, not mandatory."""
    item = in_state(a_time_entry(FIRM.activity), State.AWAITING_CUSTOMER)
    silent = deed(Party.CUSTOMER, reason="")
    assert refusals(item, Command.REJECT, silent) == ()
    assert codes(refusals(item, Command.REJECT, evolve(silent, requires_comment=True))) == ["comment_missing"]


def codes(reasons: Iterable[object]) -> list[str]:
    """The codes of reasons."""
    return [getattr(reason, "code", "") for reason in reasons]
