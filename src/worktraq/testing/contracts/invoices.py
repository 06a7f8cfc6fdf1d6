"""What every store must do with invoices, their numbers, and what was handed over."""

from datetime import date

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.calendar import Period
from worktraq.core.ids import CustomerId, InvoiceId, ItemId
from worktraq.core.invoices import HandOver, Invoice, InvoiceKind, InvoiceStatus, InvoiceYear, cancelled
from worktraq.core.paging import PageRequest, read_cursor
from worktraq.errors import InvalidInput, NotFound
from worktraq.ports.invoices import InvoiceFilter
from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.bills import a_line, an_invoice
from worktraq.testing.builders import MONDAY, a_time_entry, new_id
from worktraq.testing.contracts.base import (
    StoreContract,
    conflict,
    many_examples,
    read_only,
    reading,
    rolled_back,
    writing,
)
from worktraq.testing.contracts.repository import MANY
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import Firm

YEAR = 2026


class InvoiceRepositoryContract(StoreContract):
    """Invoices and credit notes: added once, and never changed but for their status."""

    def stored(self, store: Store, firm: Firm, *invoices: Invoice) -> None:
        """Store invoices in a transaction of their own."""
        with writing(store, firm) as uow:
            for invoice in invoices:
                uow.invoices.add(invoice)

    def listed(self, store: Store, firm: Firm, wanted: InvoiceFilter = InvoiceFilter()) -> list[Invoice]:
        """All invoices wanted, on one page."""
        with reading(store, firm) as uow:
            return list(uow.invoices.page(PageRequest(), wanted))

    @pytest.mark.requirement("L-11")
    def test_an_invoice_comes_back_with_lines_shares_and_items(
        self, store: Store, firm: Firm, other_firm: Firm
    ) -> None:
        """In their order, for its organization only; also in the transaction that adds it."""
        items = [a_time_entry(firm.activity, minutes=minutes) for minutes in (90, 30, 61)]
        lines = (a_line(items[2], items[0], project=firm.project), a_line(items[1], number=2))
        invoice = an_invoice(firm.customer, *lines)
        with writing(store, firm) as uow:
            uow.invoices.add(invoice)
            assert uow.invoices.find(invoice.id) == invoice
        with reading(store, firm) as uow:
            assert uow.invoices.find(invoice.id) == invoice
            assert uow.invoices.find(InvoiceId(new_id())) is None
        with reading(store, other_firm) as uow:
            assert uow.invoices.find(invoice.id) is None
            assert list(uow.invoices.of_item(items[0].id)) == []
        assert self.listed(store, other_firm) == []

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever the core accepts is kept exactly, several invoices beside each other included."""
        drawn = st.lists(
            strategies.invoices(firm),
            min_size=1,
            max_size=3,
            unique_by=(lambda each: each.id, lambda each: (each.issued_on.year, each.count)),
        )
        invoices = data.draw(drawn)
        with rolled_back(store, firm) as uow:
            for invoice in invoices:
                uow.invoices.add(invoice)
            assert [uow.invoices.find(invoice.id) for invoice in invoices] == invoices
            in_order = sorted(invoices, key=lambda each: (each.issued_on.year, each.count), reverse=True)
            assert list(uow.invoices.page(PageRequest(), InvoiceFilter())) == in_order

    def test_an_id_and_a_count_of_a_year_are_taken_once(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Another year or organization has counts of its own."""
        first = an_invoice(firm.customer)
        self.stored(store, firm, first)
        for wrong in (evolve(first, count=2), evolve(an_invoice(firm.customer), issued_on=date(YEAR, 12, 31))):
            with conflict("already_exists"), writing(store, firm) as uow:
                uow.invoices.add(wrong)
        others = an_invoice(firm.customer, issued_on=date(YEAR + 1, 1, 1)), an_invoice(firm.customer, count=2)
        self.stored(store, firm, *others)
        self.stored(store, other_firm, an_invoice(other_firm.customer))
        assert self.listed(store, firm) == [others[0], others[1], first]

    def test_what_an_invoice_refers_to_is_there(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Its customer and the projects on its lines; and it belongs to the organization."""
        gone = evolve(an_invoice(firm.customer), customer_id=CustomerId(new_id()))
        of_other_project = an_invoice(firm.customer, a_line(project=other_firm.project))
        for wrong in (gone, of_other_project):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.invoices.add(wrong)
        with pytest.raises(NotFound), writing(store, firm) as uow:
            uow.invoices.add(an_invoice(other_firm.customer))
        assert self.listed(store, firm) == []

    def test_what_is_invoiced_cannot_be_removed(self, store: Store, firm: Firm) -> None:
        """Neither the customer nor a project on a line; the items are kept by their ids only."""
        item = a_time_entry(firm.activity)
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.invoices.add(an_invoice(firm.customer, a_line(item, project=firm.fixed_project)))
            uow.invoices.add(an_invoice(firm.other_customer, count=2))
        with writing(store, firm) as uow:
            uow.items.remove(item)
            assert uow.projects.is_referred_to(firm.fixed_project.id)
            assert uow.customers.dependents(firm.other_customer.id).invoices == 1
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.activities.remove(firm.loose_activity)
            uow.customers.remove(firm.other_customer)
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.activities.remove(firm.fixed_activity)
            uow.projects.remove(firm.fixed_project)
        assert len(self.listed(store, firm)) == 2

    @pytest.mark.requirement("L-11")
    def test_only_the_status_of_an_invoice_changes(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """By version; whatever else the given one says is not stored."""
        invoice = an_invoice(firm.customer, a_line(a_time_entry(firm.activity)))
        self.stored(store, firm, invoice)
        with writing(store, firm) as uow:
            uow.invoices.save_status(evolve(cancelled(invoice), note="Something else", lines=()))
        with reading(store, firm) as uow:
            assert uow.invoices.find(invoice.id) == cancelled(invoice)
        unknown = an_invoice(firm.customer, count=2)
        for wrong in (cancelled(invoice), cancelled(unknown), invoice):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.invoices.save_status(wrong)
        with conflict("changed_meanwhile"), writing(store, other_firm) as uow:
            uow.invoices.save_status(cancelled(cancelled(invoice)))

    def test_invoices_are_filtered(self, store: Store, firm: Firm) -> None:
        """By customer, status, kind, date, and whether they were handed over; alone and together."""
        first = an_invoice(firm.customer, count=1, issued_on=date(YEAR, 1, 31))
        second = cancelled(an_invoice(firm.other_customer, count=2, issued_on=date(YEAR, 2, 1)))
        third = an_invoice(firm.customer, count=3, issued_on=date(YEAR, 2, 28), kind=InvoiceKind.CREDIT_NOTE)
        self.stored(store, firm, first, second, third)
        with writing(store, firm) as uow:
            uow.hand_overs.add(HandOver(first.id, firm.id, BEGINNING, "A-1"))
        february = Period.month(YEAR, 2)
        expected = [
            (InvoiceFilter(), [third, second, first]),
            (InvoiceFilter(customer_id=firm.customer.id), [third, first]),
            (InvoiceFilter(status=InvoiceStatus.CANCELLED), [second]),
            (InvoiceFilter(kind=InvoiceKind.CREDIT_NOTE), [third]),
            (InvoiceFilter(period=february), [third, second]),
            (InvoiceFilter(is_handed_over=True), [first]),
            (InvoiceFilter(is_handed_over=False), [third, second]),
            (InvoiceFilter(customer_id=firm.customer.id, period=february, status=InvoiceStatus.CONFIRMED), [third]),
            (InvoiceFilter(customer_id=CustomerId(new_id())), []),
        ]
        for wanted, invoices in expected:
            assert self.listed(store, firm, wanted) == invoices

    def test_pages_give_every_invoice_once(self, store: Store, firm: Firm) -> None:
        """The newest first, over the turn of a year; a cursor of another list is refused."""
        years = [an_invoice(firm.customer, count=count, issued_on=date(YEAR, 1, 1)) for count in range(1, 4)]
        years += [an_invoice(firm.customer, count=count, issued_on=date(YEAR + 1, 1, 1)) for count in (1, 2)]
        self.stored(store, firm, *years)
        seen: list[Invoice] = []
        request: PageRequest | None = PageRequest(limit=2)
        while request is not None:
            with reading(store, firm) as uow:
                page = uow.invoices.page(request, InvoiceFilter())
            seen += page.items
            request = PageRequest(2, read_cursor(page.next)) if page.next else None
        assert seen == years[::-1]
        with pytest.raises(InvalidInput), reading(store, firm) as uow:
            uow.invoices.page(PageRequest(2, ("a", "b")), InvoiceFilter())

    def test_the_invoices_of_an_item_are_found(self, store: Store, firm: Firm) -> None:
        """The oldest first, credit notes included; also after the item was released."""
        item, other = a_time_entry(firm.activity), a_time_entry(firm.activity)
        first = an_invoice(firm.customer, a_line(other, item))
        credit = an_invoice(firm.customer, a_line(other, item), count=2, kind=InvoiceKind.CREDIT_NOTE)
        again = an_invoice(firm.customer, a_line(item), count=3)
        self.stored(store, firm, again, first, credit)
        with reading(store, firm) as uow:
            assert list(uow.invoices.of_item(item.id)) == [first, credit, again]
            assert list(uow.invoices.of_item(other.id)) == [first, credit]
            assert list(uow.invoices.of_item(ItemId(new_id()))) == []

    def test_a_line_may_bill_many_items(self, store: Store, firm: Firm) -> None:
        """Thousands of them, in their order."""
        items = [a_time_entry(firm.activity, minutes=1) for _ in range(1_500)]
        invoice = an_invoice(firm.customer, a_line(*items[::-1]))
        self.stored(store, firm, invoice)
        with reading(store, firm) as uow:
            assert uow.invoices.find(invoice.id) == invoice

    def test_what_is_rolled_back_was_never_added(self, store: Store, firm: Firm) -> None:
        """Neither the invoice nor what ties it to its items."""
        item = a_time_entry(firm.activity)
        with rolled_back(store, firm) as uow:
            uow.invoices.add(an_invoice(firm.customer, a_line(item)))
        with reading(store, firm) as uow:
            assert list(uow.invoices.of_item(item.id)) == []
        assert self.listed(store, firm) == []

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing changes without `writes`."""
        invoice = an_invoice(firm.customer)
        self.stored(store, firm, invoice)
        with read_only(), reading(store, firm) as uow:
            uow.invoices.add(an_invoice(firm.customer, count=2))
        with read_only(), reading(store, firm) as uow:
            uow.invoices.save_status(cancelled(invoice))


class InvoiceYearsContract(StoreContract):
    """How far the numbers of each year have come."""

    @pytest.mark.requirement("L-11")
    def test_each_year_counts_for_itself(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """From nothing, one by one; another organization has its own."""
        with writing(store, firm) as uow:
            assert uow.invoice_years.lock(YEAR) == InvoiceYear(firm.id, YEAR)
            uow.invoice_years.save(InvoiceYear(firm.id, YEAR, 1, MONDAY))
            assert uow.invoice_years.lock(YEAR) == InvoiceYear(firm.id, YEAR, 1, MONDAY)
            uow.invoice_years.save(InvoiceYear(firm.id, YEAR, 2, MONDAY))
        with writing(store, firm) as uow:
            assert uow.invoice_years.lock(YEAR) == InvoiceYear(firm.id, YEAR, 2, MONDAY)
            assert uow.invoice_years.lock(YEAR + 1) == InvoiceYear(firm.id, YEAR + 1)
        with writing(store, other_firm) as uow:
            assert uow.invoice_years.lock(YEAR) == InvoiceYear(other_firm.id, YEAR)

    def test_no_count_is_skipped_or_given_twice(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Whoever is not one further than what is stored is told."""
        first = InvoiceYear(firm.id, YEAR, 1, MONDAY)
        with writing(store, firm) as uow:
            uow.invoice_years.save(first)
        wrong = (first, evolve(first, count=3), evolve(first, organization_id=other_firm.id, count=2))
        for year in wrong:
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.invoice_years.save(year)
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.invoice_years.save(InvoiceYear(firm.id, YEAR + 1, 2, MONDAY))

    @pytest.mark.requirement("L-11")
    def test_what_is_rolled_back_leaves_no_gap(self, store: Store, firm: Firm) -> None:
        """The next one gets the same count."""
        for _ in range(2):
            with rolled_back(store, firm) as uow:
                assert uow.invoice_years.lock(YEAR).count == 0
                uow.invoice_years.save(InvoiceYear(firm.id, YEAR, 1, MONDAY))

    def test_a_view_refuses_to_count(self, store: Store, firm: Firm) -> None:
        """Nothing is held or counted without `writes`."""
        with read_only(), reading(store, firm) as uow:
            uow.invoice_years.lock(YEAR)
        with read_only(), reading(store, firm) as uow:
            uow.invoice_years.save(InvoiceYear(firm.id, YEAR, 1, MONDAY))


class HandOverRepositoryContract(StoreContract):
    """Which invoices were handed over."""

    def test_what_was_handed_over_is_noted_once(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """And no longer waits; those that wait come in order of their numbers."""
        invoices = [an_invoice(firm.customer, count=count) for count in (3, 1, 2)]
        with writing(store, firm) as uow:
            for invoice in invoices:
                uow.invoices.add(invoice)
        hand_over = HandOver(invoices[1].id, firm.id, BEGINNING, "2026-0001.xml")
        with writing(store, firm) as uow:
            assert list(uow.hand_overs.waiting()) == [invoices[1].id, invoices[2].id, invoices[0].id]
            uow.hand_overs.add(hand_over)
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.hand_overs.add(evolve(hand_over, external_id="another"))
        with reading(store, firm) as uow:
            assert list(uow.hand_overs.waiting()) == [invoices[2].id, invoices[0].id]
            assert list(uow.hand_overs.of_invoices([each.id for each in invoices])) == [hand_over]
            unknown = [InvoiceId(new_id()) for _ in range(MANY)]
            assert list(uow.hand_overs.of_invoices([*unknown, invoices[1].id, invoices[1].id])) == [hand_over]
        with reading(store, other_firm) as uow:
            assert list(uow.hand_overs.of_invoices([invoices[1].id])) == []
            assert list(uow.hand_overs.waiting()) == []

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever the core accepts is kept exactly."""
        invoice = an_invoice(firm.customer)
        hand_over = data.draw(strategies.hand_overs(invoice))
        with rolled_back(store, firm) as uow:
            uow.invoices.add(invoice)
            uow.hand_overs.add(hand_over)
            assert list(uow.hand_overs.of_invoices([invoice.id])) == [hand_over]

    def test_only_an_invoice_of_the_organization_is_handed_over(
        self, store: Store, firm: Firm, other_firm: Firm
    ) -> None:
        """One that is there, in a transaction that writes."""
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.hand_overs.add(HandOver(InvoiceId(new_id()), firm.id, BEGINNING, "x"))
        invoice = an_invoice(firm.customer)
        with writing(store, firm) as uow:
            uow.invoices.add(invoice)
        with pytest.raises(NotFound), writing(store, other_firm) as uow:
            uow.hand_overs.add(HandOver(invoice.id, firm.id, BEGINNING, "x"))
        with read_only(), reading(store, firm) as uow:
            uow.hand_overs.add(HandOver(invoice.id, firm.id, BEGINNING, "x"))
