"""Twinfield: the kit, and what is peculiar to it."""

import logging

import httpx
import pytest

from tests.unit.adapters.accounting.fakes_twinfield import CLUSTER, PAGE, TwinfieldBooks, answered
from worktraq.adapters.accounting.calling import http_client
from worktraq.adapters.accounting.twinfield import Twinfield
from worktraq.core.accounting import BEGINNING
from worktraq.core.imports import ImportKind
from worktraq.errors import InvalidInput, SourceBroken, SourceDenied, SourceUnavailable
from worktraq.ports.accounting import SourceFactory
from worktraq.testing.contracts.accounting import AccountingSourceContract
from worktraq.testing.sources import Failure, RecordingCredentials, read_all

CUSTOMER, USER = ImportKind.CUSTOMER, ImportKind.USER
pytestmark = pytest.mark.requirement("T-01")


class TestTwinfield(AccountingSourceContract):
    """What every source must do."""

    def books(self) -> TwinfieldBooks:
        """Of a firm of its own."""
        return TwinfieldBooks()


def test_class_is_a_factory() -> None:
    """So that it can be registered as it is."""
    factory: SourceFactory = Twinfield
    assert factory.info.name == "twinfield"


def test_all_fields_of_a_customer_are_told() -> None:
    """Of the default address and bank, wherever they stand among the others."""
    books = TwinfieldBooks()
    books.put(CUSTOMER, "Bakkerij Jansen B.V.")
    assert read_all(books.source()).upserts[0].values == {
        "number": "1001",
        "company_name": "Bakkerij Jansen B.V.",
        "email": "info@example.com",
        "invoice_email": "ap@jansen.example",
        "street": "Hoofdstraat 12, 3 hoog",
        "postal_code": "1234AB",
        "city": "Amsterdam",
        "country": "NL",
        "company_number": "12345678",
        "vat_number": "NL004495445B01",
        "iban": "NL91ABNA0417164300",
    }


@pytest.mark.requirement("S-07")
def test_users_of_the_firm_are_told() -> None:
    """With the address and the language, for client teams; in pages of their own, behind the customers."""
    books = TwinfieldBooks()
    books.put(CUSTOMER, "Firm")
    codes = [books.put(USER, f"User {number}") for number in range(PAGE + 1)]
    rows = read_all(books.source()).upserts
    assert [(row.kind, row.external_id) for row in rows[1:]] == [(USER, code) for code in codes]
    assert rows[1].values == {"name": "User 0", "email": f"{codes[0]}@firm.example", "language": "nl"}


def test_what_is_not_active_is_archived() -> None:
    """Should it be listed at all."""
    books = TwinfieldBooks()
    code = books.put(CUSTOMER, "Firm")
    books.things["DIM"][code] = books.things["DIM"][code].replace('status="active"', 'status="hidden"')
    assert [row.is_archived for row in read_all(books.source()).upserts] == [True]


def test_customer_with_nothing_but_a_code_is_told() -> None:
    """By the name in the list; whoever takes it says what else is needed."""
    books = TwinfieldBooks()
    code = books.put(CUSTOMER, "Firm")
    books.things["DIM"][code] = '<dimension status="active" result="1"/>'
    values = read_all(books.source()).upserts[0].values
    assert {name: text for name, text in values.items() if text} == {"number": code, "company_name": "Firm"}


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize(
    "refusal",
    [
        "Access denied. Token invalid.",
        "Toegang geweigerd. Company ontbreekt in request header.",
        "Your logon credentials are not valid anymore.",
    ],
)
def test_refused_token_is_renewed_whatever_the_status(refusal: str, status: int) -> None:
    """Twinfield answers with 500, or with 200; the cluster of the new one is asked for."""
    books = TwinfieldBooks()
    books.refusal, books.refusal_status = refusal, status
    for number in range(PAGE + 1):
        books.put(CUSTOMER, f"Firm {number}")
    source = books.source()
    page = source.read(BEGINNING)
    books.fail(Failure.EXPIRED)
    assert len(read_all(source, page.cursor).upserts) == 1
    assert books.credentials.used_unsaved == []
    assert len([request for request in books.asked if request.url.path.endswith("accesstokenvalidation")]) == 2


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("<Type>Error</Type><Text>Access denied.</Text><Code>AccessDenied</Code>", SourceDenied),
        ("<Type>Error</Type><Text>Option x is not supported.</Text><Code>InvalidOption</Code>", SourceBroken),
    ],
)
def test_message_of_the_finder_is_an_error(message: str, error: type[Exception]) -> None:
    """Although the answer is one of success, and holds no rows: nobody is gone."""
    books = TwinfieldBooks()
    books.put(CUSTOMER, "Firm")
    books.message = f"<MessageOfErrorCodes>{message}<Parameters/></MessageOfErrorCodes>"
    with pytest.raises(error):
        books.source().read(BEGINNING)


def test_warning_of_the_finder_is_none() -> None:
    """What it lists counts."""
    books = TwinfieldBooks()
    books.message = "<MessageOfErrorCodes><Type>Warning</Type><Text>Slow.</Text></MessageOfErrorCodes>"
    assert read_all(books.source()).upserts == []


def test_office_is_found_by_its_whole_code() -> None:
    """Another one begins with the same."""
    books = TwinfieldBooks()
    assert books.source().check().administration == "Parkietje B.V."
    source = Twinfield(
        {"office": "NLA", "client_id": "our-app"},
        books.credentials,
        clock=books.clock,
        client=answering(answered("Search", "<SearchResult/><data><Items/></data>").content),
    )
    with pytest.raises(SourceDenied):
        source.check()


def test_token_in_the_address_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Twinfield wants it there; what is logged here of that address leaves it out."""
    caplog.set_level(logging.DEBUG)
    books = TwinfieldBooks()
    books.source().check()
    assert any("accesstokenvalidation" in text for text in caplog.messages)
    assert not [text for text in caplog.messages if "secret" in text]
    assert any("secret" in request.url.params.get("token", "") for request in books.asked)


@pytest.mark.parametrize(
    "cluster",
    ["http://elsewhere.example", "", None, 7, "ftp://x.example", "https://", "https://[", "https://a:b@x.example"],
)
def test_cluster_that_is_not_safe_is_not_called(cluster: str) -> None:
    """The token goes along."""
    books = TwinfieldBooks()
    books.cluster = cluster
    with pytest.raises(SourceBroken):
        books.source().check()
    assert len(books.asked) == 1


def answering(content: bytes, status: int = 200) -> httpx.Client:
    """A system whose services send this, whatever they are asked."""

    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("accesstokenvalidation"):
            return httpx.Response(200, json={"twf.clusterUrl": CLUSTER})
        return httpx.Response(status, content=content)

    return http_client(transport=httpx.MockTransport(respond))


_BOMB = b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{}", b"<a>", b"<a/>", _BOMB, b"<a>" * 5_000, b"\xff\xfe<\x00a\x00/\x00>\x00", b"<a>\x00</a>"),
        answered("Search", "").content,
        answered("Other", "<data/>").content,
        answered("Search", "<data><Items><ArrayOfString/></Items></data>").content,
        answered(
            "Search", "<data><Items>" + "<ArrayOfString><string>1</string></ArrayOfString>" * 40 + "</Items></data>"
        ).content,
    ],
)
def test_answer_of_another_form_is_broken(content: bytes) -> None:
    """Whatever it is, and whatever it would grow to."""
    settings = {"office": "NLA 1", "client_id": "our-app"}
    credentials = RecordingCredentials(access_token="t", client_secret="s")
    source = Twinfield(settings, credentials, clock=TwinfieldBooks().clock, client=answering(content))
    with pytest.raises(SourceBroken):
        source.read(BEGINNING)


def test_page_of_an_error_is_unavailable() -> None:
    """With a status of 500 and no fault in it."""
    settings = {"office": "NLA 1", "client_id": "our-app"}
    credentials = RecordingCredentials(access_token="t", client_secret="s")
    source = Twinfield(settings, credentials, clock=TwinfieldBooks().clock, client=answering(b"<html>", 500))
    with pytest.raises(SourceUnavailable):
        source.read(BEGINNING)


@pytest.mark.parametrize(
    "answer",
    [
        '<dimension result="0"/>',
        '<dimension msgtype="error" msg="?"/>',
        '<dimension status="active"><code>9</code></dimension>',
    ],
)
def test_answer_that_is_an_error_is_no_customer(answer: str) -> None:
    """However it says so; nor is the answer to another question."""
    books = TwinfieldBooks()
    code = books.put(CUSTOMER, "Firm")
    books.things["DIM"][code] = answer
    run = read_all(books.source())
    assert run.upserts == []
    assert [row.external_id for row in run.rejected] == [code]


def test_right_that_is_missing_is_denied() -> None:
    """What one thing may not be read for would hold for all of them."""
    books = TwinfieldBooks()
    books.things["DIM"][books.put(CUSTOMER, "Firm")] = (
        '<dimension result="0" msgtype="error" msg="Toegang geweigerd."/>'
    )
    with pytest.raises(SourceDenied):
        read_all(books.source())


def test_thing_that_is_listed_and_not_given_is_not_gone() -> None:
    """It is rejected by its code, with the name from the list."""
    books = TwinfieldBooks()
    books.put(CUSTOMER, "Kept")
    lost = books.put(CUSTOMER, "Lost")
    del books.things["DIM"][lost]
    run = read_all(books.source())
    assert [(row.external_id, row.value) for row in run.rejected] == [(lost, "Lost")]


@pytest.mark.parametrize("office", ["", "*", "NL?", "N\nL"])
def test_office_has_no_wildcards(office: str) -> None:
    """It is looked for as it is."""
    with pytest.raises(InvalidInput) as raised:
        Twinfield({"office": office, "client_id": "a"}, RecordingCredentials(), clock=TwinfieldBooks().clock)
    assert raised.value.field == "office"
