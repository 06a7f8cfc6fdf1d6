"""Contact persons."""

import pytest
from attrs import evolve

from tests.unit.usecases.firm import Office
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY


@pytest.mark.requirement("T-08")
def test_contact_is_at_zero_or_more_customers(office: Office) -> None:
    """Added to none, then to two, and found at each."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        contact = tx.contacts.add(name="Nel", email="nel@nova.example", phone="06-1", language="fr")
        changed = tx.contacts.change(
            contact.id, version=1, customer_ids=[firm.customer.id, firm.other_customer.id], name="Nel N."
        )
        assert tx.contacts.get(contact.id) == changed
        assert changed in tx.contacts.of_customer(firm.customer.id)
        assert list(tx.contacts.of_customer(firm.other_customer.id)) == [changed]
    assert (changed.name, changed.email, changed.version) == ("Nel N.", "nel@nova.example", 2)


@pytest.mark.requirement("T-08")
def test_contact_is_deleted_as_long_as_nothing_refers_to_it(office: Office) -> None:
    """Afterwards it is gone."""
    with office.acting(office.manager) as tx:
        assert tx.contacts.delete(office.firm.contact.id, version=1) is None
    office.refuses(office.manager, lambda tx: tx.contacts.get(office.firm.contact.id), NotFound)


@pytest.mark.requirement("T-08")
def test_contact_that_something_refers_to_is_ended(office: Office) -> None:
    """Where it was named, the name stays; nobody new names it."""
    firm = office.firm
    with office.acting(office.eva) as tx:
        entry = tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60, contact_id=firm.contact.id)
    with office.acting(office.manager) as tx:
        ended = tx.contacts.delete(firm.contact.id, version=1)
        assert ended is not None
        assert ended.is_ended
        assert tx.entries.get(entry.id).contact_id == firm.contact.id
        assert tx.customers.summary(firm.customer.id).contacts == ()
    office.refuses(
        office.eva,
        lambda tx: tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60, contact_id=firm.contact.id),
        NotFound,
    )


@pytest.mark.requirement("T-08")
def test_contact_at_another_customer_is_not_named(office: Office) -> None:
    """Who was responsible works at the customer."""
    firm = office.firm
    entry = office.time()
    with office.acting(office.manager) as tx:
        stranger = tx.contacts.add(name="Nel", customer_ids=[firm.other_customer.id])
    office.refuses(
        office.eva,
        lambda tx: tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60, contact_id=stranger.id),
        NotFound,
    )
    office.refuses(office.eva, lambda tx: tx.entries.edit_time(entry.id, version=1, contact_id=stranger.id), NotFound)
    error = office.refuses(
        office.manager, lambda tx: tx.projects.change(firm.project.id, version=1, contact_id=stranger.id), InvalidInput
    )
    assert error.code == "contact_not_at_customer"


def test_contacts_are_listed_by_name_and_searched(office: Office) -> None:
    """In name or mail address, without case and accents."""
    with office.acting(office.manager) as tx:
        tx.contacts.add(name="Zoë", email="zoe@nova.example")
        tx.contacts.add(name="Abe")
        assert [each.name for each in tx.contacts.list()] == ["Abe", "Jan Jansen", "Zoë"]
        assert [each.name for each in tx.contacts.list(search="ZOE")] == ["Zoë"]
        assert [each.name for each in tx.contacts.list(search="jansen.example")] == ["Jan Jansen"]


@pytest.mark.requirement("T-08")
def test_ended_contact_is_resumed(office: Office) -> None:
    """Named and asked again, as before."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.contacts.end(firm.contact.id, version=1)
        resumed = tx.contacts.resume(firm.contact.id, version=2)
        assert tx.customers.summary(firm.customer.id).contacts == (firm.contact.name,)
    assert resumed == evolve(firm.contact, version=3)
    with office.acting(office.eva) as tx:
        entry = tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60, contact_id=firm.contact.id)
    assert entry.contact_id == firm.contact.id
    office.refuses(office.eva, lambda tx: tx.contacts.resume(firm.contact.id, version=3), Refused)
    office.refuses(office.manager, lambda tx: tx.contacts.resume(firm.contact.id, version=2), Conflict)


@pytest.mark.requirement("T-08")
def test_contacts_are_listed_by_customer_and_by_whether_they_ended(office: Office) -> None:
    """Those who can be asked at a customer are one list."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        abe = tx.contacts.add(name="Abe", customer_ids=[firm.customer.id, firm.other_customer.id])
        tx.contacts.add(name="Nobody's")
        gone = tx.contacts.end(tx.contacts.add(name="Zoë", customer_ids=[firm.customer.id]).id, version=1)
        assert list(tx.contacts.list(customer_id=firm.customer.id)) == [abe, firm.contact, gone]
        assert list(tx.contacts.list(customer_id=firm.customer.id, is_ended=False)) == [abe, firm.contact]
        assert list(tx.contacts.list(is_ended=True)) == [gone]
        assert list(tx.contacts.list(customer_id=firm.other_customer.id)) == [abe]
        assert list(tx.contacts.list(customer_id=office.other.customer.id)) == []


@pytest.mark.requirement("T-08")
def test_contact_approves_for_a_project_until_it_ends(office: Office) -> None:
    """A project names a contact of its customer, and a deleted one is ended as long as the project names it."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.projects.change(firm.project.id, version=1, contact_id=firm.contact.id)
        ended = tx.contacts.delete(firm.contact.id, version=1)
        assert ended is not None
        assert ended.is_ended
        assert tx.projects.get(firm.project.id).contact_id == firm.contact.id


def test_bad_contact_is_refused(office: Office) -> None:
    """New or changed."""
    contact_id = office.firm.contact.id
    office.refuses(office.manager, lambda tx: tx.contacts.add(name=""), InvalidInput)
    office.refuses(office.manager, lambda tx: tx.contacts.change(contact_id, version=1, email="x"), InvalidInput)
