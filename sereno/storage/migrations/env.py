"""Run by Alembic. The caller gives a connection that holds the lock and the transaction."""

from alembic import context

from sereno.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
