"""The archive around a workbook."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.adapters.excel.builders import zipped
from worktraq.adapters.excel.archive import CHUNK, Part, packed_again, parts_of, unpacked
from worktraq.adapters.excel.limits import Limits
from worktraq.errors import InvalidInput

LIMITS = Limits()


def content_of(part: Part) -> bytes:
    """The unpacked bytes of a part."""
    return b"".join(unpacked(part, LIMITS))


@given(st.integers(min_value=0, max_value=3), st.integers(min_value=-300, max_value=300))
def test_repetitive_part_is_unpacked_to_its_end(pieces: int, beyond: int) -> None:
    """Also where the last bytes are still inside the inflater when its input has ended."""
    content = b"x" * max(pieces * CHUNK + beyond, 0)
    (part,) = parts_of(zipped({"a": content}), LIMITS)
    assert content_of(part) == content


@given(st.dictionaries(st.text("abé", min_size=1, max_size=5).map(str.lower), st.binary(max_size=500), max_size=4))
def test_parts_survive_packing_again(parts: dict[str, bytes]) -> None:
    """Names and bytes are the same in the new archive."""
    found = parts_of(packed_again(parts_of(zipped(parts), LIMITS)), LIMITS)
    assert {part.name: content_of(part) for part in found} == parts


def test_pieces_are_small() -> None:
    """What inflates never stands in memory as a whole."""
    (part,) = parts_of(zipped({"a": b"x" * 900_000}), LIMITS)
    assert max(map(len, unpacked(part, LIMITS))) <= CHUNK


def test_part_that_inflates_stops_early() -> None:
    """It is refused before it is unpacked."""
    (part,) = parts_of(zipped({"a": b"x" * 40_000_000}), LIMITS)
    taken: list[int] = []
    with pytest.raises(InvalidInput) as caught:
        taken.extend(map(len, unpacked(part, LIMITS)))
    assert (caught.value.code, sum(taken) < 10_000_000) == ("file_inflates", True)
