"""How often something is mentioned, and where first and last."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.answers.buttons import hit_buttons
from bot.answers.hints import explain_unfinished, never_mentioned
from bot.answers.replies import Card, Reply, hit_card, quoted
from bot.answers.requests import Request
from bot.answers.widening import search_instead
from bot.library.library import Library
from bot.models import Query
from bot.search.budget import Budget, Task
from bot.search.hits import show_match
from bot.search.index.analysis import terms_of
from bot.search.index.index import Index
from bot.search.links import without_links
from bot.search.mentions import Mentions, count_mentions, describe_seasons, units_to_count
from bot.search.query import parse_query, without_filters
from bot.text import pluralize
from bot.translations import join_names

_MOST_TERMS = 4
_MOST_GUESTS = 3
_SEVERAL = "To compare several, put “vs” between them: llm vs mlops."
_VERSUS = re.compile(r"(?:^|\s)(?:vs|versus)\.?(?=\s|$)|,\s", re.IGNORECASE)
# These may be part of a term, such as “research and development”.
_LISTED = re.compile(r",|&|(?:^|\s)(?:vs\.?|versus|and|or)(?=\s|$)", re.IGNORECASE)


def answer_mentions(library: Library, request: Request) -> Reply:
    """Count how often something is mentioned, by season; "llm vs mlops" compares several."""
    text = without_filters(without_links(request.text))
    terms = _terms(text)
    if len(terms) == 1 and not _is_said(library.index, terms[0]):
        terms = _terms(text, _LISTED) or terms
    if not terms:
        return Reply("Type what to count, as in “mlops” or “llm vs mlops”.")
    budget = Budget.of(library.index)
    counted = tuple(_count_all(library.index, terms[:_MOST_TERMS], budget))
    left_out = explain_unfinished(budget.unfinished)
    if not counted:
        return Reply("I did not count anything.", left_out)
    query = parse_query(request.text)
    never = not any(each.total for each in counted)
    narrowed = _count_in_all(query) if query.filters or query.after or query.before else ()
    notes = [*narrowed, *left_out, *(line for each in counted for line in _describe(each))]
    if any(map(_LISTED.search, terms)):
        notes.append(_SEVERAL)
    elif never:
        notes += never_mentioned(library, [each.term for each in counted])
    if len(terms) > _MOST_TERMS:
        notes.append(f"I compare {_MOST_TERMS} at most; the rest are left out.")
    cards = tuple(card for each in counted for card in _cards(library.index, each))
    ways = search_instead(library, " ".join(terms)) if never else ()
    text = " · ".join(map(_summary, counted))
    return Reply(text, tuple(notes), cards, mentions=counted, buttons=ways, asked=request)


def _terms(text: str, between: re.Pattern[str] = _VERSUS) -> list[str]:
    parts = (part.strip(' "“”') for part in between.split(text))
    return [term for term in dict.fromkeys(parts) if terms_of(term)]


def _count_in_all(query: Query) -> tuple[str, ...]:
    found = f"To find passages in some of them, search for {quoted(query.text)}."
    return (f"I count in all episodes. {found}",)


def _is_said(index: Index, term: str) -> bool:
    """Return whether a term is ever said, or is at least too much to count."""
    budget = Budget.of(index)
    counted = tuple(_count_all(index, [term], budget))
    return not counted or counted[0].total > 0


def _count_all(index: Index, terms: Sequence[str], budget: Budget) -> Iterator[Mentions]:
    for term in terms:
        if budget.allows(units_to_count(index, term), Task.COUNT):
            yield count_mentions(index, term)


def _cards(index: Index, counted: Mentions) -> list[Card]:
    """Build the cards of a term's first and latest mention; there may be only one."""
    names = ("First", "Latest") if len(counted.moments) > 1 else ("Only",)
    cards = []
    for name, moment in zip(names, counted.moments, strict=False):
        card = hit_card(show_match(index, moment))
        label = f"{name}: {quoted(counted.term)}"
        cards.append(replace(card, label=label, buttons=hit_buttons(card, counted.term)))
    return cards


def _summary(counted: Mentions) -> str:
    if not counted.total:
        return f"{quoted(counted.term)} is never mentioned"
    times, episodes = pluralize(counted.total, "time"), pluralize(counted.episodes, "episode")
    return f"{quoted(counted.term)} is mentioned {times} in {episodes}"


def _describe(counted: Mentions) -> list[str]:
    """Describe a term's mentions by season and the guests who mention it most."""
    lines = []
    if counted.counted_as:
        lines.append(f"{counted.term}: counted as {counted.counted_as}")
    lines += describe_seasons(counted)
    if counted.guests:
        most = [f"{name} ({times})" for name, times in counted.guests[:_MOST_GUESTS]]
        lines.append(f"{counted.term}, most often by: {join_names(most)}")
    if counted.misheard:
        lines.append(f"{counted.term}: {counted.misheard} of them misheard in captions")
    return lines
