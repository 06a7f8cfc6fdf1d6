"""What every use case works with: who acts, when, on which store, and what is to be told afterwards."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from worktraq.core.access import (
    EVERYTHING,
    Action,
    Facts,
    Grant,
    Right,
    Scope,
    Verdict,
    allowed,
    grants_on,
    item_scope,
)
from worktraq.core.actors import Actor, ActorKind
from worktraq.core.calendar import local_date
from worktraq.core.customers import Customer
from worktraq.core.entries import Item
from worktraq.core.events import Detail, Event, EventName, make_event
from worktraq.core.holds import Held, held
from worktraq.core.ids import CustomerId, EventId, IntentId, ItemId, ProjectId, RequestId, TemplateId, UserId
from worktraq.core.imports import BARRED, ImportKind, bar_of
from worktraq.core.links import Links
from worktraq.core.notifications import Intent, NotificationKind
from worktraq.core.organizations import Organization
from worktraq.core.paging import PageRequest
from worktraq.core.projects import Project
from worktraq.core.users import User
from worktraq.errors import Conflict, NotFound, Refused
from worktraq.ports.accounting import SourceFactory
from worktraq.ports.clock import IdSource
from worktraq.ports.documents import Documents
from worktraq.ports.secrets import SecretStore
from worktraq.ports.templates import TemplateRenderer
from worktraq.ports.unit_of_work import UnitOfWork

E = TypeVar("E")
I = TypeVar("I", bound=UUID)  # noqa: E741  # an id
_MANY_EVENTS = 1_000


class Context:
    """One transaction or view of one actor.

    Attributes:
        uow: The repositories of the actor's organization.
        actor: Who acts.
        at: The instant at which everything in it happens, in UTC.
        links: How customers reach their requests; None where the host gave none.
        documents: Writes timesheets and evidence; None where the host gave none.
        templates: Knows how texts of mails are written; None where the host gave none.
        sources: The accounting systems that can be connected; None where the host gave none.
        secrets: Keeps what nobody else may read; None where the host gave none.
    """

    def __init__(
        self,
        uow: UnitOfWork,
        actor: Actor,
        at: datetime,
        new_id: IdSource,
        *,
        links: Links | None,
        documents: Documents | None,
        templates: TemplateRenderer | None,
        sources: Mapping[str, SourceFactory] | None = None,
        secrets: SecretStore | None = None,
    ) -> None:
        self.uow = uow
        self.actor = actor
        self.at = at
        self.links = links
        self.documents = documents
        self.templates = templates
        self.sources = sources
        self.secrets = secrets
        self._new_id = new_id
        self._events: list[Event] = []
        self._intents: list[Intent] = []
        self._afterwards: list[Callable[[bool], None]] = []

    def new_id(self, kind: Callable[[UUID], I]) -> I:
        """A new id of a kind."""
        return kind(self._new_id())

    @cached_property
    def organization(self) -> Organization:
        """The organization of the actor.

        Raises:
            NotFound: When it was never founded.
        """
        organization = self.uow.organizations.find()
        if organization is None:
            raise NotFound("organization")
        return organization

    @property
    def today(self) -> date:
        """The date in the time zone of the organization."""
        return local_date(self.at, self.organization.settings.time_zone)

    @property
    def user(self) -> User | None:
        """Who acts, when it is a user.

        Raises:
            NotFound: When there is no such user in the organization.
            Refused: When the user is not active.
        """
        self._require_active()
        return self._asking

    def _require_active(self) -> None:
        if self._asking is not None and not self._asking.is_active:
            raise Refused.because("user_inactive")

    @cached_property
    def _asking(self) -> User | None:
        """Who acts, active or not: a verdict says so, everything else is refused."""
        if self.actor.kind is not ActorKind.USER or self.actor.user_id is None:
            return None
        return found(self.uow.users.find(self.actor.user_id), "user")

    def keep_user(self) -> None:
        """Hold the acting user until the transaction ends, because something is going to name him or her.

        Raises:
            NotFound: When he or she was removed meanwhile.
            Refused: When he or she was deactivated meanwhile, and so may have been erased.
        """
        if self._asking is not None:
            self.uow.users.lock(self._asking.id)
            self._asking = found(self.uow.users.find(self._asking.id), "user")
            self._require_active()

    @cached_property
    def grants(self) -> Sequence[Grant]:
        """The grants that the acting user holds, teams included."""
        return self.uow.grants.held_by(self._asking.id) if self._asking is not None else ()

    def verdict(
        self,
        action: Action,
        *,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        owner_id: UserId | None = None,
        is_archived: bool = False,
    ) -> Verdict:
        """Whether the actor may do something to a thing of this customer, project and owner."""
        user = self._asking
        held = grants_on(self.grants, customer_id, project_id) if customer_id is not None else ()
        is_owner = owner_id is not None and user is not None and owner_id == user.id
        return allowed(self.actor, action, Facts(user, held, is_owner, customer_id, project_id, is_archived))

    def require(
        self,
        action: Action,
        *,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        owner_id: UserId | None = None,
    ) -> None:
        """Go on only when the actor may.

        Raises:
            Refused: With every reason.
        """
        self.verdict(action, customer_id=customer_id, project_id=project_id, owner_id=owner_id).require()

    def scope(self, rights: frozenset[Right] | None = None) -> Scope:
        """Which items the actor sees; a contact sees none this way."""
        if self.actor.kind is ActorKind.SYSTEM:
            return EVERYTHING
        if self.user is None:
            return Scope()
        if rights is None:
            return item_scope(self.user, self.grants)
        return item_scope(self.user, self.grants, rights)

    def customer(self, customer_id: CustomerId) -> Customer:
        """A customer of the organization.

        Raises:
            NotFound: When there is none.
        """
        return found(self.uow.customers.find(customer_id), "customer")

    def held(self) -> Held:
        """What must not be erased or deleted now."""
        return held(self.uow.holds.in_force())

    def require_item_not_held(self, item: Item, *user_ids: UserId) -> None:
        """Go on only when nothing that an item is about is held, and none of the users either.

        Raises:
            Refused: With ``legally_held`` for every hold that stands in the way.
        """
        self.held().require_none(
            user_ids=[item.user_id, *user_ids],
            contact_ids=[item.contact_id],
            customer_ids=[item.customer_id],
            project_ids=[item.project_id],
        )

    def require_not_erased(self, person_id: UUID) -> None:
        """Go on only with a person who was not erased.

        Raises:
            Refused: With ``person_erased``.
        """
        if self.uow.erasures.find(person_id) is not None:
            raise Refused.because("person_erased")

    def barred_rows(self, source: str, kind: ImportKind, external_ids: Iterable[str]) -> frozenset[str]:
        """Those rows of an import that are somebody who was erased, and are not taken any more."""
        if not self.uow.erasures.page(PageRequest(1)).items:
            return frozenset()
        keys = {bar_of(self.actor.organization_id, source, kind, each): each for each in external_ids}
        return frozenset(keys[each] for each in self.uow.import_marks.find(BARRED, keys.keys()))

    def active_customer(self, customer_id: CustomerId) -> Customer:
        """A customer of the organization on which something new may begin.

        Raises:
            NotFound: When there is none.
            Refused: When it is archived.
        """
        customer = self.customer(customer_id)
        if not customer.is_active:
            raise Refused.because("customer_archived")
        return customer

    def project(self, project_id: ProjectId) -> Project:
        """A project of the organization.

        Raises:
            NotFound: When there is none.
        """
        return found(self.uow.projects.find(project_id), "project")

    def items(self, item_ids: Collection[ItemId]) -> list[Item]:
        """Items that the actor sees, each once.

        Raises:
            NotFound: When one does not exist or is not seen.
        """
        wanted = set(item_ids)
        items = self.uow.items.find_many(wanted)
        scope = self.scope()
        if len(items) != len(wanted) or not all(
            scope.sees(item.user_id, item.customer_id, item.project_id) for item in items
        ):
            raise NotFound("item")
        return items

    def currency_of(self, customer: Customer) -> str:
        """The currency of a customer, by default the organization's."""
        return customer.data.currency or self.organization.settings.currency

    def event(self, name: EventName, subject_id: UUID, **details: Detail) -> Event:
        """A fact of this actor at this instant."""
        return make_event(
            self.new_id(EventId),
            self.actor.organization_id,
            self.at,
            self.actor.kind,
            self.actor.user_id,
            name,
            subject_id,
            tuple(sorted(details.items())) if details else (),
        )

    def record_each(self, name: EventName, subject_ids: Iterable[UUID]) -> None:
        """Note the same fact, without details, of many things."""
        new_id, actor, at = self._new_id, self.actor, self.at
        self._events += [
            make_event(new_id(), actor.organization_id, at, actor.kind, actor.user_id, name, subject_id, ())
            for subject_id in subject_ids
        ]
        self._let_go()

    def record(self, name: EventName, subject_id: UUID, **details: Detail) -> None:
        """Note a fact; it is stored with everything else when the transaction ends."""
        self._events.append(self.event(name, subject_id, **details))

    def record_all(self, events: Collection[Event]) -> None:
        """Note facts that a rule made."""
        self._events.extend(events)
        self._let_go()

    def tell(
        self,
        kind: NotificationKind,
        *,
        user_id: UserId | None = None,
        request_id: RequestId | None = None,
        item_ids: Collection[ItemId] = (),
        template_id: TemplateId | None = None,
    ) -> None:
        """Note that somebody is to be told something once the transaction is committed."""
        intent_id = self.new_id(IntentId)
        organization_id = self.actor.organization_id
        items = tuple(item_ids)
        self._intents.append(Intent(intent_id, organization_id, kind, user_id, request_id, items, template_id))

    def afterwards(self, function: Callable[[bool], None]) -> None:
        """Note what is done outside of the store once the transaction is over; it is told whether anything was kept.

        A joined transaction of a host counts as kept when the block ends well.
        """
        self._afterwards.append(function)

    def end(self, *, is_kept: bool) -> None:
        """Do what was noted for afterwards."""
        for function in self._afterwards:
            function(is_kept)

    def _let_go(self) -> None:
        """Store what was noted once there is much of it, so that not all of it is held until the end."""
        if len(self._events) >= _MANY_EVENTS:
            self.flush()

    def flush(self) -> None:
        """Store the facts and intents noted so far."""
        if self._events:
            self.uow.events.append(*self._events)
            self._events.clear()
        if self._intents:
            self.uow.outbox.add(*self._intents)
            self._intents.clear()


def found(entity: E | None, kind: str) -> E:
    """The entity, when there is one.

    Raises:
        NotFound: When there is none.
    """
    if entity is None:
        raise NotFound(kind)
    return entity


def check_version(stored: int, given: int) -> None:
    """That somebody changes what he or she saw.

    Raises:
        Conflict: With ``changed_meanwhile``.
    """
    if stored != given:
        raise Conflict("changed_meanwhile")
