"""Every state of the page in a real browser: readable, usable, and wide enough for no screen (L-07, B-11)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.budgets import chosen
from tests.journeys.browser import chromium, flaws_of, keep_picture, visiting
from tests.journeys.customers import Office, an_office
from tests.unit.adapters.web.asking import Unlimited
from worktraq.i18n import LANGUAGES

SCREENS = {"nl": (360, False), "en": (1280, False), "fr": (360, True), "de": (1280, True)}
"""Width, and whether dark, for each language; in the long run each language is seen on all of them."""
COLOURS = {"nl": "#7a1f3d", "en": "", "fr": "#ffd400", "de": "#f5f5f5"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all pages."""
    with chromium() as opened:
        yield opened


def states_of(page: Page, office: Office) -> Iterator[str]:
    """Goes through the states of the page, and names each."""
    page.goto(office.link())
    yield "request"
    page.locator("form button").first.click()
    yield "incomplete"
    for line in page.locator("tbody tr.line").all():
        line.locator(".reject input").check()
    page.locator("tbody textarea").first.fill("Graag overleg.")
    page.locator("form button").first.click()
    yield "confirmation"
    page.locator("#name").fill("\x07")
    page.locator("button[value=confirm]").click()
    yield "wrong-name"
    page.goto(f"{office.link()[:-1]}~")
    yield "unknown-link"
    page.context.clear_cookies()
    page.goto(f"{office.link().rsplit('/', 1)[0]}/{'x' * 22}")
    yield "without-cookie"
    set_pin(office, "0471")
    page.goto(office.link())
    yield "pin"
    for _ in range(5):
        page.locator("#pin").fill("1111")
        page.locator("form button").click()
    yield "pin-locked"
    set_pin(office, None)


def deciding(page: Page, office: Office) -> Iterator[str]:
    """Goes through the states after the decision."""
    page.locator("button[name=approve-all]").click()
    page.locator("button[value=confirm]").click()
    yield "result"
    page.goto(office.link())
    yield "decided"


def set_pin(office: Office, pin: str | None) -> None:
    """Give the customer a PIN, or none."""
    with office.engine.transaction(office.manager) as tx:
        tx.customers.set_pin(office.customer.id, pin)


@pytest.mark.requirement("L-07", "L-08", "B-11")
@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_usable_in_every_state(tmp_path: Path, browser: Browser, language: str) -> None:
    """Wide and narrow, light and dark, in any colour: labels, headings, landmarks, contrast, and nothing sticks out."""
    screens = list(SCREENS.values()) if chosen(modest=0, large=1) else [SCREENS[language]]
    flaws: dict[str, object] = {}
    problems: list[str] = []
    with an_office(tmp_path, language=language, limiter=Unlimited()) as office:
        office.register()
        with office.engine.transaction(office.manager) as tx:
            tx.organizations.change_brand(version=0, colour=COLOURS[language])
        for width, dark in screens:
            with visiting(browser, width=width, dark=dark, problems=problems) as page:
                for state in states_of(page, office):
                    name = f"{state}-{language}-{width}{'-dark' if dark else ''}"
                    if found := flaws_of(page):
                        flaws[name] = found
                    keep_picture(page, name)
        with visiting(browser, width=360) as page:
            page.goto(office.link())
            for state in deciding(page, office):
                if found := flaws_of(page):
                    flaws[state] = found
                keep_picture(page, f"{state}-{language}-360")
    # Chromium reports every answer that is not a success; nothing else may be there, such as a breach of the policy.
    assert (flaws, [said for said in problems if "status of 4" not in said]) == ({}, [])


def test_check_of_pages_finds_flaws(browser: Browser) -> None:
    """What finds nothing on any page would be worth nothing."""
    with visiting(browser, width=360) as page:
        page.set_content(
            "<h1>One</h1><h3>Two</h3><input name=x><table><tr><td>1</table><img src='data:,'>"
            "<p style='color:#999'>Pale</p><div style='width:500px'>Wide</div><button></button><i id=a></i><i id=a></i>"
        )
        found = " / ".join(flaws_of(page))
    wanted = ["no language", "no title", "landmarks", "heading skipped", "no label", "without headers", "row without"]
    wanted += ["picture without", "contrast", "pixels on a screen", "nothing to read", "id twice", "skip link"]
    assert [each for each in wanted if each not in found] == []
