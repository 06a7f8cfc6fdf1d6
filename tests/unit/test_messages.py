"""Every code has its sentence."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import worktraq
from worktraq.core.access import Right
from worktraq.core.approval import TRANSITIONS
from worktraq.core.billing import UnbilledReason
from worktraq.core.entries import State
from worktraq.core.signoff import RequestStatus
from worktraq.messages import MESSAGES

SOURCE = Path(worktraq.__file__).parent
_CODES = re.compile(
    r"(?<!\w)(?:Refused\.because|Reason\.of|Conflict|AdapterError)\(\s*\"([a-z_]+)\""
    r"|(?<!\w)(?:InvalidInput\.of|Problem)\(\s*[\w\".]+,\s*\"([a-z_]+)\""
)
_KINDS = re.compile(r"(?:NotFound\(|found\(.*, )\"([a-z_]+)\"\)")


def sources() -> Iterator[str]:
    """The text of every module."""
    return (path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))


def written(pattern: re.Pattern[str]) -> set[str]:
    """Every code that stands in the source as it is."""
    return {code for text in sources() for match in pattern.finditer(text) for code in match.groups() if code}


def test_every_code_in_the_source_has_a_sentence() -> None:
    """Whatever is raised can be read."""
    codes = written(_CODES)
    assert len(codes) > 60
    assert codes - set(MESSAGES) == set()


def test_every_kind_of_thing_that_can_be_missing_has_a_name() -> None:
    """An error about a thing says which kind it is."""
    kinds = written(_KINDS)
    assert len(kinds) > 5
    assert {f"kind.{kind}" for kind in kinds} - set(MESSAGES) == set()


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("state", [each.value for each in State]),
        ("status", [each.value for each in RequestStatus]),
        ("unbilled", [each.value for each in UnbilledReason]),
        ("right", [each.value for each in Right]),
    ],
)
def test_every_value_that_is_shown_has_a_name(prefix: str, values: list[str]) -> None:
    """A new state needs a word."""
    assert {f"{prefix}.{value}" for value in values} - set(MESSAGES) == set()


def test_every_way_that_is_missing_has_a_sentence() -> None:
    """A refusal names who might."""
    parties = {way.party.value for transition in TRANSITIONS.values() for way in transition.ways}
    statuses = {status.value for status in RequestStatus} - {"open"}
    assert {f"needs_{party}" for party in parties} | {f"request_{each}" for each in statuses} <= set(MESSAGES)


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_sentence_is_whole(code: str) -> None:
    """It ends in a full stop unless it is a name, and its placeholders are named."""
    text = MESSAGES[code]
    assert text.strip() == text
    assert text
    if "." not in code:
        assert text.endswith(".")
    names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    assert all(name.isidentifier() for name in names)
