"""A database that is locked, away, full or not to be written: what goes on, and what waits."""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.answers.requests import Request, Verb
from bot.errors import StoreError
from bot.library.library import Library
from bot.posting.outbox import State
from bot.posting.places import Requester
from bot.service.request_queue import RequestQueue
from bot.store.database import open_database
from bot.store.feedback import Store, open_store
from tests.databases import own_server
from tests.process import environment
from tests.weekly_world import World, opened, subscription

ANN = Requester("slack", "T1", "ann")
FOUND = Request(Verb.SEARCH, "model registry")
NOTHING = Request(Verb.SEARCH, "zyxwvut")

LOCKING = """
import sqlite3, sys

connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
print("free", flush=True)
sys.stdin.readline()
"""

# In a folder that has no room: by a limit on files of this process, or on a small file system.
FULL = """
import asyncio, json, os, resource, sys
from pathlib import Path

from bot.errors import StoreError
from tests.weekly_world import opened, subscription

folder, kind = Path(sys.argv[1]), sys.argv[2]
filler = folder / "filler"

def fill():
    if kind == "limit":
        largest = max(each.stat().st_size for each in folder.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
        return
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError as error:
            print(error.strerror, file=sys.stderr)

def make_room():
    if kind == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    else:
        filler.unlink()

async def main():
    async with opened(f"sqlite:///{folder / 'a.db'}", subscription()) as world:
        fill()
        try:
            await world.tick()
        except StoreError as error:
            print(error, file=sys.stderr)
        full = len(world.platform.requests), len(await world.deliveries.subscriptions())
        make_room()
        await world.tick()
        states = await world.states()
    print(json.dumps({"full": full, "then": len(world.platform.messages), "states": states}))

asyncio.run(main())
"""

READ_ONLY = """
import asyncio, sys
from bot.errors import StoreError
from bot.store.feedback import open_store

async def main():
    try:
        async with open_store(sys.argv[1]):
            print("opened")
    except StoreError as error:
        print(error)

asyncio.run(main())
"""


def in_world(
    address: str, library: Library, use: Callable[[World, RequestQueue, Store], Awaitable[Any]]
) -> Any:
    """Do something where a channel waits for its quote and people ask."""

    async def run() -> Any:
        async with opened(address, subscription()) as world, open_store(address, 30) as store:
            intake = RequestQueue(library, store)
            try:
                return await use(world, intake, store)
            finally:
                intake.close()
                await intake.drain()

    return asyncio.run(run())


@contextmanager
def locked(path: Path) -> Iterator[Callable[[], None]]:
    """Let another process lock a database, and yield what makes it let go."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOCKING, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout

    def let_go() -> None:
        assert process.stdin
        assert process.stdout
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "free\n"

    with process:
        assert process.stdout.readline() == "locked\n"
        try:
            yield let_go
        finally:
            process.kill()


def test_while_another_process_locks_the_database_searches_go_on_and_quotes_wait(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Patience with a lock is part of each connection, and five seconds are long in a test.
    monkeypatch.setattr("bot.store.database.PATIENCE_SECONDS", 0.1)
    path = tmp_path / "a.db"

    async def use(world: World, intake: RequestQueue, store: Store) -> None:
        with locked(path) as let_go:
            with pytest.raises(StoreError, match="another process has locked it"):
                await store.forget_old(world.clock())
            assert (await intake.ask(FOUND, ANN)).cards
            with pytest.raises(StoreError, match="another process has locked it"):
                await world.tick()
            assert world.platform.requests == []
            await asyncio.to_thread(let_go)
            await world.tick()
            assert await world.states() == [State.SENT]

    in_world(f"sqlite:///{path}", library, use)


def test_who_finds_all_connections_in_use_is_told_so_soon_and_gets_one_later(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.database.PATIENCE_SECONDS", 0.1)

    async def run() -> None:
        async with open_database(database) as opened, AsyncExitStack() as used:
            with pytest.raises(StoreError, match="all connections are busy"):
                async with asyncio.timeout(15):  # as half of what the pool would wait by itself
                    for _ in range(100):
                        await used.enter_async_context(opened.read())
            await used.aclose()
            assert await Store(opened, 0).feedback() == ()

    asyncio.run(run())


def test_while_a_server_is_away_searches_go_on_and_afterwards_everything_does(
    library: Library,
) -> None:
    async def use(world: World, intake: RequestQueue, store: Store) -> None:
        await asyncio.to_thread(control, "stop")
        assert (await intake.ask(FOUND, ANN)).cards
        assert not (await intake.ask(NOTHING, ANN)).cards
        await intake.drain()
        with pytest.raises(StoreError, match="PostgreSQL database"):
            await world.tick()
        assert world.platform.requests == []

        await asyncio.to_thread(control, "restart")
        await world.tick()
        await intake.ask(NOTHING, ANN)
        await intake.drain()
        assert await world.states() == [State.SENT]
        assert len(await store.zero_hits()) == 1

    with own_server() as (address, control):
        in_world(address, library, use)


def run_in(folder: Path, *words: str, mounts: str = "") -> subprocess.CompletedProcess[str]:
    """Run a script, where `mounts` are made for it alone; skip where nobody may do that."""
    command = [sys.executable, "-W", "error", "-c", *words]
    if mounts:
        spaces = ["unshare", "--user", "--map-root-user", "--mount"]
        try:
            subprocess.run([*spaces, "sh", "-ec", mounts], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("nothing may be mounted here")
        command = [*spaces, "sh", "-ec", f'{mounts}\nexec "$@"', "sh", *command]
    return subprocess.run(
        command,
        env=environment(folder),
        cwd="/",
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("kind", ["limit", "disk"])
def test_without_room_for_a_claim_nothing_is_posted_until_there_is(
    tmp_path: Path, kind: str
) -> None:
    mounts = f"mount -t tmpfs -o size=512k tmpfs {tmp_path}" if kind == "disk" else ""
    done = run_in(tmp_path, FULL, str(tmp_path), kind, mounts=mounts)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"full": [0, 1], "then": 1, "states": ["sent"]}
    reason = "the disk is full" if kind == "disk" else "Check whether the disk is full"
    assert reason in done.stderr


def test_a_database_that_cannot_be_written_ends_the_start_in_a_sentence() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        address = f"sqlite:///{folder / 'a.db'}"
        assert run_in(folder, READ_ONLY, address).stdout == "opened\n"
        before = (folder / "a.db").read_bytes()
        mounts = f"mount --bind {folder} {folder}\nmount -o remount,ro,bind {folder}"
        refused = run_in(folder, READ_ONLY, address, mounts=mounts)

        assert refused.returncode == 0, refused.stderr
        assert refused.stdout.startswith(f"{folder / 'a.db'}: it cannot be ")
        assert "Check its permissions" in refused.stdout
        assert (folder / "a.db").read_bytes() == before
