"""The podcasts of a process: loaded when asked for, refreshed in turn, and let go of."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from bot.config import Settings, setting_variables
from bot.environment import load_settings
from bot.errors import CacheError
from bot.library.library import Library
from handlers.run.shelf import LivePodcasts
from tests.two_podcasts import write_podcasts, write_talk

TWO = ("tea", "wine")


@pytest.fixture
def settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of two podcasts."""
    for _, variable in setting_variables():
        monkeypatch.delenv(variable.name, raising=False)
    monkeypatch.chdir(home)
    monkeypatch.setenv("AIRQUOTE_PODCASTS", str(write_podcasts(home)))
    monkeypatch.setenv("AIRQUOTE_CACHE", str(home / "cache"))
    monkeypatch.setenv("AIRQUOTE_SEMANTIC_MODEL", "off")
    monkeypatch.setenv("AIRQUOTE_PODCASTS_IN_MEMORY", "1")
    return load_settings()


def with_podcasts(
    settings: Settings, use: Callable[[LivePodcasts], Awaitable[Any]], *, builds: bool = True
) -> Any:
    async def run() -> Any:
        podcasts = LivePodcasts(settings, Event(), builds=builds)
        await podcasts.open()
        try:
            return await use(podcasts)
        finally:
            await podcasts.shelf.close()

    return asyncio.run(run())


def loaded(podcasts: LivePodcasts) -> list[str]:
    return [library.podcast.id for library, _ in podcasts.loaded()]


def test_a_podcast_is_loaded_when_it_is_asked_for_and_makes_room(settings: Settings) -> None:
    async def use(podcasts: LivePodcasts) -> None:
        assert loaded(podcasts) == []

        tea = await podcasts.shelf.take("tea")
        assert [each.title for each in tea.index.episodes] == ["Leaves in the mist"]
        assert tea.quotes and tea.manifest
        assert loaded(podcasts) == ["tea"]

        await podcasts.shelf.take("wine")
        assert loaded(podcasts) == ["wine"]

    with_podcasts(settings, use)


def test_each_is_looked_at_in_turn_and_only_what_has_changed_is_loaded(
    settings: Settings, home: Path
) -> None:
    swaps: list[tuple[str, int, int]] = []

    async def use(podcasts: LivePodcasts) -> None:
        async def note(old: Library, new: Library) -> None:
            counts = len(old.index.episodes), len(new.index.episodes)
            swaps.append((new.podcast.id, *counts))
            podcasts.shelf.put(new)

        podcasts.on_swap = note
        await podcasts.look()  # builds both
        await podcasts.shelf.take("tea")
        await podcasts.look()
        assert (swaps, loaded(podcasts)) == ([], ["tea"])

        write_talk(home / "wine", "cellar", "Down below", "Vera Riesling", "grapes cellars")
        await podcasts.look()

        assert (swaps, loaded(podcasts)) == ([("wine", 1, 2)], ["wine"])

    with_podcasts(settings, use)


def test_what_has_news_that_nobody_noted_is_loaded(settings: Settings) -> None:
    async def use(podcasts: LivePodcasts) -> None:
        asked: list[str] = []

        async def is_noted(library: str) -> bool:
            asked.append(library.partition("::")[0])
            return library.startswith("tea::")

        await podcasts.look()
        await podcasts.shelf.take("wine")
        await podcasts.shelf.take("tea")
        await podcasts.take_new(is_noted)
        assert (asked, loaded(podcasts)) == (["wine"], ["wine"])

        await podcasts.take_new(is_noted)
        assert asked == ["wine", "tea"]

    with_podcasts(settings, use)


def test_what_is_too_large_is_refused(settings: Settings) -> None:
    async def use(podcasts: LivePodcasts) -> None:
        await podcasts.shelf.take("tea")
        podcasts.shelf._room = type(podcasts.shelf._room)(bytes=10)
        with pytest.raises(CacheError, match="MB are allowed"):
            await podcasts.shelf.take("wine")

    with_podcasts(settings, use)


def test_the_only_podcast_is_there_from_the_start(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    monkeypatch.setenv("AIRQUOTE_CACHE", str(home / "cache"))
    monkeypatch.setenv("AIRQUOTE_SEMANTIC_MODEL", "off")

    async def use(podcasts: LivePodcasts) -> None:
        assert loaded(podcasts) == [""]

    with_podcasts(load_settings(), use)


def test_podcasts_that_wait_for_their_first_index_hold_up_no_other(
    settings: Settings, home: Path
) -> None:
    with_podcasts(settings, lambda podcasts: podcasts.shelf.take("tea"))
    names = ("wine", "cider", "perry")
    unbuilt = [replace(settings.podcasts[1], id=each) for each in names]

    async def use(podcasts: LivePodcasts) -> None:
        assert not await podcasts.shelf.is_ready(names)
        async with asyncio.timeout(60):
            assert (await podcasts.shelf.take("tea")).podcast.id == "tea"

    more = replace(settings, podcasts_file=None, podcasts=(settings.podcasts[0], *unbuilt))
    with_podcasts(more, use, builds=False)


def test_looking_for_changes_keeps_nothing_loaded(settings: Settings, home: Path) -> None:
    async def use(podcasts: LivePodcasts) -> None:
        shelf, now = podcasts.shelf, 0.0
        shelf._clock = lambda: now
        shelf._room = replace(shelf._room, idle_seconds=60.0)
        await shelf.take("tea")

        now = 40.0
        write_talk(home / "tea", "cup", "A cup a day", "Mina Oolong", "cups saucers")
        await podcasts.look()
        assert [len(each.index.episodes) for each in shelf.loaded()] == [2, 1]
        now = 70.0
        await podcasts.tidy()

        assert loaded(podcasts) == ["wine"]  # which was built at 40

    with_podcasts(replace(settings, most_podcasts=2), use)


def test_what_leaves_while_its_new_index_is_built_is_answered_from_that(
    settings: Settings,
) -> None:
    async def use(podcasts: LivePodcasts) -> None:
        tea = await podcasts.shelf.take("tea")
        await podcasts.shelf.take("wine")
        assert loaded(podcasts) == ["wine"]

        podcasts.shelf.put(tea)

        assert [registry.has(each.id) for each, registry in podcasts.loaded()] == [True]
        await podcasts.follow()

    with_podcasts(settings, use)


def test_each_podcast_is_shared_under_a_name_of_its_own_loaded_or_not(
    settings: Settings, home: Path
) -> None:
    def on_machine(name: str) -> Settings:
        return replace(settings, cache=home / name, shared_index=str(home / "shared"))

    async def build(podcasts: LivePodcasts) -> None:
        await podcasts.look()

    async def answer(podcasts: LivePodcasts) -> None:
        for each in TWO:
            assert (await podcasts.shelf.take(each)).quotes
        assert loaded(podcasts) == ["wine"]
        for each in TWO:
            write_talk(home / each, "new", "The new one", "Mina Oolong", "cups saucers")
        await asyncio.to_thread(with_podcasts, on_machine("one"), build)
        noted: list[str] = []

        async def is_noted(library: str) -> bool:
            noted.append(library)
            return False

        await podcasts.follow()
        assert [len(each.index.episodes) for each, _ in podcasts.loaded()] == [2]
        await podcasts.take_new(is_noted)

        assert len(noted) == 2
        assert [len((await podcasts.shelf.take(each)).index.episodes) for each in TWO] == [2, 2]

    with_podcasts(settings, build)  # alone, before it shared anything
    with_podcasts(on_machine("cache"), build)
    assert len([*(home / "shared").glob("*.current")]) == 2
    with_podcasts(on_machine("two"), answer, builds=False)


def test_podcasts_with_the_same_sources_share_no_index(settings: Settings, home: Path) -> None:
    """One may be rolled back, or measured, by itself."""
    tea, _ = settings.podcasts
    both = replace(settings, podcasts=(tea, replace(tea, id="green", title="Green")))

    def on_machine(name: str) -> Settings:
        return replace(both, cache=home / name, shared_index=str(home / "shared"))

    async def build_and_roll_back(podcasts: LivePodcasts) -> None:
        await podcasts.look()
        write_talk(home / "tea", "cup", "A cup a day", "Mina Oolong", "cups saucers")
        await podcasts.look()
        upkeep = podcasts._upkeep_of(tea)
        upkeep.registry.roll_back()
        assert upkeep.shared and upkeep.shared.publish(upkeep.registry)
        await podcasts.look()

    async def answer(podcasts: LivePodcasts) -> None:
        taken = [await podcasts.shelf.take(each) for each in ("tea", "green")]
        assert [len(each.index.episodes) for each in taken] == [1, 2]

    with_podcasts(on_machine("one"), build_and_roll_back)
    with_podcasts(on_machine("two"), answer, builds=False)
