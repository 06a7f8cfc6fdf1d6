"""Texts of mails in the organization's own words: who writes them, and what is mailed then."""

from collections.abc import Sequence

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.notifications import Notification, NotificationKind, Wording
from worktraq.core.templates import MailTemplate, Preview
from worktraq.engine import WorkTraq
from worktraq.errors import AdapterError, Conflict, InvalidInput, NotFound, Refused

pytestmark = pytest.mark.requirement("L-06")
REMINDER = NotificationKind.APPROVAL_REMINDER
BODY = "Beste {{ recipient }},\n\n{{ link }}"


class PickyTemplates:
    """Takes every text that does not say "wrong"."""

    def check(self, kind: NotificationKind, wording: Wording) -> None:
        """Refuse a text that says "wrong"."""
        if "wrong" in wording.body:
            raise InvalidInput.of("body", "template_malformed", line=1)

    def preview(self, notification: Notification) -> Preview:
        """What was asked for, as the subject."""
        said = notification.wording.subject if notification.wording else "usual"
        subject = f"{notification.kind} {notification.language} {said}"
        return Preview(subject, notification.organization_name, notification.colour)


@pytest.fixture
def office(office: Office) -> Office:
    """An office whose organization can write texts."""
    office.engine._templates = PickyTemplates()
    return office


def added(office: Office, name: str = "", *, language: str = "nl", kind: NotificationKind = REMINDER) -> MailTemplate:
    """A text that the administrator has added."""
    with office.acting(office.admin) as tx:
        return tx.notifications.add_template(kind, language=language, name=name, subject=f"Own {name}", body=BODY)


def listed(office: Office) -> Sequence[MailTemplate]:
    """What a manager can choose from."""
    with office.viewing(office.manager) as tx:
        return tx.notifications.templates(REMINDER)


def test_added_text_is_listed(office: Office) -> None:
    """For the manager who chooses it, in order of language and name."""
    french, named, own = added(office, language="fr"), added(office, "Kort"), added(office)
    added(office, kind=NotificationKind.ITEMS_REJECTED)
    assert listed(office) == [french, own, named]
    with office.viewing(office.admin) as tx:
        assert len(tx.notifications.templates()) == 4


@pytest.mark.requirement("L-06")
def test_who_sends_a_reminder_writes_its_text_on_the_spot(office: Office) -> None:
    """That is a manager, who can change the text and take it back as well."""
    with office.acting(office.manager) as tx:
        made = tx.notifications.add_template(REMINDER, language="nl", name="Kort", subject="a", body=BODY)
        made = tx.notifications.change_template(made.id, version=1, name="Korter")
        assert tx.notifications.templates(REMINDER) == [made]
        tx.notifications.remove_template(made.id, version=2)


def test_employee_neither_writes_nor_sees_texts(office: Office) -> None:
    """What mails say is for managers and administrators."""
    template = added(office)
    refused = office.refuses(
        office.eva,
        lambda tx: tx.notifications.add_template(REMINDER, language="nl", subject="a", body=BODY),
        Refused,
    )
    assert codes(refused) == ["needs_manager"]
    office.refuses(office.eva, lambda tx: tx.notifications.remove_template(template.id, version=1), Refused)
    office.refuses(office.eva, lambda tx: tx.notifications.change_template(template.id, version=1), Refused)
    office.refuses(office.eva, lambda tx: tx.notifications.templates(), Refused)
    office.refuses(office.eva, lambda tx: tx.notifications.template_values(REMINDER), Refused)
    office.refuses(office.eva, lambda tx: tx.notifications.preview(REMINDER, language="nl"), Refused)


def test_changed_text_has_a_new_version(office: Office) -> None:
    """What is not given stays; who saw an older version is refused."""
    template = added(office, "Kort")
    with office.acting(office.admin) as tx:
        new = tx.notifications.change_template(template.id, version=1, name="Korter")
    assert (new.name, new.body, new.version) == ("Korter", BODY, 2)
    office.refuses(
        office.admin, lambda tx: tx.notifications.change_template(template.id, version=1, subject="a"), Conflict
    )


def test_name_is_taken_once_per_language(office: Office) -> None:
    """Adding a second one, or changing to it, is refused with a reason."""
    added(office, "Kort")
    other, _ = added(office, "Lang"), added(office, "kort", language="fr")
    refused = office.refuses(
        office.admin,
        lambda tx: tx.notifications.add_template(REMINDER, language="nl", name="KORT", subject="a", body="b"),
        Refused,
    )
    assert codes(refused) == ["template_name_taken"]
    office.refuses(office.admin, lambda tx: tx.notifications.change_template(other.id, version=1, name="kort"), Refused)


def test_text_that_cannot_be_shown_is_not_saved(office: Office) -> None:
    """It is checked when it is added and when it is changed."""
    template = added(office)
    office.refuses(
        office.admin,
        lambda tx: tx.notifications.add_template(REMINDER, language="fr", subject="a", body="wrong"),
        InvalidInput,
    )
    office.refuses(
        office.admin, lambda tx: tx.notifications.change_template(template.id, version=1, body="wrong"), InvalidInput
    )


def test_text_of_another_organization_does_not_exist(office: Office) -> None:
    """Neither to be changed nor removed nor chosen nor listed."""
    template, request = added(office), office.asked(office.time())
    office.refuses(office.stranger, lambda tx: tx.notifications.remove_template(template.id, version=1), NotFound)
    with office.viewing(office.stranger) as tx:
        assert tx.notifications.templates() == []
    with office.acting(office.stranger) as tx:
        theirs = tx.notifications.add_template(REMINDER, language="nl", subject="a", body=BODY)
    office.refuses(office.manager, lambda tx: tx.signoff.remind(request.id, version=1, template_id=theirs.id), NotFound)


def test_without_a_renderer_no_text_can_be_written(office: Office) -> None:
    """The host has to say how; nothing else fails."""
    engine = WorkTraq(office.store, clock=office.clock)
    with engine.transaction(office.admin) as tx, pytest.raises(AdapterError) as missing:
        tx.notifications.add_template(REMINDER, language="nl", subject="a", body=BODY)
    assert missing.value.code == "templates_missing"
    with engine.view(office.admin) as tx:
        assert tx.notifications.templates() == []


def test_preview_shows_the_usual_text_or_the_one_given(office: Office) -> None:
    """With made-up content, in the language asked for."""
    with office.viewing(office.manager) as tx:
        usual = tx.notifications.preview(REMINDER, language="fr")
        own = tx.notifications.preview(REMINDER, language="nl", wording=Wording("Kijk", "even"))
    assert (usual.subject, own.subject) == ("approval_reminder fr usual", "approval_reminder nl Kijk")
    assert (usual.text, usual.html) == (office.firm.organization.name, "")


def test_preview_has_the_colour_of_the_organization(office: Office) -> None:
    """So it looks as the mail will."""
    with office.acting(office.admin) as tx:
        tx.organizations.change_brand(version=0, colour="#7a1f3d")
    with office.viewing(office.manager) as tx:
        assert tx.notifications.preview(REMINDER, language="nl").html == "#7a1f3d"


def test_values_are_listed_for_an_editor(office: Office) -> None:
    """Of the kind that is written for."""
    with office.viewing(office.manager) as tx:
        names = [value.name for value in tx.notifications.template_values(REMINDER)]
    assert {"employee", "link", "due"} <= set(names)
    assert "lines" not in names


def test_own_text_goes_out_in_place_of_the_usual_one(office: Office) -> None:
    """To readers of its language."""
    added(office, kind=NotificationKind.APPROVAL_REQUESTED)
    with office.acting(office.manager) as tx:
        tx.customers.change(office.firm.customer.id, version=1, language="nl")
    office.asked(office.time())
    office.deliver()
    (mail,) = office.notifier.of_kind(NotificationKind.APPROVAL_REQUESTED)
    assert (mail.wording, mail.language) == (Wording("Own", BODY), "nl")


def test_reminder_goes_out_with_the_text_that_was_chosen(office: Office) -> None:
    """In the language that it is written in."""
    request, template = office.asked(office.time()), added(office, "Kort", language="de")
    with office.acting(office.manager) as tx:
        tx.signoff.remind(request.id, version=1, template_id=template.id)
    office.deliver()
    (mail,) = office.notifier.of_kind(REMINDER)
    assert (mail.wording, mail.language) == (template.wording, "de")


def test_text_that_was_removed_before_the_mail_left_is_replaced(office: Office) -> None:
    """The usual one goes out; no mail is lost."""
    request, template = office.asked(office.time()), added(office, "Kort")
    with office.acting(office.manager) as tx:
        tx.signoff.remind(request.id, version=1, template_id=template.id)
    with office.acting(office.admin) as tx:
        tx.notifications.remove_template(template.id, version=1)
    office.deliver()
    (mail,) = office.notifier.of_kind(REMINDER)
    assert mail.wording is None


def test_text_for_other_mails_cannot_be_chosen(office: Office) -> None:
    """A confirmation is no reminder."""
    request = office.asked(office.time())
    template = added(office, kind=NotificationKind.ITEMS_APPROVED)
    office.refuses(
        office.manager, lambda tx: tx.signoff.remind(request.id, version=1, template_id=template.id), InvalidInput
    )


def test_what_was_done_to_texts_is_recorded(office: Office) -> None:
    """Which and of which kind, not what they say."""
    template = added(office, "Kort")
    with office.acting(office.admin) as tx:
        tx.notifications.change_template(template.id, version=1, subject="Anders")
        tx.notifications.remove_template(template.id, version=2)
    with office.viewing(office.admin) as tx:
        events = tx.audit.history(template.id)
    assert sorted(event.name.value for event in events) == ["template.added", "template.changed", "template.removed"]
    assert {event.details for event in events} == {(("kind", "approval_reminder"),)}
