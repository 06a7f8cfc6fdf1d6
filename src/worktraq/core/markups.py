"""What a customer pays for an expense: without the VAT on the receipt, with a mark-up (T-09, W-05).

A mark-up is set like a rate: on a thing, from a date on, the most particular one counts. Like a rate, it is for managers
and administrators only; an expense carries none of it.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

from attrs import frozen

from worktraq.core.entries import Expense
from worktraq.core.ids import MarkupId, OrganizationId
from worktraq.core.money import Money, round_half_away
from worktraq.errors import InvalidInput

LARGEST_MARKUP = 100_000
_WHOLE = 10_000


class MarkupSubject(StrEnum):
    """What a mark-up is set on, from the most to the least particular."""

    PROJECT = "project"
    CUSTOMER = "customer"
    ORGANIZATION = "organization"


@frozen
class MarkupRule:
    """A mark-up on the expenses of one thing, from a date on.

    Attributes:
        id: Of the rule.
        organization_id: Whose rule it is.
        subject: The kind of thing.
        subject_id: The project, customer or organization.
        hundredths: In hundredths of a percent: 1500 for 15 %; 0 for none, where a less particular one would count.
        valid_from: The first day of an expense it counts for; None for the beginning.
        version: Goes up with every change.
    """

    id: MarkupId
    organization_id: OrganizationId
    subject: MarkupSubject
    subject_id: UUID
    hundredths: int
    valid_from: date | None = None
    version: int = 1


def check_markup(hundredths: int) -> int:
    """The mark-up, when it is a whole number up to ten times the amount.

    Raises:
        InvalidInput: With ``number_out_of_range``.
    """
    if isinstance(hundredths, bool) or not isinstance(hundredths, int) or not 0 <= hundredths <= LARGEST_MARKUP:
        raise InvalidInput.of("hundredths", "number_out_of_range", least=0, most=LARGEST_MARKUP)
    return hundredths


def markup_for(rules: Iterable[MarkupRule], expense: Expense) -> MarkupRule | None:
    """The rule that counts for an expense: of the project, else the customer, the organization, by its day."""
    begun = [rule for rule in rules if rule.valid_from is None or rule.valid_from <= expense.on]
    for subject_id in (expense.project_id, expense.customer_id, expense.organization_id):
        of_subject = [rule for rule in begun if rule.subject_id == subject_id]
        if of_subject:
            return max(of_subject, key=lambda rule: rule.valid_from or date.min)
    return None


def billed_amount(expense: Expense, markup_hundredths: int) -> Money:
    """What an expense is billed for, without VAT: what was paid, less the VAT in it, with the mark-up on what is left.

    Both steps round half away from zero to minor units.
    """
    paid = expense.amount
    net = round_half_away(paid.minor * _WHOLE, _WHOLE + (expense.vat_hundredths or 0))
    return Money.from_minor(round_half_away(net * (_WHOLE + markup_hundredths), _WHOLE), paid.currency)
