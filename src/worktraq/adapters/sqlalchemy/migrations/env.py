"""How Alembic runs our revisions: on the connection that it is given, with a version table of its own."""

from alembic import context

from worktraq.adapters.sqlalchemy.migrating import VERSION_TABLE
from worktraq.adapters.sqlalchemy.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
with context.begin_transaction():
    context.run_migrations()
