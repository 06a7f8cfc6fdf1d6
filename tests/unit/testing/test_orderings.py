"""The orders in which transactions may have happened that overlapped."""

from attrs import frozen

from worktraq.testing.orderings import orders_of


@frozen
class _Span:
    name: str
    begun: int
    ended: int


def _orders(*together: _Span) -> list[tuple[str, bool]]:
    return [("".join(each.name for each in order), is_overtaken) for order, is_overtaken in orders_of(together)]


def test_two_that_overlap_may_have_happened_in_either_order() -> None:
    """The order in which they ended is tried first."""
    assert _orders(_Span("a", 1, 4), _Span("b", 2, 3)) == [("ba", False), ("ab", False)]


def test_one_that_began_when_another_had_ended_comes_behind_it() -> None:
    """Also where a third one overlaps both, unless it is the reason."""
    found = _orders(_Span("a", 1, 2), _Span("b", 3, 4))
    assert found == [("ab", False)]


def test_one_may_be_overtaken_where_a_third_one_was_open_all_the_while() -> None:
    """That one comes in between, and the order is the last that is tried."""
    found = _orders(_Span("a", 2, 3), _Span("b", 4, 5), _Span("c", 1, 6))
    assert found == [("abc", False), ("acb", False), ("cab", False), ("bca", True)]


def test_one_that_was_open_for_a_part_of_the_time_is_no_bridge() -> None:
    """It overlaps only one of the two, and so explains nothing."""
    found = _orders(_Span("a", 2, 3), _Span("b", 5, 6), _Span("c", 1, 4))
    assert found == [("acb", False), ("cab", False)]
