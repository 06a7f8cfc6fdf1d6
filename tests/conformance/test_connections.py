"""Accounting connections and what their imports remember, in every store."""

from worktraq.testing.contracts.connections import ConnectionRepositoryContract, ImportMemoryContract


class TestConnections(ConnectionRepositoryContract):
    """The one connection."""


class TestImportMemory(ImportMemoryContract):
    """Runs, questions, sightings and marks."""
