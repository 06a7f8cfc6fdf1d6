"""What is done under a key, in every store."""

from worktraq.testing.contracts.keyed_runs import DoneOnceContract, KeyedRunRepositoryContract


class TestKeyedRuns(KeyedRunRepositoryContract):
    """The runs of a unit of work."""


class TestDoneOnce(DoneOnceContract):
    """The same key, the same outcome."""
