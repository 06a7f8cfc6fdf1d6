"""The picture of what is not billed yet."""

import subprocess
import sys
import threading
import warnings
from collections.abc import Iterable
from itertools import pairwise
from uuid import UUID
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from worktraq.adapters.charts import unbilled_chart
from worktraq.adapters.charts.bars import MOST_BARS, band_label, panels_of, shortened
from worktraq.adapters.charts.unbilled import COLOURS
from worktraq.core.billing import UnbilledReason
from worktraq.core.branding import contrast
from worktraq.core.calendar import Period
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.ids import CustomerId, UserId
from worktraq.core.unbilled import AgeBand, UnbilledBy, UnbilledGroup, UnbilledOverview, UnbilledSum, overview
from worktraq.i18n import translator
from worktraq.testing.builders import new_id

SVG = "{http://www.w3.org/2000/svg}"
BY = (UnbilledBy.REASON, UnbilledBy.AGE)
ENGLISH = translator("en")


def a_sum(group: UnbilledGroup, minor: int = 10_000, minutes: int = 60, currency: str = "EUR") -> UnbilledSum:
    """What one group comes to; without an amount it has no rate."""
    has_rate = minor > 0
    return UnbilledSum(
        group,
        currency,
        group.reason or UnbilledReason.READY,
        1,
        minutes,
        minor,
        0 if has_rate else 1,
        0 if has_rate else minutes,
    )


def by_reason(reason: UnbilledReason, age: AgeBand = AgeBand.UP_TO_7) -> UnbilledGroup:
    """A group of a reason and age."""
    return UnbilledGroup(reason=reason, age=age)


def seen(*sums: UnbilledSum, shows_amounts: bool = True, names: dict[UUID, str] | None = None) -> UnbilledOverview:
    """An overview of these sums."""
    return overview(sums, BY, shows_amounts=shows_amounts, names=names)


def of_customers(names: Iterable[str], *, age: AgeBand = AgeBand.UP_TO_30) -> UnbilledOverview:
    """An overview per customer and age: the first customer has most."""
    by_id = {new_id(): name for name in names}
    sums = [
        a_sum(UnbilledGroup(customer_id=CustomerId(each), age=age), 100_000 - 100 * place)
        for place, each in enumerate(by_id)
    ]
    return seen(*sums, names=by_id)


def texts(svg: bytes) -> list[str]:
    """What stands in a picture, without title and description."""
    return ["".join(each.itertext()).strip() for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def description(svg: bytes) -> str:
    """What is read aloud of a picture."""
    return ElementTree.fromstring(svg).findtext(f"{SVG}desc", "")


USUAL = (
    a_sum(by_reason(UnbilledReason.READY), 123_456),
    a_sum(by_reason(UnbilledReason.READY, AgeBand.OVER_90), 1_000),
    a_sum(by_reason(UnbilledReason.REJECTED), 5_000),
)


@pytest.mark.requirement("L-13", "B-01")
def test_each_reason_has_a_bar_with_its_sum() -> None:
    """In the order of the reasons, and with its parts by age in the description."""
    svg = unbilled_chart(seen(*USUAL), "en")
    shown = texts(svg)
    assert shown.index("€50.00") < shown.index("€1,244.56")
    assert {"Rejected", "Ready to be invoiced", "Not billed yet, by age", "Amounts in EUR"} <= set(shown)
    assert "Ready to be invoiced: €1,244.56 (0 to 7 days €1,234.56, more than 90 days €10.00)." in description(svg)


@pytest.mark.requirement("W-05")
def test_who_sees_no_amounts_gets_hours() -> None:
    """And no amount or currency stands anywhere in the picture."""
    sums = [a_sum(by_reason(reason), 0, 90) for reason in (UnbilledReason.READY, UnbilledReason.REJECTED)]
    svg = unbilled_chart(seen(*sums, shows_amounts=False), "en")
    assert {"Hours", "1:30"} <= set(texts(svg))
    assert b"EUR" not in svg
    assert "€" not in svg.decode()


def test_hours_of_all_currencies_stand_together() -> None:
    """They are hours all the same."""
    sums = [a_sum(by_reason(UnbilledReason.READY), 0, 60, currency) for currency in ("EUR", "USD")]
    (panel,) = panels_of(seen(*sums, shows_amounts=False), ENGLISH)
    assert [bar.total for bar in panel.bars] == [120]


def test_each_currency_has_a_panel() -> None:
    """Amounts of two currencies are never added up or compared."""
    svg = unbilled_chart(seen(*USUAL, a_sum(by_reason(UnbilledReason.READY), 700, currency="USD")), "en")
    assert {"Amounts in EUR", "Amounts in USD", "US$7.00"} <= set(texts(svg))


def test_what_has_no_rate_is_told_besides() -> None:
    """It is in no bar of amounts; where nothing has a rate there are hours instead."""
    without = a_sum(by_reason(UnbilledReason.NO_RATE), 0, 75)
    assert "1 item has no rate: 1:15 hours that are in no amount." in texts(unbilled_chart(seen(*USUAL, without), "en"))
    assert "no rate:" not in " ".join(texts(unbilled_chart(seen(without), "en")))
    assert [panel.currency for panel in panels_of(seen(without), ENGLISH)] == [""]


def test_only_the_largest_customers_have_a_bar() -> None:
    """The others stand together, so that nothing is lost."""
    found = of_customers(f"Customer {number}" for number in range(MOST_BARS + 4))
    (panel,) = panels_of(found, ENGLISH)
    assert [bar.label for bar in panel.bars[:2]] == ["Customer 0", "Customer 1"]
    assert [bar.label for bar in panel.bars[MOST_BARS:]] == ["4 others"]
    (totals,) = found.totals
    assert totals.total.value is not None
    assert sum(bar.total for bar in panel.bars) == totals.total.value.minor


@pytest.mark.parametrize("count", [1, MOST_BARS, MOST_BARS + 1])
def test_nobody_is_alone_among_the_others(count: int) -> None:
    """One more bar takes no more room than that of the others."""
    (panel,) = panels_of(of_customers(f"Customer {number}" for number in range(count)), ENGLISH)
    assert len(panel.bars) == count


def test_bars_can_be_of_anything_that_is_grouped_by() -> None:
    """Employees and months too, or of age alone."""
    user_id = UserId(new_id())
    group = UnbilledGroup(user_id=user_id, month=Period.month(2026, 10), age=AgeBand.UP_TO_7)
    (panel,) = panels_of(seen(a_sum(group), names={user_id: "Eva"}), ENGLISH)
    assert [bar.label for bar in panel.bars] == ["Eva · October 2026"]
    (panel,) = panels_of(seen(a_sum(UnbilledGroup(age=AgeBand.UP_TO_7))), ENGLISH)
    assert [bar.label for bar in panel.bars] == ["Total"]


def test_overview_that_is_not_grouped_by_age_is_refused() -> None:
    """A picture without the parts would say less than it seems to."""
    for by in ((), (UnbilledBy.REASON,)):
        group = UnbilledGroup(reason=UnbilledReason.READY)
        with pytest.raises(ValueError, match="grouped by age"):
            unbilled_chart(overview([a_sum(group)], by, shows_amounts=True), "en")


def test_nothing_unbilled_is_a_picture_too() -> None:
    """That says so."""
    svg = unbilled_chart(seen(), "en")
    assert "Nothing is unbilled." in texts(svg)
    assert description(svg) == "Nothing is unbilled."


HOSTILE = (
    "</text><script>alert(1)</script>",
    "$x^2$ \\frac{1",
    "]]> --> &amp; \"'",
    "_hidden",
    "株式会社\ufffe 山田",
    "W" * 200,
    "\u202etxt",
)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", HOSTILE)
def test_names_cannot_break_the_picture(name: str) -> None:
    """They are text in it, and nothing else."""
    svg = unbilled_chart(of_customers([name]), "en")
    root = ElementTree.fromstring(svg)
    assert {each.tag for each in root.iter()} <= {
        f"{SVG}{tag}"
        for tag in ("svg", "title", "desc", "defs", "style", "g", "path", "text", "tspan", "clipPath", "rect", "use")
    }
    joined = "".join("".join(texts(svg)).split())
    assert "".join(shortened(name)[:20].split())[:16] in joined


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_overview_gives_the_same_bytes(language: str) -> None:
    """Whatever this process has set for pictures of its own; small enough for a mail or a page."""
    first = unbilled_chart(seen(*USUAL), language)
    with mpl.rc_context({"font.size": 30, "svg.fonttype": "path", "savefig.facecolor": "red"}):
        assert unbilled_chart(seen(*USUAL), language) == first
    assert len(first) < 50_000


def test_settings_of_the_process_stay_as_they_are() -> None:
    """Also when several pictures are drawn at a time."""
    before, filters = dict(mpl.rcParams), list(warnings.filters)
    drawn: list[bytes] = []
    threads = [threading.Thread(target=lambda: drawn.append(unbilled_chart(seen(*USUAL), "en"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawn) == 4
    assert len(set(drawn)) == 1
    assert (dict(mpl.rcParams), list(warnings.filters)) == (before, filters)


def test_nothing_heavy_is_loaded_before_a_picture_is_drawn() -> None:
    """And what keeps pictures open for a screen never is."""
    program = (
        "import sys, worktraq.adapters.charts as charts; assert 'matplotlib' not in sys.modules;"
        "from worktraq.core.unbilled import overview;"
        "charts.unbilled_chart(overview([], (), shows_amounts=True), 'en');"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.requirement("B-11")
def test_picture_is_in_the_language_of_its_reader() -> None:
    """Names, ages and amounts."""
    shown = {language: frozenset(texts(unbilled_chart(seen(*USUAL), language))) for language in LANGUAGES}
    assert len(set(shown.values())) == len(LANGUAGES)
    assert "Klaar om te factureren" in shown["nl"]
    assert "0 bis 7 Tage" in shown["de"]


def test_picture_can_be_read_aloud_and_loads_nothing() -> None:
    """It has a role, a title and a description; no address in it but the names of formats."""
    svg = unbilled_chart(seen(*USUAL), "fr")
    root = ElementTree.fromstring(svg)
    assert (root.get("role"), root.get("lang")) == ("img", "fr")
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert svg.count(b"://") == svg.count(b"http://www.w3.org/")
    assert b"<!DOCTYPE" not in svg


def test_ages_are_told_apart_without_colours() -> None:
    """Each is darker than the younger one beside it, by enough to be seen."""
    colours = list(COLOURS.values())
    assert [contrast(one, other) > 1.3 for one, other in pairwise(colours)] == [True] * 4


def test_ages_follow_each_other_without_gap() -> None:
    """From today on."""
    assert [band_label(band, ENGLISH) for band in AgeBand] == [
        "0 to 7 days",
        "8 to 30 days",
        "31 to 60 days",
        "61 to 90 days",
        "more than 90 days",
    ]
