"""Libraries whose words are in a cluster: written there once, then answered from there.

What stays in this process is an outline of the index, a third of its size. A process that shares
the cluster with the one that built the index needs nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bot.engine_address import EngineAddress
from bot.errors import CacheError
from bot.files import exclusive, is_file
from bot.models import Episode, Problem
from bot.quotes.cache import load_or_find_quotes, quotes_path
from bot.reporting import Notice, Progress
from bot.search.cluster.client import Cluster
from bot.search.cluster.documents import count_by_group
from bot.search.cluster.engine import attach
from bot.search.cluster.versions import Versions
from bot.search.index.index import Index
from bot.search.index.outline import Outline, load_outline, save_outline

_OUTLINE, _QUOTES = "outline", "quotes"
_SUFFIX = f".{_OUTLINE}"
_LOCK = "engine.lock"


@cache
def cluster_at(address: EngineAddress) -> Cluster:
    """Return the cluster at an address, one for all podcasts of the process."""
    return Cluster(address)


@dataclass(frozen=True, slots=True)
class ClusteredPodcast:
    """A podcast whose words are in a cluster, by its id, and the cache folder of this machine."""

    address: EngineAddress
    podcast: str
    cache: Path

    @property
    def versions(self) -> Versions:
        """Its versions in the cluster."""
        return Versions(cluster_at(self.address), self.podcast)

    def push(
        self,
        index_id: str,
        index: Index,
        problems: Iterable[Problem],
        on_progress: Progress,
        on_notice: Notice,
    ) -> None:
        """Write the words of a whole index to the cluster, if they are not there, and its quotes.

        Raises EngineError.
        """
        # Several processes of one machine may be told of a new index at once.
        with exclusive(self.cache / _LOCK):
            if index_id in self.versions.ids():
                return
            load_or_find_quotes(index, index_id, self.cache, on_notice)
            outline = self._outline_of(index_id)
            save_outline(index, problems, outline, count_by_group(index))
            files = {_OUTLINE: outline, _QUOTES: quotes_path(self.cache, index_id)}
            there = {name: path for name, path in files.items() if is_file(path)}
            self.versions.push(index_id, index, there, on_progress)

    def promote(self, index_id: str, keep: Iterable[str]) -> None:
        """Make a version current, and drop all but it, the one before and those to keep."""
        for gone in self.versions.promote(index_id, keep):
            self._outline_of(gone).unlink(missing_ok=True)

    def open(
        self,
        index_id: str,
        episodes: tuple[Episode, ...] = (),
        players: tuple[str, ...] = (),
    ) -> tuple[Index, tuple[Problem, ...]]:
        """Open a version that is in the cluster, and the problems of its files.

        The `episodes` stand for its own, if any are given; else links lead to the `players` first.
        """
        outline = self._fetch(index_id)
        own = (replace(each, players=players) for each in outline.index.episodes)
        index = replace(outline.index, episodes=episodes or tuple(own))
        named = replace(outline, index=index)
        return attach(named, self.versions.archive(index_id)), outline.problems

    def _fetch(self, index_id: str) -> Outline:
        """Read the outline of a version, from the cluster if it is not here."""
        path, quotes = self._outline_of(index_id), quotes_path(self.cache, index_id)
        if not is_file(quotes):
            self.versions.fetch_file(index_id, _QUOTES, quotes)
        try:
            return load_outline(path)
        except CacheError:
            self.versions.fetch_file(index_id, _OUTLINE, path)
            return load_outline(path)

    def _outline_of(self, index_id: str) -> Path:
        return self.cache / f"{index_id}{_SUFFIX}"
