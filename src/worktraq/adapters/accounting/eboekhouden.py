"""e-Boekhouden.nl: relations, by its REST API, version 1.

The API token of an administration is exchanged for a session, which runs out. Relations are listed with their ids
only, and each is asked for by itself: a page of 25 relations takes 26 calls. e-Boekhouden.nl tells customers and
suppliers not apart: all relations are told, as customers. Of a person it has one name, whose first word is taken for
the first name. There is no list of what was changed or deleted, so every
run reads everything, and what is not there any more is gone.

The list is asked for by offset. Should something be struck out or put in before the place that was reached, the list
moves under the reader; a page therefore begins with the last relation of the one before, and where another one stands
there the run begins anew, at most twenty times.

Not verified against the system itself:

- the order of the list: that it stays the same while nothing changes is assumed;
- that ``Bearer`` has to stand before the session in a header: of the public clients most send it so, and one without;
- whether there is a limit on calls, and how it is told: ``Retry-After`` is followed where there is one;
- that a country is written as a code or as its name in one of our languages; anything else comes as it stands there;
- the name of the administration is told nowhere, so that trying the connection cannot show it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import httpx

from worktraq.adapters.accounting.calling import Caller, cursor_of, http_client, is_text, is_whole, json_of
from worktraq.adapters.accounting.rows import (
    Row,
    Unreadable,
    first_address,
    flag_of,
    listed,
    rejection,
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
from worktraq.errors import SourceBroken, SourceDenied, SourceUnavailable
from worktraq.ports.accounting import Credentials
from worktraq.ports.clock import Clock

_ADDRESS = "https://api.e-boekhouden.nl/v1"
_SOURCE = "worktraq"
_SESSION_ENDED = "SECURITY_010"
_EARLY = timedelta(seconds=30)
_LONGEST_SESSION = 86_400
_MOST_BEGINNINGS = 20
_CUSTOMER = {
    "number": "code",
    "company_name": "name",
    "email": "emailAddress",
    "invoice_email": "emailAddressInvoice",
    "street": "address",
    "postal_code": "postalCode",
    "city": "city",
    "country": "country",
    "company_number": "companyRegistrationNumber",
    "vat_number": "vatNumber",
    "iban": "iban",
}


class EBoekhouden:
    """One administration in e-Boekhouden.nl.

    Secret: ``api_token``, made under Beheer > API-tokens; it belongs to one administration, which is the one read.

    Args:
        settings: Nothing is needed.
        credentials: The secret.
        clock: Tells the instant, aware.
        client: Reaches e-Boekhouden.nl; one of its own by default.
    """

    info: ClassVar[SourceInfo] = SourceInfo(
        name="e-boekhouden",
        title="e-Boekhouden.nl",
        fields={ImportKind.CUSTOMER: (*_CUSTOMER, "kind", "first_name", "last_name")},
        settings=(Setting("api_token", "API token", is_secret=True),),
        deletions=Deletions.ABSENT,
    )
    rows_a_page: ClassVar[int] = 25

    def __init__(
        self,
        settings: Mapping[str, str],
        credentials: Credentials,
        *,
        clock: Clock,
        client: httpx.Client | None = None,
    ) -> None:
        del settings
        self._credentials = credentials
        self._clock = clock
        self._own_client = http_client() if client is None else None
        self._caller = Caller(client or self._own_client or http_client(), clock)
        self._session: tuple[str, datetime] | None = None

    def check(self) -> SourceCheck:
        """Open a session and ask for one relation; whose books they are is told nowhere."""
        self._list(0, 1)
        return SourceCheck(self.info.title)

    def read(self, cursor: str) -> SourcePage:
        """Some relations."""
        start, last, beginnings = 0, "", 0
        if cursor != BEGINNING:
            place = cursor_of(
                cursor, {"offset": lambda value: is_whole(value) and value > 0, "last": is_text, "beginnings": is_whole}
            )
            start, last, beginnings = place["offset"], place["last"], place["beginnings"]
        ids = self._list(start - 1, self.rows_a_page + 2) if start else []
        if not ids or ids[0] != last:
            beginnings += 1
            if beginnings > _MOST_BEGINNINGS:
                raise SourceUnavailable
            start, ids = 0, ["", *self._list(0, self.rows_a_page + 1)]
        asked, rest = ids[1 : self.rows_a_page + 1], ids[self.rows_a_page + 1 :]
        upserts, rejected = self._told(asked)
        place = {"offset": start + len(asked), "last": asked[-1] if asked else "", "beginnings": beginnings}
        cursor = json.dumps(place) if rest else BEGINNING
        return SourcePage(cursor, not rest, tuple(upserts), rejected=tuple(rejected))

    def close(self) -> None:
        """Let go of connections."""
        if self._own_client is not None:
            self._own_client.close()

    def _list(self, offset: int, limit: int) -> list[str]:
        """The ids at some places of the list."""
        told = json_of(self._asked("relation", {"limit": limit, "offset": offset}))
        found = listed(told.get("items") if isinstance(told, Mapping) else None)
        if found is None or len(found) > limit:
            raise SourceBroken("source_answer_malformed")
        ids = [_id_in(each) for each in found]
        if "" in ids:  # one that is left out would be taken for gone
            raise SourceBroken("source_answer_malformed")
        return ids

    def _told(self, asked: Sequence[str]) -> tuple[list[Upsert], list[RejectedRow]]:
        upserts: list[Upsert] = []
        rejected: list[RejectedRow] = []
        for external_id in dict.fromkeys(asked):
            response = self._asked(f"relation/{external_id}", {}, missing=True)
            row = json_of(response) if response.is_success else None
            if isinstance(row, Mapping) and "name" in row and str(row.get("id", external_id)) == external_id:
                told, unreadable = understood(ImportKind.CUSTOMER, [{"id": external_id, **row}], _id_of, _customer)
                upserts += told
                rejected += unreadable
            elif isinstance(row, Mapping) and not {"id", "name"} & row.keys():
                raise SourceBroken("source_answer_malformed")  # an error in place of a relation
            else:
                # Struck out since it was listed, most likely; then it is not on the next list.
                rejected.append(rejection(ImportKind.CUSTOMER, external_id))
        return upserts, rejected

    def _asked(self, path: str, params: Mapping[str, str | int], *, missing: bool = False) -> httpx.Response:
        """An answer within a session; a new one is opened when that has run out, once."""
        taking = {400, 401, 403, 404} if missing else {400, 401, 403}
        for is_again in (False, True):
            token = self._opened(anew=is_again)
            # The headers are those of one call, so that no client holds the session.
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
            response = self._caller.call("GET", f"{_ADDRESS}/{path}", params=params, headers=headers, taking=taking)
            status = response.status_code
            if response.is_success or status == 404:
                return response
            if status != 401 and _code_in(response) != _SESSION_ENDED:
                raise SourceBroken(status=status) if status == 400 else SourceDenied(status=status)
        raise SourceDenied(status=401)

    def _opened(self, *, anew: bool) -> str:
        """The token of a session."""
        if self._session is not None and not anew and self._clock() < self._session[1]:
            return self._session[0]
        api_token = self._credentials.load().get("api_token", "")
        if not api_token:
            raise SourceDenied(status=401)
        response = self._caller.call(
            "POST", f"{_ADDRESS}/session", body={"accessToken": api_token, "source": _SOURCE}, taking={400}
        )
        if not response.is_success:
            raise SourceDenied(status=response.status_code)
        told = json_of(response)
        token = told.get("token") if isinstance(told, Mapping) else None
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            raise SourceBroken("source_answer_malformed")
        lasts: Any = told.get("expiresIn")
        lasts = min(lasts, _LONGEST_SESSION) if is_whole(lasts) else _LONGEST_SESSION
        self._session = token, self._clock() + timedelta(seconds=lasts) - min(_EARLY, timedelta(seconds=lasts / 2))
        return token


def _customer(row: Row, external_id: str) -> Upsert:
    values = values_of(row, _CUSTOMER)
    is_private = text_of(row, "type").upper() == "P"
    name = values["company_name"]
    values |= {"kind": "business", "first_name": "", "last_name": ""}
    if is_private:
        first_name, _, last_name = name.partition(" ") if " " in name else ("", "", name)
        values |= {"kind": "private", "company_name": "", "first_name": first_name, "last_name": last_name.strip()}
    values["email"] = first_address(values["email"])
    values["invoice_email"] = first_address(values["invoice_email"])
    return Upsert(ImportKind.CUSTOMER, external_id, values, is_archived=flag_of(row, "inactive"))


def _id_of(row: Row) -> str:
    text = text_of(row, "id", may_be_number=True)
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Unreadable("id", row.get("id"))
    return text


def _id_in(row: object) -> str:
    """The id of a row; empty where there is none."""
    try:
        return _id_of(row) if isinstance(row, Mapping) else ""
    except Unreadable:
        return ""


def _code_in(response: httpx.Response) -> str:
    """The code of an error; empty where there is none."""
    try:
        told = json_of(response)
    except SourceBroken:
        return ""
    return str(told.get("code", "")) if isinstance(told, Mapping) else ""
