"""Parse what was typed into a Query.

Bare words (any may match, all is better), "exact phrases" (curly quotes too), -word and -"phrase"
to exclude, guest: speaker: episode: season: after: before: to narrow down, sort: for the order.
Links are no words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from bot.models import Filter, Order, Query
from bot.search.index.analysis import clean_text, terms_of
from bot.search.links import find_links, without_links
from bot.translations import gettext

MAX_CHARACTERS = 300

QUOTATION_MARKS = '"“”„‟«»″＂'
# What keyboards and documents make of a minus before a word.
_MINUSES = "‐‑‒–−﹣－"
_SIGNS = str.maketrans(dict.fromkeys(QUOTATION_MARKS, '"') | dict.fromkeys(_MINUSES, "-"))
_PART = re.compile(
    r"""(?P<minus>-)?
    (?:(?P<field>\w+):(?:\s(?!\w+:))?)?  # a blank may follow the colon, another field may not
    (?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+|(?<=:)(?!\S)))""",
    re.VERBOSE,
)
_FILTERS = ("guest", "speaker", "episode", "season")
_DATES = ("after", "before")
_SORT = "sort"
_NAMED = (*_FILTERS, *_DATES, _SORT)


def find_bare_words(text: str) -> list[tuple[int, int]]:
    """Find the bare words of a query's text, as spans of characters.

    Phrases, exclusions and the values of filters are not bare.
    """
    bare = (part for part in _find_parts(text) if part["word"])
    return [
        part.span()
        for part in bare
        if not part["minus"] and (part["field"] or "").casefold() not in _NAMED
    ]


def without_filters(text: str) -> str:
    """Remove the filters from a query's text, but not its words, phrases and exclusions."""
    parts = _find_parts(text)
    spans = (part.span() for part in parts if (part["field"] or "").casefold() not in _NAMED)
    return " ".join(text[start:stop] for start, stop in spans)


def split_query(text: str) -> list[str]:
    """Split a query's text into its words, phrases, exclusions and filters."""
    parts = _find_parts(text)
    return [text[part.start() : part.end()] for part in parts]


def without_phrases(text: str) -> str:
    """Take the quotation marks from the phrases of a query's text; filters and the rest stay."""
    parts = _find_parts(text)
    bare = (
        part["phrase"].strip()
        if part["phrase"] is not None and not (part["field"] or part["minus"])
        else text[part.start() : part.end()]
        for part in parts
    )
    return " ".join(filter(None, bare))


def without_exclusions(text: str) -> str:
    """Remove the words to leave out from a query's text."""
    parts = _find_parts(text)
    return " ".join(text[part.start() : part.end()] for part in parts if not part["minus"])


def _find_parts(text: str) -> Iterator[re.Match[str]]:
    """Find the parts of a query; a match has the positions in the text as it was typed."""
    return _PART.finditer(text.translate(_SIGNS))


@dataclass
class _Parts:
    """The parts of a query, as they are found."""

    words: list[str] = field(default_factory=list)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    excluded: list[tuple[str, ...]] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    dates: dict[str, date] = field(default_factory=dict)
    order: Order | None = None
    problems: list[str] = field(default_factory=list)


def parse_query(typed: str) -> Query:
    """Parse what was typed; any text makes a Query."""
    text = clean_text(typed)
    parts = _Parts()
    for part in _find_parts(text):
        _take(part, parts)
    return Query(
        text=text,
        words=tuple(parts.words),
        phrases=tuple(parts.phrases),
        excluded=tuple(parts.excluded),
        filters=tuple(parts.filters),
        after=parts.dates.get("after"),
        before=parts.dates.get("before"),
        order=parts.order,
        problems=tuple(parts.problems),
    )


def _take(part: re.Match[str], parts: _Parts) -> None:
    name = (part["field"] or "").casefold()
    value = (part["phrase"] if part["phrase"] is not None else part["word"]).strip()
    if part["minus"] and name in _NAMED:
        wrong = gettext(
            "Only words and phrases can be left out, not {field}:{value}.", field=name, value=value
        )
        parts.problems.append(wrong)
    elif name in _DATES:
        _take_date(name, value, parts)
    elif name in _FILTERS:
        _take_filter(name, value, parts)
    elif name == _SORT:
        _take_order(value, parts)
    else:
        _take_words(value, part, parts)


def _take_words(value: str, part: re.Match[str], parts: _Parts) -> None:
    # An unknown field is a word, as people write "note: this".
    before, terms = terms_of(part["field"] or ""), terms_of(value)
    if part["phrase"] is None and find_links(part[0]):
        before, terms = [], terms_of(without_links(part[0]))
    if part["minus"]:
        parts.excluded += filter(None, [(*before, *terms)])
    elif part["phrase"] is not None:
        parts.words += before
        parts.phrases += filter(None, [tuple(terms)])
    else:
        parts.words += [*before, *terms]


def _take_filter(name: str, value: str, parts: _Parts) -> None:
    if name == "season" and not re.fullmatch(r"\d{1,9}", value):
        parts.problems.append(_problem_with_season(value))
    elif terms_of(value):
        parts.filters.append(Filter(name, value))
    else:
        wrong = gettext("{field}: needs a value, as in {field}:maria.", field=name)
        parts.problems.append(wrong)


def _take_date(name: str, value: str, parts: _Parts) -> None:
    try:
        parts.dates[name] = _parse_date(value)
    except ValueError:
        parts.problems.append(_problem_with_date(name, value))


def _take_order(value: str, parts: _Parts) -> None:
    try:
        parts.order = Order(value.casefold())
    except ValueError:
        parts.problems.append(_problem_with_order(value))


def _problem_with_season(value: str) -> str:
    if not value:
        return gettext("season: takes a number, as in season:17.")
    return gettext("season: takes a number, as in season:17, not “{value}”.", value=value)


def _problem_with_date(name: str, value: str) -> str:
    if not value:
        return gettext("{field}: takes a date, as in {field}:2023-06-30.", field=name)
    return gettext(
        "{field}: takes a date, as in {field}:2023-06-30, not “{value}”.", field=name, value=value
    )


def _problem_with_order(value: str) -> str:
    if not value:
        return gettext("sort: is sort:newest or sort:oldest.")
    return gettext("sort: is sort:newest or sort:oldest, not “{value}”.", value=value)


def _parse_date(value: str) -> date:
    """Read 2023, 2023-06 or 2023-06-30; a missing month or day is the first."""
    if not re.fullmatch(r"\d{4}(-\d{1,2}){0,2}", value):
        raise ValueError(value)
    year, month, day = (*map(int, value.split("-")), 1, 1)[:3]
    return date(year, month, day)
