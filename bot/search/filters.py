"""Apply the filters of a query: guest, speaker, episode, season and dates."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.arrays import Ints, Mask, counts_before
from bot.models import Episode, Filter, Query
from bot.numbering import read_numbering
from bot.search.budget import Budget, Task
from bot.search.index.analysis import terms_of, terms_of_name
from bot.search.index.index import Index, once_for_each
from bot.search.index.names import name_matcher
from bot.search.labels import find_labelled, label_episodes, once_for_each_language
from bot.search.links import find_links
from bot.search.spelling import nearest
from bot.translations import gettext, gettext_noop

# How many values a sentence lists.
_NAMED = 3
# Longer titles are cut in a sentence.
_TITLE_CHARACTERS = 150
# The cost of comparing a value with the names and title of an episode.
_UNITS_AN_EPISODE = 300
# What to say if nobody is called so, and whom to suggest.
_NAMES = {
    "guest": (
        gettext_noop("No guest is called “{value}”."),
        gettext_noop("Some guests here: {names}."),
    ),
    "speaker": (
        gettext_noop("No speaker is called “{value}”."),
        gettext_noop("Some speakers here: {names}."),
    ),
}
# As people abbreviate a season and an episode: "17e5", "2x4".
_SHORT_CODE = re.compile(r"s?(\d{1,3})\s?[ex](\d{1,3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FilterResult:
    """The passages that pass the filters, None for all, and sentences about the problems.

    `names_episode` is set if certain episodes are asked for, so that one may fill a page.
    """

    allowed: Mask | None
    names_episode: bool = False
    problems: tuple[str, ...] = ()


def apply_filters(index: Index, query: Query, budget: Budget) -> FilterResult:
    """Apply a query's filters; for a value without a match, the problem lists the nearest."""
    if not query.is_narrowed:
        return FilterResult(None)
    allowed = np.ones(len(index.passages.firsts), dtype=np.bool_)
    problems: list[str] = []
    for wanted in dict.fromkeys(query.filters):
        if not budget.allows(_UNITS_AN_EPISODE * len(index.episodes), Task.APPLY_FILTERS):
            continue
        mask = _APPLY[wanted.field](index, wanted.value)
        if not mask.any():
            problems.append(_explain(index, wanted))
        allowed &= mask
    dated = _between(index, query)
    if not dated.any():
        problems.append(gettext("No episode here has a date in that span."))
    names_episode = any(wanted.field in ("guest", "episode") for wanted in query.filters)
    return FilterResult(allowed & dated, names_episode, tuple(problems))


def episode_matcher(value: str) -> Callable[[Episode], bool]:
    """Return a test of episodes.

    The value is a code like s17e05, a number like "ep 42", a link, a slug or words of a title.
    """
    if links := find_links(value):
        return links[0].leads_to
    if numbers := _read_numbers(value):
        season, number = numbers
        return lambda episode: episode.number == number and season in (None, episode.season)
    typed, slug = set(terms_of(value)), value.casefold()

    def matches(episode: Episode) -> bool:
        words = terms_of_name(f"{episode.title} {episode.short} {episode.slug}")
        return (bool(typed) and typed.issubset(words)) or slug == episode.slug.casefold()

    return matches


def episodes_called(index: Index, value: str) -> list[Episode]:
    """Find the episodes that a value names, or else the one that has it as its label."""
    found = list(filter(episode_matcher(value), index.episodes))
    labelled = None if found else find_labelled(index, value)
    return [labelled] if labelled else found


def is_episode_number(text: str) -> bool:
    """Return whether a text is the number of an episode: "S14E08", "ep 42" or "Folge 7"."""
    return _read_numbers(text) is not None


def _read_numbers(value: str) -> tuple[int | None, int] | None:
    """Read the season, if any, and the number of an episode; return None for anything else."""
    if code := _SHORT_CODE.fullmatch(value.strip()):
        return int(code[1]), int(code[2])
    named = read_numbering(value.replace("#", ""))
    return (named.season, named.number) if named else None


def _guest(index: Index, value: str) -> Mask:
    named, number = name_matcher(value), value.casefold()
    return _of_episodes(
        index,
        lambda episode: any(named(guest.name) or guest.id == number for guest in episode.guests),
    )


def _episode(index: Index, value: str) -> Mask:
    called = {episode.slug for episode in episodes_called(index, value)}
    return _of_episodes(index, lambda episode: episode.slug in called)


def _season(index: Index, value: str) -> Mask:
    return _of_episodes(index, lambda episode: episode.season == int(value))


def _speaker(index: Index, value: str) -> Mask:
    """Allow the passages in which a speaker of that name speaks."""
    turns = _speaking(index)
    wanted = np.array([*map(name_matcher(value), turns.names), False], dtype=np.bool_)
    said = counts_before(wanted.take(turns.speakers, mode="wrap"))
    mask: Mask = said.take(turns.lasts) > said.take(turns.firsts)
    return mask


@dataclass(frozen=True, slots=True, eq=False)
class _Speaking:
    """The full names of speakers, and who of them speaks in each turn; -1 for no name.

    Passage `p` lies in the turns `firsts[p]` up to and without `lasts[p]`.
    """

    names: tuple[str, ...]
    speakers: Ints
    firsts: Ints
    lasts: Ints


@once_for_each
def _speaking(index: Index) -> _Speaking:
    names = {name: number for number, name in enumerate(_distinct(index.speakers.values()))}
    numbers = {key: names[name] for key, name in index.speakers.items()}
    starts = index.turns.firsts[:-1]
    firsts, lasts = (
        starts.searchsorted(cues, side="right").astype(np.int32)
        for cues in (index.passages.firsts, index.passages.lasts - 1)
    )
    speakers = index.transcripts.number_cues(numbers)[starts]
    return _Speaking(tuple(names), speakers, firsts - 1, lasts)


def _between(index: Index, query: Query) -> Mask:
    if not (query.after or query.before):
        return np.ones(len(index.passages.firsts), dtype=np.bool_)
    return _of_episodes(
        index,
        lambda episode: (
            episode.published is not None
            and (query.after is None or episode.published >= query.after)
            and (query.before is None or episode.published < query.before)
        ),
    )


_APPLY: dict[str, Callable[[Index, str], Mask]] = {
    "guest": _guest,
    "speaker": _speaker,
    "episode": _episode,
    "season": _season,
}


def _of_episodes(index: Index, fits: Callable[[Episode], bool]) -> Mask:
    chosen = np.array([fits(episode) for episode in index.episodes], dtype=np.bool_)
    mask: Mask = chosen[index.passage_episodes]
    return mask


def _explain(index: Index, wanted: Filter) -> str:
    """Say that nothing matches a filter, and what would."""
    if wanted.field == "season":
        return _explain_season(index, wanted.value)
    if wanted.field == "episode":
        return explain_episode(index, wanted.value)
    guests = _distinct(guest.name for episode in index.episodes for guest in episode.guests)
    if wanted.field == "guest":
        return _explain_name(wanted, guests)
    silent = next(filter(name_matcher(wanted.value), guests), "")
    if silent:
        value = f'"{wanted.value}"' if " " in wanted.value else wanted.value
        return gettext(
            "No words here are marked as {name}'s; guest:{value} finds the episodes.",
            name=silent,
            value=value,
        )
    return _explain_name(wanted, _distinct(index.speakers.values()))


def explain_episode(index: Index, value: str) -> str:
    """Say that no episode matches a value, and which are nearest or what to type."""
    titles = _titles(index)
    # A number is not a misspelt title.
    near = [] if value.isdecimal() else nearest(value, list(titles), 2 * _NAMED)
    found = _distinct(titles[name] for name in near)
    ways = gettext("Type its number, as in s01e04, or words from its title.")
    none = gettext("No episode matches “{value}”.", value=value)
    return f"{none} {_nearest(found) or ways}"


@once_for_each_language
def _titles(index: Index) -> Mapping[str, str]:
    """List the title to name each episode by, for its title and its slug."""
    labels = label_episodes(index.episodes, _TITLE_CHARACTERS, lambda each: each.title)
    return {
        name: labels[each.slug]
        for each in index.episodes
        for name in (labels[each.slug], each.slug)
    }


def _explain_name(wanted: Filter, names: Sequence[str]) -> str:
    none, some = _NAMES[wanted.field]
    ways = _nearest(nearest(wanted.value, names, _NAMED))
    if names and not ways:
        ways = gettext(some, names=_listed(names))
    return f"{gettext(none, value=wanted.value)} {ways}".strip()


def _explain_season(index: Index, value: str) -> str:
    seasons = sorted({e.season for e in index.episodes if e.season is not None})
    if not seasons:
        return gettext("There is no season {value} here; no season is known.", value=value)
    if len(seasons) == 1:
        said = gettext_noop("There is no season {value} here; known season: {first}.")
    else:
        said = gettext_noop("There is no season {value} here; known seasons: {first} to {last}.")
    return gettext(said, value=value, first=seasons[0], last=seasons[-1])


def _distinct(values: Iterable[str]) -> Sequence[str]:
    return list(dict.fromkeys(values))


def _nearest(names: Sequence[str]) -> str:
    return gettext("Nearest: {names}.", names=_listed(names)) if names else ""


def _listed(names: Sequence[str]) -> str:
    return " · ".join(names[:_NAMED])
