"""Facts in the past tense."""

import re

from worktraq.core.events import EventName


def test_event_is_named_after_its_area_and_what_happened() -> None:
    """A host can tell the area from the name."""
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", name.value) for name in EventName)
