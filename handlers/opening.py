"""The podcast that a process answers from: opened at its start, and looked for again later."""

import asyncio
import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event

from bot.about import with_manifest
from bot.config import Settings
from bot.library import Library, open_live, registry_of, with_meaning
from bot.quotable import with_sayings
from bot.refreshing import Find, Refresher, Swapped, inspect
from bot.registry import Registry

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
    find = partial(inspect, settings.sources, cache, _log.warning, stop=leaving)
    library = open_live(find, registry, tell, _log.warning)
    library = with_meaning(library, settings.model_name, cache, tell, _log.warning)
    library = with_sayings(library, cache, _log.warning)
    if library.meaning:
        library.meaning.likeness("a first question")
    # What has been loaded stays; without this, each full collection halts every answer for it.
    gc.collect()
    gc.freeze()
    return Podcast(with_manifest(library, registry), registry, find)


def refresher_of(podcast: Podcast, settings: Settings, swapped: Swapped) -> Refresher:
    """Make what keeps a podcast fresh; `swapped` is given each library with its manifest."""

    async def described(old: Library, new: Library) -> None:
        await swapped(old, await asyncio.to_thread(with_manifest, new, podcast.registry))

    model, queries = settings.model_name, settings.evaluation_path
    return Refresher(podcast.library, podcast.registry, podcast.find, described, model, queries)


def _tell_stages() -> Callable[[str, int, int], None]:
    """Make what logs each stage of a long work as it begins."""
    told: set[str] = set()

    def tell(stage: str, _: int, of: int) -> None:
        if stage not in told:
            told.add(stage)
            _log.info(stage, extra={"of": of})

    return tell
