"""What is left of a record when personal data in it is erased: everything that adds up, nothing that names."""

from collections.abc import Callable, Container, Hashable, Iterable
from typing import Generic, TypeVar
from uuid import UUID

from attrs import evolve

from worktraq.core.actors import ActorKind
from worktraq.core.approval import Decision
from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer, CustomerData, CustomerKind, CustomerStatus
from worktraq.core.entries import Expense, Item, State, TimeEntry
from worktraq.core.evidence import Attestation
from worktraq.core.invoices import Invoice, InvoiceLine, Party
from worktraq.core.organizations import Address
from worktraq.core.privacy import ERASED
from worktraq.core.signoff import ApprovalRequest, Recipient
from worktraq.core.users import User

NO_TOKEN = bytes(32)
"""A digest that no link has."""

UNDER_WAY = frozenset({State.AWAITING_INTERNAL, State.AWAITING_CUSTOMER})
"""States in which somebody is looking at an item, so that its text stays until that is over."""

E = TypeVar("E")


class Edits(Generic[E]):
    """Records on which several rules work one after the other; only those that are another in the end are written.

    Args:
        key: By what a record is known again.
    """

    def __init__(self, key: Callable[[E], Hashable]) -> None:
        self._key = key
        self._before: dict[Hashable, E] = {}
        self._after: dict[Hashable, E] = {}

    def apply(self, rule: Callable[[E], E], records: Iterable[E]) -> None:
        """Let a rule work on records, as earlier ones left them."""
        for record in records:
            key = self._key(record)
            self._before.setdefault(key, record)
            self._after[key] = rule(self._after.get(key, record))

    @property
    def changed(self) -> list[E]:
        """Those that are another now, in the order in which they came."""
        return [after for key, after in self._after.items() if after != self._before[key]]


def _code(pseudonym: str) -> str:
    return pseudonym.rpartition(" ")[2]


def erased_user(user: User, pseudonym: str) -> User:
    """The user without anything that tells who it was; the mail address becomes free, and nothing reaches the new one."""
    if user.name == pseudonym:
        return user
    return evolve(
        user,
        name=pseudonym,
        email=f"{_code(pseudonym)}@erased.invalid",
        language="",
        is_active=False,
        external_id="",
        contract_minutes_per_week=None,
        version=user.version + 1,
    )


def erased_contact(contact: ContactPerson, pseudonym: str) -> ContactPerson:
    """The contact without anything that tells who it was, ended and at no customer."""
    if contact.name == pseudonym:
        return contact
    return evolve(
        contact,
        name=pseudonym,
        email="",
        phone="",
        language="",
        customer_ids=(),
        is_ended=True,
        version=contact.version + 1,
    )


def erased_customer(customer: Customer, pseudonym: str) -> Customer:
    """The private customer without anything that tells who it was, archived; country, currency and chain stay."""
    if customer.name == pseudonym:
        return customer
    first, _, last = pseudonym.partition(" ")
    data = CustomerData(
        kind=CustomerKind.PRIVATE,
        first_name=first,
        last_name=last,
        address=Address(country=customer.data.address.country),
        currency=customer.data.currency,
        chain=customer.data.chain,
    )
    return evolve(customer, data=data, status=CustomerStatus.ARCHIVED, version=customer.version + 1)


def without_note(item: Item) -> Item:
    """The item without its text, and without the time of the day at which work began."""
    if isinstance(item, TimeEntry):
        return evolve(item, note="", starts_at=None, utc_offset=None)
    return evolve(item, note="")


def without_receipt(item: Item) -> Item:
    """The item without the reference of its receipt."""
    return evolve(item, receipt_reference="") if isinstance(item, Expense) else item


def without_recipient(request: ApprovalRequest, pseudonym: str) -> ApprovalRequest:
    """The request without who was asked; no link opens it any more."""
    recipient = Recipient(request.recipient.contact_id, pseudonym, "", request.recipient.language)
    return evolve(request, recipient=recipient, token_hash=NO_TOKEN, previous_token_hash=None)


def with_decider(request: ApprovalRequest, pseudonym: str) -> ApprovalRequest:
    """The request without who decided, if anybody did."""
    return evolve(request, decided_by=pseudonym if request.decided_by else "")


def without_words(request: ApprovalRequest) -> ApprovalRequest:
    """The request without what was said with the decision."""
    return evolve(request, comment="")


def attested_by(attestation: Attestation, pseudonym: str) -> Attestation:
    """The attestation without who decided and from where; without its salt, nothing leads from the proof to it."""
    return evolve(attestation, by=pseudonym, address="", salt="")


def attested_without_words(attestation: Attestation) -> Attestation:
    """The attestation without what was said with the decision, on the whole and on its lines."""
    lines = tuple(evolve(each, comment="") for each in attestation.lines)
    return evolve(attestation, comment="", lines=lines, salt="")


def attested_without_notes(attestation: Attestation) -> Attestation:
    """The attestation without the notes of its lines."""
    lines = tuple(evolve(each, line=evolve(each.line, note="")) for each in attestation.lines)
    return evolve(attestation, lines=lines)


def decided_by(decision: Decision, pseudonym: str) -> Decision:
    """The decision without who took it."""
    return evolve(decision, actor_name=pseudonym if decision.actor_name else "")


def decided_without_words(decision: Decision) -> Decision:
    """The decision without its reason or comment."""
    return evolve(decision, comment="")


def without_names(invoice: Invoice) -> Invoice:
    """The invoice without who bought, whom to ask, and its texts; number, dates, tax and amounts stay."""
    return evolve(
        invoice,
        seller=evolve(invoice.seller, contact_name="", phone=""),
        buyer=Party(name=ERASED, address=Address(country=invoice.buyer.address.country)),
        lines=tuple(map(_without_text, invoice.lines)),
        note="",
    )


def _without_text(line: InvoiceLine) -> InvoiceLine:
    return evolve(line, text=ERASED, project_name="")


def is_of_customer(decision: Decision, request_ids: Container[UUID | None]) -> bool:
    """Whether a decision was taken through the link of one of these requests."""
    return decision.actor_kind is ActorKind.CONTACT and decision.request_id in request_ids
