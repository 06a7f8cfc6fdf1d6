"""What a host need not give: the machine's clock, and ids by it."""

import os
import struct
import time
from datetime import UTC, datetime
from uuid import UUID

from worktraq.core.ids import uuid7

_DRAWN_AT_ONCE = 256


def utc_now() -> datetime:
    """The instant, in UTC."""
    return datetime.now(UTC)


class Uuid7Source:
    """Ids of version 7 by the machine's clock, in ascending order within the process."""

    def __init__(self) -> None:
        self._last = 0
        self._entropy: list[int] = []
        self._process = 0

    def __call__(self) -> UUID:
        """The next id."""
        # 12 bits below the millisecond keep the order of ids made within one.
        ticks = max(time.time_ns() * 4096 // 1_000_000, self._last + 1)
        self._last = ticks
        if self._process != os.getpid():  # a forked process must not go on with what its parent drew
            self._entropy, self._process = [], os.getpid()
        try:
            entropy = self._entropy.pop()
        except IndexError:
            # One call to the system for many ids; each call costs more than making an id.
            entropy, *self._entropy = struct.unpack(f"{_DRAWN_AT_ONCE}Q", os.urandom(8 * _DRAWN_AT_ONCE))
        return uuid7(ticks >> 12, ticks & 0xFFF, entropy)
