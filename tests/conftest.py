"""What all tests share: the `requirement` marker and the budgets of the property tests.

Facts that a test needs come from builders and strategies, not from here.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("dev", deadline=None, max_examples=50)
# The same examples on every machine: what fails there fails here.
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True, database=None, print_blob=True)
settings.register_profile(
    "long",
    parent=settings.get_profile("dev"),
    max_examples=5_000,
    stateful_step_count=100,
    suppress_health_check=[HealthCheck.too_slow],  # a long run may take long over an example
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, so that a misspelt one is an error."""
    config.addinivalue_line("markers", "requirement(*ids): the requirements (such as W-05) that the test shows to hold")
