"""Totals of registered time, in every store."""

from worktraq.testing.contracts.overviews import HoursReaderContract


class TestHours(HoursReaderContract):
    """Totals of time entries."""
