"""A firm at work on the memory store: what the tests of the use cases begin with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date, datetime
from typing import TypeVar

import pytest
from attrs import evolve, frozen

from worktraq.adapters.memory import MemoryStore
from worktraq.core.actors import Actor
from worktraq.core.calendar import Period
from worktraq.core.customers import Customer
from worktraq.core.entries import Expense, Item, State, TimeEntry
from worktraq.core.ids import ItemId, OrganizationId
from worktraq.core.links import Links, SigningKey
from worktraq.core.money import Money, Rate
from worktraq.core.notifications import NotificationKind
from worktraq.core.organizations import Settings
from worktraq.core.projects import Billing
from worktraq.core.rates import RateSubject
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.users import User
from worktraq.engine import WorkTraq
from worktraq.errors import Refused, WorktraqError
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.testing.fakes import FixedClock, RecordingNotifier, SeededIds
from worktraq.testing.firms import Firm, stored_firm
from worktraq.usecases.transaction import Transaction

E = TypeVar("E", bound=WorktraqError)
Content = Mapping[OrganizationId, Mapping[str, Mapping[object, object]]]

KEYS = (SigningKey("2026", b"k" * 32),)


class _Undone(Exception):
    """Takes back what a transaction did."""


def _undo() -> None:
    raise _Undone


@frozen
class Office:
    """A stored firm, the engine on its store, and everybody in it as an actor.

    Attributes:
        store: Holds the firm, and another one that nothing here belongs to.
        clock: Of the engine and the store; stands at a Monday morning.
        notifier: Keeps what is mailed.
        engine: With links.
        firm: The firm.
        other: Another organization.
    """

    store: MemoryStore
    clock: FixedClock
    notifier: RecordingNotifier
    engine: WorkTraq
    firm: Firm
    other: Firm

    @property
    def admin(self) -> Actor:
        """Ada, administrator."""
        return self.actor(self.firm.admin)

    @property
    def manager(self) -> Actor:
        """Mo, manager."""
        return self.actor(self.firm.manager)

    @property
    def eva(self) -> Actor:
        """Eva, employee, owner of the firm's activities."""
        return self.actor(self.firm.employee)

    @property
    def coen(self) -> Actor:
        """Coen, employee, with an activity on the same project as Eva."""
        return self.actor(self.firm.colleague)

    @property
    def stranger(self) -> Actor:
        """The administrator of the other organization."""
        return self.actor(self.other.admin)

    @property
    def system(self) -> Actor:
        """The scheduler."""
        return Actor.system(self.firm.id)

    def actor(self, user: User) -> Actor:
        """A user as an actor."""
        return Actor.user(user.organization_id, user.id)

    def acting(self, actor: Actor) -> AbstractContextManager[Transaction]:
        """A transaction of an actor."""
        return self.engine.transaction(actor)

    def viewing(self, actor: Actor) -> AbstractContextManager[Transaction]:
        """A view of an actor."""
        return self.engine.view(actor)

    def settle_settings(self, **changes: object) -> None:
        """Change settings of the firm as its administrator."""
        with self.acting(self.admin) as tx:
            organization = tx.organizations.get()
            settings = evolve(organization.settings, **changes)  # type: ignore[arg-type]  # names come from a test
            tx.organizations.change(version=organization.version, settings=settings)

    def bill_project(self, billing: Billing) -> None:
        """Change how the firm's project is billed."""
        with self.acting(self.manager) as tx:
            project = tx.projects.get(self.firm.project.id)
            tx.projects.change(project.id, version=project.version, billing=billing)

    def set_rate(self, rate: str = "95.00") -> None:
        """Set an hourly rate on the firm's customer."""
        with self.acting(self.manager) as tx:
            tx.rates.set(RateSubject.CUSTOMER, self.firm.customer.id, Rate(rate, "EUR"))

    def time(self, minutes: int = 60, on: date = MONDAY) -> TimeEntry:
        """Eva's time on the project, a draft."""
        with self.acting(self.eva) as tx:
            return tx.entries.register_time(self.firm.activity.id, on=on, minutes=minutes, note="Advice")

    def expense(self, amount: str = "12.50", on: date = MONDAY) -> Expense:
        """Eva's expense on the project, a draft."""
        with self.acting(self.eva) as tx:
            return tx.entries.register_expense(
                self.firm.activity.id, on=on, amount=Money(amount, "EUR"), description="Parking"
            )

    def submit(self, period: Period = OCTOBER) -> Sequence[Item]:
        """Eva hands in a period."""
        with self.acting(self.eva) as tx:
            return tx.approval.submit(period)

    def approve(self, *items: Item) -> Sequence[Item]:
        """The manager approves inside the firm."""
        with self.acting(self.manager) as tx:
            return tx.approval.approve([item.id for item in items])

    def item(self, item_id: ItemId) -> Item:
        """An item as stored."""
        with self.viewing(self.admin) as tx:
            return tx.entries.get(item_id)

    def state(self, item: Item) -> State:
        """Where an item stands now."""
        return self.item(item.id).state

    def customer(self) -> Customer:
        """The firm's customer as stored."""
        with self.viewing(self.admin) as tx:
            return tx.customers.get(self.firm.customer.id)

    def requests(self) -> Sequence[ApprovalRequest]:
        """All requests, the oldest first."""
        with self.viewing(self.admin) as tx:
            return list(reversed(tx.signoff.list().items))

    def asked(self, *items: Item) -> ApprovalRequest:
        """Items that are handed in, approved inside and offered to the customer: the request about them."""
        self.submit()
        self.approve(*items)
        return self.requests()[-1]

    def deliver(self) -> None:
        """Deliver what waits in the outboxes."""
        self.engine.deliver_notifications()

    def contact(self, request: ApprovalRequest) -> Actor:
        """Whoever holds the link of a request that was mailed last."""
        self.deliver()
        asking = (NotificationKind.APPROVAL_REQUESTED, NotificationKind.APPROVAL_REMINDER)
        links = [each.link for kind in asking for each in self.notifier.of_kind(kind)]
        for link in reversed(links):
            actor = Actor.contact(self.firm.id, link.rsplit("/", 1)[1])
            with self.viewing(actor) as tx:
                try:
                    if tx.signoff.shown().request.id == request.id:
                        return actor
                except WorktraqError:
                    continue
        raise AssertionError("no mail carries a link to this request")

    def token(self, request: ApprovalRequest) -> Actor:
        """Whoever holds the current link of a request, also when it shows nothing any more."""
        links = Links("https://hours.example", KEYS)
        token = links.token(self.firm.id, request.id, request.token_number, request.key_name)
        return Actor.contact(self.firm.id, token)

    def content(self) -> Content:
        """Everything that is stored, of both organizations."""
        tables = self.store._committed
        return {
            organization_id: {name: dict(table._rows) for name, table in vars(of_one).items()}
            for organization_id, of_one in tables.items()
        }

    @contextmanager
    def nothing_changes(self) -> Iterator[None]:
        """What is stored is the same before and after."""
        before = self.content()
        yield
        assert self.content() == before

    def attempt(self, actor: Actor, command: Callable[[Transaction], object]) -> object:
        """What a command gives or raises; whatever it did is taken back."""
        result: object = None
        with suppress(_Undone), self.acting(actor) as tx:
            try:
                result = command(tx)
            except WorktraqError as error:
                result = error
            _undo()
        return result

    def refuses(self, actor: Actor, command: Callable[[Transaction], object], error: type[E]) -> E:
        """The error of a command that leaves nothing behind, also when the host goes on after it."""
        with self.nothing_changes():
            with pytest.raises(error) as raised, self.acting(actor) as tx:
                command(tx)
            with self.acting(actor) as tx, pytest.raises(error):
                command(tx)
        assert str(raised.value)
        return raised.value


def an_office(settings: Settings | None = None) -> Office:
    """A firm at work, with another organization beside it."""
    clock = FixedClock()
    store, notifier = MemoryStore(clock), RecordingNotifier()
    links = Links("https://hours.example", KEYS)
    engine = WorkTraq(store, notifier=notifier, links=links, clock=clock, ids=SeededIds(1))
    firm, other = stored_firm(store), stored_firm(store, "Other")
    office = Office(store, clock, notifier, engine, firm, other)
    if settings is not None:
        with office.acting(office.admin) as tx:
            tx.organizations.change(version=1, settings=settings)
    return office


def codes(error: Refused) -> list[str]:
    """Why something was refused."""
    return [reason.code for reason in error.reasons]


def later(clock: FixedClock, day: date, hour: int = 12) -> datetime:
    """Set the clock to an hour of a day, in UTC."""
    clock.set(datetime(day.year, day.month, day.day, hour, tzinfo=clock.now.tzinfo))
    return clock.now
