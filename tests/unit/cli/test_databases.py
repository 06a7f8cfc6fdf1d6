"""Addresses of databases."""

import pytest

from worktraq.cli.databases import without_password


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ada:secret@host/name", "postgresql://ada:***@host/name"),
        ("postgresql://ada:se:cr/et@host/name", "postgresql://ada:***@host/name"),
        ("postgresql://ada@host/name", "postgresql://ada@host/name"),
        ("postgresql://host:5432/name", "postgresql://host:5432/name"),
        ("sqlite:////tmp/a@b.db", "sqlite:////tmp/a@b.db"),
    ],
)
def test_password_is_never_shown(url: str, shown: str) -> None:
    """What else stands in the address is."""
    assert without_password(url) == shown
