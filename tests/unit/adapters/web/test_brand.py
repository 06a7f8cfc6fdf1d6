"""The page looks like the organization that asks: its name, colour and logo; and it offers the timesheet (L-07)."""

import re
from base64 import b64encode

import pytest

from tests.unit.adapters.web.asking import Asking, Browser, asking
from tests.unit.core.test_branding import png
from worktraq.adapters.pdf import TypstTimesheets
from worktraq.adapters.web.rendering import style
from worktraq.core.branding import ENOUGH, contrast
from worktraq.core.timesheets import Timesheet

COLOURS = ["#000000", "#ffffff", "#ffd400", "#7a1f3d", "#757575", "#777777", "#00ff00", "#0000ff", ""]


def branded(asked: Asking, colour: str = "#7a1f3d", logo: bytes = b"") -> str:
    """The page after the administrator chose a brand."""
    with asked.engine.transaction(asked.admin) as tx:
        tx.organizations.change_brand(version=tx.organizations.brand().version, colour=colour, logo=logo)
    return Browser(asked.app).get(f"/approve{asked.path}").text


def test_page_has_the_name_and_colour_of_the_organization() -> None:
    """The title of the product stands in the title only."""
    page = branded(asking(organization="Van Dijk & Partners"))
    assert ("<span><bdi>Van Dijk &amp; Partners</bdi></span>" in page, "--brand:#7a1f3d;" in page) == (True, True)


def test_logo_is_part_of_the_page() -> None:
    """So that nothing else is loaded, and the policy allows no image but this kind; others read its name."""
    asked = asking()
    page = branded(asked, logo=png())
    policy = Browser(asked.app).get(f"/approve{asked.path}").headers["content-security-policy"]
    address = f"data:image/png;base64,{b64encode(png()).decode()}"
    assert f'<img src="{address}" alt="Acme">' in page
    assert ("img-src data:;" in policy, "img-src" in plain_policy()) == (True, False)


def plain_policy() -> str:
    """The policy of a page without a logo."""
    asked = asking()
    return Browser(asked.app).get(f"/approve{asked.path}").headers["content-security-policy"]


@pytest.mark.parametrize("colour", COLOURS)
def test_any_colour_can_be_read(colour: str) -> None:
    """Text on it, and links and frames in it, in the light and in the dark."""
    found = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6});", style(colour).partition("\n")[0]))
    assert contrast(found["on-brand"], found["brand"]) >= ENOUGH
    for ground in ("#f2f5f7", "#ffffff"):
        assert contrast(found["accent"], ground) >= ENOUGH
    for ground in ("#1e2730", "#141b21"):
        assert contrast(found["accent-in-the-dark"], ground) >= ENOUGH


def test_organizations_do_not_share_their_looks() -> None:
    """Each page has the style of its own organization, and the policy allows just that."""
    first, second = asking(), asking()
    pages = [branded(first, "#7a1f3d"), branded(second, "#ffd400")]
    policies = [
        Browser(asked.app).get(f"/approve{asked.path}").headers["content-security-policy"] for asked in (first, second)
    ]
    assert ["--brand:#7a1f3d" in page for page in pages] == [True, False]
    assert policies[0] != policies[1]


class Writer(TypstTimesheets):
    """Writes timesheets that only say whose they are."""

    def render(self, timesheet: Timesheet, language: str) -> bytes:
        """The name of the employee, and the language."""
        return f"%PDF {timesheet.employee_name} {language}".encode()


def test_timesheet_can_be_downloaded() -> None:
    """By who has opened the link, as a file."""
    asked = asking(documents=Writer(), language="nl")
    browser = Browser(asked.app)
    (address,) = re.findall(r'href="(\S+/timesheet)"', browser.get(f"/approve{asked.path}").text)
    answer = browser.get(f"{asked.page.rsplit('/', 1)[0]}/{address}")
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, "%PDF Eva nl", "application/pdf")
    assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.pdf"', answer.headers["content-disposition"])
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_timesheet_is_not_offered_where_nothing_writes_it() -> None:
    """Nor found."""
    asked = asking()
    browser = Browser(asked.app)
    page = browser.get(f"/approve{asked.path}")
    assert ("/timesheet" in page.text, browser.get(f"{asked.page}/timesheet").status_code) == (False, 404)


@pytest.mark.requirement("B-05")
def test_timesheet_is_for_who_may_see_the_request() -> None:
    """Not without the cookie, nor without the PIN, nor of a request that is closed."""
    asked = asking(documents=Writer())
    browser = Browser(asked.app)
    stranger = Browser(asked.app).get(f"{asked.page}/timesheet")
    browser.get(f"/approve{asked.path}")
    with asked.engine.transaction(asked.admin) as tx:
        (customer,) = (each for each in tx.customers.list() if not each.is_internal)
        tx.customers.set_pin(customer.id, "0471")
    locked = browser.get(f"{asked.page}/timesheet")
    with asked.engine.transaction(asked.admin) as tx:
        tx.customers.set_pin(customer.id, None)
        tx.signoff.withdraw(asked.request_id, version=asked.version())
    closed = browser.get(f"{asked.page}/timesheet")
    assert ["%PDF" in answer.text for answer in (stranger, locked, closed)] == [False] * 3
    assert ("enter your PIN" in locked.text, closed.status_code) == (True, 410)
