"""Which podcasts a place is served: those its admin has chosen, else those of its workspace."""

import logging
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Protocol

from cachetools import TTLCache

from bot.errors import StoreError
from bot.posting.places import Place

# How long this process may not notice what was chosen in another one.
_REMEMBERED_SECONDS = 15.0
_MOST_REMEMBERED = 10_000

_log = logging.getLogger(__name__)


class BindingStore(Protocol):
    """What was chosen for places, shared by all processes; all methods raise StoreError."""

    async def bindings(self, platform: str, workspace: str) -> Mapping[str, Sequence[str]]:
        """Return the ids of podcasts by channel; "" is the workspace as a whole."""

    async def bind(
        self, platform: str, workspace: str, channel: str, podcasts: Sequence[str]
    ) -> None:
        """Choose the podcasts of a channel, or with "" of the workspace; none undoes the choice."""


class Bindings:
    """The podcasts of places.

    Where nothing was chosen, it is the first of `podcast_ids`. With a single podcast, nothing can
    be chosen, and the store is not asked.
    """

    def __init__(
        self,
        podcast_ids: Sequence[str],
        store: BindingStore | None = None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._ids = tuple(podcast_ids)
        self._store = store
        self._known: TTLCache[tuple[str, str], Mapping[str, Sequence[str]]] = TTLCache(
            _MOST_REMEMBERED, _REMEMBERED_SECONDS, now
        )

    @property
    def default(self) -> tuple[str, ...]:
        """What is served where nothing was chosen."""
        return self._ids[:1]

    async def podcasts_at(self, place: Place) -> tuple[str, ...]:
        """Return the ids of the podcasts of a place; the default if the database fails."""
        return await self.chosen_at(place) or self.default

    async def chosen_at(self, place: Place) -> tuple[str, ...]:
        """Return what was chosen for a place; empty if nothing was, or nothing that still is."""
        if self._store is None or len(self._ids) < 2 or not place.workspace:
            return ()
        try:
            bound = await self._read(self._store, place)
        except StoreError as error:
            _log.warning("What this place is served cannot be read. %s", error)
            return ()
        served = (self._known_of(bound.get(channel, ())) for channel in (*place.channels, ""))
        return next(filter(None, served), ())

    async def bind(self, place: Place, podcasts: Sequence[str]) -> None:
        """Choose the podcasts of the nearest channel of a place, or of its workspace.

        None undoes the choice. Raises StoreError.
        """
        if self._store is None:
            return
        channel = next(iter(place.channels), "")
        await self._store.bind(place.platform, place.workspace, channel, podcasts)
        self._known.pop((place.platform, place.workspace), None)

    async def _read(self, store: BindingStore, place: Place) -> Mapping[str, Sequence[str]]:
        key = place.platform, place.workspace
        if (known := self._known.get(key)) is not None:
            return known
        bound = self._known[key] = await store.bindings(*key)
        return bound

    def _known_of(self, chosen: Sequence[str]) -> tuple[str, ...]:
        """Leave out podcasts that the settings no longer name."""
        return tuple(each for each in chosen if each in self._ids)
