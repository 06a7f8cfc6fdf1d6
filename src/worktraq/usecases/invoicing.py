"""Invoices: proposed, confirmed with a gapless number, cancelled by a credit note (L-11, L-14)."""

from collections.abc import Sequence
from datetime import date

from attrs import frozen

from worktraq.core.access import Action
from worktraq.core.approval import Command
from worktraq.core.calendar import Period, check_date
from worktraq.core.confirming import check_cancellable, checked_again, confirmed, credit_note
from worktraq.core.entries import Item, State
from worktraq.core.events import EventName
from worktraq.core.ids import CustomerId, InvoiceId, ItemId, ProjectId
from worktraq.core.instalments import Instalment, put_on
from worktraq.core.invoices import (
    HandOver,
    Invoice,
    InvoiceKind,
    InvoiceStatus,
    InvoiceYear,
    cancelled,
    counted_on,
    number_of,
)
from worktraq.core.paging import Page, PageRequest
from worktraq.core.proposals import InvoiceProposal
from worktraq.core.terms import buyer_of, seller_of, vat_for
from worktraq.core.text import clean_note
from worktraq.errors import Conflict, NotFound
from worktraq.ports.invoices import InvoiceFilter
from worktraq.usecases.context import Context, check_version, found
from worktraq.usecases.moving import Move, Moving
from worktraq.usecases.proposing import Proposing, Wanted
from worktraq.usecases.terms import profile_of, rounding_of, terms_of


@frozen
class _Taken:
    """What a proposal bills, as stored."""

    items: Sequence[Item]
    instalments: Sequence[Instalment]


class Invoicing:
    """From what is ready to an invoice, and back."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def propose(
        self,
        *,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        period: Period | None = None,
        waive_reason: str = "",
    ) -> tuple[InvoiceProposal, ...]:
        """Proposals of invoices for what is ready: approved items with a price, and instalments that are due.

        A proposal is a value: it reserves nothing, and can be kept. Look it through with
        `worktraq.core.proposals.without_lines` and `with_texts`, and give it to `confirm`.

        Args:
            customer_id: Only of this customer.
            project_id: Only of this project.
            period: Only of these days.
            waive_reason: Why to bill also what lacks nothing but the customer's approval: not asked yet, not answered,
                expired or refused. It is waived when the proposal is confirmed (L-14). What somebody registered
                for himself or herself is left out, unless the organization allows to decide on it.

        Returns:
            In order of customer; for each customer one, or one per project or period as the customer wants it.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such customer or project.
        """
        context = self._context
        context.require(Action.MANAGE_INVOICES)
        if customer_id is not None:
            context.customer(customer_id)
        if project_id is not None:
            context.project(project_id)
        reason = clean_note("waive_reason", waive_reason)
        return tuple(Proposing(context).proposals(Wanted(customer_id, project_id, period, reason)))

    def confirm(self, proposal: InvoiceProposal, *, issued_on: date | None = None) -> Invoice:
        """Make an invoice of a proposal: its items are invoiced, and it has the next number of the year.

        Whatever a proposal says besides its texts must still be so: the items, their prices, the tax and the rounding.
        What lacks the customer's approval is waived first, for the reason that was given with the proposal.

        Args:
            proposal: As it was reviewed.
            issued_on: The date on it, not before the last one of that year; today by default.

        Raises:
            Refused: For who is not a manager or an administrator; for what he or she may not waive.
            NotFound: When there is no such customer or item.
            Conflict: With ``proposal_stale`` when anything on it changed meanwhile, was invoiced by somebody else, or
                is no longer approved.
            InvalidInput: With ``issued_before_last`` or ``issued_in_future``; for a text.
        """
        context = self._context
        context.require(Action.MANAGE_INVOICES)
        if proposal.organization_id != context.actor.organization_id:
            raise NotFound("organization")
        customer = context.customer(proposal.customer_id)
        year = self._next_number(issued_on)
        taken = self._taken(proposal)
        terms, profile = terms_of(context, customer.id), profile_of(context)
        proposal = self._checked_again(proposal, taken)
        self._invoice(taken.items, proposal.waive_reason)
        assert year.last_on is not None
        invoice = confirmed(
            proposal,
            context.new_id(InvoiceId),
            count=year.count,
            number=number_of(profile.prefix, year.year, year.count),
            issued_on=year.last_on,
            payment_days=profile.payment_days if terms.payment_days is None else terms.payment_days,
            seller=seller_of(profile),
            buyer=buyer_of(customer),
            language=customer.data.language or context.organization.settings.language,
            at=context.at,
        )
        self._store(year, invoice, [put_on(each, invoice.id) for each in taken.instalments])
        return invoice

    def cancel(self, invoice_id: InvoiceId, *, version: int, reason: str) -> Invoice:
        """Take an invoice back as a whole, by a credit note of today; what it billed is ready again.

        Args:
            invoice_id: The invoice.
            version: Of the invoice that was seen.
            reason: What stands on the credit note.

        Returns:
            The credit note, with the next number of the year.

        Raises:
            Refused: For who is not a manager or an administrator; ``credit_note_stands`` or ``invoice_cancelled``.
            NotFound: When there is no such invoice.
            Conflict: When somebody else cancelled it.
            InvalidInput: Without a reason.
        """
        context = self._context
        context.require(Action.MANAGE_INVOICES)
        invoice = found(context.uow.invoices.find(invoice_id), "invoice")
        reason = clean_note("reason", reason, is_required=True)
        check_version(invoice.version, version)
        check_cancellable(invoice)
        year = self._next_number(None)
        assert year.last_on is not None
        note = credit_note(
            invoice,
            context.new_id(InvoiceId),
            count=year.count,
            number=number_of(profile_of(context).prefix, year.year, year.count),
            issued_on=year.last_on,
            reason=reason,
            at=context.at,
        )
        context.uow.invoices.save_status(cancelled(invoice))
        items = context.uow.items.find_many(invoice.item_ids)
        Moving(context).make([Move(item, Command.RELEASE) for item in items])
        instalments = context.uow.instalments.find_many(invoice.instalment_ids)
        self._store(year, note, [put_on(each, None) for each in instalments])
        context.record(EventName.INVOICE_CANCELLED, invoice.id, credit_note_id=str(note.id))
        return note

    def invoice(self, invoice_id: InvoiceId) -> Invoice:
        """An invoice or credit note.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such invoice.
        """
        context = self._context
        context.require(Action.SEE_INVOICES)
        return found(context.uow.invoices.find(invoice_id), "invoice")

    def invoices(
        self,
        *,
        customer_id: CustomerId | None = None,
        status: InvoiceStatus | None = None,
        kind: InvoiceKind | None = None,
        period: Period | None = None,
        is_handed_over: bool | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[Invoice]:
        """Invoices and credit notes, the newest first.

        Args:
            customer_id: Only to this customer.
            status: Only those that stand, or only those that were cancelled.
            kind: Only invoices, or only credit notes.
            period: Only those with a date in it.
            is_handed_over: Only those that were handed over to an accounting system, or only those that were not.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such customer.
            InvalidInput: For a limit out of range or a cursor that is none.
        """
        context = self._context
        context.require(Action.SEE_INVOICES)
        if customer_id is not None:
            context.customer(customer_id)
        wanted = InvoiceFilter(
            customer_id=customer_id, status=status, kind=kind, period=period, is_handed_over=is_handed_over
        )
        return context.uow.invoices.page(PageRequest.of(after, limit), wanted)

    def of_item(self, item_id: ItemId) -> Sequence[Invoice]:
        """Every invoice and credit note that an item stands on, the oldest first.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such item.
        """
        context = self._context
        context.require(Action.SEE_INVOICES)
        (item,) = context.items([item_id])
        return context.uow.invoices.of_item(item.id)

    def hand_over(self, invoice_id: InvoiceId) -> HandOver | None:
        """When an invoice was handed over to an accounting system and what it is known by there; None when it was not.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such invoice.
        """
        noted = self._context.uow.hand_overs.of_invoices([self.invoice(invoice_id).id])
        return next(iter(noted), None)

    def _next_number(self, issued_on: date | None) -> InvoiceYear:
        """The year with one invoice more, on the day; held, so that whoever invoices at the same time waits here."""
        context = self._context
        day = context.today if issued_on is None else check_date(issued_on, name="issued_on")
        return counted_on(context.uow.invoice_years.lock(day.year), day, context.today)

    def _taken(self, proposal: InvoiceProposal) -> _Taken:
        """What a proposal bills, as it is now."""
        uow = self._context.uow
        items = uow.items.find_many({item_id for item_id, _ in proposal.item_versions})
        instalments = uow.instalments.find_many({each for each, _ in proposal.instalment_versions})
        return _Taken(items, instalments)

    def _checked_again(self, proposal: InvoiceProposal, taken: _Taken) -> InvoiceProposal:
        """The proposal, when everything on it is still so and may be billed."""
        context = self._context
        customer = context.customer(proposal.customer_id)
        terms, proposing = terms_of(context, customer.id), Proposing(context)
        versions = dict(proposal.item_versions)
        if any(versions[item.id] != item.version for item in taken.items):
            raise Conflict("proposal_stale")
        self._check_may_bill(taken.items, proposal.waive_reason)
        checked = checked_again(
            proposal,
            proposing.ready(taken.items),
            proposing.due(taken.instalments),
            vat=vat_for(profile_of(context), customer, terms),
            rounding_of=rounding_of(
                context, {each.project_id for each in taken.items if each.project_id is not None}, terms.rounding
            ),
        )
        if not all(each.is_open and each.due_on <= context.today for each in taken.instalments):
            raise Conflict("proposal_stale")
        return checked

    def _check_may_bill(self, items: Sequence[Item], waive_reason: str) -> None:
        context = self._context
        moving, proposing = Moving(context), Proposing(context)
        for item in items:
            if item.state is State.APPROVED:
                moving.verdict(item, Command.INVOICE).require()
            elif waive_reason:
                moving.verdict(item, Command.WAIVE, waive_reason).require()
            if not proposing.is_billable(item, waive_reason):
                raise Conflict("proposal_stale")

    def _invoice(self, items: Sequence[Item], waive_reason: str) -> None:
        """Waive what lacks the customer's approval, and invoice everything."""
        moving = Moving(self._context)
        waived = [item for item in items if item.state is not State.APPROVED]
        approved = [item for item in items if item.state is State.APPROVED]
        if waived:
            approved += moving.make([Move(item, Command.WAIVE, waive_reason) for item in waived])
        moving.make([Move(item, Command.INVOICE) for item in approved])

    def _store(self, year: InvoiceYear, invoice: Invoice, instalments: Sequence[Instalment]) -> None:
        uow = self._context.uow
        uow.instalments.save(*instalments)
        uow.invoice_years.save(year)
        uow.invoices.add(invoice)
        self._context.record(EventName.INVOICE_CONFIRMED, invoice.id, kind=invoice.kind.value, lines=len(invoice.lines))
