"""The podcasts that the process serves: loaded when they are asked for, and refreshed in turn."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Event

from bot.config import Settings
from bot.errors import AirquoteError
from bot.library.library import Library
from bot.library.manifest import CurrentIndex
from bot.library.refresh import Refresher, Swapped
from bot.library.registry import Registry, library_id
from bot.library.shelf import Room, Shelf
from bot.podcasts import Podcast
from handlers.run.podcast import (
    Upkeep,
    await_live,
    build_live,
    create_refresher,
    open_live,
    prepare_live,
    upkeep_of,
)

_MEGABYTE = 1_000_000
# Loading takes memory, and building an index a core; neither waits for the other.
_AT_ONCE = 2

_log = logging.getLogger(__name__)


class LivePodcasts:
    """The podcasts of the settings: `shelf` has their libraries.

    `leaving` aborts fetching when it is set. A podcast's first index is built here, or if this
    process `builds` none, waited for. `on_swap` is called to put a new library in use.
    """

    def __init__(self, settings: Settings, leaving: Event, *, builds: bool = True) -> None:
        self.on_swap: Swapped = self._put
        self._settings = {each.podcast_id: each for each in settings.of_each}
        self._leaving = leaving
        self._builds = builds
        # The indexes that were current when news was last looked for, by podcast.
        self._seen: dict[str, str] = {}
        # What each podcast is looked after with, loaded or not.
        self._upkeep: dict[str, Upkeep] = {}
        self._refreshers: dict[str, Refresher] = {}
        room = _room_of(settings) if settings.podcasts_file else Room()
        self._loading, self._building = asyncio.Semaphore(_AT_ONCE), asyncio.Semaphore(_AT_ONCE)
        self.shelf = Shelf(
            settings.podcasts, self._load, room, self._size_of, self._forget, build=self._build
        )

    async def open(self) -> None:
        """Open the only podcast; of several, each is opened when it is asked for."""
        if not self.shelf.has_several:
            await self.shelf.take(self.shelf.first.id)

    def loaded(self) -> Sequence[tuple[Library, Registry]]:
        """Return what answers now, each with its registry."""
        return [(each, self._upkeep_of(each.podcast).registry) for each in self.shelf.loaded()]

    def refreshers(self) -> Sequence[Refresher]:
        """Return the refreshers of what is loaded."""
        return [
            self._refreshers[each.podcast.id]
            for each in self.shelf.loaded()
            if each.podcast.id in self._refreshers
        ]

    async def look(self) -> None:
        """Look for changes of each podcast, one after the other."""
        for podcast in self.shelf.podcasts.values():
            try:
                await self._look_at(podcast)
            except (AirquoteError, OSError) as error:
                _log.warning("%s The next look tries again.", error, extra=podcast.facts)

    async def _look_at(self, podcast: Podcast) -> None:
        # Only whoever asks something keeps a podcast loaded.
        library = self._loaded().get(podcast.id)
        if library is None and await self._has_changed(podcast):
            library = await self.shelf.take(podcast.id)
        if library:
            await self._refresher_of(library).look()
        elif shared := self._upkeep_of(podcast).shared:
            await asyncio.to_thread(shared.publish, self._upkeep_of(podcast).registry)

    async def follow(self) -> None:
        """Take over what another process has made current of the loaded podcasts."""
        for library in self.shelf.loaded():
            await self._refresher_of(library).follow()

    def trust_others(self) -> None:
        """Note that another process looks at the sources, and says itself if it fails."""
        for each in self.refreshers():
            each.trust_others()

    async def take_new(self, is_noted: Callable[[str], Awaitable[bool]]) -> None:
        """Load the podcasts whose current index has news that were not noted yet."""
        for podcast in self.shelf.podcasts.values():
            if podcast.id in self._loaded():
                continue
            try:
                standing = await asyncio.to_thread(self._standing_of, podcast)
            except (AirquoteError, OSError) as error:
                _log.warning("%s The next look tries again.", error, extra=podcast.facts)
                continue
            if self._seen.get(podcast.id) == standing.id:
                continue
            if standing.id and not await is_noted(podcast.name_of(standing.id)):
                with suppress(AirquoteError):  # the shelf has logged it
                    await self.shelf.take(podcast.id)
            self._seen[podcast.id] = standing.id

    async def tidy(self) -> None:
        """Let go of what nobody asks for."""
        self.shelf.tidy()

    def _forget(self, podcast_id: str) -> None:
        self._refreshers.pop(podcast_id, None)

    def _loaded(self) -> dict[str, Library]:
        return {each.podcast.id: each for each in self.shelf.loaded()}

    async def _put(self, _: Library, new: Library) -> None:
        self.shelf.put(new)

    async def _swap(self, old: Library, new: Library) -> None:
        await self.on_swap(old, new)

    def _refresher_of(self, library: Library) -> Refresher:
        """Return the refresher of a library, a new one if that was loaded again."""
        podcast_id = library.podcast.id
        known = self._refreshers.get(podcast_id)
        if known is None or known.live.id != library.id:
            known = create_refresher(library, self._upkeep_of(library.podcast), self._swap)
            self._refreshers[podcast_id] = known
        return known

    async def _load(self, podcast: Podcast) -> Library | None:
        async with self._loading:
            library = await open_live(self._upkeep_of(podcast))
            return await self._prepare(podcast, library) if library else None

    async def _build(self, podcast: Podcast) -> Library:
        upkeep = self._upkeep_of(podcast)
        if self._builds:
            async with self._building:
                library = await build_live(upkeep)
        else:
            library = await await_live(upkeep)
        async with self._loading:
            return await self._prepare(podcast, library)

    async def _prepare(self, podcast: Podcast, library: Library) -> Library:
        prepared = await asyncio.to_thread(prepare_live, library, self._upkeep_of(podcast))
        if podcast.id:
            _log.info("loaded", extra={**podcast.facts, "index": prepared.id})
        return replace(prepared, podcast=podcast)

    async def _has_changed(self, podcast: Podcast) -> bool:
        """Return whether a podcast that is not loaded has other transcripts than its index."""
        upkeep = self._upkeep_of(podcast)
        inspection = await asyncio.to_thread(upkeep.find)
        index_id = await asyncio.to_thread(library_id, inspection.found)
        standing = await asyncio.to_thread(self._standing_of, podcast)
        upkeep.registry.touch()
        return not standing.id or standing.choose(index_id) != standing.id

    def _standing_of(self, podcast: Podcast) -> CurrentIndex:
        """Read which index of a podcast is current, for all machines if they share it."""
        upkeep = self._upkeep_of(podcast)
        if upkeep.shared:
            upkeep.shared.fetch(upkeep.registry)
        return upkeep.registry.standing()

    def _size_of(self, podcast: Podcast) -> int:
        """Return how large the current index of a podcast is, 0 if there is none."""
        registry = self._upkeep_of(podcast).registry
        path = registry.path_of(registry.standing().id)
        return path.stat().st_size if path.is_file() else 0

    def _upkeep_of(self, podcast: Podcast) -> Upkeep:
        known = self._upkeep.get(podcast.id)
        if known is None:  # it is made late, as what is shared may be away when the process starts
            known = self._upkeep[podcast.id] = upkeep_of(self._settings[podcast.id], self._leaving)
        return known


def _room_of(settings: Settings) -> Room:
    idle = settings.podcast_idle_minutes * 60.0
    return Room(settings.most_podcasts, settings.podcast_megabytes * _MEGABYTE, idle or None)
