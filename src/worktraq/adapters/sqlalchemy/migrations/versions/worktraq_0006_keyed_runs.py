"""What was done under a key of the host, so that it is done once.

Revision ID: worktraq_0006
"""

from worktraq.adapters.sqlalchemy.migrations.tables import (
    HASH,
    INSTANT,
    LONG,
    assume_many_rows,
    drop,
    filled,
    index,
    key,
    table,
)

revision = "worktraq_0006"
down_revision = "worktraq_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table(
        "keyed_run",
        *filled(HASH, "key_hash", "given_hash"),
        *filled(INSTANT, "at"),
        *filled(LONG, "outcome"),
        key("key_hash"),
    )
    index("keyed_run", "at", "at")
    assume_many_rows()


def downgrade() -> None:
    drop("keyed_run")
