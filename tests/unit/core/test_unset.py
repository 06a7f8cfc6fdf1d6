"""The value of an argument that was not given."""

from worktraq.core.unset import UNSET, either


def test_what_is_not_given_stays() -> None:
    """Without a value the old one counts."""
    assert either(UNSET, "old") == "old"


def test_what_is_given_counts_also_when_it_is_nothing() -> None:
    """None is a value: it makes something empty."""
    assert either(None, "old") is None


def test_unset_reads_as_its_name() -> None:
    """In a signature it explains itself."""
    assert repr(UNSET) == "UNSET"
