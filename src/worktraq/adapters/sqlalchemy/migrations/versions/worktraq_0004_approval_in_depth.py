"""Escalation, mail templates, brand and PIN, and the evidence of decisions.

Revision ID: worktraq_0004
"""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from worktraq.adapters.sqlalchemy.migrations.tables import (
    HASH,
    ID,
    INSTANT,
    LONG,
    add,
    assume_many_rows,
    assume_many_rows_behind_new_indexes,
    drop,
    drop_columns,
    drop_indexes,
    filled,
    index,
    key,
    optional,
    refers,
    table,
    text,
    unique,
)

revision = "worktraq_0004"
down_revision = "worktraq_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_escalation()
    add_previous_links()
    add_comments()
    add_templates()
    add_brand()
    add_pins()
    add_attestations()
    assume_many_rows()
    assume_many_rows_behind_new_indexes()


def downgrade() -> None:
    drop("attestation")
    drop_columns("intent", "template_id")
    drop("mail_template")
    drop("brand", "customer_pin")
    drop("item_comment")
    drop_indexes("request", "due", "expected")
    drop_indexes("request", "previous_token")
    drop_columns("request", "previous_token_hash")
    drop_columns("request", "is_escalated")
    drop_columns("organization", "escalation_days")


def add_escalation() -> None:
    add("organization", sa.Column("escalation_days", sa.Integer(), nullable=False, server_default="21"))
    add("request", sa.Column("is_escalated", sa.Boolean(), nullable=False, server_default=sa.false()))
    index("request", "due", "status", "due_on", "id")
    index("request", "expected", "due_on", "id")


def add_previous_links() -> None:
    add("request", *optional(HASH, "previous_token_hash"))
    index("request", "previous_token", "previous_token_hash", only_filled="previous_token_hash")


def add_comments() -> None:
    table(
        "item_comment",
        *filled(ID, "id", "item_id", "user_id"),
        *filled(LONG, "text"),
        *filled(INSTANT, "at"),
        key("id"),
        refers("item_id", "item"),
    )
    index("item_comment", "item", "item_id")


def add_brand() -> None:
    table(
        "brand",
        *filled(text(7), "colour"),
        *filled(sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql", "mariadb"), "logo"),
        *filled(text(40), "logo_type"),
        *filled(sa.BigInteger(), "version"),
        key(),
    )


def add_pins() -> None:
    table(
        "customer_pin",
        *filled(ID, "customer_id"),
        *filled(HASH, "salt", "hash"),
        *filled(sa.Integer(), "failures"),
        *optional(INSTANT, "locked_until"),
        *filled(sa.BigInteger(), "version"),
        key("customer_id"),
        refers("customer_id", "customer"),
    )


def add_templates() -> None:
    add("intent", sa.Column("template_id", ID))
    table(
        "mail_template",
        *filled(ID, "id"),
        *filled(text(40), "kind", "language"),
        *filled(text(200), "name"),
        *filled(text(500), "subject"),
        *filled(LONG, "body"),
        *filled(sa.BigInteger(), "version"),
        *filled(text(300), "name_key"),
        key("id"),
        unique("kind", "language", "name_key"),
    )


def add_attestations() -> None:
    table(
        "attestation",
        *filled(ID, "request_id"),
        *filled(INSTANT, "at"),
        *filled(text(40), "channel"),
        *filled(text(200), "person"),
        *optional(ID, "user_id"),
        *filled(text(500), "address"),
        *filled(LONG, "comment"),
        *filled(text(80), "digest"),
        *filled(LONG, "shown"),
        *filled(text(40), "salt"),
        key("request_id"),
        refers("request_id", "request"),
    )
