"""Alembic's entry. The connection is given by webapp.setup.database, already acting as the owner."""

from alembic import context

from migrations.rls import keep
from tenants.models import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, include_object=keep, transaction_per_migration=False
)
with context.begin_transaction():
    context.run_migrations()
