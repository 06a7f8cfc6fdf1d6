"""When a system may be asked again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.retrying import retry_at

NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("0", 0),
        (" 90 ", 90),
        ("1.5", 1.5),
        (str(int(NOW.timestamp()) + 60), 60),
        (str((int(NOW.timestamp()) + 60) * 1000), 60),
        (str(int(NOW.timestamp()) - 60), 0),
        ("Mon, 05 Oct 2026 12:01:00 GMT", 60),
        ("Mon, 05 Oct 2026 14:01:00 +0200", 60),
        ("Mon, 05 Oct 2026 12:01:00 -0000", 60),
        ("Mon, 05 Oct 2020 12:01:00 GMT", 0),
    ],
)
def test_number_is_understood_by_its_size(text: str, after: float) -> None:
    """Seconds from now, or since 1970, or milliseconds since 1970; or a date. Never before now."""
    assert retry_at(text, NOW) == NOW + timedelta(seconds=after)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "-1", "NaN", "sNaN", "Infinity", "1e400", "1e20", "99 Oct 2026", "Fri, 31 Dec 9999 23:59:59 -0900"],
)
def test_what_names_no_instant_is_passed_over(text: str) -> None:
    """Whatever stands there."""
    assert retry_at(text, NOW) is None


@given(st.text())
def test_nothing_is_too_odd(text: str) -> None:
    """It comes from somebody else."""
    found = retry_at(text, NOW)
    assert found is None or found >= NOW
