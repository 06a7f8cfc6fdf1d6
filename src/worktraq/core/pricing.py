"""Which price an item has and why: the rate or mark-up that applies, and those that were passed over (W-05)."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from attrs import frozen

from worktraq.core.entries import Expense, Item
from worktraq.core.ids import UserId
from worktraq.core.markups import MarkupRule
from worktraq.core.rates import ItemPrice, RateRule


class RateStanding(StrEnum):
    """Why a rate or mark-up on something that an item belongs to applies to it, or does not."""

    APPLIES = "applies"
    LESS_PARTICULAR = "less_particular"
    REPLACED = "replaced"
    NOT_YET_VALID = "not_yet_valid"
    OTHER_CURRENCY = "other_currency"


@frozen
class RateCandidate:
    """A rate or mark-up that could count for an item, by its day of work.

    Attributes:
        rule: With its subject and the day from which it is valid.
        standing: Whether it applies; else what stands against it: it is for another currency, its first day lies after the
            day of work, a later one on the same thing counts, or one on something more particular does.
    """

    rule: RateRule | MarkupRule
    standing: RateStanding


@frozen
class RateExplanation:
    """Which price an item has, and where it comes from (W-05: for managers only).

    Attributes:
        price: Frozen or, before approval, what today's rate gives; None without a rate.
        is_frozen: Whether it no longer follows the rates: it was frozen at `price.priced_at`, by the rule
            `price.rule_id`, or filled in for `price.reason`.
        candidates: The rates that could count, as they stand today, the most particular first and of one thing the latest
            first; of an expense the mark-ups. What was changed since may differ from what a price was frozen by.
        filled_in_by: Who filled the rate in, if somebody did.
    """

    price: ItemPrice | None
    is_frozen: bool
    candidates: tuple[RateCandidate, ...] = ()
    filled_in_by: UserId | None = None


def candidates_for(
    item: Item, rules: Iterable[RateRule], markups: Iterable[MarkupRule], currency: str
) -> tuple[RateCandidate, ...]:
    """The rates, or of an expense the mark-ups, on everything that an item belongs to.

    Args:
        item: The item.
        rules: The rates to look among.
        markups: The mark-ups to look among.
        currency: Of the customer.
    """
    subject_ids: list[UUID | None] = [item.activity_id, item.project_id, item.customer_id, item.organization_id]
    concerned: list[RateRule | MarkupRule] = list(markups if isinstance(item, Expense) else rules)
    ordered = sorted(
        (rule for rule in concerned if rule.subject_id in subject_ids),
        key=lambda rule: (subject_ids.index(rule.subject_id), -_begin(rule).toordinal(), rule.id),
    )
    return tuple(_candidates(ordered, item.on, currency))


def _candidates(ordered: Sequence[RateRule | MarkupRule], on: date, currency: str) -> Iterable[RateCandidate]:
    applying: UUID | None = None
    for rule in ordered:
        if isinstance(rule, RateRule) and rule.rate.currency != currency:
            standing = RateStanding.OTHER_CURRENCY
        elif _begin(rule) > on:
            standing = RateStanding.NOT_YET_VALID
        elif applying is None:
            applying, standing = rule.subject_id, RateStanding.APPLIES
        else:
            standing = RateStanding.REPLACED if rule.subject_id == applying else RateStanding.LESS_PARTICULAR
        yield RateCandidate(rule, standing)


def _begin(rule: RateRule | MarkupRule) -> date:
    return rule.valid_from or date.min
