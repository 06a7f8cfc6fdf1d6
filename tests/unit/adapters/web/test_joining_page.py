"""The page on which an invited person sees and accepts the invitation."""

import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from attrs import field, frozen
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from tests.unit.adapters.web.asking import ADDRESS, Browser, hidden_in
from worktraq.adapters.memory import MemoryStore
from worktraq.adapters.web import approval_app, join_app
from worktraq.core.actors import Actor
from worktraq.core.ids import UserId
from worktraq.core.links import Links, SigningKey
from worktraq.core.users import Role, User
from worktraq.engine import WorkTraq
from worktraq.errors import AdapterError
from worktraq.i18n import LANGUAGES
from worktraq.testing.fakes import FixedClock, RecordingNotifier, SeededIds
from worktraq.usecases.users import Users

pytestmark = pytest.mark.requirement("W-06")

HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(2)> {{ 7**7 }}"""


@frozen(kw_only=True)
class Inviting:
    """An organization that has invited somebody.

    Attributes:
        engine: With everything in memory.
        clock: Stands at a Monday in October.
        admin: Of the organization.
        user_id: Who is invited.
        path: Of the link in the mail, in the host.
    """

    engine: WorkTraq
    clock: FixedClock
    admin: Actor
    user_id: UserId
    path: str = field(repr=False)

    @property
    def user(self) -> User:
        """The invited person as stored."""
        with self.engine.view(self.admin) as tx:
            return tx.users.get(self.user_id)

    def app(self, home_url: str = "") -> ASGIApp:
        """The page in a host."""
        return Starlette(
            routes=[Mount("/approve", app=approval_app(self.engine, title="Acme Hours", home_url=home_url))]
        )

    def browser(self, languages: str = "en", home_url: str = "") -> Browser:
        """A new browser."""
        return Browser(self.app(home_url), languages=languages)


def inviting(*, language: str = "en", name: str = "Nel", organization: str = "Acme") -> Inviting:
    """Ada has invited Nel."""
    clock, notifier = FixedClock(), RecordingNotifier()
    links = Links(base_url=ADDRESS, keys=[SigningKey("first", b"x" * 32)])
    engine = WorkTraq(MemoryStore(clock), notifier=notifier, links=links, clock=clock, ids=SeededIds())
    founded = engine.found_organization(name=organization, admin_name="Ada", admin_email="ada@acme.example")
    with engine.transaction(founded.admin) as tx:
        user = tx.users.invite(name=name, email="nel@acme.example", role=Role.MANAGER, language=language)
    engine.deliver_notifications()
    path = notifier.delivered[-1].link.removeprefix("https://acme.example")
    return Inviting(engine=engine, clock=clock, admin=founded.admin, user_id=user.id, path=path)


def withdraw(made: Inviting) -> None:
    """Ada thinks better of it."""
    with made.engine.transaction(made.admin) as tx:
        tx.users.withdraw_invitation(made.user_id)


def accept(made: Inviting) -> None:
    """Nel accepts in another window."""
    made.browser().decide(made.path, {"name": "Nel"})


def expire(made: Inviting) -> None:
    """Nel waits too long."""
    made.clock.tick(timedelta(days=14))


@pytest.mark.parametrize(
    "shown", ["Ada", "Acme", "nel@acme.example", "manager", "19 October 2026, 10:00", 'value="Nel"', "Acme Hours"]
)
def test_invitation_is_shown_with_all_that_matters(shown: str) -> None:
    """Who invites, for whom, as what, until when; and the name, to be corrected."""
    made = inviting()
    page = made.browser().get(made.path)
    assert (page.status_code, shown in page.text) == (200, True)


@pytest.mark.requirement("B-11")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Uitnodiging aannemen"),
        ("en", "Accept the invitation"),
        ("fr", "Accepter l’invitation"),
        ("de", "Einladung annehmen"),
    ],
)
def test_page_speaks_the_language_of_the_invited_person(language: str, words: str) -> None:
    """Whatever the browser prefers."""
    made = inviting(language=language)
    page = made.browser("en").get(made.path)
    assert words in page.text
    assert page.headers["content-language"] == language


def test_accepting_makes_the_user_active() -> None:
    """Under the name that was filled in."""
    made = inviting()
    page = made.browser().decide(made.path, {"name": "Nel de Wit"})
    assert (page.status_code, "Welcome" in page.text) == (200, True)
    assert (made.user.is_active, made.user.name) == (True, "Nel de Wit")


def test_result_leads_to_the_product_where_the_host_says_so() -> None:
    """Also when somebody comes back to a used link."""
    made = inviting()
    browser = made.browser(home_url="https://product.example/?a=1&b=2")
    link = 'href="https://product.example/?a=1&amp;b=2">Go to Acme Hours<'
    assert link in browser.decide(made.path, {"name": "Nel"}).text
    assert link in browser.get(made.path).text


def test_result_has_no_link_without_an_address() -> None:
    """It says that the page can be closed."""
    made = inviting()
    page = made.browser().decide(made.path, {"name": "Nel"})
    assert ("You can close this page." in page.text, "Go to" in page.text) == (True, False)


@pytest.mark.requirement("B-05")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(method: str) -> None:
    """A scanner that follows the link accepts nothing, however often."""
    made = inviting()
    before = made.user
    for _ in range(3):
        assert made.browser().send(method, made.path).status_code == 200
    assert made.user == before


@pytest.mark.requirement("B-05")
@pytest.mark.parametrize(
    "send",
    [
        lambda made: made.browser().post(made.path, {"name": "Nel"}),
        lambda made: made.browser().post(made.path, {"name": "Nel", "proof": "0" * 64}),
        lambda made: made.browser().post(made.path, {"name": "Nel", **hidden_in(made.browser().get(made.path))}),
    ],
    ids=["no proof", "a guessed proof", "another browser's proof"],
)
def test_form_of_another_site_is_not_taken(send: Callable[[Inviting], httpx.Response]) -> None:
    """Without the secret of the browser that the form was shown in, nothing is accepted."""
    made = inviting()
    page = send(made)
    assert (page.status_code, made.user.is_active) == (403, False)
    assert "Open the invitation again" in page.text


def test_form_for_one_link_does_not_serve_another() -> None:
    """The proof holds for one invitation."""
    made = inviting()
    other = made.path[:-43] + "A" * 43
    browser = made.browser()
    hidden = hidden_in(browser.get(made.path))
    assert browser.post(other, {"name": "Nel", **hidden}).status_code == 404


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (accept, "This invitation has been accepted already."),
        (withdraw, "This invitation has been withdrawn."),
        (expire, "This invitation has expired."),
    ],
)
def test_closed_invitation_says_why_and_shows_nothing_of_it(happens: Callable[[Inviting], None], said: str) -> None:
    """Before the form is opened, and when it is sent too late."""
    made = inviting()
    late = made.browser()
    hidden = hidden_in(late.get(made.path))
    happens(made)
    for page in (made.browser().get(made.path), late.post(made.path, {"name": "Nel", **hidden})):
        assert (page.status_code, said in page.text) == (410, True)
        assert "nel@acme.example" not in page.text
        assert "Ada" not in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/approve/join/00000000000070008000000000000001/" + "A" * 43,
        "/approve/join/00000000000070008000000000000001/short",
        "/approve/join/nowhere/" + "A" * 43,
        "/approve/join/",
        "/approve/join/00000000000070008000000000000001",
    ],
)
def test_unknown_link_is_not_found(path: str) -> None:
    """Whether it has the form of one or not."""
    page = inviting().browser().get(path)
    assert (page.status_code, "<h1>" in page.text) == (404, True)


def test_older_link_is_not_found() -> None:
    """Once the invitation was sent again."""
    made = inviting()
    with made.engine.transaction(made.admin) as tx:
        tx.users.resend_invitation(made.user_id)
    assert made.browser().get(made.path).status_code == 404


def test_link_of_an_invitation_shows_no_request() -> None:
    """The two kinds of links are apart."""
    made = inviting()
    assert made.browser().get(made.path.replace("/join", "")).status_code == 404


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x00b"])
def test_bad_name_is_explained_and_can_be_corrected(name: str) -> None:
    """The form comes back with what was filled in."""
    made = inviting()
    browser = made.browser()
    page = browser.decide(made.path, {"name": name})
    assert (page.status_code, 'aria-invalid="true"' in page.text, made.user.is_active) == (422, True, False)
    assert browser.post(made.path, {**hidden_in(page), "name": "Nel"}).status_code == 200


def test_too_large_form_is_refused() -> None:
    """In the words of this page."""
    made = inviting()
    page = made.browser().decide(made.path, {"name": "x" * (2 * 1024 * 1024 + 1)})
    assert (page.status_code, "give a shorter name" in page.text, made.user.is_active) == (413, True, False)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(method: str) -> None:
    """With a page, not with a bare word."""
    made = inviting()
    page = made.browser().send(method, made.path)
    assert (page.status_code, "Nothing has changed." in page.text) == (405, True)


@pytest.mark.parametrize(("error", "status"), [(AdapterError("database_failed"), 503), (RuntimeError("secret"), 500)])
def test_failure_says_nothing_about_itself(error: Exception, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server gets the error, the browser a page."""

    def fail(_self: Users) -> None:
        raise error

    made = inviting()
    monkeypatch.setattr(Users, "invitation", fail)
    page = made.browser().get(made.path)
    assert (page.status_code, "secret" in page.text, "whether it has been accepted" in page.text) == (
        status,
        False,
        True,
    )
    with pytest.raises(type(error)):
        Browser(made.app(), passes_errors_on=True).get(made.path)


def test_names_are_shown_as_they_were_typed() -> None:
    """Nothing of them runs."""
    made = inviting(name=HOSTILE, organization=HOSTILE)
    browser = made.browser()
    pages = [browser.get(made.path), browser.decide(made.path, {"name": ""}), browser.decide(made.path, {"name": "N"})]
    for page in pages:
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert "&lt;script&gt;" in page.text


@pytest.mark.requirement("B-05")
def test_every_answer_is_protected() -> None:
    """Not kept, not framed, tells nobody where it was opened, and loads nothing."""
    made = inviting()
    browser = made.browser()
    pages = [
        browser.get(made.path),
        browser.post(made.path, {}),
        browser.decide(made.path, {"name": "Nel"}),
        browser.get(made.path),
        browser.get("/approve/join/x/y"),
        browser.send("PUT", made.path),
    ]
    assert [page.status_code for page in pages] == [200, 403, 200, 410, 404, 405]
    for page in pages:
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert re.search(r"<(script|link|img|iframe)|https?://", page.text) is None


@pytest.mark.requirement("B-11")
@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_notices_speak_the_language_of_the_browser(language: str) -> None:
    """Before it is known who holds the link."""
    made = inviting()
    page, english = (made.browser(each).get("/approve/join/x/y") for each in (language, "en"))
    assert page.headers["content-language"] == language
    assert page.text != english.text


def test_page_stands_alone_where_the_host_wants_it() -> None:
    """Mounted where `join_url` points to."""
    made = inviting()
    host = Starlette(routes=[Mount("/welcome", app=join_app(made.engine))])
    path = made.path.replace("/approve/join", "/welcome")
    assert Browser(host).decide(path, {"name": "Nel"}).status_code == 200
    assert made.user.is_active
