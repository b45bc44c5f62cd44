"""Requests -> replies with their buttons: what every platform's messages and buttons go through."""

from collections.abc import Callable
from dataclasses import replace

from bot.answers import about, context, episodes, help, passages
from bot.answers.buttons import (
    another_button,
    episode_buttons,
    help_buttons,
    hit_buttons,
    page_buttons,
    verdict_buttons,
)
from bot.answers.help import apology, out_of_date
from bot.answers.hints import GONE, NO_EPISODES, explain_filters, too_long
from bot.answers.quotes import choose_quote
from bot.answers.replies import Reply, hit_card, quoted
from bot.answers.requests import FOLLOWING, Request, Verb
from bot.library.library import Library
from bot.search.filters import narrow
from bot.search.more_like_this import passages_between, query_at, query_like
from bot.search.query import MAX_CHARACTERS, clean_text, parse_query, without_filters

__all__ = ["answer", "apology", "out_of_date", "overview"]

_PER_LIST = 10
_ANY_QUOTE = "There are no words to look for in that, so this is any quote."


def answer(library: Library, request: Request) -> Reply:
    """Answer a request, with the buttons that make sense below the answer."""
    if not library.index.episodes:
        return NO_EPISODES
    asked = replace(request, text=clean_text(request.text))
    if asked.verb is Verb.FIND:
        return _find(library, asked)
    if len(asked.text) > MAX_CHARACTERS:
        return too_long(asked.text)
    return _ANSWERS[asked.verb](library, asked)


def overview(library: Library) -> Reply:
    """Introduce the podcast: how to ask, the latest episodes, what there is and its version."""
    if not library.index.episodes:
        return NO_EPISODES
    reply = help.introduce(library)
    cards = tuple(replace(card, actions=episode_buttons(card, "Chapters")) for card in reply.cards)
    return replace(reply, cards=cards, actions=help_buttons(library))


def _search(library: Library, request: Request) -> Reply:
    if not request.text:
        return _help(library, request)
    reply = passages.search(library, request.text, request.size, request.page)
    if reply.cards and reply.cards[0].snippet is None:  # filters alone list episodes
        return _list_of_episodes(reply, request)
    return _page_of_hits(reply, request, request.text)


def _find(library: Library, request: Request) -> Reply:
    """Answer with what a text is about; only its telling words fit a button."""
    words = query_like(library.index, request.text).text
    reply = passages.find_similar(library, words or request.text, request.size, request.page)
    return _page_of_hits(reply, replace(request, text=words), words) if words else reply


def _like(library: Library, request: Request) -> Reply:
    start, end = request.start, request.end
    if start is None or end is None:
        return GONE
    found = passages_between(library.index, request.episode, start, end)
    if not found:
        return GONE
    passage = found[0]
    reply = passages.like_passage(library, passage, start, request.size, request.page)
    return _page_of_hits(reply, request, query_at(library.index, passage).text)


def _quote(library: Library, request: Request) -> Reply:
    chosen, more = choose_quote(library, request.text, request.page)
    query = parse_query(request.text)
    narrowed = explain_filters(query)
    worded = bool(query.words or query.phrases)
    about = f" about {quoted(without_filters(query.text))}" if worded else ""
    if chosen is None:
        others = "other " if request.page else ""
        problems = (*query.problems, *narrow(library.index, query).problems)
        way = "Try other words, or none." if query.text else "Search for some words instead."
        return Reply(f"I have no {others}quote{about}.", problems or (*narrowed, way))
    unread = () if worded or narrowed or not query.text else (_ANY_QUOTE,)
    card = hit_card(chosen)
    # Nothing in a quote is marked, so it is shown again without the words it was asked for.
    card = replace(card, actions=hit_buttons(card, ""))
    actions = another_button(request) if more else ()
    notes = (*query.problems, *narrowed, *unread)
    return Reply(f"A quote{about}", notes, (card,), actions=actions, more=more)


def _episode(library: Library, request: Request) -> Reply:
    if request.episode:
        return episodes.show_episode(library, request.episode)
    reply = episodes.find_episode(library, request.text)
    return reply if len(reply.cards) == 1 else _list_of_episodes(reply, request, "Show")


def _episodes(library: Library, request: Request) -> Reply:
    return _list_of_episodes(episodes.episodes(library, request.text, newest=True), request)


def _mentions(library: Library, request: Request) -> Reply:
    reply = passages.mentions(library, request.text)
    terms = (each.term for each in reply.mentions for _ in each.moments)
    cards = tuple(
        replace(card, actions=hit_buttons(card, term))
        for card, term in zip(reply.cards, terms, strict=True)
    )
    return replace(reply, cards=cards)


def _help(library: Library, _: Request) -> Reply:
    return replace(help.explain_commands(), actions=help_buttons(library))


_ANSWERS: dict[Verb, Callable[[Library, Request], Reply]] = {
    Verb.SEARCH: _search,
    Verb.QUOTE: _quote,
    Verb.EPISODE: _episode,
    Verb.EPISODES: _episodes,
    Verb.MENTIONS: _mentions,
    Verb.WEEKLY: lambda *_: help.explain_weekly(),
    **dict.fromkeys(FOLLOWING, lambda *_: help.explain_following()),
    Verb.ANNOUNCE: lambda *_: help.explain_announcements(),
    Verb.ABOUT: lambda library, _: about.describe(library),
    Verb.HELP: _help,
    Verb.FIND: _find,
    Verb.LIKE: _like,
    Verb.CONTEXT: context.context,
    Verb.HIT: context.hit,
}


def _page_of_hits(reply: Reply, request: Request, text: str) -> Reply:
    """Add the buttons of a page of hits, in which `text` is marked."""
    cards = tuple(replace(card, actions=hit_buttons(card, text)) for card in reply.cards)
    verdicts = verdict_buttons(request, cards[0]) if cards else ()
    actions = (*page_buttons(request, more=reply.more), *verdicts)
    return replace(reply, cards=cards, actions=actions)


def _list_of_episodes(reply: Reply, request: Request, label: str = "Chapters") -> Reply:
    """Cut the request's page out of a list of episodes, and add its buttons."""
    first = request.page * _PER_LIST
    shown = reply.cards[first : first + _PER_LIST]
    more = first + _PER_LIST < len(reply.cards)
    return replace(
        reply,
        text=reply.text if shown or not request.page else "That is all of them.",
        cards=tuple(replace(card, actions=episode_buttons(card, label)) for card in shown),
        more=more,
        first=first + 1 if shown else 1,
        actions=page_buttons(request, more=more),
    )
