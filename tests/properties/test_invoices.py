"""Any order of proposing, confirming and cancelling by two people: nothing is billed twice, and nothing gets lost."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.unit.usecases.firm import Office, an_office
from worktraq.core.actors import Actor
from worktraq.core.entries import Item, State
from worktraq.core.ids import InstalmentId, ItemId
from worktraq.core.invoices import Invoice, InvoiceKind, InvoiceLine, LineKind
from worktraq.core.money import Money, Rate, value_of_time
from worktraq.core.proposals import InvoiceProposal, with_texts, without_lines
from worktraq.core.rates import RateSubject
from worktraq.core.rounding import ROUNDING_STEPS, RoundedPer, RoundingPolicy, RoundingWay
from worktraq.core.terms import InvoicePer, LinesPer
from worktraq.core.vat import Vat, VatCategory, tax_on
from worktraq.errors import Conflict, Refused, WorktraqError
from worktraq.serialization import from_json, to_json
from worktraq.testing.builders import MONDAY
from worktraq.usecases.transaction import Transaction

PEOPLE = st.sampled_from(("manager", "admin"))
PICK = st.integers(0, 10_000)
REASONS = st.sampled_from(("", "Agreed by telephone"))
MINUTES = st.sampled_from((1, 5, 7, 15, 31, 60, 492))
DAYS = st.sampled_from([MONDAY + timedelta(days=days) for days in (-4, 0, 1)])
RATES = st.sampled_from(("27.5000", "60.0000", "64.5000", "0.0100", "123.4567"))
AMOUNTS = st.sampled_from(("0.01", "12.34", "999.99"))
VATS = st.sampled_from((None, Vat(), Vat(VatCategory.STANDARD, 900), Vat(VatCategory.REVERSE_CHARGE, 0)))
ROUNDINGS = st.builds(
    RoundingPolicy, st.sampled_from(RoundedPer), st.sampled_from(ROUNDING_STEPS), st.sampled_from(RoundingWay)
)
TURN = date(2027, 1, 1)


class LifeOfInvoices(RuleBasedStateMachine):
    """Two people who invoice, each with proposals that may be old, and what else happens in the meantime."""

    office: Office

    @initialize()
    def found(self) -> None:
        """A firm with rates, where an entry needs approval inside and by the customer."""
        self.office = an_office()
        self.proposals: list[str] = []
        self.confirmed: dict[object, Invoice] = {}
        self.numbers: list[str] = []
        with self.office.acting(self.office.admin) as tx:
            for customer in (self.office.firm.customer, self.office.firm.other_customer):
                tx.rates.set(RateSubject.CUSTOMER, customer.id, Rate("95.00", "EUR"))
        for minutes, spent, approves in ((7, None, 1), (31, None, 1), (60, "12.34", 1), (492, None, 4)):
            self.work(minutes, MONDAY, 0, spent, approves)
        self.agree_an_instalment(0, "999.99")
        self.propose("manager", "Agreed by telephone")
        self.propose("admin", "")

    @rule(minutes=MINUTES, on=DAYS, place=st.integers(0, 1), spent=st.one_of(st.none(), AMOUNTS), approves=PICK)
    def work(self, minutes: int, on: date, place: int, spent: str | None, approves: int) -> None:
        """Something is registered, approved inside, and mostly waived by the customer."""
        firm = self.office.firm
        activity = (firm.activity, firm.loose_activity)[place]
        with self.office.acting(self.office.eva) as tx:
            if spent is None:
                item: Item = tx.entries.register_time(activity.id, on=on, minutes=minutes)
            else:
                amount = Money(spent, "EUR")
                item = tx.entries.register_expense(activity.id, on=on, amount=amount, description="Bus")
            tx.approval.submit_items([item.id])
        with self.office.acting(self.office.manager) as tx:
            if approves % 8:
                (item,) = tx.approval.approve([item.id])
            if approves % 4 and item.state is State.AWAITING_CUSTOMER:
                tx.approval.waive([item.id], reason="Agreed")

    @rule(day=st.sampled_from((-4, 0, 90)), amount=AMOUNTS)
    def agree_an_instalment(self, day: int, amount: str) -> None:
        """Due now, or later."""
        project_id = self.office.firm.fixed_project.id
        due_on = MONDAY + timedelta(days=day)
        with self.office.acting(self.office.manager) as tx:
            tx.rates.add_instalment(project_id, due_on=due_on, amount=Money(amount, "EUR"), description="Part")

    @rule(
        per=st.sampled_from(InvoicePer),
        lines=st.sampled_from(LinesPer),
        vat=VATS,
        rounding=ROUNDINGS,
        own=st.booleans(),
    )
    def agree_on_terms(
        self, per: InvoicePer, lines: LinesPer, vat: Vat | None, rounding: RoundingPolicy, *, own: bool
    ) -> None:
        """Other terms for the customer, or another rounding for its project."""
        firm = self.office.firm
        with self.office.acting(self.office.manager) as tx:
            before = tx.billing.terms(firm.customer.id)
            tx.billing.change_terms(
                firm.customer.id, version=before.version, invoice_per=per, lines_per=lines, vat=vat, rounding=rounding
            )
            tx.billing.set_rounding(firm.project.id, RoundingPolicy(RoundedPer.LINE, 6) if own else None)

    @rule(rate=RATES)
    def raise_rates(self, rate: str) -> None:
        """What is approved keeps its price."""
        self.office.set_rate(rate)

    @rule(name=PEOPLE, reason=REASONS)
    def propose(self, name: str, reason: str) -> None:
        """Somebody looks what there is, and keeps it."""
        with self.office.nothing_changes(), self.office.viewing(self.actor(name)) as tx:
            found = tx.billing.propose(waive_reason=reason)
        self.proposals += [to_json(each) for each in found]
        for each in found:
            check_lines(each.lines)
        billed = [item_id for each in found for item_id, _ in each.item_versions]
        assert len(set(billed)) == len(billed)
        if not reason:
            ready = {item.id for item in self.items().values() if item.state is State.APPROVED}
            assert set(billed) == ready

    @precondition(lambda self: bool(self.proposals))
    @rule(name=PEOPLE, pick=PICK, leaves_out=PICK)
    def confirm(self, name: str, pick: int, leaves_out: int) -> None:
        """Somebody confirms a proposal, new or old, as it is or without some lines."""
        proposal = from_json(self.proposals[pick % len(self.proposals)], InvoiceProposal)
        numbers = {line.number for line in proposal.lines if (leaves_out >> line.number) & 1}
        if len(numbers) < len(proposal.lines):
            proposal = without_lines(proposal, numbers)
        proposal = with_texts(proposal, {1: "Work"})
        before = self.items()
        outcome = self.act(name, lambda tx: tx.billing.confirm(proposal))
        if isinstance(outcome, Invoice):
            self.keep(outcome)
            assert outcome.lines == proposal.lines
            assert all(before[item_id].version == version for item_id, version in proposal.item_versions)
        else:
            assert isinstance(outcome, Conflict | Refused)

    @rule(name=PEOPLE, reason=REASONS, leaves_out=PICK)
    def propose_and_confirm(self, name: str, reason: str, leaves_out: int) -> None:
        """Somebody does both, while the other may hold proposals of the same items."""
        self.propose(name, reason)
        if self.proposals:
            self.confirm(name, len(self.proposals) - 1, leaves_out)

    @precondition(lambda self: bool(self.confirmed))
    @rule(name=PEOPLE, pick=PICK)
    def cancel(self, name: str, pick: int) -> None:
        """Somebody takes an invoice back that he saw once."""
        invoice = list(self.confirmed.values())[pick % len(self.confirmed)]
        outcome = self.act(name, lambda tx: tx.billing.cancel(invoice.id, version=invoice.version, reason="Wrong"))
        if isinstance(outcome, Invoice):
            self.keep(outcome)
            assert outcome.totals == invoice.totals

    @rule(name=PEOPLE, pick=PICK)
    def reopen(self, name: str, pick: int) -> None:
        """Somebody gives an item back, which is refused once it is invoiced."""
        items = sorted(self.items().values(), key=lambda item: item.id)
        if items:
            item = items[pick % len(items)]
            outcome = self.act(name, lambda tx: tx.approval.reopen([item.id], reason="Once more"))
            assert isinstance(outcome, WorktraqError) is (item.state is not State.APPROVED)

    @precondition(lambda self: self.office.clock.now.year < TURN.year)
    @rule()
    def wait_for_another_year(self) -> None:
        """The next invoice is the first one of its year."""
        self.office.clock.set(self.office.clock.now.replace(year=TURN.year, month=1, day=1))

    @invariant()
    def nothing_is_billed_twice_or_lost(self) -> None:
        """An item is invoiced exactly when it stands on one invoice that stands, and on no other."""
        if not hasattr(self, "office"):
            return
        standing = [each for each in self.stored() if each.kind is InvoiceKind.INVOICE and not each.is_cancelled]
        billed = Counter(item_id for invoice in standing for item_id in invoice.item_ids)
        assert set(billed.values()) <= {1}
        assert set(billed) == {item.id for item in self.items().values() if item.state is State.INVOICED}
        tables = self.office.store._committed[self.office.firm.id]
        parts = {each.id: each.invoice_id for each in tables.instalments._rows.values()}
        on: dict[InstalmentId, object] = {
            instalment_id: invoice.id for invoice in standing for instalment_id in invoice.instalment_ids
        }
        assert {key: value for key, value in parts.items() if value is not None} == on
        assert all(item.is_billable for item in self.items().values() if item.state is State.INVOICED)

    @invariant()
    def numbers_have_no_gap(self) -> None:
        """From 1 for each year, in order of the dates."""
        if not hasattr(self, "office"):
            return
        by_year: dict[int, list[Invoice]] = {}
        for invoice in sorted(self.stored(), key=lambda each: (each.issued_on.year, each.count)):
            by_year.setdefault(invoice.issued_on.year, []).append(invoice)
        for invoices in by_year.values():
            assert [each.count for each in invoices] == list(range(1, len(invoices) + 1))
            assert sorted(invoices, key=lambda each: each.issued_on) == invoices
        assert len(set(self.numbers)) == len(self.numbers) == sum(map(len, by_year.values()))

    @invariant()
    def invoices_stay_as_they_were(self) -> None:
        """But for their status; and their sums are right."""
        if not hasattr(self, "office"):
            return
        for invoice in self.stored():
            first = self.confirmed[invoice.id]
            assert evolve(invoice, status=first.status, version=first.version) == first
            check_sums(invoice)

    def act(self, name: str, function: Callable[[Transaction], object]) -> object:
        """What comes of it when somebody tries something; an error leaves nothing behind, also when the host goes on."""
        before = self.office.content()
        with self.office.acting(self.actor(name)) as tx:
            try:
                outcome = function(tx)
            except WorktraqError as error:
                outcome = error
        if isinstance(outcome, WorktraqError):
            assert self.office.content() == before
        return outcome

    def keep(self, invoice: Invoice) -> None:
        """Note what an invoice said at first."""
        self.confirmed[invoice.id] = invoice
        self.numbers.append(invoice.number)
        assert from_json(to_json(invoice), Invoice) == invoice

    def actor(self, name: str) -> Actor:
        """Somebody, by name."""
        return self.office.manager if name == "manager" else self.office.admin

    def items(self) -> dict[ItemId, Item]:
        """Everything that is registered."""
        tables = self.office.store._committed[self.office.firm.id]
        return {item.id: item for item in tables.items._rows.values()}

    def stored(self) -> list[Invoice]:
        """Every invoice and credit note."""
        return list(self.office.store._committed[self.office.firm.id].invoices._rows.values())


def check_lines(lines: tuple[InvoiceLine, ...]) -> None:
    """That every line is worth what its minutes or its items are."""
    for line in lines:
        if line.kind is LineKind.TIME:
            assert line.rate is not None
            assert line.net == value_of_time(line.minutes, line.rate)
        else:
            assert line.net == line.items_value
            assert line.minutes == line.raw_minutes == 0
        assert len(set(line.item_ids)) == len(line.item_ids)


def check_sums(invoice: Invoice) -> None:
    """Lines, tax per share, and what rounding made."""
    totals = invoice.totals
    check_lines(invoice.lines)
    assert totals.net.minor == sum(line.net.minor for line in invoice.lines)
    assert totals.net.minor == sum(line.items_value.minor for line in invoice.lines) + totals.difference.minor
    for share in totals.shares:
        assert share.net.minor == sum(line.net.minor for line in invoice.lines if line.vat == share.vat)
        assert share.tax == tax_on(share.net, share.vat)
    assert totals.gross.minor == totals.net.minor + sum(share.tax.minor for share in totals.shares)


TestLifeOfInvoices = LifeOfInvoices.TestCase
TestLifeOfInvoices.settings = settings(
    max_examples=max(100, settings.default.max_examples),  # type: ignore[union-attr]  # is set
    stateful_step_count=30,
)
TestLifeOfInvoices = pytest.mark.requirement("L-11", "L-14", "B-01")(TestLifeOfInvoices)
