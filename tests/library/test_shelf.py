"""The shelf: podcasts are loaded once, when they are asked for, and leave when others need room."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.errors import CacheError
from bot.library.library import Library
from bot.library.shelf import Room, Shelf, only
from bot.podcasts import Podcast
from bot.search.index.build import build_index

PODCASTS = [Podcast(name, name.title()) for name in ("tea", "wine", "milk")]


def library_of(podcast: Podcast, index_id: str = "") -> Library:
    return Library(index_id or podcast.id, build_index([]), (), podcast=podcast)


class Cellar:
    """Where podcasts are loaded from, when it is told to; the clock is its own."""

    def __init__(self, room: Room = Room(), **sizes: int) -> None:  # noqa: B008 - frozen
        self.loaded: list[str] = []
        self.dropped: list[str] = []
        self.now = 0.0
        self.sizes = sizes
        self.open = asyncio.Event()
        self.built = asyncio.Event()
        self.broken: set[str] = set()
        self.unbuilt: set[str] = set()
        self.shelf = Shelf(
            PODCASTS,
            self._load,
            room,
            self._size,
            self.dropped.append,
            lambda: self.now,
            self._build,
        )

    async def _build(self, podcast: Podcast) -> Library:
        await self.built.wait()
        return library_of(podcast)

    async def _load(self, podcast: Podcast) -> Library | None:
        self.loaded.append(podcast.id)
        if podcast.id in self.unbuilt:
            return None
        await self.open.wait()
        if podcast.id in self.broken:
            raise CacheError(podcast.title, "it leaks.")
        return library_of(podcast)

    def _size(self, podcast: Podcast) -> int:
        return self.sizes.get(podcast.id, 1)

    async def take(self, *podcast_ids: str) -> None:
        self.open.set()
        for each in podcast_ids:
            await self.shelf.take(each)
            self.now += 1


def in_cellar(work: Callable[[Cellar], Awaitable[Any]], *facts: Any, **sizes: int) -> Any:
    async def run() -> Any:
        return await work(Cellar(*facts, **sizes))

    return asyncio.run(run())


def names(shelf: Shelf) -> list[str]:
    return [each.podcast.id for each in shelf.loaded()]


def test_two_who_ask_for_the_same_podcast_load_it_once() -> None:
    async def work(cellar: Cellar) -> None:
        both = asyncio.gather(cellar.shelf.take("tea"), cellar.shelf.take("tea"))
        await asyncio.sleep(0)
        cellar.open.set()
        one, other = await both

        assert one is other
        assert cellar.loaded == ["tea"]

    in_cellar(work)


def test_whoever_gives_up_does_not_stop_the_loading() -> None:
    async def work(cellar: Cellar) -> None:
        waiting = asyncio.create_task(cellar.shelf.take("tea"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        assert names(cellar.shelf) == []

        await cellar.take("tea")

        assert cellar.loaded == names(cellar.shelf) == ["tea"]

    in_cellar(work)


def test_what_must_be_built_is_not_ready_until_it_is() -> None:
    async def work(cellar: Cellar) -> None:
        cellar.unbuilt = {"tea"}
        cellar.open.set()

        assert not await cellar.shelf.is_ready(["tea"])
        assert await cellar.shelf.is_ready(["wine"])
        assert not await cellar.shelf.is_ready(["wine", "tea"])

        cellar.built.set()
        assert (await cellar.shelf.take("tea")).id == "tea"
        assert await cellar.shelf.is_ready(["wine", "tea"])
        assert cellar.loaded == ["tea", "wine"]

    in_cellar(work)


def test_what_cannot_be_loaded_is_ready_to_say_so() -> None:
    async def work(cellar: Cellar) -> None:
        cellar.broken = {"tea"}
        cellar.open.set()

        for _ in range(2):
            assert await cellar.shelf.is_ready(["tea"])
        assert cellar.loaded == ["tea"]
        with pytest.raises(CacheError, match="it leaks"):
            await cellar.shelf.take("tea")

    in_cellar(work)


def test_nothing_is_at_hand_before_all_is_loaded() -> None:
    async def work(cellar: Cellar) -> None:
        await cellar.take("wine")

        assert cellar.shelf.at_hand(["wine", "tea"]) == ()
        await cellar.take("tea")
        assert [each.id for each in cellar.shelf.at_hand(["wine", "tea"])] == ["wine", "tea"]

    in_cellar(work)


def test_what_was_used_longest_ago_makes_room() -> None:
    async def work(cellar: Cellar) -> None:
        await cellar.take("tea", "wine", "tea", "milk")

        assert names(cellar.shelf) == ["tea", "milk"]
        assert cellar.dropped == ["wine"]

    in_cellar(work, Room(most=2))


def test_the_room_is_that_of_all_together() -> None:
    async def work(cellar: Cellar) -> None:
        await cellar.take("tea", "wine", "milk")

        assert names(cellar.shelf) == ["milk"]

    in_cellar(work, Room(bytes=9), tea=2, wine=3, milk=7)


def test_what_is_too_large_for_all_the_room_is_refused_and_drives_nobody_out() -> None:
    async def work(cellar: Cellar) -> None:
        await cellar.take("tea")
        with pytest.raises(CacheError, match=r"Wine: its index has .* AIRQUOTE_PODCASTS_MEGABYTES"):
            await cellar.take("wine")

        assert names(cellar.shelf) == cellar.loaded == ["tea"]

    in_cellar(work, Room(bytes=9), wine=10)


def test_what_nobody_asks_for_leaves() -> None:
    async def work(cellar: Cellar) -> None:
        await cellar.take("tea", "wine")
        cellar.now = 60.0
        cellar.shelf.tidy()

        assert names(cellar.shelf) == ["wine"]

    in_cellar(work, Room(idle_seconds=60.0))


def test_without_limits_all_stay() -> None:
    async def work(cellar: Cellar) -> None:
        await cellar.take("tea", "wine", "milk")
        cellar.now = 1e9
        cellar.shelf.tidy()

        assert names(cellar.shelf) == ["tea", "wine", "milk"]

    in_cellar(work)


def test_what_cannot_be_loaded_is_tried_again_after_a_minute() -> None:
    async def work(cellar: Cellar) -> None:
        cellar.broken = {"tea"}
        for _ in range(3):
            with pytest.raises(CacheError, match="it leaks"):
                await cellar.take("tea")
        assert cellar.loaded == ["tea"]

        cellar.broken, cellar.now = set(), 61.0
        await cellar.take("tea")

        assert names(cellar.shelf) == ["tea"]

    in_cellar(work)


def test_a_new_library_takes_the_place_of_its_podcasts() -> None:
    async def work(cellar: Cellar) -> None:
        await cellar.take("tea", "wine")
        cellar.shelf.put(library_of(PODCASTS[0], "newer"))

        assert [each.id for each in cellar.shelf.loaded()] == ["newer", "wine"]

    in_cellar(work)


def test_the_only_library_is_always_there(library: Library) -> None:
    shelf = only(library)

    assert shelf.loaded() == shelf.at_hand([""]) == (library,)
    assert not shelf.has_several
