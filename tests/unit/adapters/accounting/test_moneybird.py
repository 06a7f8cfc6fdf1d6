"""Moneybird: the kit, and what is peculiar to it."""

from datetime import timedelta

import pytest

from tests.unit.adapters.accounting.fakes_moneybird import PAGE, MoneybirdBooks
from worktraq.adapters.accounting.moneybird import Moneybird
from worktraq.core.accounting import BEGINNING
from worktraq.core.imports import ImportKind
from worktraq.errors import InvalidInput, SourceBroken, SourceDenied, SourceLimited
from worktraq.ports.accounting import SourceFactory
from worktraq.testing.contracts.accounting import AccountingSourceContract
from worktraq.testing.sources import Failure, RecordingCredentials, read_all

CUSTOMER, CONTACT = ImportKind.CUSTOMER, ImportKind.CONTACT
pytestmark = pytest.mark.requirement("T-01")


class TestMoneybird(AccountingSourceContract):
    """What every source must do."""

    def books(self) -> MoneybirdBooks:
        """Of a firm of its own."""
        return MoneybirdBooks()


def told(books: MoneybirdBooks, **sent: object) -> dict[str, str]:
    """What is told of a contact of which Moneybird sends these fields."""
    books.contacts[books.put(CUSTOMER, "Firm")] |= sent
    return dict(read_all(books.source()).upserts[-1].values)


def test_class_is_a_factory() -> None:
    """So that it can be registered as it is."""
    factory: SourceFactory = Moneybird
    assert factory.info.name == "moneybird"


def test_all_fields_of_a_company_are_told() -> None:
    """By our names, with the country and the kind as worktraq has them."""
    assert told(
        MoneybirdBooks(),
        company_name=" Bakkerij Jansen B.V. ",
        firstname="Jan",
        address2="3rd floor",
        country="nl",
        tax_number="NL004495445B01",
        chamber_of_commerce=12345678,
        sepa_iban="NL91ABNA0417164300",
        send_invoices_to_email="ap@jansen.example; boss@jansen.example",
    ) == {
        "number": "3",
        "kind": "business",
        "company_name": "Bakkerij Jansen B.V.",
        "first_name": "",
        "last_name": "",
        "email": "info@example.com",
        "invoice_email": "ap@jansen.example",
        "street": "Hoofdstraat 12, 3rd floor",
        "postal_code": "1234AB",
        "city": "Amsterdam",
        "country": "NL",
        "company_number": "12345678",
        "vat_number": "NL004495445B01",
        "iban": "NL91ABNA0417164300",
    }


def test_contact_without_a_company_is_private() -> None:
    """With the names that stand there."""
    values = told(MoneybirdBooks(), company_name=None, firstname="Ada", lastname="Jansen")
    assert (values["kind"], values["first_name"], values["last_name"]) == ("private", "Ada", "Jansen")


def test_archived_contacts_are_asked_for_and_told_as_such() -> None:
    """They are not gone."""
    books = MoneybirdBooks()
    books.contacts[books.put(CUSTOMER, "Firm")]["archived"] = True
    assert [row.is_archived for row in read_all(books.source()).upserts] == [True]


def test_people_are_told_with_where_they_work() -> None:
    """Their first and last names together."""
    books = MoneybirdBooks()
    customer = books.put(CUSTOMER, "Firm")
    person = books.put(CONTACT, "van Vliet", customers=[customer])
    books.contacts[customer]["contact_people"][0] |= {"firstname": "Mark", "email": "m@x.example", "phone": None}
    row = read_all(books.source()).upserts[-1]
    assert (row.kind, row.external_id, row.customers) == (CONTACT, person, (customer,))
    assert row.values == {"name": "Mark van Vliet", "email": "m@x.example", "phone": ""}


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", 7), ("company_name", {"a": 1}), ("archived", "perhaps"), ("city", True), ("city", "\ud800")],
)
def test_field_of_another_form_is_named(field: str, value: object) -> None:
    """The row is rejected, its id is told, and the people at it are told all the same."""
    books = MoneybirdBooks()
    customer = books.put(CUSTOMER, "Firm")
    books.put(CONTACT, "Somebody", customers=[customer])
    books.contacts[customer][field] = value
    run = read_all(books.source())
    assert [(row.kind, row.external_id, row.field) for row in run.rejected] == [(CUSTOMER, customer, field)]
    assert [row.kind for row in run.upserts] == [CONTACT]


def test_people_that_are_no_list_are_rejected() -> None:
    """The customer is told."""
    books = MoneybirdBooks()
    books.contacts[books.put(CUSTOMER, "Firm")]["contact_people"] = "none"
    run = read_all(books.source())
    assert [row.field for row in run.rejected] == ["contact_people"]
    assert len(run.upserts) == 1


def test_contact_that_is_listed_and_not_given_is_not_gone() -> None:
    """It is rejected, and so are whoever may be there: what an answer leaves out may be a failure."""
    books = MoneybirdBooks()
    kept = [books.put(CUSTOMER, f"Kept {number}") for number in range(PAGE)]
    lost = books.put(CUSTOMER, "Lost")
    source = books.source()
    first = source.read(BEGINNING)
    hidden = books.contacts.pop(lost)
    page = source.read(first.cursor)
    assert page.is_last
    assert [(row.kind, row.external_id) for row in page.rejected] == [(CUSTOMER, lost), (CONTACT, "")]
    books.contacts[lost] = hidden
    again = read_all(books.source(), page.cursor)
    assert [row.external_id for row in again.upserts] == [lost], "it is asked for until it is given"
    assert again.unchanged == set(kept)


def test_only_what_has_a_new_version_is_asked_for() -> None:
    """The others are unchanged, with the people at them; one that got the last version of before is told too."""
    books = MoneybirdBooks()
    ids = [books.put(CUSTOMER, f"Firm {number}") for number in range(2 * PAGE)]
    first = read_all(books.source())
    late = books.put(CUSTOMER, "In the same second")
    books.contacts[late]["version"] = books.contacts[ids[-1]]["version"]
    books.asked.clear()
    again = read_all(books.source(), first.cursor)
    assert [row.external_id for row in again.upserts] == [late]
    assert again.unchanged == set(ids)
    assert [request.method for request in books.asked] == ["GET", "POST"]


def test_contact_without_a_version_is_told_every_time() -> None:
    """It is not known whether it has changed."""
    books = MoneybirdBooks()
    customer = books.put(CUSTOMER, "Firm")
    books.contacts[customer]["version"] = None
    first = read_all(books.source())
    assert [row.external_id for row in read_all(books.source(), first.cursor).upserts] == [customer]


def test_many_unchanged_contacts_are_named_in_several_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page stays small, whatever it holds."""
    monkeypatch.setattr(Moneybird, "unchanged_a_page", 4)
    books = MoneybirdBooks()
    ids = [books.put(CUSTOMER, f"Firm {number}") for number in range(10)]
    again = read_all(books.source(), read_all(books.source()).cursor)
    assert [len(page.unchanged) for page in again.pages] == [4, 4, 2]
    assert again.unchanged == set(ids)


@pytest.mark.parametrize("listed", [{}, [7], [{"id": None}], [{"id": "x"}], None, [[]]])
def test_list_of_another_form_is_no_list(listed: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left out of it, for that would be taken for gone."""
    source = MoneybirdBooks().source()
    monkeypatch.setattr(source, "_json", lambda *_, **__: listed)
    with pytest.raises(SourceBroken):
        source.read(BEGINNING)


def test_contact_that_is_listed_twice_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stops nothing."""
    books = MoneybirdBooks()
    customer = books.put(CUSTOMER, "Firm")
    source = books.source()
    monkeypatch.setattr(source, "_told", lambda asked: ([], [], list(map(str, asked))))
    listed = [{"id": customer, "version": 7}, {"id": int(customer), "version": 9}]
    monkeypatch.setattr(source, "_json", lambda *_, **__: listed)
    assert f'"missed": ["{customer}"]' in source.read(BEGINNING).cursor.replace('"again"', '"missed"')


def test_run_asks_once_for_the_list() -> None:
    """And then once a page."""
    books = MoneybirdBooks()
    for number in range(2 * PAGE + 1):
        books.put(CUSTOMER, f"Firm {number}")
    read_all(books.source())
    assert [request.method for request in books.asked] == ["GET", "POST", "POST", "POST"]


def test_it_is_not_asked_once_nothing_remains() -> None:
    """Until the window begins anew, in seconds since 1970."""
    books = MoneybirdBooks()
    for number in range(2 * PAGE):
        books.put(CUSTOMER, f"Firm {number}")
    source = books.source()
    until = (books.clock() + timedelta(minutes=4)).replace(microsecond=0)
    books.limit = {"RateLimit-Remaining": "0", "RateLimit-Reset": str(int(until.timestamp()))}
    with pytest.raises(SourceLimited) as raised:
        read_all(source)
    assert raised.value.until == until
    assert len(books.asked) == 1
    books.limit = {}
    books.clock.set(until)
    assert len(read_all(source).upserts) == 2 * PAGE


def test_token_that_does_not_run_out_needs_no_other_secret() -> None:
    """An API token; once it is refused somebody has to make another."""
    books = MoneybirdBooks()
    books.credentials = RecordingCredentials(access_token=books.access_token)
    assert books.source().check().administration == "Parkietje B.V."
    books.fail(Failure.EXPIRED)
    with pytest.raises(SourceDenied):
        books.source().check()


def test_administration_that_the_token_may_not_read_is_denied() -> None:
    """Although the token itself is fine."""
    books = MoneybirdBooks()
    source = Moneybird({"administration_id": "124"}, books.credentials, clock=books.clock, client=books.client())
    with pytest.raises(SourceDenied):
        source.check()


@pytest.mark.parametrize(("given", "code"), [({}, "text_missing"), ({"administration_id": "a/b"}, "value_malformed")])
def test_administration_is_a_number(given: dict[str, str], code: str) -> None:
    """It becomes part of an address."""
    with pytest.raises(InvalidInput) as raised:
        Moneybird(given, RecordingCredentials(), clock=MoneybirdBooks().clock)
    assert (raised.value.field, raised.value.code) == ("administration_id", code)
