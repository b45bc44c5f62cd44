"""The store, on SQLite and on PostgreSQL: rows that last, and databases that cannot be used."""

import asyncio
import logging
import os
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

import bot.store.deliveries  # noqa: F401 - its tables are among those of the store
from bot.claims import Claim, make_claim
from bot.errors import AirquoteError, ConfigError, StoreError
from bot.models import Feedback, Verdict, ZeroHit
from bot.store.database import Database, open_database, parse_address
from bot.store.feedback import Store, open_store
from bot.store.tables import METADATA
from tests.process import environment

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
USEFUL = Feedback(NOON, Verdict.USEFUL, "talk", 61.5, "abc", "slack", "green tea")
NOT_THIS = Feedback(NOON, Verdict.NOT_THIS, "walk", None, "abc", "discord")
NOTHING = ZeroHit(NOON, "abc", "slack", "purple tea")
# So many that no test is old enough to be forgotten.
FOREVER = 3650

OPEN = """
import asyncio, sys
from bot.store.feedback import open_store

async def main():
    async with open_store(sys.argv[1]) as store:
        await store.zero_hits()

asyncio.run(main())
"""

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def with_store(address: str, use: Callable[[Store], Awaitable[Any]], days: int = FOREVER) -> Any:
    async def run() -> Any:
        async with open_store(address, days) as store:
            return await use(store)

    return asyncio.run(run())


def with_database(address: str, use: Callable[[Database], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with open_database(address) as database:
            return await use(database)

    return asyncio.run(run())


def execute(address: str, *statements: str) -> None:
    async def use(database: Database) -> None:
        async with database.write() as connection:
            for statement in statements:
                await connection.execute(text(statement))

    with_database(address, use)


def inspected(address: str, look: Callable[[Connection], Any]) -> Any:
    async def use(database: Database) -> Any:
        async with database.read() as connection:
            return await connection.run_sync(look)

    return with_database(address, use)


def verdict_of(person: str) -> Claim:
    return make_claim("verdict", lasts=timedelta(hours=1), platform="slack", person=person)


async def fill(store: Store) -> None:
    await store.add_feedback(USEFUL, verdict_of("ann"))
    await store.add_feedback(NOT_THIS, verdict_of("bob"))
    await store.add_zero_hit(NOTHING)


async def read_all(store: Store) -> tuple[Any, ...]:
    return (*await store.feedback(), *await store.zero_hits())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database file with rows in it, the last page of a table that no opening reads."""
    path = tmp_path / "kept.db"
    with_store(f"sqlite:///{path}", fill)
    execute(f"sqlite:///{path}", "CREATE TABLE unread (row)", "INSERT INTO unread VALUES (1)")
    return path


def test_rows_are_read_as_they_were_written_after_another_opening(database: str) -> None:
    with_store(database, fill)

    assert with_store(database, read_all) == (USEFUL, NOT_THIS, NOTHING)


def test_moments_come_back_in_utc(database: str) -> None:
    east = timezone(timedelta(hours=5, minutes=45))
    moment = datetime(2026, 3, 1, 3, 15, 20, 123456, tzinfo=east)

    async def keep(store: Store) -> tuple[ZeroHit, ...]:
        await store.add_zero_hit(ZeroHit(moment, "abc", "slack"))
        return await store.zero_hits()

    (row,) = with_store(database, keep)

    assert row.at == moment
    assert row.at.tzinfo is UTC


def test_a_query_is_not_kept_unless_that_is_switched_on(database: str) -> None:
    with_store(database, fill, days=0)

    rows = with_store(database, read_all)
    assert [row.query for row in rows] == [None, None, None]
    assert [row.platform for row in rows] == ["slack", "discord", "slack"]


def test_rows_with_a_query_are_forgotten_after_their_days(database: str) -> None:
    now = datetime.now(UTC)
    new = ZeroHit(now, "abc", "slack", "white tea")

    async def age(store: Store) -> list[tuple[Any, ...]]:
        await store.add_feedback(NOT_THIS, verdict_of("bob"))
        await store.add_zero_hit(new)
        seen = []
        for days in (29.9, 30.1):
            await store.forget_old(now + timedelta(days=days))
            seen.append(await read_all(store))
        return seen

    assert with_store(database, age, days=30) == [(NOT_THIS, new), (NOT_THIS,)]


def test_long_requests_are_kept_by_their_keys(database: str) -> None:
    async def keep(store: Store) -> list[str | None]:
        await store.keep_requests({}, NOON)
        await store.keep_requests({"one": "[1]", "two": "[2]"}, NOON)
        return [await store.find_request(key) for key in ("one", "two", "three")]

    async def find(store: Store) -> str | None:
        return await store.find_request("two")

    recently = datetime.now(UTC)

    async def keep_anew(store: Store) -> None:
        await store.keep_requests({"two": "[2]"}, recently)

    assert with_store(database, keep) == ["[1]", "[2]", None]
    assert with_store(database, find) is None
    with_store(database, keep_anew)
    assert with_store(database, find) == "[2]"


def test_requests_are_forgotten_ninety_days_after_they_were_last_shown(database: str) -> None:
    now = datetime.now(UTC)

    async def age(store: Store) -> list[list[str | None]]:
        await store.keep_requests({"shown once": "[1]", "shown again": "[2]"}, now)
        await store.keep_requests({"shown again": "[2]"}, now + timedelta(days=1))
        seen = []
        for days in (89.9, 90.1, 91.1):
            await store.forget_old(now + timedelta(days=days))
            seen.append([await store.find_request(key) for key in ("shown once", "shown again")])
        return seen

    assert with_store(database, age) == [["[1]", "[2]"], [None, "[2]"], [None, None]]


def test_a_request_may_be_kept_by_several_at_once(database: str) -> None:
    async def together(store: Store) -> str | None:
        now = datetime.now(UTC)
        await asyncio.gather(*(store.keep_requests({"one": "[1]"}, now) for _ in range(5)))
        return await store.find_request("one")

    assert with_store(database, together) == "[1]"


def test_opening_forgets_what_is_kept_no_longer(database: str) -> None:
    with_store(database, fill)

    assert with_store(database, read_all, days=0) == (NOT_THIS,)


def test_what_was_forgotten_is_not_left_in_the_file(path: Path) -> None:
    assert b"purple tea" in path.read_bytes()

    with_store(f"sqlite:///{path}", read_all, days=0)

    assert b"purple tea" not in path.read_bytes()


def test_the_migrations_make_the_tables_that_the_store_expects(new_database: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, METADATA)

    assert inspected(new_database, differences) == []


def test_processes_that_start_together_make_one_database(new_database: str, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", OPEN, new_database]
    started = [
        subprocess.Popen(command, env=environment(tmp_path), stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    errors = [process.communicate()[1].decode() for process in started]

    assert errors == [""] * 3
    assert with_store(new_database, read_all) == ()


def test_a_database_without_tables_is_brought_up_to_date(database: str) -> None:
    execute(
        database,
        *(f"DROP TABLE {name}" for name in METADATA.tables),
        "DELETE FROM alembic_version",
    )
    with_store(database, fill)

    assert with_store(database, read_all) == (USEFUL, NOT_THIS, NOTHING)


def test_a_migration_that_fails_leaves_nothing_behind(database: str) -> None:
    tables = [f"DROP TABLE {name}" for name in METADATA.tables if name != "zero_hits"]
    execute(database, *tables, "DELETE FROM alembic_version")

    with pytest.raises(StoreError, match="zero_hits"):
        with_store(database, fill)
    execute_anyway(database, "DROP TABLE zero_hits")
    with_store(database, fill)


def execute_anyway(address: str, statement: str) -> None:
    """Execute a statement in a database that cannot be opened as a store."""

    async def run() -> None:
        database = Database(parse_address(address))
        async with database.write() as connection:
            assert not await connection.run_sync(lambda each: inspect(each).has_table("feedback"))
            await connection.execute(text(statement))
        await database.close()

    asyncio.run(run())


def test_a_database_of_a_newer_airquote_is_refused(database: str) -> None:
    execute(database, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match=r"written by a newer Airquote\. Update Airquote"):
        with_store(database, fill)


@on_postgresql
def test_connections_that_the_server_dropped_are_made_again(database: str) -> None:
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    async def lose(store: Store) -> tuple[Any, ...]:
        await fill(store)
        async with open_database(database) as admin, admin.write() as connection:
            dropped = (await connection.execute(text(others))).all()
            assert dropped
        return await read_all(store)

    assert with_store(database, lose) == (USEFUL, NOT_THIS, NOTHING)


@on_sqlite
def test_an_sqlite_commit_survives_a_power_cut_and_writers_wait(database: str) -> None:
    def pragmas(connection: Connection) -> dict[str, Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}

    assert inspected(database, pragmas) == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


@on_sqlite
def test_sqlite_writers_that_read_first_take_turns(database: str) -> None:
    async def count_up(opened: Database) -> None:
        async with opened.write() as connection:
            seen = (await connection.execute(text("SELECT count(*) FROM zero_hits"))).scalar_one()
            await asyncio.sleep(0.01)
            values = f"('2026-01-01 00:00:00.000000', 'abc', '{seen}')"
            await connection.execute(
                text(f"INSERT INTO zero_hits (at, index_id, platform) VALUES {values}")  # noqa: S608
            )

    async def together(opened: Database) -> None:
        await asyncio.gather(*(count_up(opened) for _ in range(5)))

    with_database(database, together)
    rows = with_store(database, lambda store: store.zero_hits())

    assert [row.platform for row in rows] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"no database at all, but long enough to be one" * 100,
        lambda content: content[:5000],
        lambda content: content[:-4096] + bytes(4096),
    ],
    ids=["another file", "cut off", "a page of zeros"],
)
def test_a_damaged_file_is_named_and_left_alone(
    path: Path, damage: Callable[[bytes], bytes]
) -> None:
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)

    with pytest.raises(StoreError, match=r"kept\.db: it is damaged.* Move it away"):
        with_store(f"sqlite:///{path}", fill)
    assert path.read_bytes() == damaged


def test_an_emptied_file_is_not_begun_anew_in_silence(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(b"")
    os.utime(path, (0, 0))
    with caplog.at_level(logging.WARNING):
        with_store(f"sqlite:///{path}", fill)

    assert f"{path}: the file was empty" in caplog.text


def test_a_file_that_stays_locked_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.database.PATIENCE_SECONDS", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreError, match=r"kept\.db: another process has locked it"):
            with_store(f"sqlite:///{path}", fill)


def test_a_place_where_no_file_can_be_is_named(path: Path) -> None:
    with pytest.raises(StoreError, match=r"below\.db: it cannot be opened"):
        with_store(f"sqlite:///{path}/below.db", fill)
    with pytest.raises(StoreError, match=f"{path.parent.name}: it cannot be opened"):
        with_store(f"sqlite:///{path.parent}", fill)


def test_missing_folders_are_made(tmp_path: Path) -> None:
    with_store(f"sqlite:///{tmp_path}/not/yet/there.db", fill)

    assert (tmp_path / "not/yet/there.db").is_file()


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("postgres://ann:secret@host/name", "postgresql+psycopg://ann:secret@host/name"),
        ("postgresql://host:77/name", "postgresql+psycopg://host:77/name"),
        ("postgresql+asyncpg://host/name", "postgresql+psycopg://host/name"),
        (
            "postgres://host/name?sslmode=require",
            "postgresql+psycopg://host/name?sslmode=require",
        ),
        ("sqlite:///some.db", "sqlite+aiosqlite:///some.db"),
        ("sqlite:////var/some.db", "sqlite+aiosqlite:////var/some.db"),
        ("sqlite+aiosqlite:///some.db", "sqlite+aiosqlite:///some.db"),
    ],
)
def test_every_common_form_of_an_address_is_read(address: str, read: str) -> None:
    assert parse_address(address).render_as_string(hide_password=False) == read


def test_a_tilde_in_an_address_is_the_users_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")

    assert parse_address("sqlite:///~/some.db").database == "/home/ann/some.db"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("some.db", "it is not the address"),
        ("postgresql://ann:secret@host:port/name", "it is not the address"),
        ("postgresql://ann@host:secret/name", "it is not the address"),
        ("mysql://ann:secret@host/name", "only SQLite and PostgreSQL"),
        ("sqlite://", "it names no file"),
        ("sqlite:///:memory:", "it names no file"),
        ("postgresql://ann:half@secret@host/name", "its user or password has an @"),
        ("postgresql://ann:half@half/secret@host/name", "its user or password has an @"),
    ],
)
def test_an_address_that_is_none_is_explained_without_its_password(
    address: str, reason: str
) -> None:
    with pytest.raises(ConfigError, match=f"DATABASE_URL: {reason}") as caught:
        parse_address(address)
    assert "secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ann:secret@127.0.0.1:1/name",
        "postgresql://ann@127.0.0.1:1/name?password=secret",
        "postgresql://ann:secret@127.0.0.1:1/name?nonsense=1",
    ],
)
def test_a_server_out_of_reach_is_named_without_its_password(address: str) -> None:
    with pytest.raises(
        AirquoteError, match=r"PostgreSQL database name at 127\.0\.0\.1:1"
    ) as caught:
        with_store(address, fill)
    assert "secret" not in "".join(traceback.format_exception(caught.value))


@on_postgresql
def test_a_server_whose_disk_is_full_says_so(database: str) -> None:
    full = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'no room'; END $$"

    async def fail() -> None:
        async with open_database(database) as opened, opened.write() as connection:
            await connection.execute(text(full))

    with pytest.raises(StoreError, match=r"^PostgreSQL database .*: the disk is full\. Make room"):
        asyncio.run(fail())
