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

# Loads a podcast's library; None if it must be built first.
Load = Callable[[Podcast], Awaitable[Library | None]]
# Builds the first library of a podcast, or waits for it, which may take minutes.
Build = Callable[[Podcast], Awaitable[Library]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Room:
    """How many libraries may be loaded, how large they may be together, and how long unused.

    None is no limit.
    """

    most: int | None = None
    bytes: int | None = None
    idle_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Opening:
    """A podcast that is being opened.

    `is_quick` is False as soon as it is known that it must be built, and True once it is open
    without that, or cannot be opened.
    """

    library: asyncio.Task[Library]
    is_quick: asyncio.Future[bool]


def _taken(taking: Sequence[asyncio.Task[Library]]) -> tuple[Library, ...]:
    libraries = tuple(each.result() for each in taking if not each.exception())
    failed = [error for each in taking if (error := each.exception())]
    if failed and not (libraries and all(isinstance(each, AirquoteError) for each in failed)):
        raise failed[0]
    return libraries


async def _build_none(podcast: Podcast) -> Library:
    raise CacheError(podcast.title or "The podcast", "it has no index.")


class Shelf:
    """The podcasts, in the order of their file, and the libraries that are loaded.

    A library may be replaced at any time; whoever has one keeps it. `size_of` tells the size of a
    podcast's index, 0 if there is none yet; `build` makes what `load` does not find. `on_dropped`
    is called with the id of each podcast that leaves.
    """

    def __init__(
        self,
        podcasts: Iterable[Podcast],
        load: Load,
        room: Room | None = None,
        size_of: Callable[[Podcast], int] = lambda _: 0,
        on_dropped: Callable[[str], object] = lambda _: None,
        clock: Callable[[], float] = monotonic,
        build: Build = _build_none,
    ) -> None:
        self.podcasts = {each.id: each for each in podcasts}
        self._load = load
        self._build = build
        self._room = room or Room()
        self._size_of = size_of
        self._on_dropped = on_dropped
        self._clock = clock
        # Those used longest ago come first.
        self._libraries: dict[str, Library] = {}
        self._used: dict[str, float] = {}
        self._opening: dict[str, _Opening] = {}
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
        if error := self._error_of(podcast_id):
            raise error
        # Others may wait for it too.
        return await asyncio.shield(self._open(podcast_id).library)

    async def take_all(self, podcast_ids: Sequence[str]) -> tuple[Library, ...]:
        """Return libraries as `take` does, without those that cannot be loaded.

        Raises the error of the first if that is all.
        """
        if at_hand := self.at_hand(podcast_ids):
            return at_hand
        taking = self._take_each(podcast_ids)
        await asyncio.gather(*taking, return_exceptions=True)
        return _taken(taking)

    async def take_ready(self, podcast_ids: Sequence[str]) -> tuple[Library, ...]:
        """Do the same as `take_all`, without those that must be built first if there are others."""
        if at_hand := self.at_hand(podcast_ids):
            return at_hand
        taking = self._take_each(podcast_ids)
        try:
            await self._wait_for_first(taking, podcast_ids)
            return _taken([each for each in taking if each.done()])
        finally:
            for each in taking:
                each.cancel()

    def _take_each(self, podcast_ids: Iterable[str]) -> list[asyncio.Task[Library]]:
        return [asyncio.create_task(self.take(each)) for each in podcast_ids]

    async def _wait_for_first(
        self, taking: Sequence[asyncio.Task[Library]], podcast_ids: Sequence[str]
    ) -> None:
        """Wait for what is ready; if nothing is, for the first to be built."""
        are_ready = await asyncio.gather(*(self.is_ready([each]) for each in podcast_ids))
        if ready := [each for each, is_ready in zip(taking, are_ready, strict=True) if is_ready]:
            await asyncio.wait(ready)
        while pending := [each for each in taking if not each.done()]:
            if any(each.done() and not each.exception() for each in taking):
                return
            await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)

    async def is_ready(self, podcast_ids: Iterable[str]) -> bool:
        """Load podcasts, and return True; False at once if one must be built first.

        That goes on meanwhile. One that cannot be loaded is ready: `take` says why.
        """
        missing = [each for each in podcast_ids if each not in self._libraries]
        opening = [self._open(each) for each in missing if not self._error_of(each)]
        return all(await asyncio.gather(*(asyncio.shield(each.is_quick) for each in opening)))

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
        tasks = [each.library for each in self._opening.values()]
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _error_of(self, podcast_id: str) -> AirquoteError | None:
        """Return why a podcast could not be loaded, while it is too early to try again."""
        until, error = self._failed.get(podcast_id, (0.0, None))
        return error if self._clock() < until else None

    def _open(self, podcast_id: str) -> _Opening:
        """Begin to open a podcast, unless that has begun."""
        if known := self._opening.get(podcast_id):
            return known
        is_quick = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._open_now(self.podcasts[podcast_id], is_quick))
        # Perhaps nobody waits any more when it fails, which is logged.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        opening = self._opening[podcast_id] = _Opening(task, is_quick)
        return opening

    async def _open_now(self, podcast: Podcast, is_quick: asyncio.Future[bool]) -> Library:
        try:
            self._check_size(podcast)
            library = await self._load(podcast)
            if library is None:
                is_quick.set_result(False)
                library = await self._build(podcast)
            self._check_size(podcast)
            self.put(library)
        except (AirquoteError, OSError) as error:
            reason = error if isinstance(error, AirquoteError) else _unreadable(podcast, error)
            _log.error("%s", reason, extra=podcast.facts)
            self._failed[podcast.id] = self._clock() + _PAUSE_SECONDS, reason
            raise reason from error
        finally:
            del self._opening[podcast.id]
            if not is_quick.done():
                is_quick.set_result(True)
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
