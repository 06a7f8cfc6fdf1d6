"""Gathering everything that is wrong with an input."""

import pytest

from worktraq.core.problems import Problems
from worktraq.core.text import clean_name
from worktraq.errors import InvalidInput


def test_all_problems_are_named_at_once() -> None:
    """Nobody has to correct a form field by field."""
    found = Problems()
    assert found.keep("fallback", clean_name, "first_name", "") == "fallback"
    assert found.keep("fallback", clean_name, "last_name", "Pietersen") == "Pietersen"
    found.add("email", "mail_malformed")
    with pytest.raises(InvalidInput) as raised:
        found.raise_if_any()
    assert [(each.field, each.code) for each in raised.value.problems] == [
        ("first_name", "text_missing"),
        ("email", "mail_malformed"),
    ]


def test_without_problems_nothing_is_raised() -> None:
    """Good input goes on."""
    Problems().raise_if_any()
