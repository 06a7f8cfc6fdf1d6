"""Exact Online: the kit, and what is peculiar to it."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.unit.adapters.accounting.fakes_exact import ExactBooks
from worktraq.adapters.accounting.calling import http_client
from worktraq.adapters.accounting.exact import ExactOnline
from worktraq.core.accounting import BEGINNING
from worktraq.core.imports import ImportKind
from worktraq.errors import InvalidInput, SourceBroken, SourceDenied, SourceLimited
from worktraq.ports.accounting import SourceFactory
from worktraq.testing.contracts.accounting import AccountingSourceContract
from worktraq.testing.sources import Failure, RecordingCredentials, read_all

CUSTOMER, CONTACT = ImportKind.CUSTOMER, ImportKind.CONTACT
pytestmark = pytest.mark.requirement("T-01")


class TestExactOnline(AccountingSourceContract):
    """What every source must do."""

    def books(self) -> ExactBooks:
        """Of a firm of its own."""
        return ExactBooks()


def answering(answer: object) -> ExactOnline:
    """A source to which this is sent, whatever it asks."""
    client = http_client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=answer)))
    settings = {"division": "42", "client_id": "our-app"}
    return ExactOnline(settings, RecordingCredentials(access_token="token"), clock=ExactBooks().clock, client=client)


def test_class_is_a_factory() -> None:
    """So that it can be registered as it is."""
    factory: SourceFactory = ExactOnline
    assert factory.info.name == "exact-online"


def test_all_fields_of_an_account_are_told() -> None:
    """The code without the blanks before it, the country and language as worktraq has them."""
    books = ExactBooks()
    books.put(CUSTOMER, "Bakkerij Jansen B.V.")
    assert read_all(books.source()).upserts[0].values == {
        "number": "25",
        "company_name": "Bakkerij Jansen B.V.",
        "email": "info@example.com",
        "street": "Hoofdstraat 12",
        "postal_code": "1234AB",
        "city": "Amsterdam",
        "country": "NL",
        "company_number": "12345678",
        "vat_number": "NL004495445B01",
        "language": "nl",
        "currency": "EUR",
    }


def test_contact_is_told_with_where_he_or_she_works() -> None:
    """With the business address and number first, and the others where there is none."""
    books = ExactBooks()
    customer = books.put(CUSTOMER, "Firm")
    books.put(CONTACT, "Ada Jansen", customers=[customer])
    row = read_all(books.source()).upserts[-1]
    assert (row.kind, row.customers) == (CONTACT, (customer,))
    assert row.values == {"name": "Ada Jansen", "email": "ada@example.com", "phone": "06 12345678", "language": "en"}


@pytest.mark.parametrize("fields", [{"Status": "P"}, {"Status": None}, {"IsAnonymised": 1}])
def test_who_is_no_customer_any_more_is_gone(fields: dict[str, object]) -> None:
    """A prospect, a supplier, or somebody who was made unknown."""
    books = ExactBooks()
    customer = books.put(CUSTOMER, "Firm")
    first = read_all(books.source())
    books.change(CUSTOMER, customer, **fields)
    again = read_all(books.source(), first.cursor)
    assert again.upserts == []
    assert [row.external_id for row in again.deletes] == [customer]


@pytest.mark.parametrize(
    ("fields", "is_archived"),
    [
        ({"Blocked": True}, True),
        ({"EndDate": "/Date(1262304000000)/"}, True),
        ({"EndDate": "/Date(4102444800000)/"}, False),
    ],
)
def test_who_is_blocked_or_has_ended_is_archived(fields: dict[str, object], is_archived: bool) -> None:
    """A day that is still to come changes nothing."""
    books = ExactBooks()
    books.change(CUSTOMER, books.put(CUSTOMER, "Firm"), **fields)
    assert [row.is_archived for row in read_all(books.source()).upserts] == [is_archived]


@pytest.mark.parametrize(
    ("field", "value"), [("Name", 7), ("EndDate", "2020-01-01"), ("Blocked", "no"), ("Status", []), ("Email", {})]
)
def test_field_of_another_form_is_named(field: str, value: object) -> None:
    """The row is rejected by its id."""
    books = ExactBooks()
    customer = books.put(CUSTOMER, "Firm")
    books.change(CUSTOMER, customer, **{field: value})
    run = read_all(books.source())
    assert [(row.external_id, row.field) for row in run.rejected] == [(customer, field)]


@pytest.mark.parametrize("row", [None, 7, [], {}, {"ID": "x"}, {"ID": None, "Timestamp": {}}])
def test_row_without_an_id_is_rejected(row: object) -> None:
    """And the run goes on."""
    page = answering({"d": {"results": [row]}}).read(BEGINNING)
    assert [each.external_id for each in page.rejected] == [""]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        7,
        {},
        {"d": None},
        {"d": {}},
        {"d": {"results": {}}},
        {"d": {"results": [], "__next": 7}},
        {"d": {"results": [], "__next": "https://start.exactonline.nl/"}},
    ],
)
def test_answer_of_another_form_is_broken(answer: object) -> None:
    """Whatever it is."""
    with pytest.raises(SourceBroken):
        answering(answer).read(BEGINNING)


def test_address_of_the_next_answer_is_not_called() -> None:
    """It could lead elsewhere, with our token; only where to go on is taken from it."""
    books = ExactBooks()
    hosts = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        following = "https://elsewhere.example/api?$skiptoken=7L"
        return httpx.Response(200, json={"d": {"results": [], **({"__next": following} if len(hosts) == 2 else {})}})

    client = http_client(transport=httpx.MockTransport(answer))
    settings = {"division": "42", "client_id": "our-app"}
    read_all(ExactOnline(settings, books.credentials, clock=books.clock, client=client))
    assert set(hosts) == {"start.exactonline.nl"}
    assert len(hosts) == 5


@pytest.mark.parametrize(
    "headers",
    [
        {"X-RateLimit-Minutely-Remaining": "0", "X-RateLimit-Remaining": "40"},
        {"X-RateLimit-Minutely-Remaining": "0", "X-RateLimit-Remaining": "0"},
    ],
)
def test_it_waits_for_the_window_that_is_full(headers: dict[str, str]) -> None:
    """The minute, or the day; both in milliseconds since 1970, and before it is asked in vain."""
    books = ExactBooks()
    for number in range(7):
        books.put(CUSTOMER, f"Firm {number}")
    minute, day = books.clock() + timedelta(seconds=40), books.clock() + timedelta(hours=9)
    books.limits = {
        **headers,
        "X-RateLimit-Minutely-Reset": str(int(minute.timestamp() * 1000)),
        "X-RateLimit-Reset": str(int(day.timestamp() * 1000)),
    }
    with pytest.raises(SourceLimited) as raised:
        read_all(books.source())
    expected = day if headers["X-RateLimit-Remaining"] == "0" else minute
    assert abs(raised.value.until - expected) < timedelta(seconds=1)
    assert len(books.asked) == 1


def test_token_is_renewed_shortly_before_it_runs_out() -> None:
    """Neither refused nor too early, every time; each refresh token is spent once."""
    books = ExactBooks()
    books.put(CUSTOMER, "Firm")
    books.access_token = ""
    source = books.source()
    for _ in range(5):
        read_all(source)
        books.clock.tick(timedelta(seconds=560))
        source.check()
        books.clock.tick(timedelta(seconds=25))
        before = len(books.asked)
        source.check()
        assert [request.url.path.rpartition("/")[2] for request in books.asked[before:]] == ["token", "Divisions"]
    assert books.credentials.used_unsaved == []


def test_right_that_is_missing_is_no_reason_for_another_token() -> None:
    """The token is fine, so none is spent."""
    paths = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return httpx.Response(403)

    credentials = RecordingCredentials(access_token="access-1", refresh_token="refresh-1")
    settings = {"division": "42", "client_id": "our-app"}
    client = http_client(transport=httpx.MockTransport(answer))
    with pytest.raises(SourceDenied):
        ExactOnline(settings, credentials, clock=ExactBooks().clock, client=client).read(BEGINNING)
    assert not [path for path in paths if path.endswith("token")]


def test_too_early_for_another_token_is_a_limit() -> None:
    """Until the one that there is has run out."""
    books = ExactBooks()
    books.good_until = books.clock() + timedelta(seconds=600)
    books.credentials.save({**books.credentials.load(), "expires_at": str(int(books.good_until.timestamp()))})
    books.access_token = "revoked meanwhile"
    with pytest.raises(SourceLimited) as raised:
        books.source().check()
    assert raised.value.until == books.good_until.replace(microsecond=0)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, {"error": "Old refresh token used."}, SourceDenied),
        (400, {"error": "invalid_client"}, SourceDenied),
        (200, {"token": "?"}, SourceBroken),
        (200, {"access_token": 7}, SourceBroken),
        (400, ["?"], SourceBroken),
    ],
)
def test_refused_renewal_says_what_it_is(status: int, body: object, error: type[Exception]) -> None:
    """Nothing is saved then."""
    client = http_client(transport=httpx.MockTransport(lambda _: httpx.Response(status, json=body)))
    credentials = RecordingCredentials(refresh_token="refresh-1")
    settings = {"division": "42", "client_id": "our-app"}
    with pytest.raises(error):
        ExactOnline(settings, credentials, clock=ExactBooks().clock, client=client).check()
    assert credentials.load() == {"refresh_token": "refresh-1"}


def test_moved_division_is_read_anew() -> None:
    """For its timestamps began anew."""
    books = ExactBooks()
    customer = books.put(CUSTOMER, "Firm")
    first = read_all(books.source())
    assert books.division
    books.division["DivisionMoveDate"] = "/Date(1767225600000)/"
    books.lists["CRM/Accounts"][0]["Timestamp"] = 5
    again = read_all(books.source(), first.cursor)
    assert [row.external_id for row in again.upserts] == [customer]
    assert read_all(books.source(), again.cursor).upserts == []


def test_division_that_is_not_described_is_read_all_the_same() -> None:
    """And named after the firm whose user made the connection."""
    books = ExactBooks()
    books.division = None
    customer = books.put(CUSTOMER, "Firm")
    assert [row.external_id for row in read_all(books.source()).upserts] == [customer]
    assert books.source().check().administration == "Parkietje B.V."


def test_rows_in_another_order_lose_no_change() -> None:
    """What was changed behind the reader's back comes with the next run, with more than that."""
    books = ExactBooks()
    books.order = "ID"
    ids = [books.put(CUSTOMER, f"Firm {number}") for number in range(9)]
    for external_id in reversed(ids):
        books.change(CUSTOMER, external_id, City="Utrecht")
    source = books.source()
    page = source.read(BEGINNING)
    books.change(CUSTOMER, ids[0], Name="Changed")
    books.change(CUSTOMER, ids[8], City="Breda")
    rest = read_all(source, page.cursor)
    told = {row.external_id: row.values for row in read_all(books.source(), rest.cursor).upserts}
    assert told[ids[0]]["company_name"] == "Changed"


def test_cursor_is_small() -> None:
    """However much there is."""
    books = ExactBooks()
    for number in range(50):
        books.put(CUSTOMER, f"Firm {number}")
    assert all(len(page.cursor) < 200 for page in read_all(books.source()).pages)


def test_deletion_that_cannot_be_read_is_broken() -> None:
    """It is not passed over: nobody would tell of it again."""
    books = ExactBooks()
    books.put(CUSTOMER, "Firm")
    books.lists["Deleted"].append({"EntityKey": None, "EntityType": 2, "Timestamp": 9_999})
    with pytest.raises(SourceBroken):
        read_all(books.source())


def test_denied_once_is_not_denied_for_good() -> None:
    """The refusal of a token that another worker has renewed meanwhile is not taken for the last word."""
    books = ExactBooks()
    source = books.source()
    source.check()
    books.fail(Failure.EXPIRED)
    books.source().check()
    renewals = len([request for request in books.asked if request.url.path.endswith("token")])
    source.check()
    assert len([request for request in books.asked if request.url.path.endswith("token")]) == renewals == 1


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"client_id": "a"}, "division"),
        ({"division": "4/2", "client_id": "a"}, "division"),
        ({"division": "42"}, "client_id"),
        ({"division": "42", "client_id": "a", "site": "nl.evil.example"}, "site"),
    ],
)
def test_settings_are_checked(settings: dict[str, str], field: str) -> None:
    """They become part of an address."""
    with pytest.raises(InvalidInput) as raised:
        ExactOnline(settings, RecordingCredentials(), clock=ExactBooks().clock)
    assert raised.value.field == field


def test_other_sites_are_reached() -> None:
    """Belgium has one of its own."""
    hosts: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(200, content=json.dumps({"d": []}).encode())

    client = http_client(transport=httpx.MockTransport(answer))
    settings = {"division": "42", "client_id": "a", "site": "be"}
    source = ExactOnline(settings, RecordingCredentials(access_token="t"), clock=ExactBooks().clock, client=client)
    assert read_all(source).upserts == []
    assert set(hosts) == {"start.exactonline.be"}
