"""The texts of mails in an organization's own words: which one counts, and what may stand in them."""

from datetime import date
from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.ids import OrganizationId, TemplateId
from worktraq.core.notifications import NotificationKind, Wording
from worktraq.core.templates import (
    MailTemplate,
    changed,
    check_chosen,
    needs_link,
    new_template,
    sample,
    template_for,
    template_values,
)
from worktraq.core.unset import UNSET
from worktraq.errors import InvalidInput
from worktraq.messages import MESSAGES
from worktraq.testing.builders import a_template

ACME = OrganizationId(UUID(int=1))
REMINDER = NotificationKind.APPROVAL_REMINDER
pytestmark = pytest.mark.requirement("L-06")


def made(**changes: str) -> MailTemplate:
    """A new text for reminders, in Dutch."""
    facts = {"language": "nl", "name": "Kort", "subject": "Kijk even", "body": "{{ link }}", **changes}
    kind = NotificationKind(facts.pop("kind", REMINDER))
    return new_template(TemplateId(UUID(int=2)), ACME, kind, **facts)


def problem(**changes: str) -> tuple[str, str]:
    """What is wrong with a new text: field and code."""
    with pytest.raises(InvalidInput) as refused:
        made(**changes)
    return refused.value.problems[0].field, refused.value.problems[0].code


def test_new_text_is_kept_as_it_was_written() -> None:
    """Without blanks around it."""
    template = made(subject="  Kijk even ", body="Beste,\r\n\r\n{{ link }}\n")
    assert template.wording == Wording("Kijk even", "Beste,\n\n{{ link }}")
    assert (template.kind, template.language, template.name, template.version) == (REMINDER, "nl", "Kort", 1)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"language": ""}, ("language", "text_missing")),
        ({"language": "es"}, ("language", "language_unknown")),
        ({"subject": " "}, ("subject", "text_missing")),
        ({"subject": "x" * 201}, ("subject", "text_too_long")),
        ({"subject": "a\nb"}, ("subject", "text_control")),
        ({"body": ""}, ("body", "text_missing")),
        ({"body": "x" * 4001}, ("body", "text_too_long")),
        ({"name": "x" * 201}, ("name", "text_too_long")),
        ({"kind": "items_rejected"}, ("name", "template_name_unused")),
    ],
)
def test_text_that_cannot_be_kept_is_refused(changes: dict[str, str], found: tuple[str, str]) -> None:
    """Naming what is wrong with it."""
    assert problem(**changes) == found


def test_kind_that_there_is_not_is_refused() -> None:
    """As any other choice."""
    with pytest.raises(InvalidInput) as refused:
        new_template(TemplateId(UUID(int=2)), ACME, "birthday", language="nl", name="", subject="a", body="b")  # type: ignore[arg-type]  # of a form
    assert refused.value.problems[0].code == "choice_unknown"


def test_change_keeps_what_is_not_given() -> None:
    """And raises the version."""
    template = made()
    assert changed(template, UNSET, UNSET, "Nieuw {{ link }}") == evolve(template, body="Nieuw {{ link }}", version=2)
    assert changed(template, "Lang", "Anders", UNSET) == evolve(template, name="Lang", subject="Anders", version=2)


def test_names_that_differ_in_case_only_are_the_same() -> None:
    """Nobody could tell them apart in a list."""
    assert a_template(ACME, "KORTÉ").name_key == a_template(ACME, "korte").name_key


def test_usual_text_counts_where_there_is_no_other() -> None:
    """Texts of other kinds and languages do not matter."""
    others = [a_template(ACME, language="fr"), a_template(ACME, kind=NotificationKind.ITEMS_REJECTED)]
    assert template_for(others, REMINDER, "nl") is None


def test_text_without_a_name_replaces_the_usual_one() -> None:
    """In its language; those with a name wait to be chosen."""
    own, named = a_template(ACME), a_template(ACME, "Kort")
    assert template_for([named, own], REMINDER, "nl") is own
    assert template_for([named, own], REMINDER, "fr") is None


def test_chosen_text_comes_in_the_language_of_the_reader() -> None:
    """Where there is one of the same name, else as it is."""
    dutch, french = a_template(ACME, "Kort"), a_template(ACME, "kort", language="fr")
    templates = [a_template(ACME), dutch, french]
    assert template_for(templates, REMINDER, "fr", dutch.id) is french
    assert template_for(templates, REMINDER, "nl", dutch.id) is dutch
    assert template_for(templates, REMINDER, "de", dutch.id) is dutch


def test_chosen_text_that_is_gone_is_replaced() -> None:
    """By the organization's own, else by the usual one: the mail is not lost."""
    gone, own = a_template(ACME, "Kort"), a_template(ACME)
    assert template_for([own], REMINDER, "nl", gone.id) is own
    assert template_for([], REMINDER, "nl", gone.id) is None


def test_text_is_chosen_for_its_own_kind_only() -> None:
    """A reminder is no confirmation."""
    template = a_template(ACME)
    check_chosen(template, REMINDER)
    with pytest.raises(InvalidInput) as refused:
        check_chosen(template, NotificationKind.ITEMS_APPROVED)
    assert refused.value.problems[0].code == "template_of_other_kind"


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_value_has_a_meaning(kind: NotificationKind) -> None:
    """For whoever offers an editor; values of lines too. No name stands there twice."""
    values = template_values(kind)
    everything = [*values, *(each for value in values for each in value.of_lines)]
    assert [value.code for value in everything if value.code not in MESSAGES] == []
    assert len({value.name for value in values}) == len(values)


@pytest.mark.requirement("W-05")
@pytest.mark.parametrize("kind", NotificationKind)
def test_no_value_is_a_rate_or_follows_from_one(kind: NotificationKind) -> None:
    """What an employee is mailed holds none, whatever an administrator writes."""
    names = {value.name for value in template_values(kind)}
    assert names <= {
        *(
            "organization",
            "recipient",
            "inviter",
            "employee",
            "customer",
            "contact",
            "project",
            "period",
            "hours",
            "expenses",
        ),
        *("count", "rejected", "due", "link", "decided_by", "lines", "more"),
    }


@pytest.mark.parametrize("kind", NotificationKind)
def test_sample_has_a_link_where_one_is_needed(kind: NotificationKind) -> None:
    """And a day until which an answer is expected; whoever decided stands where somebody did."""
    shown, asks = sample(kind, "nl", "Acme", date(2026, 10, 5)), needs_link(kind)
    is_late = kind is NotificationKind.REQUEST_ESCALATED
    assert (bool(shown.link), bool(shown.role)) == (asks, kind is NotificationKind.INVITATION)
    assert (shown.due_on is not None, bool(shown.decided_by)) == (asks or is_late, not (asks or is_late))
    assert bool(shown.contact_name) is is_late
