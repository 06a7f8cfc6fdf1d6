"""Machines that follow links: mail scanners, also such that run the page, and whoever guesses links (B-05)."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.budgets import chosen
from tests.journeys.browser import chromium, visiting
from tests.journeys.customers import an_office
from tests.unit.adapters.web.asking import Browser, Unlimited, asking, mounted
from worktraq.core.actors import Actor
from worktraq.errors import NotFound

pytestmark = pytest.mark.requirement("B-05")


def test_scanner_changes_nothing(tmp_path: Path) -> None:
    """It gets, asks for headers only, and runs the page with its scripts: every row of every table stays."""
    with chromium() as browser, an_office(tmp_path, limiter=Unlimited()) as office:
        office.register()
        link = office.link()
        before = office.rows()
        with httpx.Client(follow_redirects=True) as scanner:
            for number in range(chosen(modest=16, large=1_000)):
                if number % 4 > 1:
                    scanner.cookies.clear()
                assert scanner.request(("GET", "HEAD")[number % 2], link).status_code == 200
        for _ in range(chosen(modest=1, large=500)):
            with visiting(browser) as page:
                page.goto(link, wait_until="networkidle")
                address = urlsplit(page.url)
                page.evaluate(
                    "() => { for (const link of document.links) fetch(link.href); window.scrollTo(0, 9999); }"
                )
                assert address.path != urlsplit(link).path
        assert len(before) > 20
        assert office.rows() == before


def test_guessed_links_open_nothing() -> None:
    """Of an organization with an open request: neither by the use case, nor by the page."""
    asked = asking()
    organization_id = asked.admin.organization_id
    before = asked.everything()
    hits = 0
    for _ in range(chosen(modest=500, large=100_000)):
        try:
            with asked.engine.view(Actor.contact(organization_id, secrets.token_urlsafe(32))) as tx:
                tx.signoff.shown()
            hits += 1
        except NotFound:
            continue
    browser = Browser(mounted(asked.engine, limiter=Unlimited()))
    guesses = (
        f"/approve/{organization_id.hex}/{secrets.token_urlsafe(32)}" for _ in range(chosen(modest=50, large=2_000))
    )
    answers = {browser.send("GET", guess).status_code for guess in guesses}
    assert (hits, answers, asked.everything()) == (0, {404}, before)
