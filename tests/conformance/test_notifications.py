"""The outbox, in every store."""

from worktraq.testing.contracts.notifications import OutboxContract


class TestOutbox(OutboxContract):
    """The outbox, and its delivery."""
