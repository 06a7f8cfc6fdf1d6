"""Kasboek as it would answer, in memory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx
from worktraq_kasboek import ADDRESS, Kasboek

from worktraq.core.imports import ImportKind
from worktraq.testing.sources import Books, Failure, RecordingCredentials


class PretendKasboek(Books):
    """Books in Kasboek."""

    failures = frozenset(Failure) - {
        Failure.EXPIRED,  # a key never runs out
        Failure.LIMITED_UNTIL_SECONDS,
        Failure.LIMITED_UNTIL_MILLISECONDS,
    }

    def __init__(self) -> None:
        super().__init__()
        self.credentials = RecordingCredentials(key="kasboek-key-17")
        self.relations: dict[int, dict[str, Any]] = {}
        self.failing: list[httpx.Response | Exception] = []
        self.refusal = 0

    def source(self) -> Kasboek:
        """A source that reaches no further than this object."""
        client = httpx.Client(base_url=ADDRESS, transport=httpx.MockTransport(self.answer))
        return Kasboek({"book": "2026"}, self.credentials, clock=self.clock, client=client)

    def put(self, kind: ImportKind, name: str, *, external_id: str = "", customers: Sequence[str] = ()) -> str:
        """Write a relation into the books."""
        number = int(external_id) if external_id else len(self.relations) + 1
        self.relations[number] = {"id": number, "code": f"C{number}", "name": name}
        return str(number)

    def remove(self, kind: ImportKind, external_id: str) -> None:
        """Strike a relation out; its id is not used again."""
        self.relations[int(external_id)] = {}

    def spoil(self, kind: ImportKind, external_id: str) -> bool:
        """A name that is no text."""
        self.relations[int(external_id)]["name"] = ["?"]
        return True

    def archive(self, kind: ImportKind, external_id: str) -> bool:
        """Keep a relation for the past only."""
        self.relations[int(external_id)]["archived"] = True
        return True

    def fail(self, failure: Failure, *, until: datetime | None = None) -> None:
        """What the next answer is."""
        if failure is Failure.DENIED:
            self.refusal = 401
        elif failure is Failure.FORBIDDEN:
            self.refusal = 403
        elif failure is Failure.LIMITED_FOR_SECONDS:
            seconds = (until - self.clock()).seconds if until else 60
            self.failing.append(httpx.Response(429, headers={"Retry-After": str(seconds)}))
        elif failure is Failure.UNAVAILABLE:
            self.failing.append(httpx.Response(500, text="<h1>Oops</h1>"))
        elif failure is Failure.BROKEN_OFF:
            self.failing.append(httpx.ReadError("connection reset"))
        elif failure is Failure.ERROR_INSIDE:
            self.failing.append(httpx.Response(200, json={"error": "books are locked"}))
        else:
            self.failing.append(httpx.Response(200, text="<html>Log in</html>"))

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What Kasboek answers."""
        self.credentials.seen(request.headers["Authorization"].removeprefix("Bearer "))
        if request.method != "GET":
            return httpx.Response(405)  # an adapter only reads
        if self.refusal:
            return httpx.Response(self.refusal)
        if self.failing:
            failure = self.failing.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure
        if not request.url.path.endswith("/relations"):
            return httpx.Response(200, json={"name": "Bakkerij Jansen B.V."})
        after = int(request.url.params["after"])
        found = [row for number, row in sorted(self.relations.items()) if number > after and row]
        page = found[: min(self.page_size, int(request.url.params["limit"]))]
        return httpx.Response(200, json={"relations": page, "more": len(found) > len(page)})
