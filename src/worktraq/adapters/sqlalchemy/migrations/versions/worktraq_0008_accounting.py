"""Accounting connections and what was read through them.

Revision ID: worktraq_0008
"""

import sqlalchemy as sa

from worktraq.adapters.sqlalchemy.migrations.tables import (
    ID,
    INSTANT,
    LONG,
    assume_many_rows,
    assume_many_rows_behind_new_indexes,
    drop,
    drop_indexes,
    filled,
    index,
    key,
    optional,
    table,
    text,
    unique,
)

revision = "worktraq_0008"
down_revision = "worktraq_0007"
branch_labels = None
depends_on = None

CODE = text(40)
NAME = text(200)
VERSION = sa.BigInteger()


def upgrade() -> None:
    add_connections()
    add_runs()
    add_questions()
    index("import_link", "entity", "entity_id")
    index("customer", "vat", "vat_number")
    assume_many_rows()
    assume_many_rows_behind_new_indexes()


def downgrade() -> None:
    drop_indexes("customer", "vat")
    drop_indexes("import_link", "entity")
    drop("accounting_connection", "import_run", "import_sighting", "import_mark", "import_question")


def add_connections() -> None:
    table(
        "accounting_connection",
        *filled(ID, "id"),
        *filled(CODE, "source"),
        *filled(LONG, "settings"),
        *filled(ID, "secret_key"),
        *filled(INSTANT, "connected_at"),
        *filled(VERSION, "epoch"),
        *filled(CODE, "state", "problem"),
        *filled(VERSION, "version"),
        key(),
    )


def add_runs() -> None:
    table(
        "import_run",
        *filled(ID, "id", "connection_id"),
        *filled(CODE, "source"),
        *filled(VERSION, "epoch"),
        *filled(CODE, "state", "phase"),
        *filled(LONG, "cursor", "mark"),
        *filled(sa.Boolean(), "includes_users"),
        *filled(INSTANT, "started_at", "seen_at"),
        *optional(INSTANT, "leased_until", "retry_at"),
        *filled(CODE, "problem"),
        *filled(VERSION, "pages", "rows"),
        *filled(LONG, "counts"),
        *filled(VERSION, "version"),
        key("id"),
    )
    table(
        "import_sighting",
        *filled(ID, "run_id"),
        *filled(CODE, "kind"),
        *filled(NAME, "external_id"),
        key("run_id", "kind", "external_id"),
    )
    table("import_mark", *filled(CODE, "mark"), *filled(ID, "entity_id"), key("mark", "entity_id"))


def add_questions() -> None:
    table(
        "import_question",
        *filled(ID, "id"),
        *filled(CODE, "source", "kind"),
        *filled(NAME, "external_id"),
        *filled(CODE, "reason"),
        *filled(LONG, "said"),
        *optional(ID, "entity_id"),
        *optional(CODE, "matched_by"),
        *filled(LONG, "conflicts", "problems"),
        *filled(ID, "run_id"),
        *filled(INSTANT, "asked_at"),
        *filled(VERSION, "version"),
        key("id"),
        unique("source", "kind", "external_id"),
    )
