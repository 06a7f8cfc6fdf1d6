"""Transactions, views, references, and several threads at once, in every store."""

from worktraq.testing.contracts.concurrency import ConcurrencyContract
from worktraq.testing.contracts.references import ReferenceContract
from worktraq.testing.contracts.unit_of_work import TransactionContract


class TestTransactions(TransactionContract):
    """All or nothing."""


class TestConcurrency(ConcurrencyContract):
    """Several threads at once."""


class TestReferences(ReferenceContract):
    """Nothing refers to what is not there."""
