"""A pretend e-Boekhouden.nl with one administration."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

import httpx

from tests.unit.adapters.accounting.fakes import HttpBooks, body_of
from worktraq.adapters.accounting.eboekhouden import EBoekhouden
from worktraq.core.imports import ImportKind
from worktraq.testing.sources import Failure, RecordingCredentials

PAGE = 3


class FewEBoekhouden(EBoekhouden):
    """Reads few relations at a time."""

    rows_a_page: ClassVar[int] = PAGE


class EBoekhoudenBooks(HttpBooks):
    """One administration.

    Attributes:
        relations: By their ids.
        sessions: The tokens of those that are open.
        ended: What is answered in a session that is over.
    """

    page_size = PAGE
    failures = frozenset(Failure) - {Failure.EXPIRED}  # its token does not run out; its sessions do
    error_inside: ClassVar[bytes] = b'{"type": "error", "code": "API_001", "title": "Something went wrong"}'

    def __init__(self) -> None:
        super().__init__()
        self.relations: dict[str, dict[str, Any]] = {}
        self.sessions: list[str] = []
        self.ended = httpx.Response(401, json={"code": "SECURITY_010", "title": "Session expired"})
        self._last_id = 700
        self.credentials = RecordingCredentials(api_token="api-token-secret")

    def source(self) -> EBoekhouden:
        """A source that reads these books."""
        return FewEBoekhouden({}, self.credentials, clock=self.clock, client=self.client())

    def put(self, kind: ImportKind, name: str, *, external_id: str = "", customers: Sequence[str] = ()) -> str:
        """Add a relation, or rename it."""
        assert kind is ImportKind.CUSTOMER
        if not external_id:
            self._last_id += 1
            external_id = str(self._last_id)
        self.relations.setdefault(external_id, a_relation(int(external_id)))["name"] = name
        return external_id

    def remove(self, kind: ImportKind, external_id: str) -> None:
        """Delete a relation."""
        del self.relations[external_id]

    def spoil(self, kind: ImportKind, external_id: str) -> bool:
        """Put a list in place of a name."""
        self.relations[external_id]["name"] = []
        return True

    def archive(self, kind: ImportKind, external_id: str) -> bool:
        """Let a relation be inactive."""
        self.relations[external_id]["inactive"] = True
        return True

    def respond(self, request: httpx.Request) -> httpx.Response:
        """As e-Boekhouden.nl does."""
        path = request.url.path.removeprefix("/v1/")
        if path == "session":
            told = body_of(request)
            assert len(str(told["source"])) <= 10
            self.credentials.seen(str(told["accessToken"]))
            if self.is_denied or told["accessToken"] != "api-token-secret":
                return httpx.Response(401, json={"code": "SECURITY_001"})
            self.sessions.append(f"session-{len(self.asked)}-secret")
            return httpx.Response(200, json={"token": self.sessions[-1], "expiresIn": 3600})
        if self.is_denied or request.headers["authorization"].removeprefix("Bearer ") not in self.sessions:
            return self.ended
        if path == "relation":
            offset, limit = int(request.url.params["offset"]), int(request.url.params["limit"])
            assert 1 <= limit <= 2_000
            rows = [{name: row[name] for name in ("id", "type", "code")} for row in self.relations.values()]
            return self._told({"items": rows[offset : offset + limit], "count": len(rows)})
        external_id = path.removeprefix("relation/")
        if external_id not in self.relations:
            return httpx.Response(404, json={"code": "API_404", "title": "Not found"})
        return self._told(self.relations[external_id])

    @staticmethod
    def _told(answer: object) -> httpx.Response:
        return httpx.Response(200, content=json.dumps(answer).encode())


def a_relation(number: int) -> dict[str, Any]:
    """What e-Boekhouden.nl sends of a relation, apart from its name."""
    return {
        "id": number,
        "type": "B",
        "code": f"R{number}",
        "date": "2026-01-31T00:00:00",
        "contact": "Ada",
        "address": "Hoofdstraat 12",
        "postalCode": "1234AB",
        "city": "Amsterdam",
        "country": "Nederland",
        "emailAddress": "info@example.com",
        "emailAddressInvoice": None,
        "vatNumber": "NL004495445B01",
        "companyRegistrationNumber": "12345678",
        "iban": "NL91ABNA0417164300",
        "inactive": False,
    }
