"""From hours to the customer's decision and back, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.journeys.browser import chromium, flaws_of, keep_picture, visiting
from tests.journeys.customers import CUSTOMER, EMPLOYEE, Office, an_office
from worktraq.core.entries import State


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys; each visitor has cookies of his or her own."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A firm whose page is served."""
    with an_office(tmp_path) as opened:
        yield opened


def line_with(page: Page, text: str) -> Locator:
    """The line about something."""
    return page.locator("tbody tr.line", has_text=text)


@pytest.mark.requirement("L-07", "L-08", "L-09", "L-10", "L-12", "B-03")
def test_rejected_line_comes_back_until_everything_is_approved(office: Office, browser: Browser) -> None:
    """Two rounds: a rejection with a comment, a correction, and the confirmation with the timesheet."""
    office.register()
    problems: list[str] = []
    with visiting(browser, problems=problems) as page:
        page.goto(office.link())
        keep_picture(page, "journey-1-request")
        for done in ("Year-end file", "Telephone"):
            line_with(page, done).get_by_label("Approve", exact=True).check()
        line_with(page, "Parking").get_by_label("Reject", exact=True).check()
        page.get_by_label("Why do you reject this?").locator("visible=true").fill("We have our own garage.")
        page.get_by_role("button", name="Check and send").click()
        keep_picture(page, "journey-2-confirmation")
        assert office.states() == {State.AWAITING_CUSTOMER}
        page.get_by_label("Your name").fill("Jan Jansen")
        page.get_by_role("button", name="Confirm and send").click()
        keep_picture(page, "journey-3-result")
        assert page.get_by_role("heading", level=1).inner_text() == "Thank you"
    office.engine.deliver_notifications()
    told = office.mails_to(EMPLOYEE)
    assert (len(told), "We have our own garage." in told[0]) == (1, True)

    (rejected,) = (item for item in office.items() if item.state is State.REJECTED)
    with office.engine.transaction(office.employee) as tx:
        (draft,) = tx.approval.revise([rejected.id])
        tx.entries.edit_expense(draft.id, version=draft.version, description="Parking at the station")
        (again,) = tx.approval.submit_items([draft.id])
    office.approve_inside([again])
    with visiting(browser, problems=problems) as page:
        page.goto(office.link())
        assert (page.locator("tbody tr.line").count(), page.get_by_text("Parking at the station").count()) == (1, 1)
        page.get_by_role("button", name="Approve everything").click()
        page.get_by_role("button", name="Confirm and send").click()
        page.goto(office.link())
        keep_picture(page, "journey-4-decided")
        assert "decided already, by Bakkerij Jansen B.V." in page.get_by_role("heading", level=1).inner_text()
    office.engine.deliver_notifications()
    confirmations = office.mails_to(CUSTOMER)
    # Chromium reports that the decided request is gone; nothing else, such as a breach of the page's policy.
    assert [said for said in problems if "status of 410" not in said] == []
    assert (office.states(), ".pdf" in confirmations[-1]) == ({State.APPROVED}, True)


@pytest.mark.requirement("L-08")
def test_keyboard_is_enough(office: Office, browser: Browser) -> None:
    """Tab, arrows, space and Enter decide; what has the focus is seen, and the skip link comes first."""
    office.register()
    with visiting(browser) as page:
        page.goto(office.link())
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        for number in range(3):
            while page.evaluate("document.activeElement.type") != "radio":
                page.keyboard.press("Tab")
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            page.keyboard.press("Space")
            if number == 2:
                page.keyboard.press("ArrowDown")
                page.keyboard.press("Tab")
                page.keyboard.type("Not ours.")
            page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.tagName") != "BUTTON":
            page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        while page.evaluate("document.activeElement.value") != "confirm":
            page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Space")
        assert page.get_by_role("heading", level=1).inner_text() == "Thank you"
    assert sorted(item.state for item in office.items()) == [State.APPROVED, State.APPROVED, State.REJECTED]


@pytest.mark.requirement("L-08")
def test_scripts_are_not_needed(office: Office, browser: Browser) -> None:
    """On a phone, with a mistake on the way."""
    office.register()
    with visiting(browser, width=360, scripts=False) as page:
        page.goto(office.link())
        line_with(page, "Parking").get_by_text("Reject", exact=True).click()
        page.get_by_role("button", name="Check and send").click()
        assert page.get_by_role("alert").get_by_role("listitem").count() == 2
        for done in ("Year-end file", "Telephone"):
            line_with(page, done).get_by_text("Approve", exact=True).click()
        page.get_by_role("button", name="Check and send").click()
        page.get_by_role("button", name="Change something").click()
        assert page.locator("input:checked").count() == 3
        page.get_by_role("button", name="Check and send").click()
        page.get_by_role("button", name="Confirm and send").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Thank you"
    assert office.states() == {State.APPROVED, State.REJECTED}


@pytest.mark.requirement("B-05")
def test_token_stays_out_of_sight(office: Office, browser: Browser) -> None:
    """Of the address bar, the history, other pages' referrer and the scripts of the page."""
    office.register()
    link = office.link()
    with visiting(browser) as page:
        page.goto(link)
        token = link.rsplit("/", 1)[1]
        seen = page.evaluate("[location.href, document.cookie, document.referrer, document.documentElement.outerHTML]")
        assert (page.evaluate("history.length"), any(token in text for text in seen)) == (2, False)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download as PDF").click()
        assert download.value.suggested_filename.endswith(".pdf")
        assert download.value.path().read_bytes().startswith(b"%PDF")


@pytest.mark.requirement("B-05")
def test_pin_is_asked_for_first(office: Office, browser: Browser) -> None:
    """And only once in a visit."""
    office.register()
    with office.engine.transaction(office.manager) as tx:
        tx.customers.set_pin(office.customer.id, "0471")
    with visiting(browser, width=360) as page:
        page.goto(office.link())
        page.get_by_label("PIN").fill("1111")
        page.get_by_role("button", name="Go on").click()
        keep_picture(page, "pin-wrong-360")
        assert ("Tries left: 4." in page.get_by_role("alert").inner_text(), flaws_of(page)) == (True, [])
        page.get_by_label("PIN").fill("0471")
        page.keyboard.press("Enter")
        page.get_by_text("Year-end file").wait_for()
        page.goto(office.link())
        assert page.get_by_text("Year-end file").count() == 1
