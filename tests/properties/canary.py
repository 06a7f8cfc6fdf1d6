"""A rate that nobody but a manager may ever see, and the search for it in whatever reaches others (W-05)."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import Enum

import attrs

from worktraq.core.money import Money, Rate
from worktraq.core.rates import ItemPrice, MoneyBudget, MoneyBudgetUse, RateRule

CANARY = Rate("77.7731", "EUR")
CANARY_BUDGET = Money("6612.47", "EUR")
_PRICED = Rate | RateRule | ItemPrice | MoneyBudget | MoneyBudgetUse
# Ids, tokens, digests and cursors are long; any digits can stand in them.
_OPAQUE = re.compile(r"UUID\('[^']*'\)|[A-Za-z0-9_=-]{24,}|b'[^']*'|b\"[^\"]*\"")
_RATE_TEXTS = ("77.7731", "77,7731", "777731", "77.773", "77.78/", "77.77/")


class Spill(AssertionError):
    """A price has reached somebody who may not see it."""


def leaves(thing: object, seen: set[int] | None = None) -> Iterator[object]:
    """Every value inside a thing, however deep."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, str | bytes | int | Decimal | Enum) or thing is None:
        yield thing
    elif isinstance(thing, Mapping):
        for pair in thing.items():
            yield from leaves(pair, seen)
    elif isinstance(thing, BaseException):
        yield from (str(thing), repr(thing))
        yield from leaves(vars(thing), seen)
        yield from leaves((thing.args, thing.__cause__, thing.__context__), seen)
    elif attrs.has(type(thing)):
        yield thing
        for name in (field.name for field in getattr(type(thing), "__attrs_attrs__", ())):
            yield from leaves(getattr(thing, name), seen)
    elif isinstance(thing, Iterable):
        for each in thing:
            yield from leaves(each, seen)
    else:
        yield thing


def check_for(secrets: frozenset[int], *things: object) -> None:
    """That none of the things holds the canary, or one of the amounts that follow from it.

    Args:
        secrets: Amounts in cents.
        things: What somebody without the right to see prices got: values, errors, texts.

    Raises:
        Spill: When one does.
    """
    texts = [f"{cents // 100}.{cents % 100:02}" for cents in secrets]
    derived = re.compile("|".join(rf"(?<![\d.]){re.escape(text)}(?!\d)" for text in texts) or r"(?!)")
    for thing in things:
        for leaf in leaves(thing):
            if isinstance(leaf, _PRICED) or leaf == CANARY.ten_thousandths:
                raise Spill(f"{type(leaf).__name__} in {type(thing).__name__}")
            if isinstance(leaf, Money) and leaf.minor in secrets:
                raise Spill(f"{leaf} in {type(thing).__name__}")
        for text in (str(thing), repr(thing)):
            shown = _OPAQUE.sub("", text)
            if any(each in shown for each in _RATE_TEXTS) or derived.search(shown):
                raise Spill(shown)


class LogCollector(logging.Handler):
    """Keeps everything that is logged, by anybody, at any level."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as it would be written, with its error."""
        self.texts.append(f"{record.getMessage()} {record.args!r} {record.exc_info!r}")
