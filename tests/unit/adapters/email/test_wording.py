"""Texts in an organization's own words: what they may hold, and how they look."""

import re
from datetime import date

import pytest
from attrs import evolve

from tests.unit.adapters.email.builders import LINK, mail, notification, part, time_line
from worktraq.adapters.email import EmailTemplates
from worktraq.adapters.email.grammar import MOST_WRITTEN
from worktraq.core.notifications import NotificationKind, NotificationLine, Wording
from worktraq.core.templates import needs_link, sample, template_values
from worktraq.errors import InvalidInput, Problem
from worktraq.i18n import LANGUAGES
from worktraq.ports.templates import TemplateRenderer

pytestmark = pytest.mark.requirement("L-06")
REMINDER, REJECTED = NotificationKind.APPROVAL_REMINDER, NotificationKind.ITEMS_REJECTED
RENDERER: TemplateRenderer = EmailTemplates()


def problem(body: str, subject: str = "Hello", kind: NotificationKind = REJECTED) -> Problem:
    """What is wrong with a text."""
    with pytest.raises(InvalidInput) as refused:
        RENDERER.check(kind, Wording(subject, body))
    assert len(refused.value.problems) == 1
    return refused.value.problems[0]


def said(body: str, kind: NotificationKind = REJECTED, **changes: object) -> str:
    """The plain part of a mail with a text, without its last lines."""
    RENDERER.check(kind, Wording("Hello", body))
    told = notification(kind, wording=Wording("Hello", body), **changes)
    return part(mail(told), "plain").rpartition("\n\n--\n")[0]


def html(body: str, kind: NotificationKind = REMINDER, **changes: object) -> str:
    """The HTML part of a mail with a text."""
    return part(mail(notification(kind, wording=Wording("Hello", body), **changes)), "html").partition("<body")[2]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Dear {{ recipient }},", "Dear Jan Jansen,"),
        ("{{employee}} at {{ customer }}", "Eva Visser at Bakkerij Jansen B.V."),
        ("{% if project %}On {{ project }}{% else %}None{% endif %}", "On Controle"),
        ("{% if more %}A{% elif count %}B{% endif %}", "B"),
        ("{% if not more and (project or decided_by) %}A{% endif %}", "A"),
        ("a {# not shown #} b", "a b"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        (
            "{% for line in lines %}\n- {{ line.on }} {{ line.what }}: {{ line.time }}{{ line.amount }}\n{% endfor %}",
            "- 5 October 2026 Advies: Jaarrekening: 8:00\n- 6 October 2026 Advies: Parkeren: €12.50",
        ),
        ("{% for each in lines %}{% if each.comment %}{{ each.comment }}{% endif %}{% endfor %}x", "x"),
        ("{% if lines %}some{% endif %}", "some"),
        ("{% if not lines or more %}{{ more }}{% else %}all{% endif %}", "all"),
    ],
)
def test_values_are_filled_in(body: str, text: str) -> None:
    """With conditions, and a loop over the lines."""
    assert said(body) == text


def test_many_lines_are_cut_off_and_counted() -> None:
    """As in the usual text."""
    text = said("{% for line in lines %}x{% endfor %} {{ more }}", lines=tuple(time_line() for _ in range(60)))
    assert text == "x" * 50 + " and 10 more lines"


@pytest.mark.parametrize(
    "body",
    [
        "{{ 'a' * 10**7 }}",
        "{{ 1 + 1 }}",
        "{{ 'text' }}",
        "{{ employee ~ employee }}",
        "{{ employee.upper() }}",
        "{{ employee.__class__ }}",
        "{{ employee['__class__'] }}",
        "{{ employee[0] }}",
        "{{ employee|upper }}",
        "{{ employee|default('x') }}",
        "{{ lines }}",
        "{{ lines[0] }}",
        "{{ lines|length }}",
        "{{ employee if customer else project }}",
        "{{ (employee, customer) }}",
        "{{ {'a': employee} }}",
        "{{ -count }}",
        "{{ employee == customer }}",
        "{{ employee is defined }}",
        "{% if count > 1 %}x{% endif %}",
        "{% if employee is defined %}x{% endif %}",
        "{% if 'a' in employee %}x{% endif %}",
        "{% if true %}x{% endif %}",
        "{% set x = employee %}",
        "{% macro x() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% block x %}{% endblock %}",
        "{% filter upper %}x{% endfilter %}",
        "{% call x() %}{% endcall %}",
        "{% with %}x{% endwith %}",
        "{% for i in range(10) %}x{% endfor %}",
        "{% for c in employee %}x{% endfor %}",
        "{% for a, b in lines %}x{% endfor %}",
        "{% for line in lines if line.on %}x{% endfor %}",
        "{% for line in lines recursive %}x{% endfor %}",
        "{% for line in lines %}x{% else %}y{% endfor %}",
        "{% for employee in lines %}x{% endfor %}",
        "{% for line in lines %}{% for other in lines %}x{% endfor %}{% endfor %}",
        "{% for line in lines %}{{ line }}{% endfor %}",
        "{% for line in lines %}{{ line.on.year }}{% endfor %}",
        "{% for line in lines %}{{ line['on'] }}{% endfor %}",
        "{% for line in lines %}{{ loop.index }}{% endfor %}",
        "{% if employee %}" * 9 + "x" + "{% endif %}" * 9,
        "{% if " + "not " * 9 + "employee %}x{% endif %}",
    ],
)
def test_nothing_else_can_be_written(body: str) -> None:
    """No arithmetic, call, filter, test, attribute, text or other statement; the sandbox of Jinja2 lets most of it pass."""
    found = problem(f"First line\n{body}")
    assert (found.field, found.code, dict(found.parameters)["line"]) == ("body", "template_not_allowed", 2)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("{{ employee", 1),
        ("ok\n{% if employee %}", 2),
        ("ok\n\n{{ }}", 3),
        ("{% endfor %}", 1),
        ("{% for %}", 1),
        ("{% unknown %}", 1),
        ("{{ employee }} }} {% ", 1),
        ("{{ " + "not " * 990 + "employee }}", 1),
        ("{{ " + "(" * 1900 + " }}", 1),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(body: str, line: int) -> None:
    """Also what is nested so deeply that it takes the stack."""
    found = problem(body)
    assert found.field == "body"
    if found.code != "template_not_allowed":  # Python reads deeper in some versions than in others
        assert (found.code, dict(found.parameters)["line"]) == ("template_malformed", line)


@pytest.mark.parametrize(
    ("body", "name", "line"),
    [
        ("{{ rate }}", "rate", 1),
        ("a\nb {{ Employee }}", "Employee", 2),
        ("{% if amount %}x{% endif %}", "amount", 1),
        ("{{ link }}", "link", 1),
        ("{% for line in lines %}\n{{ line.rate }}\n{% endfor %}", "line.rate", 2),
        ("{% for line in lines %}{% endfor %}{{ line }}", "line", 1),
    ],
)
def test_value_that_there_is_not_is_named(body: str, name: str, line: int) -> None:
    """A text for rejections has no link, and none has a rate."""
    found = problem(body)
    assert (found.code, dict(found.parameters)) == ("template_value_unknown", {"value": name, "line": line})


def test_lines_are_where_there_are_lines_only() -> None:
    """What is asked of a customer stands behind the link."""
    found = problem("{{ link }}{% for line in lines %}x{% endfor %}", kind=REMINDER)
    assert (found.code, dict(found.parameters)["value"]) == ("template_value_unknown", "lines")


@pytest.mark.parametrize("subject", ["{{ link }}", "{% for line in lines %}x{% endfor %}", "{{ more }}"])
def test_subject_takes_no_link_and_no_lines(subject: str) -> None:
    """It is read on locked screens and stands in logs."""
    assert problem("{{ link }}", subject, REMINDER).field == "subject"


@pytest.mark.parametrize("body", ["Dear", "{% if employee %}{{ link }}{% endif %}", "{# {{ link }} #}"])
def test_text_that_asks_needs_the_link(body: str) -> None:
    """Where it stands for every reader."""
    assert problem(body, kind=REMINDER).code == "template_link_missing"


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_value_that_is_promised_can_be_written(kind: NotificationKind) -> None:
    """In every language, with content and without."""
    names = [value.name for value in template_values(kind) if not value.of_lines]
    of_lines = [each.name for value in template_values(kind) for each in value.of_lines]
    body = "\n".join(f"{{{{ {name} }}}}" for name in names)
    if of_lines:
        body += "{% for l in lines %}" + "".join(f"{{{{ l.{name} }}}}" for name in of_lines) + "{% endfor %}"
    subject = "x".join(f"{{{{ {value.name} }}}}" for value in template_values(kind) if value.in_subject)
    wording = Wording(subject, body)
    RENDERER.check(kind, wording)
    for language in LANGUAGES:
        full = sample(kind, language, "Acme", date(2026, 10, 5))
        bare = evolve(full, lines=(), period=None, project_name="", minutes=0, expenses=(), due_on=None)
        for told in (full, bare):
            shown = RENDERER.preview(evolve(told, wording=wording))
            assert "x" in shown.subject
            assert "None" not in shown.text


@pytest.mark.parametrize("kind", NotificationKind)
def test_preview_without_a_text_is_the_usual_mail(kind: NotificationKind) -> None:
    """What an administrator begins from."""
    shown = RENDERER.preview(sample(kind, "nl", "Acme", date(2026, 10, 5)))
    assert shown.html.startswith("<!DOCTYPE html>")
    assert (shown.subject != "", "Acme" in shown.text) == (True, True)


def test_preview_of_a_text_that_is_wrong_says_so() -> None:
    """Rather than to show the usual one."""
    told = evolve(sample(REMINDER, "nl", "Acme", date(2026, 10, 5)), wording=Wording("a", "{{ x }}"))
    with pytest.raises(InvalidInput):
        RENDERER.preview(told)


@pytest.mark.parametrize(
    "wording",
    [
        Wording("Hello", "{{ gone }} {{ link }}"),
        Wording("Hello", "{{ link"),
        Wording("Hello", "no link"),
        Wording("{{ project }}", "{{ link }}"),
        Wording("Hello", "{% for line in lines %}x{% endfor %}"),
    ],
)
def test_text_that_cannot_be_shown_is_replaced_by_the_usual_one(wording: Wording) -> None:
    """No mail is lost: a value may be empty, and another version may have had other values."""
    usual = mail(notification(REMINDER, project_name=""))
    assert mail(notification(REMINDER, wording=wording, project_name="")).as_bytes() == usual.as_bytes()


def test_text_that_grows_without_end_is_replaced_by_the_usual_one() -> None:
    """What is written stays bounded, whatever the values are."""
    body = "{% for line in lines %}" + "{{ line.comment }}" * 200 + "{% endfor %}"
    lines = tuple(NotificationLine(date(2026, 10, 5), "", "", 60, None, False, "x" * 4000) for _ in range(50))
    RENDERER.check(REJECTED, Wording("Hello", body))
    message = mail(notification(REJECTED, wording=Wording("Hello", body), lines=lines))
    assert "have been rejected" in part(message, "plain")
    assert len(body) * 50 * 10 > MOST_WRITTEN


def test_link_on_a_line_of_its_own_becomes_a_button() -> None:
    """With the bare address at the end, for programs that show no button."""
    shown = html("Dear {{ recipient }},\n\n{{ link }}\n\nBye")
    assert shown.count(f'href="{LINK}"') == 2
    assert re.search(r'<td bgcolor="#1d4e89"[^>]*><a ', shown)


def test_link_within_a_line_stays_there() -> None:
    """As a link with its address."""
    shown = html("Go to {{ link }}, please")
    assert f">{LINK}</a>, please</p>" in shown
    assert shown.count("href=") == 1


def test_text_keeps_its_paragraphs_and_lists() -> None:
    """An empty line begins a paragraph; dashes make a list."""
    shown = html("One\ntwo\n\nThree\n- a\n- b\n{{ link }}")
    assert ">One<br>two</p>" in shown
    assert ">Three</p>" in shown
    assert [">a</li>" in shown, ">b</li>" in shown, shown.count("<ul")] == [True, True, 1]


def test_what_looks_like_a_link_or_markup_is_text() -> None:
    """Only the link of the request is one."""
    shown = html("https://evil.example <a href='x'>x</a> [x](https://evil.example)\n\n{{ link }}")
    assert shown.count("<a ") == 2
    assert "&lt;a href=&#39;x&#39;&gt;" in shown


def test_value_cannot_change_the_form_of_the_text() -> None:
    """Somebody's name is on one line, and never a template itself."""
    text = said("{{ employee }}|{{ customer }}", employee_name="Eva\n\n- x", customer_name="{{ link }}{% if %}")
    assert text == "Eva - x|{{ link }}{% if %}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_text_is_sent_as_it_was_written(language: str) -> None:
    """Subject and text, in any language; what is around it is in that of the reader."""
    told = notification(REMINDER, language=language, wording=Wording("Bonjour {{ employee }}", "Ça va?\n\n{{ link }}"))
    message = mail(told)
    assert message["Subject"] == "Bonjour Eva Visser"
    assert part(message, "plain").startswith(f"Ça va?\n\n{LINK}\n")


@pytest.mark.parametrize("kind", NotificationKind)
def test_own_text_has_one_link_or_none(kind: NotificationKind) -> None:
    """Where nothing is asked there is nowhere to go."""
    body = "{{ link }}" if needs_link(kind) else "Hello"
    link = LINK if needs_link(kind) else ""
    assert ("href=" in html(body, kind, link=link)) is needs_link(kind)
