"""Value added tax on what is invoiced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.money import Money, total
from worktraq.core.vat import Vat, VatCategory, breakdown, check_vat, tax_on
from worktraq.errors import InvalidInput
from worktraq.testing import strategies

HIGH, LOW = Vat(), Vat(VatCategory.STANDARD, 900)
REVERSE = Vat(VatCategory.REVERSE_CHARGE, 0)


def euros(amount: str) -> Money:
    """An amount."""
    return Money(amount, "EUR")


@pytest.mark.requirement("L-11")
def test_tax_is_rounded_once_per_category_and_rate() -> None:
    """Three lines of 0.05 at 21 % are 0.03 together, not three times 0.01; in order of category, the highest first."""
    fives = [(HIGH, euros("0.05"))] * 3
    shares = breakdown([(LOW, euros("10.00")), *fives[:2], (REVERSE, euros("7.00")), *fives[2:]])
    assert [(share.vat, share.net, share.tax) for share in shares] == [
        (REVERSE, euros("7.00"), euros("0.00")),
        (HIGH, euros("0.15"), euros("0.03")),
        (LOW, euros("10.00"), euros("0.90")),
    ]


def test_half_a_cent_of_tax_is_rounded_away_from_zero() -> None:
    """Also where the amount is negative."""
    half = Vat(VatCategory.STANDARD, 1000)
    assert tax_on(euros("0.05"), half) == euros("0.01")
    assert tax_on(euros("-0.05"), half) == euros("-0.01")
    assert tax_on(Money("105", "JPY"), half) == Money("11", "JPY")


@given(st.lists(st.tuples(strategies.vats(), strategies.amounts("EUR", least=0))))
def test_shares_hold_every_line_once(taxed: list[tuple[Vat, Money]]) -> None:
    """Their sums add up to that of the lines, and no category and rate comes twice."""
    shares = breakdown(taxed)
    assert total((share.net for share in shares), "EUR") == total((net for _, net in taxed), "EUR")
    assert len({share.vat for share in shares}) == len(shares) == len({vat for vat, _ in taxed})
    assert all(share.tax == tax_on(share.net, share.vat) for share in shares)


def test_good_vat_is_cleaned() -> None:
    """A category by its code, a reason without blanks around it."""
    vat = check_vat(Vat("E", 0, " Article 11 "))  # type: ignore[arg-type]  # a value of a form
    assert vat == Vat(VatCategory.EXEMPT, 0, "Article 11")


@pytest.mark.parametrize(
    ("vat", "field", "code"),
    [
        (Vat(VatCategory.STANDARD, 0), "hundredths", "vat_rate_needed"),
        (Vat(VatCategory.ZERO, 900), "hundredths", "vat_rate_not_zero"),
        (Vat(VatCategory.STANDARD, 10_001), "hundredths", "number_out_of_range"),
        (Vat(VatCategory.STANDARD, -1), "hundredths", "number_out_of_range"),
        (Vat(VatCategory.STANDARD, True), "hundredths", "number_out_of_range"),
        (Vat(VatCategory.STANDARD, "21"), "hundredths", "number_out_of_range"),  # type: ignore[arg-type]  # refused
        (Vat("X", 0), "category", "choice_unknown"),  # type: ignore[arg-type]  # refused
        (Vat(VatCategory.EXEMPT, 0, "a\x00"), "reason", "text_control"),
    ],
)
def test_category_and_rate_that_do_not_go_together_are_refused(vat: Vat, field: str, code: str) -> None:
    """Naming what is wrong."""
    with pytest.raises(InvalidInput) as raised:
        check_vat(vat)
    assert [(each.field, each.code) for each in raised.value.problems] == [(field, code)]
