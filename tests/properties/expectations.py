"""What must hold after every command, written from the design and not from the code."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar
from uuid import UUID

from attrs import frozen

from tests.unit.usecases.firm import Office
from worktraq.core.actors import ActorKind
from worktraq.core.approval import Decision
from worktraq.core.entries import Expense, Item, State, TimeEntry
from worktraq.core.ids import ItemId, UserId
from worktraq.core.rates import ItemPrice, RateRule
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.unbilled import UnbilledOverview
from worktraq.core.unbilled_lines import UnbilledLine

R = TypeVar("R")

AWAITING = ("awaiting_internal", "awaiting_customer")
PAIRS = {
    "register": {("none", "draft")},
    "edit": set(),
    "delete": {("draft", "gone")},
    "submit": {("draft", each) for each in AWAITING},
    "withdraw": {(each, "draft") for each in AWAITING},
    "approve": {
        *(("awaiting_internal", each) for each in ("awaiting_customer", "approved")),
        *(("awaiting_customer", each) for each in ("awaiting_internal", "approved")),
    },
    "reject": {(each, "rejected") for each in AWAITING},
    "waive": {(each, to) for each in ("awaiting_customer", "rejected") for to in ("awaiting_internal", "approved")},
    "revise": {("rejected", "draft")},
    "reopen": {("approved", "draft")},
    "decide": {("awaiting_customer", each) for each in ("awaiting_internal", "approved", "rejected")},
}
STEPS = {
    "internal": ["internal"],
    "customer": ["customer"],
    "internal-customer": ["internal", "customer"],
    "customer-internal": ["customer", "internal"],
}


@frozen
class Content:
    """What is stored of the firm, as far as it matters here."""

    items: Mapping[UUID, Item]
    decisions: Mapping[UUID, Decision]
    requests: Mapping[UUID, ApprovalRequest]
    prices: Mapping[UUID, ItemPrice]
    rates: Mapping[UUID, RateRule]
    escalations: Mapping[UUID, int]

    @classmethod
    def of(cls, office: Office) -> "Content":
        """The present content."""
        tables = office.store._committed[office.firm.id]
        recorded = [*tables.unsealed._rows.values(), *(each.event for each in tables.chain._rows.values())]
        return cls(
            dict(tables.items._rows),
            dict(tables.decisions._rows),
            dict(tables.requests._rows),
            dict(tables.prices._rows),
            dict(tables.rates._rows),
            Counter(event.subject_id for event in recorded if event.name.value == "request.escalated"),
        )


def check_moves(before: Content, after: Content, command: str) -> None:
    """No item goes anywhere that the command does not lead, and what is not a draft stays as it is."""
    for item_id in before.items.keys() | after.items.keys():
        old, new = before.items.get(item_id), after.items.get(item_id)
        pair = (old.state.value if old else "none", new.state.value if new else "gone")
        if pair[0] != pair[1]:
            assert pair in PAIRS.get(command, set()), (command, pair)
            assert command != "withdraw" or (old is not None and old.passed == 0)
        if old is not None and new is not None and old.state is not State.DRAFT:
            assert shown(old) == shown(new), command
            if new.state is not State.DRAFT:
                assert old.chain is new.chain


def shown(item: Item) -> tuple[object, ...]:
    """What was approved when an item was approved."""
    what = item.minutes if isinstance(item, TimeEntry) else item.amount if isinstance(item, Expense) else None
    return (item.on, item.note, item.is_billable, item.activity_id, item.user_id, what)


def check_approvals(content: Content) -> None:
    """What is approved was approved by every step of its chain, or is marked as waived for the customer's."""
    for item in content.items.values():
        assert item.state is not State.INVOICED
        if item.state is State.APPROVED:
            assert item.chain is not None
            counting = [d for d in content.decisions.values() if d.item_id == item.id and not d.is_void]
            for step in STEPS[item.chain.value]:
                kinds = {d.kind.value for d in counting if d.step.value == step}
                is_waived = step == "customer" and item.is_waived and "waived" in kinds
                assert is_waived or "approved" in kinds, item
        if item.state is State.DRAFT:
            assert all(d.is_void for d in content.decisions.values() if d.item_id == item.id)


def check_deciders(
    before: Content, after: Content, *, approvers: Collection[UserId], managers: Collection[UserId], own_allowed: bool
) -> None:
    """Every new decision was made by somebody who may make it."""
    for decision_id in after.decisions.keys() - before.decisions.keys():
        decision = after.decisions[decision_id]
        item = before.items[decision.item_id]
        if decision.actor_kind is ActorKind.CONTACT:
            assert decision.step.value == "customer"
            assert decision.kind.value != "waived"
            assert decision.request_id == item.request_id is not None
            continue
        assert decision.actor_kind is ActorKind.USER
        assert decision.actor_id in (managers if decision.step.value == "customer" else approvers)
        assert own_allowed or decision.actor_id != item.user_id
        assert decision.comment or (decision.step.value, decision.kind.value) == ("internal", "approved")


def check_requests(before: Content, after: Content) -> None:
    """An item stands in one open request at most, all items of an open request wait in it, and none is left behind."""
    asked: set[ItemId] = set()
    for request in after.requests.values():
        if request.status.value == "open":
            assert asked.isdisjoint(request.item_ids)
            asked.update(request.item_ids)
            for item_id in request.item_ids:
                item = after.items[item_id]
                assert (item.state, item.request_id) == (State.AWAITING_CUSTOMER, request.id)
                assert item.is_billable
    for item in after.items.values():
        if item.state is State.AWAITING_CUSTOMER and item.request_id is not None:
            assert after.requests[item.request_id].status.value in ("open", "expired", "withdrawn")
    for request_id, request in before.requests.items():
        if request.status.value in ("decided", "superseded", "withdrawn"):
            assert after.requests[request_id] == request
        assert after.requests[request_id].item_ids == request.item_ids


def check_sending(before: Content, after: Content) -> None:
    """Somebody else is asked only through a new link; sending again begins the reminders anew, nothing else does."""
    for request_id, old in before.requests.items():
        new = after.requests[request_id]
        assert new.token_number >= old.token_number
        if new.token_number == old.token_number:
            assert (new.recipient, new.sent_at, new.token_hash) == (old.recipient, old.sent_at, old.token_hash)
            assert new.reminders >= old.reminders
            assert new.is_escalated >= old.is_escalated
        else:
            assert (new.reminders, new.is_escalated, new.status.value) == (0, False, "open")
            assert new.token_hash != old.token_hash


def check_escalations(content: Content) -> None:
    """Managers are told once for each time that a request was sent, and it is recorded."""
    for request in content.requests.values():
        told = content.escalations.get(request.id, 0)
        assert request.is_escalated <= told <= request.token_number


def check_prices(before: Content, after: Content) -> None:
    """A frozen price stays as it is, and only what is approved has one."""
    for item_id, price in after.prices.items():
        assert after.items[ItemId(item_id)].state is State.APPROVED
        assert after.items[ItemId(item_id)].is_billable
        if item_id in before.prices and before.items[item_id].state is State.APPROVED:
            assert before.prices[item_id] == price


def check_days(content: Content) -> None:
    """Nobody works more than a day in a day."""
    minutes: dict[tuple[UserId, date], int] = {}
    for item in content.items.values():
        if isinstance(item, TimeEntry):
            minutes[item.user_id, item.on] = minutes.get((item.user_id, item.on), 0) + item.minutes
    assert all(each <= 1440 for each in minutes.values())


def check_unbilled(content: Content, overview: UnbilledOverview, lines: Sequence[UnbilledLine], at: datetime) -> None:
    """Every billable item stands in it once, with its reason and value, and the sums add up."""
    expected = sorted(item.id for item in content.items.values() if item.is_billable)
    assert sorted(line.item_id for line in lines) == expected
    for line in lines:
        item = content.items[line.item_id]
        cents = value(content, item)
        assert (line.value.minor if line.value else None) == cents
        assert [each.reason.value for each in line.why] == reasons(content, item, at, has_value=cents is not None)
    for totals in overview.totals:
        parts = totals.by_reason.values()
        assert totals.total.items == sum(each.items for each in parts)
        assert totals.total.minutes == sum(each.minutes for each in parts)
        assert amount(totals.total.value) == sum(amount(each.value) for each in parts)
        assert totals.total.items_without_rate == sum(each.items_without_rate for each in parts)
    whole = sum(amount(totals.total.value) for totals in overview.totals)
    assert whole == sum(line.value.minor for line in lines if line.value)


def amount(money: object) -> int:
    """The cents of a sum that has to be there."""
    minor = getattr(money, "minor", None)
    assert isinstance(minor, int)
    return minor


def reasons(content: Content, item: Item, at: datetime, *, has_value: bool) -> list[str]:
    """Why an item is not billed, by section 7 of the design."""
    request = content.requests.get(item.request_id) if item.request_id else None
    status = request.status.value if request else ""
    if request and status == "open" and request.expires_at <= at:
        status = "expired"
    found = {
        "rejected": ["rejected"],
        "draft": ["not_submitted"],
        "awaiting_internal": ["awaiting_internal"],
        "awaiting_customer": [{"open": "awaiting_customer", "expired": "request_expired"}.get(status, "not_offered")],
    }.get(item.state.value, [])
    return [*found, *([] if has_value else ["no_rate"])] or ["ready"]


def value(content: Content, item: Item) -> int | None:
    """What an item is worth in cents: frozen, else by the rates of today."""
    if item.state is State.APPROVED:
        price = content.prices.get(item.id)
        return price.value.minor if price else None
    if isinstance(item, Expense):
        return item.amount.minor
    assert isinstance(item, TimeEntry)
    rule = rule_for(item, content.rates.values())
    if rule is None:
        return None
    exact = Decimal(item.minutes) * Decimal(rule.rate.ten_thousandths) / Decimal(60 * 100)
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def rule_for(item: TimeEntry, rules: Iterable[RateRule]) -> RateRule | None:
    """The rate that counts: activity, project, customer, organization, by the day of work."""
    for subject in (item.activity_id, item.project_id, item.customer_id, item.organization_id):
        begun: Sequence[RateRule] = [
            rule for rule in rules if rule.subject_id == subject and (rule.valid_from or date.min) <= item.on
        ]
        if begun:
            return max(begun, key=lambda rule: rule.valid_from or date.min)
    return None


def secrets(content: Content, overview: UnbilledOverview, lines: Sequence[UnbilledLine]) -> frozenset[int]:
    """The amounts in cents that nobody without the right may see: values of time, mark-ups, and sums with time in them."""
    spent = {item.amount.minor for item in content.items.values() if isinstance(item, Expense)}
    found = {line.value.minor for line in lines if line.value}
    for totals in overview.totals:
        for each in (totals.total, *totals.by_reason.values()):
            if each.value is not None and each.minutes > each.minutes_without_rate:
                found.add(each.value.minor)
    return frozenset(found - spent - {0})
