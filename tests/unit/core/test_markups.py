"""What a customer pays for an expense."""

from datetime import timedelta

import pytest
from attrs import evolve

from worktraq.core.entries import Expense
from worktraq.core.markups import LARGEST_MARKUP, MarkupRule, billed_amount, check_markup, markup_for
from worktraq.core.money import Money
from worktraq.core.rates import RateBook
from worktraq.errors import InvalidInput
from worktraq.testing.builders import MONDAY, a_markup, an_expense
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()
ON_PROJECT, ON_CUSTOMER, ON_ALL = a_markup(FIRM.project), a_markup(FIRM.customer), a_markup(FIRM.organization)
DAY = timedelta(days=1)


def paid(amount: str, vat_hundredths: int | None = None, currency: str = "EUR") -> Expense:
    """An expense."""
    return evolve(an_expense(FIRM.activity, amount=Money(amount, currency)), vat_hundredths=vat_hundredths)


@pytest.mark.requirement("W-05")
@pytest.mark.parametrize(
    ("amount", "vat", "markup", "billed"),
    [
        ("121.00", 2100, 0, "100.00"),
        ("12.50", None, 0, "12.50"),
        ("12.50", 0, 0, "12.50"),
        ("10.00", 2100, 0, "8.26"),  # 8.2644…
        ("0.01", 10_000, 0, "0.01"),  # a half, away from zero
        ("100.00", None, 1500, "115.00"),
        ("0.10", None, 500, "0.11"),  # 0.105
        ("10.00", 2100, 1000, "9.09"),  # 8.26 and not 8.2644… with ten percent
        ("10000000000000.00", 600, LARGEST_MARKUP, "103773584905660.34"),
    ],
)
def test_expense_is_billed_without_vat_and_with_its_markup(
    amount: str, vat: int | None, markup: int, billed: str
) -> None:
    """Each step rounds half away from zero to cents."""
    assert str(billed_amount(paid(amount, vat), markup)) == f"{billed} EUR"


def test_currency_without_cents_rounds_to_whole_units() -> None:
    """Yen have no decimals."""
    assert billed_amount(paid("1000", 1000, "JPY"), 0) == Money("909", "JPY")


@pytest.mark.requirement("W-05")
def test_most_particular_markup_counts() -> None:
    """Of the project, else the customer, else the organization."""
    rules = [ON_ALL, ON_CUSTOMER, ON_PROJECT]
    assert [markup_for(rules[:count], paid("1")) for count in range(4)] == [None, ON_ALL, ON_CUSTOMER, ON_PROJECT]


def test_project_of_somebody_else_does_not_count() -> None:
    """Nor does any project for what is on none."""
    assert markup_for([ON_PROJECT], an_expense(FIRM.loose_activity)) is None


def test_latest_markup_that_has_begun_counts() -> None:
    """By the day of the expense."""
    old, new = (a_markup(FIRM.customer, 100 * each, MONDAY + DAY * each) for each in (-1, 0))
    coming = a_markup(FIRM.project, 100, MONDAY + DAY)
    assert markup_for([ON_CUSTOMER, new, old, coming], paid("1")) is new


@pytest.mark.parametrize(("rules", "hundredths"), [((), None), ((ON_ALL,), 1500), ((evolve(ON_ALL, hundredths=0),), 0)])
def test_price_remembers_the_markup(rules: tuple[MarkupRule, ...], hundredths: int | None) -> None:
    """None where no rule says anything."""
    price = RateBook((), rules).price(paid("100"), "EUR", BEGINNING)
    assert price is not None
    assert price.markup_hundredths == hundredths
    assert price.value == Money("115" if hundredths else "100", "EUR")


@pytest.mark.parametrize("hundredths", [-1, LARGEST_MARKUP + 1, True, "15"])
def test_markup_is_a_whole_number_in_range(hundredths: int) -> None:
    """In hundredths of a percent."""
    with pytest.raises(InvalidInput) as raised:
        check_markup(hundredths)
    assert (raised.value.field, raised.value.code) == ("hundredths", "number_out_of_range")
    assert check_markup(LARGEST_MARKUP) == LARGEST_MARKUP
