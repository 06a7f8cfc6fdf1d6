"""Not too often: by link, and by address for links that do not exist (B-05).

The limits are far above what people do. They hold per process, unless the host gives a limiter that its processes share.
"""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from attrs import frozen
from starlette.requests import Request

from worktraq.ports.limits import Limit, RateLimiter

ClientAddress = Callable[[Request], str]

PER_LINK = Limit(60)
UNKNOWN_PER_ADDRESS = Limit(30)
_MOST_KEYS = 20_000
_NETWORK_OF_ONE = 64


class ProcessLimiter:
    """A limiter for one process: allows a burst, then as many as the limit lets through evenly.

    Args:
        most_keys: How many keys are remembered; the one that was quiet for longest is forgotten first.
        clock: In seconds, never backwards.
    """

    def __init__(self, most_keys: int = _MOST_KEYS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_keys = most_keys
        self._clock = clock
        # When the last try will have been paid for, if one try is paid every `seconds / most`.
        self._paid_at: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def wait(self, key: str, limit: Limit) -> int:
        """The whole seconds until another try under the key is allowed."""
        now = self._clock()
        with self._lock:
            owed = self._paid_at.get(key, now) - now
        room = limit.seconds - limit.seconds / limit.most
        # A rounding error of the division does not cost a second.
        return max(0, math.ceil(owed - room - 1e-6))

    def count(self, key: str, limit: Limit) -> None:
        """Count one try under the key."""
        now = self._clock()
        with self._lock:
            self._paid_at[key] = max(now, self._paid_at.pop(key, now)) + limit.seconds / limit.most
            if len(self._paid_at) > self._most_keys:
                self._paid_at.popitem(last=False)


@frozen
class Gate:
    """Lets people through, and slows down who tries too often.

    Attributes:
        limiter: Counts.
        client_address: Who asks, as text; see `approval_app`.
    """

    limiter: RateLimiter
    client_address: ClientAddress

    def wait_for_link(self, name: str) -> int:
        """Count a visit to a link; the seconds to wait when there were too many."""
        key = f"link:{name}"
        wait = self.limiter.wait(key, PER_LINK)
        if not wait:
            self.limiter.count(key, PER_LINK)
        return wait

    def wait_for_unknown(self, request: Request) -> int:
        """The seconds to wait when an address has asked for too many links that do not exist."""
        key = self._key(request)
        return self.limiter.wait(key, UNKNOWN_PER_ADDRESS) if key else 0

    def count_unknown(self, request: Request) -> None:
        """Count a link that does not exist."""
        key = self._key(request)
        if key:
            self.limiter.count(key, UNKNOWN_PER_ADDRESS)

    def _key(self, request: Request) -> str:
        """An address to count by: of IPv6 the network, which is one subscriber's; empty where there is none."""
        address = self.client_address(request)
        try:
            number = ipaddress.ip_address(address)
        except ValueError:
            return f"address:{address}" if address else ""
        if isinstance(number, ipaddress.IPv6Address):
            return f"address:{ipaddress.ip_network((number, _NETWORK_OF_ONE), strict=False)}"
        return f"address:{number}"


def connected_address(request: Request) -> str:
    """The address that the connection comes from; empty where the server does not know it."""
    return request.client.host if request.client is not None else ""
