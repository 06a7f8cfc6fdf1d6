"""A pretend Exact Online with one division."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import httpx

from tests.unit.adapters.accounting.fakes import HttpBooks
from worktraq.adapters.accounting.exact import ExactOnline
from worktraq.core.imports import ImportKind
from worktraq.testing.sources import Failure, RecordingCredentials

SITE = "https://start.exactonline.nl"
_LISTS = {ImportKind.CUSTOMER: "CRM/Accounts", ImportKind.CONTACT: "CRM/Contacts"}
_NUMBERS = {ImportKind.CUSTOMER: 2, ImportKind.CONTACT: 5}


class ExactBooks(HttpBooks):
    """One division.

    Attributes:
        lists: Rows in the order of their timestamps, by the end of their path.
        division: What is said of it; None where it is not said.
        limits: What stands in the headers that tell how often it may still be asked.
        order: How the rows of an answer are sorted.
    """

    page_size = 3
    error_inside: ClassVar[bytes] = b'{"error": {"code": "", "message": {"lang": "", "value": "Forbidden"}}}'

    def __init__(self) -> None:
        super().__init__()
        self.lists: dict[str, list[dict[str, Any]]] = {"CRM/Accounts": [], "CRM/Contacts": [], "Deleted": []}
        self.division: dict[str, Any] | None = {"Code": 42, "CustomerName": "Parkietje B.V.", "Description": "Main"}
        self.limits: Mapping[str, str] = {"X-RateLimit-Remaining": "4999", "X-RateLimit-Minutely-Remaining": "59"}
        self.order = "Timestamp"
        self.good_until: datetime | None = None
        self._stamps = 1_000
        self._ids = 0
        self.credentials = RecordingCredentials(
            access_token=self.access_token, refresh_token=self.refresh_token, client_secret="app-secret-of-ours"
        )

    def source(self) -> ExactOnline:
        """A source that reads these books."""
        settings = {"division": "42", "client_id": "our-app"}
        return ExactOnline(settings, self.credentials, clock=self.clock, client=self.client())

    def put(self, kind: ImportKind, name: str, *, external_id: str = "", customers: Sequence[str] = ()) -> str:
        """Add an account or a contact, or rename it."""
        field = "Name" if kind is ImportKind.CUSTOMER else "FullName"
        if external_id:
            self.change(kind, external_id, **{field: name})
            return external_id
        self._ids += 1
        row = {**(an_account() if kind is ImportKind.CUSTOMER else a_contact()), field: name}
        row["ID"] = f"00000000-0000-4000-8000-{self._ids:012x}"
        if customers:
            row["Account"] = customers[0]
        self._append(_LISTS[kind], row)
        return str(row["ID"])

    def change(self, kind: ImportKind, external_id: str, **fields: object) -> None:
        """Change what stands there, which gets a higher timestamp."""
        rows = self.lists[_LISTS[kind]]
        row = next(row for row in rows if row["ID"] == external_id)
        rows.remove(row)
        self._append(_LISTS[kind], {**row, **fields})

    def remove(self, kind: ImportKind, external_id: str) -> None:
        """Delete something; Exact Online keeps a list of that, of whatever kind."""
        rows = self.lists[_LISTS[kind]]
        rows.remove(next(row for row in rows if row["ID"] == external_id))
        self._append("Deleted", {"EntityKey": "00000000-0000-4000-8000-00000000ffff", "EntityType": 9})
        self._append("Deleted", {"EntityKey": external_id, "EntityType": _NUMBERS[kind]})

    def spoil(self, kind: ImportKind, external_id: str) -> bool:
        """Put a number in place of a name."""
        self.change(kind, external_id, **{"Name" if kind is ImportKind.CUSTOMER else "FullName": 7})
        return True

    def archive(self, kind: ImportKind, external_id: str) -> bool:
        """Block an account."""
        self.change(kind, external_id, Blocked=True)
        return True

    def fail(self, failure: Failure, *, until: datetime | None = None) -> None:
        """Let the next call fail."""
        super().fail(failure, until=until)
        if failure is Failure.EXPIRED:
            self.good_until = None

    def respond(self, request: httpx.Request) -> httpx.Response:
        """As Exact Online does."""
        assert str(request.url).startswith(SITE)
        if request.url.path == "/api/oauth2/token":
            if self.good_until is not None and self.clock() < self.good_until - timedelta(seconds=30):
                return httpx.Response(400, json={"error": "Rate limit exceeded: access_token not expired"})
            self.good_until = self.clock() + timedelta(seconds=600)
            return self.renewed(request)
        if self.good_until is not None and self.clock() >= self.good_until:
            self.access_token = ""
        if not self.is_let_in(request):
            return httpx.Response(401, html="401 - Unauthorized: Access is denied")
        path = request.url.path.removeprefix("/api/v1/")
        if path == "current/Me":
            return self._told([{"CurrentDivision": 42, "DivisionCustomerName": "Parkietje B.V."}])
        if path == "42/system/Divisions":
            return self._told([self.division]) if self.division else httpx.Response(403)
        name = path.removeprefix("42/sync/")
        return self._sync(request, name) if name in self.lists else httpx.Response(404)

    def _sync(self, request: httpx.Request, name: str) -> httpx.Response:
        found = re.fullmatch(r"Timestamp gt ([0-9]+)L", request.url.params["$filter"])
        assert found
        selected = request.url.params["$select"].split(",")
        rows = [row for row in self.lists[name] if row["Timestamp"] > int(found[1])]
        rows.sort(key=lambda row: row[self.order])
        skip = request.url.params.get("$skiptoken")  # the key of the last row that was sent
        rows = [row for row in rows if skip is None or str(row[self.order]) > skip]
        following = ""
        if len(rows) > self.page_size:
            rows = rows[: self.page_size]
            following = str(request.url.copy_set_param("$skiptoken", str(rows[-1][self.order])))
        told = [{field: row[field] for field in selected if field in row} for row in rows]
        return self._told([{"__metadata": {}, **row, "Timestamp": str(row["Timestamp"])} for row in told], following)

    def _told(self, rows: Sequence[object], following: str = "") -> httpx.Response:
        answer = {"results": rows, **({"__next": following} if following else {})}
        return httpx.Response(200, content=json.dumps({"d": answer}).encode(), headers=self.limits)

    def _append(self, name: str, row: dict[str, Any]) -> None:
        self._stamps += 1
        self.lists[name].append({**row, "Timestamp": self._stamps})


def an_account() -> dict[str, Any]:
    """What Exact Online sends of an account, apart from its id and name."""
    return {
        "Status": "C",
        "Blocked": False,
        "EndDate": None,
        "IsAnonymised": 0,
        "Code": "                25",
        "Email": "info@example.com",
        "AddressLine1": "Hoofdstraat 12",
        "AddressLine2": None,
        "AddressLine3": "",
        "Postcode": "1234AB",
        "City": "Amsterdam",
        "Country": "NL ",
        "ChamberOfCommerce": "12345678",
        "VATNumber": "NL004495445B01",
        "Language": "NL-NL",
        "SalesCurrency": "EUR",
    }


def a_contact() -> dict[str, Any]:
    """What Exact Online sends of a contact, apart from its id, name and account."""
    return {
        "AccountIsCustomer": True,
        "EndDate": None,
        "IsAnonymised": 0,
        "Language": "EN",
        "BusinessEmail": None,
        "Email": "ada@example.com",
        "BusinessPhone": "",
        "Mobile": "06 12345678",
    }
