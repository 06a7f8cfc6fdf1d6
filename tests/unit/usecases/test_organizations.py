"""Settings and billing details."""

import pytest
from attrs import evolve

from tests.unit.usecases.firm import Office
from worktraq.core.organizations import Address, Settings
from worktraq.errors import Conflict, InvalidInput, Refused

DUTCH = Address("Dam 1", "1012 JS", "Amsterdam", "NL")


@pytest.mark.requirement("W-02", "W-03")
def test_settings_are_the_administrators(office: Office) -> None:
    """A manager reads them, and cannot change them."""
    with office.acting(office.admin) as tx:
        tx.organizations.change(version=1, name="Acme B.V.", settings=Settings(week_start=7))
    with office.viewing(office.manager) as tx:
        organization = tx.organizations.get()
    assert (organization.name, organization.settings.week_start, organization.version) == ("Acme B.V.", 7, 2)
    office.refuses(office.manager, lambda tx: tx.organizations.change(version=2, name="x"), Refused)


def test_change_keeps_what_is_not_given(office: Office) -> None:
    """The name apart from the settings."""
    with office.acting(office.admin) as tx:
        assert tx.organizations.change(version=1, name="Nova").settings == Settings()
        assert tx.organizations.change(version=2, settings=Settings(due_days=3)).name == "Nova"
        assert tx.organizations.get().settings.due_days == 3


def test_bad_settings_are_refused(office: Office) -> None:
    """Nothing is changed."""
    bad = evolve(Settings(), week_start=9)
    office.refuses(office.admin, lambda tx: tx.organizations.change(version=1, settings=bad), InvalidInput)


@pytest.mark.requirement("W-03", "W-10")
def test_billing_details_are_read_by_managers_and_changed_by_administrators(office: Office) -> None:
    """Name, address and VAT number."""
    with office.acting(office.admin) as tx:
        assert tx.organizations.billing_details() is None
        details = tx.organizations.change_billing_details(
            name="Acme B.V.", address=DUTCH, vat_number="NL004495445B01", email="ap@acme.example"
        )
    with office.viewing(office.manager) as tx:
        assert tx.organizations.billing_details() == details
    office.refuses(
        office.manager,
        lambda tx: tx.organizations.change_billing_details(name="x", address=DUTCH, version=1),
        Refused,
    )
    office.refuses(office.eva, lambda tx: tx.organizations.billing_details(), Refused)


@pytest.mark.requirement("W-10")
def test_billing_details_are_checked_and_versioned(office: Office) -> None:
    """Wrong numbers and stale versions are refused."""
    office.refuses(
        office.admin,
        lambda tx: tx.organizations.change_billing_details(name="x", address=DUTCH, vat_number="NL1"),
        InvalidInput,
    )
    with office.acting(office.admin) as tx:
        tx.organizations.change_billing_details(name="Acme", address=DUTCH)
    office.refuses(office.admin, lambda tx: tx.organizations.change_billing_details(name="x", address=DUTCH), Conflict)
    with office.acting(office.admin) as tx:
        assert tx.organizations.change_billing_details(name="Nova", address=DUTCH, version=1).version == 2
