"""Answers with passages: search hits, passages about a text, or similar ones."""

from dataclasses import replace
from functools import partial

from bot.answers.buttons import (
    change_button,
    form_button,
    page_buttons,
    passage_buttons,
    verdict_buttons,
)
from bot.answers.episodes import narrowed_episodes
from bot.answers.hints import (
    corrected,
    did_you_mean,
    explain_corrections,
    explain_filters,
    explain_search,
    explain_unfinished,
    nothing_found,
    place_gone,
    ways_on,
)
from bot.answers.moments import ended, find_only
from bot.answers.replies import Reply, clock_time, hit_cards, quoted
from bot.answers.requests import Request, Verb
from bot.answers.slips import explain_slip
from bot.answers.widening import widening_buttons
from bot.library.library import Library
from bot.models import Query
from bot.search.engine import SearchResults, search
from bot.search.intent import Intent, judge_intent
from bot.search.links import without_links
from bot.search.meaning import search_by_meaning
from bot.search.more_like_this import passage_at, passages_between, query_at, query_like
from bot.search.query import parse_query, without_filters
from bot.translations import gettext


def answer_search(library: Library, request: Request) -> Reply:
    """Answer a query with a page of passages; filters alone list episodes."""
    query = parse_query(request.text)
    if not query.has_words:
        return _without_words(library, query, request)
    return show_passages_found(library, query, request, find_passages(library, query, request))


def find_passages(library: Library, query: Query, request: Request) -> SearchResults:
    """Find the page of passages that a request asks for."""
    return search(library.index, query, request.size, request.page, semantic=library.semantic)


def show_passages_found(
    library: Library, query: Query, request: Request, results: SearchResults
) -> Reply:
    """Build the answer to a query from what it found, with what there is to say about it."""
    found = bool(results.hits)
    narrowed = () if results.problems else explain_filters(query)
    left_out = explain_unfinished(results.unfinished)
    meant = results.corrections | results.offered
    corrections = (
        *explain_corrections(results.corrections, found=found),
        *_offer(query, results),
    )
    hints = () if found or request.page else ways_on(library, query)
    slips = () if request.page else explain_slip(request.text, found=found)
    words = quoted(without_filters(query.text))
    about = gettext("What the podcast says about {words}", words=words)
    text = about if found else nothing_found(query, request.page)
    reply = _page_of_hits(text, results, request, request.text)
    if not (found or request.page):
        change = change_button(query.text)
        ways = change if results.unfinished else widening_buttons(library, query)
        reply = replace(reply, buttons=ways)
    return replace(
        reply,
        notes=(*slips, *narrowed, *results.problems, *left_out, *corrections, *hints),
        suggestion=corrected(query.text, meant) if meant else None,
    )


def _offer(query: Query, results: SearchResults) -> tuple[str, ...]:
    """Offer the words that may have been meant, if there are any."""
    if not results.offered:
        return ()
    return did_you_mean(corrected(query.text, results.corrections), results.offered)


def answer_find(library: Library, request: Request) -> Reply:
    """Answer with passages that share the most telling words of a text, such as a message."""
    if not request.text:
        return Reply(gettext("There is no text to search for."))
    query = query_like(library.index, without_links(request.text))
    if not query.words:
        return Reply(gettext("I cannot tell what that is about."))
    results = search(library.index, query, request.size, request.page)
    found = gettext("Passages about: {words}", words=", ".join(query.words))
    text = found if results.hits else nothing_found(query, request.page)
    # A button has no room for more than the telling words.
    reply = _page_of_hits(text, results, replace(request, text=query.text), query.text)
    is_chat = judge_intent(library.index, request.text, results) is Intent.CHAT
    if not (results.hits and is_chat):
        return reply
    doubt = gettext(
        "I doubt that the podcast has anything on this: the passages only share some words."
    )
    return replace(reply, notes=(doubt,))


def answer_like(library: Library, request: Request) -> Reply:
    """Answer with passages similar to one shown earlier."""
    start, end = request.start, request.end
    if start is None or end is None:
        return place_gone()
    passages = passages_between(library.index, request.episode, start, end)
    return _like(library, request, passages[0], start) if passages else place_gone()


def answer_meaning(library: Library, request: Request) -> Reply:
    """Answer a query with passages near in meaning, or as usual if no sentence model is in use."""
    query = parse_query(request.text)
    if library.semantic is None or not query.has_words:
        return answer_search(library, replace(request, verb=Verb.SEARCH))
    results = search_by_meaning(library.index, query, library.semantic, request.size, request.page)
    words = quoted(without_filters(query.text))
    found = gettext("Passages near in meaning to {words}", words=words)
    text = found if results.hits else nothing_found(query, request.page)
    notes = (*explain_filters(query), *explain_unfinished(results.unfinished))
    return replace(_page_of_hits(text, results, request, request.text), notes=notes)


def find_like(library: Library, wanted: str, second: float, request: Request) -> Reply:
    """Answer with passages similar to a moment of an episode.

    `wanted` is the number, slug or title of the episode; `request` sets page and size.
    """
    index = library.index
    episode = find_only(index, wanted)
    if isinstance(episode, Reply):
        return episode
    if over := ended(index, episode, second):
        return over
    passage = passage_at(index, episode.slug, second)
    if passage is None:
        return place_gone()
    last = float(index.transcripts.finishes[index.passages.lasts[passage] - 1])
    named = replace(request, episode=episode.slug, start=second, end=last)
    return _like(library, named, passage, second)


def _without_words(library: Library, query: Query, request: Request) -> Reply:
    """Answer a query without words to search for."""
    if query.problems:
        return Reply(nothing_found(query), query.problems)
    if query.is_narrowed:
        return narrowed_episodes(library, query, request)
    return replace(explain_search(library, query), buttons=form_button())


def _like(library: Library, request: Request, passage: int, second: float) -> Reply:
    """Answer with passages similar to an indexed one, which contains `second`."""
    query = query_at(library.index, passage)
    if not query.words:
        return Reply(gettext("I cannot tell what that passage is about."))
    results = search(library.index, query, request.size, request.page, exclude=passage)
    episode = library.index.episodes[int(library.index.passage_episodes[passage])]
    place = {"time": clock_time(second), "title": quoted(episode.title)}
    if results.hits:
        text = gettext("More like {time} in {title}", **place)
    elif request.page:
        text = gettext("That is all I found like {time} in {title}.", **place)
    else:
        text = gettext("I found nothing like {time} in {title}.", **place)
    return _page_of_hits(text, results, request, query.text)


def _page_of_hits(text: str, results: SearchResults, request: Request, words: str) -> Reply:
    """Build a page of hits that highlights `words`, with its buttons."""
    cards = tuple(hit_cards(results.hits, partial(passage_buttons, words)))
    verdicts = verdict_buttons(request, cards[0]) if cards else ()
    return Reply(
        text,
        cards=cards,
        more=results.more,
        first=results.first if cards else 1,
        buttons=(*page_buttons(request, more=results.more), *verdicts),
        asked=request,
    )
