"""Any mixture of people doing anything in any order: the rules hold after every step."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.properties.canary import CANARY, check_for, leaves
from tests.properties.expectations import (
    Content,
)
from tests.properties.readings import everything
from tests.properties.supervising import SupervisedFirm
from worktraq.core.approval import Decision
from worktraq.core.calendar import Cadence, Period
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import Item, State, TimeEntry
from worktraq.core.events import EventName
from worktraq.core.ids import ItemId
from worktraq.core.money import Money, Rate
from worktraq.core.projects import FixedPrice, Hourly
from worktraq.core.rates import RateSubject
from worktraq.core.signoff import ApprovalRequest
from worktraq.errors import WorktraqError
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.usecases.transaction import Transaction

T = TypeVar("T")

ACTORS = st.sampled_from(("admin", "manager", "eva", "coen", "approver", "stranger", "contact", "scheduler"))
POWERS = st.sampled_from(("admin", "manager", "approver", "owner"))
USERS = st.sampled_from(("admin", "manager", "eva", "coen", "approver"))
PICK = st.integers(0, 10_000)
DAYS = st.sampled_from([MONDAY + timedelta(days=days) for days in (-4, 0, 27)])
MINUTES = st.sampled_from((45, 61, 90, 479, 480, 961))
AMOUNTS = st.sampled_from(("12.34", "5.01"))
REASONS = st.sampled_from(("", "because"))
PERIODS = st.sampled_from(
    (OCTOBER, Period.month(2026, 11), Period.week(MONDAY), Period(OCTOBER.first, MONDAY), Period(MONDAY, OCTOBER.until))
)
RATES = st.sampled_from((CANARY, Rate("78.1111", "EUR")))
WILD = st.sampled_from((False, False, False, True))
MOVES = ("submit", "withdraw", "approve", "reject", "waive", "revise", "reopen")
BILLINGS = st.sampled_from(
    (Hourly(Cadence.WEEKLY, True), Hourly(Cadence.MONTHLY, True), Hourly(Cadence.MONTHLY, False), FixedPrice())
)


class LifeOfItems(SupervisedFirm):
    """A firm in which everybody may try everything."""

    def waiting(self) -> list[ItemId]:
        """What waits inside the firm, and is not the administrator's own."""
        return [item.id for item in self.items() if item.state is State.AWAITING_INTERNAL]

    @rule(wild=WILD, name=ACTORS, place=PICK, on=DAYS, minutes=MINUTES, spent=st.one_of(st.none(), AMOUNTS))
    def register(self, *, wild: bool, name: str, place: int, on: date, minutes: int, spent: str | None) -> None:
        """Time or an expense, on any activity; mostly by its owner."""
        activity = self.activities[place % len(self.activities)]
        name = name if wild else self.name_of(activity.user_id)
        if spent is None:
            self.act(name, "register", lambda tx: tx.entries.register_time(activity.id, on=on, minutes=minutes))
            return
        amount = Money(spent, "EUR")
        self.act(
            name,
            "register",
            lambda tx: tx.entries.register_expense(activity.id, on=on, amount=amount, description="Parking"),
        )

    @precondition(lambda self: self.fits("edit", "withdraw", "approve"))
    @rule(wild=WILD, name=ACTORS, pick=PICK, on=DAYS, minutes=MINUTES, deletes=WILD)
    def edit(self, *, wild: bool, name: str, pick: int, on: date, minutes: int, deletes: bool) -> None:
        """Any item, mostly an own draft; now and then it is deleted."""
        item = self.fitting("withdraw" if wild else "edit", pick)[0]
        name = name if wild else self.name_of(item.user_id)
        command = "delete" if deletes else "edit"
        self.act(name, command, lambda tx: an_edit(tx, item, deletes=deletes, on=on, minutes=minutes))

    @rule(name=USERS, period=PERIODS)
    def submit(self, *, name: str, period: Period) -> None:
        """A period."""
        self.act(name, "submit", lambda tx: tx.approval.submit(period))

    @precondition(lambda self: bool(self.items()))
    @rule(name=ACTORS, command=st.sampled_from(MOVES), pick=PICK, reason=REASONS)
    def try_anything(self, *, name: str, command: str, pick: int, reason: str) -> None:
        """Any command on any item, by anybody."""
        items = self.items()
        self.move(name, command, [items[pick % len(items)]], reason)

    @precondition(lambda self: self.fits("approve"))
    @rule(name=POWERS, pick=PICK, reason=REASONS)
    def approve(self, *, name: str, pick: int, reason: str) -> None:
        """Inside the firm, or on the customer's behalf."""
        self.move(name, "approve", self.fitting("approve", pick), reason)

    @precondition(lambda self: self.fits("reject"))
    @rule(name=POWERS, pick=PICK)
    def reject(self, *, name: str, pick: int) -> None:
        """Inside the firm, or on the customer's behalf."""
        self.move(name, "reject", self.fitting("reject", pick), "because")

    @precondition(lambda self: self.fits("waive"))
    @rule(name=POWERS, pick=PICK)
    def waive(self, *, name: str, pick: int) -> None:
        """Without the customer."""
        self.move(name, "waive", self.fitting("waive", pick)[:1], "because")

    @precondition(lambda self: self.fits("withdraw", "revise", "reopen"))
    @rule(name=POWERS, command=st.sampled_from(("withdraw", "revise", "reopen")), pick=PICK)
    def take_back(self, *, name: str, command: str, pick: int) -> None:
        """By the owner, or by a manager after approval."""
        name = name if command == "reopen" else "owner"
        self.move(name, command, self.fitting(command, pick), "because")

    def move(self, name: str, command: str, items: Sequence[Item], reason: str) -> None:
        """A command on items."""
        name = self.name_of(items[0].user_id) if name == "owner" else name
        ids = [item.id for item in items]
        self.act(name, command, lambda tx: a_move(tx, command, ids, reason))

    @precondition(lambda self: bool(self.waiting()))
    @rule(pick=PICK)
    def approve_what_waits(self, *, pick: int) -> None:
        """An administrator empties the inbox, so that customers are asked."""
        ids = self.waiting()[: pick % 5 + 1]
        self.act("admin", "approve", lambda tx: tx.approval.approve(ids))

    @precondition(lambda self: bool(self.requests()))
    @rule(wild=WILD, pick=PICK, accept=st.integers(0, 31), comment=REASONS)
    def decide(self, *, wild: bool, pick: int, accept: int, comment: str) -> None:
        """The customer decides through a link, now and then through one that is over or on what is no longer shown."""
        request = self.a_request(pick, wild=wild)
        accepted, rejected = divided(request, accept, comment)

        def decide(tx: Transaction) -> object:
            digest = "1:stale" if wild and pick % 3 == 0 else tx.signoff.shown().digest
            return tx.signoff.decide(digest=digest, accept=accepted, reject=rejected, comment=comment)

        self.act("contact", "decide", decide, self.requests().index(request))

    @precondition(lambda self: bool(self.requests()))
    @rule(wild=WILD, name=ACTORS, pick=PICK, accept=st.integers(0, 31), reason=REASONS)
    def decide_on_behalf(self, *, wild: bool, name: str, pick: int, accept: int, reason: str) -> None:
        """Somebody says what the customer said."""
        request = self.a_request(pick, wild=wild)
        accepted, rejected = divided(request, accept, "")
        self.act(
            name if wild else "manager",
            "decide",
            lambda tx: tx.signoff.decide_on_behalf(
                request.id, version=request.version, reason=reason, accept=accepted, reject=rejected
            ),
        )

    @precondition(lambda self: bool(self.requests()))
    @rule(wild=WILD, name=ACTORS, command=st.sampled_from(("renew", "remind", "withdraw", "offer")), pick=PICK)
    def manage_request(self, *, wild: bool, name: str, command: str, pick: int) -> None:
        """Any request, also what it was about once more; mostly by a manager."""
        request = self.a_request(pick, wild=wild or command == "offer")
        name = name if wild else "manager"
        if command == "offer":
            about = {"user_id": request.user_id, "project_id": request.project_id, "period": request.period}
            self.act(name, "offer", lambda tx: tx.signoff.offer(**about))  # type: ignore[arg-type]  # fits
        else:
            self.act(name, "manage", lambda tx: getattr(tx.signoff, command)(request.id, version=request.version))

    @rule(days=st.sampled_from((0, 1, 8, 31)))
    def time_goes_by(self, days: int) -> None:
        """The scheduler comes by; afterwards the trail is whole, and coming again changes nothing."""
        office, before = self.office, Content.of(self.office)
        office.clock.tick(timedelta(days=days))
        office.engine.run_due()
        self.check(before, "run_due")
        with office.nothing_changes():
            office.engine.run_due()
        with office.viewing(office.manager) as tx:
            assert tx.audit.verify() is None

    @rule(name=USERS, what=PICK, chain=st.sampled_from(ApprovalChain), billing=BILLINGS)
    def change_the_firm(self, *, name: str, what: int, chain: ApprovalChain, billing: Hourly | FixedPrice) -> None:
        """Settings, the customer's chain, the project's billing, or an activity; anybody tries."""
        self.act(name, "settings", lambda tx: self.a_change(tx, what, chain, billing))

    def a_change(self, tx: Transaction, what: int, chain: ApprovalChain, billing: Hourly | FixedPrice) -> object:
        """One of many changes."""
        firm = self.office.firm
        if what % 4 == 0:
            organization = tx.organizations.get()
            changed = evolve(
                organization.settings,
                chain=chain,
                allows_self_approval=what % 8 == 0,
                requires_comment=what % 12 == 0,
            )
            return tx.organizations.change(version=organization.version, settings=changed)
        if what % 4 == 1:
            customer = tx.customers.get(firm.customer.id)
            own = chain if what % 8 == 1 else None
            return tx.customers.change(customer.id, version=customer.version, chain=own)
        if what % 4 == 2:
            project = tx.projects.get(firm.project.id)
            return tx.projects.change(project.id, version=project.version, billing=billing)
        activity = tx.activities.get(self.activities[what % len(self.activities)].id)
        if what % 8 == 3:
            return tx.activities.change(activity.id, version=activity.version, description=f"Work {what}")
        command = tx.activities.end if activity.is_active else tx.activities.activate
        return command(activity.id, version=activity.version)

    @rule(name=USERS, what=PICK, subject=st.sampled_from(RateSubject), rate=RATES, on=DAYS)
    def change_rates(self, *, name: str, what: int, subject: RateSubject, rate: Rate, on: date) -> None:
        """Set one, remove one, or fill one in; frozen prices stay."""
        firm, items = self.office.firm, self.fitting("reopen", what) if self.items() else []
        rules = sorted(Content.of(self.office).rates.values(), key=lambda each: each.id)
        things = {
            RateSubject.ACTIVITY: firm.activity.id,
            RateSubject.PROJECT: firm.project.id,
            RateSubject.CUSTOMER: firm.customer.id,
            RateSubject.ORGANIZATION: firm.id,
        }
        if what % 3 == 0 and items:
            self.act(name, "rate", lambda tx: tx.rates.fill_in(items[0].id, rate, reason="forgotten"))
        elif what % 3 == 1 and rules:
            old = rules[what % len(rules)]
            self.act(name, "rate", lambda tx: tx.rates.remove(old.id, version=old.version))
        else:
            self.act(name, "rate", lambda tx: tx.rates.set(subject, things[subject], rate, valid_from=on))

    @rule(name=st.sampled_from(("eva", "coen", "approver", "contact")), pick=PICK)
    def look_at_everything(self, *, name: str, pick: int) -> None:
        """Whoever may not see prices reads all that can be read, gets errors for the rest, and opens the mail."""
        office, actor = self.office, self.actor(name, pick)
        found: list[object] = []
        with office.nothing_changes(), office.viewing(actor) as tx:
            for reading in everything(tx, office, self.items(), self.requests()):
                try:
                    found.append(reading())
                except WorktraqError as error:
                    found.append(error)
        if name in ("eva", "coen"):
            seen = [leaf for leaf in leaves(found) if isinstance(leaf, Item | Decision)]
            own = {item.id for item in self.items() if item.user_id == actor.user_id}
            assert own.issuperset(leaf.id if isinstance(leaf, Item) else leaf.item_id for leaf in seen)
        assert EventName.ITEM_PRICED not in leaves(found)
        office.deliver()
        found += office.notifier.delivered[self.seen_mails :]
        self.seen_mails = len(office.notifier.delivered)
        check_for(self.secrets, *found)


def an_edit(tx: Transaction, item: Item, *, deletes: bool, on: date, minutes: int) -> object:
    """A change of an item, or its end."""
    if deletes:
        tx.entries.delete(item.id, version=item.version)
        return None
    if isinstance(item, TimeEntry):
        return tx.entries.edit_time(item.id, version=item.version, on=on, minutes=minutes)
    return tx.entries.edit_expense(item.id, version=item.version, is_billable=minutes > 90)


def a_move(tx: Transaction, command: str, ids: Sequence[ItemId], reason: str) -> object:
    """One of the commands on items."""
    if command == "submit":
        return tx.approval.submit_items(ids)
    if command == "revise":
        return tx.approval.revise(ids)
    return getattr(tx.approval, command)(ids, reason=reason)


def divided(request: ApprovalRequest, accept: int, comment: str) -> tuple[list[ItemId], dict[ItemId, str]]:
    """The lines of a request, some accepted and the others rejected."""
    accepted = [item_id for place, item_id in enumerate(request.item_ids) if accept >> place % 5 & 1]
    return accepted, {item_id: comment for item_id in request.item_ids if item_id not in accepted}


TestLifeOfItems = LifeOfItems.TestCase
TestLifeOfItems.settings = settings(max_examples=max(25, settings.default.max_examples))  # type: ignore[union-attr]  # is set
TestLifeOfItems = pytest.mark.requirement("W-05", "L-14", "B-01", "B-04", "B-07")(TestLifeOfItems)
