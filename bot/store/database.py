"""The database behind the store: its address and its connections."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import (
    AbstractContextManager,
    asynccontextmanager,
    closing,
    contextmanager,
)
from pathlib import Path
from time import time
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    MetaData,
    RowMapping,
    Select,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import ConfigError, StoreError

# How long to wait for another process' transaction (SQLite), for an answer (PostgreSQL), and for
# one of our own connections.
PATIENCE_SECONDS = 5

_FORMS = "Use sqlite:///path/to/file.db or postgresql://user:password@host/name."
# A log that outlives its database would be replayed into the next one.
_RESTORE = (
    "Move it away, with the files -wal and -shm beside it; then restore a backup, "
    "or start with an empty one."
)
_PRAGMAS = (
    "journal_mode = WAL",
    # In WAL mode, NORMAL may lose the last commits in a power cut: a lost claim posts twice.
    "synchronous = FULL",
    "foreign_keys = ON",
    # Deleted queries must not stay readable in free pages.
    "secure_delete = ON",
)

_DISK_FULL = ("the disk is full.", "Make room on it; then try again.")
# PostgreSQL's code for that.
_DISK_FULL_STATE = "53100"
_SQLITE_REASONS = {
    "SQLITE_NOTADB": ("it is damaged, or no SQLite database.", _RESTORE),
    "SQLITE_CORRUPT": ("it is damaged.", _RESTORE),
    "SQLITE_BUSY": ("another process has locked it.", "Try again, or stop that process."),
    "SQLITE_FULL": _DISK_FULL,
    "SQLITE_IOERR": (
        "the disk does not let it be read or written.",
        "Check whether the disk is full, over its quota or damaged.",
    ),
    "SQLITE_READONLY": ("it cannot be written.", "Check its permissions and its folder's."),
    "SQLITE_CANTOPEN": ("it cannot be opened.", "Check its permissions and its folder's."),
}

# A transaction that reads first and locks later fails at once if another one wrote in between.
_WRITING = {"begin": "BEGIN IMMEDIATE"}
NEWEST = "head"
# Any number will do, as long as every version of Airquote uses it.
_MIGRATION_LOCK = 2_412_790_561
# The variables that identify a host, from its documentation:
# https://devcenter.heroku.com/articles/dynos#local-environment-variables
# https://render.com/docs/environment-variables
# https://fly.io/docs/machines/runtime-environment
# https://docs.railway.com/variables/reference
_HOSTS = {
    "DYNO": "Heroku",
    "RENDER": "Render",
    "FLY_APP_NAME": "Fly.io",
    "RAILWAY_ENVIRONMENT": "Railway",
    "RAILWAY_ENVIRONMENT_NAME": "Railway",
}

_log = logging.getLogger(__name__)

_T = TypeVar("_T")


class Database:
    """An open database, with errors that name it and the cause."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine = _create_engine(url)
        self._writing = self._engine.execution_options(**_WRITING)
        self._in_thread = _create_blocking_engine(url).execution_options(**_WRITING)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Begin a read-only transaction; raise StoreError on failure."""
        with _explained(self._url):
            async with self._engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction that is committed at the end; raise StoreError on failure.

        On SQLite, it holds the write lock from the start: a transaction that reads first and locks
        later fails at once if another one wrote in between.
        """
        with _explained(self._url):
            async with self._writing.begin() as connection:
                yield connection

    async def rows(self, wanted: Select[Any]) -> Sequence[RowMapping]:
        """Read rows in a transaction of their own; raise StoreError on failure."""
        async with self.read() as connection:
            found: Sequence[RowMapping] = (await connection.execute(wanted)).mappings().all()
        return found

    async def write_in_thread(self, work: Callable[[Connection], _T]) -> _T:
        """Do some work in a transaction, in a thread, and commit it; raise StoreError on failure.

        For what every command writes: it costs a quarter of `write`, whose driver changes threads
        for each call. A caller that gives up does not undo it.
        """

        def write() -> _T:
            with _explained(self._url), self._in_thread.begin() as connection:
                return work(connection)

        return await asyncio.to_thread(write)

    async def overwrite_deleted(self) -> None:
        """Empty the log of an SQLite file, in which deleted data would last; raise StoreError.

        What others are reading stays in it, until the next time.
        """
        if self._url.get_backend_name() == "sqlite":
            await asyncio.to_thread(_empty_log, self._url)

    @property
    def engine(self) -> AsyncEngine:
        """The connections, for a library that does its own SQL, `explained`; each use writes."""
        return self._writing

    def explained(self) -> AbstractContextManager[None]:
        """Turn the errors of a library that uses `engine` into StoreError."""
        return _explained(self._url)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()
        await asyncio.to_thread(self._in_thread.dispose)


@asynccontextmanager
async def open_database(address: str) -> AsyncIterator[Database]:
    """Open the database at an address like that of DATABASE_URL, with its tables up to date.

    Create a missing SQLite file. Raise ConfigError if the address is invalid, and StoreError if the
    database is damaged, unreachable or from a newer Airquote.
    """
    url = parse_address(address)
    if url.get_backend_name() == "sqlite":
        _check_file(url)
    database = Database(url)
    try:
        async with database.write() as connection:
            await connection.run_sync(_migrate, url)
        yield database
    finally:
        await database.close()


def is_there(address: str) -> bool:
    """Return whether the database at an address exists already.

    Assume so for a server. Raise ConfigError as `parse_address` does.
    """
    url = parse_address(address)
    return url.get_backend_name() != "sqlite" or Path(str(url.database)).exists()


def address_problems(address: str) -> tuple[ConfigError, ...]:
    """List what makes an address invalid."""
    try:
        parse_address(address)
    except ConfigError as error:
        return (error,)
    return ()


def parse_address(address: str) -> URL:
    """Parse the address of a database; raise ConfigError, without repeating it, if invalid."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise ConfigError("DATABASE_URL", "it is not the address of a database.", _FORMS) from None
    kind = url.get_backend_name()
    if kind in ("postgres", "postgresql"):
        return _parse_postgresql(url)
    if kind != "sqlite":
        reason = "only SQLite and PostgreSQL can be used."
        raise ConfigError("DATABASE_URL", reason, _FORMS)
    if url.database in (None, "", ":memory:"):
        raise ConfigError("DATABASE_URL", "it names no file.", _FORMS)
    return URL.create("sqlite+aiosqlite", database=_expand(str(url.database)))


def ephemeral_storage_problem(address: str, environment: Mapping[str, str]) -> ConfigError | None:
    """Say that the database at an address is lost when its host restarts; None if it is not.

    A file on a disk mounted below the root is kept. Raise ConfigError if the address is invalid.
    """
    url = parse_address(address)
    host = next((_HOSTS[name] for name in _HOSTS if environment.get(name)), "")
    if not host or url.get_backend_name() != "sqlite":
        return None
    path = Path(str(url.database)).absolute()
    if any(folder.is_mount() for folder in path.parents if folder != Path(path.anchor)):
        return None
    reason = f"{host} throws the file {path} away at each restart."
    remedy = (
        "Set it to a PostgreSQL database or to a file on a mounted disk; "
        "or set AIRQUOTE_FLEETING=1 if nothing there has to last."
    )
    return ConfigError("DATABASE_URL", reason, remedy)


def migrate(connection: Connection, revision: str = NEWEST) -> None:
    """Migrate the tables to a revision within the given transaction, all or nothing."""
    if connection.dialect.name == "postgresql":
        # Processes that start together take turns; SQLite's write lock does the same.
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    command.upgrade(_config(connection), revision)


def revision_of(connection: Connection) -> str:
    """Return the revision of the tables; "" if there are none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def is_known(revision: str) -> bool:
    """Return whether this version of Airquote knows a revision; newer ones have more."""
    scripts = ScriptDirectory.from_config(_config(None))
    return not revision or revision in {each.revision for each in scripts.walk_revisions()}


def empty(connection: Connection) -> None:
    """Drop all tables, including the record of their revision."""
    tables = MetaData()
    tables.reflect(connection)
    tables.drop_all(connection)


def _parse_postgresql(url: URL) -> URL:
    # Behind an unescaped @ the rest of a password is taken for the server, which messages name.
    if "@" in f"{url.host}{url.database}":
        reason = "its user or password has an @ that is not escaped."
        raise ConfigError("DATABASE_URL", reason, "Write it as %40.")
    return url.set(drivername="postgresql+psycopg")


def _expand(path: str) -> str:
    try:
        return str(Path(path).expanduser())
    except RuntimeError:
        return path


def _check_file(url: URL) -> None:
    """Reject a damaged SQLite file before anything touches it; create the folder of a new one."""
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _warn_if_emptied(path)
    except OSError as error:
        raise StoreError(str(path), f"it cannot be opened ({error.strerror}).") from error
    with _explained(url), closing(sqlite3.connect(path, timeout=PATIENCE_SECONDS)) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise StoreError(str(path), "it is damaged.", _RESTORE)


def _empty_log(url: URL) -> None:
    path = Path(str(url.database))
    with _explained(url), closing(sqlite3.connect(path, timeout=PATIENCE_SECONDS)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _warn_if_emptied(path: Path) -> None:
    """Warn that an empty file, a new database to SQLite, may be a lost one."""
    # A process starting at the same time may not have written to a new file yet.
    if (
        path.exists()
        and path.stat().st_size == 0
        and time() - path.stat().st_mtime > PATIENCE_SECONDS
    ):
        _log.warning("%s: the file was empty; a new database begins in it.", path)


def _create_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, **_options(url))
    _listen(engine.sync_engine)
    return engine


def _create_blocking_engine(url: URL) -> Engine:
    """Create an engine that blocks its thread, with one connection for all threads."""
    engine = create_engine(
        url.set(drivername=url.drivername.replace("aiosqlite", "pysqlite")),
        pool_size=1,
        max_overflow=0,
        **_options(url),
    )
    _listen(engine)
    return engine


def _options(url: URL) -> dict[str, Any]:
    common = {"hide_parameters": True, "pool_timeout": PATIENCE_SECONDS}
    if url.get_backend_name() == "sqlite":
        # Without an isolation level the driver leaves BEGIN to the event below.
        arguments = {"isolation_level": None, "timeout": PATIENCE_SECONDS}
        return {**common, "connect_args": {**arguments, "check_same_thread": False}}
    timeout = {} if "connect_timeout" in url.query else {"connect_timeout": PATIENCE_SECONDS}
    # Poolers such as PgBouncer hand a prepared statement to the wrong connection.
    arguments = {"prepare_threshold": None, **timeout}
    return {**common, "pool_pre_ping": True, "connect_args": arguments}


def _listen(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)


def _set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _migrate(connection: Connection, url: URL) -> None:
    if not is_known(revision_of(connection)):
        reason = "it was written by a newer Airquote."
        raise StoreError(_place(url), reason, "Update Airquote, or use another database.")
    migrate(connection)


@contextmanager
def _explained(url: URL) -> Iterator[None]:
    """Turn driver errors into StoreError."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreError(_place(url), "all connections are busy.", "Try again.") from error
    except DBAPIError as error:
        raise _explain(url, error.orig or error) from error
    except sqlite3.Error as error:
        # Raised while a connection is set up, where SQLAlchemy does not wrap it.
        raise _explain(url, error) from error


def _explain(url: URL, error: BaseException) -> StoreError:
    # Extended codes such as SQLITE_IOERR_WRITE and SQLITE_BUSY_SNAPSHOT start with the basic one.
    code = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
    if getattr(error, "sqlstate", None) == _DISK_FULL_STATE:
        return StoreError(_place(url), *_DISK_FULL)
    if code in _SQLITE_REASONS:
        return StoreError(_place(url), *_SQLITE_REASONS[code])
    said = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    return StoreError(_place(url), f"it cannot be used ({said}).", "Check DATABASE_URL.")


def _place(url: URL) -> str:
    """Return a database's address without user and password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    server = str(url.host or url.query.get("host") or "the local server")
    return f"PostgreSQL database {url.database} at {server}" + (f":{url.port}" if url.port else "")


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    return config
