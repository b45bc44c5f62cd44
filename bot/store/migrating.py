"""The state of a database's tables: which migration they are at, and how to get to another."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, func, select

NEWEST = "head"
# Any number will do, as long as every version of Airquote takes the same.
_MIGRATION_LOCK = 2_412_790_561


def migrate(connection: Connection, revision: str = NEWEST) -> None:
    """Bring the tables to a revision inside the transaction at hand, so wholly or not at all."""
    if connection.dialect.name == "postgresql":
        # Processes that start together take turns; SQLite's write lock does the same.
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    command.upgrade(_config(connection), revision)


def revision_of(connection: Connection) -> str:
    """Name the revision that the tables are at; "" if there are none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def is_known(revision: str) -> bool:
    """Say whether this version of Airquote has a revision; a newer one may have others."""
    scripts = ScriptDirectory.from_config(_config(None))
    return not revision or revision in {each.revision for each in scripts.walk_revisions()}


def empty(connection: Connection) -> None:
    """Drop all tables, and what is known of their state with them."""
    tables = MetaData()
    tables.reflect(connection)
    tables.drop_all(connection)


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    return config
