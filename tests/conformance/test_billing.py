"""What is not billed yet, in every store."""

from worktraq.testing.contracts.billing import UnbilledReaderContract


class TestUnbilled(UnbilledReaderContract):
    """What is not billed yet."""
