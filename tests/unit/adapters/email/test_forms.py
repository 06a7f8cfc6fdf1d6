"""Messages that fill in a form, held against those that are rendered each by itself."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.adapters.email.builders import expense_line, notification, time_line
from worktraq.adapters.email.content import MOST_LINES, content_of
from worktraq.adapters.email.forms import filled
from worktraq.adapters.email.rendering import rendered
from worktraq.core.money import Money
from worktraq.core.notifications import Attachment, Notification, NotificationKind
from worktraq.core.users import Role
from worktraq.i18n import LANGUAGES, translator

# What escaping changes, what a template could take for its own, blanks at which no line is broken, and marks of a form.
_TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "Eva",
            "<b>&\"'",
            "{{ link }}",
            "%(lead)s",
            "a\xa0b",
            "a  b",
            "é €",
            "\x1a0001\x1a",
            "\n\n\n",
            "=_",
            "x" * 400,
        ]
    ),
    st.text(max_size=12),
)
_LINES = st.builds(
    lambda is_time, day, minutes, note, verdict, comment: (time_line if is_time else expense_line)(
        day, note=note, is_approved=verdict, comment=comment, **({"minutes": minutes} if is_time else {})
    ),
    st.booleans(),
    st.integers(1, 31),
    st.integers(1, 6000),
    _TEXTS,
    st.sampled_from([None, True, False]),
    st.sampled_from(["", "", "", "No.\nNot like this."]),
)
_MESSAGES = st.builds(
    lambda kind, texts, lines, **others: notification(
        kind,
        **dict(
            zip(
                ("organization_name", "recipient_name", "employee_name", "customer_name", "project_name"),
                texts,
                strict=True,
            )
        ),
        lines=tuple(lines),
        **others,
    ),
    st.sampled_from(NotificationKind),
    st.lists(_TEXTS, min_size=5, max_size=5),
    st.one_of(st.lists(_LINES, max_size=4), st.lists(_LINES, min_size=MOST_LINES - 1, max_size=MOST_LINES + 2)),
    contact_name=_TEXTS,
    decided_by=_TEXTS,
    invited_by=_TEXTS,
    link=st.sampled_from(["", "https://hours.example/a?b=1&c=2"]),
    language=st.sampled_from(LANGUAGES),
    minutes=st.sampled_from([0, 480]),
    expenses=st.sampled_from([(), (Money("12.50", "EUR"), Money("3", "CHF"))]),
    due_on=st.sampled_from([None, date(2026, 11, 9)]),
    colour=st.sampled_from(["", "#ffcc00"]),
    role=st.sampled_from([None, Role.MANAGER]),
    expires_at=st.sampled_from([None, datetime(2026, 11, 9, 12, tzinfo=UTC)]),
    attachments=st.sampled_from([(), (Attachment("a.pdf", "application/pdf", b"%PDF"),)]),
)


@pytest.mark.requirement("L-07")
@given(st.lists(_MESSAGES, min_size=1, max_size=3))
def test_form_is_filled_in_as_the_message_would_be_rendered(messages: list[Notification]) -> None:
    """Character by character, whatever stands in it, also when the form was made for another message."""
    for told in messages:
        speaker = translator(told.language)
        content = content_of(told, speaker)
        assert filled(told.kind, content, speaker) == rendered(told.kind, content, speaker)


def test_columns_are_as_wide_as_the_lines_of_the_message_need() -> None:
    """Not as those of the first message of the form."""
    speaker = translator("en")
    for days in ((5, 6), (5, 16), (26, 16)):
        told = notification(
            NotificationKind.ITEMS_APPROVED, lines=tuple(time_line(day, minutes=day * 60) for day in days)
        )
        content = content_of(told, speaker)
        assert filled(told.kind, content, speaker) == rendered(told.kind, content, speaker)
