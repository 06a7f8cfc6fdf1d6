"""Invoices: proposed, confirmed, cancelled."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from attrs import evolve

from tests.unit.usecases.firm import Office, codes, later
from worktraq.core.access import Right
from worktraq.core.calendar import Cadence, Period
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import Item, State
from worktraq.core.events import EventName
from worktraq.core.ids import InvoiceId, ItemId
from worktraq.core.invoices import Invoice, InvoiceKind, InvoiceStatus, LineKind
from worktraq.core.money import Money, Rate
from worktraq.core.organizations import Address
from worktraq.core.projects import Hourly
from worktraq.core.proposals import InvoiceProposal, with_texts, without_lines
from worktraq.core.rates import RateSubject
from worktraq.core.rounding import RoundedPer, RoundingPolicy
from worktraq.core.terms import InvoicePer, LinesPer
from worktraq.core.vat import Vat, VatCategory
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.serialization import from_json, to_json
from worktraq.testing.builders import MONDAY, OCTOBER, new_id
from worktraq.usecases.transaction import Transaction

Command = Callable[[Transaction], object]
NOVEMBER = date(2026, 11, 2)


def approved(office: Office, *items: Item) -> None:
    """Hand Eva's items in, approve them inside, and do without the customer."""
    office.submit()
    ids = [item.id for item in items if office.state(item) is State.AWAITING_INTERNAL]
    with office.acting(office.manager) as tx:
        tx.approval.approve(ids)
        waiting = [each for each in ids if tx.entries.get(each).state is State.AWAITING_CUSTOMER]
        if waiting:
            tx.approval.waive(waiting, reason="Agreed")


def proposals(office: Office, waive_reason: str = "") -> tuple[InvoiceProposal, ...]:
    """What would be invoiced now."""
    with office.viewing(office.manager) as tx:
        return tx.billing.propose(waive_reason=waive_reason)


def proposal(office: Office, waive_reason: str = "") -> InvoiceProposal:
    """The only one."""
    (found,) = proposals(office, waive_reason)
    return found


def confirm(office: Office, given: InvoiceProposal | None = None) -> Invoice:
    """Confirm what is proposed."""
    given = given or proposal(office)
    with office.acting(office.manager) as tx:
        return tx.billing.confirm(given)


def confirming(given: InvoiceProposal, issued_on: date | None = None) -> Command:
    """Confirm a proposal."""
    return lambda tx: tx.billing.confirm(given, issued_on=issued_on)


def cancelling(invoice: Invoice, version: int) -> Command:
    """Cancel an invoice."""
    return lambda tx: tx.billing.cancel(invoice.id, version=version, reason="x")


def an_hour_approved(office: Office, minutes: int = 60) -> Item:
    """Time that is ready."""
    item = office.time(minutes)
    approved(office, item)
    return item


@pytest.mark.requirement("L-11")
def test_what_is_ready_is_proposed(priced: Office) -> None:
    """Approved items with a price; drafts, what waits, and what has no rate are left out."""
    entry, expense = priced.time(90), priced.expense()
    approved(priced, entry, expense)
    priced.time()
    found = proposal(priced)
    assert [(line.kind, line.net) for line in found.lines] == [
        (LineKind.TIME, Money("142.50", "EUR")),
        (LineKind.EXPENSE, Money("12.50", "EUR")),
    ]
    assert found.totals.gross == Money("187.55", "EUR")
    assert (found.customer_id, found.waive_reason) == (priced.firm.customer.id, "")


def test_what_has_no_rate_is_not_proposed(office: Office) -> None:
    """It is once the rate is filled in."""
    entry = an_hour_approved(office)
    assert proposals(office) == ()
    with office.acting(office.manager) as tx:
        tx.rates.fill_in(entry.id, Rate("95.00", "EUR"), reason="Forgotten")
    assert proposal(office).totals.net == Money("95.00", "EUR")


@pytest.mark.requirement("L-11")
def test_proposal_reserves_nothing(priced: Office) -> None:
    """It can be made twice, kept as JSON, and thrown away."""
    an_hour_approved(priced)
    with priced.nothing_changes():
        first, second = proposal(priced), proposal(priced)
    assert first == second == from_json(to_json(first), InvoiceProposal)


def test_proposals_are_narrowed_down(priced: Office) -> None:
    """By customer, project and days."""
    firm = priced.firm
    with priced.acting(priced.manager) as tx:
        tx.rates.set(RateSubject.ORGANIZATION, firm.id, Rate("80", "EUR"))
    with priced.acting(priced.eva) as tx:
        loose = tx.entries.register_time(firm.loose_activity.id, on=MONDAY, minutes=60)
    early, late = priced.time(on=MONDAY), priced.time(on=MONDAY + timedelta(days=1))
    approved(priced, early, late, loose)
    with priced.viewing(priced.manager) as tx:
        propose = tx.billing.propose
        assert [each.customer_id for each in propose()] == [firm.customer.id, firm.other_customer.id]
        (of_customer,) = propose(customer_id=firm.other_customer.id)
        (of_project,) = propose(project_id=firm.project.id)
        (of_day,) = propose(period=Period.day(MONDAY), customer_id=firm.customer.id)
        assert propose(project_id=firm.fixed_project.id) == ()
    assert [len(each.item_versions) for each in (of_customer, of_project, of_day)] == [1, 2, 1]


@pytest.mark.requirement("L-11")
def test_confirming_takes_the_items_and_gives_a_number(priced: Office) -> None:
    """They are invoiced, each line is tied to them, and seller and buyer stand as they are."""
    entry, expense = priced.time(), priced.expense()
    approved(priced, entry, expense)
    invoice = confirm(priced)
    assert (invoice.number, invoice.count, invoice.issued_on) == ("2026-0001", 1, MONDAY)
    assert invoice.due_on == MONDAY + timedelta(days=30)
    assert (invoice.seller.name, invoice.buyer.name) == ("Acme", "Bakkerij Jansen B.V.")
    assert invoice.item_ids == (entry.id, expense.id)
    assert [priced.state(each) for each in (entry, expense)] == [State.INVOICED, State.INVOICED]
    with priced.viewing(priced.manager) as tx:
        assert tx.billing.invoice(invoice.id) == invoice
        assert list(tx.billing.of_item(entry.id)) == [invoice]
        assert tx.billing.invoices().items == (invoice,)
        events = [event.name for event in tx.audit.history(invoice.id)]
        assert EventName.ITEM_INVOICED in [event.name for event in tx.audit.history(entry.id)]
    assert events == [EventName.INVOICE_CONFIRMED]
    assert proposals(priced) == ()
    assert from_json(to_json(invoice), Invoice) == invoice


@pytest.mark.requirement("L-11")
def test_reviewed_proposal_is_confirmed_as_reviewed(priced: Office) -> None:
    """Lines that were left out stay ready."""
    entry, expense = priced.time(), priced.expense()
    approved(priced, entry, expense)
    reviewed = with_texts(without_lines(proposal(priced), [2]), {1: "Advice in October"}, note="Thank you")
    invoice = confirm(priced, reviewed)
    assert ([line.text for line in invoice.lines], invoice.note) == (["Advice in October"], "Thank you")
    assert [priced.state(each) for each in (entry, expense)] == [State.INVOICED, State.APPROVED]
    assert proposal(priced).lines[0].item_ids == (expense.id,)


@pytest.mark.requirement("L-11")
def test_same_proposal_is_not_confirmed_twice(priced: Office) -> None:
    """Nothing is billed twice, also where proposals overlap in a part."""
    first, second = priced.time(), priced.expense()
    approved(priced, first, second)
    whole = proposal(priced)
    confirm(priced, without_lines(whole, [2]))
    error = priced.refuses(priced.manager, lambda tx: tx.billing.confirm(whole), Conflict)
    assert error.code == "proposal_stale"
    assert confirm(priced, without_lines(whole, [1])).number == "2026-0002"


@pytest.mark.requirement("L-11")
def test_what_changed_meanwhile_makes_a_proposal_stale(priced: Office) -> None:
    """An item that was reopened, another tax, another rounding, an instalment that was changed."""
    firm, manager = priced.firm, priced.manager
    entry = an_hour_approved(priced, 50)
    with priced.acting(manager) as tx:
        instalment = tx.rates.add_instalment(
            firm.fixed_project.id, due_on=MONDAY, amount=Money("10.00", "EUR"), description="1/2"
        )
    seen = proposal(priced)

    def stale() -> None:
        assert priced.refuses(manager, lambda tx: tx.billing.confirm(seen), Conflict).code == "proposal_stale"

    with priced.acting(manager) as tx:
        tx.billing.change_terms(firm.customer.id, version=0, vat=Vat(VatCategory.STANDARD, 900))
    stale()
    with priced.acting(manager) as tx:
        tx.billing.change_terms(firm.customer.id, version=1, vat=None, rounding=RoundingPolicy(RoundedPer.ENTRY, 15))
    stale()
    with priced.acting(manager) as tx:
        tx.billing.set_rounding(firm.project.id, RoundingPolicy())
        tx.rates.change_instalment(instalment.id, version=1, description="First half")
    stale()
    with priced.acting(manager) as tx:
        tx.rates.remove_instalment(instalment.id, version=2)
    stale()
    seen = proposal(priced)
    with priced.acting(manager) as tx:
        tx.approval.reopen([entry.id], reason="Wrong day")
    stale()
    assert proposals(priced) == ()


def test_proposal_that_was_tampered_with_is_refused(priced: Office) -> None:
    """Amounts, items of somebody else, and another organization."""
    an_hour_approved(priced)
    good = proposal(priced)
    cheaper = evolve(good, lines=(evolve(good.lines[0], net=Money("0.01", "EUR")),))
    unknown = evolve(good, item_versions=((ItemId(new_id()), 1),))
    for wrong in (cheaper, unknown, evolve(good, customer_id=priced.firm.other_customer.id)):
        priced.refuses(priced.manager, confirming(wrong), Conflict)
    for wrong in (
        evolve(good, organization_id=priced.other.id),
        evolve(good, customer_id=priced.other.customer.id),
    ):
        priced.refuses(priced.manager, confirming(wrong), NotFound)


def test_draft_in_a_proposal_is_never_billed(priced: Office) -> None:
    """Not even with a reason to waive."""
    approved_item, draft = an_hour_approved(priced), priced.time()
    good = proposal(priced)
    line = evolve(good.lines[0], item_ids=(draft.id,))
    for reason, error in (("", Conflict), ("because", Refused)):
        wrong = evolve(good, lines=(line,), item_versions=((draft.id, draft.version),), waive_reason=reason)
        priced.refuses(priced.manager, confirming(wrong), error)
    assert priced.state(approved_item) is State.APPROVED


@pytest.mark.requirement("L-11")
def test_numbers_are_gapless_per_year(priced: Office) -> None:
    """Credit notes take part; each year begins anew; the prefix may change."""
    numbers = []
    with priced.acting(priced.admin) as tx:
        tx.billing.change_seller_profile(version=0, prefix="A-")
    for day in (MONDAY, date(2026, 12, 31), date(2027, 1, 4)):
        later(priced.clock, day)
        item = priced.time(on=day)
        priced.submit(Period.day(day))
        priced.approve(item)
        with priced.acting(priced.manager) as tx:
            tx.approval.waive([item.id], reason="Agreed")
        invoice = confirm(priced)
        with priced.acting(priced.manager) as tx:
            note = tx.billing.cancel(invoice.id, version=1, reason="Wrong")
        numbers += [invoice.number, note.number]
        with priced.acting(priced.manager) as tx:
            tx.approval.reopen([item.id], reason="x")
    assert numbers == ["A-2026-0001", "A-2026-0002", "A-2026-0003", "A-2026-0004", "A-2027-0001", "A-2027-0002"]


@pytest.mark.requirement("L-11")
def test_date_of_an_invoice_follows_those_before(priced: Office) -> None:
    """Not before the last one of its year, and not after today; a year that is over can still be written."""
    first, second, third = priced.time(), priced.expense("1.00"), priced.expense("2.00")
    approved(priced, first, second, third)
    with priced.acting(priced.manager) as tx:
        terms = tx.billing.change_terms(priced.firm.customer.id, version=0, lines_per=LinesPer.ITEM, payment_days=8)
        assert terms.version == 1
    whole = proposal(priced)
    later(priced.clock, date(2027, 1, 10))
    with priced.acting(priced.manager) as tx:
        invoice = tx.billing.confirm(without_lines(whole, [2, 3]), issued_on=date(2026, 12, 31))
        again = tx.billing.confirm(without_lines(whole, [1, 3]))
    assert (invoice.number, invoice.due_on) == ("2026-0001", date(2027, 1, 8))
    assert (again.number, again.issued_on) == ("2027-0001", date(2027, 1, 10))
    rest = without_lines(whole, [1, 2])
    for day, code in ((date(2026, 12, 30), "issued_before_last"), (date(2027, 1, 11), "issued_in_future")):
        error = priced.refuses(priced.manager, confirming(rest, day), InvalidInput)
        assert error.code == code


@pytest.mark.requirement("L-11")
def test_cancelled_invoice_gives_its_items_back(priced: Office) -> None:
    """By a credit note of everything; what was billed is ready again, with the price it had."""
    entry = an_hour_approved(priced)
    invoice = confirm(priced)
    priced.set_rate("500")
    with priced.acting(priced.manager) as tx:
        note = tx.billing.cancel(invoice.id, version=1, reason="Wrong address")
    assert (note.kind, note.number, note.corrects_number) == (InvoiceKind.CREDIT_NOTE, "2026-0002", "2026-0001")
    assert (note.totals, note.note) == (invoice.totals, "Wrong address")
    assert priced.state(entry) is State.APPROVED
    with priced.viewing(priced.manager) as tx:
        assert tx.billing.invoice(invoice.id).status is InvoiceStatus.CANCELLED
        assert list(tx.billing.of_item(entry.id)) == [tx.billing.invoice(invoice.id), note]
        assert [event.name for event in tx.audit.history(invoice.id)] == [
            EventName.INVOICE_CONFIRMED,
            EventName.INVOICE_CANCELLED,
        ]
        assert EventName.ITEM_RELEASED in [event.name for event in tx.audit.history(entry.id)]
    again = confirm(priced)
    assert (again.number, again.totals) == ("2026-0003", invoice.totals)


def test_only_what_stands_is_cancelled(priced: Office) -> None:
    """Once, by who saw it last, with a reason."""
    an_hour_approved(priced)
    invoice = confirm(priced)
    with pytest.raises(InvalidInput), priced.acting(priced.manager) as tx:
        tx.billing.cancel(invoice.id, version=1, reason=" ")
    priced.refuses(priced.manager, lambda tx: tx.billing.cancel(invoice.id, version=2, reason="x"), Conflict)
    priced.refuses(priced.manager, lambda tx: tx.billing.cancel(InvoiceId(new_id()), version=1, reason="x"), NotFound)
    with priced.acting(priced.manager) as tx:
        note = tx.billing.cancel(invoice.id, version=1, reason="x")
    for each, version, code in ((invoice, 2, "invoice_cancelled"), (note, 1, "credit_note_stands")):
        error = priced.refuses(
            priced.manager,
            cancelling(each, version),
            Refused,
        )
        assert codes(error) == [code]


@pytest.mark.requirement("L-11")
def test_confirmed_invoice_keeps_what_it_said(priced: Office) -> None:
    """Whatever becomes of customer, seller, terms and rates."""
    an_hour_approved(priced)
    invoice = confirm(priced)
    firm = priced.firm
    with priced.acting(priced.admin) as tx:
        tx.customers.change(firm.customer.id, version=1, company_name="Janssen N.V.")
        tx.billing.change_seller_profile(version=0, name="Other B.V.", prefix="X")
        tx.billing.change_terms(firm.customer.id, version=0, vat=Vat(VatCategory.ZERO, 0))
        project = tx.projects.get(firm.project.id)
        tx.projects.change(project.id, version=project.version, name="Something else")
    priced.set_rate("1.00")
    with priced.viewing(priced.manager) as tx:
        assert tx.billing.invoice(invoice.id) == invoice
    item_id = invoice.item_ids[0]
    error = priced.refuses(priced.manager, lambda tx: tx.approval.reopen([item_id], reason="x"), Refused)
    assert codes(error) == ["command_not_in_state"]


@pytest.mark.requirement("L-11")
@pytest.mark.parametrize(
    ("invoice_per", "expected"),
    [(InvoicePer.CUSTOMER, [3]), (InvoicePer.PROJECT, [2, 1]), (InvoicePer.PERIOD, [2, 1])],
)
def test_customer_has_as_many_invoices_as_it_wants(
    priced: Office, invoice_per: InvoicePer, expected: list[int]
) -> None:
    """One for everything, one per project, one per billing period."""
    firm = priced.firm
    priced.bill_project(Hourly(Cadence.WEEKLY))
    items = [priced.time(on=MONDAY), priced.time(on=MONDAY + timedelta(days=8))]
    if invoice_per is not InvoicePer.PERIOD:
        with priced.acting(priced.manager) as tx:
            activity = tx.activities.add(user_id=firm.employee.id, customer_id=firm.customer.id)
        with priced.acting(priced.eva) as tx:
            items.append(tx.entries.register_time(activity.id, on=MONDAY, minutes=60))
    else:
        items.append(priced.time(on=MONDAY + timedelta(days=1)))
    approved(priced, *items)
    with priced.acting(priced.manager) as tx:
        tx.billing.change_terms(firm.customer.id, version=0, invoice_per=invoice_per)
    found = proposals(priced)
    assert sorted((len(each.item_versions) for each in found), reverse=True) == expected
    for each in found:
        confirm(priced, each)
    assert proposals(priced) == ()


@pytest.mark.requirement("L-11")
def test_time_is_rounded_for_the_invoice_only(priced: Office) -> None:
    """By the customer's policy, or the project's; the entry and its price stay as they are."""
    firm = priced.firm
    entry = an_hour_approved(priced, 61)
    with priced.acting(priced.manager) as tx:
        tx.billing.change_terms(firm.customer.id, version=0, rounding=RoundingPolicy(RoundedPer.ENTRY, 15))
        assert tx.billing.rounding(firm.project.id) == RoundingPolicy(RoundedPer.ENTRY, 15)
        tx.billing.set_rounding(firm.project.id, RoundingPolicy(RoundedPer.DAY, 6))
        assert tx.billing.rounding(firm.project.id) == RoundingPolicy(RoundedPer.DAY, 6)
    (line,) = proposal(priced).lines
    assert (line.raw_minutes, line.minutes) == (61, 66)
    with priced.acting(priced.manager) as tx:
        tx.billing.set_rounding(firm.project.id, None)
    invoice = confirm(priced)
    assert (invoice.lines[0].minutes, invoice.totals.net) == (75, Money("118.75", "EUR"))
    assert invoice.totals.difference == Money("22.17", "EUR")
    stored = priced.item(entry.id)
    assert getattr(stored, "minutes", None) == 61


@pytest.mark.requirement("L-11")
def test_tax_is_reversed_for_a_business_elsewhere_in_the_eu(priced: Office) -> None:
    """Worked out from both addresses; terms agreed otherwise come first."""
    firm = priced.firm
    an_hour_approved(priced)
    with priced.acting(priced.admin) as tx:
        tx.billing.change_seller_profile(version=0, address=Address(country="NL"))
        tx.customers.change(
            firm.customer.id, version=1, address=Address(country="BE"), vat_number="BE0428759497", language="fr"
        )
    reversed_ = proposal(priced)
    assert [line.vat for line in reversed_.lines] == [Vat(VatCategory.REVERSE_CHARGE, 0)]
    assert reversed_.totals.tax == Money("0", "EUR")
    assert confirm(priced).language == "fr"


@pytest.mark.requirement("L-11")
def test_fixed_price_is_billed_by_instalments(priced: Office) -> None:
    """Each when it is due, once; a credit note makes it due again."""
    firm, amount = priced.firm, Money("1500.00", "EUR")
    with priced.acting(priced.manager) as tx:
        for day in (MONDAY, NOVEMBER):
            tx.rates.add_instalment(firm.fixed_project.id, due_on=day, amount=amount, description=f"Of {day}")
    (line,) = proposal(priced).lines
    assert (line.kind, line.text, line.net) == (LineKind.INSTALMENT, "Of 2026-10-05", amount)
    invoice = confirm(priced)
    assert proposals(priced) == ()
    with priced.acting(priced.manager) as tx:
        first, second = tx.rates.instalments(firm.fixed_project.id)
        assert (first.invoice_id, second.invoice_id) == (invoice.id, None)
    priced.refuses(priced.manager, lambda tx: tx.rates.remove_instalment(first.id, version=2), Refused)
    later(priced.clock, NOVEMBER)
    assert proposal(priced).totals.net == amount
    with priced.viewing(priced.manager) as tx:
        assert tx.billing.propose(period=OCTOBER) == ()
    with priced.acting(priced.manager) as tx:
        tx.billing.cancel(invoice.id, version=1, reason="Wrong")
    assert len(proposal(priced).lines) == 2


def test_instalment_that_is_not_due_yet_is_not_billed(priced: Office) -> None:
    """Also when somebody put it off after the proposal, or the proposal is older than the calendar."""
    with priced.acting(priced.manager) as tx:
        tx.rates.add_instalment(
            priced.firm.fixed_project.id, due_on=NOVEMBER, amount=Money("1", "EUR"), description="x"
        )
    later(priced.clock, NOVEMBER)
    early = proposal(priced)
    later(priced.clock, MONDAY)
    priced.refuses(priced.manager, lambda tx: tx.billing.confirm(early), Conflict)


@pytest.mark.requirement("L-14")
def test_what_lacks_only_the_customer_is_waived_and_billed(priced: Office) -> None:
    """Asked or not, refused or expired: recorded with who, when and why, in one transaction."""
    asked, refused = priced.time(60), priced.expense("10.00")
    request = priced.asked(asked, refused)
    contact = priced.contact(request)
    with priced.acting(contact) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[asked.id], reject={refused.id: "Too dear"})
    not_asked = priced.time(30)
    priced.submit()
    priced.approve(not_asked)
    internal = priced.time(7)
    priced.submit()
    draft = priced.time(8)
    assert [len(each.item_versions) for each in proposals(priced)] == [1]
    found = proposal(priced, "Agreed by telephone")
    billed = {item_id for item_id, _ in found.item_versions}
    assert billed == {asked.id, refused.id, not_asked.id}
    with priced.nothing_changes():
        assert proposal(priced, "Agreed by telephone") == found
    invoice = confirm(priced, found)
    assert {priced.state(each) for each in (asked, refused, not_asked)} == {State.INVOICED}
    assert [priced.state(each) for each in (internal, draft)] == [State.AWAITING_INTERNAL, State.DRAFT]
    with priced.viewing(priced.manager) as tx:
        waived = tx.approval.decisions(refused.id)[-1]
        assert tx.entries.get(refused.id).is_waived
        assert not tx.entries.get(asked.id).is_waived
    assert (waived.kind.value, waived.comment, waived.actor_id) == (
        "waived",
        "Agreed by telephone",
        priced.firm.manager.id,
    )
    assert invoice.totals.net == Money("152.50", "EUR")


@pytest.mark.requirement("L-14")
def test_internal_approval_is_never_skipped(priced: Office) -> None:
    """Where it comes after the customer's, an item is not billed without it."""
    priced.settle_settings(chain=ApprovalChain.CUSTOMER_INTERNAL)
    priced.time()
    priced.submit()
    assert proposals(priced, "urgent") == ()


@pytest.mark.requirement("W-02", "L-14")
def test_nobody_waives_for_own_work(priced: Office) -> None:
    """It is left out, and refused to who tries; a colleague may, and so may who is allowed to decide on it."""
    firm = priced.firm
    with priced.acting(priced.manager) as tx:
        activity = tx.activities.add(user_id=firm.manager.id, customer_id=firm.customer.id, project_id=firm.project.id)
        own = tx.entries.register_time(activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    with priced.acting(priced.admin) as tx:
        tx.approval.approve([own.id])
        (by_admin,) = tx.billing.propose(waive_reason="urgent")
    assert proposals(priced, "urgent") == ()
    error = priced.refuses(priced.manager, lambda tx: tx.billing.confirm(by_admin), Refused)
    assert codes(error) == ["own_item"]
    priced.settle_settings(allows_self_approval=True)
    assert len(proposal(priced, "urgent").lines) == 1


@pytest.mark.requirement("L-14")
def test_waiver_at_another_price_is_stale(priced: Office) -> None:
    """What is not approved has today's price, which may change until it is confirmed."""
    entry = priced.time()
    priced.submit()
    priced.approve(entry)
    seen = proposal(priced, "urgent")
    priced.set_rate("100.00")
    priced.refuses(priced.manager, lambda tx: tx.billing.confirm(seen), Conflict)
    without_reason = evolve(proposal(priced, "urgent"), waive_reason="")
    priced.refuses(priced.manager, lambda tx: tx.billing.confirm(without_reason), Conflict)
    assert confirm(priced, proposal(priced, "urgent")).totals.net == Money("100.00", "EUR")


@pytest.mark.requirement("W-05", "T-09")
def test_employees_and_who_may_bill_learn_no_amount(priced: Office) -> None:
    """Not even with the right to bill: neither proposals nor invoices, terms or instalments."""
    firm = priced.firm
    entry = an_hour_approved(priced)
    invoice = confirm(priced)
    with priced.acting(priced.manager) as tx:
        tx.access.grant(Right.BILL, customer_id=firm.customer.id, user_id=firm.colleague.id)
    empty = InvoiceProposal(organization_id=firm.id, customer_id=firm.customer.id, currency="EUR", lines=())
    closed: tuple[Command, ...] = (
        lambda tx: tx.billing.propose(),
        lambda tx: tx.billing.confirm(empty),
        lambda tx: tx.billing.cancel(invoice.id, version=1, reason="x"),
        lambda tx: tx.billing.invoice(invoice.id),
        lambda tx: tx.billing.invoices(),
        lambda tx: tx.billing.of_item(entry.id),
        lambda tx: tx.billing.hand_over(invoice.id),
        lambda tx: tx.billing.terms(firm.customer.id),
        lambda tx: tx.billing.seller_profile(),
        lambda tx: tx.rates.instalments(firm.fixed_project.id),
    )
    for actor in (priced.eva, priced.coen):
        for command in closed:
            assert codes(priced.refuses(actor, command, Refused)) == ["needs_manager"]
    with priced.viewing(priced.eva) as tx:
        details = [event.details for event in tx.audit.history(entry.id) if event.name is EventName.ITEM_INVOICED]
    assert details == [()]
    priced.refuses(priced.eva, lambda tx: tx.audit.history(invoice.id), NotFound)


def test_scheduler_does_not_invoice(priced: Office) -> None:
    """It may look, but a person confirms."""
    an_hour_approved(priced)
    found = proposal(priced)
    error = priced.refuses(priced.system, lambda tx: tx.billing.confirm(found), Refused)
    assert codes(error) == ["needs_manager"]


def test_view_refuses_to_invoice(priced: Office) -> None:
    """A proposal can be made in one, nothing more."""
    an_hour_approved(priced)
    with pytest.raises(Refused) as raised, priced.viewing(priced.manager) as tx:
        tx.billing.confirm(tx.billing.propose()[0])
    assert codes(raised.value) == ["read_only"]


@pytest.mark.requirement("T-06", "L-11")
def test_customer_and_project_with_an_invoice_stay(priced: Office) -> None:
    """Also when nothing else refers to them any more; without one, terms and instalments go with them."""
    firm = priced.firm
    with priced.acting(priced.manager) as tx:
        customer = tx.customers.add_business(company_name="New B.V.")
        tx.billing.change_terms(customer.id, version=0, payment_days=14)
        fixed = tx.projects.add(customer.id, name="Report", billing=firm.fixed_project.billing)
        other = tx.projects.add(customer.id, name="Other", billing=firm.fixed_project.billing)
        for project in (fixed, other):
            tx.rates.add_instalment(project.id, due_on=MONDAY, amount=Money("1.00", "EUR"), description="x")
            tx.billing.set_rounding(project.id, RoundingPolicy())
        (found,) = tx.billing.propose(project_id=fixed.id)
        invoice = tx.billing.confirm(found)
        tx.billing.cancel(invoice.id, version=1, reason="x")
        tx.projects.delete(other.id, version=other.version)
    error = priced.refuses(priced.manager, lambda tx: tx.projects.delete(fixed.id, version=1), Refused)
    assert codes(error) == ["project_in_use"]
    error = priced.refuses(priced.manager, lambda tx: tx.customers.delete(customer.id, version=1), Refused)
    assert [(each.code, each.parameters) for each in error.reasons] == [("customer_has_invoices", (("count", 2),))]
    with priced.acting(priced.manager) as tx:
        gone = tx.customers.add_business(company_name="Gone B.V.")
        tx.billing.change_terms(gone.id, version=0, payment_days=14)
        project = tx.projects.add(gone.id, name="Report", billing=firm.fixed_project.billing)
        tx.rates.add_instalment(project.id, due_on=MONDAY, amount=Money("1.00", "EUR"), description="x")
        tx.billing.set_rounding(project.id, RoundingPolicy())
        tx.customers.delete(gone.id, version=1)


def test_invoices_are_listed_and_filtered(priced: Office) -> None:
    """The newest first, in pages."""
    firm = priced.firm
    items = [priced.expense(f"{number}.00") for number in (1, 2, 3)]
    approved(priced, *items)
    whole = proposal(priced)
    made = [confirm(priced, without_lines(whole, {1, 2, 3} - {number})) for number in (1, 2, 3)]
    with priced.acting(priced.manager) as tx:
        note = tx.billing.cancel(made[0].id, version=1, reason="x")
        page = tx.billing.invoices(limit=2)
        assert [each.id for each in page] == [note.id, made[2].id]
        assert [each.id for each in tx.billing.invoices(after=page.next)] == [made[1].id, made[0].id]
        assert [each.id for each in tx.billing.invoices(status=InvoiceStatus.CANCELLED)] == [made[0].id]
        assert [each.id for each in tx.billing.invoices(kind=InvoiceKind.CREDIT_NOTE)] == [note.id]
        assert len(tx.billing.invoices(customer_id=firm.other_customer.id)) == 0
        assert len(tx.billing.invoices(period=Period.month(2026, 11))) == 0
        assert len(tx.billing.invoices(is_handed_over=True)) == 0
