"""What a person reads, in four languages."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.money import Rate, currency_digits
from worktraq.errors import AdapterError, Conflict, InvalidInput, NotFound, Problem, Reason, Refused, WorktraqError
from worktraq.i18n import LANGUAGES, language_of, localize, translator

pytestmark = pytest.mark.requirement("B-11")

# The same few sentences whatever the product says today; all but the first are in the catalogs.
SENTENCES = {
    "untranslated": "It ends on {on}, says {value}.",
    "not_found": "There is no such {kind}.",
    "kind.customer": "customer",
    "field.buyer": "customer",
}


def with_plain_blanks(text: str) -> str:
    """The text with every kind of blank as a space, because languages differ in which they use where."""
    return re.sub(r"\s", " ", text)


@pytest.fixture
def sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """`localize` knows exactly `SENTENCES`."""
    monkeypatch.setattr("worktraq.i18n.MESSAGES", SENTENCES)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("nl", "nl"), ("nl-BE", "nl"), ("fr_BE", "fr"), ("DE", "de"), ("en-US", "en"), ("es", "en"), ("", "en")],
)
def test_language_tag_is_served_by_nearest_language(tag: str, language: str) -> None:
    """A region does not matter, and an unknown language reads English."""
    assert translator(tag).language == language_of(tag) == language


def test_translator_is_made_once_per_language() -> None:
    """Reading a catalog takes milliseconds, which nobody should pay for every mail."""
    assert translator("nl") is translator("nl-BE")


def test_languages_name_themselves() -> None:
    """A reader finds the own language in a list without knowing another."""
    assert [translator(language).language_name for language in LANGUAGES] == [
        "Nederlands",
        "English",
        "Français",
        "Deutsch",
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "klant"), ("en", "customer"), ("fr", "client"), ("de", "Kunde")],
)
def test_sentence_comes_from_catalog_of_language(language: str, text: str) -> None:
    """The English sentence is the key in every language."""
    assert translator(language).text("customer") == text


def test_sentence_that_no_catalog_knows_reads_english() -> None:
    """A host's own sentence is shown rather than nothing."""
    assert translator("fr").text("Only {count} of these", count=3) == "Only 3 of these"


def test_value_with_braces_is_shown_as_it_is() -> None:
    """What a user typed is never taken for a placeholder."""
    assert translator("nl").text("Note: {note}", note="{secret} {0}") == "Note: {secret} {0}"


@pytest.mark.usefixtures("sentences")
def test_message_of_a_code_translates_its_parameters() -> None:
    """A label or a sentence is shown from its code alone."""
    assert translator("nl").message("not_found", kind="customer") == "Niet gevonden: klant."


def test_unknown_code_is_an_error() -> None:
    """A code without a sentence is a defect."""
    with pytest.raises(KeyError):
        translator("nl").message("no_such_code")


def test_missing_parameter_is_an_error() -> None:
    """A sentence with a hole is a defect, not something to show."""
    with pytest.raises(KeyError):
        translator("en").text("Only {count} of these")


@pytest.mark.parametrize(("count", "text"), [(1, "1 hour"), (0, "0 hours"), (1200, "1,200 hours")])
def test_plural_follows_count(count: int, text: str) -> None:
    """The count is written as the language writes numbers."""
    assert translator("en").plural("{count} hour", "{count} hours", count) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "5 oktober 2026"), ("en", "5 October 2026"), ("fr", "5 octobre 2026"), ("de", "5. Oktober 2026")],
)
def test_date_has_its_month_in_full(language: str, text: str) -> None:
    """Nobody has to guess which figure is the month."""
    assert translator(language).date(date(2026, 10, 5)) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "ma 5 okt"), ("en", "Mon 5 Oct"), ("fr", "lun. 5 oct."), ("de", "Mo., 5. Okt.")],
)
def test_day_in_a_list_is_short_and_has_its_weekday(language: str, text: str) -> None:
    """The year stands above the list."""
    assert translator(language).day(date(2026, 10, 5)) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "oktober 2026"), ("en", "October 2026"), ("fr", "octobre 2026"), ("de", "Oktober 2026")],
)
def test_whole_month_reads_by_its_name(language: str, text: str) -> None:
    """A period is half open: it ends before the first of the next month."""
    assert translator(language).period(date(2026, 10, 1), date(2026, 11, 1)) == text


def test_december_reads_by_its_name() -> None:
    """The month that ends in another year is a month like the others."""
    assert translator("nl").period(date(2026, 12, 1), date(2027, 1, 1)) == "december 2026"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "week 41 van 2026, 5–11 oktober"),
        ("en", "week 41 of 2026, 5–11 October"),
        ("fr", "semaine 41 de 2026, 5–11 octobre"),
        ("de", "Woche 41/2026, 5.–11. Oktober"),
    ],
)
def test_whole_week_reads_by_its_number(language: str, text: str) -> None:
    """A week from Monday has its ISO number, and its days for whoever does not count weeks."""
    assert with_plain_blanks(translator(language).period(date(2026, 10, 5), date(2026, 10, 12))) == text


def test_week_across_years_names_both() -> None:
    """The number belongs to the ISO year, the days to their own."""
    text = translator("en").period(date(2025, 12, 29), date(2026, 1, 5))
    assert with_plain_blanks(text) == "week 1 of 2026, 29 December 2025 – 4 January 2026"


@pytest.mark.parametrize(
    ("first", "until", "text"),
    [
        (date(2026, 10, 4), date(2026, 10, 11), "4–10 oktober 2026"),
        (date(2026, 9, 15), date(2026, 10, 15), "15 september – 14 oktober 2026"),
        (date(2026, 10, 1), date(2027, 1, 1), "1 oktober – 31 december 2026"),
        (date(2025, 10, 1), date(2026, 11, 1), "1 oktober 2025 – 31 oktober 2026"),
        (date(2026, 10, 5), date(2026, 10, 6), "5 oktober 2026"),
    ],
)
def test_other_period_reads_as_first_to_last_day(first: date, until: date, text: str) -> None:
    """The last day shown is the last one in it, also for a week that begins on Sunday."""
    assert with_plain_blanks(translator("nl").period(first, until)) == text


def test_period_without_a_day_is_refused() -> None:
    """There is no way to read it."""
    with pytest.raises(ValueError, match="at least one day"):
        translator("en").period(date(2026, 10, 5), date(2026, 10, 5))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "6 oktober 2026, 00:05"),
        ("en", "6 October 2026, 00:05"),
        ("fr", "6 octobre 2026, 00:05"),
        ("de", "6. Oktober 2026, 00:05"),
    ],
)
def test_instant_is_shown_on_local_clock(language: str, text: str) -> None:
    """The day is that of the reader's time zone too."""
    at = datetime(2026, 10, 5, 22, 5, tzinfo=UTC)
    assert translator(language).instant(at, "Europe/Amsterdam") == text


def test_instant_may_stand_in_any_zone() -> None:
    """The same moment reads the same wherever it was taken."""
    at = datetime(2026, 1, 5, 12, 0, tzinfo=timezone(timedelta(hours=9)))
    assert translator("en").instant(at, "UTC") == "5 January 2026, 03:00"


def test_naive_instant_is_refused() -> None:
    """It could be any of 24 hours."""
    with pytest.raises(ValueError, match="time zone"):
        translator("en").instant(datetime.fromisoformat("2026-10-05T12:00"), "UTC")


@pytest.mark.parametrize(
    ("language", "minor", "currency", "text"),
    [
        ("nl", 1250, "EUR", "€ 12,50"),
        ("en", 1250, "EUR", "€12.50"),
        ("fr", 1250, "EUR", "12,50 €"),
        ("de", 1250, "EUR", "12,50 €"),
        ("nl", -1250, "EUR", "€ -12,50"),
        ("en", -1250, "EUR", "-€12.50"),
        ("fr", -1250, "EUR", "-12,50 €"),
        ("de", -1250, "EUR", "-12,50 €"),
        ("nl", 10**15, "EUR", "€ 10.000.000.000.000,00"),
        ("en", 10**15 + 1, "EUR", "€10,000,000,000,000.01"),
        ("fr", 10**15 - 1, "EUR", "9 999 999 999 999,99 €"),
        ("de", -(10**15), "EUR", "-10.000.000.000.000,00 €"),
        ("en", 1234, "JPY", "JP¥1,234"),
        ("de", 1234, "JPY", "1.234 ¥"),
        ("nl", 1234567891, "BHD", "BHD 1.234.567,891"),
        ("en", -1, "BHD", "-BHD 0.001"),
        ("fr", 10**15, "BHD", "1 000 000 000 000,000 BHD"),
        ("en", 5, "IQD", "IQD 0.005"),
        ("de", 0, "EUR", "0,00 €"),
        ("nl", 10**30 + 1, "EUR", "€ 10.000.000.000.000.000.000.000.000.000,01"),
    ],
)
def test_money_is_exact(language: str, minor: int, currency: str, text: str) -> None:
    """Every minor unit shows, with the decimals of ISO 4217, however large the amount."""
    assert with_plain_blanks(translator(language).money(minor, currency)) == text


@given(
    minor=st.integers(-(10**18), 10**18),
    currency=st.sampled_from(["EUR", "JPY", "BHD", "CLF"]),
    language=st.sampled_from(LANGUAGES),
)
def test_money_can_be_read_back(minor: int, currency: str, language: str) -> None:
    """No amount loses or gains anything on paper."""
    text = translator(language).money(minor, currency)
    figures = re.sub(r"[^\d.,]", "", text)
    sign = -1 if "-" in text else 1
    locale = language if language != "fr" else "nl"  # without blanks, French thousands read as Dutch ones
    assert sign * parse_decimal(figures, locale=locale) == Decimal(minor).scaleb(-currency_digits(currency))


@pytest.mark.parametrize(
    ("language", "amount", "currency", "text"),
    [
        ("nl", "95", "EUR", "€ 95,00"),
        ("en", "27.505", "EUR", "€27.505"),
        ("de", "1234.5678", "CHF", "1.234,5678 CHF"),
        ("fr", "0", "EUR", "0,00 €"),
        ("en", "9500", "JPY", "JP¥9,500"),
        ("en", "9500.5", "JPY", "JP¥9,500.5"),
    ],
)
def test_rate_has_the_decimals_that_it_needs(language: str, amount: str, currency: str, text: str) -> None:
    """Those of the currency, and more where it has more."""
    assert with_plain_blanks(translator(language).rate(Rate(amount, currency))) == text


@pytest.mark.parametrize(
    ("language", "hundredths", "text"),
    [("nl", 2100, "21%"), ("fr", 550, "5,5 %"), ("en", 0, "0%"), ("de", 1925, "19,25 %")],
)
def test_percentage_has_the_decimals_that_it_needs(language: str, hundredths: int, text: str) -> None:
    """As the language writes it."""
    assert with_plain_blanks(translator(language).percent(hundredths)) == text


@pytest.mark.parametrize(("language", "text"), [("nl", "Duitsland"), ("en", "Germany"), ("fr", "Allemagne")])
def test_country_has_a_name(language: str, text: str) -> None:
    """What is no country stays the code that it is."""
    assert translator(language).country("DE") == text
    assert translator(language).country("QQ") == "QQ"


@pytest.mark.parametrize(
    ("language", "minutes", "text"),
    [("en", 485, "8.08"), ("nl", 60_003, "1.000,05"), ("de", 100, "1,67"), ("fr", 0, "0,00")],
)
def test_hours_can_be_decimal(language: str, minutes: int, text: str) -> None:
    """To two decimals, a half away from zero."""
    assert with_plain_blanks(translator(language).decimal_hours(minutes)) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(480, "8:00"), (485, "8:05"), (0, "0:00"), (59, "0:59"), (-30, "-0:30"), (-90, "-1:30"), (60_000, "1000:00")],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_hours_read_as_on_a_clock(language: str, minutes: int, text: str) -> None:
    """Hours and minutes, the same in every language, so that nobody reads 8.05 as a decimal."""
    assert translator(language).hours(minutes) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "-1.234.567"), ("en", "-1,234,567"), ("fr", "-1 234 567"), ("de", "-1.234.567")],
)
def test_number_has_its_thousands_apart(language: str, text: str) -> None:
    """As the language does it."""
    assert with_plain_blanks(translator(language).number(-1234567)) == text


@pytest.mark.usefixtures("sentences")
def test_refusal_is_localised_with_all_reasons() -> None:
    """Somebody who is refused for two reasons reads both, in the own language."""
    error = Refused([Reason.of("not_found", kind="customer"), Reason.of("kind.customer")])
    assert localize(error, "nl") == "Niet gevonden: klant. klant"


@pytest.mark.usefixtures("sentences")
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Niet gevonden: klant."),
        ("en", "There is no such customer."),
        ("fr", "Introuvable : client."),
        ("de", "Nicht gefunden: Kunde."),
    ],
)
def test_not_found_names_kind_in_reader_s_language(language: str, text: str) -> None:
    """The kind is a code of its own, and is translated too."""
    assert with_plain_blanks(localize(NotFound("customer"), language)) == text


@pytest.mark.usefixtures("sentences")
def test_problems_are_localised_with_label_and_place() -> None:
    """Every problem says which field, where it stood and what is wrong with it."""
    error = InvalidInput([Problem("buyer", "kind.customer", place="B7"), Problem("unlabelled", "kind.customer")])
    assert with_plain_blanks(localize(error, "fr")) == "client (B7) : client unlabelled : client"


@pytest.mark.usefixtures("sentences")
@pytest.mark.parametrize("error", [Conflict("kind.customer"), AdapterError("kind.customer", is_transient=True)])
def test_code_of_conflict_and_adapter_error_is_localised(error: WorktraqError) -> None:
    """These carry one code each."""
    assert localize(error, "de") == "Kunde"


@pytest.mark.usefixtures("sentences")
def test_date_in_a_reason_is_written_as_reader_writes_dates() -> None:
    """But what somebody typed is shown as it was typed."""
    reason = Reason.of("untranslated", on="2026-10-05", value="2026-10-05")
    assert localize(reason, "de") == "It ends on 5. Oktober 2026, says 2026-10-05."


@pytest.mark.usefixtures("sentences")
def test_text_that_only_looks_like_a_date_is_left_alone() -> None:
    """A kind of ten characters, or a day that does not exist, stays what it is."""
    assert localize(Reason.of("not_found", kind="2026-02-30"), "en") == "There is no such 2026-02-30."


def test_error_without_code_reads_as_it_is() -> None:
    """A host's own error below the root still says what it says."""
    assert localize(WorktraqError("disk full"), "nl") == "disk full"
