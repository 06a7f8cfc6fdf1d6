"""The organization, its settings and billing details."""

from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.chains import ApprovalChain
from worktraq.core.ids import OrganizationId
from worktraq.core.organizations import (
    Address,
    Settings,
    SetupStep,
    billing_details,
    changed,
    check_settings,
    clean_address,
    found,
    next_setup_step,
)
from worktraq.errors import InvalidInput

ACME = OrganizationId(UUID(int=1))


def test_settings_begin_with_the_defaults_of_the_design() -> None:
    """After internal approval; 3 days to settle, 7 to decide, reminders on day 7 and 14, managers on 21, expiry on 30."""
    settings = Settings()
    assert settings.chain is ApprovalChain.INTERNAL_CUSTOMER
    assert (settings.settling_days, settings.due_days, settings.expiry_days) == (3, 7, 30)
    assert (settings.reminder_days, settings.escalation_days) == ((7, 14), 21)
    assert not settings.allows_self_approval


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"language": ""}, "language", "text_missing"),
        ({"language": "it"}, "language", "language_unknown"),
        ({"time_zone": "Mars"}, "time_zone", "time_zone_unknown"),
        ({"currency": "euro"}, "currency", "currency_malformed"),
        ({"week_start": 0}, "week_start", "number_out_of_range"),
        ({"week_start": 8}, "week_start", "number_out_of_range"),
        ({"week_start": True}, "week_start", "number_out_of_range"),
        ({"week_start": "1"}, "week_start", "number_out_of_range"),
        ({"settling_days": -1}, "settling_days", "number_out_of_range"),
        ({"due_days": 0}, "due_days", "number_out_of_range"),
        ({"expiry_days": 6}, "expiry_days", "number_out_of_range"),
        ({"escalation_days": -1}, "escalation_days", "number_out_of_range"),
        ({"escalation_days": 366}, "escalation_days", "number_out_of_range"),
        ({"invitation_days": 0}, "invitation_days", "number_out_of_range"),
        ({"invitation_days": 366}, "invitation_days", "number_out_of_range"),
        ({"reminder_days": (31,)}, "reminder_days", "number_out_of_range"),
        ({"reminder_days": (0,)}, "reminder_days", "number_out_of_range"),
        ({"reminder_days": (14, 7)}, "reminder_days", "days_not_ascending"),
        ({"reminder_days": (7, 7)}, "reminder_days", "days_not_ascending"),
        ({"reminder_days": "7"}, "reminder_days", "value_malformed"),
        ({"allows_self_approval": "no"}, "allows_self_approval", "value_malformed"),
        ({"requires_comment": 0}, "requires_comment", "value_malformed"),
    ],
)
def test_setting_out_of_range_is_refused(changes: dict[str, object], field: str, code: str) -> None:
    """Each setting says what is wrong with it; a link does not expire before the decision is due."""
    with pytest.raises(InvalidInput) as raised:
        check_settings(evolve(Settings(), **changes))  # type: ignore[arg-type]  # also values of other types
    assert (raised.value.field, raised.value.code) == (field, code)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(week_start=7, settling_days=0, due_days=1, expiry_days=1, reminder_days=(), invitation_days=1),
        Settings(settling_days=90, due_days=365, expiry_days=365, reminder_days=(1, 365), escalation_days=0),
    ],
)
def test_bounds_of_the_settings_are_taken(settings: Settings) -> None:
    """The smallest and the largest values belong to the range."""
    assert check_settings(settings) == settings


def test_what_are_no_settings_is_refused() -> None:
    """Nor is a list of days from a form a reason to store another type."""
    with pytest.raises(InvalidInput) as raised:
        check_settings(None)  # type: ignore[arg-type]  # the point
    assert (raised.value.field, raised.value.code) == ("settings", "value_malformed")
    assert check_settings(evolve(Settings(), reminder_days=[1, 2])).reminder_days == (1, 2)  # type: ignore[arg-type]  # a list


def test_language_of_the_settings_is_cleaned() -> None:
    """What is stored is the code that the catalogs are named after."""
    assert check_settings(Settings(language=" NL ")).language == "nl"


def test_founding_checks_name_and_settings() -> None:
    """An organization has a name."""
    assert found(ACME, " Acme ", Settings()).name == "Acme"
    with pytest.raises(InvalidInput):
        found(ACME, "", Settings())
    with pytest.raises(InvalidInput):
        found(ACME, "Acme", Settings(week_start=9))


def test_change_raises_the_version() -> None:
    """Name and settings change together."""
    before = found(ACME, "Acme", Settings())
    after = changed(before, "Acme B.V.", Settings(week_start=7))
    assert (after.name, after.settings.week_start, after.version) == ("Acme B.V.", 7, 2)


@pytest.mark.requirement("W-10")
def test_billing_details_are_checked_for_form() -> None:
    """The VAT number by the rule of the country, which may be written small."""
    details = billing_details(
        ACME,
        name=" Acme B.V. ",
        address=Address(" Dam 1 ", "1012 JS", "Amsterdam", "nl"),
        vat_number="0044.95.445.B01",
        email="",
        version=1,
    )
    assert (details.name, details.vat_number) == ("Acme B.V.", "NL004495445B01")
    assert details.address == Address("Dam 1", "1012 JS", "Amsterdam", "NL")


@pytest.mark.requirement("W-10")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"vat_number": "NL1"}, "vat_number"),
        ({"email": "nobody"}, "email"),
        ({"address": Address(country="Holland")}, "country"),
        ({"address": "Dam 1"}, "address"),
        ({"address": Address(postal_code="1012", country="NL")}, "postal_code"),
    ],
)
def test_bad_billing_details_are_refused(changes: dict[str, object], field: str) -> None:
    """Each field says what is wrong with it."""
    given: dict[str, object] = {
        "name": "Acme",
        "address": Address(country="NL"),
        "vat_number": "",
        "email": "",
        "version": 1,
        **changes,
    }
    with pytest.raises(InvalidInput) as raised:
        billing_details(ACME, **given)  # type: ignore[arg-type]  # one of them is replaced
    assert raised.value.field == field


def test_postal_code_is_short() -> None:
    """Twenty characters are enough in every country."""
    with pytest.raises(InvalidInput) as raised:
        clean_address(Address(postal_code="1" * 21))
    assert raised.value.field == "postal_code"


@pytest.mark.requirement("W-14")
@pytest.mark.parametrize(
    ("customers", "users", "activities", "step"),
    [
        (0, 0, 0, SetupStep.ADD_CUSTOMERS),
        (0, 5, 5, SetupStep.ADD_CUSTOMERS),
        (1, 0, 5, SetupStep.ADD_USERS),
        (1, 1, 0, SetupStep.ADD_ACTIVITIES),
        (1, 1, 1, None),
    ],
)
def test_setting_up_goes_from_customers_to_users_to_activities(
    customers: int, users: int, activities: int, step: SetupStep | None
) -> None:
    """The first thing that is missing comes next."""
    assert next_setup_step(customers=customers, users=users, activities=activities) is step
