"""Approval requests, in every store."""

from worktraq.testing.contracts.deciding import DecidingContract
from worktraq.testing.contracts.requests import RequestReaderContract
from worktraq.testing.contracts.signoff import RequestRepositoryContract


class TestDeciding(DecidingContract):
    """Several people and machines at once."""


class TestRequests(RequestRepositoryContract):
    """The approval requests of an organization."""


class TestRequestOverview(RequestReaderContract):
    """The same, with names and figures."""
