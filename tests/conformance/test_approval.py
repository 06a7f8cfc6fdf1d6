"""Decisions and submissions, in every store."""

from worktraq.testing.contracts.approval import DecisionRepositoryContract, SubmissionRepositoryContract
from worktraq.testing.contracts.comments import CommentRepositoryContract
from worktraq.testing.contracts.inbox import InboxReaderContract


class TestDecisions(DecisionRepositoryContract):
    """The decisions on items."""


class TestComments(CommentRepositoryContract):
    """The remarks on items."""


class TestInbox(InboxReaderContract):
    """What waits for an approver."""


class TestSubmissions(SubmissionRepositoryContract):
    """The periods that were handed in."""
