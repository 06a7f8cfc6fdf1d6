"""Rounding of time when it is billed, as a named policy; raw times are never overwritten by it."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from attrs import frozen

from worktraq.core.choices import chosen
from worktraq.errors import InvalidInput

ROUNDING_STEPS = (5, 6, 10, 15, 30)


class RoundedPer(StrEnum):
    """What is rounded: nothing, each time entry, what one employee did on one day, or the whole invoice line."""

    NONE = "none"
    ENTRY = "entry"
    DAY = "day"
    LINE = "line"


class RoundingWay(StrEnum):
    """In which direction."""

    UP = "up"
    NEAREST = "nearest"


@frozen
class RoundingPolicy:
    """How the time of a customer or project is rounded when it is billed.

    Attributes:
        per: What is rounded.
        step: To a multiple of so many minutes: 5, 6, 10, 15 or 30.
        way: Up, or to the nearest multiple; a half goes up.
    """

    per: RoundedPer = RoundedPer.NONE
    step: int = 15
    way: RoundingWay = RoundingWay.UP


NO_ROUNDING = RoundingPolicy()


def check_rounding(policy: RoundingPolicy) -> RoundingPolicy:
    """The policy, when everything in it is one of the choices.

    Raises:
        InvalidInput: Naming the part.
    """
    if policy.step not in ROUNDING_STEPS or isinstance(policy.step, bool):
        raise InvalidInput.of("step", "choice_unknown", known=", ".join(map(str, ROUNDING_STEPS)))
    return RoundingPolicy(chosen("per", RoundedPer, policy.per), policy.step, chosen("way", RoundingWay, policy.way))


def rounded(minutes: int, policy: RoundingPolicy) -> int:
    """Minutes to a multiple of the step."""
    step = policy.step
    if policy.way is RoundingWay.UP:
        return -(-minutes // step) * step
    return (2 * minutes + step) // (2 * step) * step


@frozen
class Worked:
    """The time of one entry, as far as rounding goes by it.

    Attributes:
        who: Whose time it is.
        on: The day of work.
        minutes: As registered.
    """

    who: object
    on: date
    minutes: int


def billed_minutes(worked: Iterable[Worked], policy: RoundingPolicy) -> int:
    """The minutes of one invoice line, rounded as the policy says."""
    if policy.per is RoundedPer.ENTRY:
        return sum(rounded(each.minutes, policy) for each in worked)
    if policy.per is RoundedPer.DAY:
        return sum(rounded(minutes, policy) for minutes in _per_day(worked).values())
    minutes = sum(each.minutes for each in worked)
    return rounded(minutes, policy) if policy.per is RoundedPer.LINE else minutes


def _per_day(worked: Iterable[Worked]) -> Mapping[tuple[object, date], int]:
    minutes: dict[tuple[object, date], int] = {}
    for each in worked:
        key = (each.who, each.on)
        minutes[key] = minutes.get(key, 0) + each.minutes
    return minutes
