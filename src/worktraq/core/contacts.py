"""Contact persons of customers."""

from collections.abc import Iterable

from attrs import evolve, frozen

from worktraq.core.identifiers import clean_language, clean_mail_address
from worktraq.core.ids import ContactId, CustomerId, OrganizationId
from worktraq.core.text import clean_line, clean_name
from worktraq.core.unset import UNSET, Unset, either


@frozen
class ContactPerson:
    """A natural person at zero or more customers (T-08).

    Attributes:
        id: Of the contact.
        organization_id: Whose contact it is.
        name: Of the person.
        email: Where approval requests go.
        phone: As written.
        language: Of mails; empty for that of the customer.
        customer_ids: Where he or she works, in order of their ids.
        is_ended: Whether he or she is no longer a contact, but still referred to.
        version: Goes up with every change.
    """

    id: ContactId
    organization_id: OrganizationId
    name: str
    email: str = ""
    phone: str = ""
    language: str = ""
    customer_ids: tuple[CustomerId, ...] = ()
    is_ended: bool = False
    version: int = 1

    def works_at(self, customer_id: CustomerId) -> bool:
        """Whether he or she can still be asked on behalf of a customer."""
        return customer_id in self.customer_ids and not self.is_ended


def new_contact(
    contact_id: ContactId,
    organization_id: OrganizationId,
    *,
    name: str,
    email: str,
    phone: str,
    language: str,
    customer_ids: Iterable[CustomerId],
) -> ContactPerson:
    """A contact person with everything checked.

    Raises:
        InvalidInput: Naming the field.
    """
    return ContactPerson(
        id=contact_id,
        organization_id=organization_id,
        name=clean_name("name", name),
        email=clean_mail_address("email", email),
        phone=clean_line("phone", phone, longest=40),
        language=clean_language("language", language),
        customer_ids=tuple(sorted(set(customer_ids))),
    )


def changed_contact(
    contact: ContactPerson,
    *,
    name: str | Unset = UNSET,
    email: str | Unset = UNSET,
    phone: str | Unset = UNSET,
    language: str | Unset = UNSET,
    customer_ids: Iterable[CustomerId] | Unset = UNSET,
) -> ContactPerson:
    """The contact with those values changed that are given.

    Raises:
        InvalidInput: Naming the field.
    """
    fresh = new_contact(
        contact.id,
        contact.organization_id,
        name=either(name, contact.name),
        email=either(email, contact.email),
        phone=either(phone, contact.phone),
        language=either(language, contact.language),
        customer_ids=either(customer_ids, contact.customer_ids),
    )
    return evolve(fresh, is_ended=contact.is_ended, version=contact.version + 1)


def ended(contact: ContactPerson) -> ContactPerson:
    """The contact, ended: still named where it was, but no longer asked anything."""
    return evolve(contact, is_ended=True, version=contact.version + 1)


def resumed(contact: ContactPerson) -> ContactPerson:
    """The contact, asked again."""
    return evolve(contact, is_ended=False, version=contact.version + 1)


def without_customer(contact: ContactPerson, customer_id: CustomerId) -> ContactPerson:
    """The contact, no longer at a customer."""
    customer_ids = tuple(each for each in contact.customer_ids if each != customer_id)
    return evolve(contact, customer_ids=customer_ids, version=contact.version + 1)
