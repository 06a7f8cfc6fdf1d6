"""Handing confirmed invoices to an accounting system."""

from collections.abc import Sequence
from typing import Protocol

from worktraq.core.invoices import Invoice
from worktraq.core.notifications import Attachment


class InvoiceSink(Protocol):
    """Where confirmed invoices and credit notes go.

    Handing over happens outside of any transaction, and what came of it is noted afterwards. After a crash in between
    the same invoice is handed over again, so a sink knows an invoice by its id: twice the same is one over there.
    """

    def hand_over(self, invoice: Invoice, attachments: Sequence[Attachment] = ()) -> str:
        """Hand an invoice over, with the documents that belong to it.

        Returns:
            What the invoice is known by over there, such as an id or the name of a file; never empty, and the same
            for the same invoice.

        Raises:
            InvalidInput: When the invoice lacks something that is needed over there; it names every such field, and
                nothing was handed over.
            AdapterError: When it could not be handed over; transient when a later attempt may succeed.
        """
        ...
