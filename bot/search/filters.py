"""Which episodes and cues a query's filters allow: guest, speaker, episode, season, dates."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.models import Episode, Filter, Query
from bot.search.analysis import terms_of
from bot.search.index import Index
from bot.search.people import matches_name
from bot.search.spelling import nearest

Mask = NDArray[np.bool_]

_EPISODE_CODE = re.compile(r"s?(\d{1,3})(?:e|x)(\d{1,3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What filters leave: the allowed passages, None for all, and sentences for the person.

    `names_episode` is set where certain episodes are asked for, so that a page may be full of one.
    """

    allowed: Mask | None
    names_episode: bool = False
    problems: tuple[str, ...] = ()


def narrow(index: Index, query: Query) -> Narrowed:
    """Apply a query's filters; a value that fits nothing is a problem that names the nearest."""
    if not (query.filters or query.after or query.before):
        return Narrowed(None)
    allowed = np.ones(len(index.passages.firsts), dtype=np.bool_)
    problems: list[str] = []
    for wanted in query.filters:
        mask = _APPLY[wanted.field](index, wanted.value)
        if not mask.any():
            problems.append(_explain(index, wanted))
        allowed &= mask
    dated = _between(index, query)
    if not dated.any():
        problems.append("No episode here has a date in that span.")
    names_episode = any(wanted.field in ("guest", "episode") for wanted in query.filters)
    return Narrowed(allowed & dated, names_episode, tuple(problems))


def matches_episode(value: str, episode: Episode) -> bool:
    """Say whether an episode answers to what was typed: s17e05, its slug or words of its title."""
    code = _EPISODE_CODE.fullmatch(value.strip())
    if code:
        return (episode.season, episode.number) == (int(code[1]), int(code[2]))
    words = set(terms_of(f"{episode.title} {episode.short} {episode.slug}"))
    typed = terms_of(value)
    named = bool(typed) and words.issuperset(typed)
    return named or value.casefold() == episode.slug.casefold()


def _guest(index: Index, value: str) -> Mask:
    return _of_episodes(
        index,
        lambda episode: any(
            matches_name(value, guest.name) or guest.id == value.casefold()
            for guest in episode.guests
        ),
    )


def _episode(index: Index, value: str) -> Mask:
    return _of_episodes(index, lambda episode: matches_episode(value, episode))


def _season(index: Index, value: str) -> Mask:
    return _of_episodes(index, lambda episode: episode.season == int(value))


def _speaker(index: Index, value: str) -> Mask:
    """Allow the passages in which somebody of that name says something."""
    size = len(index.transcripts.speaker_names)
    keys = [
        episode * size + speaker
        for (episode, speaker), name in index.speakers.items()
        if matches_name(value, name)
    ]
    cues = index.transcripts.episodes.astype(np.int64) * size + index.transcripts.speakers
    said = np.concatenate(([0], np.cumsum(np.isin(cues, keys))))
    mask: Mask = said[index.passages.lasts] > said[index.passages.firsts]
    return mask


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
    """Say that nothing fits a filter and what would."""
    if wanted.field == "season":
        seasons = sorted({e.season for e in index.episodes if e.season is not None})
        known = f"{seasons[0]} to {seasons[-1]}" if seasons else "none"
        return f"There is no season {wanted.value} here; known seasons: {known}."
    if wanted.field == "episode":
        found = nearest(wanted.value, _distinct(e.title for e in index.episodes))
        return f"No episode fits “{wanted.value}”.{_nearest(found)}"
    guests = (guest.name for episode in index.episodes for guest in episode.guests)
    names = _distinct(guests if wanted.field == "guest" else index.speakers.values())
    return f"No {wanted.field} is called “{wanted.value}”.{_nearest(nearest(wanted.value, names))}"


def _distinct(values: Iterable[str]) -> Sequence[str]:
    return list(dict.fromkeys(values))


def _nearest(values: Sequence[str]) -> str:
    return f" Nearest: {', '.join(values)}." if values else ""
