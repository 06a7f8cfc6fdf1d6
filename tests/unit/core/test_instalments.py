"""Instalments of fixed prices."""

from collections.abc import Callable
from datetime import date

import pytest
from attrs import evolve

from worktraq.core.ids import InstalmentId, InvoiceId
from worktraq.core.instalments import Instalment, changed_instalment, check_not_billed, new_instalment, put_on
from worktraq.core.money import Money
from worktraq.core.projects import Project
from worktraq.errors import InvalidInput, Refused
from worktraq.testing.bills import an_instalment
from worktraq.testing.builders import MONDAY, new_id
from worktraq.testing.firms import a_firm

FIRM = a_firm()
INVOICE = InvoiceId(new_id())


def made(
    project: Project = FIRM.fixed_project, amount: Money = Money("10.00", "EUR"), on: date = MONDAY, text: str = " 1/2 "
) -> Instalment:
    """An instalment of a customer that works in euros."""
    instalment_id = InstalmentId(new_id())
    return new_instalment(instalment_id, project, due_on=on, amount=amount, description=text, currency="EUR")


@pytest.mark.requirement("L-11")
def test_instalment_belongs_to_the_customer_of_its_project() -> None:
    """With its text cleaned, and not billed."""
    instalment = made()
    assert (instalment.customer_id, instalment.project_id) == (FIRM.customer.id, FIRM.fixed_project.id)
    assert instalment.description == "1/2"
    assert instalment.is_open


def test_bad_instalment_is_refused() -> None:
    """Of a project that is billed by the hour, in another currency, of nothing, without a text or day."""
    refused = []
    attempts: tuple[Callable[[], Instalment], ...] = (
        lambda: made(FIRM.project),
        lambda: made(amount=Money("1", "USD")),
        lambda: made(amount=Money("0", "EUR")),
        lambda: made(text=" "),
        lambda: made(on="2026-10-05"),  # type: ignore[arg-type]  # that is what is refused
    )
    for attempt in attempts:
        with pytest.raises(InvalidInput) as raised:
            attempt()
        refused += [(each.field, each.code) for each in raised.value.problems]
    assert refused == [
        ("project_id", "instalment_needs_fixed_price"),
        ("amount", "currency_not_customers"),
        ("amount", "amount_not_positive"),
        ("description", "text_missing"),
        ("due_on", "date_malformed"),
    ]


def test_only_given_values_change() -> None:
    """The rest stays; the version goes up."""
    before = an_instalment(FIRM.fixed_project)
    after = changed_instalment(before, description="Second half")
    assert after == evolve(before, description="Second half", version=2)
    assert changed_instalment(before, due_on=date(2027, 1, 1), amount=Money("2", "EUR")) == evolve(
        before, due_on=date(2027, 1, 1), amount=Money("2", "EUR"), version=2
    )
    with pytest.raises(InvalidInput):
        changed_instalment(before, amount=Money("2", "USD"))


def test_billed_instalment_is_locked_until_it_is_released() -> None:
    """Neither changed nor removed."""
    billed = put_on(an_instalment(FIRM.fixed_project), INVOICE)
    assert not billed.is_open
    with pytest.raises(Refused):
        changed_instalment(billed, description="x")
    with pytest.raises(Refused):
        check_not_billed(billed)
    released = put_on(billed, None)
    assert (released.is_open, released.version) == (True, 3)
    check_not_billed(released)
