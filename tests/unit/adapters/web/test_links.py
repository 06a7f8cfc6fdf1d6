"""The token of a link is exchanged for a cookie, and leaves no trace in the address (B-05)."""

from collections.abc import Iterator
from datetime import date

import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.unit.adapters.web.asking import ADDRESS, Asking, Browser, asking, mounted
from worktraq.adapters.memory import MemoryStore
from worktraq.adapters.web import approval_app
from worktraq.adapters.web.sessions import LASTS, Session, Sessions, handle_of, is_handle
from worktraq.core.actors import Actor
from worktraq.core.calendar import Period
from worktraq.core.ids import OrganizationId
from worktraq.core.links import Links, SigningKey
from worktraq.engine import WorkTraq
from worktraq.errors import InvalidInput
from worktraq.testing.builders import new_id

pytestmark = pytest.mark.requirement("B-05")

OLD, NEW = SigningKey("2025", b"o" * 32), SigningKey("2026", b"n" * 32)
TOKEN = "t" * 43
ORGANIZATION = OrganizationId(new_id())


@pytest.fixture
def asked() -> Asking:
    """An open request."""
    return asking()


def request_with(cookie: str = "", *, handle: str = handle_of(TOKEN), organization: str = ORGANIZATION.hex) -> Request:
    """A request for the page of a link."""
    headers = [(b"cookie", cookie.encode())] if cookie else []
    params = {"organization": organization, "handle": handle}
    scope = {"type": "http", "scheme": "https", "headers": headers, "path_params": params, "path": "/"}
    return Request({**scope, "server": ("acme.example", 443), "query_string": b"", "method": "GET"})


def given_by(sessions: Sessions, session: Session) -> str:
    """The cookie that keeps a session, as a browser sends it."""
    response = Response()
    sessions.keep(response, request_with(), session)
    return response.headers["set-cookie"].partition(";")[0]


def test_link_leads_on_to_an_address_without_the_token(asked: Asking) -> None:
    """Neither the address nor anything on the page has it."""
    browser = Browser(asked.app)
    first = browser.send("GET", f"/approve{asked.path}")
    page = browser.send("GET", asked.page)
    token = asked.path.rsplit("/", 1)[1]
    assert (first.status_code, first.headers["location"], first.text) == (303, asked.page.rsplit("/", 1)[1], "")
    assert (page.status_code, token in asked.page, token in page.text) == (200, False, False)


@pytest.mark.parametrize("path", ["/a/b", ""])
@pytest.mark.parametrize("root_path", ["", "/behind/a/proxy"])
def test_link_leads_on_wherever_the_page_is_mounted(asked: Asking, path: str, root_path: str) -> None:
    """The address is relative, so nothing has to know what a proxy took away."""
    browser = Browser(mounted(asked.engine, path), root_path=root_path)
    page = browser.get(f"{root_path}{path}{asked.path}")
    assert (page.status_code, page.url.path) == (200, f"{root_path}{path}{asked.page.removeprefix('/approve')}")
    assert browser.decide(f"{root_path}{path}{asked.path}", {"approve-all": "yes"}).status_code == 200


def test_cookie_goes_nowhere_else(asked: Asking) -> None:
    """Only to addresses of the same organization, in the page's place, for a working day."""
    browser = Browser(asked.app)
    cookie = browser.send("GET", f"/approve{asked.path}").headers["set-cookie"]
    (kept,) = browser.cookies.jar
    assert (kept.path, "domain=" in cookie.lower(), f"max-age={LASTS}" in cookie.lower()) == (
        asked.page.rsplit("/", 1)[0],
        False,
        True,
    )


def test_visitor_without_cookies_is_sent_back_to_the_mail(asked: Asking) -> None:
    """A mail scanner that takes none finds a page, and no error."""
    first = Browser(asked.app).send("GET", f"/approve{asked.path}")
    page = Browser(asked.app, languages="nl").send(
        "GET", f"/approve/{asked.path.split('/')[1]}/{first.headers['location']}"
    )
    assert (page.status_code, page.headers["content-language"], "Eva" in page.text) == (200, "nl", False)


def test_no_form_is_taken_where_the_token_is(asked: Asking) -> None:
    """There is none that would be sent there."""
    answer = Browser(asked.app).post(f"/approve{asked.path}", {"approve-all": "yes"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_several_requests_in_one_browser_do_not_mix() -> None:
    """Each link has a cookie of its own, also of the same organization."""
    store = MemoryStore()
    first = asking(store=store)
    with first.engine.transaction(first.employee) as tx:
        (activity,) = tx.activities.list().items
        tx.entries.register_time(activity.id, on=date(2026, 11, 2), minutes=30, note="Of November")
        tx.approval.submit(Period.month(2026, 11))
    with first.engine.transaction(first.admin) as tx:
        tx.approval.approve([item.id for item in tx.approval.inbox()])
    first.engine.deliver_notifications()
    links = {mail.link for mail in first.notifier.sent_to("ap@jansen.example")}
    browser = Browser(first.app)
    pages = [browser.get(link.removeprefix("https://acme.example")) for link in sorted(links)]
    again = [browser.send("GET", page.url.path) for page in pages]
    assert [("Of November" in page.text, "Year-end file" in page.text) for page in again] == [
        ("Of November" in page.text, "Year-end file" in page.text) for page in pages
    ]
    assert len({page.url.path for page in pages}) == len(links) == 2


def test_session_comes_back_as_it_was_given() -> None:
    """To any process that has the key; also one that has got a newer key meanwhile."""
    session = Session(Actor.contact(ORGANIZATION, TOKEN), "f" * 64)
    cookie = given_by(Sessions(Links(ADDRESS, [OLD])), session)
    for keys in ([OLD], [NEW, OLD]):
        assert Sessions(Links(ADDRESS, keys)).of(request_with(cookie)) == session
    assert Sessions(Links(ADDRESS, [NEW])).of(request_with(cookie)) is None


def tampered(cookie: str) -> Iterator[str]:
    """A cookie, changed in every place by itself."""
    name, _, value = cookie.partition("=")
    for at in range(len(value)):
        other = "0" if value[at] != "0" else "1"
        yield f"{name}={value[:at]}{other}{value[at + 1 :]}"


def test_changed_cookie_counts_for_nothing() -> None:
    """Whatever was changed; nor does one of another link or organization, or one that was made up."""
    sessions = Sessions(Links(ADDRESS, [NEW]))
    cookie = given_by(sessions, Session(Actor.contact(ORGANIZATION, TOKEN)))
    assert sessions.of(request_with(cookie)) is not None
    assert not any(sessions.of(request_with(each)) for each in tampered(cookie))
    value = cookie.partition("=")[2]
    other = handle_of("u" * 43)
    assert sessions.of(request_with(f"worktraq_{other}={value}", handle=other)) is None
    assert sessions.of(request_with(cookie, organization=new_id().hex)) is None
    assert sessions.of(request_with(cookie, organization="x")) is None
    for made_up in ("", ".", "..", "...", "x", "9" * 400, "ÿ.ÿ.ÿ.ÿ"):
        assert sessions.of(request_with(f"worktraq_{handle_of(TOKEN)}={made_up}")) is None


def test_old_cookie_counts_for_nothing() -> None:
    """From the second on in which it has lasted."""
    now = [1_000.5]
    sessions = Sessions(Links(ADDRESS, [NEW]), clock=lambda: now[0])
    cookie = given_by(sessions, Session(Actor.contact(ORGANIZATION, TOKEN)))
    now[0] = 1_000 + LASTS - 1
    assert sessions.of(request_with(cookie)) is not None
    now[0] = 1_000 + LASTS
    assert sessions.of(request_with(cookie)) is None


def test_handle_says_nothing_about_the_token() -> None:
    """It has a form of its own, and is no part of what is stored of the token."""
    assert is_handle(handle_of(TOKEN))
    assert not is_handle(TOKEN)
    assert handle_of(TOKEN) not in TOKEN


def test_secrets_do_not_show() -> None:
    """A session as text has neither token nor proof."""
    shown = repr(Session(Actor.contact(ORGANIZATION, TOKEN), "f" * 64))
    assert TOKEN not in shown
    assert "ffff" not in shown


def test_page_needs_links() -> None:
    """Said at the start, and not to the first customer."""
    with pytest.raises(InvalidInput) as raised:
        approval_app(WorkTraq(MemoryStore()))
    assert raised.value.code == "links_missing"
