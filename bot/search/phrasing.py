"""Filters as people say them: "kafka in season 17", "kafka since 2023", "quote by Maria".

What is said is rewritten as the filter that is meant, so that the answer shows it, and a button
carries it.
"""

import re
from collections.abc import Iterable
from functools import cache

from bot.models import Query
from bot.numbering import MONTHS, find_last_season, month_number
from bot.search.budget import Budget
from bot.search.filters import apply_filters
from bot.search.index.analysis import terms_of, terms_of_name
from bot.search.index.index import Index
from bot.search.query import QUOTATION_MARKS, parse_query
from bot.translations import gettext_noop, listed_words

# To translators: this and what follows are words that people type, separated by “|”. Before a
# season, as in “kafka in season 2”.
_IN_SEASON = gettext_noop("in|in the|from|from the|of|of the|during|during the|the")
# To translators: before a year, or a month and a year, as in “kafka since 2023”. So the others.
_SINCE = gettext_noop("since|after|from")
_BEFORE = gettext_noop("before|earlier than")
_UNTIL = gettext_noop("until|till")
_IN = gettext_noop("in|in the year|during")
# To translators: as in “kafka between 2021 and 2023”.
_BETWEEN = gettext_noop("from|between")
_AND = gettext_noop("to|until|and")
# To translators: before the name of a guest, as in “quote by Maria”.
_BY = gettext_noop("by|from|of")

_YEAR = r"(?:19|20)\d\d"
_DATE = rf"(?:(?P<month>{MONTHS})\.?\s+)?(?P<year>{_YEAR})(?:-(?P<digits>\d\d))?"
_END = r"[\s?!.]*\Z"
_ENDS_IN_YEAR = re.compile(rf"\s{_YEAR}(?:-\d\d)?{_END}")


def write_filters(index: Index, text: str) -> str:
    """Rewrite the season or the dates at the end of a query as filters.

    Dates without any episode are left as words: they are what somebody speaks of.
    """
    if season := find_last_season(text):
        number, start = season
        before = _before_season().search(text, 0, start)
        return _outside_quotes(text, before.start() if before else start, f"season:{number}")
    if not _ENDS_IN_YEAR.search(text):
        return text
    if span := _span().search(text):
        dates = f"after:{span[1]} before:{int(span[2]) + 1}"
        return _if_any(index, text, _outside_quotes(text, span.start(), dates))
    if dated := _dated().search(text):
        return _if_any(index, text, _outside_quotes(text, dated.start(), _dates(dated)))
    return text


def write_guest(index: Index, text: str) -> str:
    """Rewrite the guest or speaker whom a wish for a quote names as a filter.

    A name alone is one only if nobody says it as a word.
    """
    query = parse_query(text)
    if query != Query(query.text, query.words):
        return text
    if (by := _by().match(query.text)) and (name := _find_name(index, by["name"])):
        return " ".join(filter(None, [by["about"], name]))
    terms = terms_of(query.text)
    alone = terms and all(term in index.name_terms for term in terms)
    return (_find_name(index, query.text) if alone else "") or text


@cache
def _before_season() -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{listed_words(_IN_SEASON)})\s+\Z", re.IGNORECASE)


@cache
def _span() -> re.Pattern[str]:
    between, end = listed_words(_BETWEEN), listed_words(_AND)
    years = rf"\s(?:{between})\s+({_YEAR})\s+(?:{end})\s+({_YEAR}){_END}"
    return re.compile(years, re.IGNORECASE)


@cache
def _dated() -> re.Pattern[str]:
    kinds = {"since": _SINCE, "before": _BEFORE, "until": _UNTIL, "within": _IN}
    when = "|".join(rf"(?P<{kind}>{listed_words(words)})" for kind, words in kinds.items())
    return re.compile(rf"\s(?:{when})\s+{_DATE}{_END}", re.IGNORECASE)


@cache
def _by() -> re.Pattern[str]:
    by = rf"(?:^|(?P<about>.*\S)\s+)(?:{listed_words(_BY)})\s+(?P<name>\S.*)$"
    return re.compile(by, re.IGNORECASE)


def _find_name(index: Index, typed: str) -> str:
    """Write the filter for those whose names have all the words; "" if nobody's have."""
    guests = {guest.name for episode in index.episodes for guest in episode.guests}
    for field, names in (("guest", guests), ("speaker", {*index.speakers.values()})):
        found = sorted(_called(typed, names))
        if found:
            value = found[0] if len(found) == 1 else typed
            return f'{field}:"{value}"'
    return ""


def _called(typed: str, names: Iterable[str]) -> list[str]:
    terms = {term.removesuffix("'s") for term in terms_of(typed)}
    return [name for name in names if terms and terms.issubset(terms_of_name(name))]


def _outside_quotes(text: str, start: int, meant: str) -> str:
    """Put a filter in the place of the end of a text, unless that is within quotation marks."""
    if sum(mark in QUOTATION_MARKS for mark in text) % 2:
        return text
    return f"{text[:start].rstrip()} {meant}".strip()


def _dates(said: re.Match[str]) -> str:
    year, month = int(said["year"]), month_number(said["month"] or "") or int(said["digits"] or 0)
    first = f"{year}-{month:02}" if month else f"{year}"
    following = (f"{year}-{month + 1:02}" if month < 12 else f"{year + 1}") if month else year + 1
    if said["since"]:
        return f"after:{first}"
    if said["before"]:
        return f"before:{first}"
    return f"after:{first} before:{following}" if said["within"] else f"before:{following}"


def _if_any(index: Index, text: str, narrowed: str) -> str:
    """Return the narrowed text if its dates leave any episode, else the text."""
    query = parse_query(narrowed)
    dates = Query("", after=query.after, before=query.before)
    left = apply_filters(index, dates, Budget.of(index))
    return text if query.problems or left.problems else narrowed
