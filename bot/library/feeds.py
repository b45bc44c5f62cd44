"""Fetch a feed: its pages, the transcripts and chapters of its episodes, and what it says of them.

Each state of a feed has its own folder in the cache, named by a digest of what is in it, like a
commit of a repository. The feed is asked for each time; a transcript that is there, once a day. An
episode that fails stops no other.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from bot.errors import AirquoteError, ConfigError, UnreachableError
from bot.languages import language_code
from bot.library.feed_items import (
    describe_episode,
    describe_languages,
    ending_of,
    language_of_feed,
    read_chapters,
    slugs_of,
    sort_transcripts,
)
from bot.library.feed_store import FeedStore
from bot.library.feed_xml import Feed, FeedError, FeedItem, read_feed
from bot.library.git import Limits
from bot.library.web import (
    Answer,
    Visit,
    Web,
    WebError,
    WebLimits,
    get,
    open_web,
    trust_of,
    web_origin,
)
from bot.reporting import Steps
from bot.sources import FeedFile, FeedSource
from bot.transcripts.formats.episode_facts import FEED_FACTS, PodcastLooks, write_feed_facts

_DAY = 24 * 60 * 60
# Some hosts publish an episode before its transcript.
_NEW = 3 * _DAY
_MOST_PAGES = 200
_LARGEST_CHAPTERS = 1_000_000
_LOOK_SECONDS = 0.1
_MOST_NAMED = 10
_CHECK = "Check AIRQUOTE_EPISODES."
_USUAL = WebLimits()
# What is kept in place of the address of the next page of the last one, and of all facts.
_LAST = "-"
_FACTS = "facts"

_Feedlike = FeedSource | FeedFile


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of a feed: its address, its content by digest, and where it was found at last."""

    url: str
    digest: str
    place: str


@dataclass(frozen=True, slots=True)
class _Fetched:
    """What was fetched for an episode, by digest and language, and why something was not."""

    digest: str = ""
    ending: str = ""
    chapters: str = ""
    trouble: str = ""
    language: str = ""
    address: str = ""


class _Fetcher:
    """Fetches what a feed names, and keeps it."""

    def __init__(
        self, web: Web, store: FeedStore, source: _Feedlike, limits: Limits, now: float
    ) -> None:
        self.web = web
        self.store = store
        self.source = source
        self.now = now
        self._limit = limits.content
        self._room = limits.content - store.size()

    async def page(self, url: str) -> _Page:
        """Fetch a page of the feed. Raises WebError."""
        digest = await self._ask(url, self.web.limits.content)
        return _Page(url, digest, self.store.known(url).place or url)

    async def file(self, url: str, most: int = 0, *, soon: bool = False) -> str:
        """Fetch a file, unless that was tried within a day; return its digest. Raises WebError.

        What is not there is tried each time if it is expected `soon`.
        """
        known = self.store.known(url)
        if self.now - known.at < _DAY:
            if self.store.read(known.digest) is not None:
                return known.digest
            if known.trouble and known.lasting:
                raise WebError(url, known.trouble, lasting=True)
        return await self._ask(url, most or self.web.limits.content, soon=soon)

    def beside(self, url: str) -> str:
        """Return the address of a file that lies, with the name of another, beside a local feed."""
        if not isinstance(self.source, FeedFile):
            return ""
        name = PurePosixPath(unquote(urlsplit(url).path)).name
        path = self.source.path.absolute().with_name(name or ".")
        return path.as_uri() if name and path.is_file() else ""

    async def _ask(self, url: str, most: int, *, soon: bool = False) -> str:
        """Ask for a file; what cannot be had now is used as it was, what is gone is not."""
        known = self.store.known(url)
        here = self.store.read(known.digest) is not None
        try:
            answer = await self._download(url, known.visit if here else Visit(), most)
        except WebError as error:
            if here and not error.lasting and url != getattr(self.source, "url", ""):
                return known.digest
            known.trouble, known.at = error.reason, self.now
            known.lasting = error.lasting and not soon
            known.digest = "" if error.lasting else known.digest
            raise
        known.trouble, known.lasting, known.at = "", False, self.now
        known.place = answer.url
        if answer.content is not None:
            self._room -= len(answer.content)
            digest = self.store.keep(answer.content)
            known.next_page = known.next_page if digest == known.digest else ""
            known.etag, known.modified = answer.visit.etag, answer.visit.modified
            known.digest = digest
        return known.digest

    async def _download(self, url: str, known: Visit, most: int) -> Answer:
        """Get a file, unless it is as it was `known`. Raises WebError."""
        if urlsplit(url).scheme == "file":
            content = await asyncio.to_thread(self._read_beside, url, most)
            return Answer(url, content, Visit())
        answer = await get(self.web, url, known, most)
        if len(answer.content or b"") > self._room:
            reason = f"the feed is over the limit of {self._limit / 1e6:,.0f} MB."
            raise WebError(url, reason, lasting=True)
        return answer

    def _read_beside(self, url: str, most: int) -> bytes:
        """Read a file that a local feed names, in its folder or below."""
        if not isinstance(self.source, FeedFile):
            raise WebError(url, "its address is not one of the web.", lasting=True)
        path = Path(unquote(urlsplit(url).path)).resolve()
        if not path.is_relative_to(self.source.path.resolve().parent):
            raise WebError(url, "it is not in the folder of the feed.", lasting=True)
        try:
            with path.open("rb") as file:
                content = file.read(most + 1)
        except OSError as error:
            raise WebError(url, f"it cannot be read ({error.strerror}).") from error
        if len(content) > most:
            raise WebError(url, f"it has more than {most / 1e6:,.0f} MB.", lasting=True)
        return content


def bring_feed(
    source: _Feedlike,
    home: Path,
    limits: Limits,
    on_progress: Steps,
    web_limits: WebLimits = _USUAL,
    clock: Callable[[], float] = time.time,
) -> str:
    """Fetch what has changed of a feed; return the name of the folder in `home` with all of it.

    Raises UnreachableError and ConfigError.
    """
    store = FeedStore(home)
    work = _bring(source, store, on_progress, limits, web_limits, clock())
    try:
        return asyncio.run(_unless_stopped(work, source, limits))
    except WebError as error:
        reason = f"it cannot be fetched: {error.reason}"
        if error.lasting:
            raise ConfigError(str(source), reason, error.remedy or _CHECK) from error
        raise UnreachableError(str(source), reason) from error
    except FeedError as error:
        raise ConfigError(str(source), error.reason, error.remedy or _CHECK) from error
    finally:
        store.save()


async def _unless_stopped(
    work: Coroutine[None, None, str], source: _Feedlike, limits: Limits
) -> str:
    """Wait for a feed to be fetched, unless that takes too long or is to be stopped."""
    task = asyncio.ensure_future(work)
    until = time.monotonic() + limits.whole
    while not task.done():
        await asyncio.wait({task}, timeout=_LOOK_SECONDS)
        late = time.monotonic() > until
        if not task.done() and (late or limits.stop.is_set()):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            reason = f"it is not done after {limits.whole:g} seconds."
            raise UnreachableError(str(source), reason if late else "fetching it was stopped.")
    return task.result()


async def _bring(
    source: _Feedlike,
    store: FeedStore,
    on_progress: Steps,
    limits: Limits,
    web_limits: WebLimits,
    now: float,
) -> str:
    credentials = {}
    if isinstance(source, FeedSource) and source.credentials:
        credentials[web_origin(source.url)] = source.credentials
    async with open_web(trust_of(source), web_limits, credentials) as web:
        fetcher = _Fetcher(web, store, source, limits, now)
        pages, troubles = await _fetch_pages(fetcher)
        state, digests = store.state, tuple(page.digest for page in pages)
        known = digests == state.pages and (store.home / state.version).is_dir()
        if known and now < state.due:
            return state.version
        feed = await asyncio.to_thread(_read_pages, store, pages)
        fetched = await _fetch_episodes(fetcher, feed, on_progress)
    version = _make_folder(source, store, feed, fetched, troubles)
    store.forget_unused()
    state.pages, state.version, state.due = digests, version, _due(store, now)
    return version


async def _fetch_pages(fetcher: _Fetcher) -> tuple[list[_Page], list[str]]:
    """Fetch the pages of a feed, and say which could not be. Raises WebError and FeedError."""
    store, source = fetcher.store, fetcher.source
    url = source.url if isinstance(source, FeedSource) else source.path.absolute().as_uri()
    pages: list[_Page] = []
    while url and len(pages) < _MOST_PAGES and all(page.url != url for page in pages):
        try:
            page = await fetcher.page(url)
            known = store.known(url)
            if not known.next_page:
                feed = await asyncio.to_thread(
                    read_feed, store.read(page.digest) or b"", page.place
                )
                # A page without a next one is told from one that has not been read.
                known.next_page = feed.next_page or _LAST
        except (FeedError, WebError) as error:
            if not pages:
                raise
            return pages, [f"its page {len(pages) + 1} cannot be read: {error.reason}"]
        pages.append(page)
        url = "" if known.next_page == _LAST else known.next_page
    return pages, []


def _read_pages(store: FeedStore, pages: Sequence[_Page]) -> Feed:
    """Read the pages of a feed as one; of an episode that is on several, the first counts."""
    feeds = [read_feed(store.read(page.digest) or b"", page.place) for page in pages]
    items = {item.guid: item for feed in reversed(feeds) for item in feed.items}
    order = dict.fromkeys(item.guid for feed in feeds for item in feed.items)
    return replace(feeds[0], items=tuple(items[guid] for guid in order), next_page="")


async def _fetch_episodes(fetcher: _Fetcher, feed: Feed, on_progress: Steps) -> list[_Fetched]:
    done, language = count(1), _language_of(fetcher.source, feed)

    async def fetch_one(item: FeedItem) -> _Fetched:
        fetched = await _fetch_episode(fetcher, item, language)
        on_progress(next(done), len(feed.items))
        return fetched

    return await asyncio.gather(*map(fetch_one, feed.items))


async def _fetch_episode(fetcher: _Fetcher, item: FeedItem, language: str) -> _Fetched:
    """Fetch the best transcript of an episode that can be read, and its chapters."""
    fetched, trouble = _Fetched(), ""
    age = fetcher.now - _seconds(item.published) if item.published else _NEW
    for link in sort_transcripts(item, language):
        beside = fetcher.beside(link.url)
        if beside and isinstance(fetcher.source, FeedFile) and fetcher.source.in_folder:
            return fetched
        try:
            digest = await fetcher.file(beside or link.url, soon=age < _NEW)
            ending = ending_of(fetcher.store.read(digest) or b"")
        except (AirquoteError, OSError, ValueError) as error:
            trouble = trouble or _explain(link.url, error)
            continue
        if ending:
            spoken = language_code(link.language) or language
            fetched = _Fetched(digest, ending, language=spoken, address=_shown(link.url))
            break
        trouble = trouble or f"{_shown(link.url)} is not a transcript."
    if not fetched.digest:
        return replace(fetched, trouble=trouble)
    if item.chapters_url:
        # Chapters are worth less than a note.
        with suppress(AirquoteError, OSError):
            chapters = await fetcher.file(item.chapters_url, _LARGEST_CHAPTERS)
            fetched = replace(fetched, chapters=chapters)
    return fetched


def _language_of(source: _Feedlike, feed: Feed) -> str:
    return source.rules.language or language_of_feed(feed)


def _seconds(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _make_folder(
    source: _Feedlike,
    store: FeedStore,
    feed: Feed,
    fetched: Sequence[_Fetched],
    troubles: Sequence[str],
) -> str:
    """Make the folder of all transcripts and of what the feed says; return its name."""
    files, episodes = {}, []
    secrets = source.secrets if isinstance(source, FeedSource) else ()
    for item, slug, each in zip(feed.items, slugs_of(feed.items, feed), fetched, strict=True):
        name = f"{slug}{each.ending}" if each.digest else ""
        if name:
            files[name] = each.digest
        chapters = read_chapters(store.read(each.chapters) or b"")
        episodes.append(describe_episode(item, slug, name, chapters, secrets, each.address))
    read = [each.language for each in fetched]
    left_out = describe_languages(feed.items, read, _language_of(source, feed))
    notes = [*troubles, *_notes(feed.items, fetched), *left_out]
    facts = write_feed_facts(str(source), episodes, notes, _looks(feed))
    known = store.known(_FACTS)
    known.digest = store.keep(facts)
    return store.make_folder({**files, FEED_FACTS: known.digest})


def _looks(feed: Feed) -> PodcastLooks:
    """Describe the looks of a podcast; of several pictures of a guest, the newest counts."""
    portraits = dict(pair for item in reversed(feed.items) for pair in item.portraits)
    return PodcastLooks(feed.title, feed.cover, portraits)


def _notes(items: Sequence[FeedItem], fetched: Sequence[_Fetched]) -> list[str]:
    """Say which episodes have no transcript, and why."""
    troubles = [
        f"{_called(item)} has no transcript that can be used: {each.trouble}"
        for item, each in zip(items, fetched, strict=True)
        if each.trouble
    ]
    named, more = troubles[:_MOST_NAMED], len(troubles) - _MOST_NAMED
    if more > 0:
        named.append(f"{more:,} more of its episodes have no transcript that can be used.")
    without = sum(not item.transcripts for item in items)
    if without:
        what = "1 of its episodes has" if without == 1 else f"{without:,} of its episodes have"
        named.append(f"{what} no transcript in it. Only what else has their words is searched.")
    return named


def _called(item: FeedItem) -> str:
    return f"“{item.title}”" if item.title else f"the untitled episode {_shown(item.guid)}"


def _due(store: FeedStore, now: float) -> float:
    """Return when any of the files should be asked for again."""
    times = (
        now if known.trouble and not known.lasting else known.at + _DAY
        for url, known in store.state.files.items()
        if url != _FACTS
    )
    return min(times, default=now)


def _explain(url: str, error: AirquoteError | OSError | ValueError) -> str:
    if isinstance(error, AirquoteError):
        return " ".join(filter(None, [f"{_shown(url)}:", error.reason, error.remedy]))
    return f"{_shown(url)}: it cannot be kept ({error})."


def _shown(url: str) -> str:
    """Return an address without what may be a key."""
    return url.partition("?")[0]
