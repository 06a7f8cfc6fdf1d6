"""Every statement that reaches a database names the organization, whichever way it goes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import worktraq.adapters.sqlalchemy as adapter
from tests.hot_queries import CLAIM, QUERIES, sent_by, stored_examples
from tests.statements import Recorder
from worktraq.adapters.sqlalchemy.schema import metadata

SENDING = frozenset({"execute", "executemany", "exec_driver_sql", "scalar", "scalars", "copy"})
"""Methods of connections and cursors."""
# Where statements are sent past a session, and why that is right; a session sends none that is not bound.
ALLOWED = {
    "databases": "begins transactions, and streams what an insertion of a session adds",
    "moving": "copies and removes one organization, by a condition on each table",
    "notifications": "claims for all organizations",
    "organizations": "lists all organizations",
    "partitions": "reads the catalog",
    "row_security": "says whose rows are seen",
    "session": "checks every statement",
    "store": "sets up connections",
}
TABLE = re.compile(r"\b(worktraq_\w+)(?: AS (\w+))?")


def senders() -> Iterator[str]:
    """The modules in which something is sent to a connection or cursor."""
    for file in Path(adapter.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDING:
                yield file.stem


@pytest.mark.requirement("B-08")
def test_only_a_session_and_these_send_statements() -> None:
    """A repository that went past its session would go past the check that every table is bound."""
    assert set(senders()) == set(ALLOWED)


def unbound(sql: str) -> set[str]:
    """The tables in a statement, by the name they have in it, whose organization it does not compare or write."""
    if sql.startswith("INSERT"):
        return set() if re.match(r"INSERT INTO worktraq_\w+ \(organization_id,", sql) else {sql}
    names = {found[2] or found[1] for found in TABLE.finditer(sql) if found[1] in metadata.tables}
    return {name for name in names if not re.search(rf"\b{name}\.organization_id = |= {name}\.organization_id\b", sql)}


@pytest.mark.requirement("B-08")
def test_what_is_sent_names_the_organization(tmp_path: Path) -> None:
    """Looked at as text, behind everything that puts statements together: each table that is named is bound."""
    recorder = Recorder()
    store = recorder.sqlite(tmp_path / "hours.db")
    store.migrate()
    with recorder.only() as sent:
        firm = stored_examples(store)
        for name in QUERIES:
            sent_by(recorder, store, firm, name)
    assert len(sent) > 40
    assert {each.sql: unbound(each.sql) for each in sent if unbound(each.sql)} == {}
    claiming, taking = sent_by(recorder, store, firm, CLAIM)
    store.close()
    assert unbound(claiming.sql) == {"worktraq_intent"}
    assert unbound(taking.sql) == set()
