"""Filters as people say them: "kafka in season 17", "kafka since 2023", "quote by Maria".

What is said is rewritten as the filter that is meant, so that the answer shows it, and a button
carries it.
"""

import re
from calendar import month_name
from collections.abc import Iterable

from bot.models import Query
from bot.search.budget import Budget
from bot.search.filters import apply_filters
from bot.search.index.analysis import terms_of, terms_of_name
from bot.search.index.index import Index
from bot.search.query import QUOTATION_MARKS, parse_query

_MONTHS = {name.casefold(): number for number, name in enumerate(month_name) if name}
_DATE = rf"(?:(?P<month>{'|'.join(_MONTHS)})\s+)?(?P<year>(?:19|20)\d\d)(?:-(?P<digits>\d\d))?"
_END = r"\s*[?!.]*$"
_SEASON = re.compile(
    rf"(?:^|\s)(?:(?:in|from|of|during)\s+)?(?:the\s+)?season\s+(\d{{1,3}}){_END}", re.IGNORECASE
)
_DATED = re.compile(rf"\s(?P<when>since|after|before|until|till|in|from)\s+{_DATE}{_END}", re.I)
_SPAN = re.compile(
    rf"\s(?:from|between)\s+((?:19|20)\d\d)\s+(?:to|until|and)\s+((?:19|20)\d\d){_END}", re.I
)
_BY = re.compile(r"(?:^|(?P<about>.*\S)\s+)(?:by|from|of)\s+(?P<name>\S.*)$", re.IGNORECASE)


def write_filters(index: Index, text: str) -> str:
    """Rewrite the season or the dates at the end of a query as filters.

    Dates without any episode are left as words: they are what somebody speaks of.
    """
    if season := _SEASON.search(text):
        return _outside_quotes(text, season, f"season:{season[1]}")
    if span := _SPAN.search(text):
        dates = f"after:{span[1]} before:{int(span[2]) + 1}"
        return _if_any(index, text, _outside_quotes(text, span, dates))
    if dated := _DATED.search(text):
        return _if_any(index, text, _outside_quotes(text, dated, _dates(dated)))
    return text


def write_guest(index: Index, text: str) -> str:
    """Rewrite the guest or speaker whom a wish for a quote names as a filter.

    A name alone is one only if nobody says it as a word.
    """
    query = parse_query(text)
    if query != Query(query.text, query.words):
        return text
    if (by := _BY.match(query.text)) and (name := _find_name(index, by["name"])):
        return " ".join(filter(None, [by["about"], name]))
    terms = terms_of(query.text)
    alone = terms and all(term in index.name_terms for term in terms)
    return (_find_name(index, query.text) if alone else "") or text


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


def _outside_quotes(text: str, said: re.Match[str], meant: str) -> str:
    """Put a filter in the place of what is said, unless that is within quotation marks."""
    before = text[: said.start()]
    if sum(mark in QUOTATION_MARKS for mark in text[: said.end()]) % 2:
        return text
    return f"{before} {meant}".strip()


def _dates(said: re.Match[str]) -> str:
    year, month = int(said["year"]), _MONTHS.get((said["month"] or "").casefold(), 0)
    month = month or int(said["digits"] or 0)
    first = f"{year}-{month:02}" if month else f"{year}"
    following = (f"{year}-{month + 1:02}" if month < 12 else f"{year + 1}") if month else year + 1
    when = said["when"].casefold()
    if when in ("since", "after", "from"):
        return f"after:{first}"
    if when == "before":
        return f"before:{first}"
    return f"after:{first} before:{following}" if when == "in" else f"before:{following}"


def _if_any(index: Index, text: str, narrowed: str) -> str:
    """Return the narrowed text if its dates leave any episode, else the text."""
    query = parse_query(narrowed)
    dates = Query("", after=query.after, before=query.before)
    left = apply_filters(index, dates, Budget.of(index))
    return text if query.problems or left.problems else narrowed
