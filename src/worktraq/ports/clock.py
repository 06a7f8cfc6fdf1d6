"""The time, and new ids."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

Clock = Callable[[], datetime]
"""Tells the instant, aware."""

IdSource = Callable[[], UUID]
"""Makes an id that no other call made; ids made later sort later."""
