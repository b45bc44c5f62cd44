"""The podcast that a process answers from: opened at its start, and looked for again later."""

import asyncio
import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event

from bot.answers.about import with_manifest
from bot.answers.check import line_of
from bot.config import Settings
from bot.library.library import Library, open_live, registry_of, with_semantic_index
from bot.library.manifest import LAST_GOOD
from bot.library.refresh import Find, Refresher, Swapped, scan_sources
from bot.library.registry import Registry
from bot.quotes.cache import with_sayings

# So many files are named in the log at once.
_MOST_FILES = 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Podcast:
    """A library as it was opened, the registry of its indexes, and how its files are found."""

    library: Library
    registry: Registry
    find: Find


def open_podcast(settings: Settings, leaving: Event) -> Podcast:
    """Open the podcast and warm its model up, so that the first search is as fast as the others.

    Once `leaving` is set, nothing more is fetched for it.
    """
    for path in settings.episode_paths:
        if not path.exists():
            _log.warning("AIRQUOTE_EPISODES: there is no %s; the rest is searched.", path)
    cache, tell = settings.cache_folder, _tell_stages()
    registry = registry_of(settings.sources, cache)
    find = partial(scan_sources, settings.sources, cache, _log.warning, stop=leaving)
    library = open_live(find, registry, tell, _log.warning)
    library = with_semantic_index(library, settings.model_name, cache, tell, _log.warning)
    library = with_sayings(library, cache, _log.warning)
    if library.meaning:
        library.meaning.likeness("a first question")
    # What has been loaded stays; without this, each full collection halts every answer for it.
    gc.collect()
    gc.freeze()
    library = with_manifest(library, registry)
    _warn_of_files(library)
    return Podcast(library, registry, find)


def refresher_of(podcast: Podcast, settings: Settings, swapped: Swapped) -> Refresher:
    """Make what keeps a podcast fresh; `swapped` is given each library with its manifest."""

    async def described(old: Library, new: Library) -> None:
        library = await asyncio.to_thread(with_manifest, new, podcast.registry)
        _warn_of_files(library)
        await swapped(old, library)

    model, queries = settings.model_name, settings.evaluation_path
    return Refresher(podcast.library, podcast.registry, podcast.find, described, model, queries)


def _warn_of_files(library: Library) -> None:
    """Name the files that cannot be read, and those that are read as they last were."""
    lines = [line_of(problem) for problem in library.problems if problem.refused]
    sources = library.manifest.sources if library.manifest else ()
    stale = (each.path for each in sources if each.status == LAST_GOOD)
    lines += [f"{path}: it cannot be read; its last good version stands in." for path in stale]
    for line in lines[:_MOST_FILES]:
        _log.warning("%s", line)
    if len(lines) > _MOST_FILES:
        _log.warning("%s more; “airquote check” names them.", len(lines) - _MOST_FILES)


def _tell_stages() -> Callable[[str, int, int], None]:
    """Make what logs each stage of a long work as it begins."""
    told: set[str] = set()

    def tell(stage: str, _: int, of: int) -> None:
        if stage not in told:
            told.add(stage)
            _log.info(stage, extra={"of": of})

    return tell
