"""Find what a podcast looks like: its name, its cover, and pictures of its guests.

The owner's own files come first: `cover.png`, `.jpg` or `.webp` in the folder of the episodes, and
in the folder of the people a picture named after a person or their page, or the one that this page
names. Then comes what the feed names. A picture from the web is fetched when it is first wanted,
and asked for again after a day.
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.branding import Branding
from bot.errors import AirquoteError
from bot.library.feed_store import FeedStore
from bot.library.fetched import last_fetched, with_feed_files
from bot.library.web import Answer, Trust, Visit, WebLimits, get, open_web, trust_of
from bot.models import Guest
from bot.sources import Folder, GitSource, Source, may_be_feed
from bot.transcripts.files import COVER, PEOPLE_FOLDERS, PICTURE_ENDINGS
from bot.transcripts.formats.episode_facts import FEED_FACTS, PodcastLooks, read_looks

_LARGEST = 10_000_000
# A post waits for its picture.
_PATIENCE = WebLimits(content=_LARGEST, connect=2, silence=2, whole=3)
_DAY = 24 * 60 * 60
_PICTURE = re.compile(r"^picture:[ \t]*+[\"']?([^\"'\s][^\"'\n]*+)", re.MULTILINE)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_LONGEST_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class _Place:
    """A local copy of a source, what its feed says, and whom it may name inside a network."""

    folder: Path
    looks: PodcastLooks = field(default_factory=PodcastLooks)
    trust: Trust = field(default_factory=Trust)


def find_branding(
    sources: Sequence[Source],
    cache: Path,
    guest: Guest | None = None,
    name: str = "",
    colour: str = "",
    clock: Callable[[], float] = time.time,
) -> Branding:
    """Find the looks of a podcast; a `name` and a `colour` that are set come first.

    This may take seconds. What cannot be read or fetched is left out.
    """
    places = [*_places(sources, cache)]
    named = name or next((each.looks.name for each in places if each.looks.name), "")
    pictures = _Pictures(cache / "pictures", clock())
    try:
        cover = _first(_covers(places, pictures))
        portrait = _first(_portraits(places, pictures, guest)) if guest else b""
    finally:
        with suppress(OSError):
            pictures.save()
    return Branding(named, colour, cover, portrait)


def _places(sources: Sequence[Source], cache: Path) -> Iterator[_Place]:
    for source in with_feed_files(sources):
        if isinstance(source, Folder):
            yield _Place(source.path if source.path.is_dir() else source.path.parent)
            continue
        fetched = last_fetched(source, cache)
        feed = may_be_feed(source) if isinstance(source, GitSource) else source
        for folder in fetched.paths if fetched else ():
            if feed is None:
                yield _Place(folder)
            else:
                yield _Place(folder, read_looks(_text(folder / FEED_FACTS)), trust_of(feed))


def _covers(places: Sequence[_Place], pictures: "_Pictures") -> Iterator[bytes]:
    for place in places:
        for path in _files_in(place.folder):
            if COVER.fullmatch(path.name):
                yield _content(path)
    for place in places:
        if place.looks.cover:
            yield pictures.fetch(place.looks.cover, place.trust)


def _portraits(places: Sequence[_Place], pictures: "_Pictures", guest: Guest) -> Iterator[bytes]:
    stems = {each.casefold() for each in (guest.id, guest.name) if each}
    for place in places:
        for people in _people_folders(place.folder):
            files = [path for path in _files_in(people) if path.stem.casefold() in stems]
            for path in files:
                if path.name.lower().endswith(PICTURE_ENDINGS):
                    yield _content(path)
            for path in files:
                if path.suffix.lower() == ".md":
                    yield _named_in(path, pictures)
    for place in places:
        if url := place.looks.portraits.get(guest.name):
            yield pictures.fetch(url, place.trust)


def _named_in(page: Path, pictures: "_Pictures") -> bytes:
    """Read the picture that a person's page names, by address, or by path on its site."""
    found = _PICTURE.search(_text(page)[:_LONGEST_PAGE])
    if not found:
        return b""
    named = found[1].rstrip()
    if _ADDRESS.match(named):
        return pictures.fetch(named, Trust())
    site = page.parent.parent.resolve()
    for path in (site / named.lstrip("/"), page.parent / named):
        if path.resolve().is_relative_to(site) and path.is_file():
            return _content(path)
    return b""


def _people_folders(folder: Path) -> Iterator[Path]:
    if folder.name in PEOPLE_FOLDERS:
        yield folder
    for around in (folder, folder.resolve().parent):
        yield from (around / name for name in sorted(PEOPLE_FOLDERS))


def _files_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []


def _first(found: Iterator[bytes]) -> bytes:
    return next(filter(None, found), b"")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= _LARGEST else b""
    except OSError:
        return b""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


class _Pictures:
    """Pictures from the web, kept in a folder."""

    def __init__(self, folder: Path, now: float) -> None:
        self._store = FeedStore(folder)
        self._now = now
        self._is_changed = False

    def fetch(self, url: str, trust: Trust) -> bytes:
        """Return a picture; if it cannot be fetched, as it was before, or nothing."""
        known = self._store.known(url)
        kept = self._store.read(known.digest)
        if 0 <= self._now - known.at < _DAY:
            return kept or b""
        self._is_changed, known.at = True, self._now
        with suppress(AirquoteError, OSError):
            answer = asyncio.run(_get(url, trust, known.visit if kept else Visit()))
            if answer.content is not None:
                known.etag, known.modified = answer.visit.etag, answer.visit.modified
                known.digest, kept = self._store.keep(answer.content), answer.content
        return kept or b""

    def save(self) -> None:
        """Write what is known, if that has changed. Raises OSError."""
        if self._is_changed:
            self._store.home.mkdir(parents=True, exist_ok=True)
            self._store.save()


async def _get(url: str, trust: Trust, known: Visit) -> Answer:
    """Get a file unless it is as it was `known`. Raises WebError."""
    async with open_web(trust, _PATIENCE, {}) as web:
        return await get(web, url, known, _LARGEST)
