"""Refresh the library: scan for changes, build in a worker process, check, and swap.

One process looks at the sources; the others follow what it has made current. Whatever goes wrong on
the way, the index that answers stays.
"""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.errors import AirquoteError, CacheError
from bot.library.build_worker import build_in_worker
from bot.library.job import LIMITS, BuildLimits, HarmfulFile, Job
from bot.library.library import (
    Library,
    add_semantic_index,
    load_library,
    with_players,
    with_quotes,
    with_semantic_index,
)
from bot.library.manifest import Inspection
from bot.library.promotion import promote_if_sound
from bot.library.registry import Registry, Shared, library_id
from bot.limits import give_memory_back
from bot.search.engine import search
from bot.search.query import parse_query

Find = Callable[[], Inspection]
# Called after a swap with the library that answered until then and the one that does now.
Swapped = Callable[[Library, Library], Awaitable[None]]
# Gives a new library what it still lacks, such as an engine.
Complete = Callable[[Library], Library]
# Opens what is current in an engine; None if that is the index with this id, or nothing is.
Elsewhere = Callable[[str], Library | None]
_Swap = tuple[Library, Library]

_log = logging.getLogger(__name__)


def _as_it_is(library: Library) -> Library:
    return library


def _nowhere(_: str) -> None:
    return None


def _now() -> datetime:
    return datetime.now(UTC)


class Refresher:
    """Keeps a library up to date; answers come from `live`.

    `registry` has the indexes. `find` scans the sources, in a thread; `swapped` is called with each
    new library. `model` is the name of a model, "" for none, `queries` a file to measure with, and
    `players` what links lead to first; `complete` is called, in a thread, with each library before
    it answers, `shared` are the indexes that processes on several machines share, and `elsewhere`
    opens what only an engine has. `succeeded_at` is when all sources were last found, at first the
    start; `refused` is the id of the newest index if it failed its checks, else "".
    """

    def __init__(
        self,
        live: Library,
        registry: Registry,
        find: Find,
        swapped: Swapped,
        model: str = "",
        queries: Path | None = None,
        limits: BuildLimits = LIMITS,
        clock: Callable[[], datetime] = _now,
        players: tuple[str, ...] = (),
        complete: Complete = _as_it_is,
        shared: Shared | None = None,
        elsewhere: Elsewhere = _nowhere,
    ) -> None:
        self.live = live
        self.succeeded_at = clock()
        self.refused = ""
        self._incomplete = False
        # The files that were scanned last, by the id of an index that reads them all, and the
        # index that was built from them.
        self._scanned, self._index_id = "", ""
        self._harmful: tuple[HarmfulFile, ...] = ()
        self.registry = registry
        self._find = find
        self._swapped = swapped
        self._model = model
        self._queries = queries
        self._limits = limits
        self._clock = clock
        self._players = players
        self._complete = complete
        self._shared = shared
        self._elsewhere = elsewhere
        self._swapping = asyncio.Lock()
        self._warn = partial(_log.warning, extra=live.podcast.facts)

    async def look(self) -> Library | None:
        """Take over changes; return the new library, or None if nothing has changed.

        Errors are logged, each in one sentence.
        """
        return await self._logged(self._look())

    async def follow(self) -> Library | None:
        """Take over the index that another process, or a command, has made current.

        Return the new library, or None if that is the live one. Errors are logged, as by `look`.
        """
        return await self._logged(self._follow())

    def trust_others(self) -> None:
        """Note that another process looks at the sources, and says itself if it fails."""
        self.succeeded_at, self.refused = self._clock(), ""

    async def _logged(self, looking: Awaitable[_Swap | None]) -> Library | None:
        try:
            swap = await looking
        except (AirquoteError, OSError) as error:
            self._warn(
                f"{error} The index {self.live.id} goes on answering; the next look tries again."
            )
            return None
        if swap is None:
            return None
        await self._swapped(*swap)
        return swap[1]

    async def _look(self) -> _Swap | None:
        await self._fetch()
        inspection = await asyncio.to_thread(self._find)
        self._incomplete = bool(inspection.failed or inspection.missing)
        index_id = await self._index_of(inspection)
        self.registry.touch()
        wanted = await asyncio.to_thread(self._promote, index_id)
        self.refused = index_id if self.registry.standing().refuses(index_id) else ""
        if self._shared:
            await asyncio.to_thread(self._shared.publish, self.registry)
        try:
            swap = await self._take_over(wanted)
        except CacheError as error:
            if wanted != index_id:
                raise
            self._warn(str(error))
            await self._build(inspection)
            swap = await self._take_over(wanted)
        if not self._incomplete:
            self.succeeded_at = self._clock()
        return swap

    async def _follow(self) -> _Swap | None:
        await self._fetch()
        wanted = (await asyncio.to_thread(self.registry.standing)).id
        return await (self._take_over(wanted) if wanted else self._take_from_elsewhere())

    async def _fetch(self) -> None:
        if self._shared:
            await asyncio.to_thread(self._shared.fetch, self.registry)

    async def _take_over(self, wanted: str) -> _Swap | None:
        """Make an index live, unless it is already, or cannot be read; return both libraries."""
        async with self._swapping:
            if wanted in ("", self.live.id):
                return None
            if not await asyncio.to_thread(self.registry.reads, wanted):
                return None
            return self._swap(await asyncio.to_thread(self._open, wanted))

    async def _take_from_elsewhere(self) -> _Swap | None:
        """Make live what another machine has made current in the engine."""
        async with self._swapping:
            new = await asyncio.to_thread(self._elsewhere, self.live.id)
            return self._swap(await asyncio.to_thread(self._dress, new)) if new else None

    def _swap(self, new: Library) -> _Swap:
        old, self.live = self.live, new
        _log.info("swapped", extra={"index": new.id, "before": old.id, **old.podcast.facts})
        return old, new

    async def _index_of(self, inspection: Inspection) -> str:
        """Return the id of the index of some files, after building it if they have changed."""
        scanned = await asyncio.to_thread(library_id, inspection.found)
        if scanned == self.live.id:
            return scanned
        if scanned != self._scanned:
            self._index_id = await self._build(inspection)
            self._scanned = scanned
        return self._index_id

    async def _build(self, inspection: Inspection) -> str:
        job = Job(
            inspection,
            self.registry,
            self._model,
            self._queries,
            self._harmful,
            limits=self._limits,
        )
        built = await build_in_worker(job, on_notice=self._warn)
        self._harmful = built.harmful
        return await asyncio.to_thread(library_id, built.inspection.found)

    def _promote(self, index_id: str) -> str:
        """Make an index current if it may be; return the id of the one that is then current."""
        standing = self.registry.standing()
        if standing.choose(index_id) == standing.id:
            return standing.id
        if not standing.id and index_id == self.live.id and self.live.index.renew:
            return ""  # the engine has it, and this machine need not
        if reason := promote_if_sound(index_id, self.registry):
            self._warn(f"The new index {index_id} is not used: {reason}")
        return self.registry.standing().id

    def _open(self, index_id: str) -> Library:
        library = load_library(index_id, self.registry)
        semantic, cache = self.live.semantic, self.registry.cache
        if semantic:
            library = add_semantic_index(library, semantic.model, cache, on_notice=self._warn)
        elif self._model:
            library = with_semantic_index(library, self._model, cache, on_notice=self._warn)
        return self._dress(library)

    def _dress(self, library: Library) -> Library:
        cache = self.registry.cache
        library = with_players(with_quotes(library, cache, self._warn), self._players)
        library = self._complete(replace(library, podcast=self.live.podcast))
        warm_up(library)
        return library


def warm_up(library: Library) -> None:
    """Compute what is computed at first use, and keep nothing of what loading took.

    The garbage collector skips what is loaded.
    """
    search(library.index, parse_query("a first question"), 1, semantic=library.semantic)
    # Otherwise, each full collection would pause all answers to scan it.
    gc.collect()
    gc.freeze()
    give_memory_back()
