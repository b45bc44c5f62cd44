"""Quotes by guests, on a topic or in the order of the day."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache, partial
from hashlib import blake2b
from itertools import chain, islice

import numpy as np

from bot.answers.buttons import another_button, passage_buttons
from bot.answers.hints import explain_filters, explain_unfinished
from bot.answers.replies import Reply, hit_card, quoted
from bot.answers.requests import Request
from bot.answers.widening import search_instead
from bot.arrays import Mask
from bot.library.library import Library, quotes_of, word_usage_of
from bot.models import Episode, Hit, Query, Snippet
from bot.quotes.lookup import explain_none, find_cues, guest_of, is_judged, trim_opening
from bot.quotes.models import GOOD_SCORE, ScoredQuote
from bot.quotes.wording import find_question
from bot.search.budget import Budget
from bot.search.filters import apply_filters
from bot.search.hits import show_sentence
from bot.search.index.index import Index
from bot.search.index.names import name_matcher
from bot.search.interpretation import InterpretedQuery, interpret
from bot.search.phrasing import write_guest
from bot.search.query import parse_query, without_filters
from bot.search.ranking import Weights, rank
from bot.search.snippets import find_matches
from bot.translations import gettext, gettext_noop, listed_words

# How many of the best passages to search for single sentences.
_PASSAGES = 30
# A word whose IDF is below this share of the query's highest is not its subject.
_TELLING = 0.5
# To translators: what people type, separated by “|”, as in “quote of the week”.
_OF_THE_WEEK = gettext_noop("of the week|of this week")

# A run of cues, and the query stems it contains.
_Found = tuple[range, frozenset[int]]


def answer_quote(library: Library, request: Request) -> Reply:
    """Answer with the quote on the request's page, about its words if it has any."""
    weekly = re.fullmatch(rf"(?:{listed_words(_OF_THE_WEEK)})[?!.]*", request.text, re.IGNORECASE)
    typed = "" if weekly else write_guest(library.index, request.text)
    request = replace(request, text=typed)
    budget = Budget.of(library.index)
    chosen, more = pick_quote(library, request.text, request.page, budget=budget, seed=request.seed)
    query = parse_query(request.text)
    narrowed = explain_filters(query)
    about = quoted(without_filters(query.text)) if query.has_words else ""
    if chosen is None:
        return _without_quote(library, request, query, about, budget)
    remarks = [*query.problems, *narrowed, *explain_unfinished(budget.unfinished)]
    if query.text and not (query.has_words or narrowed):
        remarks.append(_about_anything())
    if weekly:
        remarks.append(_where_weekly())
    # A quote highlights nothing, so its buttons leave out the words of the request.
    card = hit_card(chosen, partial(passage_buttons, ""))
    buttons = another_button(request) if more else ()
    text = gettext("A quote about {words}", words=about) if about else gettext("A quote")
    return Reply(text, tuple(remarks), (card,), buttons=buttons, more=more, asked=request)


def _about_anything() -> str:
    return gettext("There are no words to search for in that, so here is a quote about anything.")


def _where_weekly() -> str:
    return gettext(
        "The quote of the week is posted in channels: “/podcast weekly status” says when."
    )


def _without_quote(
    library: Library, request: Request, query: Query, about: str, budget: Budget
) -> Reply:
    """Say that there is no quote, or no more, why, and what to do about it."""
    left_out = explain_unfinished(budget.unfinished)
    filtered = apply_filters(library.index, query, Budget.of(library.index))
    problems = (*query.problems, *filtered.problems)
    why = explain_none(_episodes_in(library.index, filtered.allowed), "")
    way = gettext("Try different words, or none.")
    if not query.text or (why and not any(map(is_judged, library.index.episodes))):
        way = gettext("Try a search instead.")
    if any(each.field == "speaker" for each in query.filters):
        way = gettext("I quote guests only. A search finds what others say.")
    notes = (*(problems or (*explain_filters(query), *why, way)), *left_out)
    ways = search_instead(library, query.text, budget) if about and not request.page else ()
    return Reply(_no_quote(about, is_first=not request.page), notes, buttons=ways)


def _no_quote(about: str, *, is_first: bool) -> str:
    if about and is_first:
        return gettext("I have no quote about {words}.", words=about)
    if about:
        return gettext("I have no other quote about {words}.", words=about)
    return gettext("I have no quote.") if is_first else gettext("I have no other quote.")


def _episodes_in(index: Index, allowed: Mask | None) -> list[Episode]:
    """List the episodes with passages that filters allow, None for all."""
    passages = index.passage_episodes if allowed is None else index.passage_episodes[allowed]
    return [index.episodes[number] for number in np.unique(passages).tolist()]


def pick_quote(
    library: Library,
    typed: str = "",
    page: int = 0,
    day: date | None = None,
    budget: Budget | None = None,
    seed: int = 0,
) -> tuple[Hit | None, bool]:
    """Pick the quote on a page (from 0), and say whether there is another.

    Without words, the order changes daily (UTC; today if no `day` is given) and with the `seed`.
    The quote is None past the last one. What a `budget` is not enough for is left out.
    """
    query, budget = parse_query(typed), budget or Budget.of(library.index)
    if query.has_words:
        found = _about(library, query, budget)
    else:
        salt = f"{day or datetime.now(UTC).date()} {seed or ''}".strip()
        found = _in_order(library, query, salt, budget)
    chosen = list(islice(found, page, page + 2))
    if not chosen:
        return None, False
    index, cues = library.index, chosen[0]
    shown = show_sentence(index, cues[0], len(cues))
    said = Snippet(trim_opening(shown.snippet.text))
    return replace(shown, snippet=said, question=find_question(index, cues[0])), len(chosen) > 1


def quotes_about(library: Library, words: str) -> frozenset[str]:
    """Name by their ids the quotes in passages with all words of a query; none without words."""
    index, query = library.index, parse_query(words)
    if not query.has_words:
        return frozenset()
    reading = interpret(index, query, Budget.of(index))
    wanted = set(reading.terms.idf)
    ranked = set(rank(index, reading.terms, reading.allowed, Weights()).passages.tolist())

    @cache
    def is_about(passage: int) -> bool:
        matches = find_matches(index, reading, passage) if passage in ranked else ()
        return bool(matches) and wanted <= {stem for match in matches for stem in match.stems}

    def passages_of(quote: ScoredQuote) -> list[int]:
        cues = find_cues(index, quote)
        if not cues:
            return []
        return [*map(int, index.passages_at(index.transcripts.firsts[cues[0] : cues[0] + 1]))]

    return frozenset(
        quote.id for quote in quotes_of(library) if any(map(is_about, passages_of(quote)))
    )


def _in_order(library: Library, query: Query, salt: str, budget: Budget) -> Iterator[range]:
    """Yield the quotes that pass the filters, said and good ones first, else shuffled by `salt`."""
    index, allowed = library.index, apply_filters(library.index, query, budget).allowed
    left = {episode.slug for episode in _episodes_in(index, allowed)}
    quotes = [each for each in quotes_of(library) if each.episode in left]

    def order(quote: ScoredQuote) -> tuple[bool, bool, bytes]:
        return not quote.wording.is_literal, quote.score < GOOD_SCORE, _key(quote, salt)

    for quote in sorted(quotes, key=order):
        cues = find_cues(index, quote)
        if cues and _is_named(index, cues, query):
            yield cues


def _key(quote: ScoredQuote, salt: str) -> bytes:
    """Hash salt and quote, alike on every machine and for every index."""
    return blake2b(f"{salt} {quote.id}".encode(), digest_size=8).digest()


def _about(library: Library, query: Query, budget: Budget) -> Iterator[range]:
    """Yield what contains words of a query, full matches first.

    Among equals, quotes come before single sentences of the best passages.
    """
    index = library.index
    reading = interpret(index, query, budget)
    ranked = rank(index, reading.terms, reading.allowed, Weights()).passages.tolist()
    found = chain(
        _quotes_in(library, reading, ranked), _sentences_in(library, reading, ranked[:_PASSAGES])
    )
    taken: set[int] = set()
    for cues in _in_turn(found, reading.terms.idf):
        if taken.isdisjoint(cues) and _is_named(index, cues, query):
            taken.update(cues)
            yield cues


def _in_turn(found: Iterable[_Found], wanted: Iterable[int]) -> Iterator[range]:
    """Yield full matches as they come, then the partial ones."""
    others = []
    for cues, stems in found:
        if stems.issuperset(wanted):
            yield cues
        else:
            others.append(cues)
    yield from others


def _quotes_in(
    library: Library, reading: InterpretedQuery, passages: Sequence[int]
) -> Iterator[_Found]:
    index = library.index
    of_episode: dict[str, list[ScoredQuote]] = {}
    for quote in quotes_of(library):
        of_episode.setdefault(quote.episode, []).append(quote)
    for passage in passages:
        episode = index.episodes[int(index.passage_episodes[passage])]
        begin = index.transcripts.begins[index.passages.firsts[passage]]
        end = index.transcripts.finishes[index.passages.lasts[passage] - 1]
        for quote in of_episode.get(episode.slug, ()):
            if quote.start is not None and begin <= quote.start < end:
                cues = find_cues(index, quote) or range(0)
                said = _said_in(index, reading, passage)
                stems = [said[cue] for cue in cues if cue in said]
                if stems:
                    yield cues, frozenset[int]().union(*stems)


def _sentences_in(
    library: Library, reading: InterpretedQuery, passages: Sequence[int]
) -> Iterator[_Found]:
    # Imported here because its patterns are slow to compile and no other answer needs them.
    from bot.quotes.standalone import stands_alone

    index, usage = library.index, word_usage_of(library)
    for passage in passages:
        if not is_judged(index.episodes[int(index.passage_episodes[passage])]):
            continue
        for cue, stems in _said_in(index, reading, passage).items():
            if (
                not np.isnan(index.transcripts.begins[cue])
                and not np.isnan(index.transcripts.finishes[cue])
                and guest_of(index, cue)
                and stands_alone(index.transcripts.text_of(cue), usage)
            ):
                yield range(cue, cue + 1), stems


def _said_in(index: Index, reading: InterpretedQuery, passage: int) -> dict[int, frozenset[int]]:
    """Map the cues of a passage to the query stems they contain.

    Only cues with a phrase of the query count or, if it has none, with a telling word.
    """
    idf = reading.terms.idf
    least = _TELLING * max(idf.values(), default=0.0)
    said: dict[int, frozenset[int]] = {}
    telling: set[int] = set()
    for match in find_matches(index, reading, passage):
        cue = index.transcripts.cue_at(match.place)
        said[cue] = said.get(cue, frozenset()) | match.stems
        tells = max((idf.get(stem, 0.0) for stem in match.stems), default=0.0) >= least
        if not match.stems or (tells and not reading.phrases):
            telling.add(cue)
    return {cue: said[cue] for cue in sorted(telling)}


def _is_named(index: Index, cues: range, query: Query) -> bool:
    """Return whether the speaker is the guest the query names, if any."""
    asked = [each.value for each in query.filters if each.field in ("guest", "speaker")]
    name = guest_of(index, cues[0])
    guests = index.episodes[int(index.transcripts.episodes[cues[0]])].guests
    ids = {guest.id for guest in guests if guest.name == name}
    return all(name_matcher(value)(name) or value.casefold() in ids for value in asked)
