"""Open the podcast when the process starts, and keep it up to date."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event

from bot.answers.about import with_manifest
from bot.answers.check import line_of
from bot.config import Settings
from bot.errors import CacheError
from bot.library.first_build import build_first
from bot.library.job import Job
from bot.library.library import (
    Library,
    open_current,
    open_from_engine,
    with_engine,
    with_players,
    with_quotes,
    with_semantic_index,
)
from bot.library.manifest import LAST_GOOD
from bot.library.refresh import Find, Refresher, Swapped, warm_up
from bot.library.registry import Registry, Shared, registry_of
from bot.library.scan import scan_sources
from bot.podcasts import Podcast
from bot.reporting import Notice
from handlers.shared_index import open_shared

# How many files the log names at a time.
_MAX_FILES = 20
_WAIT_SECONDS = 2.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What the library of a podcast is opened and refreshed with.

    `registry` has its indexes, `find` scans its sources, and `shared` are the indexes that
    processes on several machines share, if they do.
    """

    settings: Settings
    registry: Registry
    find: Find
    shared: Shared | None

    @property
    def podcast(self) -> Podcast:
        """The podcast."""
        return self.settings.podcasts[0]

    @property
    def warn(self) -> Notice:
        """What writes notices into the log."""
        return partial(_log.warning, extra=self.podcast.facts)


def upkeep_of(settings: Settings, leaving: Event) -> Upkeep:
    """Return what the podcast of some settings needs; setting `leaving` aborts fetching.

    Raises what `open_shared` raises.
    """
    sources, cache = settings.sources, settings.cache_folder
    find = partial(scan_sources, sources, cache, _log.warning, stop=leaving)
    return Upkeep(
        settings, registry_of(sources, cache, settings.podcast_id), find, open_shared(settings)
    )


async def open_live(upkeep: Upkeep) -> Library | None:
    """Open the current index of the podcast, that of all machines if they share one.

    Else it is the engine's; None if there is none.
    """
    for path in upkeep.settings.episode_paths:
        if not path.exists():
            upkeep.warn(f"AIRQUOTE_EPISODES: {path} does not exist; the rest is searched.")
    return await asyncio.to_thread(_open, upkeep)


async def build_live(upkeep: Upkeep) -> Library:
    """Build the podcast's first index, in a worker process."""
    settings, inspection = upkeep.settings, await asyncio.to_thread(upkeep.find)
    job = Job(inspection, upkeep.registry, settings.model_name, settings.evaluation_path)
    return await build_first(job, _tell_stages(upkeep.podcast), upkeep.warn)


async def await_live(upkeep: Upkeep) -> Library:
    """Wait until another process has built the podcast's first index."""
    upkeep.warn(
        f"{upkeep.registry.cache} has no index yet: waiting for “airquote run --only refresh” or "
        "“airquote index build”."
    )
    while True:
        await asyncio.sleep(_WAIT_SECONDS)
        if library := await asyncio.to_thread(_open, upkeep):
            return library


def _open(upkeep: Upkeep) -> Library | None:
    if upkeep.shared:
        try:
            upkeep.shared.fetch(upkeep.registry)
        except CacheError as error:
            upkeep.warn(str(error))
    return open_current(upkeep.registry, upkeep.warn) or _open_from_engine(upkeep.settings)


def _open_from_engine(settings: Settings, before: str = "") -> Library | None:
    engine, podcast, cache = settings.engine, settings.podcast_id, settings.cache_folder
    return open_from_engine(engine, podcast, cache, settings.players, before)


def prepare_live(library: Library, upkeep: Upkeep) -> Library:
    """Add what answers and posts need to a library, so that the first search is as fast as any."""
    settings, tell = upkeep.settings, _tell_stages(upkeep.podcast)
    cache = settings.cache_folder
    library = with_semantic_index(library, settings.model_name, cache, tell, upkeep.warn)
    library = with_players(with_quotes(library, cache, upkeep.warn), settings.players)
    library = _with_engine(library, upkeep)
    warm_up(library)
    library = with_manifest(library, upkeep.registry)
    _warn_of_files(library, upkeep)
    return library


def _with_engine(library: Library, upkeep: Upkeep) -> Library:
    engine, podcast = upkeep.settings.engine, upkeep.settings.podcast_id
    tell = _tell_stages(upkeep.podcast)
    return with_engine(library, engine, podcast, upkeep.registry, tell, upkeep.warn)


def create_refresher(library: Library, upkeep: Upkeep, swapped: Swapped) -> Refresher:
    """Create the refresher; `swapped` receives each new library with its manifest."""
    settings = upkeep.settings

    async def described(old: Library, new: Library) -> None:
        library = await asyncio.to_thread(with_manifest, new, upkeep.registry)
        _warn_of_files(library, upkeep)
        await swapped(old, library)

    return Refresher(
        library,
        upkeep.registry,
        upkeep.find,
        described,
        settings.model_name,
        settings.evaluation_path,
        players=settings.players,
        complete=partial(_with_engine, upkeep=upkeep),
        shared=upkeep.shared,
        elsewhere=partial(_open_from_engine, settings),
    )


def _warn_of_files(library: Library, upkeep: Upkeep) -> None:
    """Log why files are refused, or read in their last good versions."""
    sources = library.manifest.sources if library.manifest else ()
    stale = {each.path for each in sources if each.status == LAST_GOOD}
    told = (each for each in library.problems if each.refused or each.path in stale)
    lines = [line_of(problem) for problem in told]
    for line in lines[:_MAX_FILES]:
        upkeep.warn(line)
    if len(lines) > _MAX_FILES:
        upkeep.warn(f"{len(lines) - _MAX_FILES} more; “airquote check” lists them.")


def _tell_stages(podcast: Podcast) -> Callable[[str, int, int], None]:
    """Return a progress callback that logs each stage once."""
    told: set[str] = set()

    def tell(stage: str, _: int, of: int) -> None:
        if stage not in told:
            told.add(stage)
            _log.info(stage, extra={"of": of, **podcast.facts})

    return tell
