"""How often something is mentioned, season by season: every time it is said, not the best few."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.models import Episode
from bot.search.analysis import terms_of
from bot.search.index import Index
from bot.search.snippets import Match
from bot.search.variants import find_run, find_variants, known_form

_BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where a term is said.

    `by_season` counts every season of the podcast, in order; episodes without one are not in it.
    `guests` are those who say it most. `first` and `latest` are by the order of the
    episodes; None if it is never said. `misheard` of the `total` are captions' mishearings.
    """

    term: str
    total: int
    episodes: int
    by_season: tuple[tuple[int, int], ...]
    guests: tuple[tuple[str, int], ...]
    first: Match | None
    latest: Match | None
    misheard: int


def count_mentions(index: Index, term: str) -> Mentions:
    """Count all places where a term is said in any form, its lexicon variants included."""
    words = known_form(index, terms_of(term))
    said = dict.fromkeys(find_run(index, words).tolist(), len(words))
    heard: dict[int, int] = {}
    for variant in find_variants(index, words):
        lengths = heard if variant.heard else said
        lengths.update(dict.fromkeys(variant.places.tolist(), variant.length))
    lengths = heard | said
    places = np.array(sorted(lengths), dtype=np.int32)
    cues = index.transcripts.cues_at(places)
    episodes = index.transcripts.episodes[cues]
    ordered = sorted(zip(map(_age(index), episodes.tolist()), places.tolist(), strict=True))
    moments = [Match(place, lengths[place], frozenset()) for _, place in ordered]
    return Mentions(
        term=term,
        total=len(places),
        episodes=len(np.unique(episodes)),
        by_season=_by_season(index.episodes, Counter(episodes.tolist())),
        guests=_by_guest(index, cues),
        first=moments[0] if moments else None,
        latest=moments[-1] if moments else None,
        misheard=len(heard.keys() - said.keys()),
    )


def sparkline(counts: Sequence[int]) -> str:
    """Draw counts as a line of Unicode bars; the highest is full, zero is blank."""
    highest = max(counts, default=0)
    steps = len(_BARS) - 1
    return "".join(_BARS[round(count / highest * steps)] if count else " " for count in counts)


def _by_season(episodes: Sequence[Episode], counts: Counter[int]) -> tuple[tuple[int, int], ...]:
    seasons: Counter[int] = Counter()
    for number, episode in enumerate(episodes):
        if episode.season is not None:
            seasons[episode.season] += counts[number]
    return tuple(sorted(seasons.items()))


def _by_guest(index: Index, cues: NDArray[np.intp]) -> tuple[tuple[str, int], ...]:
    """Count the mentions by each guest, as far as transcripts say who speaks."""
    speaking = zip(
        index.transcripts.episodes[cues].tolist(),
        index.transcripts.speakers[cues].tolist(),
        strict=True,
    )
    counts: Counter[str] = Counter()
    for (episode, speaker), times in Counter(speaking).items():
        name = index.speakers.get((episode, speaker), "")
        if any(guest.name == name for guest in index.episodes[episode].guests):
            counts[name] += times
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _age(index: Index) -> Callable[[int], tuple[int, int]]:
    """Order episodes by date where all of them have one, else as they are numbered."""
    days = [episode.published.toordinal() for episode in index.episodes if episode.published]
    dated = len(days) == len(index.episodes)
    return lambda episode: (days[episode] if dated else 0, episode)
