"""Every test of a use case begins with a firm of its own."""

import pytest

from tests.unit.usecases.firm import Office, an_office


@pytest.fixture
def office() -> Office:
    """A firm at work, with nothing registered yet."""
    return an_office()


@pytest.fixture
def priced(office: Office) -> Office:
    """The firm at work, with an hourly rate of 95.00 for its customer."""
    office.set_rate()
    return office
