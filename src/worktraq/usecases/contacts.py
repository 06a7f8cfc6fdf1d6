"""Natural persons at customers."""

from collections.abc import Iterable, Sequence

from worktraq.core.access import Action
from worktraq.core.contacts import ContactPerson, changed_contact, ended, new_contact, resumed
from worktraq.core.events import EventName
from worktraq.core.ids import ContactId, CustomerId
from worktraq.core.imports import ARCHIVED
from worktraq.core.paging import Page, PageRequest
from worktraq.core.text import fold_search
from worktraq.core.unset import UNSET, Unset
from worktraq.errors import NotFound
from worktraq.usecases.context import Context, check_version, found


class Contacts:
    """Natural persons at customers (T-08)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(
        self,
        *,
        name: str,
        email: str = "",
        phone: str = "",
        language: str = "",
        customer_ids: Iterable[CustomerId] = (),
    ) -> ContactPerson:
        """Add a contact person at any number of customers.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: Naming the field.
            NotFound: For a customer that does not exist.
        """
        context = self._context
        context.require(Action.MANAGE_CUSTOMERS)
        contact = new_contact(
            context.new_id(ContactId),
            context.actor.organization_id,
            name=name,
            email=email,
            phone=phone,
            language=language,
            customer_ids=customer_ids,
        )
        self._check_customers(contact)
        context.uow.contacts.add(contact)
        context.record(EventName.CONTACT_ADDED, contact.id)
        return contact

    def change(
        self,
        contact_id: ContactId,
        *,
        version: int,
        name: str | Unset = UNSET,
        email: str | Unset = UNSET,
        phone: str | Unset = UNSET,
        language: str | Unset = UNSET,
        customer_ids: Iterable[CustomerId] | Unset = UNSET,
    ) -> ContactPerson:
        """Change those values of a contact person that are given.

        Raises:
            Refused: For who is not a manager or an administrator; with ``person_erased``.
            InvalidInput: Naming the field.
            NotFound: For a contact or customer that does not exist.
            Conflict: When somebody else changed the contact.
        """
        before = self._for_change(contact_id, version)
        self._context.require_not_erased(contact_id)
        contact = changed_contact(
            before, name=name, email=email, phone=phone, language=language, customer_ids=customer_ids
        )
        self._check_customers(contact)
        self._context.uow.contacts.save(contact)
        self._context.record(EventName.CONTACT_CHANGED, contact.id)
        return contact

    def end(self, contact_id: ContactId, *, version: int) -> ContactPerson:
        """Ask a contact nothing any more; where he or she was named, the name stays.

        Raises:
            Refused: For who is not a manager or an administrator.
            Conflict: When somebody else changed the contact.
        """
        contact = ended(self._for_change(contact_id, version))
        self._context.uow.contacts.save(contact)
        self._context.uow.import_marks.remove(ARCHIVED, [contact_id])
        self._context.record(EventName.CONTACT_ENDED, contact.id)
        return contact

    def resume(self, contact_id: ContactId, *, version: int) -> ContactPerson:
        """Let an ended contact be named and asked again.

        Raises:
            Refused: For who is not a manager or an administrator.
            Conflict: When somebody else changed the contact.
        """
        before = self._for_change(contact_id, version)
        self._context.require_not_erased(contact_id)
        contact = resumed(before)
        self._context.uow.contacts.save(contact)
        self._context.uow.import_marks.remove(ARCHIVED, [contact_id])
        self._context.record(EventName.CONTACT_RESUMED, contact.id)
        return contact

    def delete(self, contact_id: ContactId, *, version: int) -> ContactPerson | None:
        """Delete a contact, or end it when something refers to it.

        Returns:
            The ended contact, or None when it is deleted.

        Raises:
            Refused: For who is not a manager or an administrator; with ``legally_held``.
            Conflict: When somebody else changed the contact.
        """
        contact = self._for_change(contact_id, version)
        self._context.uow.organizations.lock()  # so that nobody places a hold meanwhile
        self._context.held().require_none(contact_ids=[contact_id], customer_ids=contact.customer_ids)
        if self._context.uow.contacts.is_referred_to(contact_id):
            return self.end(contact_id, version=version)
        self._context.uow.contacts.remove(contact)
        self._context.record(EventName.CONTACT_DELETED, contact.id)
        return None

    def get(self, contact_id: ContactId) -> ContactPerson:
        """A contact person.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is none.
        """
        self._context.require(Action.SEE_CUSTOMERS)
        return found(self._context.uow.contacts.find(contact_id), "contact")

    def of_customer(self, customer_id: CustomerId) -> Sequence[ContactPerson]:
        """The contacts at a customer, ended ones included.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such customer.
        """
        self._context.require(Action.SEE_CUSTOMERS)
        self._context.customer(customer_id)
        return self._context.uow.contacts.of_customers([customer_id])

    def list(
        self,
        *,
        search: str = "",
        customer_id: CustomerId | None = None,
        is_ended: bool | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[ContactPerson]:
        """Contacts in order of name.

        Args:
            search: Found in name or mail address, without case and accents.
            customer_id: Only those at this customer.
            is_ended: Only those that have ended, or only those that have not.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_CUSTOMERS)
        return self._context.uow.contacts.page(
            PageRequest.of(after, limit),
            search=fold_search(search),
            customer_id=customer_id,
            is_ended=is_ended,
        )

    def _for_change(self, contact_id: ContactId, version: int) -> ContactPerson:
        self._context.require(Action.MANAGE_CUSTOMERS)
        contact = found(self._context.uow.contacts.find(contact_id), "contact")
        check_version(contact.version, version)
        return contact

    def _check_customers(self, contact: ContactPerson) -> None:
        if len(self._context.uow.customers.find_many(contact.customer_ids)) != len(contact.customer_ids):
            raise NotFound("customer")
