"""What stands in the database about one firm, read with plain SQL: nothing of the library reads it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from attrs import define
from sqlalchemy import Connection, Engine, text

Row = Mapping[str, Any]

_ITEM = (
    "SELECT id, kind, user_id, project_id, state, chain, passed, request_id, version, minutes, is_billable, note,"
    " {on} AS day FROM worktraq_item WHERE organization_id = :firm"
)
_TABLES = {
    "decisions": "SELECT id, item_id, kind, is_void FROM worktraq_decision WHERE organization_id = :firm",
    "events": "SELECT id, name, subject_id, details, number FROM worktraq_event WHERE organization_id = :firm",
    "intents": (
        "SELECT id, kind, user_id, request_id, item_ids, attempts, delivered_at, is_dead, available_at"
        " FROM worktraq_intent WHERE organization_id = :firm"
    ),
    "requests": "SELECT id, status, item_ids, reminders, version FROM worktraq_request WHERE organization_id = :firm",
    "attestations": "SELECT request_id AS id, salt FROM worktraq_attestation WHERE organization_id = :firm",
    "submissions": "SELECT id FROM worktraq_submission WHERE organization_id = :firm",
    "comments": "SELECT id, item_id FROM worktraq_item_comment WHERE organization_id = :firm",
    "prices": "SELECT item_id AS id FROM worktraq_item_price WHERE organization_id = :firm",
    "years": "SELECT year, count AS taken FROM worktraq_invoice_year WHERE organization_id = :firm",
    "invoices": (
        "SELECT id, kind, count AS place, issued_on, status, corrects_id, version"
        " FROM worktraq_invoice WHERE organization_id = :firm"
    ),
    "invoiced": "SELECT invoice_id, item_id FROM worktraq_invoice_item WHERE organization_id = :firm",
}


@define
class Books:
    """Every row of one firm that work leaves behind; ids as such, lists of ids too."""

    items: Sequence[Row]
    decisions: Sequence[Row]
    events: Sequence[Row]
    intents: Sequence[Row]
    requests: Sequence[Row]
    attestations: Sequence[Row]
    submissions: Sequence[Row]
    comments: Sequence[Row]
    prices: Sequence[Row]
    years: Sequence[Row]
    invoices: Sequence[Row]
    invoiced: Sequence[Row]

    @classmethod
    def read(cls, engine: Engine, firm: UUID) -> "Books":
        """All of it as it is at one moment."""
        is_postgres = engine.name == "postgresql"
        options = {} if engine.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        quoted = '"on"' if engine.name != "mariadb" else "`on`"
        with engine.connect().execution_options(**options) as connection:
            owner = firm if is_postgres else firm.bytes
            tables = {"items": _ITEM.format(on=quoted), **_TABLES}
            return cls(**{name: _rows(connection, statement, owner) for name, statement in tables.items()})


def _rows(connection: Connection, statement: str, owner: UUID | bytes) -> Sequence[Row]:
    rows = connection.execute(text(statement), {"firm": owner}).mappings()
    return [{name: _plain(name, value) for name, value in row.items()} for row in rows]


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401  # of whichever column it is
    if isinstance(value, bytes):
        return UUID(bytes=value)
    if name == "item_ids":
        return [UUID(each) for each in json.loads(value)]
    return dict(json.loads(value)) if name == "details" and value else value
