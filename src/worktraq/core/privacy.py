"""Personal data: whose it is, where it stands, what becomes of it when a person is erased, and what is kept and why.

Erasing puts a pseudonym in the place of a name. Minutes, amounts, states and versions stay, and so does the audit
trail, which holds ids and salted digests only.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from attrs import evolve, frozen

from worktraq.core.ids import ContactId, CustomerId, OrganizationId, UserId
from worktraq.core.users import User
from worktraq.errors import InvalidInput, Reason

ERASED = "–"
"""Stands where a name was whose time has run out."""

_CODE_LENGTH = 12


class PersonKind(StrEnum):
    """What a natural person is to the organization."""

    USER = "user"
    CONTACT = "contact"
    CUSTOMER = "customer"
    """A private person for whom is worked."""


@frozen
class Person:
    """A natural person whose data is stored.

    Attributes:
        kind: A user, a contact person or a private customer.
        id: Of the user, contact person or customer.
    """

    kind: PersonKind
    id: UUID


def person_of(user_id: UserId | None, contact_id: ContactId | None, customer_id: CustomerId | None) -> Person:
    """The one person that is named.

    Raises:
        InvalidInput: With ``person_unclear`` when none is, or several are.
    """
    kinds = ((PersonKind.USER, user_id), (PersonKind.CONTACT, contact_id), (PersonKind.CUSTOMER, customer_id))
    named = [Person(kind, each) for kind, each in kinds if each is not None]
    if len(named) != 1:
        raise InvalidInput.of("user_id", "person_unclear")
    return named[0]


class DataCategory(StrEnum):
    """Where personal data stands."""

    PROFILE = "profile"
    """Name, mail address, telephone number and postal address."""

    ACCESS = "access"
    """Teams, grants, the invitation, links and PINs."""

    NOTES = "notes"
    """What was written with time entries and expenses, and at what time of the day work began."""

    RECEIPTS = "receipts"
    """The references of receipts."""

    COMMENTS = "comments"
    """Remarks on items."""

    EVIDENCE = "evidence"
    """Requests to customers, decisions, who decided from where, and why a legal hold was placed that was lifted."""

    INVITATIONS = "invitations"
    """Invitations that were answered, withdrawn, or ran out."""

    MAIL = "mail"
    """Messages in the outbox."""

    IMPORTS = "imports"
    """What was imported about the person."""

    INVOICES = "invoices"
    """Invoices and credit notes, which are legal records."""


class Texts(StrEnum):
    """What becomes of the notes, reasons and comments that were written about the work of a person."""

    KEEP = "keep"
    ERASE = "erase"


class ErasureCause(StrEnum):
    """Why somebody is erased; a code and not a text, which would be personal data again."""

    REQUESTED = "requested"
    """The person asked for it."""

    OBJECTED = "objected"
    """The person objects to the processing, or withdrew a consent."""

    NO_LONGER_NEEDED = "no_longer_needed"
    """The data is no longer needed for what it was collected for."""

    UNLAWFUL = "unlawful"
    """It should not have been stored."""


@frozen
class ErasedCount:
    """How much of a category is erased.

    Attributes:
        category: Where it stands.
        count: How many records of it.
    """

    category: DataCategory
    count: int


@frozen
class Kept:
    """What stays although the person is erased.

    Attributes:
        category: Where it stands.
        count: How many records of it.
        reason: Why.
        until: From which day on it is erased in its turn, where that is known.
    """

    category: DataCategory
    count: int
    reason: Reason
    until: date | None = None


@frozen(kw_only=True)
class ErasurePlan:
    """What erasing a person would do, or did.

    Attributes:
        person: Who is erased.
        texts: What becomes of what was written about the work of the person.
        pseudonym: What stands in the place of the name; empty while nobody is erased.
        erased: How much is erased, by category; empty where nothing is left to erase.
        kept: What stays, and why.
        refusals: Everything that stands in the way; empty when the person can be erased.
    """

    person: Person
    texts: Texts
    pseudonym: str = ""
    erased: tuple[ErasedCount, ...]
    kept: tuple[Kept, ...]
    refusals: tuple[Reason, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether the person can be erased."""
        return not self.refusals

    def count(self, category: DataCategory) -> int:
        """How many records of a category are erased."""
        return sum(each.count for each in self.erased if each.category is category)


@frozen(kw_only=True)
class Erasure:
    """That a person was erased; it holds no personal data.

    Attributes:
        subject_id: Of the user, contact person or customer.
        organization_id: Whose data it was.
        kind: What the person was.
        pseudonym: What stands in the place of the name.
        cause: Why.
        texts: What became of what was written about the work of the person.
        at: When, in UTC.
        by: The user who did it; None for the system.
        version: Goes up when the person is erased again, as when the texts go too.
    """

    subject_id: UUID
    organization_id: OrganizationId
    kind: PersonKind
    pseudonym: str
    cause: ErasureCause
    texts: Texts
    at: datetime
    by: UserId | None
    version: int = 1

    @property
    def id(self) -> UUID:
        """That of the person."""
        return self.subject_id


def pseudonym_of(drawn: UUID) -> str:
    """What stands in the place of a name; nothing leads back from it.

    Args:
        drawn: A new id, whose last digits are random.
    """
    return f"Erased {drawn.hex[-_CODE_LENGTH:]}"


def erased_again(erasure: Erasure, *, cause: ErasureCause, texts: Texts, at: datetime, by: UserId | None) -> Erasure:
    """The record of somebody who is erased once more; texts that are gone do not come back."""
    texts = Texts.ERASE if erasure.texts is Texts.ERASE else texts
    return evolve(erasure, cause=cause, texts=texts, at=at, by=by, version=erasure.version + 1)


def reasons_against_erasing(
    *, user: User | None, is_last_administrator: bool, open_requests: int, is_internal: bool, is_business: bool
) -> tuple[Reason, ...]:
    """What has to be done before a person can be erased, legal holds apart.

    Args:
        user: The person, where it is a user.
        is_last_administrator: Whether nobody else administers the organization.
        open_requests: To the person that are open or can be renewed.
        is_internal: Whether it is the organization itself.
        is_business: Whether it is a customer that is no natural person.
    """
    found = []
    if user is not None and user.is_active:
        found.append(Reason.of("erasing_active_user"))
        if is_last_administrator:
            found.append(Reason.of("last_administrator"))
    if open_requests:
        found.append(Reason.of("erasing_open_requests", count=open_requests))
    if is_internal:
        found.append(Reason.of("customer_is_internal"))
    if is_business:
        found.append(Reason.of("erasing_business"))
    return tuple(found)
