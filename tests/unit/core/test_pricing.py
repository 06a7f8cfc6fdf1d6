"""Which rate applies to an item, and which were passed over."""

from datetime import timedelta

import pytest

from worktraq.core.money import Rate
from worktraq.core.pricing import candidates_for
from worktraq.testing.builders import MONDAY, a_markup, a_rate, a_time_entry, an_expense
from worktraq.testing.firms import a_firm

pytestmark = pytest.mark.requirement("W-05")

FIRM = a_firm()
ENTRY, EXPENSE = a_time_entry(FIRM.activity), an_expense(FIRM.activity)
DAY = timedelta(days=1)
EURO = Rate("95", "EUR")


def test_rates_are_listed_in_the_order_in_which_they_are_looked_at() -> None:
    """The most particular thing first, and of one thing the latest first, each with what stands against it."""
    dollars = a_rate(FIRM.activity, Rate("95", "USD"))
    coming = a_rate(FIRM.activity, EURO, MONDAY + DAY)
    now, before = a_rate(FIRM.project, EURO, MONDAY), a_rate(FIRM.project)
    general, elsewhere = a_rate(FIRM.organization), a_rate(FIRM.other_customer)
    found = candidates_for(ENTRY, [general, before, now, dollars, coming, elsewhere], [], "EUR")
    assert [(each.rule, each.standing.value) for each in found] == [
        (coming, "not_yet_valid"),
        (dollars, "other_currency"),
        (now, "applies"),
        (before, "replaced"),
        (general, "less_particular"),
    ]


def test_expenses_have_markups_and_time_has_rates() -> None:
    """Each only its own."""
    markup, rate = a_markup(FIRM.customer), a_rate(FIRM.customer)
    assert [each.rule for each in candidates_for(EXPENSE, [rate], [markup], "EUR")] == [markup]
    assert [each.rule for each in candidates_for(ENTRY, [rate], [markup], "EUR")] == [rate]
