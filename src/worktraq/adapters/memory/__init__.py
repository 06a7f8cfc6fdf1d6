"""Every storage port in memory: the reference that the other stores are compared with, and a store for tests."""

from worktraq.adapters.memory.store import MemoryStore

__all__ = ["MemoryStore"]
