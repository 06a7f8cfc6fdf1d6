"""Organizations, their people and customers, and what is worked on.

Revision ID: worktraq_0001
"""

import sqlalchemy as sa

from worktraq.adapters.sqlalchemy.migrations.tables import (
    DAY,
    ID,
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
    unique,
)

revision = "worktraq_0001"
down_revision = None
branch_labels = ("worktraq",)
depends_on = None

NAME = text(200)
LINE = text(500)
MAIL = text(254)
CODE = text(40)
KEY = text(300)
CURRENCY = text(3)
VERSION = sa.BigInteger()


def upgrade() -> None:
    make_organizations()
    make_people()
    make_customers()
    make_work()
    make_rights_and_rates()
    assume_many_rows()


def downgrade() -> None:
    drop(
        *("organization", "billing_details", "user", "team", "team_member"),
        *("customer", "contact", "contact_customer", "project", "activity", "grant", "rate_rule"),
    )


def make_organizations() -> None:
    table(
        "organization",
        key(),
        *filled(NAME, "name"),
        *filled(CODE, "language", "chain", "registration_access"),
        *filled(text(64), "time_zone"),
        *filled(CURRENCY, "currency"),
        *filled(sa.Boolean(), "allows_self_approval", "requires_comment"),
        *filled(sa.Integer(), "week_start", "settling_days", "due_days", "expiry_days"),
        *filled(LONG, "reminder_days"),
        *filled(VERSION, "version"),
    )
    table(
        "billing_details",
        key(),
        *filled(NAME, "name"),
        *filled(LINE, "street", "city"),
        *filled(text(20), "postal_code"),
        *filled(CODE, "country", "vat_number"),
        *filled(MAIL, "email"),
        *filled(VERSION, "version"),
    )


def make_people() -> None:
    table(
        "user",
        *filled(ID, "id"),
        *filled(NAME, "name"),
        *filled(MAIL, "email"),
        *filled(CODE, "role", "language", "registration_access"),
        *filled(sa.Boolean(), "is_active"),
        *filled(text(100), "external_id"),
        *filled(VERSION, "version"),
        *filled(KEY, "name_key", "email_key"),
        key("id"),
        unique("email_key"),
    )
    index("user", "name", "name_key", "id")
    table(
        "team",
        *filled(ID, "id"),
        *filled(NAME, "name"),
        *filled(VERSION, "version"),
        *filled(KEY, "name_key"),
        key("id"),
    )
    index("team", "name", "name_key", "id")
    table(
        "team_member",
        *filled(ID, "team_id", "user_id"),
        key("team_id", "user_id"),
        refers("team_id", "team"),
        refers("user_id", "user"),
    )
    index("team_member", "user", "user_id")


def make_customers() -> None:
    table(
        "customer",
        *filled(ID, "id"),
        *filled(CODE, "kind", "number", "country", "vat_number", "company_number", "iban", "language", "status"),
        *filled(NAME, "company_name", "first_name", "last_name"),
        *filled(MAIL, "email"),
        *filled(LINE, "street", "city"),
        *filled(text(20), "postal_code"),
        *filled(CURRENCY, "currency"),
        *filled(sa.Boolean(), "is_internal"),
        *filled(VERSION, "version"),
        *filled(KEY, "search_key"),
        *optional(CODE, "chain", "number_key"),
        key("id"),
        unique("number_key"),
    )
    index("customer", "search", "search_key", "id")
    table(
        "contact",
        *filled(ID, "id"),
        *filled(NAME, "name"),
        *filled(MAIL, "email"),
        *filled(CODE, "phone", "language"),
        *filled(sa.Boolean(), "is_ended"),
        *filled(VERSION, "version"),
        *filled(KEY, "name_key", "email_key"),
        key("id"),
    )
    index("contact", "name", "name_key", "id")
    table(
        "contact_customer",
        *filled(ID, "contact_id", "customer_id"),
        key("contact_id", "customer_id"),
        refers("contact_id", "contact"),
        refers("customer_id", "customer"),
    )
    index("contact_customer", "customer", "customer_id")


def make_work() -> None:
    table(
        "project",
        *filled(ID, "id", "customer_id"),
        *filled(NAME, "name"),
        *filled(CODE, "billing_kind"),
        *filled(sa.Boolean(), "billing_customer_approval"),
        *filled(VERSION, "version"),
        *filled(KEY, "name_key"),
        *optional(CODE, "billing_cadence"),
        *optional(DAY, "starts_on", "ends_on"),
        *optional(ID, "contact_id"),
        key("id"),
        refers("customer_id", "customer"),
        refers("contact_id", "contact"),
    )
    index("project", "name", "name_key", "id")
    index("project", "customer", "customer_id")
    index("project", "contact", "contact_id", only_filled="contact_id")
    table(
        "activity",
        *filled(ID, "id", "user_id", "customer_id"),
        *filled(LINE, "description"),
        *filled(sa.Boolean(), "is_billable", "is_active"),
        *filled(VERSION, "version"),
        *optional(ID, "project_id"),
        *optional(DAY, "starts_on", "ends_on"),
        key("id"),
        refers("user_id", "user"),
        refers("customer_id", "customer"),
        refers("project_id", "project"),
    )
    index("activity", "user", "user_id")
    index("activity", "customer", "customer_id")
    index("activity", "project", "project_id")


def make_rights_and_rates() -> None:
    table(
        "grant",
        *filled(ID, "id", "customer_id"),
        *filled(CODE, "right"),
        *filled(VERSION, "version"),
        *filled(text(110), "grant_key"),
        *optional(ID, "project_id", "user_id", "team_id"),
        key("id"),
        unique("grant_key"),
        refers("customer_id", "customer"),
        refers("project_id", "project"),
        refers("user_id", "user"),
        refers("team_id", "team"),
    )
    index("grant", "customer", "customer_id")
    index("grant", "project", "project_id", only_filled="project_id")
    index("grant", "user", "user_id")
    index("grant", "team", "team_id")
    table(
        "rate_rule",
        *filled(ID, "id", "subject_id"),
        *filled(CODE, "subject"),
        *filled(MINOR, "rate_ten_thousandths"),
        *filled(CURRENCY, "rate_currency"),
        *filled(DAY, "valid_from"),
        *filled(VERSION, "version"),
        key("id"),
        unique("subject_id", "rate_currency", "valid_from", "subject"),
    )
