"""Back up the store to one file, and restore it to SQLite or PostgreSQL.

The file is gzipped JSON lines: first the migration of the tables, then one line per row.
"""

import gzip
import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, DateTime, Integer, MetaData, Table, func, select, text

from bot.errors import StoreError
from bot.store.database import Database, empty, is_known, migrate, revision_of

# Claims have expired by the time a backup is restored.
_LEFT_OUT = ("alembic_version", "claims")

Row = dict[str, Any]


async def back_up(database: Database, path: Path) -> int:
    """Write all rows to a file that only its owner may read; return their number.

    The file appears once complete. Raise StoreError, and OSError that names the file.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        async with database.read() as connection:
            count = await connection.run_sync(_write, part)
        part.replace(path)
    except OSError as error:
        # The name of the part tells nobody what is wrong.
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        part.unlink(missing_ok=True)
    return count


async def restore(database: Database, path: Path, *, replace: bool = False) -> int:
    """Replace the rows of the database with those of a file; return their number.

    All or nothing. Raise StoreError if the file is not a backup, or if the database has rows that
    may not be replaced.
    """
    async with database.write() as connection:
        if not replace and await connection.run_sync(_count) > 0:
            reason = "there are rows in the database already."
            raise StoreError(str(path), reason, "Add --replace to replace them.")
        return await connection.run_sync(_read, path)


def _write(connection: Connection, path: Path) -> int:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    count = 0
    with path.open("xb") as file, gzip.open(file, "wt", encoding="utf-8") as lines:
        path.chmod(0o600)
        facts = {"airquote": version("airquote"), "revision": revision_of(connection)}
        lines.write(json.dumps(facts | {"at": datetime.now(UTC).isoformat()}) + "\n")
        for table in _tables(connection):
            for row in connection.execute(select(table)).mappings():
                written = {name: _plain(value) for name, value in row.items()}
                lines.write(json.dumps({"table": table.name, "row": written}) + "\n")
                count += 1
    return count


def _read(connection: Connection, path: Path) -> int:
    lines = _lines(path)
    revision = next(lines, {}).get("revision")
    if not isinstance(revision, str):
        raise _no_backup(path)
    if not is_known(revision):
        reason = "it was made by a newer Airquote."
        raise StoreError(str(path), reason, "Update Airquote, then restore it.")
    empty(connection)
    migrate(connection, revision)
    tables = {table.name: table for table in _tables(connection)}
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 - how many there were is asked below
        try:
            table = tables[line["table"]]
            connection.execute(table.insert().values(_values(table, line["row"])))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _no_backup(path) from error
    migrate(connection)
    return count


def _lines(path: Path) -> Iterator[Row]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise _no_backup(path)
                yield row
    except (gzip.BadGzipFile, EOFError, ValueError) as error:
        raise _no_backup(path) from error


def _no_backup(path: Path) -> StoreError:
    reason = "it is damaged, or no backup of Airquote's."
    return StoreError(str(path), reason, "Nothing was changed. Take another one.")


def _tables(connection: Connection) -> list[Table]:
    """Read the tables from the database itself, as a backup may be of any version."""
    tables = MetaData()
    tables.reflect(connection)
    return [table for table in tables.sorted_tables if table.name not in _LEFT_OUT]


def _count(connection: Connection) -> int:
    counted = (select(func.count()).select_from(table) for table in _tables(connection))
    return sum(connection.execute(each).scalar_one() for each in counted)


def _plain(value: object) -> object:
    """Convert a value to JSON; a time without a zone is in UTC."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _values(table: Table, row: Mapping[str, Any]) -> Row:
    """Read a row as its table has it; PostgreSQL counts the numbers of rows by itself."""
    return {
        name: _value(table.c[name], value)
        for name, value in row.items()
        if not (name == "id" and isinstance(table.c[name].type, Integer))
    }


def _value(column: Column[Any], value: Any) -> Any:  # noqa: ANN401, whatever a column holds
    if value is not None and isinstance(column.type, DateTime):
        at = datetime.fromisoformat(value)
        return at if column.type.timezone else at.astimezone(UTC).replace(tzinfo=None)
    if value is not None and column.type.python_type is date:
        return date.fromisoformat(value)
    return value
