"""Moneybird: contacts and the people at them, by its REST API, version 2.

Moneybird has no customers apart from suppliers: all its contacts are told, as customers. It lists the ids of all of
them at once, archived ones included, with a version beside each, and gives at most 100 in one answer. So a run asks
once for the list and then once for every 100 that have a higher version than any before; the others are told as
unchanged. What is not on the list any more is gone. A list is held in memory, 16 bytes for each contact.

Versions look like seconds since 1970. What was told with the highest one is named in the cursor, so that a contact that
gets the same version after it was listed is told too; where there are too many of these, they are told again.

Not verified against the system itself:

- that versions grow over all contacts, and that a contact gets a new one when somebody at it is changed;
- whether a contact that was deleted in Moneybird can come back under its old id;
- that ``RateLimit-Remaining`` is part of every answer; where it is not, only a refusal makes the source wait.
"""

import json
from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import httpx
from attrs import asdict, evolve, frozen

from worktraq.adapters.accounting.calling import Caller, cursor_of, http_client, is_whole
from worktraq.adapters.accounting.oauth import Tokens, authorized, bearer
from worktraq.adapters.accounting.rows import (
    Row,
    Unreadable,
    first_address,
    flag_of,
    joined,
    listed,
    rejection,
    setting,
    text_of,
    understood,
    values_of,
)
from worktraq.core.accounting import (
    BEGINNING,
    Deletions,
    RejectedRow,
    Setting,
    SourceCheck,
    SourceInfo,
    SourcePage,
    Upsert,
)
from worktraq.core.imports import ImportKind
from worktraq.errors import SourceBroken, SourceDenied
from worktraq.ports.accounting import Credentials
from worktraq.ports.clock import Clock

_ADDRESS = "https://moneybird.com/api/v2"
_TOKENS = "https://moneybird.com/oauth/token"
_WINDOWS = (("RateLimit-Remaining", "RateLimit-Reset"),)
_CUSTOMER = {
    "number": "customer_id",
    "company_name": "company_name",
    "first_name": "firstname",
    "last_name": "lastname",
    "email": "email",
    "invoice_email": "send_invoices_to_email",
    "postal_code": "zipcode",
    "city": "city",
    "country": "country",
    "company_number": "chamber_of_commerce",
    "vat_number": "tax_number",
}
_CONTACT = {"email": "email", "phone": "phone"}
_UNKNOWN = -1
_MOST_NAMED = 500


class Moneybird:
    """One administration in Moneybird.

    Settings: ``administration_id``, the number behind ``moneybird.com/`` in a browser; ``client_id`` where the
    connection was made with OAuth. Secrets: ``access_token``, which is an API token or one of OAuth; for the latter
    ``refresh_token`` and ``client_secret`` where tokens run out.

    Args:
        settings: What was filled in.
        credentials: The secrets.
        clock: Tells the instant, aware.
        client: Reaches Moneybird; one of its own by default.
    """

    info: ClassVar[SourceInfo] = SourceInfo(
        name="moneybird",
        title="Moneybird",
        fields={
            ImportKind.CUSTOMER: (*_CUSTOMER, "kind", "street", "iban"),
            ImportKind.CONTACT: ("name", *_CONTACT),
        },
        settings=(
            Setting("administration_id", "Administration"),
            Setting("access_token", "API token", is_secret=True),
            Setting("refresh_token", "Refresh token", is_secret=True, is_required=False),
            Setting("client_id", "Client id of your app", is_required=False),
            Setting("client_secret", "Secret of your app", is_secret=True, is_required=False),
        ),
        deletions=Deletions.ABSENT,
        is_incremental=True,
    )
    rows_a_page: ClassVar[int] = 100
    unchanged_a_page: ClassVar[int] = 800

    def __init__(
        self,
        settings: Mapping[str, str],
        credentials: Credentials,
        *,
        clock: Clock,
        client: httpx.Client | None = None,
    ) -> None:
        self._administration = setting(settings, "administration_id", r"[0-9]{1,30}")
        self._own_client = http_client() if client is None else None
        self._caller = Caller(client or self._own_client or http_client(), clock, windows=_WINDOWS)
        self._tokens = Tokens(
            self._caller, credentials, clock, address=_TOKENS, client_id=settings.get("client_id", "")
        )
        self._list: _List | None = None

    def check(self) -> SourceCheck:
        """Find the administration among those that the token may read."""
        for each in _list_in(self._json("GET", f"{_ADDRESS}/administrations.json")):
            if isinstance(each, Mapping) and str(each.get("id")) == self._administration:
                shown = [each.get(name) for name in ("name", "country")]
                name, country = (text if isinstance(text, str) else "" for text in shown)
                return SourceCheck(name or self.info.title, country)
        raise SourceDenied

    def read(self, cursor: str) -> SourcePage:
        """The contacts of one answer, with the people at them, and what has not changed between them."""
        place = _FIRST if cursor == BEGINNING else _Place(**cursor_of(cursor, _CURSOR))
        if self._list is None or not place.after:
            self._list = self._listed()
        if not place.after:
            place = evolve(place, top=self._list.highest, next_edge=self._list.edge)
        asked, unchanged, after = self._list.behind(place, self.rows_a_page, self.unchanged_a_page)
        upserts, rejected, missing = self._told(asked) if asked else ([], [], [])
        if len(missed := [*place.missed, *missing]) > _MOST_NAMED:
            raise SourceBroken
        is_last = after is None
        if after:
            place = evolve(place, after=after, missed=missed)
        else:
            place = _Place(since=place.top, edge=place.next_edge, again=missed)
        return SourcePage(
            json.dumps(asdict(place)), is_last, tuple(upserts), rejected=tuple(rejected), unchanged=tuple(unchanged)
        )

    def close(self) -> None:
        """Let go of connections."""
        if self._own_client is not None:
            self._own_client.close()

    def _json(self, method: str, url: str, **how: Any) -> Any:  # noqa: ANN401  # whatever the system sends
        return authorized(self._tokens, lambda token: self._caller.json(method, url, headers=bearer(token), **how))

    def _listed(self) -> "_List":
        url = f"{_ADDRESS}/{self._administration}/contacts/synchronization.json"
        found = _list_in(self._json("GET", url, params={"include_archived": "true"}))
        versions: dict[str, int] = {}
        for row in found:
            external_id = _id_in(row)
            versions[external_id] = max(_version_in(row), versions.get(external_id, _UNKNOWN))
        if "" in versions:  # one that is left out would be taken for gone
            raise SourceBroken("source_answer_malformed")
        return _List({int(external_id): version for external_id, version in versions.items()})

    def _told(self, asked: Sequence[int]) -> tuple[list[Upsert], list[RejectedRow], list[str]]:
        wanted = dict.fromkeys(map(str, asked))
        url = f"{_ADDRESS}/{self._administration}/contacts/synchronization.json"
        rows = _list_in(self._json("POST", url, body={"ids": list(wanted)}))
        by_id: dict[str, object] = {}
        for row in rows:
            external_id = _id_in(row)
            if external_id in wanted:
                by_id[external_id] = row
        upserts, rejected = understood(ImportKind.CUSTOMER, by_id.values(), _id_of, _customer)
        # Deleted since it was listed, most likely; then it is not on the next list. If it is, it is asked for again.
        missing = [external_id for external_id in wanted if external_id not in by_id]
        for external_id in missing:
            rejected += [
                rejection(ImportKind.CUSTOMER, external_id),
                rejection(ImportKind.CONTACT, "", "contact_people"),
            ]
        for external_id, row in by_id.items():
            people, unreadable = _people(row, external_id)
            upserts += people
            rejected += unreadable
        return upserts, rejected, missing


class _List:
    """The ids of all contacts, in order, with their versions.

    Attributes:
        highest: Of the versions.
        edge: The ids with the highest version; none where they are too many to be named.
    """

    def __init__(self, versions: Mapping[int, int]) -> None:
        self._ids = array("q", sorted(versions))
        self._versions = array("q", [versions[each] for each in self._ids])
        self.highest = max(max(self._versions, default=0), 0)
        edge = [str(each) for each, version in versions.items() if version == self.highest]
        self.edge = edge if len(edge) <= _MOST_NAMED else []

    def behind(self, place: "_Place", most: int, most_unchanged: int) -> tuple[list[int], list[str], str | None]:
        """What comes behind a place: ids to be asked for, ids that are unchanged, and the last of all, if more follow."""
        asked: list[int] = []
        unchanged: list[str] = []
        edge, again = set(place.edge), set(place.again)
        for at in range(bisect_right(self._ids, int(place.after or "-1")), len(self._ids)):
            if len(asked) == most or len(unchanged) == most_unchanged:
                return asked, unchanged, str(self._ids[at - 1])
            external_id, version = str(self._ids[at]), self._versions[at]
            is_told = version < place.since or (version == place.since and external_id in edge)
            if is_told and version != _UNKNOWN and external_id not in again:
                unchanged.append(external_id)
            else:
                asked.append(self._ids[at])
        return asked, unchanged, None


@frozen
class _Place:
    """Where a run is.

    Attributes:
        after: The last id that was told; empty before the first.
        since: The highest version that the run before has told.
        edge: The ids that it has told with that version.
        again: Ids that it was not given, although they were listed.
        top: The highest version when this run began.
        next_edge: The ids that had it.
        missed: Ids that were not given until now.
    """

    after: str = ""
    since: int = _UNKNOWN
    edge: Sequence[str] = ()
    again: Sequence[str] = ()
    top: int = 0
    next_edge: Sequence[str] = ()
    missed: Sequence[str] = ()


def _customer(row: Row, external_id: str) -> Upsert:
    values = values_of(row, _CUSTOMER)
    if values["company_name"]:
        values |= {"kind": "business", "first_name": "", "last_name": ""}
    else:
        values["kind"] = "private"
    values["street"] = joined(text_of(row, "address1"), text_of(row, "address2"), by=", ")
    values["iban"] = text_of(row, "sepa_iban") or text_of(row, "bank_account")
    values["invoice_email"] = first_address(values["invoice_email"])
    values["email"] = first_address(values["email"])
    return Upsert(ImportKind.CUSTOMER, external_id, values, is_archived=flag_of(row, "archived"))


def _people(row: object, customer: str) -> tuple[list[Upsert], list[RejectedRow]]:
    found = row.get("contact_people") if isinstance(row, Mapping) else None
    people = [] if found is None else listed(found)
    if people is None:
        return [], [rejection(ImportKind.CONTACT, "", "contact_people")]

    def made(person: Row, external_id: str) -> Upsert:
        name = joined(text_of(person, "firstname"), text_of(person, "lastname"))
        values = {"name": name, **values_of(person, _CONTACT)}
        return Upsert(ImportKind.CONTACT, external_id, values, customers=(customer,))

    return understood(ImportKind.CONTACT, people, _id_of, made)


def _id_of(row: Row) -> str:
    text = text_of(row, "id", may_be_number=True)
    if not _is_id(text):
        raise Unreadable("id", row.get("id"))
    return str(int(text))


def _id_in(row: object) -> str:
    """The id of a row; empty where there is none."""
    try:
        return _id_of(row) if isinstance(row, Mapping) else ""
    except Unreadable:
        return ""


def _version_in(row: object) -> int:
    """The version of a row; `_UNKNOWN` where there is none, so that it is always told."""
    version = row.get("version") if isinstance(row, Mapping) else None
    return version if isinstance(version, int) and is_whole(version) else _UNKNOWN


def _are_ids(value: object) -> bool:
    return isinstance(value, list) and len(value) <= _MOST_NAMED and all(map(_is_id, value))


def _is_id(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19 and int(value) < 2**63


def _list_in(told: object) -> Sequence[object]:
    found = listed(told)
    if found is None:
        raise SourceBroken("source_answer_malformed")
    return found


_FIRST = _Place()
_CURSOR: Mapping[str, Callable[[Any], bool]] = {
    "after": lambda value: value == "" or _is_id(value),
    "since": lambda value: value == _UNKNOWN or is_whole(value),
    "edge": _are_ids,
    "again": _are_ids,
    "top": is_whole,
    "next_edge": _are_ids,
    "missed": _are_ids,
}
