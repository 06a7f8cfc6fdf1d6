"""Every test of a use case begins with a firm of its own."""

import pytest

from tests.unit.usecases.firm import Office, an_office


@pytest.fixture
def office() -> Office:
    """A firm at work, with nothing registered yet."""
    return an_office()
