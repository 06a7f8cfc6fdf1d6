"""Twinfield: customers of one office and the users of the firm, by its SOAP services.

An access token lasts an hour and is renewed with OAuth 2.0; asked about a token, Twinfield says on which cluster its
services are. The finder lists codes and names, and each thing is then read by itself: a page of 25 takes 26 calls.
Codes are the keys, as that is what Twinfield knows things by. The finder lists what is active; what is hidden or
deleted is not there, and so is gone: every run reads everything. It lists by row number, so a page begins with the
last row of the one before, and where another one stands there the list is begun anew, at most twenty times.

Users are all that the finder shows of the firm, with their names and mail addresses, for client teams (S-07).

Twinfield answers errors with a status of 500, with one of 200, and within answers: the fault of SOAP, the messages of
the finder and ``result="0"`` are all looked for. It allows 1,000 credits a minute; a listing or reading costs one.

Not verified against the system itself:

- where the mail address and the language of a user stand: ``email`` and ``culture`` are looked for in the user, and
  one level below;
- in which order the finder lists: that it stays the same while nothing changes is assumed;
- the words in which a refused token is told, which go by the language of the user: Dutch and English are known here;
- that deleting is the only way for a code to become free, and that nobody gives it to another customer then.

The token is asked about in the query of an address, as Twinfield wants it; it is kept out of what is logged here, but
a proxy in between that logs addresses sees it.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import httpx
from attrs import frozen

from worktraq.adapters.accounting.calling import Caller, cursor_of, http_client, is_safe, is_text, is_whole, json_of
from worktraq.adapters.accounting.oauth import (
    ACCESS_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    EXPIRES_AT,
    REFRESH_TOKEN,
    Tokens,
    authorized,
)
from worktraq.adapters.accounting.rows import country_of, first_address, joined, language_of, rejection, setting
from worktraq.adapters.accounting.soap import Element, element, parsed, plain
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

_LOGIN = "https://login.twinfield.com/auth/authentication/connect"
_CLUSTER = "twf.clusterUrl"
_NAMESPACE = "http://www.twinfield.com/"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_HOST = re.compile(r"[a-z0-9.-]+\.twinfield\.com")
_LONGEST_KEY = 200
_MOST_BEGINNINGS = 20
_REFUSED = (
    "accessdenied",
    "access denied",
    "toegang geweigerd",
    "token",
    "logon credentials",
    "not authori",
    "niet geautoriseerd",
)


@frozen
class _List:
    """One of the lists that a run goes through.

    Attributes:
        kind: What stands in it.
        finder: The type that the finder knows it by.
        options: What is asked for of it.
        reading: What is read of one of its codes.
        made: What an answer to that says, given the code and the name.
    """

    kind: ImportKind
    finder: str
    options: Mapping[str, str]
    reading: Mapping[str, str]
    made: Callable[[Element, str, str], Upsert]


class Twinfield:
    """One office in Twinfield.

    Settings: ``office``, its code; ``client_id``. Secrets: ``client_secret`` and ``refresh_token``, and the
    ``access_token`` that came with it, if it is still at hand.

    Args:
        settings: What was filled in.
        credentials: The secrets.
        clock: Tells the instant, aware.
        client: Reaches Twinfield; one of its own by default.
    """

    info: ClassVar[SourceInfo] = SourceInfo(
        name="twinfield",
        title="Twinfield",
        fields={
            ImportKind.CUSTOMER: (
                *("number", "company_name", "email", "invoice_email", "street", "postal_code", "city", "country"),
                *("company_number", "vat_number", "iban"),
            ),
            ImportKind.USER: ("name", "email", "language"),
        },
        settings=(
            Setting("office", "Code of the office"),
            CLIENT_ID,
            CLIENT_SECRET,
            REFRESH_TOKEN,
            ACCESS_TOKEN,
            EXPIRES_AT,
        ),
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
        self._office = setting(settings, "office", r"[^*?]{1,40}")
        client_id = setting(settings, "client_id")
        self._own_client = http_client() if client is None else None
        self._caller = Caller(client or self._own_client or http_client(), clock)
        self._tokens = Tokens(
            *(self._caller, credentials, clock),
            address=f"{_LOGIN}/token",
            client_id=client_id,
            in_header=True,
        )
        self._cluster: tuple[str, str] | None = None
        self._lists = (
            _List(
                *(ImportKind.CUSTOMER, "DIM", {"dimtype": "DEB", "office": self._office}),
                *({"type": "dimensions", "office": self._office, "dimtype": "DEB"}, _customer),
            ),
            _List(ImportKind.USER, "USR", {}, {"type": "user"}, _user),
        )

    def check(self) -> SourceCheck:
        """Find the office among those that the token may read, and see whether its customers may be listed."""
        names = dict(self._found("OFF", {}, 1, 100, self._office))
        if self._office not in names:
            raise SourceDenied
        self._found(self._lists[0].finder, self._lists[0].options, 1, 1)
        return SourceCheck(names[self._office] or self._office)

    def read(self, cursor: str) -> SourcePage:
        """Some customers, or some users."""
        which, row, last, beginnings = 0, 0, "", 0
        if cursor != BEGINNING:
            place = cursor_of(cursor, {"list": is_whole, "row": is_whole, "last": is_text, "beginnings": is_whole})
            which, row, last, beginnings = place["list"], place["row"], place["last"], place["beginnings"]
            if which >= len(self._lists) or (row == 0) != (last == ""):
                raise SourceBroken("source_cursor_unknown")
        reading = self._lists[which]
        codes = self._found(reading.finder, reading.options, row, self.rows_a_page + 2) if row else []
        if not codes or codes[0][0] != last:
            beginnings += 1
            if beginnings > _MOST_BEGINNINGS:
                raise SourceUnavailable
            row, codes = 0, [("", ""), *self._found(reading.finder, reading.options, 1, self.rows_a_page + 1)]
        asked, rest = codes[1 : self.rows_a_page + 1], codes[self.rows_a_page + 1 :]
        upserts, rejected = self._told(reading, asked)
        is_last = not rest and which + 1 == len(self._lists)
        on = {"list": which, "row": row + len(asked), "last": asked[-1][0]} if rest else _begin(which + 1)
        cursor = BEGINNING if is_last else json.dumps({**on, "beginnings": beginnings if rest else 0})
        return SourcePage(cursor, is_last, tuple(upserts), rejected=tuple(rejected))

    def close(self) -> None:
        """Let go of connections."""
        if self._own_client is not None:
            self._own_client.close()

    def _found(
        self, finder: str, options: Mapping[str, str], row: int, rows: int, pattern: str = "*"
    ) -> list[tuple[str, str]]:
        """The codes and names that the finder lists from a row on, the first one being 1."""
        pairs = [
            element("ArrayOfString", element("string", name), element("string", plain(text)))
            for name, text in options.items()
        ]
        answer = self._asked(
            "finder",
            "Search",
            *(element("type", finder), element("pattern", plain(pattern)), element("field", "0")),
            *(element("firstRow", str(row)), element("maxRows", str(rows)), element("options", *pairs)),
        )
        for message in (answer.find("SearchResult") or answer).all("MessageOfErrorCodes"):
            if message.said("Type") in {"Error", "Fatal"}:
                raise SourceDenied if _is_refused(f"{message.said('Code')} {message.said('Text')}") else SourceBroken
        data = answer.find("data")
        if data is None:
            raise SourceBroken("source_answer_malformed")
        items = data.find("Items") or Element("")
        cells = [[*(cell.text.strip() for cell in line.all("string")), "", ""] for line in items.children]
        found = [(line[0], line[1]) for line in cells]
        if len(found) > rows or any(not 0 < len(code) <= _LONGEST_KEY for code, _ in found):
            raise SourceBroken("source_answer_malformed")
        return found

    def _told(self, reading: _List, asked: Sequence[tuple[str, str]]) -> tuple[list[Upsert], list[RejectedRow]]:
        upserts: list[Upsert] = []
        rejected: list[RejectedRow] = []
        for code, name in dict(asked).items():
            found = self._read({**reading.reading, "code": code})
            if found is None or found.said("code") not in {"", code}:
                rejected.append(rejection(reading.kind, code, "", name))
            else:
                upserts.append(reading.made(found, code, name))
        return upserts, rejected

    def _read(self, what: Mapping[str, str]) -> Element | None:
        """What Twinfield says of one thing; None when it says an error of that thing."""
        request = element("read", *(element(name, plain(text)) for name, text in what.items()))
        answer = self._asked("processxml", "ProcessXmlString", element("xmlRequest", plain(request)))
        result = answer.find("ProcessXmlStringResult")
        if result is None:
            raise SourceBroken("source_answer_malformed")
        root = parsed(result.text.strip().encode("utf-8", "replace"))
        if root.attributes.get("result", "1") == "1" and root.attributes.get("msgtype") != "error":
            return root
        if _is_refused(root.attributes.get("msg", "")):
            raise SourceDenied
        return None

    def _asked(self, service: str, action: str, *parts: str) -> Element:
        """The answer of a service: what stands in the body of its envelope."""

        def ask(token: str) -> Element:
            header = element("AccessToken", plain(token)), element("CompanyCode", plain(self._office))
            envelope = element(
                "soap:Envelope",
                element("soap:Header", element("Header", *header, xmlns=_NAMESPACE)),
                element("soap:Body", element(action, *parts, xmlns=_NAMESPACE)),
                **{"xmlns:soap": _ENVELOPE},
            )
            response = self._caller.call(
                "POST",
                f"{self._cluster_for(token)}/webservices/{service}.asmx",
                headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{_NAMESPACE}{action}"'},
                content=envelope.encode("utf-8", "replace"),
                taking={500},
            )
            return _body_in(response, f"{action}Response")

        return authorized(self._tokens, ask)

    def _cluster_for(self, token: str) -> str:
        """Where the services are that a token is for."""
        if self._cluster is None or self._cluster[0] != token:
            response = self._caller.call(
                "GET",
                f"{_LOGIN}/accesstokenvalidation",
                hidden={"token": token},
                headers={"Accept": "application/json", **self._tokens.client_header()},
                taking={400},
            )
            if not response.is_success:
                raise SourceDenied(status=401)
            told = json_of(response)
            address = told.get(_CLUSTER) if isinstance(told, Mapping) else None
            if not isinstance(address, str) or not _is_address(address):
                raise SourceBroken("source_answer_malformed")
            self._cluster = token, address.rstrip("/")
        return self._cluster[1]


def _begin(which: int) -> dict[str, int | str]:
    return {"list": which, "row": 0, "last": ""}


def _is_address(text: str) -> bool:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return False
    return is_safe(url) and bool(_HOST.fullmatch(url.host)) and not url.query and not url.userinfo


def _body_in(response: httpx.Response, name: str) -> Element:
    try:
        root = parsed(response.content)
    except SourceBroken:
        if response.is_success:
            raise
        root = Element("")
    body = root.find("Body")
    fault = body.find("Fault") if body is not None else None
    if fault is not None:
        code = fault.said("faultcode") or fault.said("Code", "Value")
        is_ours = code.rpartition(":")[2] in {"Client", "Sender"}
        if _is_refused(fault.said("faultstring") or fault.said("Reason", "Text")):
            raise SourceDenied(status=401)
        raise SourceBroken if is_ours else SourceUnavailable
    if not response.is_success:
        raise SourceUnavailable(status=response.status_code)
    answer = body.find(name) if body is not None else None
    if answer is None:
        raise SourceBroken("source_answer_malformed")
    return answer


def _is_refused(said: str) -> bool:
    """Whether a text of Twinfield means that it does not let us in."""
    return any(words in said.lower() for words in _REFUSED)


def _customer(found: Element, code: str, name: str) -> Upsert:
    addresses = list((found.find("addresses") or Element("")).all("address"))
    address = next((each for each in addresses if each.attributes.get("default") == "true"), None)
    address = address or next(iter(addresses), Element(""))
    banks = list((found.find("banks") or Element("")).all("bank"))
    bank = next((each for each in banks if each.attributes.get("default") == "true"), next(iter(banks), Element("")))
    invoice_mail = found.said("financials", "ebillmail") if found.said("financials", "ebilling") == "true" else ""
    values = {
        "number": code,
        "company_name": found.said("name") or name,
        "email": first_address(address.said("email")),
        "invoice_email": first_address(invoice_mail),
        "street": joined(address.said("field2"), address.said("field3"), by=", "),
        "postal_code": address.said("postcode"),
        "city": address.said("city"),
        "country": country_of(address.said("country")),
        "company_number": found.said("cocnumber") or address.said("field5"),
        "vat_number": found.said("vatnumber") or address.said("field4"),
        "iban": bank.said("iban"),
    }
    is_archived = found.attributes.get("status", "active") != "active"
    return Upsert(ImportKind.CUSTOMER, code, values, is_archived=is_archived)


def _user(found: Element, code: str, name: str) -> Upsert:
    values = {
        "name": found.said("name") or name,
        "email": first_address(_said_near(found, "email")),
        "language": language_of(_said_near(found, "culture")),
    }
    is_archived = found.attributes.get("status", "active") != "active"
    return Upsert(ImportKind.USER, code, values, is_archived=is_archived)


def _said_near(found: Element, name: str) -> str:
    """The text under a name in an element, or one level below."""
    return next((text for each in (found, *found.children) if (text := each.said(name))), "")
