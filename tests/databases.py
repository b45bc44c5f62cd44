"""Databases of the tests' own, and a PostgreSQL server where its programs are installed."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from bot.store.database import open_database

_DEBIAN = Path("/usr/lib/postgresql")
# Nothing here outlives the tests, so nothing needs to reach the disk.
_SERVER = "-c listen_addresses= -c fsync=off -c full_page_writes=off"


def find_program(name: str) -> str | None:
    """Find a program of the server; Debian keeps them out of PATH."""
    installed = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return shutil.which(name) or (str(installed[-1]) if installed else None)


@contextmanager
def postgresql_server(initdb: str, pg_ctl: str) -> Iterator[str]:
    """Run a server that is reached through a socket in its own folder; yield its address."""
    # Not pytest's tmp_path: the user whom the server runs as must be able to enter it.
    with tempfile.TemporaryDirectory(prefix="airquote-") as name:
        folder = Path(name)
        # The server refuses to be run by root; its packages bring this user.
        user = "postgres" if os.geteuid() == 0 else None
        if user:
            shutil.chown(folder, user)
        data, log = str(folder / "data"), str(folder / "log")
        _run(user, initdb, "--pgdata", data, "--username=test", "--auth=trust", "--no-sync")
        options = f"{_SERVER} -c unix_socket_directories={folder}"
        _run(user, pg_ctl, "start", "--wait", "-D", data, "--log", log, "--options", options)
        try:
            yield f"postgresql://test@/postgres?host={folder}"
        finally:
            _run(user, pg_ctl, "stop", "--wait", "-D", data, "--mode=immediate")


@contextmanager
def postgresql_database(server: str, template: str = "template1") -> Iterator[str]:
    """Make a database on a server, a copy of another one there; yield its address."""
    name = f"airquote_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def make_tables(address: str) -> None:
    """Make the tables of a database."""

    async def make() -> None:
        async with open_database(address):
            pass

    asyncio.run(make())


def _run(user: str | None, *words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/", user=user)


@contextmanager
def own_server() -> Iterator[tuple[str, Callable[[str], None]]]:
    """Run a PostgreSQL for one test; give its address, and what stops and restarts it.

    Skips the test where there is none.
    """
    initdb, pg_ctl = find_program("initdb"), find_program("pg_ctl")
    if not (initdb and pg_ctl):
        pytest.skip("no PostgreSQL here: install its server")
    with postgresql_server(initdb, pg_ctl) as address:
        data = Path(address.partition("host=")[2]) / "data"
        user = "postgres" if os.geteuid() == 0 else None

        def control(word: str) -> None:
            """Do "stop" or "restart", which starts it with the options that it had."""
            done = [str(pg_ctl), word, "--wait", "-D", str(data), "--mode=fast"]
            subprocess.run(done, check=True, stdout=subprocess.DEVNULL, cwd="/", user=user)

        yield address, control
