"""e-Boekhouden.nl: the kit, and what is peculiar to it."""

import logging
from datetime import timedelta

import httpx
import pytest

from tests.unit.adapters.accounting.fakes_eboekhouden import PAGE, EBoekhoudenBooks
from worktraq.adapters.accounting.calling import http_client
from worktraq.adapters.accounting.eboekhouden import EBoekhouden
from worktraq.core.accounting import BEGINNING
from worktraq.core.imports import ImportKind
from worktraq.errors import SourceBroken, SourceDenied
from worktraq.ports.accounting import SourceFactory
from worktraq.testing.contracts.accounting import AccountingSourceContract
from worktraq.testing.contracts.accounting_failures import shown
from worktraq.testing.sources import Failure, RecordingCredentials, read_all

CUSTOMER = ImportKind.CUSTOMER
pytestmark = pytest.mark.requirement("T-01")


class TestEBoekhouden(AccountingSourceContract):
    """What every source must do."""

    def books(self) -> EBoekhoudenBooks:
        """Of a firm of its own."""
        return EBoekhoudenBooks()


def filled(number: int) -> EBoekhoudenBooks:
    """Books with some relations."""
    books = EBoekhoudenBooks()
    for each in range(number):
        books.put(CUSTOMER, f"Firm {each}")
    return books


def test_class_is_a_factory() -> None:
    """So that it can be registered as it is."""
    factory: SourceFactory = EBoekhouden
    assert factory.info.name == "e-boekhouden"


def test_all_fields_of_a_company_are_told() -> None:
    """With the country and the kind as worktraq has them."""
    books = filled(0)
    books.put(CUSTOMER, "Bakkerij Jansen B.V.")
    assert read_all(books.source()).upserts[0].values == {
        "number": "R701",
        "kind": "business",
        "company_name": "Bakkerij Jansen B.V.",
        "first_name": "",
        "last_name": "",
        "email": "info@example.com",
        "invoice_email": "",
        "street": "Hoofdstraat 12",
        "postal_code": "1234AB",
        "city": "Amsterdam",
        "country": "NL",
        "company_number": "12345678",
        "vat_number": "NL004495445B01",
        "iban": "NL91ABNA0417164300",
    }


@pytest.mark.parametrize(
    ("name", "first_name", "last_name"),
    [("Ada de Vries", "Ada", "de Vries"), ("Jansen", "", "Jansen"), (" Ada  Jansen ", "Ada", "Jansen"), (None, "", "")],
)
def test_person_is_private(name: str | None, first_name: str, last_name: str) -> None:
    """The name is one text there; of one word it is the last name."""
    books = filled(1)
    books.relations["701"] |= {"type": "P", "name": name}
    values = read_all(books.source()).upserts[0].values
    assert (values["kind"], values["company_name"]) == ("private", "")
    assert (values["first_name"], values["last_name"]) == (first_name, last_name)


def test_inactive_relations_are_archived() -> None:
    """They are told all the same."""
    books = filled(1)
    books.relations["701"]["inactive"] = True
    assert [row.is_archived for row in read_all(books.source()).upserts] == [True]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_session_that_runs_out_in_mid_run_is_opened_anew(status: int) -> None:
    """Whatever it says then; the rest of the run goes on in the new one."""
    books = filled(3 * PAGE)
    books.ended = httpx.Response(status, json={"code": "SECURITY_010"})
    source = books.source()
    page = source.read(BEGINNING)
    books.sessions.clear()
    rest = read_all(source, page.cursor)
    assert len(page.upserts) + len(rest.upserts) == 3 * PAGE
    assert len([request for request in books.asked if request.url.path == "/v1/session"]) == 2


def test_session_is_opened_anew_before_it_runs_out() -> None:
    """As it was said when it was opened."""
    books = filled(1)
    source = books.source()
    read_all(source)
    books.clock.tick(timedelta(seconds=3_590))
    read_all(source)
    assert [request.url.path for request in books.asked].count("/v1/session") == 2


def test_sessions_are_not_told() -> None:
    """They let in whoever has them."""
    books = filled(PAGE + 1)
    source = books.source()
    run = read_all(source)
    books.fail(Failure.DENIED)
    with pytest.raises(SourceDenied) as raised:
        source.check()
    texts = [repr(source), repr(run), *shown(raised.value)]
    assert not [text for text in texts for session in books.sessions if session in text]


def test_sessions_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """However much is logged."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")
    logging.getLogger("httpx").disabled = False  # another test may have set up logging in its own way
    books = filled(1)
    read_all(books.source())
    assert caplog.messages
    assert not [text for text in caplog.messages if "secret" in text]


def test_run_begins_anew_when_the_list_moved() -> None:
    """Something was put in before the place that was reached: everything is told, some of it twice."""
    books = filled(3 * PAGE)
    source = books.source()
    page = source.read(BEGINNING)
    books.put(CUSTOMER, "New")
    books.relations = dict(reversed(books.relations.items()))
    rest = read_all(source, page.cursor)
    assert {row.external_id for row in rest.upserts} == set(books.relations)


def test_relation_that_is_listed_and_not_given_is_not_gone() -> None:
    """It is rejected: what an answer leaves out may be a failure."""
    books = filled(2)
    row = books.relations.pop("702")
    source = books.source()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/relation":
            return httpx.Response(200, json={"items": [{"id": 701}, {"id": row["id"]}]})
        return books.respond(request)

    source = EBoekhouden(
        {}, books.credentials, clock=books.clock, client=http_client(transport=httpx.MockTransport(answer))
    )
    page = source.read(BEGINNING)
    assert [row.external_id for row in page.upserts] == ["701"]
    assert [row.external_id for row in page.rejected] == ["702"]


@pytest.mark.parametrize(
    ("field", "value"), [("name", 7), ("type", []), ("inactive", "no"), ("iban", {}), ("city", 1.5), ("country", True)]
)
def test_field_of_another_form_is_named(field: str, value: object) -> None:
    """The row is rejected by its id."""
    books = filled(1)
    books.relations["701"][field] = value
    assert [(row.external_id, row.field) for row in read_all(books.source()).rejected] == [("701", field)]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        7,
        {},
        {"items": None},
        {"items": [7]},
        {"items": [{}]},
        {"items": [{"id": "../1"}]},
        {"items": [{}] * 9},
    ],
)
def test_list_of_another_form_is_broken(answer: object) -> None:
    """Nothing is left out of it, for that would be taken for gone."""

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"token": "t"} if request.url.path == "/v1/session" else answer)

    client = http_client(transport=httpx.MockTransport(respond))
    source = EBoekhouden({}, RecordingCredentials(api_token="t"), clock=EBoekhoudenBooks().clock, client=client)
    with pytest.raises(SourceBroken):
        source.read(BEGINNING)


@pytest.mark.parametrize("answer", [None, [], {}, {"token": None}, {"token": "a\nb"}, {"token": ""}])
def test_session_of_another_form_is_broken(answer: object) -> None:
    """It becomes part of a header."""
    client = http_client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=answer)))
    source = EBoekhouden({}, RecordingCredentials(api_token="t"), clock=EBoekhoudenBooks().clock, client=client)
    with pytest.raises(SourceBroken):
        source.check()


def test_without_a_token_it_is_denied() -> None:
    """Nothing is asked."""
    books = EBoekhoudenBooks()
    source = EBoekhouden({}, RecordingCredentials(), clock=books.clock, client=books.client())
    with pytest.raises(SourceDenied):
        source.check()
    assert books.asked == []


def test_relation_is_known_by_the_id_that_was_asked_for() -> None:
    """An answer that does not repeat it is taken; one that names another is not."""
    books = filled(2)
    del books.relations["701"]["id"]
    books.relations["702"]["id"] = 9

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/relation":
            return httpx.Response(200, json={"items": [{"id": 701}, {"id": 702}]})
        return books.respond(request)

    client = http_client(transport=httpx.MockTransport(answer))
    page = EBoekhouden({}, books.credentials, clock=books.clock, client=client).read(BEGINNING)
    assert [row.external_id for row in page.upserts] == ["701"]
    assert [row.external_id for row in page.rejected] == ["702"]
