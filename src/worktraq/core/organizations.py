"""The organization: the tenant that owns everything, its settings and its billing details."""

from enum import StrEnum

from attrs import evolve, frozen

from worktraq.core.calendar import check_time_zone
from worktraq.core.chains import ApprovalChain
from worktraq.core.choices import chosen, yes_or_no
from worktraq.core.identifiers import (
    check_postal_code,
    clean_country,
    clean_language,
    clean_mail_address,
    clean_vat_number,
)
from worktraq.core.ids import OrganizationId
from worktraq.core.money import check_currency
from worktraq.core.replacing import maker
from worktraq.core.text import clean_line, clean_name
from worktraq.errors import InvalidInput


class RegistrationAccess(StrEnum):
    """For which customers and projects an employee may register, always with an active activity (T-09)."""

    ALL = "all"
    GRANTED = "granted"
    NONE = "none"


@frozen(weakref_slot=False)
class Address:
    """A postal address; every part may be empty.

    Attributes:
        street: Street and house number.
        postal_code: As written in its country.
        city: Place.
        country: ISO 3166 code of two letters.
    """

    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


make_address = maker(Address)


def clean_address(address: Address) -> Address:
    """The address with every part cleaned.

    Raises:
        InvalidInput: Naming the part.
    """
    if not isinstance(address, Address):
        raise InvalidInput.of("address", "value_malformed")
    return Address(
        street=clean_line("street", address.street),
        postal_code=clean_line("postal_code", address.postal_code, longest=20),
        city=clean_line("city", address.city),
        country=clean_country("country", address.country),
    )


@frozen
class Settings:
    """What an organization decides for itself.

    Attributes:
        language: Of mails to who has no language of their own.
        time_zone: An IANA name; decides on which date an instant falls.
        week_start: ISO weekday on which a week begins, 1 for Monday.
        currency: Of customers that have none of their own.
        chain: The steps that registrations pass; "after submission" is CUSTOMER, "after internal approval"
            is INTERNAL_CUSTOMER (L-04).
        allows_self_approval: Whether who registered may also approve.
        requires_comment: Whether a customer who rejects must say why (L-08).
        settling_days: Days after a period's end, after which the customer is asked for what is there.
        due_days: Days after sending in which the customer should decide.
        reminder_days: Days after sending on which a reminder is mailed, ascending.
        expiry_days: Days after sending on which the link stops working.
        escalation_days: Days after sending on which managers are told that there is no decision yet; 0 for never. When
            the link stops working before, they are told then.
        registration_access: What new employees may register for.
        invitation_days: Days after sending on which the link of an invitation stops working.
    """

    language: str = "nl"
    time_zone: str = "Europe/Amsterdam"
    week_start: int = 1
    currency: str = "EUR"
    chain: ApprovalChain = ApprovalChain.INTERNAL_CUSTOMER
    allows_self_approval: bool = False
    requires_comment: bool = False
    settling_days: int = 3
    due_days: int = 7
    reminder_days: tuple[int, ...] = (7, 14)
    expiry_days: int = 30
    escalation_days: int = 21
    registration_access: RegistrationAccess = RegistrationAccess.ALL
    invitation_days: int = 14


@frozen
class Organization:
    """A tenant.

    Attributes:
        id: Of the organization.
        name: As customers know it.
        settings: What it decides for itself.
        version: Goes up with every change.
    """

    id: OrganizationId
    name: str
    settings: Settings = Settings()
    version: int = 1


@frozen
class BillingDetails:
    """Name, address and VAT number for the invoices that the organization receives (W-10).

    Attributes:
        organization_id: Whose details these are.
        name: The legal name.
        address: Where invoices go.
        vat_number: In compact form, or empty.
        email: Where invoices are mailed, or empty.
        version: Goes up with every change.
    """

    organization_id: OrganizationId
    name: str
    address: Address
    vat_number: str = ""
    email: str = ""
    version: int = 1


class SetupStep(StrEnum):
    """What a new organization does next (W-14)."""

    ADD_CUSTOMERS = "add_customers"
    ADD_USERS = "add_users"
    ADD_ACTIVITIES = "add_activities"


def next_setup_step(*, customers: int, users: int, activities: int) -> SetupStep | None:
    """The next step of setting up, or None when done (W-14).

    Args:
        customers: Active ones; the internal customer does not count.
        users: Active and invited ones besides the first administrator.
        activities: Active ones.
    """
    if not customers:
        return SetupStep.ADD_CUSTOMERS
    if not users:
        return SetupStep.ADD_USERS
    if not activities:
        return SetupStep.ADD_ACTIVITIES
    return None


def found(organization_id: OrganizationId, name: str, settings: Settings) -> Organization:
    """A new organization.

    Raises:
        InvalidInput: Naming the field.
    """
    return Organization(organization_id, clean_name("name", name), check_settings(settings))


def changed(organization: Organization, name: str, settings: Settings) -> Organization:
    """The organization with another name or other settings; what is under way keeps its approval chain.

    Raises:
        InvalidInput: Naming the field.
    """
    return evolve(
        organization,
        name=clean_name("name", name),
        settings=check_settings(settings),
        version=organization.version + 1,
    )


def check_settings(settings: Settings) -> Settings:
    """The settings, when every one of them is in range.

    Raises:
        InvalidInput: Naming the setting.
    """
    if not isinstance(settings, Settings):
        raise InvalidInput.of("settings", "value_malformed")
    language = clean_language("language", settings.language)
    if not language:
        raise InvalidInput.of("language", "text_missing")
    check_time_zone(settings.time_zone)
    check_currency(settings.currency)
    _check_days("week_start", settings.week_start, 1, 7)
    _check_days("settling_days", settings.settling_days, 0, 90)
    _check_days("due_days", settings.due_days, 1, 365)
    _check_days("expiry_days", settings.expiry_days, settings.due_days, 365)
    _check_days("escalation_days", settings.escalation_days, 0, 365)
    _check_days("invitation_days", settings.invitation_days, 1, 365)
    return evolve(
        settings,
        language=language,
        reminder_days=_check_reminders(settings.reminder_days, settings.expiry_days),
        allows_self_approval=yes_or_no("allows_self_approval", settings.allows_self_approval),
        requires_comment=yes_or_no("requires_comment", settings.requires_comment),
        chain=chosen("chain", ApprovalChain, settings.chain),
        registration_access=chosen("registration_access", RegistrationAccess, settings.registration_access),
    )


def _check_reminders(days: tuple[int, ...], most: int) -> tuple[int, ...]:
    if not isinstance(days, tuple | list):
        raise InvalidInput.of("reminder_days", "value_malformed")
    for each in days:
        _check_days("reminder_days", each, 1, most)
    if list(days) != sorted(set(days)):
        raise InvalidInput.of("reminder_days", "days_not_ascending")
    return tuple(days)


def _check_days(field: str, days: object, least: int, most: int) -> None:
    if not isinstance(days, int) or isinstance(days, bool) or not least <= days <= most:
        raise InvalidInput.of(field, "number_out_of_range", least=least, most=most)


def billing_details(
    organization_id: OrganizationId, *, name: str, address: Address, vat_number: str, email: str, version: int
) -> BillingDetails:
    """Billing details, checked for form (W-10).

    Raises:
        InvalidInput: Naming the field.
    """
    address = clean_address(address)
    check_postal_code("postal_code", address.postal_code, address.country)
    return BillingDetails(
        organization_id,
        clean_name("name", name),
        address,
        clean_vat_number("vat_number", vat_number, address.country),
        clean_mail_address("email", email),
        version,
    )
