"""How often something is mentioned, and where first and last."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

from bot.answers.buttons import passage_buttons
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
from bot.translations import gettext, gettext_noop, join_names, listed_words, ngettext

_MOST_TERMS = 4
_MOST_GUESTS = 3
_VERSUS = re.compile(r"(?:^|\s)(?:vs|versus)\.?(?=\s|$)|,\s", re.IGNORECASE)
# To translators: what may stand between terms, separated by “|”. It may be part of one, too, such
# as “research and development”.
_BETWEEN = gettext_noop("and|or")


def answer_mentions(library: Library, request: Request) -> Reply:
    """Count how often something is mentioned, by season; "llm vs mlops" compares several."""
    text = without_filters(without_links(request.text))
    terms = _terms(text)
    if len(terms) == 1 and not _is_said(library.index, terms[0]):
        terms = _terms(text, _listed()) or terms
    if not terms:
        return Reply(gettext("Type what to count, as in “mlops” or “llm vs mlops”."))
    budget = Budget.of(library.index)
    counted = tuple(_count_all(library.index, terms[:_MOST_TERMS], budget))
    left_out = explain_unfinished(budget.unfinished)
    if not counted:
        return Reply(gettext("I did not count anything."), left_out)
    query = parse_query(request.text)
    never = not any(each.total for each in counted)
    narrowed = _count_in_all(query) if query.is_narrowed else ()
    notes = [*narrowed, *left_out, *(line for each in counted for line in _describe(each))]
    if any(not term.isalnum() and _listed().search(term) for term in terms):
        notes.append(gettext("To compare several, put “vs” between them: llm vs mlops."))
    elif never:
        notes += never_mentioned(library, [each.term for each in counted])
    if len(terms) > _MOST_TERMS:
        most = gettext("I compare {most} at most; the rest are left out.", most=_MOST_TERMS)
        notes.append(most)
    cards = tuple(card for each in counted for card in _cards(library.index, each))
    ways = search_instead(library, " ".join(terms), budget) if never else ()
    text = " · ".join(map(_summary, counted))
    return Reply(text, tuple(notes), cards, mentions=counted, buttons=ways, asked=request)


def _terms(text: str, between: re.Pattern[str] = _VERSUS) -> list[str]:
    parts = (part.strip(' "“”') for part in between.split(text))
    return [term for term in dict.fromkeys(parts) if terms_of(term)]


@cache
def _listed() -> re.Pattern[str]:
    words = rf",|&|(?:^|\s)(?:vs\.?|versus|{listed_words(_BETWEEN)})(?=\s|$)"
    return re.compile(words, re.IGNORECASE)


def _count_in_all(query: Query) -> tuple[str, ...]:
    return (
        gettext(
            "I count in all episodes. To find passages in some of them, search for {query}.",
            query=quoted(query.text),
        ),
    )


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
    term = quoted(counted.term)
    labels = [gettext("First: {term}", term=term), gettext("Latest: {term}", term=term)]
    if len(counted.moments) == 1:
        labels = [gettext("Only: {term}", term=term)]
    actions = partial(passage_buttons, counted.term)
    cards = []
    for label, moment in zip(labels, counted.moments, strict=False):
        card = hit_card(show_match(index, moment), actions)
        cards.append(replace(card, label=label))
    return cards


def _summary(counted: Mentions) -> str:
    if not counted.total:
        return gettext("{term} is never mentioned", term=quoted(counted.term))
    if counted.total == 1:
        return gettext("{term} is mentioned once", term=quoted(counted.term))
    return ngettext(
        "{term} is mentioned {n} time in {episodes}",
        "{term} is mentioned {n} times in {episodes}",
        counted.total,
        term=quoted(counted.term),
        episodes=ngettext("{n} episode", "{n} episodes", counted.episodes),
    )


def _describe(counted: Mentions) -> list[str]:
    """Describe a term's mentions by season and the guests who mention it most."""
    lines = []
    if counted.counted_as:
        lines.append(
            gettext("{term}: counted as {other}", term=counted.term, other=counted.counted_as)
        )
    seasons, left = describe_seasons(counted), counted.total - counted.in_seasons
    lines += seasons
    if seasons and left:
        lines.append(gettext("{term}, without a season: {left}", term=counted.term, left=left))
    if counted.guests:
        most = [f"{name} ({times})" for name, times in counted.guests[:_MOST_GUESTS]]
        names = join_names(most)
        lines.append(gettext("{term}, most often by: {names}", term=counted.term, names=names))
    if counted.misheard:
        lines.append(
            gettext(
                "{term}: {misheard} of them misheard in captions",
                term=counted.term,
                misheard=counted.misheard,
            )
        )
    return lines
