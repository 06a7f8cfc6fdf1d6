"""For how long personal data is kept, by category; what is past its time loses names and texts, never totals."""

from collections.abc import Mapping
from datetime import date

from attrs import evolve, frozen
from dateutil.relativedelta import relativedelta

from worktraq.core.ids import OrganizationId
from worktraq.core.privacy import DataCategory, ErasedCount
from worktraq.core.problems import Problems
from worktraq.core.unset import UNSET, Unset
from worktraq.errors import InvalidInput

MOST_MONTHS = 1_200
LEGAL_MONTHS: Mapping[str, int] = {"NL": 84, "BE": 120}
"""For how long the law of a country has invoices and receipts kept: art. 52 AWR; art. 60 of the Belgian VAT code."""

_CAREFUL_MONTHS = 120
_INVITATION_MONTHS = 12
_BY_LAW = frozenset({DataCategory.INVOICES, DataCategory.RECEIPTS})


@frozen(kw_only=True)
class Retention:
    """For how many months each category is kept; None for as long as the organization exists.

    Attributes:
        organization_id: Whose data it is.
        notes: What was written with items, and when work began; counted from the day of work.
        receipts: References of receipts; counted from the day of the expense.
        comments: Remarks on items; counted from when they were written.
        evidence: Who was asked and who decided, from where, and what they wrote; counted from the decision. Also why a
            legal hold was placed; counted from when it was lifted.
        invitations: Answered, withdrawn and expired ones; counted from then.
        invoices: Names and texts on invoices and credit notes; counted from the date on them.
        version: Goes up with every change; 0 while nothing was chosen.
    """

    organization_id: OrganizationId
    notes: int | None
    receipts: int | None
    comments: int | None
    evidence: int | None
    invitations: int | None
    invoices: int | None
    version: int = 0

    def months(self, category: DataCategory) -> int | None:
        """For how long a category is kept; those that have no period of their own are kept."""
        found: int | None = getattr(self, category.value, None)
        return found


@frozen
class RetentionPlan:
    """What periods would take on a day, of what is stored now.

    Attributes:
        retention: The periods, with the version of those that hold now, for `change_retention`.
        on: The day on which they would be applied.
        erased: How much of each category; empty where nothing is past its time.
    """

    retention: Retention
    on: date
    erased: tuple[ErasedCount, ...]

    def count(self, category: DataCategory) -> int:
        """How many records of a category would lose names and texts, or go."""
        return sum(each.count for each in self.erased if each.category is category)


def legal_months(country: str) -> int:
    """For how many months a country has invoices and receipts kept; without a country as in the Netherlands."""
    return LEGAL_MONTHS.get(country or "NL", _CAREFUL_MONTHS)


def default_retention(organization_id: OrganizationId, country: str) -> Retention:
    """What holds until an administrator chooses.

    Args:
        organization_id: Whose data it is.
        country: Of the organization; empty where it is not known.
    """
    months = legal_months(country)
    return Retention(
        organization_id=organization_id,
        notes=months,
        receipts=months,
        comments=months,
        evidence=months,
        invitations=_INVITATION_MONTHS,
        invoices=months,
    )


def changed_retention(
    retention: Retention,
    country: str,
    *,
    notes: int | Unset | None = UNSET,
    receipts: int | Unset | None = UNSET,
    comments: int | Unset | None = UNSET,
    evidence: int | Unset | None = UNSET,
    invitations: int | Unset | None = UNSET,
    invoices: int | Unset | None = UNSET,
) -> Retention:
    """The periods with those changed that are given, in months.

    Raises:
        InvalidInput: Naming every category that is wrong; ``number_out_of_range`` also for less than the law demands.
    """
    found = Problems()

    def months(category: DataCategory, given: int | Unset | None) -> int | None:
        return retention.months(category) if given is UNSET else found.keep(None, _checked, category, given, country)

    after = evolve(
        retention,
        notes=months(DataCategory.NOTES, notes),
        receipts=months(DataCategory.RECEIPTS, receipts),
        comments=months(DataCategory.COMMENTS, comments),
        evidence=months(DataCategory.EVIDENCE, evidence),
        invitations=months(DataCategory.INVITATIONS, invitations),
        invoices=months(DataCategory.INVOICES, invoices),
        version=retention.version + 1,
    )
    found.raise_if_any()
    return after


def _checked(category: DataCategory, months: int | None, country: str) -> int | None:
    least = legal_months(country) if category in _BY_LAW else 1
    if months is None:
        return None
    if not isinstance(months, int) or isinstance(months, bool) or not least <= months <= MOST_MONTHS:
        raise InvalidInput.of(category.value, "number_out_of_range", least=least, most=MOST_MONTHS)
    return months


def kept_until(since: date | None, months: int | None) -> date | None:
    """From which day on something of a day is past its time; None for never, or where there is no such day."""
    return None if since is None or months is None else since + relativedelta(months=months)


def kept_from(today: date, months: int | None) -> date | None:
    """The first day of which everything is kept: what is older is past its time. None where all is kept."""
    return None if months is None else today - relativedelta(months=months)
