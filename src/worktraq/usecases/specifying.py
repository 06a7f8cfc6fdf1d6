"""Invoices as documents, and the specification of what they are made of (L-11, L-14)."""

from worktraq.core.access import Action
from worktraq.core.billing_exports import specification_row, specification_table
from worktraq.core.branding import Brand
from worktraq.core.exports import Table
from worktraq.core.ids import InvoiceId
from worktraq.core.invoices import Invoice
from worktraq.core.notifications import Attachment
from worktraq.core.specifications import Specification, document_name, is_specifiable, specification_of
from worktraq.errors import NotFound, Refused
from worktraq.usecases.context import Context, found
from worktraq.usecases.timesheets import MOST_LINES, documents_of

_PDF = "application/pdf"


class Specifying:
    """What the customer gets on paper."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def invoice_pdf(self, invoice_id: InvoiceId, *, language: str | None = None) -> Attachment:
        """An invoice or credit note as PDF, in its own language unless another one is given.

        Raises:
            Refused: For who is not a manager or an administrator; with ``documents_missing``.
            NotFound: When there is no such invoice.
            AdapterError: When it cannot be written.
        """
        invoice = self._seen_invoice(invoice_id)
        content = documents_of(self._context).render_invoice(invoice, self._brand(), language or invoice.language)
        return Attachment(document_name(invoice.kind.value, invoice.number, [invoice.buyer.name]), _PDF, content)

    def specification_pdf(self, invoice_id: InvoiceId, *, language: str | None = None) -> Attachment:
        """Every item behind an invoice as PDF, in the language of the invoice unless another one is given.

        Raises:
            Refused: For who is not a manager or an administrator; ``specification_gone`` for a credit note and for what
                was cancelled; ``specification_too_long``, which a table never is; ``documents_missing``.
            NotFound: When there is no such invoice, or no item on it.
            AdapterError: When it cannot be written.
        """
        invoice = self._seen_invoice(invoice_id)
        specification = self._specified(invoice)
        if not specification.items:
            raise NotFound("specification")
        if len(specification.items) > MOST_LINES:
            raise Refused.because("specification_too_long", most=MOST_LINES)
        documents = documents_of(self._context)
        content = documents.render_specification(specification, self._brand(), language or invoice.language)
        return Attachment(document_name("specification", invoice.number, [invoice.buyer.name]), _PDF, content)

    def specification(self, invoice_id: InvoiceId) -> Table:
        """Every item behind an invoice, as a table that a `worktraq.ports.sheets.SheetWriter` writes; no rate stands in it.

        Raises:
            Refused: For who is not a manager or an administrator; ``specification_gone`` for a credit note and for what
                was cancelled.
            NotFound: When there is no such invoice.
        """
        specification = self._specified(self._seen_invoice(invoice_id))
        rows = [specification_row(line, item) for line in specification.lines for item in line.items]
        return specification_table(tuple(rows))

    def _seen_invoice(self, invoice_id: InvoiceId) -> Invoice:
        self._context.require(Action.SEE_INVOICES)
        return found(self._context.uow.invoices.find(invoice_id), "invoice")

    def _specified(self, invoice: Invoice) -> Specification:
        if not is_specifiable(invoice):
            raise Refused.because("specification_gone")
        uow = self._context.uow
        items = uow.items.find_many(invoice.item_ids)
        activities = uow.activities.find_many({item.activity_id for item in items})
        users = uow.users.find_many({item.user_id for item in items})
        return specification_of(
            invoice,
            items,
            {activity.id: activity.description for activity in activities},
            {user.id: user.name for user in users},
        )

    def _brand(self) -> Brand:
        return self._context.uow.brands.find() or Brand(self._context.actor.organization_id)
