"""Fixtures every test module may use."""

import os
from collections.abc import Iterator
from inspect import ismodule
from pathlib import Path
from shutil import copyfile
from types import ModuleType
from urllib.parse import urlsplit

import pytest
from hypothesis import is_hypothesis_test, settings

from bot.config import SAMPLE_EPISODES
from bot.library.library import Library, open_library
from bot.search.index.index import Index
from bot.transcripts.files import find_files
from bot.transcripts.reader import ReadResult, read_transcripts
from tests.clusters import Cluster, NoServerError, prepare_server, running_cluster
from tests.databases import find_program, make_tables, postgresql_database, postgresql_server
from tests.fakes.discord.server import DiscordServer
from tests.fakes.slack.server import SlackServer, running_slack

# A busy machine is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# What takes long wherever it is used: servers, databases, the apps and the platforms they talk to,
# the real corpus, each process that is started, load, and whatever tries a hundred texts.
_SLOW_FIXTURES = {
    "database",
    "new_database",
    "opensearch",
    "postgresql",
    "shared",
    "real_index",
    "real_index_with_captions",
}
_SLOW_HELPERS = {
    "bot.library.build_worker",
    "bot.workers",
    "handlers.discord.render.charts",
    "subprocess",
    "tests.apps.discord",
    "tests.apps.slack",
    "tests.databases",
    "tests.fakes.discord.server",
    "tests.fakes.slack.server",
    "tests.fakes.web_server",
    "tests.process",
    "tests.weekly_world",
    "bench.load.__main__",
    "bench.__main__",
}
_SLOW_FOLDERS = {"scenarios", "fakes"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that `make test-fast` leaves out."""
    for item in items:
        if isinstance(item, pytest.Function) and _is_slow(item):
            item.add_marker(pytest.mark.slow)


def _is_slow(item: pytest.Function) -> bool:
    """Say whether a test needs something slow, or is in a module that does."""
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    used = {*item.fixturenames, *(each for each in parameters if isinstance(each, str))}
    return bool(
        _SLOW_FIXTURES & used
        or _SLOW_HELPERS & _modules_used_by(item.module)
        or _SLOW_FOLDERS & {*item.path.parts}
        or is_hypothesis_test(item.obj)
    )


def _modules_used_by(module: ModuleType) -> set[str]:
    """Name the modules that a module imports, or imports something from."""
    values = vars(module).values()
    return {each.__name__ if ismodule(each) else getattr(each, "__module__", "") for each in values}


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real transcripts, queries and contracts; the test skips where there is none."""
    folder = os.environ.get("AIRQUOTE_SHARED")
    if not folder:
        pytest.skip("AIRQUOTE_SHARED is not set: no real corpus here")
    return Path(folder)


@pytest.fixture(scope="session")
def real_transcripts(shared: Path) -> ReadResult:
    """The transcripts of the real corpus and its captions, read once for all tests."""
    corpus = shared / "corpus"
    return read_transcripts(find_files([corpus / "episodes", corpus / "captions"]))


@pytest.fixture(scope="session")
def real_index(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of the real corpus without its captions, built once for all tests."""
    return _index_real(shared, tmp_path_factory, "episodes", "people")


@pytest.fixture(scope="session")
def real_index_with_captions(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of the real corpus, built once for all tests."""
    return _index_real(shared, tmp_path_factory, "episodes", "captions", "people")


def _index_real(shared: Path, factory: pytest.TempPathFactory, *folders: str) -> Index:
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # where another process of this run may have built it
    paths = [shared / "corpus" / each for each in folders]
    return open_library(paths, folder / "real-index").index


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


@pytest.fixture(scope="session")
def opensearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of two nodes; one file of tests uses it, as it takes a gigabyte."""
    try:
        prepare_server()
    except NoServerError as error:
        pytest.skip(str(error))
    with running_cluster(tmp_path_factory.mktemp("opensearch")) as cluster:
        yield cluster


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
