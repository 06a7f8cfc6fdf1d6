"""Values that are one of a few."""

import pytest
from attrs import evolve

from worktraq.core.choices import chosen, chosen_if_any, yes_or_no
from worktraq.core.customers import CustomerData, checked
from worktraq.core.organizations import Settings, check_settings
from worktraq.core.users import Role
from worktraq.errors import InvalidInput


@pytest.mark.parametrize("value", ["manager", Role.MANAGER], ids=["value", "member"])
def test_a_member_or_its_value_is_taken(value: str) -> None:
    """A form gives the value, code the member."""
    assert chosen("role", Role, value) is Role.MANAGER


def test_anything_else_is_refused_with_the_choices() -> None:
    """By the name of the field, so that it can be shown beside it."""
    with pytest.raises(InvalidInput) as refused:
        chosen("role", Role, "boss")
    assert (refused.value.field, refused.value.code) == ("role", "choice_unknown")
    assert "admin, manager, employee" in str(refused.value)


def test_no_choice_is_none() -> None:
    """As of a filter that is not set; a wrong one is still refused."""
    assert chosen_if_any("role", Role, None) is None
    assert chosen_if_any("role", Role, "manager") is Role.MANAGER
    with pytest.raises(InvalidInput):
        chosen_if_any("role", Role, "")


@pytest.mark.parametrize("value", ["no", "", 0, 1, None])
def test_only_true_and_false_answer_a_question(value: bool) -> None:
    """The text of a form would count as yes, whatever it says."""
    assert [yes_or_no("is_billable", each) for each in (True, False)] == [True, False]
    with pytest.raises(InvalidInput) as refused:
        yes_or_no("is_billable", value)
    assert (refused.value.field, refused.value.code) == ("is_billable", "value_malformed")


def test_every_wrong_choice_of_a_customer_is_named() -> None:
    """Beside its other problems."""
    data = CustomerData(company_name="Jansen", email="nowhere", chain="boss")  # type: ignore[arg-type]  # the point
    with pytest.raises(InvalidInput) as refused:
        checked(data)
    assert [problem.field for problem in refused.value.problems] == ["email", "chain"]


def test_settings_from_a_form_are_checked() -> None:
    """For the access of new employees too."""
    with pytest.raises(InvalidInput) as refused:
        check_settings(evolve(Settings(), registration_access="some"))  # type: ignore[arg-type]  # the point
    assert refused.value.field == "registration_access"
