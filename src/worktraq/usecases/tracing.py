"""Everything that erasing a person changes, found before anything is: what a plan counts is what is then written."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import partial

from worktraq.core.access import Grant
from worktraq.core.approval import Decision
from worktraq.core.comments import Comment
from worktraq.core.entries import Item
from worktraq.core.erasing import (
    UNDER_WAY,
    Edits,
    attested_by,
    attested_without_notes,
    attested_without_words,
    decided_by,
    decided_without_words,
    is_of_customer,
    with_decider,
    without_note,
    without_recipient,
    without_words,
)
from worktraq.core.events import EventName
from worktraq.core.evidence import Attestation, Channel
from worktraq.core.holds import without_reason
from worktraq.core.ids import ContactId, CustomerId, IntentId, ItemId, RequestId, UserId
from worktraq.core.imports import ARCHIVED, BARRED, CREATED, ImportLink, bar_of
from worktraq.core.invitations import Invitation
from worktraq.core.paging import every
from worktraq.core.pins import CustomerPin
from worktraq.core.privacy import ERASED, DataCategory, ErasedCount, Person, PersonKind, Texts
from worktraq.core.questions import Question
from worktraq.core.requests import UNDECIDED
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.unset import UNSET
from worktraq.core.users import Team, changed_team
from worktraq.ports.entries import ItemFilter
from worktraq.ports.signoff import RequestFilter
from worktraq.usecases.context import Context
from worktraq.usecases.retaining import record_erased


class Traced:
    """What stands about a person by the way, and what is left of it; the profile itself is the business of others.

    Attributes:
        concerned_items: Items that the person has, decided on or wrote about, as far as a hold may be on them.
        requests_of: Requests about, to or decided by the person.
        kept_notes: How many of the own items keep their note.
        last_kept_on: The last day of these.
    """

    def __init__(self, context: Context, person: Person, pseudonym: str) -> None:
        self.person = person
        self.pseudonym = pseudonym
        self.items: Edits[Item] = Edits(lambda item: item.id)
        self.requests: Edits[ApprovalRequest] = Edits(lambda request: request.id)
        self.decisions: Edits[Decision] = Edits(lambda decision: decision.id)
        self.attestations: Edits[Attestation] = Edits(lambda attestation: attestation.request_id)
        self.comments: Sequence[Comment] = ()
        self.teams: Sequence[Team] = ()
        self.grants: Sequence[Grant] = ()
        self.invitation: Invitation | None = None
        self.pin: CustomerPin | None = None
        self.intents: Sequence[IntentId] = ()
        self.concerned_items: Sequence[Item] = ()
        self.requests_of: list[ApprovalRequest] = []
        self.kept_notes = 0
        self.last_kept_on: date | None = None
        self.without_names: set[RequestId] = set()
        self.without_notes: set[RequestId] = set()
        self.imports = context.uow.traces.imports_of(person.id)
        self.questions = context.uow.traces.questions_about(person.id)
        # A hold that was lifted says why it was placed, which is about the person.
        on_person = context.uow.holds.on(person.id)
        self.holds = [hold for hold in on_person if not hold.is_in_force and hold.reason != ERASED]
        self._context = context

    @property
    def open_requests(self) -> int:
        """How many requests to the person are open, or can be renewed."""
        to_person = self.requests_of if self.person.kind is not PersonKind.USER else ()
        return sum(1 for request in to_person if request.status in UNDECIDED)

    def counts(self) -> tuple[ErasedCount, ...]:
        """How much is left to erase, the profile itself left out."""
        access = len(self.teams) + len(self.grants) + (self.invitation is not None) + (self.pin is not None)
        evidence = len(self.requests.changed) + len(self.decisions.changed) + len(self.attestations.changed)
        found = {
            DataCategory.ACCESS: access,
            DataCategory.NOTES: len(self.items.changed),
            DataCategory.COMMENTS: len(self.comments),
            DataCategory.EVIDENCE: evidence + len(self.holds),
            DataCategory.MAIL: len(self.intents),
            DataCategory.IMPORTS: len(self.imports) + len(self.questions),
        }
        return tuple(ErasedCount(category, count) for category, count in found.items() if count)

    def write(self) -> None:
        """Erase it."""
        context, uow = self._context, self._context.uow
        uow.overwriter.items(*self.items.changed)
        uow.overwriter.requests(*self.requests.changed)
        uow.overwriter.decisions(*self.decisions.changed)
        uow.overwriter.attestations(*self.attestations.changed)
        uow.forgetter.comments([comment.id for comment in self.comments])
        self._bar_imports()
        uow.forgetter.intents(self.intents)
        uow.holds.save(*map(without_reason, self.holds))
        uow.grants.remove(*self.grants)
        for team in self.teams:
            left = changed_team(team, UNSET, [each for each in team.member_ids if each != self.person.id])
            uow.teams.save(left)
            context.record(EventName.TEAM_CHANGED, team.id, members=len(left.member_ids))
        if self.invitation is not None:
            uow.invitations.remove(self.invitation)
        if self.pin is not None:
            uow.pins.remove(self.pin.customer_id)
        record_erased(context, names=self.without_names, notes=self.without_notes)

    def _bar_imports(self) -> None:
        """Forget what was imported, and see to it that no import brings the person back."""
        uow = self._context.uow
        rows: list[ImportLink | Question] = [*self.imports, *self.questions]
        bars = {bar_of(row.organization_id, row.source, row.kind, row.external_id) for row in rows}
        uow.import_marks.add(BARRED, bars)
        for mark in (ARCHIVED, CREATED):
            uow.import_marks.remove(mark, [self.person.id])
        uow.forgetter.imports(self.imports)
        uow.questions.remove(*self.questions)

    def erase_recipient(self, requests: Collection[ApprovalRequest]) -> None:
        """Take who was asked, and who answered through the link, out of requests."""
        pseudonym, uow = self.pseudonym, self._context.uow
        request_ids = {request.id for request in requests}
        self.requests.apply(partial(without_recipient, pseudonym=pseudonym), requests)
        self.intents = uow.traces.intents_to(user_id=None, request_ids=request_ids)
        said = [each for each in uow.traces.attestations(request_ids=request_ids) if each.channel is Channel.LINK]
        told = _decisions_in(self._context, requests)
        self.attestations.apply(partial(attested_by, pseudonym=pseudonym), said)
        decided = [each for each in told if is_of_customer(each, request_ids)]
        self.decisions.apply(partial(decided_by, pseudonym=pseudonym), decided)
        answered = {each.request_id for each in said} | {each.request_id for each in decided}
        by_link = [request for request in requests if request.id in answered]
        self.requests.apply(partial(with_decider, pseudonym=pseudonym), by_link)
        self.without_names |= self._changed_among(request_ids)

    def erase_words(self, requests: Collection[ApprovalRequest]) -> None:
        """Take what was said with decisions out of requests."""
        request_ids = {request.id for request in requests}
        self.requests.apply(without_words, requests)
        self.attestations.apply(attested_without_words, self._context.uow.traces.attestations(request_ids=request_ids))
        told = _decisions_in(self._context, requests)
        self.decisions.apply(decided_without_words, [each for each in told if each.request_id in request_ids])
        self.without_names |= self._changed_among(request_ids)

    def _changed_among(self, request_ids: Collection[RequestId]) -> set[RequestId]:
        changed = {each.request_id for each in self.attestations.changed} | {each.id for each in self.requests.changed}
        return changed.intersection(request_ids)


def _decisions_in(context: Context, requests: Iterable[ApprovalRequest]) -> Sequence[Decision]:
    """Every decision on the lines of requests."""
    return context.uow.decisions.of_items({item_id for request in requests for item_id in request.item_ids})


class TracedUser(Traced):
    """What stands about a user."""

    def __init__(self, context: Context, user_id: UserId, pseudonym: str, texts: Texts) -> None:
        super().__init__(context, Person(PersonKind.USER, user_id), pseudonym)
        uow, erases_texts = context.uow, texts is Texts.ERASE
        decisions = uow.traces.decisions_by(user_id)
        attested = uow.traces.attestations(user_id=user_id)
        self.decisions.apply(partial(decided_by, pseudonym=pseudonym), decisions)
        self.attestations.apply(partial(attested_by, pseudonym=pseudonym), attested)
        on_behalf = uow.requests.find_many([each.request_id for each in attested])
        self.requests.apply(partial(with_decider, pseudonym=pseudonym), on_behalf)
        self.without_names |= self._changed_among({request.id for request in on_behalf})
        self.requests_of = [*on_behalf, *every(lambda page: uow.requests.page(page, RequestFilter(user_id=user_id)))]
        self.comments = uow.traces.comments_of(user_id, on_items=erases_texts)
        self.teams = uow.teams.of_user(user_id)
        self.grants = [grant for grant in uow.grants.held_by(user_id) if grant.user_id == user_id]
        self.invitation = uow.invitations.find(user_id)
        self.intents = uow.traces.intents_to(user_id=user_id, request_ids=())
        wrote_about = {each.item_id for each in decisions} | {each.item_id for each in self.comments}
        self.concerned_items = uow.items.find_many(wrote_about)
        self._trace_notes(user_id, erases_texts=erases_texts)
        if erases_texts:
            self.decisions.apply(decided_without_words, decisions)

    def _trace_notes(self, user_id: UserId, *, erases_texts: bool) -> None:
        own: list[ItemId] = []
        for item in self._context.uow.items.stream(ItemFilter(user_id=user_id)):
            own.append(item.id)
            if erases_texts and item.state not in UNDER_WAY:
                self.items.apply(without_note, [item])
            elif without_note(item) != item:
                self.kept_notes, self.last_kept_on = self.kept_notes + 1, item.on
        if erases_texts:
            closed = [request for request in self.requests_of if request.status not in UNDECIDED]
            self.erase_words(closed)
            self.decisions.apply(decided_without_words, self._context.uow.decisions.of_items(own))
            about = {request.id for request in closed if request.user_id == user_id}
            attested = self._context.uow.traces.attestations(request_ids=about)
            self.attestations.apply(attested_without_notes, attested)
            rewritten = {item.id for item in self.items.changed}
            self.without_notes = self._changed_among(about) | {
                request.id for request in closed if not rewritten.isdisjoint(request.item_ids)
            }


class TracedContact(Traced):
    """What stands about a contact person of customers."""

    def __init__(self, context: Context, contact_id: ContactId, pseudonym: str, texts: Texts) -> None:
        super().__init__(context, Person(PersonKind.CONTACT, contact_id), pseudonym)
        wanted = RequestFilter(contact_id=contact_id)
        self.requests_of = list(every(lambda page: context.uow.requests.page(page, wanted)))
        self.erase_recipient(self.requests_of)
        if texts is Texts.ERASE:
            self.erase_words(self.requests_of)


class TracedCustomer(Traced):
    """What stands about a private customer."""

    def __init__(self, context: Context, customer_id: CustomerId, pseudonym: str, texts: Texts) -> None:
        super().__init__(context, Person(PersonKind.CUSTOMER, customer_id), pseudonym)
        wanted = RequestFilter(customer_id=customer_id)
        asked = every(lambda page: context.uow.requests.page(page, wanted))
        # Where a contact person was asked, that is another person.
        self.requests_of = [request for request in asked if request.recipient.contact_id is None]
        self.erase_recipient(self.requests_of)
        self.pin = context.uow.pins.find(customer_id)
        if texts is Texts.ERASE:
            self.erase_words(self.requests_of)


def traced(context: Context, person: Person, pseudonym: str, texts: Texts) -> Traced:
    """What stands about a person by the way."""
    match person.kind:
        case PersonKind.USER:
            return TracedUser(context, UserId(person.id), pseudonym, texts)
        case PersonKind.CONTACT:
            return TracedContact(context, ContactId(person.id), pseudonym, texts)
        case PersonKind.CUSTOMER:
            return TracedCustomer(context, CustomerId(person.id), pseudonym, texts)
