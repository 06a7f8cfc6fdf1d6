"""What a picture of unbilled work shows: bars of labelled parts, as figures and as words."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from attrs import evolve, frozen

from worktraq.core.billing import UnbilledReason
from worktraq.core.money import currency_digits
from worktraq.core.unbilled import BAND_DAYS, AgeBand, Sum, UnbilledGroup, UnbilledOverview
from worktraq.i18n import Translator

MOST_BARS = 10
"""How many bars a panel has; what is left over stands in one more."""

_LONGEST = 44
_NOT_IN_XML = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})


@frozen
class Bar:
    """One bar.

    Attributes:
        label: What it is about.
        parts: How much of each age, in minor units or in minutes.
    """

    label: str
    parts: Mapping[AgeBand, int]

    @property
    def total(self) -> int:
        """Of all parts."""
        return sum(self.parts.values())


@frozen
class Panel:
    """Bars that can be compared with each other.

    Attributes:
        currency: Of the amounts; empty for hours.
        bars: From top to bottom.
    """

    currency: str
    bars: tuple[Bar, ...]

    def shown(self, value: int, speaker: Translator) -> str:
        """A value as the reader writes it."""
        return speaker.money(value, self.currency) if self.currency else speaker.hours(value)

    @property
    def unit(self) -> int:
        """How many minor units or minutes a whole has."""
        return int(10 ** currency_digits(self.currency)) if self.currency else 60


def panels_of(overview: UnbilledOverview, speaker: Translator) -> tuple[Panel, ...]:
    """One panel per currency; a single one in hours for who sees no amounts, or where no item has a rate.

    Raises:
        ValueError: When the overview is not grouped by age.
    """
    if any(group.age is None for group in overview.groups) or bool(overview.totals) > bool(overview.groups):
        raise ValueError("The picture needs an overview that is grouped by age.")
    has_amounts = any(_has_value(totals.total) for totals in overview.totals)
    per_currency: dict[str, dict[UnbilledGroup, Bar]] = {}
    for group in overview.groups:
        for totals in group.totals:
            if has_amounts and not _has_value(totals.total):
                continue
            value = totals.total.value
            amount = value.minor if has_amounts and value is not None else totals.total.minutes
            bars = per_currency.setdefault(totals.currency if has_amounts else "", {})
            subject = evolve(group, age=None, totals=())
            known = bars.get(subject) or Bar(_label(group, overview.names, speaker), {})
            assert group.age is not None
            parts = {**known.parts, group.age: known.parts.get(group.age, 0) + amount}
            bars[subject] = evolve(known, parts=parts)
    return tuple(
        Panel(currency, _in_order(per_currency[currency], speaker))
        for currency in sorted(per_currency)
        if any(bar.total for bar in per_currency[currency].values())
    )


def _has_value(found: Sum) -> bool:
    return found.value is not None and found.items > found.items_without_rate


def _label(group: UnbilledGroup, names: Mapping[UUID, str], speaker: Translator) -> str:
    known = (group.customer_id, group.project_id, group.user_id)
    periods = (group.month, group.period)
    parts = [
        *(names[subject_id] for subject_id in known if subject_id is not None),
        *(speaker.period(period.first, period.until) for period in periods if period is not None),
        *([speaker.message(f"unbilled.{group.reason.value}")] if group.reason is not None else []),
    ]
    return shortened(" · ".join(parts) or speaker.text("Total"))


def shortened(text: str) -> str:
    """A label that fits beside a bar and into an SVG, with a capital to begin with."""
    clean = text.translate(_NOT_IN_XML)
    clean = clean[:1].upper() + clean[1:]
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1].rstrip() + "…"


def _in_order(bars: Mapping[UnbilledGroup, Bar], speaker: Translator) -> tuple[Bar, ...]:
    """Reasons in their order; anything else by size, the largest ones one by one and the others together."""
    by_reason = [bars[group] for reason in UnbilledReason if (group := UnbilledGroup(reason=reason)) in bars]
    return tuple(by_reason) if len(by_reason) == len(bars) else _largest(bars.values(), speaker)


def _largest(bars: Iterable[Bar], speaker: Translator) -> tuple[Bar, ...]:
    ordered = sorted(bars, key=lambda bar: (-bar.total, bar.label))
    if len(ordered) <= MOST_BARS + 1:
        return tuple(ordered)
    others = ordered[MOST_BARS:]
    label = speaker.plural("{count} other", "{count} others", len(others))
    return (*ordered[:MOST_BARS], Bar(label, _together(others)))


def _together(bars: Sequence[Bar]) -> Mapping[AgeBand, int]:
    return {band: sum(bar.parts.get(band, 0) for bar in bars) for band in AgeBand}


def band_label(band: AgeBand, speaker: Translator) -> str:
    """The days of a band in words."""
    if band is AgeBand.OVER_90:
        return speaker.text("more than {days} days", days=BAND_DAYS[AgeBand.UP_TO_90])
    younger = [days for days in BAND_DAYS.values() if days < BAND_DAYS[band]]
    return speaker.text("{first} to {last} days", first=max(younger, default=-1) + 1, last=BAND_DAYS[band])


def without_rate(overview: UnbilledOverview, speaker: Translator) -> str:
    """What stands in no bar, because no rate was found; empty where nothing does."""
    items = sum(totals.total.items_without_rate for totals in overview.totals)
    minutes = sum(totals.total.minutes_without_rate for totals in overview.totals)
    if not items or not any(_has_value(totals.total) for totals in overview.totals):
        return ""
    return speaker.plural(
        "{count} item has no rate: {hours} hours that are in no amount.",
        "{count} items have no rate: {hours} hours that are in no amount.",
        items,
        hours=speaker.hours(minutes),
    )


def in_words(panels: Sequence[Panel], speaker: Translator) -> str:
    """The figures of all bars, for who cannot see the picture."""
    return " ".join(_sentence(bar, panel, speaker) for panel in panels for bar in panel.bars)


def _sentence(bar: Bar, panel: Panel, speaker: Translator) -> str:
    parts = [
        f"{band_label(band, speaker)} {panel.shown(bar.parts[band], speaker)}"
        for band in AgeBand
        if bar.parts.get(band)
    ]
    return f"{bar.label}: {panel.shown(bar.total, speaker)} ({', '.join(parts)})."
