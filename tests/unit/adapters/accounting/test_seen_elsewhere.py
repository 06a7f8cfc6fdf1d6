"""Answers and failures as the systems were seen to send them by those who use them, or as they may send them one day."""

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.unit.adapters.accounting.fakes_eboekhouden import a_relation
from tests.unit.adapters.accounting.fakes_exact import a_contact, an_account
from tests.unit.adapters.accounting.fakes_twinfield import CLUSTER, SOAP, answered
from worktraq.adapters.accounting.calling import http_client
from worktraq.adapters.accounting.eboekhouden import EBoekhouden
from worktraq.adapters.accounting.exact import ExactOnline
from worktraq.adapters.accounting.moneybird import Moneybird
from worktraq.adapters.accounting.oauth import Tokens
from worktraq.adapters.accounting.soap import element, plain
from worktraq.adapters.accounting.twinfield import Twinfield
from worktraq.core.accounting import BEGINNING, Deleted
from worktraq.core.imports import ImportKind
from worktraq.errors import AdapterError, SourceBroken, SourceDenied, SourceLimited, SourceUnavailable
from worktraq.ports.accounting import AccountingSource
from worktraq.testing.contracts.accounting import check_rows
from worktraq.testing.contracts.accounting_failures import shown
from worktraq.testing.fakes import FixedClock
from worktraq.testing.sources import RecordingCredentials, Run, read_all

CUSTOMER, CONTACT = ImportKind.CUSTOMER, ImportKind.CONTACT
NOW = FixedClock()()
SETTINGS = {"administration_id": "1", "division": "42", "client_id": "app", "office": "1"}
SECRETS = {name: f"{name}-of-ours" for name in ("access_token", "refresh_token", "client_secret", "api_token")}
SYSTEMS: Mapping[str, Callable[..., AccountingSource]] = {
    "moneybird": Moneybird,
    "exact-online": ExactOnline,
    "e-boekhouden": EBoekhouden,
    "twinfield": Twinfield,
}
GUID = "00000000-0000-4000-8000-00000000000{}"
Answer = Callable[[httpx.Request], httpx.Response]
pytestmark = pytest.mark.requirement("T-01")
each_system = pytest.mark.parametrize("name", SYSTEMS)


def source_of(name: str, answer: Answer) -> AccountingSource:
    """A source of a system that answers so."""
    client = http_client(transport=httpx.MockTransport(answer))
    return SYSTEMS[name](SETTINGS, RecordingCredentials(**SECRETS), clock=FixedClock(), client=client)


def behind_the_door(answer: Answer) -> Answer:
    """Sessions and tokens are given as they should be; this is what comes afterwards."""

    def respond(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/session"):
            return httpx.Response(200, json={"token": "session-of-ours", "expiresIn": 3600})
        if path.endswith("accesstokenvalidation"):
            return httpx.Response(200, json={"twf.clusterUrl": CLUSTER})
        if path.endswith(("oauth/token", "oauth2/token", "connect/token")):
            return httpx.Response(200, json={"access_token": "renewed-of-ours", "expires_in": 600})
        return answer(request)

    return respond


def always(status: int, **how: Any) -> Answer:  # noqa: ANN401  # passed on to httpx as they are
    """The same answer to every question."""
    return lambda _: httpx.Response(status, **how)


HTML = "<!DOCTYPE html><html><head><title>Onderhoud</title></head><body>Wij zijn zo terug.</body></html>"
FAILURES: list[tuple[Answer, tuple[type[AdapterError], ...]]] = [
    (always(401, json={"error": "No access to contacts"}), (SourceDenied,)),
    (always(401, html=HTML, headers={"WWW-Authenticate": "Bearer"}), (SourceDenied,)),
    (always(402, json={"error": "Payment required"}), (SourceDenied,)),
    (always(403, text="Forbidden - Application Scope Violated. Cannot read"), (SourceDenied,)),
    (always(404, json={"error": "record not found"}), (SourceBroken,)),
    (always(406, text=""), (SourceBroken,)),
    (always(422, json={"error": {"contact": ["can't be blank"]}}), (SourceBroken,)),
    (always(429, json={"error": "Too many requests"}), (SourceLimited,)),
    (always(429, text="Retry later\n"), (SourceLimited,)),
    (always(500, html=HTML), (SourceUnavailable,)),
    (always(502, text="<html><body><h1>502 Bad Gateway</h1></body></html>"), (SourceUnavailable,)),
    (always(503, html=HTML), (SourceUnavailable,)),
    (always(503, html=HTML, headers={"Retry-After": "3600"}), (SourceLimited,)),
    (always(504, text=""), (SourceUnavailable,)),
    (always(522, text="error code: 522"), (SourceUnavailable,)),
    (always(302, headers={"Location": "https://elsewhere.example/login"}), (SourceBroken,)),
    (always(200, html=HTML), (SourceBroken,)),
    (always(200, content=b""), (SourceBroken,)),
    (always(204), (SourceBroken,)),
    (always(200, content=b'[{"id": "1", "company_name": "Bakk'), (SourceBroken,)),
    (always(200, content=b"null"), (SourceBroken,)),
    (always(200, content=b'"maintenance"'), (SourceBroken,)),
    (always(200, content=b"\xff\xfe\x00garbage\xff"), (SourceBroken,)),
    (always(200, content=b"[" * 100_000), (SourceBroken,)),
    (always(200, content=b"9" * 5_000), (SourceBroken,)),
    (always(200, json={"error": {"code": "", "message": {"lang": "", "value": "Request failed"}}}), (SourceBroken,)),
    (always(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip at all")), (SourceBroken,)),
    (
        always(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(gzip.compress(b"[]" * 99)[:-30])),
        (SourceBroken, SourceUnavailable),
    ),
]


@each_system
@pytest.mark.parametrize(("answer", "errors"), FAILURES)
def test_failure_is_told_as_what_it_is(name: str, answer: Answer, errors: tuple[type[AdapterError], ...]) -> None:
    """When it is tried, and when it is read; without a secret."""
    for respond in (answer, behind_the_door(answer)):
        source = source_of(name, respond)
        for act in (source.check, lambda source=source: source.read(BEGINNING)):
            with pytest.raises((SourceDenied, *errors) if respond is answer else errors) as raised:
                act()
            assert not [text for text in shown(raised.value) if "-of-ours" in text]


@each_system
def test_gate_is_not_run_at(name: str) -> None:
    """A token that is refused however fresh it is costs a handful of calls, and not one after another."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(401)

    with pytest.raises(SourceDenied):
        source_of(name, behind_the_door(answer)).read(BEGINNING)
    assert len(asked) <= 2


@each_system
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60),
        ({"Retry-After": "90"}, 90),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": " 90 "}, 90),
        ({"Retry-After": "-5"}, 60),
        ({"Retry-After": "soon"}, 60),
        ({"Retry-After": "NaN"}, 60),
        ({"Retry-After": ""}, 60),
        ({"Retry-After": "1e400"}, 60),
        ({"Retry-After": "999999999"}, 2 * 86_400),
        ({"Retry-After": str(int(NOW.timestamp()) + 90)}, 90),
        ({"Retry-After": str((int(NOW.timestamp()) + 90) * 1000)}, 90),
        ({"Retry-After": str(int(NOW.timestamp()) - 90)}, 0),
        ({"Retry-After": format(NOW + timedelta(seconds=90), "%a, %d %b %Y %H:%M:%S GMT")}, 90),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, 2 * 86_400),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 -1200"}, 60),
        ({"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
    ],
)
def test_wait_is_as_long_as_it_can_be_meant(name: str, headers: Mapping[str, str], seconds: float) -> None:
    """Neither before now nor years from now, in whatever way it is said."""
    with pytest.raises(SourceLimited) as raised:
        source_of(name, behind_the_door(always(429, headers=headers))).read(BEGINNING)
    assert raised.value.until == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("remaining", ["0", "-1", "", "none"])
@pytest.mark.parametrize("reset", ["0", "-1", "", "1", "99999999999999999999", str(int(NOW.timestamp() - 60) * 1000)])
def test_counters_that_make_no_sense_stop_nothing(remaining: str, reset: str) -> None:
    """A window that began anew in the past, or nobody knows when, is no reason to wait."""
    headers = {"X-RateLimit-Minutely-Remaining": remaining, "X-RateLimit-Minutely-Reset": reset}
    source = source_of("exact-online", always(200, json={"d": {"results": []}}, headers=headers))
    if reset == "1" and remaining == "0":
        with pytest.raises(SourceLimited) as raised:
            read_all(source)
        assert raised.value.until == NOW + timedelta(seconds=1)
    else:
        assert read_all(source).upserts == []


def rows_of_exact(*pages: object) -> Answer:
    """Exact Online with these answers to the first list, and nothing in the others."""
    left = list(pages)

    def answer(request: httpx.Request) -> httpx.Response:
        is_asked = request.url.path.endswith("sync/CRM/Accounts") and left
        told = left.pop(0) if is_asked else {"results": []}
        return httpx.Response(200, content=json.dumps({"d": told}).encode())

    return answer


def following(skip: str, host: str = "start.exactonline.nl") -> str:
    """The address of the next answer."""
    return f"https://{host}/api/v1/42/sync/CRM/Accounts?$filter=Timestamp%20gt%201L&$skiptoken={skip}"


def test_next_page_that_is_this_one_again_ends() -> None:
    """Exact Online gives the same address for ever; who follows it would never come to an end."""
    page = {"results": [{**an_account(), "ID": GUID.format(1)}], "__next": following("1L")}
    source = source_of("exact-online", rows_of_exact(*[page] * 50))
    with pytest.raises(SourceBroken, match="again and again"):
        read_all(source)


@pytest.mark.parametrize("host", ["elsewhere.example", "start.exactonline.nl.elsewhere.example", "127.0.0.1"])
def test_next_page_elsewhere_is_not_gone_to(host: str) -> None:
    """Only what stands behind it is taken; the token stays where it belongs."""
    hosts = []
    answers = rows_of_exact({"results": [], "__next": following("7L", host)}, {"results": []})

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return answers(request)

    read_all(source_of("exact-online", answer))
    assert set(hosts) == {"start.exactonline.nl"}


def test_account_that_comes_twice_in_an_answer_is_what_it_is_last() -> None:
    """Neither told and deleted at once, nor told twice."""
    one = {**an_account(), "ID": GUID.format(1)}
    two = {**an_account(), "ID": GUID.format(2)}
    rows = [{**one, "Status": "S"}, one, two, {**two, "Status": "S"}, {**two, "Status": "P"}]
    page = source_of("exact-online", rows_of_exact({"results": rows})).read(BEGINNING)
    assert [row.external_id for row in page.upserts] == [GUID.format(1)]
    assert page.deletes == (Deleted(CUSTOMER, GUID.format(2)),)


def test_answer_that_is_no_answer_to_the_first_list_is_not_the_last_word() -> None:
    """Empty pages in between, rows again on another page, pages out of order: all is told, and the end is reached."""
    one, two = ({**an_account(), "ID": GUID.format(number), "Timestamp": str(number)} for number in (1, 2))
    pages = (
        {"results": [two], "__next": following("2L")},
        {"results": [], "__next": following("3L")},
        {"results": [one, two], "__next": ""},
    )
    run = read_all(source_of("exact-online", rows_of_exact(*pages)))
    assert {row.external_id for row in run.upserts} == {GUID.format(1), GUID.format(2)}


@pytest.mark.parametrize("number", [5, "5"], ids=repr)
def test_deletion_is_understood_however_its_number_is_written(number: object) -> None:
    """As all numbers of OData it may come as text."""

    def answer(request: httpx.Request) -> httpx.Response:
        deleted = {"Timestamp": "9", "EntityKey": f"{{{GUID.format(1).upper()}}}", "EntityType": number}
        rows = [deleted] if request.url.path.endswith("sync/Deleted") else []
        return httpx.Response(200, json={"d": {"results": rows}})

    assert read_all(source_of("exact-online", answer)).deletes == [Deleted(CONTACT, GUID.format(1))]


@pytest.mark.parametrize(
    "fields",
    [
        {"Account": None},
        {"Account": {"__deferred": {"uri": "https://start.exactonline.nl"}}},
        {"FullName": 7},
        {"ID": None},
    ],
)
def test_contact_that_belongs_nowhere_is_rejected_alone(fields: Mapping[str, object]) -> None:
    """Its neighbours are told."""
    good = {**a_contact(), "ID": GUID.format(2), "Account": GUID.format(9)}
    rows = [{**good, "ID": GUID.format(1), **fields}, good]

    def answer(request: httpx.Request) -> httpx.Response:
        found = rows if request.url.path.endswith("Contacts") else []
        return httpx.Response(200, json={"d": {"results": found}})

    run = read_all(source_of("exact-online", answer))
    assert [row.external_id for row in run.upserts] == [GUID.format(2)]
    assert len(run.rejected) == 1


def test_ids_keep_all_their_digits() -> None:
    """Those of Moneybird are longer than a number with a fraction can hold, and come as text or as a number."""
    ids = [526525709670214763, "526525709670214764", 9_223_372_036_854_775_807]

    def answer(request: httpx.Request) -> httpx.Response:
        rows: list[object] = [{"id": each, "version": 1, "company_name": "A", "contact_people": None} for each in ids]
        return httpx.Response(200, json=rows if request.method == "GET" else [*rows[::-1], None, {"id": "7"}])

    run = read_all(source_of("moneybird", answer))
    assert {row.external_id for row in run.upserts} == set(map(str, ids))


def test_what_a_rejected_row_shows_can_be_shown() -> None:
    """No control characters, not too long, and nothing that cannot be kept."""
    for text in ("\0\x1b[31m" + "x" * 5_000, "\ud800", "\u202e"):
        row = {**an_account(), "ID": GUID.format(1), "EndDate": text}
        (rejected,) = source_of("exact-online", rows_of_exact({"results": [row]})).read(BEGINNING).rejected
        assert rejected.value.isprintable()
        assert len(rejected.value) <= 80


@pytest.mark.parametrize(
    "name",
    ["N" * 100_000, "A\0B", "\x1b[2J", "\u202etxt", "Ａ", "e\u0301", "\N{NO-BREAK SPACE}Jansen\N{NO-BREAK SPACE}"],
)
def test_odd_name_holds_up_nothing(name: str) -> None:
    """Who takes the rows says what is wrong with it; here it is told or rejected."""
    rows = [{**an_account(), "ID": GUID.format(1), "Name": name}, {**an_account(), "ID": GUID.format(2)}]
    run = read_all(source_of("exact-online", rows_of_exact({"results": rows})))
    assert {row.external_id for row in run.upserts} == {GUID.format(1), GUID.format(2)}


@each_system
@pytest.mark.parametrize(
    "encoded",
    [
        lambda content: (b"\xef\xbb\xbf" + content, {}),
        lambda content: (gzip.compress(content), {"Content-Encoding": "gzip"}),
        lambda content: (content + b"\r\n \n", {"Content-Type": "text/plain; charset=ISO-8859-1"}),
    ],
    ids=["with a mark", "packed", "under a wrong name"],
)
def test_answer_is_read_however_it_is_packed(name: str, encoded: Callable[..., Any]) -> None:
    """The name in it comes out as it went in."""
    told: dict[str, dict[str, object]] = {
        "moneybird": {
            "POST": [{"id": "526525709670214763", "company_name": "Küpers"}],
            "GET": [{"id": "526525709670214763", "version": 1578164672}],
        },
        "exact-online": {"GET": {"d": {"results": [{**an_account(), "ID": GUID.format(1), "Name": "Küpers"}]}}},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        if name == "twinfield":
            content = _twinfield(request, "<dimension><code>1</code><name>Küpers</name></dimension>")
        elif name == "e-boekhouden":
            is_list = request.url.path.endswith("relation")
            row = {**a_relation(1), "name": "Küpers"}
            content = json.dumps({"items": [{"id": 1}]} if is_list else row, ensure_ascii=False).encode()
        else:
            content = json.dumps(told[name][request.method], ensure_ascii=False).encode()
        packed, headers = encoded(content)
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(packed))

    source = source_of(name, behind_the_door(answer))
    page = source.read(BEGINNING)
    check_rows(source.info, Run((page,), page.cursor))
    assert "Küpers" in page.upserts[0].values.values()


def _twinfield(request: httpx.Request, *things: str) -> bytes:
    """Twinfield with one customer, and no users."""
    if request.url.path.endswith("finder.asmx"):
        rows = "".join(
            f"<ArrayOfString><string>{number}</string><string>K</string></ArrayOfString>"
            for number in range(1, len(things) + 1)
        )
        is_customers = b"DEB" in request.content
        return answered("Search", f"<SearchResult/><data><Items>{rows if is_customers else ''}</Items></data>").content
    number = next(number for number in range(1, len(things) + 1) if f"code&gt;{number}&lt;".encode() in request.content)
    return answered("ProcessXmlString", element("ProcessXmlStringResult", plain(things[number - 1]))).content


@pytest.mark.parametrize("sign", ["&#x1;", "&#1;", "&#x1F;", "&#0;", "\x0b", "&#xB;", "&#xb;"])
def test_control_character_in_xml_holds_up_nobody(sign: str) -> None:
    """XML has no place for it, and Twinfield sends it all the same where somebody has pasted one into a name."""
    things = (
        f"<dimension><code>1</code><name>Jan{sign}sen</name></dimension>",
        "<dimension><code>2</code><name>Smit &#xE9;&#9;n co</name></dimension>",
    )
    source = source_of(
        "twinfield", behind_the_door(lambda request: httpx.Response(200, content=_twinfield(request, *things)))
    )
    assert [row.values["company_name"] for row in read_all(source).upserts] == ["Jansen", "Smit é\tn co"]


@pytest.mark.parametrize("status", [200, 500, 400])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("<faultcode>soap:Client</faultcode><faultstring>Access denied. Token invalid.</faultstring>", SourceDenied),
        ("<faultcode>soap:Server</faultcode><faultstring>Toegang geweigerd.</faultstring>", SourceDenied),
        ("<faultcode>soap:Server</faultcode><faultstring>Timeout expired.</faultstring>", SourceUnavailable),
        ("<faultcode>soap:Client</faultcode><faultstring>No such action</faultstring>", SourceBroken),
        ("<Code><Value>soap:Sender</Value></Code><Reason><Text>Access denied.</Text></Reason>", SourceDenied),
        ("<Code><Value>soap:Sender</Value></Code><Reason><Text>No</Text></Reason>", SourceBroken),
        ("<Code><Value>soap:Receiver</Value></Code>", SourceUnavailable),
        ("", SourceUnavailable),
    ],
)
def test_fault_is_told_as_what_it_is(status: int, fault: str, error: type[AdapterError]) -> None:
    """In either version of SOAP, with whatever status."""
    body = f'<s:Envelope xmlns:s="{SOAP}"><s:Body><s:Fault>{fault}</s:Fault></s:Body></s:Envelope>'
    source = source_of("twinfield", behind_the_door(always(status, content=body.encode())))
    with pytest.raises(error if status != 400 else SourceBroken):
        source.read(BEGINNING)


@pytest.mark.parametrize(
    "cluster",
    [
        "https://elsewhere.example",
        "https://twinfield.com.elsewhere.example",
        "https://eviltwinfield.com",
        "https://[::1]",
    ],
)
def test_cluster_of_somebody_else_is_not_called(cluster: str) -> None:
    """Twinfield says where its services are; the token goes nowhere else."""
    hosts = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(200, json={"twf.clusterUrl": cluster})

    with pytest.raises(SourceBroken):
        source_of("twinfield", answer).check()
    assert set(hosts) == {"login.twinfield.com"}


@pytest.mark.parametrize(
    "thing",
    [
        '<dimension result="0" msgtype="error" msg="Debiteur 1 bestaat niet."/>',
        '<dimensions result="0"><dimension result="0" msgtype="error" msg="?"/></dimensions>',
        "<dimension><code>7</code></dimension>",
    ],
)
def test_result_of_0_holds_up_nobody(thing: str) -> None:
    """The customer is rejected by its code, the next one is told."""
    things = (thing, '<dimension result="1" status="active"><code>2</code><name>Smit</name></dimension>')
    source = source_of(
        "twinfield", behind_the_door(lambda request: httpx.Response(200, content=_twinfield(request, *things)))
    )
    run = read_all(source)
    assert [row.external_id for row in run.rejected] == ["1"]
    assert [row.external_id for row in run.upserts] == ["2"]


@pytest.mark.parametrize("name", ["e-boekhouden", "twinfield"])
def test_list_that_stands_nowhere_still_is_given_up(name: str) -> None:
    """Asked for the next rows it gives others every time; what would begin anew for ever waits for another day."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        ids = [1_000 * len(asked) + number for number in range(27)]
        if name == "twinfield":
            if not request.url.path.endswith("finder.asmx"):
                return httpx.Response(200, content=_any_customer())
            rows = "".join(f"<ArrayOfString><string>{each}</string></ArrayOfString>" for each in ids[:26])
            return answered("Search", f"<SearchResult/><data><Items>{rows}</Items></data>")
        if request.url.path.endswith("relation"):
            most = int(request.url.params["limit"])
            return httpx.Response(200, json={"items": [{"id": each} for each in ids[:most]]})
        return httpx.Response(404)

    with pytest.raises(SourceUnavailable):
        read_all(source_of(name, behind_the_door(answer)))
    assert len(asked) < 1_000


def _any_customer() -> bytes:
    return answered("ProcessXmlString", element("ProcessXmlStringResult", plain("<dimension/>"))).content


@pytest.mark.parametrize("name", ["e-boekhouden", "twinfield"])
def test_id_that_is_listed_twice_is_told_once(name: str) -> None:
    """In a page a key stands once."""

    def answer(request: httpx.Request) -> httpx.Response:
        if name == "e-boekhouden":
            is_list = request.url.path.endswith("relation")
            told = {"items": [{"id": 1}, {"id": "1"}]} if is_list else {**a_relation(1), "name": "Jansen"}
            return httpx.Response(200, json=told)
        thing = "<dimension><code>1</code><name>Jansen</name></dimension>"
        content = _twinfield(request, thing, thing).replace(b"<string>2<", b"<string>1<")
        return httpx.Response(200, content=content)

    source = source_of(name, behind_the_door(answer))
    run = read_all(source)
    check_rows(source.info, run)
    assert [row.external_id for row in run.upserts] == ["1"]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"error": "invalid_grant", "error_description": "Refresh token expired"}, SourceDenied),
        (401, {"error": "unauthorized_client"}, SourceDenied),
        (400, {"error": "temporarily_unavailable"}, SourceUnavailable),
        (400, {"error": "server_error"}, SourceUnavailable),
        (400, {"error": {"code": 1}}, SourceDenied),
        (
            400,
            {"error": "access_denied", "error_description": "Rate limit exceeded: access_token not expired"},
            SourceLimited,
        ),
        (400, None, SourceBroken),
        (429, None, SourceLimited),
        (500, None, SourceUnavailable),
        (200, {"access_token": None}, SourceBroken),
        (200, {"access_token": ["x"]}, SourceBroken),
        (200, [], SourceBroken),
    ],
)
def test_refused_renewal_is_told_as_what_it_is(status: int, body: object, error: type[AdapterError]) -> None:
    """What passes by itself does not ask somebody to connect the system again."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=body) if request.url.path.endswith("token") else httpx.Response(401)

    with pytest.raises(error) as raised:
        source_of("exact-online", answer).read(BEGINNING)
    assert not [text for text in shown(raised.value) if "-of-ours" in text]


@pytest.mark.parametrize("lasts", [0, -5, 600.5, "600", "600.0", None, 10**12, "soon", True], ids=repr)
def test_however_long_a_token_lasts_it_is_used(lasts: object) -> None:
    """And renewed once, for what is asked at once."""
    renewed = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("token"):
            renewed.append(request)
            return httpx.Response(200, json={"access_token": "renewed-of-ours", "expires_in": lasts})
        is_new = request.headers["authorization"] == "Bearer renewed-of-ours"
        return httpx.Response(200, json={"d": {"results": []}}) if is_new else httpx.Response(401)

    assert source_of("exact-online", answer).read(BEGINNING).upserts == ()
    assert len(renewed) <= 2


def test_token_that_cannot_be_sent_is_no_reason_to_try_again() -> None:
    """Somebody has pasted a line break with it; what cannot be sent is told as broken, and without it."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.LocalProtocolError(f"Illegal header value {request.headers['authorization']}", request=request)

    with pytest.raises(SourceBroken) as raised:
        source_of("exact-online", answer).check()
    assert not [text for text in shown(raised.value) if "-of-ours" in text]


def test_instants_are_compared_as_instants() -> None:
    """A last day is told in milliseconds with the zone behind it, which changes nothing."""
    ended = int((datetime.now(UTC) - timedelta(days=40_000)).timestamp() * 1000)
    rows = [
        {**an_account(), "ID": GUID.format(1), "EndDate": f"/Date({ended}+0100)/"},
        {**an_account(), "ID": GUID.format(2), "EndDate": "/Date(253402214400000)/"},
        {**an_account(), "ID": GUID.format(3), "EndDate": f"/Date({'9' * 15})/"},
        {**an_account(), "ID": GUID.format(4), "Blocked": True},
    ]
    run = read_all(source_of("exact-online", rows_of_exact({"results": rows})))
    assert [row.is_archived for row in run.upserts] == [True, False, False, True]


def test_person_without_a_mail_address_is_told() -> None:
    """Of Twinfield's users many have none; who takes them says what that means."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("finder.asmx"):
            is_users = b"<type>USR</type>" in request.content
            rows = "<ArrayOfString><string>JANSEN</string><string>J</string></ArrayOfString>" if is_users else ""
            return answered("Search", f"<SearchResult/><data><Items>{rows}</Items></data>")
        thing = "<user status='deleted'><code>JANSEN</code><name>Jansen</name><email/></user>"
        return answered("ProcessXmlString", element("ProcessXmlStringResult", plain(thing)))

    (user,) = read_all(source_of("twinfield", behind_the_door(answer))).upserts
    assert (user.values["email"], user.is_archived) == ("", True)


def test_tokens_show_nothing() -> None:
    """Neither they nor the sources that hold them."""
    for name in SYSTEMS:
        source = source_of(name, behind_the_door(always(401)))
        with pytest.raises(SourceDenied):
            source.check()
        assert "-of-ours" not in repr(source) + repr(vars(source).get("_tokens", Tokens))
