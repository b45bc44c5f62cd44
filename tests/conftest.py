"""Fixtures every test module may use."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings

from bot.config import SAMPLE_EPISODES
from bot.library.library import Library, open_library
from bot.search.index.index import Index
from tests.databases import find_program, postgresql_server

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


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new, empty database; a test with it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'airquote.db'}"
        return
    server = request.getfixturevalue("postgresql")
    name = f"airquote_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty folder that is everything a process knows of."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder
