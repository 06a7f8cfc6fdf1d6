"""Events, in every store."""

from worktraq.testing.contracts.audit import EventLogContract


class TestEvents(EventLogContract):
    """The events of an organization."""
