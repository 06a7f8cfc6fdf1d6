"""What every store must do with customers and their contact persons."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer, CustomerKind, CustomerSort, CustomerStatus, place_in_list
from worktraq.core.ids import ContactId, CustomerId
from worktraq.core.paging import Key, Page, PageRequest, read_cursor
from worktraq.core.signoff import Recipient
from worktraq.core.text import fold
from worktraq.ports.customers import ContactRepository, CustomerRepository, Dependents
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import (
    a_contact,
    a_customer,
    a_project,
    a_request,
    a_time_entry,
    an_expense,
    an_organization,
    new_id,
)
from worktraq.testing.contracts.base import conflict, many_examples, reading, rolled_back, writing
from worktraq.testing.contracts.changes import ChangingContract
from worktraq.testing.contracts.paging import NAMES, PagingContract
from worktraq.testing.contracts.repository import MANY
from worktraq.testing.firms import Firm


class CustomerRepositoryContract(ChangingContract[Customer, CustomerId], PagingContract[Customer, CustomerId]):
    """Customers: unique by number, listed and searched by name, number and place."""

    def repository(self, uow: UnitOfWork) -> CustomerRepository:
        """The customers."""
        return uow.customers

    def id_of(self, entity: Customer) -> CustomerId:
        """Of a customer."""
        return entity.id

    def as_id(self, value: UUID) -> CustomerId:
        """Of a customer."""
        return CustomerId(value)

    def new_ones(self, _uow: UnitOfWork, firm: Firm, number: int) -> list[Customer]:
        """Businesses, each with a number of its own."""
        return [a_customer(firm.id, NAMES[at % len(NAMES)], number=new_id().hex) for at in range(number)]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[Customer]:
        """Customers of all kinds."""
        return strategies.customers(firm)

    def unique_keys(self) -> tuple[Callable[[Customer], Hashable], ...]:
        """Id, and number where there is one."""
        return (self.id_of, lambda customer: customer.data.number or customer.id)

    def changed(self, entity: Customer) -> Customer:
        """Renamed and archived."""
        data = evolve(entity.data, company_name=entity.data.company_name + " N.V.", currency="JPY")
        return evolve(entity, data=data, status=CustomerStatus.ARCHIVED, version=entity.version + 1)

    def page(self, uow: UnitOfWork, request: PageRequest) -> Page[Customer]:
        """All customers."""
        return uow.customers.page(request, status=None, search="", among=None)

    def key_of(self, entity: Customer) -> Key:
        """The order, the search key, the id."""
        return place_in_list(entity, CustomerSort.NAME)

    def test_a_number_is_taken_once(self, store: Store, firm: Firm) -> None:
        """Two customers never have the same number."""
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.customers.add(a_customer(firm.id, number=firm.customer.data.number))

    def test_a_number_cannot_become_that_of_another_customer(self, store: Store, firm: Firm) -> None:
        """A change of number is held against the others too."""
        customer = a_customer(firm.id, number="K-2")
        taking = evolve(customer, data=evolve(customer.data, number=firm.customer.data.number), version=2)
        with writing(store, firm) as uow:
            uow.customers.add(customer)
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.customers.save(taking)

    def test_a_number_given_up_can_be_given_again(self, store: Store, firm: Firm) -> None:
        """Only what is stored now counts."""
        without = evolve(firm.customer, data=evolve(firm.customer.data, number=""), version=2)
        successor = a_customer(firm.id, number=firm.customer.data.number)
        with writing(store, firm) as uow:
            uow.customers.save(without)
            uow.customers.add(successor)
        assert self.found(store, firm, successor) == [successor]

    def test_numbers_that_look_alike_are_different(self, store: Store, firm: Firm) -> None:
        """Case, accents and leading zeros count; no number at all is not taken by anybody."""
        numbers = ("a1", "A1", "á1", "1", "01", "", "")
        customers = [a_customer(firm.id, number=number) for number in numbers]
        with writing(store, firm) as uow:
            uow.customers.add(*customers)
        assert self.found(store, firm, *customers) == customers

    def test_the_same_number_can_exist_elsewhere(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Numbers are of one organization; both firms have the same one."""
        number = firm.customer.data.number
        assert number == other_firm.customer.data.number
        with reading(store, firm) as uow:
            assert list(uow.customers.find_by_numbers([number])) == [firm.customer]

    def test_customers_are_found_by_their_numbers(self, store: Store, firm: Firm) -> None:
        """Any number of numbers can be asked for; unknown ones and repeated ones change nothing."""
        customers = [a_customer(firm.id, number=f"N{at}") for at in range(MANY + 10)]
        numbers = [*(customer.data.number for customer in customers[:MANY]), "N1", "unknown", "n2"]
        with writing(store, firm) as uow:
            uow.customers.add(*customers)
        with reading(store, firm) as uow:
            found = sorted(uow.customers.find_by_numbers(numbers), key=self.id_of)
            assert found == customers[:MANY]
            assert list(uow.customers.find_by_numbers([])) == []

    @pytest.mark.parametrize(
        ("search", "expected"),
        [
            ("jansen", {"Bakkerij Jansen B.V.", "JANSEN & Zn"}),
            ("angstrom", {"Ångström AB"}),
            ("100%", {"100% Fietsen"}),
            ("%", {"100% Fietsen"}),
            ("_", {"snake_case"}),
            ("\\", {"back\\slash"}),
            ("'", {"'t Hoekje"}),
            ("utrecht", {"Bakkerij Jansen B.V."}),
            ("k-1001", {"Bakkerij Jansen B.V."}),
            ("b.v. k-1001 utr", {"Bakkerij Jansen B.V."}),
            ("🙂", {"Smile 🙂"}),
            ("nothing like it", set()),
        ],
    )
    def test_a_search_finds_name_number_and_place(
        self, store: Store, firm: Firm, search: str, expected: set[str]
    ) -> None:
        """What is searched for stands anywhere in the key, character by character."""
        names = ("JANSEN & Zn", "Ångström AB", "100% Fietsen", "snake_case", "back\\slash", "'t Hoekje", "Smile 🙂")
        with writing(store, firm) as uow:
            uow.customers.add(*(a_customer(firm.id, name) for name in names))
        with reading(store, firm) as uow:
            page = uow.customers.page(PageRequest(100), search=search, is_reduced=True)
        assert {customer.name for customer in page} == expected

    @pytest.mark.requirement("T-04")
    @pytest.mark.parametrize("search", ["boek@zoo.example", "ap@jansen", "nl0044", "b.v. k-1 luik ap"])
    def test_a_search_finds_mail_addresses_and_vat_number_but_not_in_the_reduced_fields(
        self, store: Store, firm: Firm, search: str
    ) -> None:
        """Each of them, beside name, number and place, however long the name is."""
        name = "x" * 190 + " B.V."
        customer = a_customer(firm.id, name, number="K-1", city="Luik")
        data = evolve(customer.data, invoice_email="Boek@Zoo.example", vat_number="NL004495445B01")
        customer = evolve(customer, data=data)
        with writing(store, firm) as uow:
            uow.customers.add(customer)
        with reading(store, firm) as uow:
            assert customer in list(uow.customers.page(PageRequest(100), search=search))
            assert list(uow.customers.page(PageRequest(100), search=search, is_reduced=True)) == []

    def test_a_list_is_narrowed_down_by_status_and_ids(self, store: Store, firm: Firm) -> None:
        """What is given counts; an empty selection is empty, None is no selection."""
        old = evolve(firm.other_customer, status=CustomerStatus.ARCHIVED, version=2)
        many = [CustomerId(new_id()) for _ in range(MANY)]
        with writing(store, firm) as uow:
            uow.customers.save(old)
        with reading(store, firm) as uow:
            page, request = uow.customers.page, PageRequest(100)
            assert list(page(request, status=CustomerStatus.ARCHIVED, search="", among=None)) == [old]
            assert list(page(request, status=CustomerStatus.ACTIVE, search="", among=[old.id])) == []
            assert list(page(request, status=None, search="", among=[])) == []
            assert list(page(request, status=None, search="", among=[firm.customer.id, *many])) == [firm.customer]
            assert list(page(request, status=None, search="jan", among=[old.id])) == []
            assert list(page(request, kind=CustomerKind.PRIVATE)) == [old]
            assert list(page(request, kind=CustomerKind.BUSINESS, among=[firm.customer.id, old.id])) == [firm.customer]

    @pytest.mark.parametrize("sort", CustomerSort)
    def test_every_order_gives_everything_once(self, store: Store, firm: Firm, sort: CustomerSort) -> None:
        """Pages of any size, in the order of the keys; names, numbers and places that look alike are told apart."""
        with writing(store, firm) as uow:
            uow.customers.add(*_hard_to_order(firm))
        with reading(store, firm) as uow:
            everything = list(uow.customers.page(PageRequest(1000), sort=sort))
            assert everything == _in_order(everything, sort)
            assert len(everything) == len(NAMES) + len(firm.customers) + 4
            for limit in (1, 7, len(everything)):
                assert list(_walked(uow, sort, limit)) == everything

    @many_examples
    @given(st.data())
    def test_pages_of_every_order_stay_right_while_customers_come_and_go(
        self, store: Store, firm: Firm, data: st.DataObject
    ) -> None:
        """Who is there all the time comes once, whoever is added or removed between two pages."""
        sort = data.draw(st.sampled_from(CustomerSort))
        limit = data.draw(st.integers(1, 3))
        changes = data.draw(st.lists(st.booleans(), min_size=30, max_size=30))
        many = st.lists(strategies.customers(firm), max_size=8, unique_by=self.unique_keys())
        staying, leaving, coming = data.draw(many.map(lambda found: (found[::3], found[1::3], found[2::3])))
        with rolled_back(store, firm) as uow:
            uow.customers.add(*staying, *leaving)
            seen = []
            for customer in _walked(uow, sort, limit):
                seen.append(customer)
                if leaving and changes.pop():
                    uow.customers.remove(leaving.pop())
                if coming and changes.pop():
                    uow.customers.add(coming.pop())
            present = [*staying, *leaving, *firm.customers]
        assert seen == _in_order(seen, sort)
        assert len(set(seen)) == len(seen)
        assert set(present) <= set(seen)

    @pytest.mark.usefixtures("other_firm")
    def test_the_internal_customer_is_found(self, store: Store, firm: Firm) -> None:
        """The one of this organization, or None."""
        with reading(store, firm) as uow:
            assert uow.customers.find_internal() == firm.internal
        with store.unit_of_work(an_organization().id, writes=False) as uow:
            assert uow.customers.find_internal() is None

    @pytest.mark.usefixtures("other_firm")
    def test_active_customers_are_counted(self, store: Store, firm: Firm) -> None:
        """Without archived ones, the internal one, and other organizations'."""
        with writing(store, firm) as uow:
            assert uow.customers.count_active() == 2
            uow.customers.save(evolve(firm.other_customer, status=CustomerStatus.ARCHIVED, version=2))
            assert uow.customers.count_active() == 1

    @pytest.mark.requirement("T-06")
    def test_what_refers_to_a_customer_is_counted(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Items of both kinds and requests count, those of other customers do not."""
        items = [a_time_entry(firm.activity), an_expense(firm.activity), a_time_entry(firm.loose_activity)]
        with writing(store, firm) as uow:
            assert uow.customers.dependents(firm.customer.id) == Dependents(0, 0)
            uow.items.add(*items)
            uow.requests.add(a_request(firm.project, firm.employee, *items[:2]))
        with reading(store, firm) as uow:
            assert uow.customers.dependents(firm.customer.id) == Dependents(2, 1)
            assert uow.customers.dependents(firm.other_customer.id) == Dependents(1, 0)
            assert uow.customers.dependents(CustomerId(new_id())) == Dependents(0, 0)
        with reading(store, other_firm) as uow:
            assert uow.customers.dependents(firm.customer.id) == Dependents(0, 0)


def _hard_to_order(firm: Firm) -> list[Customer]:
    """Customers whose names, numbers and places differ little."""
    found = []
    for at, name in enumerate(NAMES):
        customer = a_customer(firm.id, name, city=NAMES[-at] if at % 4 else "")
        found.append(evolve(customer, data=evolve(customer.data, number=f"{'0' * (at % 3)}{at}" if at % 5 else "")))
    return [*found, *(a_customer(firm.id, "Alike", city="Luik") for _ in range(4))]


def _in_order(customers: Iterable[Customer], sort: CustomerSort) -> list[Customer]:
    is_descending = sort is CustomerSort.NEWEST
    return sorted(customers, key=lambda each: place_in_list(each, sort), reverse=is_descending)


def _walked(uow: UnitOfWork, sort: CustomerSort, limit: int) -> Iterator[Customer]:
    """The customers of all pages, each page read when it is reached."""
    request = PageRequest(limit)
    while True:
        page = uow.customers.page(request, sort=sort)
        yield from page
        if page.next is None:
            return
        request = PageRequest(limit, read_cursor(page.next))


class ContactRepositoryContract(ChangingContract[ContactPerson, ContactId], PagingContract[ContactPerson, ContactId]):
    """Contact persons: at any number of customers, listed by name."""

    def repository(self, uow: UnitOfWork) -> ContactRepository:
        """The contacts."""
        return uow.contacts

    def id_of(self, entity: ContactPerson) -> ContactId:
        """Of a contact."""
        return entity.id

    def as_id(self, value: UUID) -> ContactId:
        """Of a contact."""
        return ContactId(value)

    def new_ones(self, _uow: UnitOfWork, firm: Firm, number: int) -> list[ContactPerson]:
        """Contacts at zero to three customers."""
        return [a_contact(firm.id, *firm.customers[: at % 4], name=NAMES[at % len(NAMES)]) for at in range(number)]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[ContactPerson]:
        """Contacts of all kinds."""
        return strategies.contacts(firm)

    def changed(self, entity: ContactPerson) -> ContactPerson:
        """Ended, and at fewer customers."""
        return evolve(entity, is_ended=True, customer_ids=entity.customer_ids[1:], version=entity.version + 1)

    def page(self, uow: UnitOfWork, request: PageRequest) -> Page[ContactPerson]:
        """All contacts."""
        return uow.contacts.page(request, search="")

    def key_of(self, entity: ContactPerson) -> Key:
        """Folded name, then id."""
        return (fold(entity.name), entity.id.hex)

    @pytest.mark.requirement("T-08")
    def test_contacts_of_customers_come_once(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Who works at two of them comes once, ended ones too, in order of their ids."""
        both = a_contact(firm.id, firm.customer, firm.other_customer)
        ended = evolve(a_contact(firm.id, firm.other_customer), is_ended=True)
        nowhere = a_contact(firm.id)
        with writing(store, firm) as uow:
            uow.contacts.add(nowhere, ended, both)
        with reading(store, firm) as uow:
            of_customers = uow.contacts.of_customers
            assert list(of_customers([firm.customer.id, firm.other_customer.id])) == [firm.contact, both, ended]
            assert list(of_customers([firm.other_customer.id])) == [both, ended]
            assert list(of_customers([firm.internal.id])) == []
            assert list(of_customers([])) == []
            many = [CustomerId(new_id()) for _ in range(MANY)]
            assert list(of_customers([*many, firm.customer.id, firm.customer.id])) == [firm.contact, both]
        with reading(store, other_firm) as uow:
            assert list(uow.contacts.of_customers([firm.customer.id])) == []

    def test_customers_of_a_contact_come_and_go(self, store: Store, firm: Firm) -> None:
        """A saved contact is at the customers it was saved with, in order of their ids."""
        everywhere = evolve(firm.contact, customer_ids=tuple(customer.id for customer in firm.customers), version=2)
        nowhere = evolve(firm.contact, customer_ids=(), version=3)
        for contact in (everywhere, nowhere):
            with writing(store, firm) as uow:
                uow.contacts.save(contact)
            with reading(store, firm) as uow:
                assert uow.contacts.find(contact.id) == contact
                assert (contact in uow.contacts.of_customers([firm.customer.id])) == bool(contact.customer_ids)

    @pytest.mark.parametrize(
        ("search", "expected"),
        [("zoe", {"Zoë"}), ("%", {"50% Jan"}), ("_", {"snake_case"}), ("zoo@", {"Dirk"}), ("nobody", set())],
    )
    def test_a_search_finds_names_and_mail_addresses(
        self, store: Store, firm: Firm, search: str, expected: set[str]
    ) -> None:
        """What is searched for stands anywhere in it, character by character."""
        contacts = [a_contact(firm.id, name=name) for name in ("Zoë", "50% Jan", "snake_case")]
        with writing(store, firm) as uow:
            uow.contacts.add(*contacts, a_contact(firm.id, name="Dirk", email="ZÖO@artis.example"))
        with reading(store, firm) as uow:
            page = uow.contacts.page(PageRequest(100), search=search)
        assert {contact.name for contact in page} == expected

    @pytest.mark.requirement("T-08")
    def test_contacts_are_narrowed_down_by_customer_and_end(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """What is given counts, page by page; who works at two customers comes once."""
        both = a_contact(firm.id, firm.customer, firm.other_customer, name="Abe")
        gone = evolve(a_contact(firm.id, firm.customer, name="Zoë"), is_ended=True)
        with writing(store, firm) as uow:
            uow.contacts.add(gone, both, a_contact(firm.id, name="Nobody's"))
        with reading(store, firm) as uow:
            page, request = uow.contacts.page, PageRequest(100)
            here = firm.customer.id
            assert list(page(request, customer_id=here)) == [both, firm.contact, gone]
            assert list(page(request, customer_id=here, is_ended=False)) == [both, firm.contact]
            assert list(page(request, customer_id=here, is_ended=True)) == list(page(request, is_ended=True)) == [gone]
            assert list(page(request, customer_id=firm.other_customer.id, search="ab")) == [both]
            assert list(page(request, customer_id=firm.internal.id)) == []
            first = page(PageRequest(1), customer_id=here)
            assert first.next is not None
            assert list(page(PageRequest(2, read_cursor(first.next)), customer_id=here)) == [firm.contact, gone]
        with reading(store, other_firm) as uow:
            assert list(uow.contacts.page(PageRequest(100), customer_id=here)) == []

    def test_a_contact_is_referred_to_by_project_item_and_request(
        self, store: Store, firm: Firm, other_firm: Firm
    ) -> None:
        """Each of the three alone is enough; being at a customer is not."""
        contacts = [a_contact(firm.id, firm.customer) for _ in range(4)]
        of_project, of_item, of_request, of_nothing = (contact.id for contact in contacts)
        item = a_time_entry(firm.activity)
        recipient = Recipient(of_request, "Jan Jansen", "jan@jansen.example", "nl")
        with writing(store, firm) as uow:
            uow.contacts.add(*contacts)
            uow.projects.add(evolve(a_project(firm.customer), contact_id=of_project))
            uow.items.add(item, evolve(a_time_entry(firm.activity), contact_id=of_item))
            uow.requests.add(a_request(firm.project, firm.employee, item, recipient=recipient))
        with reading(store, firm) as uow:
            assert uow.contacts.is_referred_to(of_project)
            assert uow.contacts.is_referred_to(of_item)
            assert uow.contacts.is_referred_to(of_request)
            assert not uow.contacts.is_referred_to(of_nothing)
        with reading(store, other_firm) as uow:
            assert not uow.contacts.is_referred_to(of_project)
