"""When two runs of a transaction count as the same."""

from worktraq.errors import NotFound, Reason, Refused
from worktraq.testing.outcomes import Failed, are_alike

APPROVED = Failed(Refused, (Reason.of("item_not_open", state="approved"),))
INVOICED = Failed(Refused, (Reason.of("item_not_open", state="invoiced"),))
OTHER = Failed(Refused, (Reason.of("not_yours"),))
GONE = Failed(NotFound, ("item",))


def test_one_command_has_to_come_to_the_same() -> None:
    """What it gives, or the same error with the same words."""
    assert are_alike([APPROVED], [APPROVED])
    assert not are_alike([APPROVED], [INVOICED])
    assert not are_alike([1], [2])


def test_the_words_of_a_refusal_among_several_commands_do_not_count() -> None:
    """Its codes do, and so does everything else."""
    assert are_alike([1, APPROVED], [1, INVOICED])
    assert not are_alike([1, APPROVED], [1, OTHER])
    assert not are_alike([1, APPROVED], [2, INVOICED])
    assert not are_alike([1, APPROVED], [1, GONE])
    assert not are_alike([1, APPROVED], [1])
