"""Ids of version 7, and what is none."""

from uuid import UUID

import pytest

from worktraq.core.ids import check_id, uuid7
from worktraq.errors import InvalidInput


def test_id_is_of_version_seven() -> None:
    """Version and variant stand where RFC 9562 wants them."""
    made = uuid7(2**48 - 1, 2**12 - 1, 2**62 - 1)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_ids_sort_by_moment_and_then_by_sequence() -> None:
    """Whatever is random in them comes last."""
    assert uuid7(1, 0, 2**62 - 1) < uuid7(1, 1, 0) < uuid7(2, 0, 0)


def test_id_holds_the_moment() -> None:
    """The first 48 bits are milliseconds."""
    assert uuid7(1234567, 0, 0).int >> 80 == 1234567


@pytest.mark.parametrize("odd", ["abc", str(UUID(int=1)), 1, None, b"\0" * 16, UUID])
def test_what_is_no_id_is_refused(odd: object) -> None:
    """Also a text that an id is written as."""
    check_id("item_id", UUID(int=1))
    with pytest.raises(InvalidInput) as caught:
        check_id("item_id", odd)
    assert (caught.value.field, caught.value.code) == ("item_id", "id_malformed")
