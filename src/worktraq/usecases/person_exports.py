"""Giving a person what is stored about him or her."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import chain, islice
from typing import TypeVar

from worktraq.core.access import Action
from worktraq.core.calendar import Period
from worktraq.core.customers import Customer, CustomerKind
from worktraq.core.entries import Expense, TimeEntry
from worktraq.core.events import OF_PRICES
from worktraq.core.evidence import Channel
from worktraq.core.ids import ContactId, CustomerId, UserId
from worktraq.core.paging import every
from worktraq.core.person_exports import (
    ExportedRecord,
    exported_attestation,
    exported_invitation,
    exported_invoice,
    exported_request,
    exported_team,
)
from worktraq.core.privacy import DataCategory, Person, PersonKind, person_of
from worktraq.core.users import User
from worktraq.errors import Refused
from worktraq.ports.entries import ItemFilter
from worktraq.ports.invoices import InvoiceFilter
from worktraq.ports.signoff import RequestFilter
from worktraq.usecases.context import Context, found

T = TypeVar("T")
_AT_ONCE = 500
_EVER = Period(date(1900, 1, 1), date(2999, 12, 31))


class PersonExports:
    """The part of `worktraq.usecases.privacy.Privacy` that gives data out."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def export_person(
        self,
        *,
        user_id: UserId | None = None,
        contact_id: ContactId | None = None,
        customer_id: CustomerId | None = None,
    ) -> Iterator[ExportedRecord]:
        """Everything that is stored about a person, record by record, as it is read; never a rate.

        Read it to its end within the transaction or view. `worktraq.serialization.to_json` writes each record.

        Args:
            user_id: Whose data it is; exactly one of these three is given. Users may have their own.
            contact_id: Likewise.
            customer_id: Likewise, a private customer.

        Raises:
            Refused: For who is not an administrator and asks for anybody else; with ``erasing_business``.
            NotFound: When there is no such person.
            InvalidInput: With ``person_unclear`` when nobody, or more than one person, is named.
        """
        context = self._context
        is_named = (user_id, contact_id, customer_id).count(None) == 2  # all but one
        context.require(Action.EXPORT_PERSON, owner_id=user_id if is_named else None)
        person = person_of(user_id, contact_id, customer_id)
        context.flush()
        match person.kind:
            case PersonKind.USER:
                user = found(context.uow.users.find(UserId(person.id)), "user")
                return chain(self._of_user(user), self._events(person))
            case PersonKind.CONTACT:
                contact = found(context.uow.contacts.find(ContactId(person.id)), "contact")
                profile = ExportedRecord(DataCategory.PROFILE, "contact", contact)
                wanted = RequestFilter(contact_id=contact.id)
                return chain([profile], self._asked(wanted), self._imports(person), self._events(person))
            case PersonKind.CUSTOMER:
                return chain(self._of_customer(context.customer(CustomerId(person.id))), self._events(person))

    def _of_user(self, user: User) -> Iterator[ExportedRecord]:
        uow = self._context.uow
        yield ExportedRecord(DataCategory.PROFILE, "user", user)
        for team in uow.teams.of_user(user.id):
            yield ExportedRecord(DataCategory.ACCESS, "team", exported_team(team))
        for grant in uow.grants.held_by(user.id):
            yield ExportedRecord(DataCategory.ACCESS, "grant", grant)
        invitation = uow.invitations.find(user.id)
        if invitation is not None:
            yield ExportedRecord(DataCategory.INVITATIONS, "invitation", exported_invitation(invitation))
        for activity in uow.activities.of_user(user.id):
            yield ExportedRecord(DataCategory.PROFILE, "activity", activity)
        for period in uow.submissions.periods_of(user.id, _EVER):
            yield ExportedRecord(DataCategory.NOTES, "period_submitted", period)
        yield from self._of_items(user.id)
        for decision in uow.traces.decisions_by(user.id):
            yield ExportedRecord(DataCategory.EVIDENCE, "decision_taken", decision)
        for comment in uow.traces.comments_of(user.id, on_items=True):
            yield ExportedRecord(DataCategory.COMMENTS, "comment", comment)
        for attestation in uow.traces.attestations(user_id=user.id):
            yield ExportedRecord(DataCategory.EVIDENCE, "attestation", exported_attestation(attestation))
        for request in every(partial(uow.requests.page, wanted=RequestFilter(user_id=user.id))):
            yield ExportedRecord(DataCategory.EVIDENCE, "request", exported_request(request, is_recipient=False))
        yield from self._imports(Person(PersonKind.USER, user.id))

    def _of_items(self, user_id: UserId) -> Iterator[ExportedRecord]:
        """The items page by page, so that the decisions on each page can be read in between."""
        uow = self._context.uow
        for items in _in_batches(every(partial(uow.items.page, wanted=ItemFilter(user_id=user_id)))):
            for item in items:
                if isinstance(item, TimeEntry | Expense):
                    yield ExportedRecord(DataCategory.NOTES, "item", item)
            for decision in uow.decisions.of_items([item.id for item in items]):
                yield ExportedRecord(DataCategory.EVIDENCE, "decision", decision)

    def _of_customer(self, customer: Customer) -> Iterator[ExportedRecord]:
        if customer.data.kind is CustomerKind.BUSINESS:
            raise Refused.because("erasing_business")
        return self._about_customer(customer)

    def _about_customer(self, customer: Customer) -> Iterator[ExportedRecord]:
        uow = self._context.uow
        yield ExportedRecord(DataCategory.PROFILE, "customer", customer)
        yield from self._asked(RequestFilter(customer_id=customer.id))
        for invoice in every(partial(uow.invoices.page, wanted=InvoiceFilter(customer_id=customer.id))):
            yield ExportedRecord(DataCategory.INVOICES, "invoice", exported_invoice(invoice))
        yield from self._imports(Person(PersonKind.CUSTOMER, customer.id))

    def _asked(self, wanted: RequestFilter) -> Iterator[ExportedRecord]:
        """Requests to a contact person, or to a private customer's own address, with what was decided through them."""
        uow = self._context.uow
        found_by_filter = every(partial(uow.requests.page, wanted=wanted))
        to_person = (each for each in found_by_filter if each.recipient.contact_id == wanted.contact_id)
        for requests in _in_batches(to_person):
            for request in requests:
                yield ExportedRecord(DataCategory.EVIDENCE, "request", exported_request(request, is_recipient=True))
            for each in uow.traces.attestations(request_ids=[request.id for request in requests]):
                if each.channel is Channel.LINK:
                    yield ExportedRecord(DataCategory.EVIDENCE, "attestation", exported_attestation(each))

    def _imports(self, person: Person) -> Iterator[ExportedRecord]:
        for link in self._context.uow.traces.imports_of(person.id):
            yield ExportedRecord(DataCategory.IMPORTS, "import", link)
        for question in self._context.uow.traces.questions_about(person.id):
            yield ExportedRecord(DataCategory.IMPORTS, "import_question", question)

    def _events(self, person: Person) -> Iterator[ExportedRecord]:
        """What the audit trail says happened to the person."""
        for event in self._context.uow.events.history(person.id):
            if event.name not in OF_PRICES:
                yield ExportedRecord(DataCategory.PROFILE, "event", event)


def _in_batches(things: Iterator[T]) -> Iterator[Sequence[T]]:
    while batch := list(islice(things, _AT_ONCE)):
        yield batch
