"""Whatever a system answers, a source raises one of its four errors or tells rows that have the form of rows."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.adapters.accounting.fakes_twinfield import CLUSTER, answered
from worktraq.adapters.accounting.calling import http_client
from worktraq.adapters.accounting.eboekhouden import EBoekhouden
from worktraq.adapters.accounting.exact import ExactOnline
from worktraq.adapters.accounting.moneybird import Moneybird
from worktraq.adapters.accounting.soap import element, plain
from worktraq.adapters.accounting.twinfield import Twinfield
from worktraq.core.accounting import BEGINNING
from worktraq.errors import SourceBroken, SourceDenied, SourceLimited, SourceUnavailable
from worktraq.testing.contracts.accounting import check_rows
from worktraq.testing.fakes import FixedClock
from worktraq.testing.sources import RecordingCredentials, Run

SETTINGS = {"administration_id": "1", "division": "1", "client_id": "app", "office": "1"}
LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["1", "", "x", "C"])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=6
)
GUID = "00000000-0000-4000-8000-000000000001"


def records(**known: object) -> st.SearchStrategy[Any]:
    """Rows with some of the fields of a system, of which each holds what it has to or anything."""
    fields = {name: st.just(value) | VALUES for name, value in known.items()}
    return st.fixed_dictionaries({}, optional=fields) | VALUES


@frozen
class Answers:
    """What is drawn for one system.

    Attributes:
        make: Makes a source that gets these answers.
        drawn: Contents of answers, each of which may come to any question.
    """

    make: Callable[[httpx.Client], Any]
    drawn: st.SearchStrategy[bytes]


def _json(values: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    return values.map(lambda value: json.dumps(value).encode())


def _of(factory: Callable[..., Any]) -> Callable[[httpx.Client], Any]:
    credentials = RecordingCredentials(access_token="t", api_token="t", refresh_token="t", client_secret="t")
    return lambda client: factory(SETTINGS, credentials, clock=FixedClock(), client=client)


PERSON = records(id="7", firstname="Ada", lastname="J", email="a@x.example", phone=None)
CONTACT = records(
    id="1", company_name="A", customer_id="3", archived=False, country="NL", address1="a", contact_people=[]
) | PERSON.map(lambda person: {"id": "1", "contact_people": [person]})
EXACT = records(
    ID=GUID,
    Timestamp="7",
    Status="C",
    Name="A",
    EndDate="/Date(0)/",
    Blocked=False,
    Code=1,
    Account=GUID,
    AccountIsCustomer=True,
    EntityKey=GUID,
    EntityType=2,
    DivisionMoveDate="x",
)
RELATION = records(id=1, name="A", type="P", code="c", inactive=False, country="NL")
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=4).map(plain)
NAMES = st.sampled_from(
    [
        *("SearchResponse", "SearchResult", "MessageOfErrorCodes", "Type", "data"),
        *("Items", "ArrayOfString", "string", "ProcessXmlStringResult"),
    ]
)
XML = st.recursive(TEXTS, lambda inner: st.builds(element, NAMES, inner, inner), max_leaves=6)
SYSTEMS = {
    "moneybird": Answers(_of(Moneybird), _json(st.lists(CONTACT, max_size=3) | VALUES)),
    "exact-online": Answers(
        _of(ExactOnline),
        _json(
            st.fixed_dictionaries(
                {
                    "d": st.fixed_dictionaries({"results": st.lists(EXACT, max_size=3)}, optional={"__next": VALUES})
                    | VALUES
                }
            )
            | VALUES
        ),
    ),
    "e-boekhouden": Answers(
        _of(EBoekhouden),
        _json(
            RELATION
            | records(token="t", expiresIn=3600, items=[{"id": 1}])
            | st.fixed_dictionaries({"token": st.just("t"), "items": st.lists(RELATION, max_size=3)})
        ),
    ),
    "twinfield": Answers(
        _of(Twinfield),
        st.just(json.dumps({"twf.clusterUrl": CLUSTER}).encode())
        | XML.map(lambda text: answered("Search", text).content)
        | XML.map(lambda text: answered("ProcessXmlString", text).content)
        | st.binary(max_size=20),
    ),
}


@pytest.mark.requirement("T-01")
@pytest.mark.parametrize("name", SYSTEMS)
@given(data=st.data())
def test_whatever_is_answered_is_taken_or_refused(name: str, data: st.DataObject) -> None:
    """No other exception comes out, and no row of another form."""
    system = SYSTEMS[name]
    is_twinfield = name == "twinfield"

    def answer(request: httpx.Request) -> httpx.Response:
        if is_twinfield and request.url.path.endswith("accesstokenvalidation"):
            return httpx.Response(200, json={"twf.clusterUrl": CLUSTER})
        status = data.draw(st.sampled_from([200, 200, 200, 200, 200, 400, 401, 404, 500]))
        return httpx.Response(status, content=data.draw(system.drawn))

    with http_client(transport=httpx.MockTransport(answer)) as client:
        source = system.make(client)
        pages = []
        cursor = BEGINNING
        try:
            for _ in range(3):
                page = source.read(cursor)
                pages.append(page)
                cursor = page.cursor
                if page.is_last:
                    break
            source.check()
        except (SourceBroken, SourceDenied, SourceLimited, SourceUnavailable):
            pass
    for page in pages:
        check_rows(source.info, Run((page,), page.cursor))
