"""What a person reads, in Dutch, English, French or German (B-11).

English is the language of the source: an English sentence is its own key, and the catalogs in
``locale/`` hold the other three. They are read as they are, so that nothing has to be compiled to
add a sentence or a language. A language that is not known is answered in English.
"""

import datetime
import re
from decimal import Decimal, localcontext
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from zoneinfo import ZoneInfo

from attrs import field, frozen
from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import NumberPattern, format_decimal, get_currency_symbol, parse_pattern

from worktraq.core.access import Verdict
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.money import Rate, currency_digits, round_half_away
from worktraq.core.unbilled_lines import Explained
from worktraq.errors import (
    AdapterError,
    Conflict,
    InvalidInput,
    NotFound,
    Parameter,
    Problem,
    Reason,
    Refused,
    WorktraqError,
)
from worktraq.messages import MESSAGES

__all__ = ["LANGUAGES", "SOURCE_LANGUAGE", "Translator", "language_of", "localize", "translator"]

SOURCE_LANGUAGE = "en"
# English for Europe: the day before the month, weeks that begin on Monday.
_LOCALES = {"en": "en_GB"}
_ONE_DAY = datetime.timedelta(days=1)
_ONE_WEEK = datetime.timedelta(days=7)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# What somebody typed is shown as it was typed, even where it looks like a date.
_VERBATIM = frozenset({"value"})


@frozen(eq=False)
class Translator:
    """Sentences, dates, amounts and numbers in one language.

    Attributes:
        language: One of `LANGUAGES`.
    """

    language: str
    _locale: Locale = field(repr=False)
    _catalog: NullTranslations = field(repr=False)

    @property
    def language_name(self) -> str:
        """The name of the language in that language, as it stands in a list: ``Français``."""
        name = Locale(self.language).get_display_name() or self.language
        return name[:1].upper() + name[1:]

    def text(self, message: str, /, **parameters: Parameter) -> str:
        """A sentence with its parameters filled in.

        Args:
            message: The English sentence of our own, with ``{name}`` for a parameter. Never a text
                that somebody else wrote.
            **parameters: Shown as they are.

        Raises:
            KeyError: When a parameter is missing.
        """
        return self._catalog.gettext(message).format_map(parameters)

    def message(self, code: str, /, **parameters: Parameter) -> str:
        """The sentence of a code of `worktraq.messages`.

        A parameter that is itself a code is translated too: with ``state="draft"``, the message
        ``state.draft`` is shown where there is one. A date in ISO form is written as the reader writes
        dates, unless the parameter is called ``value``: that is what somebody typed.

        Raises:
            KeyError: When there is no such code, or a parameter is missing.
        """
        return self.text(MESSAGES[code], **{name: self._readable(name, value) for name, value in parameters.items()})

    def plural(self, singular: str, plural: str, count: int, /, **parameters: Parameter) -> str:
        """The sentence that goes with a count; ``{count}`` is filled in as the language writes numbers."""
        message = self._catalog.ngettext(singular, plural, count)
        return message.format_map({"count": self.number(count), **parameters})

    def gettext(self, message: str) -> str:
        """The sentence alone, for a template engine that fills parameters in itself."""
        return self._catalog.gettext(message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """The sentence that goes with a count alone, for a template engine."""
        return self._catalog.ngettext(singular, plural, count)

    def date(self, on: datetime.date) -> str:
        """A date with its month in full: ``5 October 2026``."""
        return format_date(on, "long", locale=self._locale)

    def day(self, on: datetime.date) -> str:
        """A date as it stands in a list whose year is known: ``Mon 5 Oct``."""
        return format_skeleton("MMMEd", on, locale=self._locale)

    def period(self, first: datetime.date, until: datetime.date) -> str:
        """A half open period: a month or an ISO week by its name, anything else by its first and last day.

        Raises:
            ValueError: When it holds no day.
        """
        if until <= first:
            raise ValueError("A period holds at least one day.")
        last = until - _ONE_DAY
        if first.day == 1 and until.day == 1 and last.month == first.month and last.year == first.year:
            return format_skeleton("yMMMM", first, locale=self._locale)
        if first.isoweekday() == 1 and until - first == _ONE_WEEK:
            return self._week(first, last)
        return self._range(first, last, "yMMMd")

    def instant(self, at: datetime.datetime, time_zone: str) -> str:
        """A moment on the calendar and clock of a time zone: ``5 October 2026, 14:05``.

        Raises:
            ValueError: When the moment has no time zone of its own.
            zoneinfo.ZoneInfoNotFoundError: When there is no such time zone.
        """
        if at.tzinfo is None:
            raise ValueError("An instant has a time zone.")
        local = at.astimezone(ZoneInfo(time_zone))
        clock = format_time(local.time(), "short", locale=self._locale)
        return f"{self.date(local.date())}, {clock}"

    def money(self, minor: int, currency: str) -> str:
        """An exact amount, from minor units of an ISO 4217 currency: ``€12.50``."""
        digits = currency_digits(currency)
        symbol = get_currency_symbol(currency, locale=self._locale)
        pattern = _money_pattern(self._locale, digits, symbol[-1:].isalpha())
        with localcontext() as context:
            context.prec = max(context.prec, len(str(minor)) + digits)
            amount = Decimal(minor).scaleb(-digits)
            return str(pattern.apply(amount, self._locale, currency=currency, currency_digits=False))

    def rate(self, rate: Rate) -> str:
        """An exact price per hour, with more decimals than its currency has only where it needs them: ``€27.505``."""
        decimals = f"{rate.ten_thousandths % 10_000:04d}".rstrip("0")
        digits = max(currency_digits(rate.currency), len(decimals))
        symbol = get_currency_symbol(rate.currency, locale=self._locale)
        pattern = _money_pattern(self._locale, digits, symbol[-1:].isalpha())
        return str(pattern.apply(rate.amount, self._locale, currency=rate.currency, currency_digits=False))

    def percent(self, hundredths: int) -> str:
        """A percentage from hundredths of a percent, with decimals only where it needs them: ``21%``."""
        pattern = parse_pattern(self._locale.percent_formats[None].pattern)
        pattern.frac_prec = (0, 2)
        return str(pattern.apply(Decimal(hundredths).scaleb(-4), self._locale))

    def country(self, code: str) -> str:
        """The name of a country, by its ISO 3166 code; the code itself where there is none."""
        return str(self._locale.territories.get(code, code))

    def decimal_hours(self, minutes: int) -> str:
        """Worked time as hours with two decimals: ``8.08``."""
        hundredths = round_half_away(minutes * 100, 60)
        return format_decimal(Decimal(hundredths).scaleb(-2), "#,##0.00", locale=self._locale)

    def hours(self, minutes: int) -> str:
        """Worked time as hours and minutes: ``8:05``, the same in all languages."""
        whole, rest = divmod(abs(minutes), 60)
        return f"{'-' if minutes < 0 else ''}{whole}:{rest:02d}"

    def number(self, value: int) -> str:
        """A whole number with its thousands apart."""
        with localcontext() as context:
            context.prec = max(context.prec, len(str(value)))
            return format_decimal(Decimal(value), locale=self._locale)

    def _readable(self, name: str, value: Parameter) -> Parameter:
        if f"{name}.{value}" in MESSAGES:
            return self.text(MESSAGES[f"{name}.{value}"])
        if isinstance(value, str) and name not in _VERBATIM and _ISO_DATE.fullmatch(value):
            try:
                return self.date(datetime.date.fromisoformat(value))
            except ValueError:
                return value
        return value

    def _week(self, first: datetime.date, last: datetime.date) -> str:
        year, week, _ = first.isocalendar()
        days = self._range(first, last, "MMMd" if first.year == last.year else "yMMMd")
        return self.text("week {week} of {year}, {days}", week=week, year=year, days=days)

    def _range(self, first: datetime.date, last: datetime.date, skeleton: str) -> str:
        if first == last:
            return self.date(first)
        largest = "y" if first.year != last.year else "M" if first.month != last.month else "d"
        begin, end = self._locale.interval_formats[skeleton][largest]
        return self._part(first, begin) + self._part(last, end)

    def _part(self, on: datetime.date, pattern: str) -> str:
        # Intervals come with abbreviated months only; elsewhere we write months in full.
        return format_date(on, pattern.replace("MMM", "MMMM"), locale=self._locale)


def language_of(tag: str) -> str:
    """The one of `LANGUAGES` that serves a language tag: ``nl-BE`` is ``nl``, an unknown one ``en``."""
    language = tag.replace("_", "-").partition("-")[0].strip().lower()
    return language if language in LANGUAGES else SOURCE_LANGUAGE


def translator(language: str) -> Translator:
    """The translator for a language tag; made once per language."""
    return _translator(language_of(language))


def localize(error: WorktraqError | Verdict | Explained | Reason | Problem, language: str) -> str:
    """What went wrong, or why something may or may not be done, complete, in the reader's language.

    Parameters are shown as `Translator.message` shows them, a field by its label where there is one.

    Args:
        error: An error, or one reason or problem of it; or a verdict, which explains itself either way; or why an item is
            not billed.
        language: A language tag, such as that of the user.

    Raises:
        KeyError: When `worktraq.messages` does not know the code, or a parameter is missing.
    """
    speaker = translator(language)
    match error:
        case Refused():
            return " ".join(localize(reason, language) for reason in error.reasons)
        case Verdict() | Explained():
            return " ".join(localize(reason, language) for reason in error.explanation)
        case InvalidInput():
            return " ".join(localize(problem, language) for problem in error.problems)
        case NotFound():
            return speaker.message("not_found", kind=error.kind)
        case Problem():
            return _problem(speaker, error)
        case Reason():
            return speaker.message(error.code, **dict(error.parameters))
        case Conflict() | AdapterError():
            return speaker.message(error.code, **error.parameters)
        case _:
            return str(error)


def _problem(speaker: Translator, problem: Problem) -> str:
    label = f"field.{problem.field}"
    field_name = speaker.message(label) if label in MESSAGES else problem.field
    sentence = speaker.message(problem.code, **dict(problem.parameters))
    if problem.place:
        return speaker.text("{field} ({place}): {problem}", field=field_name, place=problem.place, problem=sentence)
    return speaker.text("{field}: {problem}", field=field_name, problem=sentence)


@cache
def _translator(language: str) -> Translator:
    locale = Locale.parse(_LOCALES.get(language, language))
    return Translator(language, locale, _catalog(language))


def _catalog(language: str) -> NullTranslations:
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    compiled = BytesIO()
    with (files("worktraq") / "locale" / language / "worktraq.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language, ignore_obsolete=True))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _money_pattern(locale: Locale, digits: int, is_lettered: bool) -> NumberPattern:
    text = locale.currency_formats["standard"].pattern
    if is_lettered:
        # English sets "€" against the number, but "CHF" apart from it.
        text = text.replace("¤#", "¤\N{NO-BREAK SPACE}#")
    pattern = parse_pattern(text)
    # Babel's own digits are those of cash in some countries; ours are those of ISO 4217.
    pattern.frac_prec = (digits, digits)
    return pattern
