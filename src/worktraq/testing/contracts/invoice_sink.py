"""What everything that invoices are handed over to must do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import pytest
from attrs import evolve

from worktraq.core.ids import InvoiceId
from worktraq.core.invoices import Invoice, InvoiceKind, Party
from worktraq.core.notifications import Attachment
from worktraq.core.organizations import Address
from worktraq.errors import InvalidInput
from worktraq.ports.invoice_sink import InvoiceSink
from worktraq.testing.bills import a_line, an_invoice
from worktraq.testing.builders import a_time_entry, new_id
from worktraq.testing.firms import a_firm

_FIRM = a_firm()


def a_whole_invoice(*, count: int = 1, minutes: int = 90) -> Invoice:
    """An invoice that lacks nothing, from one Dutch business to another."""
    invoice = an_invoice(_FIRM.customer, a_line(a_time_entry(_FIRM.activity, minutes=minutes)), count=count)
    buyer = Party(
        name="Bakkerij Jansen B.V.",
        address=Address("Markt 2", "3511 LX", "Utrecht", "NL"),
        company_number="30123456",
        email="ap@jansen.example",
        reference="PO-17",
    )
    return evolve(invoice, buyer=buyer)


class InvoiceSinkContract(ABC):
    """Handing over: once for the same invoice, whole or not at all."""

    @abstractmethod
    def sink(self) -> InvoiceSink:
        """An empty sink, or the same one again within a test."""

    @abstractmethod
    def held(self) -> Sequence[str]:
        """What the sink holds, as it names it."""

    @abstractmethod
    def incomplete(self) -> tuple[Invoice, Sequence[str]]:
        """An invoice that lacks several things, and the fields that the sink should name; none where it takes all."""

    def test_an_invoice_is_handed_over(self) -> None:
        """The sink holds it by the name that it gives."""
        name = self.sink().hand_over(a_whole_invoice())
        assert name
        assert list(self.held()) == [name]

    def test_the_same_invoice_twice_is_one(self) -> None:
        """With the same name, also when there are documents the second time."""
        invoice, sink = a_whole_invoice(), self.sink()
        first = sink.hand_over(invoice)
        again = sink.hand_over(invoice, [Attachment("timesheet.pdf", "application/pdf", b"%PDF-1.7")])
        assert first == again
        assert list(self.held()) == [first]

    def test_different_invoices_stay_apart(self) -> None:
        """A credit note and its invoice, the next number, and the same number of somebody else."""
        invoice = a_whole_invoice()
        others = [
            evolve(
                invoice,
                id=InvoiceId(new_id()),
                kind=InvoiceKind.CREDIT_NOTE,
                count=2,
                number="2026-0002",
                corrects_id=invoice.id,
                corrects_number=invoice.number,
                corrects_issued_on=invoice.issued_on,
            ),
            a_whole_invoice(count=3),
            a_whole_invoice(),
        ]
        names = [self.sink().hand_over(each) for each in (invoice, *others)]
        assert len(set(names)) == len(names)
        assert sorted(self.held()) == sorted(names)

    def test_what_is_missing_is_named_and_nothing_is_half_done(self) -> None:
        """Every field at once, so that it is put right in one go."""
        invoice, fields = self.incomplete()
        if not fields:
            pytest.skip("this sink takes every invoice")
        with pytest.raises(InvalidInput) as raised:
            self.sink().hand_over(invoice)
        assert sorted(problem.field for problem in raised.value.problems) == sorted(fields)
        assert list(self.held()) == []
