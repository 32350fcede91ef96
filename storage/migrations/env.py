"""Alembic's entry: runs migrations on the connection that `storage.engine.migrate` holds."""

from alembic import context

from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
# The connection's own transaction (BEGIN IMMEDIATE) holds every migration or none.
context.run_migrations()
