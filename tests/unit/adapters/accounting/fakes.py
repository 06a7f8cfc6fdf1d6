"""What all pretend systems have in common: they answer over HTTP, without a network, and fail when they are told to."""

import json
import math
from abc import abstractmethod
from datetime import datetime
from typing import ClassVar
from urllib.parse import parse_qs

import httpx

from worktraq.adapters.accounting.calling import http_client
from worktraq.testing.sources import LIMITS, Books, Failure

LOGIN_PAGE = b"<!doctype html><html><body><form action='/login'>Log in</form></body></html>"


class HttpBooks(Books):
    """A pretend system behind HTTP.

    Attributes:
        asked: All requests that reached it.
        is_denied: Whether nobody is let in any more.
        is_forbidden: Whether who is let in may not read.
        access_token: The one that is accepted now.
        refresh_token: The one that can be exchanged for another access token, once.
    """

    error_inside: ClassVar[bytes] = b'{"error": "Something went wrong"}'
    content_type: ClassVar[str] = "application/json"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[httpx.Request] = []
        self.is_denied = False
        self.is_forbidden = False
        self.access_token = "access-1-secret"
        self.refresh_token = "refresh-1-secret"
        self._renewals = 1
        self._failing: list[tuple[Failure, datetime]] = []

    @abstractmethod
    def respond(self, request: httpx.Request) -> httpx.Response:
        """The answer of the system while nothing fails."""

    def client(self) -> httpx.Client:
        """What reaches it."""
        return http_client(transport=httpx.MockTransport(self._answer))

    def fail(self, failure: Failure, *, until: datetime | None = None) -> None:
        """Let the next call fail."""
        if failure is Failure.DENIED:
            self.is_denied = True
        elif failure is Failure.FORBIDDEN:
            self.is_forbidden = True
        elif failure is Failure.EXPIRED:
            self.access_token = ""
        else:
            self._failing.append((failure, until or self.clock()))

    def is_let_in(self, request: httpx.Request) -> bool:
        """Whether a request has the token that is accepted now."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        self.credentials.seen(token)
        return bool(self.access_token) and token == self.access_token and not self.is_denied

    def renewed(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request for another token; every refresh token is taken once."""
        form = {name: texts[0] for name, texts in parse_qs(request.content.decode()).items()}
        self.credentials.seen(form["refresh_token"])
        if self.is_denied or form["refresh_token"] != self.refresh_token or form["grant_type"] != "refresh_token":
            return httpx.Response(400, json={"error": "invalid_grant", "error_description": "Old refresh token used."})
        self._renewals += 1
        self.access_token = f"access-{self._renewals}-secret"
        self.refresh_token = f"refresh-{self._renewals}-secret"
        return httpx.Response(
            200,
            json={
                "access_token": self.access_token,
                "refresh_token": self.refresh_token,
                "token_type": "bearer",
                "expires_in": "600",
            },
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.is_forbidden:
            return httpx.Response(403, text="Forbidden")
        if not self._failing:
            return self.respond(request)
        failure, until = self._failing.pop(0)
        if failure is Failure.BROKEN_OFF:
            raise httpx.ReadError("cut off", request=request)
        if failure is Failure.UNAVAILABLE:
            return httpx.Response(500, html="<h1>Runtime Error</h1>")
        if failure in LIMITS:
            return httpx.Response(429, headers={"Retry-After": self._waiting(failure, until)}, text="Retry later")
        content = self.error_inside if failure is Failure.ERROR_INSIDE else LOGIN_PAGE
        return httpx.Response(200, content=content, headers={"Content-Type": self.content_type})

    def _waiting(self, failure: Failure, until: datetime) -> str:
        if failure is Failure.LIMITED_FOR_SECONDS:
            return str(math.ceil((until - self.clock()).total_seconds()))
        if failure is Failure.LIMITED_UNTIL_SECONDS:
            return str(math.ceil(until.timestamp()))
        return str(math.ceil(until.timestamp() * 1000))


def body_of(request: httpx.Request) -> dict[str, object]:
    """What a request says in JSON."""
    told: dict[str, object] = json.loads(request.content)
    return told
