"""Legal holds, periods of retention, and who was erased.

Revision ID: worktraq_0007
"""

import sqlalchemy as sa

from worktraq.adapters.sqlalchemy.migrations.tables import (
    DAY,
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
)

revision = "worktraq_0007"
down_revision = "worktraq_0006"
branch_labels = None
depends_on = None

CODE = text(40)
VERSION = sa.BigInteger()


def upgrade() -> None:
    add_holds()
    add_erasures()
    add_retention()
    index("item_comment", "user", "user_id")
    assume_many_rows()
    assume_many_rows_behind_new_indexes()


def downgrade() -> None:
    drop_indexes("item_comment", "user")
    drop("legal_hold", "erasure", "retention", "retention_applied")


def add_holds() -> None:
    table(
        "legal_hold",
        *filled(ID, "id"),
        *filled(CODE, "subject"),
        *filled(ID, "subject_id"),
        *filled(LONG, "reason"),
        *filled(INSTANT, "placed_at"),
        *optional(ID, "placed_by"),
        *optional(INSTANT, "lifted_at"),
        *optional(ID, "lifted_by"),
        *filled(VERSION, "version"),
        key("id"),
    )
    index("legal_hold", "subject", "subject_id")


def add_erasures() -> None:
    table(
        "erasure",
        *filled(ID, "subject_id"),
        *filled(CODE, "kind", "pseudonym", "cause", "texts"),
        *filled(INSTANT, "at"),
        *optional(ID, "by"),
        *filled(VERSION, "version"),
        key("subject_id"),
    )


def add_retention() -> None:
    table(
        "retention",
        *optional(sa.Integer(), "notes", "receipts", "comments", "evidence", "invitations", "invoices"),
        *filled(VERSION, "version"),
        key(),
    )
    table("retention_applied", *filled(DAY, "on"), key())
