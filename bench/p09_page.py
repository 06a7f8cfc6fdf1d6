"""P9: the page of a request with 200 lines, from what the use case shows to bytes, against Jinja2 alone."""

from datetime import date, timedelta
from uuid import UUID

from bench.measuring import Figure, Scale, medians
from worktraq.adapters.web.content import content_of
from worktraq.adapters.web.decision import Filled, Problems
from worktraq.adapters.web.rendering import rendered
from worktraq.adapters.web.replies import Replies
from worktraq.core.branding import Brand
from worktraq.core.ids import ItemId
from worktraq.core.money import Money
from worktraq.core.signoff import Line, digest_of
from worktraq.i18n import translator
from worktraq.testing.builders import a_request
from worktraq.testing.firms import a_firm
from worktraq.usecases.signoff import RequestShown

_LINES = 200
_PAGES = 40


def measure(scale: Scale) -> list[Figure]:
    """The same template with the same values: once through our code, once with all values ready."""
    shown, brand = _shown(), Brand(a_firm().id, "#7a1f3d", version=1)
    replies, speaker = Replies("Acme Hours"), translator("nl")
    pages = scale.of(_PAGES, 10)

    def ours() -> None:
        for _ in range(pages):
            content = content_of(shown, Filled(), Problems(), (), speaker)
            values = {"content": content, "download": "x/timesheet", "proof": "f" * 64}
            assert replies.page("request.html", values, "nl", brand=brand).body

    ready = content_of(shown, Filled(), Problems(), (), speaker)
    values = {"content": ready, "download": "x/timesheet", "proof": "f" * 64, "title": "Acme Hours"}

    def jinja() -> None:
        for _ in range(pages):
            assert rendered("request.html", values, speaker, brand.colour).encode()

    times = medians({"ours": ours, "jinja": jinja}, scale.repetitions)
    work = f"page of one request with {_LINES} lines, x {pages}"
    return [Figure("P9", work, "Jinja2 rendering of the same template alone", times["ours"], times["jinja"], "<= 2.0")]


def _shown() -> RequestShown:
    firm = a_firm()
    lines = tuple(map(_line, range(_LINES)))
    request = a_request(firm.project, firm.employee)
    names = ("Acme", "Eva Visser", "Bakkerij Jansen B.V.", "Advice")
    return RequestShown(request, *names, lines, digest_of(lines), False)


def _line(number: int) -> Line:
    """Every eighth one is an expense, as in a month of much travelling."""
    on = date(2026, 10, 1) + timedelta(days=number % 31)
    amount = None if number % 8 else Money.from_minor(1_000 + number, "EUR")
    minutes = None if amount is not None else 15 + number
    return Line(ItemId(UUID(int=number)), on, "Advice", f"Year-end file, part {number}", minutes, amount)
