"""The commands to follow, list, unfollow and be forgotten, and the messages to followers."""

import asyncio
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answers.buttons import hit_buttons, page_buttons
from bot.answers.help import forgetful, store_away
from bot.answers.replies import (
    Button,
    ButtonKind,
    Card,
    Reply,
    hit_card,
    quoted,
)
from bot.answers.requests import Request, Verb
from bot.answers.several import card_from_podcast
from bot.errors import StoreError
from bot.library.library import Library
from bot.models import Hit
from bot.podcasts import Podcast, split_name
from bot.posting.departures import answer_forget_me
from bot.posting.follows import MOST_FOLLOWS, Follow, Piece, PostingContext, fold_query
from bot.posting.letters import Written
from bot.posting.places import Recipient, Requester
from bot.search.budget import Budget
from bot.search.index.analysis import clean_text
from bot.search.query import parse_query
from bot.search.spelling import correct_terms
from bot.search.strong_matches import StrongMatches, find_strong_matches
from bot.translations import (
    gettext,
    gettext_noop,
    join_names,
    language_spoken,
    listed_words,
    ngettext,
)

MOST_CHARACTERS = 100
"""The longest query that can be followed."""

_OF_CHANNELS = frozenset({ButtonKind.SHARE, ButtonKind.NOMINATE})
_BEST = 3
_PER_PAGE = 10
# To translators: what people type after “unfollow” to end everything, separated by “|”.
_ALL = gettext_noop("all|everything")
# Mentions of people, channels and everybody, as platforms write them.
_MENTION = re.compile(r"<[@#!][^<>]*>|(?<!\S)@(?:here|channel|everyone)\b")
# A word that more of the episodes are about singles out none; a few episodes do not tell.
_NEARLY_ALL = 0.9
_FEWEST_EPISODES = 10

_log = logging.getLogger(__name__)

# A library, and the pieces of news in it.
NewsIn = tuple[Library, Sequence[Piece]]


@dataclass(frozen=True, slots=True)
class _Found:
    """The hits of a query that somebody follows, in one episode."""

    podcast: Podcast
    query: str
    hits: Sequence[Hit]


async def answer_following(
    context: PostingContext,
    libraries: Sequence[Library],
    request: Request,
    follower: Requester,
    podcasts: Sequence[str] = (),
) -> Reply:
    """Follow or unfollow a query, list what a person follows, or forget the person.

    `libraries` are those of the place, in which a query is then followed, or in the `podcasts` with
    these ids, if some of them are not loaded.
    """
    query = clean_text(request.text)
    try:
        if request.verb is Verb.FORGET_ME:
            return await answer_forget_me(context, request, follower)
        if request.verb is Verb.FOLLOWS or not query:
            return await _list(context, follower, request)
        if request.verb is Verb.UNFOLLOW:
            return await _unfollow(context, query, follower)
        podcasts = podcasts or [each.podcast.id for each in libraries]
        return await _follow(context, libraries, podcasts, query, follower)
    except StoreError as error:
        _log.error("/podcast %s did nothing. %s", request.verb, error)
        return store_away()


async def with_refusal(context: PostingContext, asker: Requester, reply: Reply) -> Reply:
    """Add to a private reply, once, that the asker's last letter was refused."""
    recipient = asker.recipient
    if recipient not in context.unreachable:
        return reply
    context.unreachable.discard(recipient)
    try:
        reason = await context.follows.take_refusal(recipient)
    except StoreError as error:
        _log.warning("A follower was not told that a message was refused. %s", error)
        return reply
    note = gettext(
        "I could not message you about what you follow. {reason} I will try again in a week.",
        reason=reason,
    )
    return replace(reply, notes=(note, *reply.notes)) if reason else reply


def write_news(news: Sequence[NewsIn], follows: Sequence[Follow]) -> Written:
    """Write a person the three best new passages for what they follow."""
    queries = {each.words: each.query for each in follows}
    pieces = tuple(piece for _, each in news for piece in each)
    found = [each for library, some in news for each in _find_all(library, queries, some)]
    cards = _best_of(found)
    if not cards:
        return Written(pieces, None)
    asked = tuple(dict.fromkeys(each.query for each in found))
    episodes = len({(each.podcast.id, each.hits[0].episode.slug) for each in found})
    text = gettext(
        "New in the podcast for you: {queries}",
        queries=join_names([quoted(query) for query in asked]),
    )
    left = sum(len(each.hits) for each in found) - len(cards)
    more = ngettext(
        "There is more in {n} new episode: search for it.",
        "There is more in {n} new episodes: search for it.",
        episodes,
    )
    notes = (*([more] if left else []), _one_a_week())
    buttons = tuple(map(_unfollow_button, asked))
    return Written(pieces, Reply(text, notes, cards, buttons=buttons))


def _one_a_week() -> str:
    return gettext("You get at most one message a week, for everything you follow.")


def _example() -> str:
    return gettext("For example: {command}", command="/podcast follow feature store")


def _unfollow_button(query: str) -> Button:
    """Return the button to stop following something."""
    label = gettext("Unfollow {query}", query=quoted(query))
    return Button(ButtonKind.ASK, label, Request(Verb.UNFOLLOW, query))


async def _follow(
    context: PostingContext,
    libraries: Sequence[Library],
    podcasts: Sequence[str],
    query: str,
    follower: Requester,
) -> Reply:
    if len(query) > MOST_CHARACTERS:
        return Reply(
            gettext(
                "That is {length} characters; {most} is the most I can follow. "
                "Try the few words that tell it apart.",
                length=len(query),
                most=MOST_CHARACTERS,
            )
        )
    query = clean_text(_MENTION.sub(" ", query))
    parsed = parse_query(query)
    if parsed.problems or not parsed.has_words:
        text = gettext("There are no words in that to follow.")
        return Reply(text, (*parsed.problems, _example()))
    if context.ephemeral:
        return forgetful()
    matches = [
        await asyncio.to_thread(find_strong_matches, each.index, query) for each in libraries
    ]
    strong = list(zip(libraries, matches, strict=True))
    refusals = [*filter(None, (_refuse_common(each, query, found) for each, found in strong))]
    if len(refusals) == len(libraries):
        return refusals[0]
    follow = Follow(
        *(follower.platform, follower.workspace, follower.person, query),
        since=context.outbox.clock(),
        language=language_spoken(),
        podcasts=tuple(filter(None, podcasts)),
    )
    if not await context.follows.follow(follow):
        text = gettext("You already follow {most} things, which is the limit.", most=MOST_FOLLOWS)
        note = gettext("“/podcast follows” lists them, each with a button to unfollow it.")
        return Reply(text, (note,))
    text = gettext(
        "I will message you when a new episode talks about {query}, not just mentions it.",
        query=quoted(query),
    )
    most = max(strong, key=lambda each: each[1].count)
    notes = (_one_a_week(), *_tell_today(*most))
    return Reply(text, notes, buttons=(_unfollow_button(query),))


def _refuse_common(library: Library, query: str, strong: StrongMatches) -> Reply | None:
    """Refuse a word that nearly every episode is about, and stop words; None for all others."""
    parsed, episodes = parse_query(query), len(library.index.episodes)
    content = library.index.vocabulary.content_terms(parsed.words)
    limit = max(episodes * _NEARLY_ALL, _FEWEST_EPISODES)
    narrow = parsed.phrases or len(content) > 1 or (content and len(strong.passages) <= limit)
    if narrow:
        return None
    text = gettext(
        "Nearly every episode says {query}, so I would message you about all of them.",
        query=quoted(query),
    )
    return Reply(text, (gettext("Add a word that tells what you are after."), _example()))


def _tell_today(library: Library, strong: StrongMatches) -> tuple[str, ...]:
    """Say how much there is today, or suggest another spelling."""
    if strong.passages:
        episodes = ngettext("{n} episode", "{n} episodes", len(strong.passages))
        return (
            ngettext(
                "Today, that is {n} passage in {episodes}: “/podcast search {words}” shows them.",
                "Today, that is {n} passages in {episodes}: “/podcast search {words}” shows them.",
                strong.count,
                episodes=episodes,
                words=strong.text,
            ),
        )
    meant = correct_terms(library.index, parse_query(strong.text).words, Budget.of(library.index))
    if not meant:
        return (gettext("No episode talks about it so far."),)
    near = quoted(" ".join(word for words in meant.values() for word in words))
    return (gettext("No episode talks about it so far. Did you mean {query}?", query=near),)


async def _unfollow(context: PostingContext, query: str, follower: Requester) -> Reply:
    recipient = follower.recipient
    words = fold_query(query)
    if await context.follows.unfollow(recipient, words):
        text = gettext("You no longer follow {query}.", query=quoted(query))
        return Reply(text, await _tell_left(context, recipient))
    if re.fullmatch(listed_words(_ALL), words):
        if not await context.follows.unfollow(recipient, None):
            return Reply(gettext("You do not follow anything."))
        return Reply(
            gettext("You no longer follow anything, and I have forgotten what you followed.")
        )
    text = gettext("You do not follow {query}.", query=quoted(query))
    return Reply(text, await _tell_left(context, recipient))


async def _tell_left(context: PostingContext, recipient: Recipient) -> tuple[str, ...]:
    left = [quoted(each.query) for each in await context.follows.follows_of(recipient)]
    if not left:
        return (gettext("You do not follow anything now."),)
    return (gettext("You follow {queries}.", queries=join_names(left)),)


async def _list(context: PostingContext, follower: Requester, request: Request) -> Reply:
    follows = await context.follows.follows_of(follower.recipient)
    if not follows:
        return Reply(gettext("You do not follow anything yet."), (_example(),))
    asked = Request(Verb.FOLLOWS, page=request.page)
    first = asked.page * _PER_PAGE
    shown = follows[first : first + _PER_PAGE]
    more = first + _PER_PAGE < len(follows)
    return Reply(
        ngettext("You follow {n} thing.", "You follow {n} things.", len(follows)),
        (_one_a_week(), gettext("“/podcast unfollow all” ends everything.")),
        tuple(map(_follow_card, shown)),
        more=more,
        first=first + 1 if shown else 1,
        buttons=page_buttons(asked, more=more),
    )


def _follow_card(follow: Follow) -> Card:
    button = replace(_unfollow_button(follow.query), label=gettext("Unfollow"))
    return Card("", follow.query, "", (), "", buttons=(button,))


def _find_all(
    library: Library, queries: dict[str, str], pieces: Sequence[Piece]
) -> Iterator[_Found]:
    """Yield what each piece that still has hits found."""
    found: dict[str, StrongMatches] = {}
    slugs = {split_name(piece.episode)[1] for piece in pieces}
    for piece in pieces:
        if (query := queries.get(piece.words)) is None:
            continue
        if query not in found:
            found[query] = find_strong_matches(library.index, query, slugs)
        if hits := found[query].hits(split_name(piece.episode)[1], _BEST + 1):
            yield _Found(library.podcast, query, hits)


def _best_of(found: Sequence[_Found]) -> tuple[Card, ...]:
    """Show the best hits: the first of each piece, then the second; no passage twice."""
    best: dict[tuple[str, int], Card] = {}
    for rank in range(_BEST):
        for each in found:
            if rank < len(each.hits) and len(best) < _BEST:
                hit = each.hits[rank]
                card = _news_card(each.query, hit, each.podcast)
                best.setdefault((each.podcast.id, hit.passage), card)
    return tuple(best.values())


def _news_card(query: str, hit: Hit, podcast: Podcast) -> Card:
    card = hit_card(hit)
    # In a letter, there is nobody to share with, and no channel to nominate for.
    buttons = (each for each in hit_buttons(card, query) if each.kind not in _OF_CHANNELS)
    card = replace(card, label=quoted(query), buttons=tuple(buttons))
    return card_from_podcast(card, podcast)
