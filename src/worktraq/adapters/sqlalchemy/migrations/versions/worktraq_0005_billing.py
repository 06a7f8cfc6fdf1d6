"""Invoices and the terms on which they are made, instalments, and what an expense says for billing.

Revision ID: worktraq_0005
"""

from collections.abc import Iterator

import sqlalchemy as sa

from worktraq.adapters.sqlalchemy.migrations.tables import (
    DAY,
    ID,
    INSTANT,
    LONG,
    MINOR,
    add,
    assume_many_rows,
    drop,
    drop_columns,
    filled,
    index,
    key,
    optional,
    refers,
    table,
    text,
    unique,
)

revision = "worktraq_0005"
down_revision = "worktraq_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_receipts_and_markups()
    add_contract_hours()
    add_terms()
    add_instalments()
    add_invoices()
    assume_many_rows()


def downgrade() -> None:
    drop("invoice", "invoice_vat", "invoice_line", "invoice_item", "invoice_year", "invoice_hand_over")
    drop("billing_terms", "seller_profile", "project_rounding", "instalment")
    drop_columns("user", "contract_minutes_per_week")
    drop("markup")
    drop_columns("item_price", "markup_hundredths")
    drop_columns("item", "receipt_reference", "vat_hundredths", "is_reimbursable")


def add_receipts_and_markups() -> None:
    add("item", sa.Column("receipt_reference", text(100), server_default=""))
    add("item", sa.Column("vat_hundredths", sa.Integer()))
    add("item", sa.Column("is_reimbursable", sa.Boolean(), server_default=sa.true()))
    add("item_price", sa.Column("markup_hundredths", sa.Integer()))
    table(
        "markup",
        *filled(ID, "id"),
        *filled(text(40), "subject"),
        *filled(ID, "subject_id"),
        *filled(sa.Integer(), "hundredths", "valid_from"),
        *filled(sa.BigInteger(), "version"),
        key("id"),
        unique("subject_id", "valid_from", "subject"),
    )


def add_contract_hours() -> None:
    add("user", sa.Column("contract_minutes_per_week", sa.Integer()))


CODE = text(40)
NAME = text(200)
LINE = text(500)
MAIL = text(254)
CURRENCY = text(3)
VERSION = sa.BigInteger()


def add_terms() -> None:
    table(
        "billing_terms",
        *filled(ID, "customer_id"),
        *filled(CODE, "invoice_per", "lines_per"),
        *optional(sa.Integer(), "payment_days"),
        *optional(CODE, "vat_category"),
        *optional(sa.Integer(), "vat_hundredths"),
        *optional(LINE, "vat_reason"),
        *rounding(),
        *filled(VERSION, "version"),
        key("customer_id"),
        refers("customer_id", "customer"),
    )
    table(
        "seller_profile",
        *filled(NAME, "name"),
        *filled(LINE, "street"),
        *filled(text(20), "postal_code"),
        *filled(LINE, "city"),
        *filled(CODE, "country", "vat_number", "company_number", "iban"),
        *filled(MAIL, "email"),
        *filled(CODE, "phone"),
        *filled(NAME, "contact_name"),
        *filled(sa.Integer(), "payment_days", "vat_hundredths"),
        *filled(CODE, "prefix"),
        *filled(VERSION, "version"),
        key(),
    )
    table(
        "project_rounding", *filled(ID, "project_id"), *rounding(), key("project_id"), refers("project_id", "project")
    )


def add_instalments() -> None:
    table(
        "instalment",
        *filled(ID, "id", "customer_id", "project_id"),
        *filled(DAY, "due_on"),
        *filled(MINOR, "amount_minor"),
        *filled(CURRENCY, "amount_currency"),
        *filled(LINE, "description"),
        *optional(ID, "invoice_id"),
        *filled(VERSION, "version"),
        *optional(DAY, "open_on"),
        key("id"),
        refers("customer_id", "customer"),
        refers("project_id", "project"),
    )
    index("instalment", "customer", "customer_id")
    index("instalment", "project", "project_id")
    index("instalment", "open", "open_on", "id", only_filled="open_on")


def add_invoices() -> None:
    add_invoice_heads()
    add_invoice_lines()
    table(
        "invoice_year",
        *filled(sa.Integer(), "year", "count"),
        *optional(DAY, "last_on"),
        key("year"),
    )
    table(
        "invoice_hand_over",
        *filled(ID, "invoice_id"),
        *filled(INSTANT, "at"),
        *filled(LINE, "external_id"),
        key("invoice_id"),
        refers("invoice_id", "invoice"),
    )


def add_invoice_heads() -> None:
    table(
        "invoice",
        *filled(ID, "id"),
        *filled(CODE, "kind"),
        *filled(sa.Integer(), "count"),
        *filled(CODE, "number"),
        *filled(DAY, "issued_on", "due_on"),
        *filled(ID, "customer_id"),
        *party("seller"),
        *party("buyer"),
        *filled(CURRENCY, "currency"),
        *filled(CODE, "language"),
        *optional(DAY, "period_first", "period_until"),
        *amounts("net", "tax", "gross", "difference"),
        *filled(LONG, "note"),
        *optional(ID, "corrects_id"),
        *filled(CODE, "corrects_number"),
        *optional(DAY, "corrects_issued_on"),
        *filled(CODE, "status"),
        *filled(INSTANT, "confirmed_at"),
        *filled(VERSION, "version"),
        *filled(sa.BigInteger(), "place"),
        key("id"),
        refers("customer_id", "customer"),
        unique("place"),
    )
    index("invoice", "customer", "customer_id", "place")
    table(
        "invoice_vat",
        *filled(ID, "invoice_id"),
        *filled(sa.Integer(), "number"),
        *vat(),
        *amounts("net", "tax"),
        key("invoice_id", "number"),
        refers("invoice_id", "invoice"),
    )


def add_invoice_lines() -> None:
    table(
        "invoice_line",
        *filled(ID, "invoice_id"),
        *filled(sa.Integer(), "number"),
        *filled(CODE, "kind"),
        *filled(LONG, "text"),
        *optional(ID, "project_id"),
        *filled(NAME, "project_name"),
        *optional(ID, "user_id"),
        *optional(DAY, "period_first", "period_until"),
        *filled(sa.Integer(), "raw_minutes", "minutes"),
        *optional(sa.BigInteger(), "rate_ten_thousandths"),
        *optional(CURRENCY, "rate_currency"),
        *amounts("net", "items_value"),
        *vat(),
        *optional(ID, "instalment_id"),
        key("invoice_id", "number"),
        refers("invoice_id", "invoice"),
        refers("project_id", "project"),
    )
    index("invoice_line", "project", "project_id", only_filled="project_id")
    table(
        "invoice_item",
        *filled(ID, "invoice_id", "item_id"),
        *filled(sa.Integer(), "line_number", "place"),
        key("invoice_id", "item_id"),
        refers("invoice_id", "invoice"),
    )
    index("invoice_item", "item", "item_id")


def party(role: str) -> Iterator[sa.Column[str]]:
    kinds = (
        *(("name", NAME), ("street", LINE), ("postal_code", text(20)), ("city", LINE), ("country", CODE)),
        *(("vat_number", CODE), ("company_number", CODE), ("email", MAIL), ("phone", CODE)),
        *(("contact_name", NAME), ("iban", CODE), ("reference", NAME)),
    )
    for name, kind in kinds:
        yield from filled(kind, f"{role}_{name}")


def amounts(*names: str) -> Iterator[sa.Column[int] | sa.Column[str]]:
    for name in names:
        yield from filled(MINOR, f"{name}_minor")
        yield from filled(CURRENCY, f"{name}_currency")


def rounding() -> Iterator[sa.Column[int] | sa.Column[str]]:
    yield from filled(CODE, "rounding_per")
    yield from filled(sa.Integer(), "rounding_step")
    yield from filled(CODE, "rounding_way")


def vat() -> Iterator[sa.Column[int] | sa.Column[str]]:
    yield from filled(CODE, "vat_category")
    yield from filled(sa.Integer(), "vat_hundredths")
    yield from filled(LINE, "vat_reason")
