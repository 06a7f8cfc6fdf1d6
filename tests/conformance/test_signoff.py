"""Approval requests, in every store."""

from worktraq.testing.contracts.signoff import RequestRepositoryContract


class TestRequests(RequestRepositoryContract):
    """The approval requests of an organization."""
