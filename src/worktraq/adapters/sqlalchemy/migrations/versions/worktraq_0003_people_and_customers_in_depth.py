"""Invitations, customers with all that an invoice needs, budgets, and what was imported last.

Revision ID: worktraq_0003
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

from worktraq.adapters.sqlalchemy.migrations.tables import (
    HASH,
    ID,
    INSTANT,
    LONG,
    MINOR,
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
)

revision = "worktraq_0003"
down_revision = "worktraq_0002"
branch_labels = None
depends_on = None

CODE = text(40)
MAIL = text(254)
NAME = text(200)
KEY = text(300)
CURRENCY = text(3)
VERSION = sa.BigInteger()


def upgrade() -> None:
    add_invitations()
    add_customer_fields()
    add_customer_orders()
    add_budgets()
    add_totals()
    add_imported_values()
    assume_many_rows()
    assume_many_rows_behind_new_indexes()


def downgrade() -> None:
    drop_columns("import_link", "imported")
    index("item", "user", "user_id", "on", "id")
    index("item", "customer", "customer_id", "on", "id")
    drop_indexes("item", "user_totals", "customer_totals")
    drop_columns("project", "budget_minutes")
    drop_indexes("customer", "number", "place")
    drop_columns("customer", "invoice_email", "buyer_reference", "search_text", "number_order", "place_order")
    drop_columns("organization", "invitation_days")
    drop("invitation", "money_budget")


def add_invitations() -> None:
    add("organization", sa.Column("invitation_days", sa.Integer(), nullable=False, server_default="14"))
    table(
        "invitation",
        *filled(ID, "user_id"),
        *filled(CODE, "status"),
        *filled(NAME, "key_name"),
        *filled(sa.Integer(), "token_number"),
        *filled(HASH, "token_hash"),
        *optional(ID, "invited_by"),
        *filled(INSTANT, "sent_at", "expires_at", "since"),
        *filled(VERSION, "version"),
        key("user_id"),
        refers("user_id", "user"),
    )
    index("invitation", "token", "token_hash")


def add_customer_fields() -> None:
    add(
        "customer",
        sa.Column("invoice_email", MAIL, nullable=False, server_default=""),
        sa.Column("buyer_reference", NAME, nullable=False, server_default=""),
    )


def add_customer_orders() -> None:
    add(
        "customer",
        sa.Column("search_text", LONG, nullable=False, server_default=""),
        sa.Column("number_order", KEY, nullable=False, server_default=""),
        sa.Column("place_order", KEY, nullable=False, server_default=""),
    )
    fill_customer_orders()
    index("customer", "number", "number_order", "id")
    index("customer", "place", "place_order", "id")


def add_budgets() -> None:
    add("project", sa.Column("budget_minutes", sa.Integer()))
    table(
        "money_budget",
        *filled(ID, "project_id"),
        *filled(MINOR, "amount_minor"),
        *filled(CURRENCY, "amount_currency"),
        *filled(VERSION, "version"),
        key("project_id"),
        refers("project_id", "project"),
    )


def add_totals() -> None:
    # The new indexes come first: on MariaDB a foreign key leans on the old one or the new one.
    index("item", "user_totals", "user_id", "on", "id", "customer_id", "minutes", "is_billable")
    index("item", "customer_totals", "customer_id", "on", "id", "user_id", "minutes", "is_billable")
    drop_indexes("item", "user", "customer")


def add_imported_values() -> None:
    add("import_link", sa.Column("imported", LONG, nullable=False, server_default=""))


BATCH = 500
_organizations = sa.table("worktraq_organization", sa.column("organization_id", ID))
_customers = sa.table(
    "worktraq_customer",
    sa.column("organization_id", ID),
    sa.column("id", ID),
    *(sa.column(name, sa.Text()) for name in ("kind", "company_name", "first_name", "last_name", "number", "city")),
    *(sa.column(name, sa.Text()) for name in ("email", "vat_number", "search_key")),
    *(sa.column(name, sa.Text()) for name in ("search_text", "number_order", "place_order")),
)
_c = _customers.c
_filling = (
    sa.update(_customers)
    .where(_c.organization_id == sa.bindparam("of_organization"), _c.id == sa.bindparam("of_customer"))
    .values({name: sa.bindparam(f"new_{name}") for name in ("search_text", "number_order", "place_order")})
)


def fill_customer_orders() -> None:
    """Give the customers there are what they are searched and ordered by, batch after batch.

    Raises:
        CommandError: Alembic is writing a script, which cannot work anything out.
    """
    if op.get_context().as_sql:
        raise CommandError(
            "worktraq_0003 works out columns from the rows there are, so it cannot be written as a script"
        )
    connection = op.get_bind()
    wanted = sa.select(_customers).order_by(_c.id).limit(BATCH)
    for organization_id in connection.scalars(sa.select(_organizations.c.organization_id)).all():
        of_organization = wanted.where(_c.organization_id == organization_id)
        rows = connection.execute(of_organization).all()
        while rows:
            connection.execute(_filling, [_filled(row) for row in rows])
            rows = connection.execute(of_organization.where(_c.id > rows[-1].id)).all()


def _filled(row: sa.Row[tuple[object, ...]]) -> dict[str, object]:
    """What follows from a row, as of this revision: later ones of worktraq may see it otherwise."""
    person = f"{row.first_name} {row.last_name}"
    name = row.company_name if row.kind == "business" else person
    place = _folded(row.city)[:90]
    return {
        "of_organization": row.organization_id,
        "of_customer": row.id,
        "new_search_text": _folded(f"{name} {row.number} {row.city} {row.email}  {row.vat_number}"),
        "new_number_order": f"0{_natural(row.number)}"[:200] if row.number else "1",
        "new_place_order": f"0{place}\x01{row.search_key}" if place else f"1{row.search_key}",
    }


def _folded(value: str) -> str:
    if value.isascii():
        return value.lower()
    decomposed = unicodedata.normalize("NFKD", value.casefold())
    folded = unicodedata.normalize("NFKD", decomposed.casefold())
    return "".join(mark for mark in folded if not unicodedata.combining(mark))


def _natural(value: str) -> str:
    return re.sub("[0-9]+", _led_by_its_length, _folded(value))


def _led_by_its_length(number: re.Match[str]) -> str:
    digits = number[0].lstrip("0")
    return f"{len(digits):03}{digits}"
