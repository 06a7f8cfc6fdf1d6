"""What customers are asked, and what they decide."""

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.actors import Actor
from worktraq.core.approval import DecisionKind
from worktraq.core.entries import State
from worktraq.core.money import Money
from worktraq.core.notifications import NotificationKind
from worktraq.core.signoff import RequestStatus
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.testing.builders import OCTOBER


@pytest.mark.requirement("L-07")
def test_customer_sees_hours_and_expenses_of_one_employee_and_period(office: Office) -> None:
    """Behind the link in the mail; never a rate."""
    office.set_rate("77.7731")
    item, expense = office.time(), office.expense()
    contact = office.contact(office.asked(item, expense))
    with office.viewing(contact) as tx:
        shown = tx.signoff.shown()
    assert (shown.organization_name, shown.employee_name, shown.customer_name, shown.project_name) == (
        *("Acme", "Eva", "Bakkerij Jansen B.V.", "Advice"),
    )
    assert shown.request.period == OCTOBER
    assert [(line.item_id, line.minutes, line.amount) for line in shown.lines] == [
        (item.id, 60, None),
        (expense.id, None, Money("12.50", "EUR")),
    ]
    assert "77" not in repr(shown.lines)


@pytest.mark.requirement("L-08", "B-03", "L-11")
def test_customer_decides_line_by_line(office: Office) -> None:
    """What is rejected goes back with its comment, the rest can be billed."""
    item, expense = office.time(), office.expense()
    contact = office.contact(office.asked(item, expense))
    with office.acting(contact) as tx:
        request = tx.signoff.decide(
            digest=tx.signoff.shown().digest, accept=[item.id], reject={expense.id: "No parking"}, comment="Thanks"
        )
    assert (request.status, request.decided_by, request.comment) == (
        *(RequestStatus.DECIDED, "Bakkerij Jansen B.V.", "Thanks"),
    )
    assert (office.state(item), office.state(expense)) == (State.APPROVED, State.REJECTED)
    with office.viewing(office.eva) as tx:
        decision = tx.approval.decisions(expense.id)[-1]
    assert (decision.kind, decision.comment, decision.actor_name) == (
        *(DecisionKind.REJECTED, "No parking", "Bakkerij Jansen B.V."),
    )
    assert (decision.request_id, decision.on_behalf) == (request.id, False)


@pytest.mark.requirement("B-03")
@pytest.mark.parametrize("kind", ["missing", "unknown", "twice"])
def test_incomplete_or_ambiguous_decision_is_refused(office: Office, kind: str) -> None:
    """Every line once, and nothing else."""
    item, expense = office.time(), office.expense()
    contact = office.contact(office.asked(item, expense))
    draft = office.time()
    with office.viewing(contact) as tx:
        digest = tx.signoff.shown().digest
    accept = {"missing": [item.id], "unknown": [item.id, expense.id, draft.id], "twice": [item.id, expense.id]}[kind]
    reject = {expense.id: ""} if kind == "twice" else {}
    error = office.refuses(
        contact, lambda tx: tx.signoff.decide(digest=digest, accept=accept, reject=reject), InvalidInput
    )
    assert error.field == "lines"


@pytest.mark.requirement("B-05")
def test_request_is_decided_once(office: Office) -> None:
    """The second time it says so, and shows nothing."""
    item = office.time()
    contact = office.contact(office.asked(item))
    with office.acting(contact) as tx:
        digest = tx.signoff.shown().digest
        tx.signoff.decide(digest=digest, accept=[item.id])
    again = office.refuses(contact, lambda tx: tx.signoff.decide(digest=digest, accept=[item.id]), Refused)
    shown = office.refuses(contact, lambda tx: tx.signoff.shown(), Refused)
    assert [codes(again), codes(shown)] == [["request_decided"]] * 2


@pytest.mark.requirement("B-05")
def test_expired_superseded_and_withdrawn_read_differently(office: Office) -> None:
    """None leaks data; a made-up link is not found at all."""
    item = office.time()
    request = office.asked(item)
    contact = office.contact(request)
    now = office.clock.now
    office.clock.set(request.expires_at)
    found = [codes(office.refuses(contact, lambda tx: tx.signoff.shown(), Refused))]
    office.clock.set(now)
    with office.acting(office.manager) as tx:
        tx.signoff.withdraw(request.id, version=1)
    found.append(codes(office.refuses(contact, lambda tx: tx.signoff.shown(), Refused)))
    with office.acting(office.manager) as tx:
        second = tx.signoff.offer(user_id=office.firm.employee.id, project_id=office.firm.project.id, period=OCTOBER)
        tx.approval.waive([item.id], reason="urgent")
    found.append(codes(office.refuses(office.token(second), lambda tx: tx.signoff.shown(), Refused)))
    assert found == [["request_expired"], ["request_withdrawn"], ["request_superseded"]]
    office.refuses(Actor.contact(office.firm.id, "made-up"), lambda tx: tx.signoff.shown(), NotFound)
    office.refuses(office.manager, lambda tx: tx.signoff.shown(), NotFound)


@pytest.mark.requirement("B-05")
def test_looking_changes_nothing(office: Office) -> None:
    """However often the page is opened."""
    contact = office.contact(office.asked(office.time()))
    with office.nothing_changes(), office.viewing(contact) as tx:
        tx.signoff.shown()
        tx.signoff.shown()


@pytest.mark.requirement("B-05")
@pytest.mark.parametrize("expired", [True, False])
def test_renewed_request_has_another_link(office: Office, *, expired: bool) -> None:
    """Also when it has expired; the older link says that it was replaced, and nothing else."""
    item = office.time()
    request = office.asked(item)
    old = office.contact(request)
    if expired:
        office.clock.set(request.expires_at)
        office.engine.run_due()
    with office.acting(office.manager) as tx:
        current = tx.signoff.get(request.id).request
        renewed = tx.signoff.renew(request.id, version=current.version)
    assert (renewed.status, renewed.sent_at) == (RequestStatus.OPEN, office.clock.now)
    for read in (lambda tx: tx.signoff.shown(), lambda tx: tx.signoff.language()):
        assert codes(office.refuses(old, read, Refused)) == ["link_replaced"]
    office.refuses(old, lambda tx: tx.organizations.brand(), NotFound)
    new = office.contact(renewed)
    with office.acting(new) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id])
    assert office.state(item) is State.APPROVED


@pytest.mark.parametrize("command", ["renew", "remind", "withdraw", "decide_on_behalf"])
def test_what_is_decided_is_left_alone(office: Office, command: str) -> None:
    """Neither renewed, nor reminded of, nor withdrawn, nor decided on behalf."""
    item = office.time()
    request = office.asked(item)
    with office.acting(office.manager) as tx:
        tx.signoff.decide_on_behalf(request.id, version=1, reason="phone", accept=[item.id])
    arguments = {"reason": "phone"} if command == "decide_on_behalf" else {}
    error = office.refuses(
        office.manager, lambda tx: getattr(tx.signoff, command)(request.id, version=2, **arguments), Refused
    )
    assert codes(error) == ["request_decided"]


def test_decision_on_behalf_is_marked(office: Office) -> None:
    """With how the customer told it; an empty comment on a rejection is replaced by it."""
    item, expense = office.time(), office.expense()
    request = office.asked(item, expense)
    with office.acting(office.manager) as tx:
        decided = tx.signoff.decide_on_behalf(
            request.id, version=1, reason="By telephone", accept=[item.id], reject={expense.id: ""}
        )
        decisions = [tx.approval.decisions(each.id)[-1] for each in (item, expense)]
    assert decided.decided_by == "Mo"
    assert [(each.on_behalf, each.comment, each.actor_name) for each in decisions] == [(True, "By telephone", "Mo")] * 2


def test_nobody_is_reminded_of_a_link_that_no_longer_works(office: Office) -> None:
    """Also where the scheduler has not come by yet: such a request is renewed."""
    request = office.asked(office.time())
    office.clock.set(request.expires_at)
    error = office.refuses(office.manager, lambda tx: tx.signoff.remind(request.id, version=1), Refused)
    assert codes(error) == ["request_expired"]


def test_reminder_is_sent_by_hand(office: Office) -> None:
    """The same link, in another mail."""
    request = office.asked(office.time())
    with office.acting(office.manager) as tx:
        tx.signoff.remind(request.id, version=1)
    office.deliver()
    links = {each.link for each in office.notifier.delivered if each.link}
    kinds = [each.kind for each in office.notifier.delivered if each.link]
    assert kinds == [NotificationKind.APPROVAL_REQUESTED, NotificationKind.APPROVAL_REMINDER]
    assert len(links) == 1
