"""Turning proposals into invoices, and taking these back."""

from datetime import date

import pytest
from attrs import evolve

from tests.unit.core.proposing import FIRM, TUESDAY, again, due, make, ready, time
from worktraq.core.confirming import confirmed, credit_note
from worktraq.core.ids import CustomerId, InvoiceId
from worktraq.core.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus, LineKind, cancelled
from worktraq.core.money import Money, Rate
from worktraq.core.proposals import (
    Due,
    InvoiceProposal,
    Ready,
    with_texts,
    without_lines,
)
from worktraq.core.vat import Vat
from worktraq.errors import Conflict, InvalidInput, Refused
from worktraq.testing.bills import a_line, an_invoice
from worktraq.testing.builders import MONDAY, a_time_entry, an_expense, new_id
from worktraq.testing.fakes import BEGINNING


@pytest.mark.requirement("L-11")
def test_what_is_still_so_passes_with_its_texts_cleaned() -> None:
    """Left out lines and other texts included."""
    one, other, bus, part = ready(time()), ready(time()), ready(an_expense(FIRM.activity)), due()
    proposal = make(one, other, bus, part)
    assert again(proposal, one, other, bus, part) == proposal
    reviewed = with_texts(without_lines(proposal, [2]), {1: "Work"}, note="Thanks")
    assert again(reviewed, one, other, part) == reviewed
    line = evolve(reviewed.lines[0], text=" Work ")
    assert again(evolve(reviewed, lines=(line, reviewed.lines[1])), one, other, part) == reviewed


def _with(proposal: InvoiceProposal, **changes: object) -> InvoiceProposal:
    first = evolve(proposal.lines[0], **changes)  # type: ignore[arg-type]  # names come from a test
    return evolve(proposal, lines=(first, *proposal.lines[1:]))


ONE, OTHER, BUS, PART = ready(time()), ready(time()), ready(an_expense(FIRM.activity)), due()
WHOLE = make(ONE, OTHER, BUS, PART)
NOW = (ONE, OTHER, BUS, PART)
DEARER = ready(ONE.item, Rate("28.00", "EUR"))
LATER = evolve(ONE, item=evolve(ONE.item, version=2))
FOREIGN = ready(evolve(time(), customer_id=CustomerId(new_id())))
ELSEWHERE = ready(time(activity=FIRM.loose_activity))


@pytest.mark.requirement("L-11")
@pytest.mark.parametrize(
    ("proposal", "now"),
    [
        pytest.param(WHOLE, (LATER, OTHER, BUS, PART), id="another version of an item"),
        pytest.param(WHOLE, (OTHER, BUS, PART), id="an item that is gone"),
        pytest.param(WHOLE, (DEARER, OTHER, BUS, PART), id="another rate of one item of a line"),
        pytest.param(WHOLE, (ONE, OTHER, BUS, evolve(PART, version=2)), id="another version of an instalment"),
        pytest.param(WHOLE, (ONE, OTHER, BUS, evolve(PART, amount=Money("1", "EUR"))), id="another amount"),
        pytest.param(WHOLE, (ONE, OTHER, BUS), id="an instalment that is gone"),
        pytest.param(make(FOREIGN), (FOREIGN,), id="an item of another customer"),
        pytest.param(evolve(WHOLE, currency="USD"), NOW, id="another currency"),
        pytest.param(_with(WHOLE, net=Money("0.01", "EUR")), NOW, id="another amount on a line"),
        pytest.param(_with(WHOLE, minutes=0), NOW, id="other minutes on a line"),
        pytest.param(_with(WHOLE, kind=LineKind.EXPENSE), NOW, id="a line of another kind"),
        pytest.param(_with(WHOLE, number=2), NOW, id="a number twice"),
        pytest.param(_with(WHOLE, item_ids=(ONE.item.id,)), NOW, id="an item that no line bills"),
        pytest.param(_with(WHOLE, item_ids=(ONE.item.id,) * 2), NOW, id="an item twice on a line"),
        pytest.param(
            evolve(WHOLE, item_versions=(*WHOLE.item_versions, WHOLE.item_versions[0])), NOW, id="a version twice"
        ),
        pytest.param(
            _with(_with(WHOLE, item_ids=(BUS.item.id, OTHER.item.id)), number=1), NOW, id="an item on two lines"
        ),
        pytest.param(_with(make(ONE), instalment_id=PART.instalment_id), (ONE,), id="an unknown instalment on a line"),
        pytest.param(_with(make(PART), instalment_id=None), (PART,), id="a line that bills nothing"),
        pytest.param(
            evolve(
                make(ONE),
                lines=(evolve(make(ONE).lines[0], item_ids=(ONE.item.id, ELSEWHERE.item.id)),),
                item_versions=((ONE.item.id, 1), (ELSEWHERE.item.id, 1)),
            ),
            (ONE, ELSEWHERE),
            id="two projects on a line",
        ),
        pytest.param(
            evolve(
                make(BUS),
                lines=(evolve(make(BUS).lines[0], item_ids=(BUS.item.id, OTHER.item.id)),),
                item_versions=((BUS.item.id, 1), (OTHER.item.id, 1)),
            ),
            (BUS, OTHER),
            id="an expense and time on a line",
        ),
    ],
)
def test_what_is_no_longer_so_is_stale(proposal: InvoiceProposal, now: tuple[Ready | Due, ...]) -> None:
    """Whatever was changed, in the firm or in the proposal itself."""
    with pytest.raises(Conflict) as raised:
        again(proposal, *now)
    assert raised.value.code == "proposal_stale"


def test_other_tax_makes_a_proposal_stale() -> None:
    """It was reviewed with the one that it shows."""
    with pytest.raises(Conflict):
        again(WHOLE, *NOW, vat=Vat(hundredths=900))


def test_proposal_of_nothing_is_refused() -> None:
    """However it came about."""
    with pytest.raises(InvalidInput) as raised:
        again(evolve(WHOLE, lines=()), *NOW)
    assert raised.value.code == "lines_missing"


def test_long_text_in_a_kept_proposal_is_refused() -> None:
    """Texts are checked again."""
    with pytest.raises(InvalidInput) as raised:
        again(_with(WHOLE, text="x" * 4001), *NOW)
    assert raised.value.code == "text_too_long"


@pytest.mark.requirement("L-11")
def test_confirmed_invoice_says_what_was_proposed() -> None:
    """With number, dates and parties."""
    example = an_invoice(FIRM.customer)
    invoice = confirmed(
        WHOLE,
        InvoiceId(new_id()),
        count=7,
        number="2026-0007",
        issued_on=MONDAY,
        payment_days=14,
        seller=example.seller,
        buyer=example.buyer,
        language="nl",
        at=BEGINNING,
    )
    assert (invoice.count, invoice.number, invoice.issued_on, invoice.due_on) == (
        7,
        "2026-0007",
        MONDAY,
        date(2026, 10, 19),
    )
    assert (invoice.lines, invoice.totals, invoice.period) == (WHOLE.lines, WHOLE.totals, WHOLE.period)
    assert (invoice.kind, invoice.status, invoice.version) == (InvoiceKind.INVOICE, InvoiceStatus.CONFIRMED, 1)


def credited(invoice: Invoice) -> Invoice:
    """Its credit note."""
    return credit_note(
        invoice,
        InvoiceId(new_id()),
        count=8,
        number="2026-0008",
        issued_on=TUESDAY,
        reason="Wrong address",
        at=BEGINNING,
    )


@pytest.mark.requirement("L-11")
def test_credit_note_takes_back_everything() -> None:
    """The same lines and sums, with a number of its own and a reference to the invoice."""
    line: InvoiceLine = a_line(a_time_entry(FIRM.activity))
    invoice = an_invoice(FIRM.customer, line, count=7)
    note = credited(invoice)
    assert (note.kind, note.count, note.number, note.issued_on) == (InvoiceKind.CREDIT_NOTE, 8, "2026-0008", TUESDAY)
    assert (note.lines, note.totals, note.buyer) == (invoice.lines, invoice.totals, invoice.buyer)
    assert (note.corrects_id, note.corrects_number, note.corrects_issued_on) == (invoice.id, "2026-0007", MONDAY)
    assert note.note == "Wrong address"


def test_only_an_invoice_that_stands_is_taken_back() -> None:
    """Neither a credit note nor what is cancelled."""
    invoice = an_invoice(FIRM.customer)
    for wrong, code in ((credited(invoice), "credit_note_stands"), (cancelled(invoice), "invoice_cancelled")):
        with pytest.raises(Refused) as raised:
            credited(wrong)
        assert [reason.code for reason in raised.value.reasons] == [code]
