"""How PostgreSQL and SQLite go about the queries that a host runs all day: along an index, whatever else is stored."""

import re
from collections.abc import Iterator, Mapping

import pytest

from tests.conformance.databases import configured
from tests.hot_queries import CLAIM, QUERIES, multiply, sent_by, stored_examples
from tests.plans import Plan, plan_of
from tests.statements import Recorder
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.testing.firms import Firm

BIG = {f"worktraq_{name}" for name in ("item", "request", "customer", "event", "intent", "import_link")}
"""The tables that grow with the work, and that nothing may read from end to end."""
INDEXES: Mapping[str, str] = {
    "the minutes of a day": "ix_worktraq_item_user_totals",
    "items of a user": "ix_worktraq_item_user_totals",
    "items for a customer": "ix_worktraq_item_customer_totals",
    "items on a project": "ix_worktraq_item_project",
    "items of all": "ix_worktraq_item_on",
    "items that wait for approval": "ix_worktraq_item_open",
    "the inbox of an approver": "ix_worktraq_item_open",
    "what is to be offered to customers": "ix_worktraq_item_open",
    "requests that are open": "ix_worktraq_request_(status|due)",
    "requests by what is expected first": "ix_worktraq_request_due",
    "requests that are late": "ix_worktraq_request_due",
    "requests, the newest first": "pk_worktraq_request",
    "a link": "ix_worktraq_request_token",
    "a link that was replaced": "ix_worktraq_request_previous_token",
    "what is not billed": "ix_worktraq_item_open",
    "what is not billed, item by item": "ix_worktraq_item_open",
    "totals of a user": "ix_worktraq_item_user_totals",
    "totals for a customer": "ix_worktraq_item_customer_totals",
    "the feed of events": "ix_worktraq_event_number",
    "the end of the chain": "ix_worktraq_event_number",
    "events to be sealed": "ix_worktraq_event_number",
    "the history of a thing": "ix_worktraq_event_subject",
    "what was imported": "pk_worktraq_import_link",
    "customers by number": "uq_worktraq_customer",
    "customers in order of name": "ix_worktraq_customer_search",
    "customers in order of number": "ix_worktraq_customer_number",
    "customers in order of place": "ix_worktraq_customer_place",
    "customers in order of newest": "pk_worktraq_customer",
    CLAIM: "ix_worktraq_intent_available",
}
"""Which index each goes along."""


@pytest.fixture(scope="module", params=["sqlite", *(each.name for each in configured() if each.name == "postgres")])
def plans(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, list[Plan]]]:
    """Of all the queries: on a SQLite where nobody counted the rows, and on a full PostgreSQL."""
    recorder = Recorder()
    if request.param == "sqlite":
        store = recorder.sqlite(tmp_path_factory.mktemp("plans") / "hours.db")
        store.migrate()
        yield plans_in(recorder, store, stored_examples(store))
        store.close()
        return
    server = next(server for server in configured() if server.name == request.param)
    with server.database() as database:
        store = recorder.postgresql(database.url)
        try:
            store.migrate()
            firm = stored_examples(store)
            multiply(store.engine, firm, number=1_200, others=30)
            yield plans_in(recorder, store, firm)
        finally:
            store.close()


def plans_in(recorder: Recorder, store: SqlStore, firm: Firm) -> dict[str, list[Plan]]:
    """The plan of each statement of each query."""
    return {
        name: [plan_of(store.engine, sent) for sent in sent_by(recorder, store, firm, name)]
        for name in (*QUERIES, CLAIM)
    }


def test_every_query_is_looked_at() -> None:
    """The list of indexes is complete."""
    assert set(INDEXES) == {*QUERIES, CLAIM}


@pytest.mark.parametrize("name", sorted(INDEXES))
def test_it_goes_along_an_index(plans: Mapping[str, list[Plan]], name: str) -> None:
    """Every statement that reads what the query is about goes along the index made for it."""
    found = [index for plan in plans[name] for index in plan.indexes]
    assert any(re.match(INDEXES[name], index) for index in found), plans[name]
    assert plans[name]


@pytest.mark.parametrize("name", sorted(INDEXES))
def test_it_reads_no_big_table_from_end_to_end(plans: Mapping[str, list[Plan]], name: str) -> None:
    """Also none that is only joined; and within an index it begins with the organization, or with what is due."""
    for plan in plans[name]:
        assert not BIG & set(plan.whole), plan
        assert plan.are_led_by_a_condition, plan
