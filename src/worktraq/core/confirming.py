"""Turning a proposal into an invoice, and an invoice into the credit note that takes it back (L-11)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from attrs import evolve

from worktraq.core.entries import Expense
from worktraq.core.ids import InstalmentId, InvoiceId, ItemId, ProjectId
from worktraq.core.invoices import Invoice, InvoiceKind, InvoiceLine, Party
from worktraq.core.proposals import (
    Due,
    InvoiceProposal,
    Ready,
    expense_line,
    instalment_line,
    time_line,
    with_texts,
)
from worktraq.core.rounding import RoundingPolicy
from worktraq.core.vat import Vat
from worktraq.errors import Conflict, InvalidInput, Refused


def checked_again(
    proposal: InvoiceProposal,
    ready: Iterable[Ready],
    due: Iterable[Due],
    *,
    vat: Vat,
    rounding_of: Callable[[ProjectId | None], RoundingPolicy],
) -> InvoiceProposal:
    """The proposal with its texts cleaned, when all the rest of it is what it would be now.

    Wherever it was kept in the meantime, it bills each of its items once, for what they are worth.

    Args:
        proposal: As it was reviewed.
        ready: What there is of its items.
        due: What there is of its instalments.
        vat: The tax on what the customer buys.
        rounding_of: How time is rounded on a project.

    Raises:
        Conflict: With ``proposal_stale`` when an item, an instalment, a price, the tax or the rounding is another one.
        InvalidInput: With ``lines_missing`` when nothing is on it, or for a text.
    """
    if not proposal.lines:
        raise InvalidInput.of("lines", "lines_missing")
    items, instalments = {each.item.id: each for each in ready}, {each.instalment_id: each for each in due}
    is_so = (
        _are_all(proposal.item_versions, {key: each.item.version for key, each in items.items()})
        and _are_all(proposal.instalment_versions, {key: each.version for key, each in instalments.items()})
        and _bills_each_once(proposal)
        and all(each.item.customer_id == proposal.customer_id for each in items.values())
        and all(
            _says_but_for_words(line, _anew(line, items, instalments, vat, rounding_of), proposal.currency)
            for line in proposal.lines
        )
    )
    if not is_so:
        raise Conflict("proposal_stale")
    texts = {line.number: line.text for line in proposal.lines}
    return with_texts(proposal, texts, note=proposal.note)


def _are_all(noted: Sequence[tuple[object, int]], found: Mapping[object, int]) -> bool:
    return len(noted) == len(found) and dict(noted) == found


def _bills_each_once(proposal: InvoiceProposal) -> bool:
    lines = proposal.lines
    item_ids = [item_id for line in lines for item_id in line.item_ids]
    instalment_ids = [line.instalment_id for line in lines if line.instalment_id is not None]
    return (
        sorted(item_ids) == sorted(item_id for item_id, _ in proposal.item_versions)
        and sorted(instalment_ids) == sorted(instalment_id for instalment_id, _ in proposal.instalment_versions)
        and [line.number for line in lines] == list(range(1, len(lines) + 1))
    )


def _anew(
    line: InvoiceLine,
    items: Mapping[ItemId, Ready],
    instalments: Mapping[InstalmentId, Due],
    vat: Vat,
    rounding_of: Callable[[ProjectId | None], RoundingPolicy],
) -> InvoiceLine | None:
    """What a line would say now; None where no line can bill this together."""
    group = [items[item_id] for item_id in line.item_ids]
    if line.instalment_id is not None:
        return instalment_line(instalments[line.instalment_id], vat)
    if len(group) == 1 and isinstance(group[0].item, Expense):
        return expense_line(group[0], vat)
    if group and len({(each.item.project_id, each.price.rate) for each in group}) == 1 and group[0].price.rate:
        return time_line(group, vat, rounding_of(group[0].item.project_id))
    return None


def _says_but_for_words(line: InvoiceLine, anew: InvoiceLine | None, currency: str) -> bool:
    """Whether two lines are the same, but for their numbers and texts."""
    if anew is None or anew.net.currency != currency:
        return False
    return evolve(anew, number=line.number, text=line.text) == line


def confirmed(
    proposal: InvoiceProposal,
    invoice_id: InvoiceId,
    *,
    count: int,
    number: str,
    issued_on: date,
    payment_days: int,
    seller: Party,
    buyer: Party,
    language: str,
    at: datetime,
) -> Invoice:
    """The invoice that a proposal becomes."""
    return Invoice(
        id=invoice_id,
        organization_id=proposal.organization_id,
        kind=InvoiceKind.INVOICE,
        count=count,
        number=number,
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=payment_days),
        customer_id=proposal.customer_id,
        seller=seller,
        buyer=buyer,
        currency=proposal.currency,
        language=language,
        period=proposal.period,
        lines=proposal.lines,
        totals=proposal.totals,
        note=proposal.note,
        confirmed_at=at,
    )


def credit_note(
    invoice: Invoice, invoice_id: InvoiceId, *, count: int, number: str, issued_on: date, reason: str, at: datetime
) -> Invoice:
    """The credit note that takes an invoice back as a whole.

    Raises:
        Refused: With ``credit_note_stands`` for a credit note, ``invoice_cancelled`` for what is cancelled already.
    """
    check_cancellable(invoice)
    return evolve(
        invoice,
        id=invoice_id,
        kind=InvoiceKind.CREDIT_NOTE,
        count=count,
        number=number,
        issued_on=issued_on,
        due_on=issued_on,
        note=reason,
        corrects_id=invoice.id,
        corrects_number=invoice.number,
        corrects_issued_on=invoice.issued_on,
        confirmed_at=at,
        version=1,
    )


def check_cancellable(invoice: Invoice) -> None:
    """That an invoice can be taken back.

    Raises:
        Refused: With ``credit_note_stands`` or ``invoice_cancelled``.
    """
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        raise Refused.because("credit_note_stands")
    if invoice.is_cancelled:
        raise Refused.because("invoice_cancelled")
