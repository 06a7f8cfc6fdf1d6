"""A firm that asks a customer, and a browser at that customer."""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import anyio
import httpx
from attrs import field, frozen
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from worktraq.adapters.memory import MemoryStore
from worktraq.adapters.web import approval_app
from worktraq.adapters.web.limiting import ClientAddress, connected_address
from worktraq.adapters.web.sessions import handle_of
from worktraq.core.actors import Actor
from worktraq.core.audit import SealedEvent
from worktraq.core.calendar import Cadence, Period
from worktraq.core.entries import State
from worktraq.core.events import Event
from worktraq.core.ids import ItemId, RequestId
from worktraq.core.links import Links, SigningKey
from worktraq.core.money import Money, Rate
from worktraq.core.organizations import Settings
from worktraq.core.projects import Hourly
from worktraq.core.users import Role
from worktraq.engine import WorkTraq
from worktraq.ports.documents import Documents
from worktraq.ports.limits import Limit, RateLimiter
from worktraq.testing.fakes import FixedClock, RecordingNotifier, SeededIds

ADDRESS = "https://acme.example/approve"
CANARY = Rate("77.7731", "EUR")
"""A rate that nobody at a customer may ever see."""
CONFIRMS = 'name="step" value="confirm"'
"""What only the page has on which a decision is confirmed."""
DAY = date(2026, 10, 5)
OCTOBER = Period.month(2026, 10)
_HIDDEN = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">')


@frozen(kw_only=True)
class Asking:
    """An organization that asks a customer about the hours and an expense of an employee.

    Attributes:
        engine: With everything in memory.
        notifier: Has the mails.
        clock: Stands at a Monday in October.
        admin: Of the organization.
        employee: Whose items they are.
        request_id: The open request.
        item_ids: Two time entries, then an expense.
        link: As it stands in the mail.
    """

    engine: WorkTraq
    notifier: RecordingNotifier
    clock: FixedClock
    admin: Actor
    employee: Actor
    request_id: RequestId
    item_ids: Sequence[ItemId]
    link: str = field(repr=False)

    @property
    def app(self) -> ASGIApp:
        """The page, under the path that the link has."""
        return mounted(self.engine)

    @property
    def path(self) -> str:
        """The part of the link behind the address of the page."""
        return "/" + "/".join(self.link.split("/")[-2:])

    @property
    def page(self) -> str:
        """Where the link leads on to."""
        organization, token = self.path.strip("/").split("/")
        return f"/approve/{organization}/{handle_of(token)}"

    def states(self) -> Sequence[State]:
        """Of the items, in their order."""
        with self.engine.view(self.admin) as tx:
            return [tx.entries.get(item_id).state for item_id in self.item_ids]

    def everything(self) -> Sequence[Event | SealedEvent]:
        """Every event that the store holds."""
        with self.engine.store.unit_of_work(self.admin.organization_id, writes=False) as uow:
            return [*uow.events.unsealed(10_000), *uow.events.chain(0, None)]

    def version(self) -> int:
        """Of the request."""
        with self.engine.view(self.admin) as tx:
            return tx.signoff.get(self.request_id).request.version


def mounted(
    engine: WorkTraq,
    path: str = "/approve",
    *,
    client_address: ClientAddress = connected_address,
    limiter: RateLimiter | None = None,
) -> ASGIApp:
    """The page in a host that has it under a path."""
    page = approval_app(engine, title="Acme Hours", client_address=client_address, limiter=limiter)
    return Starlette(routes=[Mount(path, app=page)])


def asking(
    *,
    language: str = "en",
    organization: str = "Acme",
    employee: str = "Eva",
    customer: str = "Bakkerij Jansen B.V.",
    project: str = "Advice",
    note: str = "Year-end file",
    expense: str = "Parking",
    settings: Settings = Settings(),
    store: MemoryStore | None = None,
    documents: Documents | None = None,
    address: str = ADDRESS,
) -> Asking:
    """A firm with an open request to a customer, about two time entries and an expense."""
    clock, notifier = FixedClock(), RecordingNotifier()
    links = Links(base_url=address, keys=[SigningKey("first", b"x" * 32)])
    engine = WorkTraq(
        store or MemoryStore(clock), notifier=notifier, links=links, documents=documents, clock=clock, ids=SeededIds()
    )
    founded = engine.found_organization(
        name=organization, admin_name="Ada", admin_email="ada@acme.example", settings=settings
    )
    with engine.transaction(founded.admin) as tx:
        bakery = tx.customers.add_business(company_name=customer, email="ap@jansen.example", language=language)
        billing = Hourly(cadence=Cadence.MONTHLY, customer_approval=True)
        advice = tx.projects.add(bakery.id, name=project, billing=billing)
        eva = tx.users.add(name=employee, email="eva@acme.example", role=Role.EMPLOYEE)
        activity = tx.activities.add(user_id=eva.id, customer_id=bakery.id, project_id=advice.id, rate=CANARY)
    actor = Actor.user(founded.organization.id, eva.id)
    with engine.transaction(actor) as tx:
        items = [
            tx.entries.register_time(activity.id, on=DAY, minutes=480, note=note),
            tx.entries.register_time(activity.id, on=DAY.replace(day=6), minutes=75, note="Telephone"),
            tx.entries.register_expense(activity.id, on=DAY, amount=Money("12.50", "EUR"), description=expense),
        ]
        tx.approval.submit(OCTOBER)
    with engine.transaction(founded.admin) as tx:
        tx.approval.approve([item.id for item in items])
        (request,) = tx.signoff.list().items
    engine.deliver_notifications()
    return Asking(
        engine=engine,
        notifier=notifier,
        clock=clock,
        admin=founded.admin,
        employee=actor,
        request_id=request.id,
        item_ids=[item.id for item in items],
        link=notifier.delivered[-1].link,
    )


class Unlimited:
    """Lets everything through, for tests that ask more often than people do."""

    def wait(self, key: str, limit: Limit) -> int:
        """Nobody waits."""
        return 0

    def count(self, key: str, limit: Limit) -> None:
        """Nothing is counted."""


class Browser:
    """A browser without JavaScript, which keeps cookies.

    Args:
        app: What answers.
        languages: What it prefers, as an ``Accept-Language`` header.
        base_url: Of the host.
        passes_errors_on: Whether what the application raises is raised here, instead of being what a server logs.
        root_path: Under which a proxy has the host.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        languages: str = "en",
        base_url: str = "https://acme.example",
        passes_errors_on: bool = False,
        root_path: str = "",
    ) -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=passes_errors_on, root_path=root_path)
        self._base_url = base_url
        self._languages = languages
        self.cookies = httpx.Cookies()

    def get(self, path: str) -> httpx.Response:
        """Open an address, and whatever it leads on to."""
        response = self.send("GET", path)
        while response.has_redirect_location:
            response = self.send("GET", str(response.url.join(response.headers["location"])))
        return response

    def post(self, path: str, fields: Mapping[str, str]) -> httpx.Response:
        """Send a form."""
        return self.send("POST", path, data=dict(fields))

    def fill_in(self, path: str, fields: Mapping[str, str]) -> httpx.Response:
        """Open an address, and send the form that is there with these fields filled in."""
        page = self.get(path)
        return self.post(str(page.url), {**hidden_in(page), **fields})

    def decide(self, path: str, fields: Mapping[str, str], name: str = "") -> httpx.Response:
        """Fill in the form behind an address, and confirm it where that is asked."""
        page = self.fill_in(path, fields)
        return self.confirm(page, name) if CONFIRMS in page.text else page

    def confirm(self, page: httpx.Response, name: str = "") -> httpx.Response:
        """Confirm what a page shows."""
        return self.post(str(page.url), {**hidden_in(page), "step": "confirm", "name": name})

    def send(
        self,
        method: str,
        path: str,
        *,
        data: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request of any kind."""
        return anyio.run(partial(self._send, method, path, data=data, content=content, headers=headers))

    async def _send(
        self,
        method: str,
        path: str,
        *,
        data: Mapping[str, str] | None,
        content: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=self._transport, base_url=self._base_url, headers={"Accept-Language": self._languages}
        ) as client:
            client.cookies = self.cookies
            response = await client.request(method, path, data=data, content=content, headers=headers)
            self.cookies = client.cookies
            return response


def hidden_in(page: httpx.Response) -> dict[str, str]:
    """What the form of a page carries with it."""
    return {name: html.unescape(value) for name, value in _HIDDEN.findall(page.text)}


def choices(asked: Asking, *values: str) -> dict[str, str]:
    """A choice for each item; an empty one leaves it undecided."""
    fields = zip(asked.item_ids, values, strict=True)
    return {f"line-{item_id.hex}": value for item_id, value in fields if value}
