"""A firm on SQLite that asks its customer by mail, with the page served on this machine."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from attrs import frozen
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.journeys.browser import link_in, served
from tests.unit.adapters.email.builders import part, received
from worktraq.adapters.email import EmailNotifier, FolderTransport
from worktraq.adapters.pdf import TypstTimesheets
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.web import approval_app
from worktraq.cli.serving import Doorway
from worktraq.core.actors import Actor
from worktraq.core.customers import Customer
from worktraq.core.entries import Item, State
from worktraq.core.ids import ActivityId
from worktraq.core.links import Links, SigningKey
from worktraq.core.money import Money, Rate
from worktraq.core.projects import Hourly
from worktraq.core.users import Role
from worktraq.engine import WorkTraq
from worktraq.ports.limits import RateLimiter
from worktraq.testing.builders import OCTOBER
from worktraq.testing.fakes import FixedClock

CUSTOMER = "ap@jansen.example"
EMPLOYEE = "eva@acme.example"


@frozen(kw_only=True)
class Office:
    """A firm at work.

    Attributes:
        engine: On a SQLite file, with mails in a folder.
        folder: Where both are.
        manager: Who approves inside the firm.
        employee: Whose hours they are.
        customer: Who is asked.
        activity_id: What the employee works on.
    """

    engine: WorkTraq
    folder: Path
    manager: Actor
    employee: Actor
    customer: Customer
    activity_id: ActivityId

    def register(self) -> Sequence[Item]:
        """The employee registers two days and an expense, and hands the month in."""
        with self.engine.transaction(self.employee) as tx:
            made = [
                tx.entries.register_time(self.activity_id, on=date(2026, 10, 1), minutes=480, note="Year-end file"),
                tx.entries.register_time(self.activity_id, on=date(2026, 10, 2), minutes=195, note="Telephone"),
                tx.entries.register_expense(
                    self.activity_id, on=date(2026, 10, 2), amount=Money("12.50", "EUR"), description="Parking"
                ),
            ]
            tx.approval.submit(OCTOBER)
        self.approve_inside(made)
        return made

    def approve_inside(self, items: Sequence[Item]) -> None:
        """The manager approves, and the customer is asked."""
        with self.engine.transaction(self.manager) as tx:
            tx.approval.approve([item.id for item in items])
        self.engine.deliver_notifications()

    def items(self) -> Sequence[Item]:
        """All items, in order."""
        with self.engine.view(self.manager) as tx:
            return list(tx.entries.list())

    def states(self) -> set[State]:
        """In which states items are."""
        return {item.state for item in self.items()}

    def mails_to(self, email: str) -> Sequence[str]:
        """Subject and text of the mails to an address, the oldest first, with the names of files that go along."""
        found = []
        for path in sorted((self.folder / "mails").iterdir(), key=lambda path: path.stat().st_mtime_ns):
            mail = received(path.read_bytes())
            if mail["To"].addresses[0].addr_spec == email:
                files = [each.get_filename() or "" for each in mail.iter_attachments()]
                found.append("\n".join([str(mail["Subject"]), part(mail, "plain"), *files]))
        return found

    def link(self) -> str:
        """The link that the customer got last."""
        return link_in(self.mails_to(CUSTOMER)[-1])

    def rows(self) -> Mapping[str, Sequence[object]]:
        """Every row of every table."""
        with closing(sqlite3.connect(self.folder / "hours.db")) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            return {name: sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}


@contextmanager
def an_office(folder: Path, *, language: str = "en", limiter: RateLimiter | None = None) -> Iterator[Office]:
    """A firm whose page is served below a path of this machine."""
    doorway, clock = Doorway.open(), FixedClock()
    store = SqlStore.from_url(f"sqlite:///{folder}/hours.db")
    store.migrate()
    engine = WorkTraq(
        store,
        notifier=EmailNotifier(FolderTransport(folder / "mails"), sender="Acme <hours@acme.example>", clock=clock),
        links=Links(f"{doorway.address}/a/b", [SigningKey("2026", b"k" * 32)]),
        documents=TypstTimesheets(),
        clock=clock,
    )
    founded = engine.found_organization(name="Acme Advies", admin_name="Ada", admin_email="ada@acme.example")
    with engine.transaction(founded.admin) as tx:
        customer = tx.customers.add_business(company_name="Bakkerij Jansen B.V.", email=CUSTOMER, language=language)
        project = tx.projects.add(customer.id, name="Advice", billing=Hourly(customer_approval=True))
        eva = tx.users.add(name="Eva Visser", email=EMPLOYEE, role=Role.EMPLOYEE, language="en")
        activity = tx.activities.add(
            user_id=eva.id, customer_id=customer.id, project_id=project.id, rate=Rate("77.7731", "EUR")
        )
    employee = Actor.user(founded.organization.id, eva.id)
    page = Starlette(routes=[Mount("/a/b", app=approval_app(engine, title="Acme Hours", limiter=limiter))])
    with served(page, doorway):
        yield Office(
            engine=engine,
            folder=folder,
            manager=founded.admin,
            employee=employee,
            customer=customer,
            activity_id=activity.id,
        )
    store.close()
