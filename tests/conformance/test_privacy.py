"""Personal data: holds, periods, and what is found and written over, in every store."""

from worktraq.testing.contracts.erasing import TracesContract
from worktraq.testing.contracts.past_time import PastTimeContract
from worktraq.testing.contracts.privacy import PrivacyContract


class TestPrivacy(PrivacyContract):
    """Legal holds, erasures and periods of an organization."""


class TestTraces(TracesContract):
    """What stands about people by the way."""


class TestPastTime(PastTimeContract):
    """What is past its time, found and counted."""
