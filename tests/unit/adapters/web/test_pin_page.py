"""The PIN that a strict customer wants before anything is shown (B-05)."""

from datetime import timedelta

import httpx
import pytest

from tests.unit.adapters.web.asking import Asking, Browser, asking, hidden_in
from worktraq.core.entries import State
from worktraq.i18n import LANGUAGES, translator

pytestmark = pytest.mark.requirement("B-05")

PIN = "047113"
SECRETS = ("Acme", "Eva", "Bakkerij", "Advice", "Year-end", "Parking", "12.50", "8:00", "October")


@pytest.fixture
def asked() -> Asking:
    """An open request to a customer with a PIN."""
    made = asking()
    set_pin(made, PIN)
    return made


def set_pin(asked: Asking, pin: str | None) -> None:
    """Give the customer a PIN."""
    with asked.engine.transaction(asked.admin) as tx:
        (customer,) = (each for each in tx.customers.list() if not each.is_internal)
        tx.customers.set_pin(customer.id, pin)


def give(browser: Browser, asked: Asking, pin: str) -> httpx.Response:
    """Open the link, and give a PIN."""
    return browser.fill_in(f"/approve{asked.path}", {"pin": pin})


def test_nothing_is_shown_before_the_pin(asked: Asking) -> None:
    """Only that one is needed; looking is not counted."""
    browser = Browser(asked.app)
    before = asked.everything()
    page = browser.get(f"/approve{asked.path}")
    leaked = [secret for secret in SECRETS if secret in page.text.replace("Acme Hours", "")]
    assert (page.status_code, "enter your PIN" in page.text, leaked, asked.everything() == before) == (
        200,
        True,
        [],
        True,
    )


def test_right_pin_opens_for_the_whole_visit(asked: Asking) -> None:
    """The browser goes on by itself, also when it comes back by the link; the PIN is in no cookie."""
    browser = Browser(asked.app)
    answer = give(browser, asked, PIN)
    assert (answer.status_code, answer.headers["location"]) == (303, asked.page.rsplit("/", 1)[1])
    assert "Year-end file" in browser.get(asked.page).text
    assert not any(PIN in (cookie.value or "") for cookie in browser.cookies.jar)
    assert browser.decide(f"/approve{asked.path}", {"approve-all": "yes"}).status_code == 200
    assert asked.states() == [State.APPROVED] * 3


def test_another_browser_needs_the_pin_again(asked: Asking) -> None:
    """The link alone opens nothing."""
    give(Browser(asked.app), asked, PIN)
    assert "enter your PIN" in Browser(asked.app).get(f"/approve{asked.path}").text


def test_wrong_pin_is_told_and_counted(asked: Asking) -> None:
    """After five, the right one does not help for a quarter of an hour."""
    browser = Browser(asked.app)
    answers = [give(browser, asked, f"{wrong:04}") for wrong in range(5)]
    said = [f"Tries left: {left}." in answer.text for answer, left in zip(answers[:4], (4, 3, 2, 1), strict=True)]
    assert ([answer.status_code for answer in answers], said) == ([422] * 4 + [429], [True] * 4)
    locked = give(Browser(asked.app), asked, PIN)
    assert (locked.status_code, "in 15 min." in locked.text) == (429, True)
    asked.clock.tick(timedelta(minutes=15))
    assert give(browser, asked, PIN).status_code == 303


def test_pin_comes_with_a_form_of_ours_only(asked: Asking) -> None:
    """Nobody else makes a browser try."""
    browser = Browser(asked.app)
    browser.get(f"/approve{asked.path}")
    before = asked.everything()
    assert (browser.post(asked.page, {"pin": "0000"}).status_code, asked.everything()) == (403, before)


def test_new_pin_closes_the_page(asked: Asking) -> None:
    """Also while somebody is reading, and for what he or she sends then."""
    browser = Browser(asked.app)
    give(browser, asked, PIN)
    form = hidden_in(browser.get(asked.page))
    set_pin(asked, "9999")
    page = browser.post(asked.page, {**form, "approve-all": "yes", "step": "confirm"})
    assert ("enter your PIN" in page.text, asked.states()) == (True, [State.AWAITING_CUSTOMER] * 3)


def test_pin_that_is_no_longer_needed_is_taken_for_nothing(asked: Asking) -> None:
    """The page that asked for it leads on."""
    browser = Browser(asked.app)
    form = hidden_in(browser.get(f"/approve{asked.path}"))
    set_pin(asked, None)
    assert browser.post(asked.page, {**form, "pin": "0000"}).status_code == 303
    assert "Year-end file" in browser.get(asked.page).text


def test_closed_request_needs_the_pin_too(asked: Asking) -> None:
    """By whom it was decided is for those who know the PIN."""
    browser = Browser(asked.app)
    give(browser, asked, PIN)
    browser.decide(f"/approve{asked.path}", {"approve-all": "yes"})
    assert "decided already" in browser.get(asked.page).text
    other = Browser(asked.app).get(f"/approve{asked.path}")
    assert ("enter your PIN" in other.text, "decided" in other.text) == (True, False)


@pytest.mark.requirement("L-07")
def test_mail_does_not_hold_the_pin(asked: Asking) -> None:
    """Whoever reads the mail does not know it by that."""
    with asked.engine.transaction(asked.admin) as tx:
        tx.signoff.remind(asked.request_id, version=asked.version())
    asked.engine.deliver_notifications()
    assert PIN not in repr(asked.notifier.delivered)


@pytest.mark.requirement("B-11")
@pytest.mark.parametrize("language", LANGUAGES)
def test_pin_is_asked_for_in_the_language_of_who_is_asked(language: str) -> None:
    """And so is what is wrong with it."""
    asked = asking(language=language)
    set_pin(asked, PIN)
    page = give(Browser(asked.app), asked, "0000")
    assert (page.headers["content-language"], translator(language).message("pin_wrong", left=4) in page.text) == (
        language,
        True,
    )
