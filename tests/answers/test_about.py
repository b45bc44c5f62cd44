"""What runs here, from which data, since when."""

from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from bot.about import describe, with_manifest
from bot.answers.dispatch import answer
from bot.config import SAMPLE_EPISODES
from bot.library.library import open_library, registry_of
from bot.posting.outbox import State
from bot.posting.places import Channel
from bot.replies import Reply
from bot.requests import Verb, read_request
from bot.sources import Folder
from bot.version import commit, version
from bot.weekly.status import add_deliveries
from tests.process import airquote
from tests.weekly_world import HERE, PLAN, World, drop_deliveries, in_world, subscription


def test_it_names_code_data_and_when_they_met(tmp_path: Path) -> None:
    library = open_library([SAMPLE_EPISODES], tmp_path)
    registry = registry_of([Folder(SAMPLE_EPISODES)], tmp_path)
    manifest = registry.manifest(library.id)
    assert manifest is not None
    commits = {"https://example.com/tea.git#talks": "0123456789abcdef"}
    registry.register(
        replace(manifest, commits=commits, built_at=datetime(2026, 11, 2, tzinfo=UTC))
    )

    reply = describe(with_manifest(library, registry))

    assert reply.text == f"This is Airquote {version()}."
    assert reply.notes[-3:] == (
        f"It answers from the index {library.id}: 6 episodes with {manifest.counts.words:,} words.",
        f"That was built at 2026-11-02 00:00 UTC from {len(manifest.sources)} files.",
        "From https://example.com/tea.git#talks it has commit 0123456789.",
    )


def test_anybody_may_ask(tmp_path: Path) -> None:
    library = open_library([SAMPLE_EPISODES], tmp_path)

    assert answer(library, read_request("about")) == describe(library)
    assert read_request("about tea").verb is Verb.SEARCH


def test_the_last_and_the_next_quote_are_those_of_the_channels_that_matter(database: str) -> None:
    there = Channel("discord", "G1", "C9")

    async def use(world: World) -> None:
        await world.tick()
        assert await world.states() == [State.SENT]
        for wanted, notes in (
            (
                HERE,
                (
                    "The last quote of the week was posted at 2026-11-23 09:00 UTC.",
                    "The next one is due at 2026-11-30 09:00 UTC.",
                ),
            ),
            (there, ()),
        ):
            told = await add_deliveries(
                Reply("x"),
                world.deliveries,
                world.clock(),
                lambda channel, it=wanted: channel == it,
            )
            assert told.notes == notes

    in_world(database, use, subscription(schedule=PLAN))


def test_a_database_that_is_away_takes_nothing_from_the_rest(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'a.db'}"

    async def use(world: World) -> None:
        await drop_deliveries(address)
        told = await add_deliveries(Reply("x", ("y",)), world.deliveries, world.clock())
        assert told == Reply("x", ("y",))

    in_world(address, use)


@pytest.mark.parametrize("name", ["HEROKU_SLUG_COMMIT", "RENDER_GIT_COMMIT"])
def test_a_host_names_the_commit_where_there_is_no_checkout(name: str) -> None:
    found = commit({name: "abc"})

    # Where the tests are a checkout, that counts.
    assert found == (commit({}) or "abc")


def test_the_command_says_it_and_makes_no_database(home: Path) -> None:
    path = home / "a.db"
    done = airquote(home, "about", DATABASE_URL=f"sqlite:///{path}")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"This is Airquote {version()}.\n")
    assert "6 episodes with" in done.stdout
    assert not path.exists()


def test_a_checkout_that_is_not_installed_knows_its_version_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed = version()

    def nothing_installed(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("bot.version.distribution_version", nothing_installed)

    assert version() == installed
