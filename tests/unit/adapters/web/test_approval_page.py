"""The page on which a customer sees and decides a request."""

import re
from datetime import timedelta

import httpx
import pytest

from tests.unit.adapters.web.asking import (
    CANARY,
    DAY,
    OCTOBER,
    Asking,
    Browser,
    asking,
    choices,
    hidden_in,
    mounted,
)
from worktraq.core.entries import State
from worktraq.core.organizations import Settings
from worktraq.core.signoff import RequestStatus
from worktraq.i18n import LANGUAGES, translator

HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(2)> {{ 7**7 }} %(organization)s &lt;b&gt;"""


def path_of(asked: Asking) -> str:
    """Where the request stands in the host."""
    return f"/approve{asked.path}"


def open_page(asked: Asking) -> httpx.Response:
    """The page of the request, opened in a new browser."""
    return Browser(asked.app).get(path_of(asked))


def checked_in(page: httpx.Response) -> set[str]:
    """The choices that a page shows as made: ``line-…=accept``."""
    return {f"{name}={value}" for name, value in re.findall(r'name="(line-\w+)" value="(\w+)" checked', page.text)}


@pytest.mark.requirement("L-07")
@pytest.mark.parametrize(
    "shown",
    [
        "Acme",
        "Eva",
        "Bakkerij Jansen B.V.",
        "Advice",
        "October 2026",
        "12 October 2026",
        "5 October 2026",
        "6 October 2026",
        "Year-end file",
        "Telephone",
        "Parking",
        "8:00",
        "1:15",
        "€12.50",
    ],
)
def test_request_is_shown_with_all_that_matters(shown: str) -> None:
    """Who asks, whose work, for whom, on what, when, until when it should be decided, and each line."""
    assert f">{shown}<" in open_page(asking()).text


@pytest.mark.requirement("L-07")
def test_totals_of_hours_and_expenses_are_shown() -> None:
    """Hours and expenses stand apart, each with its total."""
    totals = re.findall(r"<span>(.+?)</span> <strong>(.+?)</strong>", open_page(asking()).text)
    assert totals == [("Total hours", "9:15"), ("Total expenses", "€12.50")]


@pytest.mark.requirement("W-05")
def test_no_page_shows_a_rate() -> None:
    """Neither what an hour costs, nor what hours are worth: not before, while or after deciding."""
    asked = asking()
    browser = Browser(asked.app)
    pages = [
        browser.get(path_of(asked)),
        browser.decide(path_of(asked), choices(asked, "accept", "", "")),
        browser.fill_in(path_of(asked), choices(asked, "accept", "accept", "reject")),
        browser.decide(path_of(asked), {"approve-all": "yes"}),
        browser.get(path_of(asked)),
    ]
    worth = (str(CANARY.amount), "77,7731", "622.18", "622,18", "719.40", "719,40")
    assert not any(amount in page.text for page in pages for amount in worth)


@pytest.mark.requirement("L-08", "B-03")
def test_every_line_is_decided_by_itself() -> None:
    """Approved lines are approved, rejected ones go back with their comment."""
    asked = asking()
    rejected = asked.item_ids[2]
    fields = {**choices(asked, "accept", "accept", "reject"), f"comment-{rejected.hex}": "We have our own garage."}
    Browser(asked.app).decide(path_of(asked), fields)
    asked.engine.deliver_notifications()
    comments = [line.comment for mail in asked.notifier.sent_to("eva@acme.example") for line in mail.lines]
    assert (asked.states(), "We have our own garage." in comments) == (
        [State.APPROVED, State.APPROVED, State.REJECTED],
        True,
    )


@pytest.mark.requirement("L-08")
def test_result_tells_what_was_decided() -> None:
    """The answer to a decision counts what was approved and what was rejected."""
    asked = asking()
    page = Browser(asked.app).decide(path_of(asked), choices(asked, "accept", "accept", "reject"))
    shown = [
        "<span>Approved</span> <strong>2 lines, 9:15 hours</strong>" in page.text,
        "<span>Rejected</span> <strong>1 line, €12.50</strong>" in page.text,
        "Acme</bdi> has received your decision" in page.text,
    ]
    assert (page.status_code, shown) == (200, [True] * 3)


@pytest.mark.requirement("L-08")
def test_everything_is_approved_with_one_button() -> None:
    """Without a choice for each line."""
    asked = asking()
    page = Browser(asked.app).decide(path_of(asked), {"approve-all": "yes"})
    assert (page.status_code, asked.states()) == (200, [State.APPROVED] * 3)


def test_comment_on_the_whole_is_kept_with_the_decision() -> None:
    """It is stored with the request."""
    asked = asking()
    Browser(asked.app).decide(path_of(asked), {"approve-all": "yes", "comment": "Well done.\r\nThanks."})
    with asked.engine.view(asked.admin) as tx:
        assert tx.signoff.get(asked.request_id).request.comment == "Well done.\nThanks."


@pytest.mark.requirement("B-03")
def test_undecided_lines_refuse_the_decision() -> None:
    """Nothing is decided, and the lines in question are named."""
    asked = asking()
    page = Browser(asked.app).decide(path_of(asked), choices(asked, "accept", "", "reject"))
    named = page.text.count("Approve or reject this line.")
    assert (page.status_code, named, asked.states()) == (422, 2, [State.AWAITING_CUSTOMER] * 3)


@pytest.mark.requirement("B-03")
def test_choices_are_kept_when_something_is_missing() -> None:
    """Nobody fills a form in twice."""
    asked = asking()
    fields = {
        **choices(asked, "accept", "", "reject"),
        f"comment-{asked.item_ids[2].hex}": "Too <much>",
        "comment": "In all",
    }
    page = Browser(asked.app).decide(path_of(asked), fields)
    first, _, third = (item_id.hex for item_id in asked.item_ids)
    kept = [checked_in(page) == {f"line-{first}=accept", f"line-{third}=reject"}]
    kept += [f">\n{text}</textarea>" in page.text for text in ("Too &lt;much&gt;", "In all")]
    assert kept == [True] * 3


@pytest.mark.requirement("L-08")
def test_corrected_form_is_taken() -> None:
    """The form that is shown again can be sent as it is, once it is complete."""
    asked = asking()
    browser = Browser(asked.app)
    again = browser.decide(path_of(asked), choices(asked, "accept", "", "accept"))
    checked = browser.post(asked.page, {**hidden_in(again), **choices(asked, "accept", "accept", "accept")})
    page = browser.confirm(checked)
    assert (page.status_code, asked.states()) == (200, [State.APPROVED] * 3)


@pytest.mark.requirement("L-08")
def test_missing_comment_is_asked_for_where_it_is_wanted() -> None:
    """The organization can make a comment on a rejection mandatory."""
    asked = asking(settings=Settings(requires_comment=True))
    page = Browser(asked.app).decide(path_of(asked), choices(asked, "accept", "accept", "reject"))
    says = page.text.count("Say why you reject this.")
    assert (page.status_code, says, asked.states()[2]) == (422, 2, State.AWAITING_CUSTOMER)


@pytest.mark.requirement("L-08")
def test_comment_on_the_whole_counts_for_every_rejection() -> None:
    """Who rejects thirty lines for one reason says it once."""
    asked = asking(settings=Settings(requires_comment=True))
    fields = {**choices(asked, "reject", "reject", "reject"), "comment": "Not ordered."}
    page = Browser(asked.app).decide(path_of(asked), fields)
    assert (page.status_code, asked.states()) == (200, [State.REJECTED] * 3)


@pytest.mark.parametrize(
    ("comment", "says"), [("x" * 4001, "at most 4000 characters"), ("a\x07b", "control characters")]
)
@pytest.mark.parametrize("is_on_a_line", [True, False])
def test_comment_that_cannot_be_kept_is_pointed_out(comment: str, says: str, is_on_a_line: bool) -> None:
    """Nothing is cut off or dropped silently."""
    asked = asking()
    name = f"comment-{asked.item_ids[2].hex}" if is_on_a_line else "comment"
    page = Browser(asked.app).decide(path_of(asked), {**choices(asked, "accept", "accept", "reject"), name: comment})
    assert (page.status_code, says in page.text, asked.states()[0]) == (422, True, State.AWAITING_CUSTOMER)


def test_reason_for_a_rejection_is_dropped_with_the_rejection() -> None:
    """Whoever changes his mind about a line does not have to empty a field that is hidden by then."""
    asked = asking()
    fields = {**choices(asked, "accept", "accept", "accept"), f"comment-{asked.item_ids[2].hex}": "x" * 4001}
    assert Browser(asked.app).decide(path_of(asked), fields).status_code == 200


@pytest.mark.requirement("B-03")
def test_approving_everything_does_not_override_a_rejection() -> None:
    """One button and a single line that say different things are a question, not a decision."""
    asked = asking()
    fields = {**choices(asked, "", "", "reject"), "approve-all": "yes"}
    page = Browser(asked.app).decide(path_of(asked), fields)
    asks = "You marked single lines as rejected." in page.text
    assert (page.status_code, asks, asked.states()) == (422, True, [State.AWAITING_CUSTOMER] * 3)


def test_enter_key_does_not_approve_everything() -> None:
    """A browser presses the first button of a form; that one asks for a choice on every line."""
    buttons = re.findall(r'<button type="submit"([^>]*)>', open_page(asking()).text)
    assert ["approve-all" in attributes for attributes in buttons] == [False, True]


@pytest.mark.requirement("B-04")
def test_changed_content_is_shown_instead_of_decided() -> None:
    """The decision is about what was seen; approvals have to be given anew, rejections and comments are kept."""
    asked = asking()
    browser = Browser(asked.app)
    seen = hidden_in(browser.get(path_of(asked)))
    with asked.engine.transaction(asked.admin) as tx:
        (activity,) = tx.activities.list().items
        tx.activities.change(activity.id, version=activity.version, description="Something else")
    fields = {**choices(asked, "accept", "accept", "reject"), f"comment-{asked.item_ids[2].hex}": "No."}
    page = browser.post(asked.page, {**seen, **fields})
    shown = ["Something else" in page.text, "have changed since you saw them" in page.text, ">\nNo.<" in page.text]
    assert (page.status_code, shown, checked_in(page), asked.states()) == (
        409,
        [True] * 3,
        {f"line-{asked.item_ids[2].hex}=reject"},
        [State.AWAITING_CUSTOMER] * 3,
    )


def test_what_others_wrote_is_shown_as_text() -> None:
    """A name or note cannot bring in markup, nor be evaluated."""
    text = HOSTILE
    asked = asking(organization=text, employee=text, customer=text, project=text, note=text, expense=text)
    browser = Browser(asked.app)
    fields = {
        **choices(asked, "accept", "", "reject"),
        f"comment-{asked.item_ids[2].hex}": f"</textarea>{text}",
        "comment": f"</textarea>{text}",
    }
    pages = [
        browser.get(path_of(asked)),
        browser.decide(path_of(asked), fields),
        browser.decide(path_of(asked), {"approve-all": "yes"}),
    ]
    assert [re.findall(r"<script|<img|<b>|823543|</textarea>&lt;/t", page.text) for page in pages] == [[], [], []]


@pytest.mark.requirement("B-11")
@pytest.mark.parametrize("language", LANGUAGES)
def test_request_is_shown_in_the_language_of_who_is_asked(language: str) -> None:
    """Whatever the browser prefers: the mail came in that language too."""
    asked = asking(language=language)
    browser = Browser(asked.app, languages="fr" if language != "fr" else "nl")
    speaker = translator(language)
    page = browser.get(path_of(asked))
    shown = [speaker.date(DAY), speaker.period(OCTOBER.first, OCTOBER.until), speaker.text("Approve everything")]
    assert (page.headers["content-language"], [f">{text}<" in page.text for text in shown]) == (language, [True] * 3)


@pytest.mark.requirement("B-11")
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "heeft uw beslissing ontvangen"),
        ("en", "has received your decision"),
        ("fr", "a reçu votre décision"),
        ("de", "hat Ihre Entscheidung erhalten"),
    ],
)
def test_result_is_in_the_language_of_who_is_asked(language: str, sentence: str) -> None:
    """To the end."""
    asked = asking(language=language)
    page = Browser(asked.app).decide(path_of(asked), {"approve-all": "yes"})
    assert (f'<html lang="{language}">' in page.text, sentence in page.text) == (True, True)


@pytest.mark.parametrize("path", ["", "/in/some/product"])
def test_page_works_wherever_it_is_mounted(path: str) -> None:
    """At the root of a host, and deep below it: the form and its cookie need no address."""
    asked = asking()
    page = Browser(mounted(asked.engine, path)).decide(f"{path}{asked.path}", {"approve-all": "yes"})
    assert (page.status_code, asked.states()) == (200, [State.APPROVED] * 3)


@pytest.mark.requirement("L-07", "L-08")
def test_link_goes_on_working_until_it_expires() -> None:
    """Also on its last day, and after reminders."""
    asked = asking()
    asked.clock.tick(timedelta(days=29))
    asked.engine.run_due()
    Browser(asked.app).decide(path_of(asked), {"approve-all": "yes"})
    with asked.engine.view(asked.admin) as tx:
        assert tx.signoff.list(status=RequestStatus.DECIDED).items[0].id == asked.request_id


def test_every_control_has_a_label() -> None:
    """Every radio button stands in its label, every text field has one that names it."""
    page = open_page(asking()).text
    fields = re.findall(r'<textarea id="([^"]+)"', page)
    radios = page.count('type="radio"')
    assert (len(fields), radios, len(re.findall(r'<label class="\w+"><input type="radio"', page))) == (4, 6, 6)
    assert all(f'<label for="{name}">' in page for name in fields)
