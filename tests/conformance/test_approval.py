"""Decisions and submissions, in every store."""

from worktraq.testing.contracts.approval import DecisionRepositoryContract, SubmissionRepositoryContract


class TestDecisions(DecisionRepositoryContract):
    """The decisions on items."""


class TestSubmissions(SubmissionRepositoryContract):
    """The periods that were handed in."""
