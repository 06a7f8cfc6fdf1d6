"""PINs of customers, in every store."""

from worktraq.testing.contracts.pins import PinRepositoryContract


class TestPins(PinRepositoryContract):
    """The PINs of a unit of work."""
