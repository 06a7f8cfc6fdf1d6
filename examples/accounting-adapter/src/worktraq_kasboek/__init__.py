"""Reads the customers of Kasboek."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from worktraq.adapters.accounting.calling import Caller, cursor_of, http_client, is_whole
from worktraq.adapters.accounting.oauth import bearer
from worktraq.adapters.accounting.rows import Row, Unreadable, flag_of, setting, understood, values_of
from worktraq.core.accounting import BEGINNING, Deletions, Setting, SourceCheck, SourceInfo, SourcePage, Upsert
from worktraq.core.imports import ImportKind
from worktraq.errors import SourceBroken
from worktraq.ports.accounting import Credentials
from worktraq.ports.clock import Clock

ADDRESS = "https://api.kasboek.example/v1/"
ROWS = 100
NAMES = {"number": "code", "company_name": "name", "email": "email", "city": "city", "country": "country"}


class Kasboek:
    """The books of one firm in Kasboek.

    Args:
        settings: With `book`, the number of the books.
        credentials: With `key`, the API key.
        clock: Tells the instant, aware.
        client: Reaches Kasboek; over the internet by default.
    """

    info = SourceInfo(
        name="kasboek",
        title="Kasboek",
        fields={ImportKind.CUSTOMER: tuple(NAMES)},
        settings=(Setting("book", "Number of the books"), Setting("key", "API key", is_secret=True)),
        deletions=Deletions.ABSENT,
    )

    def __init__(
        self, settings: Mapping[str, str], credentials: Credentials, *, clock: Clock, client: httpx.Client | None = None
    ) -> None:
        self._path = f"books/{quote(setting(settings, 'book'), safe='')}"
        self._credentials = credentials
        self._client = client or http_client(base_url=ADDRESS)
        self._caller = Caller(self._client, clock)

    def check(self) -> SourceCheck:
        """Ask for the name of the books."""
        name = self._ask(self._path).get("name")
        if not isinstance(name, str):
            raise SourceBroken("source_answer_malformed")
        return SourceCheck(name)

    def read(self, cursor: str) -> SourcePage:
        """The relations behind the last one that was read."""
        after = 0 if cursor == BEGINNING else cursor_of(cursor, {"after": is_whole})["after"]
        answer = self._ask(f"{self._path}/relations", after=after, limit=ROWS)
        rows, more = answer.get("relations"), answer.get("more")
        if not isinstance(rows, list) or not isinstance(more, bool):
            raise SourceBroken("source_answer_malformed")
        upserts, rejected = understood(ImportKind.CUSTOMER, rows, key_of, customer_in)
        cursor = json.dumps({"after": last_of(rows, after)}) if more else BEGINNING
        return SourcePage(cursor, not more, tuple(upserts), rejected=tuple(rejected))

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _ask(self, path: str, **params: int) -> Mapping[str, Any]:
        headers = bearer(self._credentials.load().get("key", ""))
        answer = self._caller.json("GET", path, params=params, headers=headers)
        if not isinstance(answer, dict) or "error" in answer:  # Kasboek says so with a status of 200
            raise SourceBroken
        return answer


def customer_in(row: Row, external_id: str) -> Upsert:
    """The customer in a row."""
    return Upsert(ImportKind.CUSTOMER, external_id, values_of(row, NAMES), is_archived=flag_of(row, "archived"))


def key_of(row: Row) -> str:
    """The id of a row as text."""
    if not is_whole(row.get("id")):
        raise Unreadable("id", row.get("id"))
    return str(row["id"])


def last_of(rows: list[Any], after: int) -> int:
    """The id behind which the next page begins."""
    ids: list[int] = [row["id"] for row in rows if isinstance(row, dict) and is_whole(row.get("id"))]
    if max(ids, default=after) <= after:
        raise SourceBroken("source_answer_malformed")  # the next page would be this one again
    return max(ids)
