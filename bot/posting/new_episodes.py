"""Find what is new in a library, and tell the people who follow it and the channels.

News is recorded in one step with its library, so that one process searches each library once, and
any process can send what waits.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from bot.errors import AirquoteError
from bot.library.library import Library
from bot.library.shelf import Shelf
from bot.models import Episode
from bot.podcasts import Podcast, split_name
from bot.posting.announcements import write_announcement
from bot.posting.follow_commands import write_news
from bot.posting.follows import Follow, Piece, PostingContext
from bot.posting.letters import WEEK, Written, send_letters
from bot.posting.places import Place, Recipient, RecipientKind
from bot.posting.runner import Turn, take_turns
from bot.search.index.index import Index
from bot.search.strong_matches import find_strong_matches

# If more of the known episodes have changed, the way of reading them has.
_MOST_CHANGED = 0.5
# An episode may get its transcript weeks after it was published.
_OLD_DAYS = 60
# What marks an episode is kept beside slugs, none of which begins with it.
_MARK = "="
# Concurrent letters, so that a slow recipient does not hold up the others.
_AT_ONCE = 4

_log = logging.getLogger(__name__)


async def tell_waiting(context: PostingContext, shelf: Shelf) -> None:
    """Send all news that waits; raise StoreError if the recipients cannot be read.

    Call it at the start, when it learns which episodes exist, and at least every half minute.
    """
    for library in shelf.loaded():
        await note_changes(context, library)
    await _tell(context, shelf)


async def read_unreachable(context: PostingContext) -> None:
    """Read who is to be told that their letter was refused, when they ask; raise StoreError."""
    unreachable = await context.follows.unreachable()
    context.unreachable.clear()
    context.unreachable.update(unreachable)


async def note_changes(
    context: PostingContext, library: Library, old: Library | None = None
) -> None:
    """Record a library's news and its recipients, unless recorded before; raise StoreError.

    Call it before answering from the library, so that `old` can be compared.
    """
    store, podcast = context.follows, library.podcast
    if await store.is_noted(podcast.name_of(library.id)):
        return
    known = _own(await store.known_episodes(), podcast)
    if old is not None and not known:
        digests = await asyncio.to_thread(_digest_episodes, old.index)
        digests |= _digest_marks(old.index, digests)
        known = {slug: frozenset({digest}) for slug, digest in digests.items()}
        await _note(context, old, digests, ())
    now = context.outbox.clock()
    digests = await asyncio.to_thread(_digest_episodes, library.index)
    added, changed = _compare(library.index, digests, known)
    recent = [slug for slug in added if not _is_old(library.index, slug, now.date())]
    follows = [each for each in await store.follows() if await _is_for(context, each, podcast)]
    looking = asyncio.to_thread(_look_through, follows, library, old, {*added, *changed})
    named = podcast.name_of
    news = [
        *((each.recipient, Piece(named(slug), each.words)) for each, slug in await looking),
        *(
            (channel, Piece(named(slug)))
            for channel in await _channels_of(context, podcast)
            for slug in recent
        ),
    ]
    await _note(context, library, digests | _digest_marks(library.index, digests), news)
    facts = {"index": library.id, "added": len(added), "changed": len(changed)}
    _log.info("compared", extra=facts | podcast.facts)


def _own(known: Mapping[str, frozenset[str]], podcast: Podcast) -> Mapping[str, frozenset[str]]:
    """Choose what is known of a podcast, by the slugs that its own library has."""
    if not podcast.id:
        return known
    named = {split_name(episode): digests for episode, digests in known.items()}
    return {slug: digests for (own, slug), digests in named.items() if own == podcast.prefix}


async def _note(
    context: PostingContext,
    library: Library,
    digests: Mapping[str, str],
    news: Iterable[tuple[Recipient, Piece]],
) -> None:
    named = library.podcast.name_of
    digests = {named(slug): digest for slug, digest in digests.items()}
    await context.follows.note(named(library.id), digests, news, context.outbox.clock())


async def _is_for(context: PostingContext, follow: Follow, podcast: Podcast) -> bool:
    """Return whether something is followed in a podcast."""
    if not podcast.id:
        return True
    place = Place(follow.platform, follow.workspace)
    return podcast.id in (follow.podcasts or await context.bindings.podcasts_at(place))


async def _channels_of(context: PostingContext, podcast: Podcast) -> Sequence[Recipient]:
    """List the channels in which new episodes of a podcast are announced."""
    channels = await context.follows.channels()
    if not podcast.id:
        return channels
    served = [await context.bindings.podcasts_at(each.channel.place) for each in channels]
    return [each for each, ids in zip(channels, served, strict=True) if podcast.id in ids]


def _digest_episodes(index: Index) -> dict[str, str]:
    """Digest the words of each episode, regardless of times and cues."""
    digests = {}
    for number, episode in enumerate(index.episodes):
        said = index.words_said_in(number).encode(errors="surrogatepass")
        digests[episode.slug] = hashlib.sha256(said).hexdigest()
    return digests


def _digest_marks(index: Index, digests: Mapping[str, str]) -> dict[str, str]:
    """Return what marks each episode, whatever its files are called, with its digest."""
    return {mark: digests[each.slug] for each in index.episodes for mark in _marks_of(each)}


def _marks_of(episode: Episode) -> Iterator[str]:
    marks = {"youtube": episode.youtube, "guid": episode.guid, "audio": episode.audio}
    yield from (f"{_MARK}{kind}:{mark.partition('?')[0]}" for kind, mark in marks.items() if mark)


def _compare(
    index: Index, digests: Mapping[str, str], known: Mapping[str, frozenset[str]]
) -> tuple[list[str], list[str]]:
    """List the new slugs, and those whose episode matches no earlier version.

    An episode that was known by another slug is not new: one with the same video, guid or audio,
    or with the same words, if the other slug is gone.
    """
    if not known:
        return [], []
    gone = {digest for slug, each in known.items() if slug not in digests for digest in each}
    marked = {each.slug: any(mark in known for mark in _marks_of(each)) for each in index.episodes}
    added = [
        slug
        for slug, digest in digests.items()
        if slug not in known and digest not in gone and not marked[slug]
    ]
    changed = [slug for slug in digests if slug in known and digests[slug] not in known[slug]]
    slugs = sum(not slug.startswith(_MARK) for slug in known)
    return added, changed if len(changed) <= max(1, _MOST_CHANGED * slugs) else []


def _is_old(index: Index, slug: str, today: date) -> bool:
    """Return whether an episode was published long ago, so that it is no news to a channel."""
    published = next((each.published for each in index.episodes if each.slug == slug), None)
    return bool(published and (today - published).days > _OLD_DAYS)


def _look_through(
    follows: Iterable[Follow], library: Library, old: Library | None, fresh: set[str]
) -> list[tuple[Follow, str]]:
    """Find the fresh episodes in which follows have strong hits for the first time."""
    found: dict[str, list[str]] = {}
    if not fresh:
        return []
    results = []
    for follow in follows:
        if follow.words not in found:
            found[follow.words] = list(_newly_strong(follow.query, library, old, fresh))
        results += [(follow, slug) for slug in found[follow.words]]
    return results


def _newly_strong(
    query: str, library: Library, old: Library | None, fresh: set[str]
) -> Iterator[str]:
    before = find_strong_matches(old.index, query, fresh).passages if old else {}
    strong = find_strong_matches(library.index, query, fresh).passages
    return (slug for slug in strong if slug not in before)


async def _tell(context: PostingContext, shelf: Shelf) -> None:
    """Send everything waiting; log the failure of one recipient without stopping others."""
    now = context.outbox.clock()
    waiting = await context.follows.waiting(now, now - WEEK)
    reachable = (each for each in waiting if each.platform in context.outbox.posters)
    turns = (Turn(partial(_tell_one, context, shelf, recipient)) for recipient in reachable)
    await take_turns(turns, _AT_ONCE)


async def _tell_one(context: PostingContext, shelf: Shelf, recipient: Recipient) -> None:
    follows = await context.follows.follows_of(recipient)
    await send_letters(context, recipient, partial(_write, shelf, follows))


async def _write(
    shelf: Shelf, follows: Sequence[Follow], recipient: Recipient, pieces: Sequence[Piece]
) -> Written:
    # A process that has not read the sources yet leaves unknown episodes to others.
    news = [each async for each in _find_libraries(shelf, pieces)]
    if not news:
        return Written((), None)
    if recipient.kind is RecipientKind.PERSON:
        return await asyncio.to_thread(write_news, news, follows)
    # Another podcast has a letter of its own.
    return await asyncio.to_thread(write_announcement, *news[0])


async def _find_libraries(
    shelf: Shelf, pieces: Sequence[Piece]
) -> AsyncIterator[tuple[Library, tuple[Piece, ...]]]:
    """Yield the libraries that know some of the pieces, with these.

    What cannot be loaded waits, and so does what must be built first.
    """
    for podcast in shelf.podcasts.values():
        own = [each for each in pieces if _is_of(each, podcast)]
        if not own or not await shelf.is_ready([podcast.id]):
            continue
        try:
            library = await shelf.take(podcast.id)
        except AirquoteError:  # the shelf has logged it
            continue
        names = {podcast.name_of(each.slug) for each in library.index.episodes}
        if known := tuple(each for each in own if each.episode in names):
            yield library, known


def _is_of(piece: Piece, podcast: Podcast) -> bool:
    return not podcast.id or split_name(piece.episode)[0] == podcast.prefix
