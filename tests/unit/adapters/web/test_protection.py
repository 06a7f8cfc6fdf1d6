"""Who only looks changes nothing, and what is not open shows nothing (B-05)."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from attrs import evolve

from tests.unit.adapters.web.asking import Asking, Browser, Unlimited, asking, choices, hidden_in, mounted
from worktraq.adapters.web.notices import language_for
from worktraq.adapters.web.protection import COOKIE, LARGEST_FORM
from worktraq.core.entries import State
from worktraq.i18n import LANGUAGES, translator

pytestmark = pytest.mark.requirement("B-05")

EVERY_ANSWER = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}
POLICY = re.compile(
    r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; "
    r"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SECRETS = ("Acme<", "Eva", "Bakkerij", "Advice", "Year-end", "Parking", "12.50", "8:00", "October")


def path_of(asked: Asking) -> str:
    """Where the request stands in the host."""
    return f"/approve{asked.path}"


def decide(asked: Asking) -> None:
    """The customer approves everything."""
    Browser(asked.app).decide(path_of(asked), {"approve-all": "yes"})


def let_expire(asked: Asking) -> None:
    """Nobody decides in time; the scheduler has not come by yet."""
    asked.clock.tick(timedelta(days=30))


def expire(asked: Asking) -> None:
    """Nobody decides in time, and the scheduler notices."""
    asked.clock.tick(timedelta(days=31))
    asked.engine.run_due()


def supersede(asked: Asking) -> None:
    """A manager waives a line."""
    with asked.engine.transaction(asked.admin) as tx:
        tx.approval.waive([asked.item_ids[0]], reason="On the telephone")


def withdraw(asked: Asking) -> None:
    """A manager takes the request back."""
    with asked.engine.transaction(asked.admin) as tx:
        tx.signoff.withdraw(asked.request_id, version=asked.version())


def renew(asked: Asking) -> None:
    """A manager sends a new link."""
    with asked.engine.transaction(asked.admin) as tx:
        tx.signoff.renew(asked.request_id, version=asked.version())


CLOSED: list[tuple[Callable[[Asking], None], int, str]] = [
    (decide, 410, "This request has been decided already, by Bakkerij Jansen B.V. on 5 October 2026."),
    (let_expire, 410, "This request has expired."),
    (expire, 410, "This request has expired."),
    (supersede, 410, "This request has been replaced by a newer one."),
    (withdraw, 410, "This request has been withdrawn."),
    (renew, 410, "This link has been replaced by a newer one."),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(method: str) -> None:
    """However often a mail scanner comes by, with or without the cookies of the visit before."""
    asked = asking()
    before = asked.everything(), asked.states(), asked.version()
    app = mounted(asked.engine, limiter=Unlimited())
    browser = Browser(app)
    answers = set()
    for visitor in (browser, *(Browser(app) for _ in range(50)), *[browser] * 50):
        answers |= {visitor.send(method, address).status_code for address in (path_of(asked), asked.page)}
    assert (answers, (asked.everything(), asked.states(), asked.version())) == ({200, 303}, before)


def test_looking_with_a_decision_in_the_address_changes_nothing() -> None:
    """Fields of the form count in a form only."""
    asked = asking()
    browser = Browser(asked.app)
    fields = {**hidden_in(browser.get(path_of(asked))), "approve-all": "yes"}
    before = asked.everything()
    browser.get(f"{path_of(asked)}?{httpx.QueryParams(fields)}")
    assert asked.everything() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(method: str) -> None:
    """There is nothing to do with them."""
    asked = asking()
    assert Browser(asked.app).send(method, path_of(asked)).status_code == 405


@pytest.mark.parametrize("proof", [None, "", "0" * 64, "é"])
def test_form_without_its_proof_is_refused(proof: str | None) -> None:
    """A page of somebody else cannot make a form that we take."""
    asked = asking()
    browser = Browser(asked.app)
    fields = {**hidden_in(browser.get(path_of(asked))), **choices(asked, "accept", "accept", "accept")}
    del fields["proof"]
    before = asked.everything()
    page = browser.post(asked.page, fields if proof is None else {**fields, "proof": proof})
    assert (page.status_code, asked.everything()) == (403, before)


@pytest.mark.parametrize("cookie", ["", "x" * 43, "short"])
def test_form_without_the_cookie_is_refused(cookie: str) -> None:
    """What a browser sends by itself and what stands in the form belong together."""
    asked = asking()
    fields = {**hidden_in(Browser(asked.app).get(path_of(asked))), "approve-all": "yes", "step": "confirm"}
    other = Browser(asked.app)
    other.get(path_of(asked))
    other.cookies.set(COOKIE, cookie, path=asked.page.rsplit("/", 1)[0], domain="acme.example")
    before = asked.everything()
    page = other.post(asked.page, fields)
    assert (page.status_code, "Open the request again" in page.text, asked.everything()) == (403, True, before)


def test_form_without_the_cookie_of_the_link_is_refused() -> None:
    """Long after the link was opened, or from somewhere else: it leads back to the mail."""
    asked = asking()
    fields = {**hidden_in(Browser(asked.app).get(path_of(asked))), "approve-all": "yes", "step": "confirm"}
    before = asked.everything()
    page = Browser(asked.app).post(asked.page, fields)
    assert (page.status_code, "open the link in the mail again" in page.text, asked.everything()) == (403, True, before)


def test_proof_of_one_link_is_none_of_another() -> None:
    """Although the browser is the same."""
    asked = asking()
    browser = Browser(asked.app)
    fields = {**hidden_in(browser.get(path_of(asked))), "approve-all": "yes", "step": "confirm"}
    with asked.engine.transaction(asked.admin) as tx:
        tx.signoff.renew(asked.request_id, version=asked.version())
    asked.engine.deliver_notifications()
    newer = evolve(asked, link=asked.notifier.delivered[-1].link)
    browser.get(path_of(newer))
    assert (browser.post(newer.page, fields).status_code, asked.states()) == (403, [State.AWAITING_CUSTOMER] * 3)


def test_file_or_unreadable_form_is_refused() -> None:
    """The form has text fields, and is sent as a form."""
    asked = asking()
    browser = Browser(asked.app)
    browser.get(path_of(asked))
    file = b'--x\r\nContent-Disposition: form-data; name="proof"; filename="a"\r\n\r\nb\r\n--x--\r\n'
    as_file = browser.send(
        "POST", asked.page, content=file, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    as_json = browser.send("POST", asked.page, content=b"{}", headers={"Content-Type": "application/json"})
    assert (as_file.status_code, as_json.status_code) == (400, 403)


def test_form_of_unreasonable_size_is_refused() -> None:
    """It is not even read to its end."""
    asked = asking()
    browser = Browser(asked.app)
    fields = {**hidden_in(browser.get(path_of(asked))), "approve-all": "yes", "comment": "x" * LARGEST_FORM}
    page = browser.post(asked.page, fields)
    assert (page.status_code, asked.states()) == (413, [State.AWAITING_CUSTOMER] * 3)


def test_cookies_are_for_our_own_forms_only() -> None:
    """Scripts do not read them, other sites do not make the browser send forms with them."""
    asked = asking()
    browser = Browser(asked.app)
    opened = browser.send("GET", path_of(asked)).headers["set-cookie"].lower()
    for_forms = browser.send("GET", asked.page).headers.get_list("set-cookie")[0].lower()
    wanted = ["samesite=lax" in opened, "samesite=strict" in for_forms]
    wanted += [flag in cookie for cookie in (opened, for_forms) for flag in ("; httponly", "; secure")]
    assert wanted == [True] * 6


def test_cookies_do_not_insist_on_https_where_there_is_none() -> None:
    """On the machine of a developer; behind a proxy that ends HTTPS the address of the links tells."""
    plain = asking(address="http://127.0.0.1/approve")
    secure = ["; secure" in _cookies_of(plain, base) for base in ("http://127.0.0.1", "https://127.0.0.1")]
    behind_proxy = "; secure" in _cookies_of(asking(), "http://127.0.0.1")
    assert (secure, behind_proxy) == ([False, True], True)


def _cookies_of(asked: Asking, base_url: str) -> str:
    return Browser(asked.app, base_url=base_url).send("GET", path_of(asked)).headers["set-cookie"].lower()


@pytest.mark.parametrize(("close", "status", "sentence"), CLOSED)
def test_closed_request_says_so_and_shows_nothing(close: Callable[[Asking], None], status: int, sentence: str) -> None:
    """Decided (by whom and when), expired, superseded, withdrawn and unknown read differently, and none leaks data."""
    asked = asking()
    close(asked)
    page = Browser(asked.app).get(path_of(asked))
    leaked = [secret for secret in SECRETS if secret in page.text.replace(sentence, "")]
    assert (page.status_code, f"<h1>{sentence}</h1>" in page.text, leaked) == (status, True, [])


@pytest.mark.parametrize(("close", "status", "sentence"), CLOSED)
def test_request_closed_while_it_was_read_is_not_decided(
    close: Callable[[Asking], None], status: int, sentence: str
) -> None:
    """The form was ours, but there is nothing to decide any more."""
    asked = asking()
    browser = Browser(asked.app)
    fields = {**hidden_in(browser.get(path_of(asked))), "approve-all": "yes"}
    close(asked)
    before = asked.everything()
    page = browser.post(asked.page, fields)
    assert (page.status_code, sentence in page.text, asked.everything()) == (status, True, before)


@pytest.mark.requirement("B-11")
@pytest.mark.parametrize("language", LANGUAGES)
def test_closed_request_speaks_the_language_of_who_was_asked(language: str) -> None:
    """As the mail did; a link that is none speaks that of the browser."""
    asked = asking(language=language)
    withdraw(asked)
    other = "fr" if language != "fr" else "nl"
    browser = Browser(asked.app, languages=f"{other}-BE,es;q=0.9")
    pages = [browser.get(path_of(asked)), browser.get(f"{path_of(asked)[:-1]}~")]
    sentence = translator(language).message("request_withdrawn")
    spoken = [page.headers["content-language"] for page in pages]
    assert (spoken, sentence in pages[0].text) == ([language, other], True)


def test_what_has_not_the_form_of_a_link_is_answered_as_what_does_not_exist() -> None:
    """Organization and token, wrong in any way: always the same page."""
    asked = asking()
    organization, token = asked.path.strip("/").split("/")
    browser = Browser(asked.app)
    wrong = [
        f"{organization}/{token[:-1]}",
        f"{organization}/{token}x",
        f"{organization}/{token[::-1]}",
        f"{organization}/{'x' * 43}",
        f"{organization.upper()}/{token}",
        f"{organization}/%00{token[1:]}",
        f"{organization}/%ED%A0%80",
        f"{uuid4().hex}/{token}",
        f"not-an-id/{token}",
        f"{organization}/{token}/",
        f"{organization}/",
        organization,
        "",
    ]
    pages = [browser.get(f"/approve/{path}") for path in wrong]
    assert ({page.status_code for page in pages}, len({page.text for page in pages})) == ({404}, 1)


def fields_of(asked: Asking, browser: Browser, **fields: str) -> dict[str, str]:
    """The form of the request with these fields."""
    return {**hidden_in(browser.get(path_of(asked))), **fields}


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def answered_with(status: int, asked: Asking) -> httpx.Response:
    """An answer with this status, by doing what leads to it."""
    browser, path = Browser(asked.app), path_of(asked)
    browser.get(path)
    match status:
        case 400:
            return browser.send("POST", asked.page, content=b"x", headers={"Content-Type": "multipart/form-data"})
        case 403:
            return browser.post(asked.page, {})
        case 404:
            return browser.get("/approve/nothing/here/at/all")
        case 405:
            return browser.send("DELETE", path)
        case 409:
            return browser.post(asked.page, fields_of(asked, browser, digest="1:0"))
        case 410:
            decide(asked)
        case 413:
            return browser.send("POST", asked.page, content=b"x" * (LARGEST_FORM + 1), headers=FORM)
        case 422:
            return browser.decide(path, {})
    return browser.get(path)


@pytest.mark.parametrize("status", [200, 400, 403, 404, 405, 409, 410, 413, 422])
def test_every_answer_has_the_headers(status: int) -> None:
    """Nothing is stored, told to other sites, framed, or loaded from elsewhere."""
    answer = answered_with(status, asking())
    found = {name: answer.headers.get(name) for name in EVERY_ANSWER}
    is_strict = bool(POLICY.fullmatch(answer.headers["content-security-policy"]))
    assert (answer.status_code, found, is_strict) == (status, EVERY_ANSWER, True)


def test_result_has_the_headers() -> None:
    """As every other answer."""
    asked = asking()
    answer = Browser(asked.app).decide(path_of(asked), {"approve-all": "yes"})
    assert {name: answer.headers.get(name) for name in EVERY_ANSWER} == EVERY_ANSWER


def test_page_loads_nothing() -> None:
    """No script, image, font or style from anywhere: not even from here."""
    asked = asking()
    page = Browser(asked.app).get(path_of(asked))
    assert re.findall(r"<(?:script|link|img|iframe|object)|\ssrc=|\sstyle=|\son\w+=|https?:|url\(", page.text) == []


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("nl-BE,fr;q=0.8", "nl"),
        ("es,de;q=0.5,fr;q=0.7", "fr"),
        ("es, *;q=0.1", "en"),
        ("de;q=0, nl;q=0.1", "nl"),
        ("fr;q=high,de;q=0.2", "de"),
        (",;,;;q=", "en"),
        ("DE-at", "de"),
    ],
)
@pytest.mark.requirement("B-11")
def test_preferred_language_is_found(accepted: str, language: str) -> None:
    """By weight, then by order; English when none of ours is preferred, or the header makes no sense."""
    assert language_for(accepted) == language
