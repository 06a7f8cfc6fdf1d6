"""Exact Online: accounts that are customers, and contacts, by the sync endpoints of its REST API (OData).

Every row there has a timestamp, a number that grows with each change in the division. A run asks for accounts, then
contacts, then deletions with a higher timestamp than it has seen; the next run goes on from there. When Exact Online
moves a division to another database the numbers begin anew, and so does the next run: the division says on which day
it was moved. The tokens rotate: the access token lasts ten minutes, may be renewed in the last thirty seconds of them
and not earlier, and every renewal gives a new refresh token.

An account is a customer while its status is C. One that is not, any more or ever, is told as deleted; so is a contact
of such an account, and what was anonymised. Accounts that are blocked or whose last day has passed are archived.

Known limits of Exact Online: 60 calls a minute and 5,000 a day for each company, and at most ten errors an hour.

Not verified against the system itself:

- that rows come in the order of their timestamps; where they do not, the next run goes back further and tells more;
- whether a contact gets a new timestamp when its account becomes a customer; if not, it is told at its next change;
- how long deletions are kept (two months, by what is said): a connection that rests longer can miss some;
- that a token that is renewed too early is refused with a text that names the limit or says "not expired".
"""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

import httpx
from attrs import frozen

from worktraq.adapters.accounting.calling import Caller, cursor_of, http_client, is_text, is_whole, json_of
from worktraq.adapters.accounting.oauth import (
    ACCESS_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    EXPIRES_AT,
    REFRESH_TOKEN,
    Tokens,
    authorized,
    bearer,
)
from worktraq.adapters.accounting.rows import (
    Row,
    Unreadable,
    first_address,
    flag_of,
    joined,
    listed,
    setting,
    text_of,
    understood,
    values_of,
)
from worktraq.core.accounting import BEGINNING, Deleted, Deletions, Setting, SourceCheck, SourceInfo, SourcePage, Upsert
from worktraq.core.imports import ImportKind
from worktraq.errors import InvalidInput, SourceBroken, SourceDenied
from worktraq.ports.accounting import Credentials
from worktraq.ports.clock import Clock

SITES = ("nl", "be", "de", "fr", "es", "co.uk", "com")
"""The ends of the names under which Exact Online is reached."""

_WINDOWS = (
    ("X-RateLimit-Minutely-Remaining", "X-RateLimit-Minutely-Reset"),
    ("X-RateLimit-Remaining", "X-RateLimit-Reset"),
)
_FIRST = 1
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_DATE = re.compile(r"/Date\((-?[0-9]{1,15})([+-][0-9]{4})?\)/")
_ACCOUNTS, _CONTACTS = "2", "5"
_CUSTOMER = {
    "number": "Code",
    "company_name": "Name",
    "email": "Email",
    "postal_code": "Postcode",
    "city": "City",
    "country": "Country",
    "company_number": "ChamberOfCommerce",
    "vat_number": "VATNumber",
    "language": "Language",
    "currency": "SalesCurrency",
}
_CONTACT = {"language": "Language"}
_STREET = ("AddressLine1", "AddressLine2", "AddressLine3")
_NAME = ("FirstName", "MiddleName", "LastName")
_MAILS = ("BusinessEmail", "Email")
_PHONES = ("BusinessPhone", "BusinessMobile", "Phone", "Mobile")


@frozen
class _Phase:
    """One of the lists that a run goes through.

    Attributes:
        path: Below the division.
        fields: What is asked of each row.
        kind: What the rows are; None for the list of deletions.
    """

    path: str
    fields: Sequence[str]
    kind: ImportKind | None = None


_PHASES = (
    _Phase(
        "sync/CRM/Accounts",
        ("Timestamp", "ID", "Status", "Blocked", "EndDate", "IsAnonymised", *_CUSTOMER.values(), *_STREET),
        ImportKind.CUSTOMER,
    ),
    _Phase(
        "sync/CRM/Contacts",
        (
            *("Timestamp", "ID", "Account", "AccountIsCustomer", "EndDate", "IsAnonymised", "FullName"),
            *(*_CONTACT.values(), *_NAME, *_MAILS, *_PHONES),
        ),
        ImportKind.CONTACT,
    ),
    _Phase("sync/Deleted", ("Timestamp", "EntityKey", "EntityType")),
)
_CURSOR: Mapping[str, Callable[[Any], bool]] = {
    "phase": lambda value: is_whole(value) and value < len(_PHASES),
    "seen": lambda value: isinstance(value, list) and len(value) == len(_PHASES) and all(map(is_whole, value)),
    "skip": is_text,
    "first": is_whole,
    "top": is_whole,
    "moved": is_text,
}


class ExactOnline:
    """One division in Exact Online.

    Settings: ``division``, its number; ``site``, the end of the name of the site, ``nl`` unless told otherwise;
    ``client_id``. Secrets: ``client_secret``, ``refresh_token``, and the ``access_token`` that came with it together
    with ``expires_at``, for it cannot be renewed at once.

    Args:
        settings: What was filled in.
        credentials: The secrets.
        clock: Tells the instant, aware.
        client: Reaches Exact Online; one of its own by default.
    """

    info: ClassVar[SourceInfo] = SourceInfo(
        name="exact-online",
        title="Exact Online",
        fields={
            ImportKind.CUSTOMER: (*_CUSTOMER, "street"),
            ImportKind.CONTACT: ("name", "email", "phone", *_CONTACT),
        },
        settings=(
            Setting("division", "Division"),
            Setting("site", "Country of the site (nl, be, de, fr, es, co.uk, com)", is_required=False),
            CLIENT_ID,
            CLIENT_SECRET,
            REFRESH_TOKEN,
            ACCESS_TOKEN,
            EXPIRES_AT,
        ),
        deletions=Deletions.REPORTED,
        is_incremental=True,
    )

    def __init__(
        self,
        settings: Mapping[str, str],
        credentials: Credentials,
        *,
        clock: Clock,
        client: httpx.Client | None = None,
    ) -> None:
        site = settings.get("site", "").strip() or SITES[0]
        if site not in SITES:
            raise InvalidInput.of("site", "value_malformed")
        self._site = f"https://start.exactonline.{site}/api"
        self._division = setting(settings, "division", r"[0-9]{1,12}")
        client_id = setting(settings, "client_id")
        self._clock = clock
        self._own_client = http_client() if client is None else None
        self._caller = Caller(client or self._own_client or http_client(), clock, windows=_WINDOWS)
        self._tokens = Tokens(
            *(self._caller, credentials, clock),
            address=f"{self._site}/oauth2/token",
            client_id=client_id,
        )

    def check(self) -> SourceCheck:
        """Find the division among those that the token may read, or as the one that its user works in."""
        row = self._own_row()
        if row is not None:
            name = joined(_shown(row, "CustomerName"), _shown(row, "Description"), by=" – ")
            return SourceCheck(name or self.info.title, _shown(row, "Country"))
        fields = {"$select": "CurrentDivision,DivisionCustomerName"}
        found = self._asked(f"{self._site}/v1/current/Me", fields)[0]
        user = found[0] if found and isinstance(found[0], Mapping) else {}
        if str(user.get("CurrentDivision")).strip() != self._division:
            raise SourceDenied
        return SourceCheck(_shown(user, "DivisionCustomerName") or self.info.title)

    def read(self, cursor: str) -> SourcePage:
        """The rows of one answer: accounts, contacts or deletions."""
        if cursor == BEGINNING:
            place: dict[str, Any] = {"phase": 0, "seen": [_FIRST] * len(_PHASES), **_FRESH, "moved": ""}
        else:
            place = cursor_of(cursor, _CURSOR)
        if place["phase"] == 0 and not place["skip"]:
            division = self._own_row()
            moved = place["moved"] if division is None else _shown(division, "DivisionMoveDate")[:_LONGEST_DATE]
            if moved != place["moved"]:
                place |= {"seen": [_FIRST] * len(_PHASES), "moved": moved}
        phase = _PHASES[place["phase"]]
        rows, skip = self._rows(phase, place["seen"][place["phase"]], place["skip"])
        if skip and skip == place["skip"]:
            raise SourceBroken("source_cursor_stuck")
        page = self._page(phase, rows)
        is_last = _go_on(place, rows, skip)
        return SourcePage(_written(place), is_last, *page)

    def close(self) -> None:
        """Let go of connections."""
        if self._own_client is not None:
            self._own_client.close()

    def _own_row(self) -> Row | None:
        """What Exact Online says of the division; None where it does not say it to us."""
        fields = "Code,CustomerName,Description,Country,DivisionMoveDate"
        params = {"$filter": f"Code eq {self._division}", "$select": fields}
        rows, _ = self._asked(self._url("system/Divisions"), params, taking={403, 404})
        for row in rows:
            if isinstance(row, Mapping) and str(row.get("Code")).strip() == self._division:
                return row
        return None

    def _rows(self, phase: _Phase, seen: int, skip: str) -> tuple[Sequence[object], str]:
        params = {"$filter": f"Timestamp gt {seen}L", "$select": ",".join(phase.fields)}
        return self._asked(self._url(phase.path), {**params, "$skiptoken": skip} if skip else params)

    def _url(self, path: str) -> str:
        return f"{self._site}/v1/{self._division}/{path}"

    def _asked(self, url: str, params: Mapping[str, str], taking: Collection[int] = ()) -> tuple[Sequence[object], str]:
        """The rows of an answer, and what to skip for the next one; empty after the last."""

        def ask(token: str) -> httpx.Response:
            return self._caller.call("GET", url, params=params, headers=bearer(token), taking=taking)

        response = authorized(self._tokens, ask)
        if response.status_code in taking:
            return (), ""
        told = json_of(response)
        found = told.get("d") if isinstance(told, Mapping) else None
        rows = listed(found.get("results") if isinstance(found, Mapping) else found)
        if rows is None:
            raise SourceBroken("source_answer_malformed")
        following = found.get("__next") if isinstance(found, Mapping) else None
        return rows, "" if following in (None, "") else _skip_in(following)

    def _page(self, phase: _Phase, rows: Sequence[object]) -> tuple[Any, ...]:
        if phase.kind is None:
            return (), tuple(_deletions(rows)), ()
        gone: set[str] = set()
        kind = phase.kind
        make = self._customer if kind is ImportKind.CUSTOMER else self._contact

        def made(row: Row, external_id: str) -> Upsert | None:
            upsert = make(row, external_id)
            (gone.add if upsert is None else gone.discard)(external_id)
            return upsert

        upserts, rejected = understood(kind, rows, _id_of, made)
        return tuple(upserts), tuple(Deleted(kind, external_id) for external_id in sorted(gone)), tuple(rejected)

    def _customer(self, row: Row, external_id: str) -> Upsert | None:
        if text_of(row, "Status") != "C" or flag_of(row, "IsAnonymised"):
            return None
        values = values_of(row, _CUSTOMER)
        values["street"] = joined(*(text_of(row, name) for name in _STREET), by=", ")
        values["email"] = first_address(values["email"])
        is_archived = flag_of(row, "Blocked") or self._has_ended(row)
        return Upsert(ImportKind.CUSTOMER, external_id, values, is_archived=is_archived)

    def _contact(self, row: Row, external_id: str) -> Upsert | None:
        if not flag_of(row, "AccountIsCustomer") or flag_of(row, "IsAnonymised"):
            return None
        values = values_of(row, _CONTACT)
        values["name"] = text_of(row, "FullName") or joined(*(text_of(row, name) for name in _NAME))
        values["email"] = first_address(next(filter(None, (text_of(row, name) for name in _MAILS)), ""))
        values["phone"] = next(filter(None, (text_of(row, name) for name in _PHONES)), "")
        customer = _guid_of(row, "Account")
        return Upsert(ImportKind.CONTACT, external_id, values, (customer,), is_archived=self._has_ended(row))

    def _has_ended(self, row: Row) -> bool:
        text = text_of(row, "EndDate")
        if not text:
            return False
        found = _DATE.fullmatch(text)
        if found is None:
            raise Unreadable("EndDate", text)
        return int(found[1]) / 1000 + _DAY <= self._clock().timestamp()


_DAY = 86_400
_LONGEST_DATE = 100
_FRESH: Mapping[str, Any] = {"skip": "", "first": 0, "top": 0}


def _go_on(place: dict[str, Any], rows: Sequence[object], skip: str) -> bool:
    """Move a place behind some rows; gives whether the run has come to its end.

    While rows come in the order of their timestamps the highest one is where the next run begins: whatever changes
    meanwhile gets a higher one. Should they not, only what the first answer held is certain not to have been passed.
    """
    stamps = [stamp for stamp in map(_stamp_of, rows) if stamp]
    if stamps:
        if not place["first"]:
            place |= {"first": max(stamps), "top": _FIRST}
        in_order = place["top"] and place["top"] < stamps[0] and stamps == sorted(stamps)
        place["top"] = stamps[-1] if in_order else 0
    place["skip"] = skip
    if skip:
        return False
    phase: int = place["phase"]
    seen = list(place["seen"])
    seen[phase] = max(seen[phase], place["top"] or place["first"])
    following = (phase + 1) % len(_PHASES)
    place |= {**_FRESH, "seen": seen, "phase": following}
    return following == 0


def _stamp_of(row: object) -> int:
    """The timestamp of a row, which is sent as a number or as text; 0 where there is none."""
    found = row.get("Timestamp") if isinstance(row, Mapping) else None
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) <= 19:
        found = int(found)
    return found if type(found) is int and is_whole(found) else 0


def _written(place: Mapping[str, Any]) -> str:
    return json.dumps({name: place[name] for name in _CURSOR}, separators=(",", ":"))


def _deletions(rows: Sequence[object]) -> Sequence[Deleted]:
    kinds = {_ACCOUNTS: ImportKind.CUSTOMER, _CONTACTS: ImportKind.CONTACT}
    found = []
    for row in rows:
        if not isinstance(row, Mapping):
            raise SourceBroken("source_answer_malformed")
        number = row.get("EntityType")
        kind = kinds.get(str(number)) if isinstance(number, int | str) else None
        if kind is None:
            continue
        try:
            found.append(Deleted(kind, _guid_of(row, "EntityKey")))
        except Unreadable:
            raise SourceBroken("source_answer_malformed") from None
    return found


def _id_of(row: Row) -> str:
    return _guid_of(row, "ID")


def _guid_of(row: Row, name: str) -> str:
    text = text_of(row, name).strip("{}").lower()
    if not _GUID.fullmatch(text):
        raise Unreadable(name, row.get(name))
    return text


def _skip_in(following: object) -> str:
    """What the address of the next answer says to skip.

    The address itself is never called: it could lead elsewhere, with our token.
    """
    try:
        skip = httpx.URL(following).params.get("$skiptoken", "") if isinstance(following, str) else ""
    except (httpx.InvalidURL, ValueError):
        skip = ""
    if not skip or not is_text(skip):
        raise SourceBroken("source_answer_malformed")
    return str(skip)


def _shown(row: Row, name: str) -> str:
    """What stands under a name, for people; empty where it is no text."""
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""
