"""Calling an accounting system over HTTP: what can go wrong there becomes one of the four errors of a source."""

import json
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address
from typing import Any

import httpx

from worktraq.core.retrying import retry_at
from worktraq.errors import SourceBroken, SourceDenied, SourceLimited, SourceUnavailable
from worktraq.ports.clock import Clock

MOST_BYTES = 32 * 1024 * 1024
"""How much one answer may hold, unpacked."""

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_WAIT_WHEN_UNSAID = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(days=2)


def http_client(**options: Any) -> httpx.Client:  # noqa: ANN401  # passed on to httpx as they are
    """A client as sources use it: patient, and never following an answer elsewhere, where our token would go along."""
    return httpx.Client(**{"timeout": TIMEOUT, "follow_redirects": False, **options})


class Caller:
    """Calls one system.

    Args:
        client: Reaches it.
        clock: Tells the instant, aware.
        windows: Pairs of headers by which the system says how often it may still be asked and when that begins anew,
            such as ``RateLimit-Remaining`` and ``RateLimit-Reset``. Once nothing remains it is not asked before then.
    """

    def __init__(self, client: httpx.Client, clock: Clock, *, windows: Sequence[tuple[str, str]] = ()) -> None:
        self._client = client
        self._clock = clock
        self._windows = tuple(windows)
        self._closed_until: datetime | None = None

    def call(
        self,
        method: str,
        url: str | httpx.URL,
        *,
        params: Mapping[str, str | int] | None = None,
        hidden: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        body: object = None,
        content: bytes | None = None,
        taking: Container[int] = (),
    ) -> httpx.Response:
        """One answer of the system, with a status of success.

        Args:
            method: Such as ``GET``.
            url: Whole, or below the address of the client; over https, unless it is on this machine.
            params: Of the query; never a secret, for addresses are logged.
            hidden: Of the query too, for systems that want a secret there: kept out of what is logged here.
            headers: Besides those of the client.
            data: Sent as a form.
            body: Sent as JSON.
            content: Sent as it is.
            taking: Further statuses that are answers, and no failures.

        Raises:
            SourceDenied: On 401, 403, and 402, which some answer until somebody pays.
            SourceLimited: On 429, on 503 where it says until when, and without asking where nothing remains.
            SourceUnavailable: When it cannot be reached, breaks off, or answers with 5xx.
            SourceBroken: On any other status, and when the answer is larger than `MOST_BYTES`.
        """
        if self._closed_until is not None and self._clock() < self._closed_until:
            raise SourceLimited(self._closed_until)
        failure: SourceUnavailable | SourceBroken
        try:
            request = self._client.build_request(
                method, url, params=params, headers=headers, data=data, json=body, content=content
            )
            if hidden:
                request.url = _HalfShown(request.url, hidden)
            return self._checked(self._whole(request), taking)
        except httpx.LocalProtocolError:
            failure = SourceBroken()  # what was to be sent cannot be, and never will
        except httpx.TransportError:
            failure = SourceUnavailable()
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError):
            failure = SourceBroken()
        raise failure  # out here nothing is chained to it: the request in an error of httpx holds the token

    def json(self, method: str, url: str, **how: Any) -> Any:  # noqa: ANN401  # whatever the system sends
        """What an answer says in JSON.

        Args:
            method: As of `call`.
            url: As of `call`.
            how: As of `call`.

        Raises:
            SourceBroken: When it is no JSON, besides the errors of `call`.
        """
        return json_of(self.call(method, url, **how))

    def _whole(self, request: httpx.Request) -> httpx.Response:
        if not is_safe(request.url):
            raise SourceBroken
        response = self._client.send(request, stream=True, follow_redirects=False)
        try:
            content = bytearray()
            for part in response.iter_bytes():
                content += part
                if len(content) > MOST_BYTES:
                    raise SourceBroken("source_answer_too_large")
        finally:
            response.close()
        kept = {name: value for name, value in response.headers.items() if name not in _OF_THE_WAY}
        return httpx.Response(response.status_code, headers=kept, content=bytes(content))

    def _checked(self, response: httpx.Response, taking: Container[int]) -> httpx.Response:
        exhausted = self._exhausted_until(response)
        self._closed_until = exhausted
        status = response.status_code
        if response.is_success or status in taking:
            return response
        if status in {401, 402, 403}:
            raise SourceDenied(status=status)
        until = self._instant(response, "Retry-After")
        if status == 429:
            raise SourceLimited(until or exhausted or self._soonest(response))
        if status == 503 and until is not None:
            raise SourceLimited(until)
        if status >= 500 or status == 408:
            raise SourceUnavailable(status=status)
        raise SourceBroken(status=status)

    def _exhausted_until(self, response: httpx.Response) -> datetime | None:
        """Until when nothing remains; None while something does."""
        resets = [
            self._instant(response, reset)
            for remaining, reset in self._windows
            if response.headers.get(remaining, "").strip() == "0"
        ]
        return max((reset for reset in resets if reset is not None), default=None)

    def _soonest(self, response: httpx.Response) -> datetime:
        """When to ask again where it is not said which window is full."""
        resets = [self._instant(response, reset) for _, reset in self._windows]
        return min((reset for reset in resets if reset is not None), default=self._clock() + _WAIT_WHEN_UNSAID)

    def _instant(self, response: httpx.Response, header: str) -> datetime | None:
        text, now = response.headers.get(header), self._clock()
        found = None if text is None else retry_at(text, now)
        return None if found is None else min(found, now + _LONGEST_WAIT)  # a longer one is a mistake of theirs


_OF_THE_WAY = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class _HalfShown(httpx.URL):
    """An address that shows itself without the secret part of its query."""

    def __init__(self, url: httpx.URL, hidden: Mapping[str, str]) -> None:
        super().__init__(url.copy_merge_params(dict(hidden)))
        self._shown = str(url)

    def __str__(self) -> str:
        return self._shown

    def __repr__(self) -> str:
        return f"URL({self._shown!r})"


def is_safe(url: httpx.URL) -> bool:
    """Whether what is sent to an address is read by nobody else: by https, or on this machine."""
    return bool(url.host) and (url.scheme == "https" or (url.scheme == "http" and _is_here(url.host)))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def json_of(response: httpx.Response) -> Any:  # noqa: ANN401  # whatever the system sends
    """What an answer says in JSON; numbers with a fraction keep their digits.

    Raises:
        SourceBroken: When it is no JSON.
    """
    try:
        return json.loads(response.content, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        pass
    raise SourceBroken("source_answer_malformed")


def cursor_of(text: str, form: Mapping[str, Callable[[Any], bool]]) -> dict[str, Any]:
    """What a cursor of ours says.

    Args:
        text: The cursor, not the one of the beginning.
        form: For each of its parts, whether a value can be one.

    Raises:
        SourceBroken: When it is none of ours.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.keys() != form.keys():
        raise SourceBroken("source_cursor_unknown")
    if not all(is_fine(told[name]) for name, is_fine in form.items()):
        raise SourceBroken("source_cursor_unknown")
    return told


def is_whole(value: object) -> bool:
    """Whether it is a whole number that is not negative and fits into 64 bits."""
    return type(value) is int and 0 <= value < 2**63


def is_text(value: object) -> bool:
    """Whether it is text of a length that cursors have."""
    return isinstance(value, str) and len(value) <= 1_000
