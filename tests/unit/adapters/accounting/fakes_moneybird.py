"""A pretend Moneybird with one administration."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import httpx

from tests.unit.adapters.accounting.fakes import HttpBooks, body_of
from worktraq.adapters.accounting.moneybird import Moneybird
from worktraq.core.imports import ImportKind
from worktraq.testing.sources import RecordingCredentials

PAGE = 3


class FewMoneybird(Moneybird):
    """Reads few contacts at a time."""

    rows_a_page: ClassVar[int] = PAGE


class MoneybirdBooks(HttpBooks):
    """One administration.

    Attributes:
        contacts: By their ids.
        limit: What stands in the headers that tell how often it may still be asked.
    """

    page_size = PAGE

    def __init__(self) -> None:
        super().__init__()
        self.contacts: dict[str, dict[str, Any]] = {}
        self.limit: Mapping[str, str] = {"RateLimit-Limit": "150", "RateLimit-Remaining": "149"}
        self._last_id = 474244200259388752
        self._version = 1766494557
        self.credentials = RecordingCredentials(
            access_token=self.access_token, refresh_token=self.refresh_token, client_secret="app-secret-of-ours"
        )

    def source(self) -> Moneybird:
        """A source that reads these books."""
        settings = {"administration_id": "123", "client_id": "our-app"}
        return FewMoneybird(settings, self.credentials, clock=self.clock, client=self.client())

    def put(self, kind: ImportKind, name: str, *, external_id: str = "", customers: Sequence[str] = ()) -> str:
        """Add a contact or a person at one, or rename it."""
        if kind is ImportKind.CUSTOMER:
            contact = self.contacts.setdefault(external_id or self._new_id(), {})
            contact |= {**a_contact(), **contact, "company_name": name, "version": self._next_version()}
            return external_id or list(self.contacts)[-1]
        person = self._person(external_id) if external_id else {"id": self._new_id(), "firstname": None}
        person |= {"lastname": name}
        for customer in customers:
            self.contacts[customer]["contact_people"].append(person)
        for contact in self.contacts.values():
            if person in contact["contact_people"]:
                contact["version"] = self._next_version()
        return str(person["id"])

    def remove(self, kind: ImportKind, external_id: str) -> None:
        """Delete a contact."""
        assert kind is ImportKind.CUSTOMER
        del self.contacts[external_id]

    def spoil(self, kind: ImportKind, external_id: str) -> bool:
        """Put a list in place of a name."""
        if kind is ImportKind.CUSTOMER:
            self.contacts[external_id] |= {"company_name": ["?"], "version": self._next_version()}
        else:
            self._person(external_id)["lastname"] = 7
        return True

    def archive(self, kind: ImportKind, external_id: str) -> bool:
        """Archive a contact."""
        self.contacts[external_id] |= {"archived": True, "version": self._next_version()}
        return True

    def respond(self, request: httpx.Request) -> httpx.Response:
        """As Moneybird does."""
        if request.url.path == "/oauth/token":
            return self.renewed(request)
        if not self.is_let_in(request):
            return httpx.Response(401, json={"error": "Authorization required"})
        path = request.url.path.removeprefix("/api/v2/")
        if path == "administrations.json":
            found: object = [{"id": 9, "name": "Other"}, {"id": "123", "name": "Parkietje B.V.", "country": "NL"}]
        elif path != "123/contacts/synchronization.json":
            return httpx.Response(404, json={"error": "record not found"})
        elif request.method == "GET":
            is_shown = request.url.params.get("include_archived") == "true"
            shown = {key: each for key, each in self.contacts.items() if is_shown or not each["archived"]}
            found = [{"id": key, "version": shown[key]["version"]} for key in reversed(shown)]
        else:
            ids = body_of(request)["ids"]
            assert isinstance(ids, list)
            assert 0 < len(ids) <= 100
            found = [{"id": key, **self.contacts[key]} for key in ids if key in self.contacts]
        return httpx.Response(200, content=json.dumps(found).encode(), headers=self.limit)

    def _person(self, external_id: str) -> dict[str, Any]:
        people = (person for contact in self.contacts.values() for person in contact["contact_people"])
        return next(person for person in people if person["id"] == external_id)

    def _next_version(self) -> int:
        self._version += 1
        return self._version

    def _new_id(self) -> str:
        self._last_id += 29_206_020
        return str(self._last_id)


def a_contact() -> dict[str, Any]:
    """What Moneybird sends of a contact, apart from its id."""
    return {
        "administration_id": 123,
        "company_name": "",
        "firstname": None,
        "lastname": None,
        "address1": "Hoofdstraat 12",
        "address2": "",
        "zipcode": "1234AB",
        "city": "Amsterdam",
        "country": "NL",
        "phone": "",
        "customer_id": "3",
        "tax_number": "",
        "chamber_of_commerce": "",
        "bank_account": "",
        "email": "info@example.com",
        "send_invoices_to_email": "info@example.com",
        "sepa_iban": "",
        "version": 1766494557,
        "contact_people": [],
        "archived": False,
    }
