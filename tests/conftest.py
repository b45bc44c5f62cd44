"""Fixtures every test module may use."""

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from urllib.parse import urlsplit

import pytest
from hypothesis import settings

from bot.config import SAMPLE_EPISODES
from bot.library.library import Library, open_library
from bot.search.index.index import Index
from tests.databases import find_program, make_tables, postgresql_database, postgresql_server
from tests.fakes.discord.server import DiscordServer
from tests.fakes.slack.server import SlackServer, running_slack

# A busy machine is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real transcripts, queries and contracts; the test skips where there is none."""
    folder = os.environ.get("AIRQUOTE_SHARED")
    if not folder:
        pytest.skip("AIRQUOTE_SHARED is not set: no real corpus here")
    return Path(folder)


@pytest.fixture(scope="session")
def real_index(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of the real corpus without its captions, built once for all tests."""
    corpus = shared / "corpus"
    cache = tmp_path_factory.mktemp("cache")
    return open_library([corpus / "episodes", corpus / "people"], cache).index


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The sample podcast, read once for all tests."""
    return open_library([SAMPLE_EPISODES], tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server: one that is named, or one of the tests' own."""
    named = os.environ.get("AIRQUOTE_TEST_POSTGRES")
    initdb, pg_ctl = find_program("initdb"), find_program("pg_ctl")
    if named:
        yield named
    elif initdb and pg_ctl:
        with postgresql_server(initdb, pg_ctl) as address:
            yield address
    else:
        pytest.skip("no PostgreSQL here: install its server, or set AIRQUOTE_TEST_POSTGRES")


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables and no row, to be copied."""
    path = tmp_path_factory.mktemp("database") / "tables.db"
    make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_tables(postgresql: str) -> Iterator[str]:
    """The name of a PostgreSQL database with all tables and no row, to be copied."""
    with postgresql_database(postgresql) as address:
        make_tables(address)
        yield urlsplit(address).path.removeprefix("/")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without rows; a test with it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "airquote.db"
        copyfile(request.getfixturevalue("sqlite_tables"), path)
        yield f"sqlite:///{path}"
        return
    server, tables = map(request.getfixturevalue, ("postgresql", "postgresql_tables"))
    with postgresql_database(server, tables) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables; a test with it runs on both, too."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'airquote.db'}"
        return
    with postgresql_database(request.getfixturevalue("postgresql")) as address:
        yield address


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty folder that is everything a process knows of."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A local Slack that no bot is connected to."""
    with running_slack() as slack:
        yield slack


@pytest.fixture
def discord() -> Iterator[DiscordServer]:
    """A local Discord that knows the commands, and that no bot is connected to."""
    from tests.apps.discord import running_discord  # takes a second, which few tests need

    with running_discord() as discord:
        yield discord
