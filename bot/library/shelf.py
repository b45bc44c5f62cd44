"""The shelf: the libraries of all podcasts that are served; those that are asked for are loaded."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic

from bot.errors import AirquoteError, CacheError
from bot.library.library import Library
from bot.podcasts import Podcast

# After a podcast could not be loaded, nobody waits for another attempt so soon.
_PAUSE_SECONDS = 60.0

# Loads a podcast's library, or builds it.
Load = Callable[[Podcast], Awaitable[Library]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Room:
    """How many libraries may be loaded, how large they may be together, and how long unused.

    None is no limit.
    """

    most: int | None = None
    bytes: int | None = None
    idle_seconds: float | None = None


class Shelf:
    """The podcasts, in the order of their file, and the libraries that are loaded.

    A library may be replaced at any time; whoever has one keeps it. `size_of` tells the size of a
    podcast's index, 0 if there is none yet. `on_dropped` is called with the id of each podcast that
    leaves.
    """

    def __init__(
        self,
        podcasts: Iterable[Podcast],
        load: Load,
        room: Room | None = None,
        size_of: Callable[[Podcast], int] = lambda _: 0,
        on_dropped: Callable[[str], object] = lambda _: None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.podcasts = {each.id: each for each in podcasts}
        self._load = load
        self._room = room or Room()
        self._size_of = size_of
        self._on_dropped = on_dropped
        self._clock = clock
        # Those used longest ago come first.
        self._libraries: dict[str, Library] = {}
        self._used: dict[str, float] = {}
        self._loading: dict[str, asyncio.Task[Library]] = {}
        self._failed: dict[str, tuple[float, AirquoteError]] = {}

    @property
    def first(self) -> Podcast:
        """The first podcast of the file."""
        return next(iter(self.podcasts.values()))

    @property
    def has_several(self) -> bool:
        """Whether there is more than one podcast."""
        return len(self.podcasts) > 1

    def loaded(self) -> tuple[Library, ...]:
        """Return what is loaded, in the order of the file."""
        return tuple(self._libraries[each] for each in self.podcasts if each in self._libraries)

    def at_hand(self, podcast_ids: Sequence[str]) -> tuple[Library, ...]:
        """Return libraries as `take` does if all are loaded, else nothing."""
        if not all(each in self._libraries for each in podcast_ids):
            return ()
        return tuple(map(self._use, podcast_ids))

    async def take(self, podcast_id: str) -> Library:
        """Return a podcast's library, after loading it if necessary: once for all who wait for it.

        Raises what loading raises, and CacheError if it is too large.
        """
        if podcast_id in self._libraries:
            return self._use(podcast_id)
        if podcast_id not in self._loading:
            until, error = self._failed.get(podcast_id, (0.0, None))
            if error and self._clock() < until:
                raise error
            podcast = self.podcasts[podcast_id]
            loading = self._loading[podcast_id] = asyncio.create_task(self._open(podcast))
            # Perhaps nobody waits any more when it fails, which is logged.
            loading.add_done_callback(lambda done: done.cancelled() or done.exception())
        # Others may wait for it too.
        return await asyncio.shield(self._loading[podcast_id])

    def put(self, library: Library) -> None:
        """Let a library take the place of its podcast's; others may have to make room for it."""
        podcast_id = library.podcast.id
        is_new = podcast_id not in self._libraries
        self._libraries[podcast_id] = library
        self._failed.pop(podcast_id, None)
        if is_new:  # otherwise, nobody has asked for it
            self._use(podcast_id)
        self._make_room()

    def tidy(self) -> None:
        """Let go of what nobody has used for long."""
        idle = self._room.idle_seconds
        if idle is None:
            return
        for podcast_id in [*self._libraries]:
            if self._clock() - self._used[podcast_id] >= idle:
                self._drop(podcast_id, "idle")

    async def close(self) -> None:
        """Stop loading."""
        for each in self._loading.values():
            each.cancel()
        await asyncio.gather(*self._loading.values(), return_exceptions=True)

    async def _open(self, podcast: Podcast) -> Library:
        try:
            self._check_size(podcast)
            library = await self._load(podcast)
            self._check_size(podcast)
            self.put(library)
        except (AirquoteError, OSError) as error:
            reason = error if isinstance(error, AirquoteError) else _unreadable(podcast, error)
            _log.error("%s", reason, extra={"podcast": podcast.id})
            self._failed[podcast.id] = self._clock() + _PAUSE_SECONDS, reason
            raise reason from error
        finally:
            del self._loading[podcast.id]
        return library

    def _check_size(self, podcast: Podcast) -> None:
        size, most = self._size_of(podcast), self._room.bytes
        if most is not None and size > most:
            reason = f"its index has {_megabytes(size)}, and {_megabytes(most)} are allowed."
            remedy = "Raise AIRQUOTE_PODCASTS_MEGABYTES, or take some of its sources away."
            raise CacheError(podcast.title or "The podcast", reason, remedy)

    def _use(self, podcast_id: str) -> Library:
        library = self._libraries[podcast_id] = self._libraries.pop(podcast_id)
        self._used[podcast_id] = self._clock()
        return library

    def _make_room(self) -> None:
        """Let go of what was used longest ago, but never of what was used last."""
        sizes = {each: self._size_of(self.podcasts[each]) for each in self._libraries}
        for podcast_id in [*self._libraries][:-1]:
            most, whole = self._room.most, self._room.bytes
            too_many = most is not None and len(self._libraries) > most
            too_large = whole is not None and sum(sizes.values()) > whole
            if too_many or too_large:
                del sizes[podcast_id]
                self._drop(podcast_id, "others need the room")

    def _drop(self, podcast_id: str, why: str) -> None:
        library = self._libraries.pop(podcast_id)
        self._on_dropped(podcast_id)
        _log.info("unloaded", extra={"podcast": podcast_id, "index": library.id, "why": why})


def only(library: Library) -> Shelf:
    """Return a shelf with one library, which is always loaded."""

    async def load(podcast: Podcast) -> Library:
        raise KeyError(podcast.id)

    shelf = Shelf([library.podcast], load)
    shelf.put(library)
    return shelf


def _unreadable(podcast: Podcast, error: OSError) -> CacheError:
    return CacheError(podcast.title or "The podcast", f"it cannot be loaded ({error.strerror}).")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
