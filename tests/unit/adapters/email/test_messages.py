"""Notifications as mails: what they say, in four languages."""

import re
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest

from tests.unit.adapters.email.builders import (
    ABOUT_WORK,
    ASKING,
    AT,
    LINK,
    expense_line,
    intent,
    mail,
    notification,
    part,
    time_line,
    written,
)
from worktraq.core.calendar import Period
from worktraq.core.money import Money
from worktraq.core.notifications import Notification, NotificationKind
from worktraq.core.users import Role
from worktraq.i18n import LANGUAGES, translator

KINDS = tuple(NotificationKind)
OTHERS = tuple(kind for kind in ABOUT_WORK if kind not in ASKING)
FORMS = ("plain", "html")
MIXED = (
    time_line(5, is_approved=True),
    time_line(6, note="Overleg", is_approved=False, comment="Nobody was here.\nPlease check."),
    expense_line(7, is_approved=False, comment="No receipt."),
)
SUBJECTS = {
    "nl": "Ter goedkeuring: Eva Visser · Controle · oktober 2026",
    "en": "Please approve: Eva Visser · Controle · October 2026",
    "fr": "À approuver : Eva Visser · Controle · octobre 2026",
    "de": "Bitte genehmigen: Eva Visser · Controle · Oktober 2026",
}
FACTS = {
    "nl": ["Acme Advies", "Medewerker", "Eva Visser", "Klant", "Bakkerij Jansen B.V.", "Uren", "8:00", "€ 12,50"],
    "en": ["Acme Advies", "Employee", "Eva Visser", "Customer", "Bakkerij Jansen B.V.", "Hours", "8:00", "€12.50"],
    "fr": ["Acme Advies", "Collaborateur", "Eva Visser", "Client", "Bakkerij Jansen B.V.", "Heures", "8:00", "12,50 €"],
    "de": ["Acme Advies", "Mitarbeiter", "Eva Visser", "Kunde", "Bakkerij Jansen B.V.", "Stunden", "8:00", "12,50 €"],
}
DUE = {"nl": "9 november 2026", "en": "9 November 2026", "fr": "9 novembre 2026", "de": "9. November 2026"}


def visible(html: str) -> str:
    """What a reader sees of HTML, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", html.partition("<body")[2]).split())


def text_of(message: EmailMessage, form: str) -> str:
    """What a reader of one of the two parts sees, on one line."""
    text = part(message, form)
    return " ".join(text.split()) if form == "plain" else visible(text)


@pytest.mark.requirement("L-07", "B-11")
@pytest.mark.parametrize("language", LANGUAGES)
def test_request_has_its_subject_in_the_language_of_the_reader(language: str) -> None:
    """It says what is asked, about whom and what."""
    assert mail(notification(language=language))["Subject"] == SUBJECTS[language]


@pytest.mark.requirement("L-07", "B-11")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ASKING)
@pytest.mark.parametrize("language", LANGUAGES)
def test_request_states_what_has_to_be_decided(language: str, kind: NotificationKind, form: str) -> None:
    """Organization, employee, customer, project, period, hours, expenses and the day by which to decide."""
    told = notification(kind, language=language)
    text = text_of(mail(told), form)
    period = translator(language).period(date(2026, 10, 1), date(2026, 11, 1))
    wanted = [*FACTS[language], "Controle", period, DUE[language]]
    assert [fact for fact in wanted if fact not in text] == []


@pytest.mark.requirement("L-07")
@pytest.mark.parametrize("kind", ASKING)
def test_request_has_a_link_to_decide(kind: NotificationKind) -> None:
    """As a button in HTML, and as an address of its own line in plain text."""
    message = mail(notification(kind))
    assert f'href="{LINK}"' in part(message, "html")
    assert LINK in part(message, "plain").splitlines()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ASKING)
def test_request_leaves_the_lines_to_the_page(kind: NotificationKind, form: str) -> None:
    """What is decided on is shown where it is decided."""
    assert "Jaarrekening" not in part(mail(notification(kind)), form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", OTHERS)
def test_link_is_in_no_other_message(kind: NotificationKind, form: str) -> None:
    """It is a secret, and there is nothing to decide."""
    assert "secret_of" not in part(mail(notification(kind, link=LINK)), form)


@pytest.mark.requirement("L-10")
@pytest.mark.parametrize("form", FORMS)
def test_rejection_says_what_was_rejected_and_why(form: str) -> None:
    """The lines with their comments, and what to do."""
    text = text_of(mail(notification(NotificationKind.ITEMS_REJECTED, lines=MIXED)), form)
    said = [
        "2 lines of your timesheet have been rejected.",
        "1 line has been approved.",
        "Advies: Overleg",
        "Comment: Nobody was here. Please check.",
        "Advies: Parkeren",
        "Comment: No receipt.",
        "€12.50",
        "take the rejected lines back, correct them, and submit them again",
    ]
    assert [each for each in said if each not in text] == []


@pytest.mark.requirement("L-10")
@pytest.mark.parametrize("form", FORMS)
def test_mixed_decision_shows_what_was_rejected_first(form: str) -> None:
    """Under a heading for each outcome."""
    text = text_of(mail(notification(NotificationKind.ITEMS_REJECTED, lines=MIXED)), form)
    places = [text.index(each) for each in (" Rejected ", "Overleg", "Parkeren", " Approved ", "Jaarrekening")]
    assert places == sorted(places)


@pytest.mark.parametrize("form", FORMS)
def test_mixed_decision_states_no_sum(form: str) -> None:
    """Over approved and rejected lines together it would say nothing."""
    told = notification(NotificationKind.ITEMS_REJECTED, lines=MIXED, minutes=777)
    assert "12:57" not in part(mail(told), form)


@pytest.mark.requirement("L-10")
@pytest.mark.parametrize("form", FORMS)
def test_approval_says_what_was_approved_and_by_whom(form: str) -> None:
    """The employee need not look it up."""
    lines = (time_line(5, is_approved=True), time_line(6, is_approved=True))
    text = text_of(mail(notification(NotificationKind.ITEMS_APPROVED, lines=lines)), form)
    said = ["2 lines of your timesheet have been approved.", "Marc Peeters", "5 October 2026", "Advies: Jaarrekening"]
    assert [each for each in said if each not in text] == []


@pytest.mark.requirement("L-09")
@pytest.mark.parametrize("form", FORMS)
def test_approved_timesheet_lists_its_lines(form: str) -> None:
    """With day, description and hours or amount, and their sums."""
    text = text_of(mail(notification(NotificationKind.TIMESHEET_APPROVED)), form)
    said = ["5 October 2026", "Advies: Jaarrekening", "8:00", "6 October 2026", "Advies: Parkeren", "€12.50"]
    assert [each for each in said if each not in text] == []


@pytest.mark.parametrize("kind", [kind for kind in OTHERS if kind is not NotificationKind.REQUEST_ESCALATED])
@pytest.mark.parametrize("form", FORMS)
def test_long_list_is_cut_off_and_says_so(kind: NotificationKind, form: str) -> None:
    """A mail of a thousand lines is not read."""
    lines = tuple(time_line(5, note=f"N{number:03}") for number in range(60))
    text = text_of(mail(notification(kind, lines=lines)), form)
    assert len(re.findall(r"N\d{3}", text)) == 50
    assert "and 10 more lines" in text


@pytest.mark.parametrize("form", FORMS)
def test_rejected_lines_come_before_the_cut(form: str) -> None:
    """What has to be corrected is shown as long as there is room."""
    approved = tuple(time_line(5, note="fine", is_approved=True) for _ in range(20))
    rejected = tuple(time_line(6, note="wrong", is_approved=False) for _ in range(55))
    text = text_of(mail(notification(NotificationKind.ITEMS_REJECTED, lines=approved + rejected)), form)
    assert (text.count("wrong"), text.count("fine")) == (50, 0)
    assert ("and 5 more lines" in text, "and 20 more lines" in text) == (True, True)


def test_long_note_is_cut_off() -> None:
    """The whole note stands in the timesheet."""
    told = notification(NotificationKind.ITEMS_APPROVED, lines=(time_line(5, note="n" * 4000),))
    assert "n" * 299 + "…" in part(mail(told), "plain")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_least_that_a_notification_holds_is_enough(kind: NotificationKind, form: str) -> None:
    """A reader without a name is greeted, and nothing is shown of what is not there."""
    told = notification(
        kind, recipient_name="", project_name="", period=None, lines=(), minutes=0, expenses=(), due_on=None, link=""
    )
    text = text_of(mail(told), form)
    assert "Hello," in text
    assert [label for label in ("Project", "Period", "Hours", "Expenses", "None") if label in text] == []


def test_several_currencies_stand_beside_each_other() -> None:
    """They are never added up."""
    told = notification(expenses=(Money("12.50", "EUR"), Money("3", "CHF")))
    assert "€12.50 + CHF 3.00" in part(mail(told), "plain")


@pytest.mark.requirement("B-11")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_no_english_is_left_in_another_language(kind: NotificationKind, language: str) -> None:
    """No sentence of the message reads as in English, in neither part nor in the subject."""
    english, other = (mail(notification(kind, language=each, lines=MIXED)) for each in ("en", language))
    same = {
        line.strip()
        for line in part(english, "plain").splitlines()
        if " " in line.strip() and line in part(other, "plain").splitlines()
    }
    assert same <= {"Acme Advies", LINK}
    assert english["Subject"] != other["Subject"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_parts_say_the_same(kind: NotificationKind, language: str) -> None:
    """What is told in plain text is told in HTML, word for word."""
    message = mail(notification(kind, language=language, lines=MIXED, link=""))
    words = re.findall(r"\w+", part(message, "plain"))
    assert [word for word in words if word not in text_of(message, "html")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_html_shows_what_was_typed_and_runs_none_of_it(kind: NotificationKind) -> None:
    """Every text is escaped."""
    typed = "<script>alert(1)</script>\"'&"
    told = notification(
        kind,
        organization_name=typed,
        recipient_name=typed,
        employee_name=typed,
        customer_name=typed,
        project_name=typed,
        decided_by=typed,
        link=f"https://x.example/{typed}" if kind in ASKING else "",
        lines=(time_line(activity=typed, note=typed, comment=typed, is_approved=False),),
    )
    html = part(mail(told), "html")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;" in html


@pytest.mark.parametrize("kind", ABOUT_WORK)
def test_plain_text_shows_what_was_typed(kind: NotificationKind) -> None:
    """Nothing is escaped where nothing has to be."""
    assert "Smit & Zn. <klein>" in part(mail(notification(kind, customer_name="Smit & Zn. <klein>")), "plain")


@pytest.mark.parametrize("kind", KINDS)
def test_html_loads_nothing_from_elsewhere(kind: NotificationKind) -> None:
    """No picture or font tells anybody that the mail was read; the only address is that of the page."""
    html = part(mail(notification(kind)), "html")
    assert set(re.findall(r"https?://[^\s\"<]+", html)) <= {LINK}
    assert re.search(r"<(img|link|script|iframe)|url\(|@import", html) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_are_those_of_an_automatic_message(language: str) -> None:
    """Stable id, given instant, language, and the word to answering machines that nobody waits for them."""
    message = mail(notification(language=language))
    assert {name: str(message[name]) for name in ("From", "To", "Message-ID", "Auto-Submitted", "Date")} == {
        "From": "Acme Advies <hours@acme.example>",
        "To": "Jan Jansen <jan@jansen.example>",
        "Message-ID": f"<{intent().hex}@acme.example>",
        "Auto-Submitted": "auto-generated",
        "Date": "Mon, 02 Nov 2026 09:30:00 +0000",
    }
    assert message["Content-Language"] == language


def test_unknown_language_is_english() -> None:
    """And says so in its header."""
    message = mail(notification(language="es"))
    assert (message["Content-Language"], message["Subject"]) == ("en", SUBJECTS["en"])


@pytest.mark.parametrize("kind", KINDS)
def test_same_notification_gives_the_same_bytes(kind: NotificationKind) -> None:
    """A later attempt sends the very same message."""
    assert written(notification(kind)) == written(notification(kind))


def test_later_attempt_differs_in_its_date_only() -> None:
    """Its id is that of the intent."""
    one = written(notification()).content.split(b"\r\n")
    other = written(notification(), at=datetime(2026, 11, 3, tzinfo=UTC)).content.split(b"\r\n")
    assert [line[:5] for line, changed in zip(one, other, strict=True) if line != changed] == [b"Date:"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_message_passes_old_servers(kind: NotificationKind, language: str) -> None:
    """ASCII only, and no line is longer than the standard allows."""
    lines = (time_line(note="漢字 é " * 40, comment="ü" * 3000),)
    content = written(notification(kind, language=language, lines=lines)).content
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("period", [Period.week(date(2026, 10, 5)), Period(date(2026, 10, 1), date(2026, 10, 16))])
@pytest.mark.parametrize("language", LANGUAGES)
def test_other_periods_are_named_too(period: Period, language: str) -> None:
    """A week or any other days stand in the subject as the language names them."""
    told = notification(language=language, period=period)
    assert mail(told, at=AT)["Subject"].endswith(translator(language).period(period.first, period.until))


SUBJECTS_OF_INVITATION = {
    "nl": "Ada nodigt u uit voor de urenregistratie van Acme Advies",
    "en": "Ada invites you to the time registration of Acme Advies",
    "fr": "Ada vous invite au suivi des temps chez Acme Advies",
    "de": "Ada lädt Sie zur Zeiterfassung von Acme Advies ein",
}
ROLES = {"nl": "medewerker", "en": "employee", "fr": "collaborateur", "de": "Mitarbeiter"}
UNTIL = {"nl": "30 november 2026", "en": "30 November 2026", "fr": "30 novembre 2026", "de": "30. November 2026"}


def invitation(**changes: object) -> Notification:
    """Of Eva, by Ada, which ends half an hour after midnight in Amsterdam."""
    facts: dict[str, object] = {
        "recipient_name": "Eva Visser",
        "customer_name": "",
        "project_name": "",
        "period": None,
        "lines": (),
        "minutes": 0,
        "expenses": (),
        "decided_by": "",
        "link": LINK,
        "invited_by": "Ada",
        "role": Role.EMPLOYEE,
        "expires_at": datetime(2026, 11, 29, 23, 30, tzinfo=UTC),
        "time_zone": "Europe/Amsterdam",
        **changes,
    }
    return notification(NotificationKind.INVITATION, **facts)


@pytest.mark.requirement("W-06", "B-11")
@pytest.mark.parametrize("language", LANGUAGES)
def test_invitation_names_who_invites_to_what(language: str) -> None:
    """In the language of the invited person, already in the subject."""
    assert mail(invitation(language=language))["Subject"] == SUBJECTS_OF_INVITATION[language]


@pytest.mark.requirement("W-06", "B-11")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_invitation_states_role_and_until_when_it_can_be_accepted(language: str, form: str) -> None:
    """By the calendar of the organization; and nothing about hours or customers."""
    text = text_of(mail(invitation(language=language)), form)
    wanted = ["Eva Visser", "Ada", "Acme Advies", ROLES[language], f"{UNTIL[language]}, 00:30"]
    assert [fact for fact in wanted if fact not in text] == []


@pytest.mark.requirement("W-06")
def test_invitation_has_a_link_to_accept() -> None:
    """As a button in HTML, and as an address of its own line in plain text."""
    message = mail(invitation())
    assert f'href="{LINK}"' in part(message, "html")
    assert LINK in part(message, "plain").splitlines()


@pytest.mark.parametrize("form", FORMS)
def test_invitation_by_the_system_comes_from_the_organization(form: str) -> None:
    """Nobody is named who did not do it."""
    message = mail(invitation(invited_by=""))
    assert message["Subject"] == "Acme Advies invites you to its time registration"
    assert "Acme Advies invites you to take part in its time registration." in text_of(message, form)


def test_invitation_does_not_show_its_link_in_a_log() -> None:
    """It is a secret as any other link."""
    assert LINK not in repr(invitation())


@pytest.mark.requirement("L-05", "L-06")
@pytest.mark.parametrize("form", FORMS)
def test_escalation_says_who_does_not_answer_and_what_to_do(form: str) -> None:
    """About whom, who was asked, until when; and no line of it."""
    told = notification(
        NotificationKind.REQUEST_ESCALATED, contact_name="Piet Jansen", due_on=date(2026, 11, 9), decided_by=""
    )
    text = text_of(mail(told), form)
    said = [
        "Eva Visser",
        "Bakkerij Jansen B.V.",
        "Piet Jansen",
        "9 November 2026",
        "What to do now: call the customer.",
    ]
    assert [each for each in said if each not in text] == []
    assert "Jaarrekening" not in text


@pytest.mark.parametrize(
    ("colour", "ground", "on_ground"),
    [("", "#1d4e89", "#ffffff"), ("#0f766e", "#0f766e", "#ffffff"), ("#ffee00", "#ffee00", "#000000")],
)
def test_mail_has_the_colour_of_the_organization(colour: str, ground: str, on_ground: str) -> None:
    """With text on it that can be read; headings are darkened as far as they have to be."""
    html = part(mail(notification(colour=colour)), "html")
    assert f'bgcolor="{ground}"' in html
    assert f"color:{on_ground};text-decoration:none" in html
    assert ('color:#ffee00"' in html) is False


@pytest.mark.parametrize("kind", KINDS)
def test_mail_has_a_dark_look(kind: NotificationKind) -> None:
    """For readers who prefer one, so that no program has to make one up."""
    html = part(mail(notification(kind)), "html")
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme:dark)" in html
