"""The overview of what is not billed yet: sums per leading reason that add up, grouped as asked (B-01, L-13)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from attrs import evolve, frozen

from worktraq.core.billing import Unbilled, UnbilledReason, Why, reasons
from worktraq.core.calendar import Period
from worktraq.core.entries import TimeEntry
from worktraq.core.ids import CustomerId, ProjectId, UserId
from worktraq.core.instalments import Instalment
from worktraq.core.money import Money


class UnbilledBy(StrEnum):
    """What there is a group for: the billing period is the week or month of the project, else the month."""

    CUSTOMER = "customer"
    PROJECT = "project"
    USER = "user"
    MONTH = "month"
    PERIOD = "period"
    REASON = "reason"
    AGE = "age"


class AgeBand(StrEnum):
    """For how many whole days the leading reason stands."""

    UP_TO_7 = "up_to_7"
    UP_TO_30 = "up_to_30"
    UP_TO_60 = "up_to_60"
    UP_TO_90 = "up_to_90"
    OVER_90 = "over_90"


BAND_DAYS: Mapping[AgeBand, int] = {
    AgeBand.UP_TO_7: 7,
    AgeBand.UP_TO_30: 30,
    AgeBand.UP_TO_60: 60,
    AgeBand.UP_TO_90: 90,
}
"""The last day of each band but the oldest, the youngest band first."""


def age_in_days(since: datetime, at: datetime) -> int:
    """The whole days that have passed, of 24 hours each; 0 for what is to come."""
    return max((at - since).days, 0)


def begin_of(band: AgeBand, at: datetime) -> datetime:
    """What has come about after this is in the band, or in a younger one."""
    return at - timedelta(days=BAND_DAYS[band] + 1)


def band_of(since: datetime, at: datetime) -> AgeBand:
    """The band of what has come about at an instant."""
    return next((band for band in BAND_DAYS if since > begin_of(band, at)), AgeBand.OVER_90)


@frozen
class Sum:
    """A sum over items in one currency.

    Attributes:
        items: How many.
        minutes: Of the time among them.
        value: Of those with a value; None for who may not see amounts.
        items_without_rate: How many of them have no value, because no rate was found.
        minutes_without_rate: Of those.
    """

    items: int = 0
    minutes: int = 0
    value: Money | None = None
    items_without_rate: int = 0
    minutes_without_rate: int = 0


@frozen
class UnbilledTotals:
    """What is not billed yet in one currency; the sums per reason add up to the total, to the cent (B-01).

    Attributes:
        currency: Of all amounts in it.
        total: Over all items.
        by_reason: Per leading reason, in the order of the reasons; only those that occur.
    """

    currency: str
    total: Sum
    by_reason: Mapping[UnbilledReason, Sum]


@frozen(kw_only=True, cache_hash=True)
class UnbilledGroup:
    """What is not billed yet of one group; what was not grouped by is None.

    Attributes:
        customer_id: For whom.
        project_id: On which project; None also for what is on none.
        user_id: Whose items.
        month: The calendar month of the work.
        period: The billing period of the work.
        reason: The leading reason.
        age: For how long that stands.
        totals: Per currency, in order of its code.
    """

    customer_id: CustomerId | None = None
    project_id: ProjectId | None = None
    user_id: UserId | None = None
    month: Period | None = None
    period: Period | None = None
    reason: UnbilledReason | None = None
    age: AgeBand | None = None
    totals: tuple[UnbilledTotals, ...] = ()


@frozen
class UnbilledOverview:
    """What is not billed yet, and why.

    Attributes:
        totals: Over everything, per currency, in order of its code.
        groups: As asked for, in order of customer, project, employee, month, period, reason and age; none when
            nothing was grouped by. What has no project comes before what has one.
        names: Of the customers, projects and employees in the groups, by id.
        instalments: Of fixed prices that are due, in order of day: in the sums as READY, for who may see amounts.
    """

    totals: tuple[UnbilledTotals, ...]
    groups: tuple[UnbilledGroup, ...] = ()
    names: Mapping[UUID, str] = {}
    instalments: tuple[Instalment, ...] = ()


@frozen
class UnbilledSum:
    """What a store adds up: the items of one group, with one leading reason, in one currency.

    Attributes:
        group: Which group, without totals.
        currency: Of the amounts.
        reason: The leading reason.
        items: How many.
        minutes: Of the time among them.
        minor: What those with a value come to, in minor units; 0 for who may not see amounts.
        items_without_rate: How many have no value; 0 for who may not see amounts.
        minutes_without_rate: Of those.
    """

    group: UnbilledGroup
    currency: str
    reason: UnbilledReason
    items: int
    minutes: int
    minor: int
    items_without_rate: int
    minutes_without_rate: int


def sums_of(
    found: Iterable[Unbilled], by: Collection[UnbilledBy], *, at: datetime, week_start: int, shows_amounts: bool
) -> list[UnbilledSum]:
    """The sums of items: what every store has to come to.

    Args:
        found: The items.
        by: What to group by.
        at: Now, for the age.
        week_start: ISO weekday with which billing periods of a week begin.
        shows_amounts: Whether the reader may see amounts; without, not even a missing rate shows (W-05).
    """
    sums: dict[tuple[UnbilledGroup, str, UnbilledReason], _Tally] = {}
    for unbilled in found:
        why = reasons(unbilled, shows_amounts=shows_amounts)[0]
        key = (
            _group_of(unbilled, why, by, at, week_start),
            unbilled.value_currency(shows_amounts=shows_amounts),
            why.reason,
        )
        minutes = unbilled.item.minutes if isinstance(unbilled.item, TimeEntry) else 0
        minor, without, without_minutes = 0, 0, 0
        if shows_amounts and unbilled.price is not None:
            minor = unbilled.price.value.minor
        elif shows_amounts:
            without, without_minutes = 1, minutes
        sums.setdefault(key, _Tally()).add(1, minutes, minor, without, without_minutes)
    return [UnbilledSum(*key, *tally.figures) for key, tally in sums.items()]


def instalment_sum(instalment: Instalment, by: Collection[UnbilledBy], *, since: datetime, at: datetime) -> UnbilledSum:
    """An instalment that is due, as one of the sums.

    Args:
        instalment: The instalment.
        by: What to group by; it belongs to no employee.
        since: When its day began.
        at: Now, for the age.
    """
    month = Period.month(instalment.due_on.year, instalment.due_on.month)
    group = UnbilledGroup(
        customer_id=instalment.customer_id if UnbilledBy.CUSTOMER in by else None,
        project_id=instalment.project_id if UnbilledBy.PROJECT in by else None,
        month=month if UnbilledBy.MONTH in by else None,
        period=month if UnbilledBy.PERIOD in by else None,
        reason=UnbilledReason.READY if UnbilledBy.REASON in by else None,
        age=band_of(since, at) if UnbilledBy.AGE in by else None,
    )
    amount = instalment.amount
    return UnbilledSum(group, amount.currency, UnbilledReason.READY, 1, 0, amount.minor, 0, 0)


class _Tally:
    """Figures while they are added up: items, minutes, minor units, items and minutes without a rate."""

    __slots__ = ("figures",)

    def __init__(self) -> None:
        self.figures = (0, 0, 0, 0, 0)

    def add(self, items: int, minutes: int, minor: int, without: int, without_minutes: int) -> None:
        one, two, three, four, five = self.figures
        self.figures = (one + items, two + minutes, three + minor, four + without, five + without_minutes)

    def shown(self, currency: str, *, shows_amounts: bool) -> Sum:
        items, minutes, minor, without, without_minutes = self.figures
        if not shows_amounts:
            return Sum(items, minutes)
        return Sum(items, minutes, Money.from_minor(minor, currency), without, without_minutes)


def _group_of(unbilled: Unbilled, why: Why, by: Collection[UnbilledBy], at: datetime, week_start: int) -> UnbilledGroup:
    item = unbilled.item
    return UnbilledGroup(
        customer_id=item.customer_id if UnbilledBy.CUSTOMER in by else None,
        project_id=item.project_id if UnbilledBy.PROJECT in by else None,
        user_id=item.user_id if UnbilledBy.USER in by else None,
        month=Period.month(item.on.year, item.on.month) if UnbilledBy.MONTH in by else None,
        period=Period.of(item.on, unbilled.cadence, week_start) if UnbilledBy.PERIOD in by else None,
        reason=why.reason if UnbilledBy.REASON in by else None,
        age=band_of(why.since, at) if UnbilledBy.AGE in by else None,
    )


def overview(
    sums: Iterable[UnbilledSum],
    by: Collection[UnbilledBy],
    *,
    shows_amounts: bool,
    names: Mapping[UUID, str] | None = None,
    instalments: Iterable[Instalment] = (),
) -> UnbilledOverview:
    """The overview that sums come to.

    Args:
        sums: Of every group, currency and leading reason; several for the same ones are added up.
        by: What they are grouped by.
        shows_amounts: Whether the reader may see amounts (W-05).
        names: Of what is in the groups.
        instalments: Those that are among the sums.
    """
    sums = list(sums)
    groups: dict[UnbilledGroup, list[UnbilledSum]] = {}
    if by:
        for each in sums:
            groups.setdefault(each.group, []).append(each)
    return UnbilledOverview(
        _totals(sums, shows_amounts=shows_amounts),
        tuple(
            evolve(group, totals=_totals(groups[group], shows_amounts=shows_amounts))
            for group in sorted(groups, key=_place)
        ),
        names or {},
        tuple(instalments),
    )


_REASONS = {reason: place for place, reason in enumerate(UnbilledReason)}
_BANDS = {band: place for place, band in enumerate(AgeBand)}


def _place(group: UnbilledGroup) -> tuple[str, str, str, date, tuple[date, date], int, int]:
    return (
        group.customer_id.hex if group.customer_id else "",
        group.project_id.hex if group.project_id else "",
        group.user_id.hex if group.user_id else "",
        group.month.first if group.month else date.min,
        (group.period.first, group.period.until) if group.period else (date.min, date.min),
        _REASONS[group.reason] if group.reason else 0,
        _BANDS[group.age] if group.age else 0,
    )


def _totals(sums: Iterable[UnbilledSum], *, shows_amounts: bool) -> tuple[UnbilledTotals, ...]:
    per_currency: dict[str, dict[UnbilledReason, _Tally]] = {}
    for each in sums:
        tally = per_currency.setdefault(each.currency, {}).setdefault(each.reason, _Tally())
        tally.add(each.items, each.minutes, each.minor, each.items_without_rate, each.minutes_without_rate)
    return tuple(_of_currency(code, per_currency[code], shows_amounts=shows_amounts) for code in sorted(per_currency))


def _of_currency(currency: str, tallies: Mapping[UnbilledReason, _Tally], *, shows_amounts: bool) -> UnbilledTotals:
    whole = _Tally()
    for tally in tallies.values():
        whole.add(*tally.figures)
    by_reason = {
        reason: tallies[reason].shown(currency, shows_amounts=shows_amounts)
        for reason in sorted(tallies, key=_REASONS.__getitem__)
    }
    return UnbilledTotals(currency, whole.shown(currency, shows_amounts=shows_amounts), by_reason)


@frozen(kw_only=True)
class HeldUp:
    """What keeps a billing period of a project from being invoiced, and which employees hold it up (L-13).

    Attributes:
        customer_id: For whom.
        project_id: The project; None for work on none.
        period: The billing period.
        employees: Per leading reason that is in the way, whose items have it, in order of ids.
        totals: Of everything unbilled in it, per currency.
    """

    customer_id: CustomerId
    project_id: ProjectId | None
    period: Period
    employees: Mapping[UnbilledReason, tuple[UserId, ...]]
    totals: tuple[UnbilledTotals, ...]

    @property
    def is_ready(self) -> bool:
        """Whether nothing is in the way: all of it can be invoiced."""
        return not self.employees


HELD_UP_BY = (UnbilledBy.CUSTOMER, UnbilledBy.PROJECT, UnbilledBy.PERIOD, UnbilledBy.USER)
_IN_THE_WAY = tuple(reason for reason in UnbilledReason if reason is not UnbilledReason.READY)


def held_up(sums: Iterable[UnbilledSum], *, shows_amounts: bool) -> tuple[HeldUp, ...]:
    """What is held up, from sums by `HELD_UP_BY`, in order of customer, project and period."""
    found: dict[UnbilledGroup, list[UnbilledSum]] = {}
    for each in sums:
        found.setdefault(evolve(each.group, user_id=None), []).append(each)
    return tuple(_held_up(group, found[group], shows_amounts) for group in sorted(found, key=_place))


def _held_up(group: UnbilledGroup, sums: Collection[UnbilledSum], shows_amounts: bool) -> HeldUp:
    assert group.customer_id is not None and group.period is not None  # noqa: PT018  # both are grouped by
    employees = {
        reason: tuple(sorted({each.group.user_id for each in sums if each.reason is reason and each.group.user_id}))
        for reason in _IN_THE_WAY
    }
    return HeldUp(
        customer_id=group.customer_id,
        project_id=group.project_id,
        period=group.period,
        employees={reason: user_ids for reason, user_ids in employees.items() if user_ids},
        totals=_totals(sums, shows_amounts=shows_amounts),
    )
