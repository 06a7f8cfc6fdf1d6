"""What a worker does with the library until it is killed: everything that registrations go through, in any order."""

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from attrs import evolve, frozen

from tests.crash.journal import Journal, TaggedIds
from worktraq import Actor, WorkTraq
from worktraq.core.calendar import Period
from worktraq.core.entries import Item, State, TimeEntry
from worktraq.core.ids import ActivityId, ItemId, OrganizationId, UserId
from worktraq.core.invoices import InvoiceKind, InvoiceStatus
from worktraq.core.links import Links, SigningKey
from worktraq.core.money import Money, Rate
from worktraq.core.notifications import Notification
from worktraq.core.rates import RateSubject
from worktraq.core.signoff import RequestStatus
from worktraq.errors import AdapterError, Conflict, InvalidInput, NotFound, Refused
from worktraq.ports.unit_of_work import Store
from worktraq.testing.fakes import FixedClock
from worktraq.testing.firms import stored_firm
from worktraq.usecases.transaction import Transaction

LINKS = Links("https://hours.example", (SigningKey("2026", b"k" * 32),))
START = datetime(2026, 11, 10, 8, 0, tzinfo=UTC)
"""When the first worker works; October is over then."""
_FIRST_DAY = date(2026, 10, 1)
_DAYS = 12
_PAUSE_SECONDS = 0.05
Done = Mapping[str, object]


@frozen
class People:
    """Who works in a firm, and on what.

    Attributes:
        organization_id: The firm.
        admin: Its administrator.
        manager: Its manager.
        owners: Each employee with his or her activities.
        asking: The project whose customer is asked.
    """

    organization_id: UUID
    admin: UUID
    manager: UUID
    owners: tuple[tuple[UUID, tuple[UUID, ...]], ...]
    asking: UUID

    @property
    def organization(self) -> OrganizationId:
        """The firm."""
        return OrganizationId(self.organization_id)

    def actor(self, user_id: UUID) -> Actor:
        """A user as an actor."""
        return Actor.user(self.organization, UserId(user_id))


def found_people(store: Store) -> People:
    """A new firm, with a rate for everything."""
    firm = stored_firm(store)
    people = People(
        firm.id,
        firm.admin.id,
        firm.manager.id,
        (
            (firm.employee.id, (firm.activity.id, firm.loose_activity.id)),
            (firm.colleague.id, (firm.colleague_activity.id,)),
        ),
        firm.project.id,
    )
    engine = WorkTraq(store, clock=FixedClock(START), ids=TaggedIds())
    with engine.transaction(people.actor(people.admin)) as tx:
        tx.rates.set(RateSubject.ORGANIZATION, firm.id, Rate("80.00", "EUR"))
        organization = tx.organizations.get()
        settings = evolve(organization.settings, reminder_days=(2, 4), settling_days=0)
        tx.organizations.change(version=organization.version, settings=settings)
    return people


class JournalNotifier:
    """Carries messages into the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.command = 0

    @contextmanager
    def session(self) -> "Iterator[JournalNotifier]":
        """Itself."""
        yield self

    def deliver(self, notification: Notification) -> None:
        """Write a message down."""
        self._journal.write(command=self.command, what="sent", id=notification.id.hex)


class Crew:
    """One worker: does commands one after another, and keeps a journal of them."""

    def __init__(self, store: Store, people: People, journal: Path, ids: TaggedIds, seed: int) -> None:
        self._people = people
        self._ids = ids
        self._fork = ids.tag.fork
        self.journal = Journal(journal)
        self._notifier = JournalNotifier(self.journal)
        self._random = random.Random(seed)
        self._clock = FixedClock(START + timedelta(minutes=30 * self._fork))
        self._engine = WorkTraq(store, notifier=self._notifier, links=LINKS, clock=self._clock, ids=ids)
        self.command = 0
        commands: dict[str, tuple[int, Callable[[], Done]]] = {
            "register": (6, self.register),
            "edit": (1, self.edit),
            "delete": (1, self.delete),
            "submit_period": (2, self.submit_period),
            "submit_items": (2, self.submit_items),
            "withdraw": (1, self.withdraw),
            "approve": (4, self.approve),
            "reject": (1, self.reject),
            "revise": (1, self.revise),
            "waive": (1, self.waive),
            "reopen": (1, self.reopen),
            "decide": (4, self.decide),
            "confirm": (2, self.confirm),
            "cancel": (1, self.cancel),
            "run_due": (2, self.run_due),
            "deliver": (2, self.deliver),
        }
        self._commands = {name: command for name, (_, command) in commands.items()}
        self._weights = [weight for weight, _ in commands.values()]

    def work(self, most: int) -> None:
        """Do so many commands, as long as there is somebody to do them for."""
        parent = os.getppid()
        for _ in range(most):
            if os.getppid() != parent:
                return
            (name,) = self._random.choices(list(self._commands), self._weights)
            self.do(name)

    def do_each(self) -> None:
        """Do every command once."""
        for name in self._commands:
            self.do(name)

    def do(self, name: str) -> None:
        """Do one command and write down what came of it."""
        self.command += 1
        self._notifier.command = self.command
        self._clock.tick(timedelta(seconds=1))
        notes = self._notes() if name == "register" else []
        self.journal.write(command=self.command, what="intent", name=name, notes=notes)
        try:
            done = self._commands[name]()
        except (Refused, Conflict, InvalidInput, NotFound) as error:
            self.journal.write(command=self.command, what="refused", error=repr(error))
        except AdapterError as error:
            if not error.is_transient:
                raise
            self.journal.write(command=self.command, what="failed", error=repr(error))
            time.sleep(_PAUSE_SECONDS)  # until the server is there again
        else:
            self.journal.write(command=self.command, what="done", **done)

    def register(self) -> Done:
        """Time of some days and an expense, on activities of one employee."""
        owner, activities = self._random.choice(self._people.owners)
        time_note, other_note, expense_note = self._notes()
        minutes = [self._random.choice((15, 60, 240, 700)) for _ in range(2)]
        days = [self._day() for _ in range(3)]
        on = [ActivityId(self._random.choice(activities)) for _ in range(3)]

        def register(tx: Transaction) -> None:
            tx.entries.register_time(on[0], on=days[0], minutes=minutes[0], note=time_note)
            tx.entries.register_time(on[1], on=days[1], minutes=minutes[1], note=other_note)
            tx.entries.register_expense(on[2], on=days[2], amount=Money("12.50", "EUR"), description=expense_note)

        self._run(owner, register)
        return {"notes": [time_note, other_note, expense_note]}

    def edit(self) -> Done:
        """Give a draft other minutes."""

        def edit(tx: Transaction, items: Sequence[Item]) -> None:
            times = [item for item in items if isinstance(item, TimeEntry)]
            if times:
                item = self._random.choice(times)
                tx.entries.edit_time(item.id, version=item.version, minutes=item.minutes % 300 + 1, on=self._day())

        return self._as_owner(edit, State.DRAFT)

    def delete(self) -> Done:
        """Take a draft away."""

        def delete(tx: Transaction, items: Sequence[Item]) -> None:
            for item in items[:1]:
                tx.entries.delete(item.id, version=item.version)

        return self._as_owner(delete, State.DRAFT)

    def submit_period(self) -> Done:
        """Hand October in."""
        self._run(self._random.choice(self._people.owners)[0], lambda tx: tx.approval.submit(Period.month(2026, 10)))
        return {}

    def submit_items(self) -> Done:
        """Hand some drafts in."""
        return self._as_owner(lambda tx, items: tx.approval.submit_items(_ids(items)), State.DRAFT)

    def withdraw(self) -> Done:
        """Take something back that was handed in."""
        return self._as_owner(
            lambda tx, items: tx.approval.withdraw(_ids(items[:2]), reason="Forgot something"),
            *(State.AWAITING_INTERNAL, State.AWAITING_CUSTOMER),
        )

    def revise(self) -> Done:
        """Correct what was rejected."""
        return self._as_owner(lambda tx, items: tx.approval.revise(_ids(items)), State.REJECTED)

    def approve(self) -> Done:
        """Agree inside the firm."""
        return self._as_manager(lambda tx, items: tx.approval.approve(_ids(items)), State.AWAITING_INTERNAL)

    def reject(self) -> Done:
        """Send something back."""
        return self._as_manager(
            lambda tx, items: tx.approval.reject(_ids(items[:3]), reason="Which file?"), State.AWAITING_INTERNAL
        )

    def waive(self) -> Done:
        """Do without the customer."""
        return self._as_manager(
            lambda tx, items: tx.approval.waive(_ids(items[:2]), reason="Agreed"), State.AWAITING_CUSTOMER
        )

    def reopen(self) -> Done:
        """Make approved items drafts again."""
        return self._as_manager(
            lambda tx, items: tx.approval.reopen(_ids(items[:2]), reason="Wrong project"), State.APPROVED
        )

    def decide(self) -> Done:
        """Decide on a request as the customer, by its link."""
        with self._engine.view(self._people.actor(self._people.manager)) as tx:
            requests = tx.signoff.list(status=RequestStatus.OPEN).items
        if not requests:
            return {}
        request = self._random.choice(requests)
        token = LINKS.token(self._people.organization, request.id, request.token_number, request.key_name)
        rejects = self._random.random() < 0.3

        def decide(tx: Transaction) -> None:
            shown = tx.signoff.shown()
            ids = [line.item_id for line in shown.lines]
            refused = {ids[0]: "Not here"} if rejects else {}
            tx.signoff.decide(digest=shown.digest, accept=[each for each in ids if each not in refused], reject=refused)

        self._engine.run(Actor.contact(self._people.organization, token), decide)
        return {}

    def confirm(self) -> Done:
        """Make an invoice of what is ready."""

        def confirm(tx: Transaction) -> None:
            proposals = tx.billing.propose()
            if proposals:
                tx.billing.confirm(self._random.choice(proposals))

        self._run(self._people.manager, confirm)
        return {}

    def cancel(self) -> Done:
        """Take an invoice back."""

        def cancel(tx: Transaction) -> None:
            standing = tx.billing.invoices(status=InvoiceStatus.CONFIRMED, kind=InvoiceKind.INVOICE).items
            if standing:
                invoice = self._random.choice(standing)
                tx.billing.cancel(invoice.id, version=invoice.version, reason="Wrong address")

        self._run(self._people.manager, cancel)
        return {}

    def run_due(self) -> Done:
        """Do what time brings, now or some days later."""
        later = self._clock.now + timedelta(days=self._random.choice((0, 0, 3)))
        self._engine.run_due(later, organization_id=self._people.organization)
        return {}

    def deliver(self) -> Done:
        """Carry some messages."""
        self._engine.deliver_notifications(self._random.choice((3, 20)), organization_id=self._people.organization)
        return {}

    def _as_owner(self, function: Callable[[Transaction, Sequence[Item]], object], *states: State) -> Done:
        return self._on_items(self._random.choice(self._people.owners)[0], function, states)

    def _as_manager(self, function: Callable[[Transaction, Sequence[Item]], object], *states: State) -> Done:
        return self._on_items(self._people.manager, function, states)

    def _on_items(
        self, user_id: UUID, function: Callable[[Transaction, Sequence[Item]], object], states: Sequence[State]
    ) -> Done:
        is_owner = user_id != self._people.manager

        def act(tx: Transaction) -> None:
            owner_id = UserId(user_id) if is_owner else None
            items = list(tx.entries.list(states=states, user_id=owner_id).items)
            self._random.shuffle(items)
            chosen = items[: self._random.randint(1, 6)]
            if chosen:
                function(tx, chosen)

        self._run(user_id, act)
        return {}

    def _run(self, user_id: UUID, function: Callable[[Transaction], object]) -> None:
        self._engine.run(self._people.actor(user_id), function)

    def _notes(self) -> list[str]:
        return [f"{self._fork}.{self.command}.{each}" for each in range(3)]

    def _day(self) -> date:
        return _FIRST_DAY + timedelta(days=self._random.randrange(_DAYS))


def _ids(items: Sequence[Item]) -> list[ItemId]:
    return [item.id for item in items]
