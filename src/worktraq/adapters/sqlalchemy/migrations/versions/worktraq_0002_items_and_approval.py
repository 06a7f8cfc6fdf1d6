"""What is registered, how it is approved, what is told to whom and what is recorded of it all.

Revision ID: worktraq_0002
"""

import sqlalchemy as sa
from alembic import op

from worktraq.adapters.sqlalchemy.migrations.tables import (
    DAY,
    HASH,
    ID,
    INSTANT,
    LONG,
    MINOR,
    assume_many_rows,
    drop,
    filled,
    index,
    key,
    optional,
    refers,
    table,
    text,
)

revision = "worktraq_0002"
down_revision = "worktraq_0001"
branch_labels = None
depends_on = None

NAME = text(200)
CODE = text(40)
CURRENCY = text(3)
VERSION = sa.BigInteger()


def upgrade() -> None:
    make_requests()
    make_items()
    make_approval()
    make_records()
    assume_many_rows()


def downgrade() -> None:
    drop("request", "item", "item_price", "decision", "submission", "import_link", "intent", "event")


def make_requests() -> None:
    table(
        "request",
        *filled(ID, "id", "user_id", "customer_id", "project_id"),
        *filled(DAY, "period_first", "period_until", "due_on"),
        *filled(LONG, "item_ids", "comment"),
        *filled(text(500), "recipient_name"),
        *filled(text(254), "recipient_email"),
        *filled(CODE, "recipient_language", "status"),
        *filled(sa.Integer(), "minutes", "token_number", "reminders"),
        *filled(text(80), "digest"),
        *filled(NAME, "key_name", "decided_by"),
        *filled(HASH, "token_hash"),
        *filled(INSTANT, "sent_at", "expires_at", "since"),
        *filled(VERSION, "version"),
        *optional(ID, "recipient_contact_id"),
        *optional(MINOR, "expenses_minor"),
        *optional(CURRENCY, "expenses_currency"),
        key("id"),
        refers("user_id", "user"),
        refers("customer_id", "customer"),
        refers("project_id", "project"),
        refers("recipient_contact_id", "contact"),
    )
    index("request", "token", "token_hash")
    index("request", "status", "status", "id")
    index("request", "user", "user_id", "id")
    index("request", "customer", "customer_id", "id")
    index("request", "project", "project_id", "id")
    index("request", "contact", "recipient_contact_id", only_filled="recipient_contact_id")


def make_items() -> None:
    table(
        "item",
        *filled(ID, "id", "user_id", "customer_id", "activity_id"),
        *filled(CODE, "kind", "state"),
        *filled(DAY, "on"),
        *filled(LONG, "note"),
        *filled(sa.Boolean(), "is_billable", "is_waived"),
        *filled(sa.Integer(), "passed"),
        *filled(INSTANT, "since"),
        *filled(VERSION, "version"),
        *optional(ID, "project_id", "contact_id", "request_id"),
        *optional(CODE, "chain"),
        *optional(sa.Integer(), "minutes", "utc_offset"),
        *optional(sa.BigInteger(), "starts_at"),
        *optional(MINOR, "amount_minor"),
        *optional(CURRENCY, "amount_currency"),
        *optional(DAY, "open_on"),
        key("id"),
        refers("user_id", "user"),
        refers("customer_id", "customer"),
        refers("project_id", "project"),
        refers("activity_id", "activity"),
        refers("contact_id", "contact"),
    )
    index("item", "on", "on", "id")
    index("item", "user", "user_id", "on", "id")
    index("item", "customer", "customer_id", "on", "id")
    index("item", "project", "project_id", "on", "id")
    index("item", "contact", "contact_id", only_filled="contact_id")
    index("item", "open", "open_on", "id", only_filled="open_on")
    table(
        "item_price",
        *filled(ID, "item_id"),
        *filled(MINOR, "value_minor"),
        *filled(CURRENCY, "value_currency"),
        *filled(INSTANT, "priced_at"),
        *filled(LONG, "reason"),
        *optional(MINOR, "rate_ten_thousandths"),
        *optional(CURRENCY, "rate_currency"),
        *optional(ID, "rule_id"),
        key("item_id"),
        refers("item_id", "item"),
    )


def make_approval() -> None:
    table(
        "decision",
        *filled(ID, "id", "item_id"),
        *filled(CODE, "kind", "step", "actor_kind"),
        *filled(NAME, "actor_name"),
        *filled(INSTANT, "at"),
        *filled(LONG, "comment"),
        *filled(sa.Boolean(), "on_behalf", "is_void"),
        *optional(ID, "actor_id", "request_id"),
        key("id"),
    )
    index("decision", "item", "item_id")
    table(
        "submission",
        *filled(ID, "id", "user_id"),
        *filled(DAY, "period_first", "period_until"),
        *filled(INSTANT, "at"),
        key("id"),
        refers("user_id", "user"),
    )
    index("submission", "user", "user_id", "period_first")


def make_records() -> None:
    table(
        "import_link",
        *filled(CODE, "source", "kind"),
        *filled(NAME, "external_id"),
        *filled(ID, "entity_id"),
        *filled(text(64), "digest"),
        key("source", "kind", "external_id"),
    )
    table(
        "intent",
        *filled(ID, "id"),
        *filled(CODE, "kind"),
        *filled(LONG, "item_ids"),
        sa.Column("fence", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("is_dead", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("problem", text(100), nullable=False, server_default=""),
        sa.Column("available_at", INSTANT, server_default="0"),
        *optional(ID, "user_id", "request_id"),
        *optional(INSTANT, "lease_until", "delivered_at"),
        key("id"),
    )
    # The one index without the organization in front: claiming crosses tenants.
    op.create_index("ix_worktraq_intent_available", "worktraq_intent", ["available_at", "id"], if_not_exists=True)
    table(
        "event",
        *filled(ID, "id", "subject_id"),
        *filled(INSTANT, "at"),
        *filled(CODE, "actor_kind"),
        *filled(text(60), "name"),
        *filled(LONG, "details"),
        *optional(ID, "actor_id"),
        *optional(sa.BigInteger(), "number"),
        *optional(text(64), "digest"),
        key("id"),
    )
    index("event", "subject", "subject_id")
    index("event", "number", "number", "id")
