"""What Alembic runs around the migrations, on the connection that `bot.store.database` hands it."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite cannot alter most of a table in place.
    render_as_batch=True,
)
context.run_migrations()
