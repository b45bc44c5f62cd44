"""Count how often something is mentioned, season by season: every time, not the best few."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.models import Episode
from bot.search.index.analysis import terms_of
from bot.search.index.index import Index
from bot.search.index.lexicon import find_entries, stems_of
from bot.search.snippets import Match
from bot.search.variants import find_run, find_variants, replace_unsaid_variants

_BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where a term is said.

    `by_season` counts every season of the podcast, in order; episodes without one are not in it.
    `guests` are those who say it, most first. `first` and `latest` are by date, or by season where
    dates are missing; None if it is never said. `misheard` of the `total` captions mishear.
    `counted_as` is the term in the lexicon's words, "" where these are the same.
    """

    term: str
    total: int
    episodes: int
    by_season: tuple[tuple[int, int], ...]
    guests: tuple[tuple[str, int], ...]
    first: Match | None
    latest: Match | None
    misheard: int
    counted_as: str = ""

    @property
    def moments(self) -> tuple[Match, ...]:
        """The first and the latest, each once."""
        return tuple(dict.fromkeys(each for each in (self.first, self.latest) if each))


def count_mentions(index: Index, term: str) -> Mentions:
    """Count all places where a term is said in any form, its lexicon variants included."""
    words = terms_of(term)
    moments = _find_moments(index, replace_unsaid_variants(index, words))
    in_lexicon = _in_lexicon(index, words)
    cues = index.transcripts.cues_at(np.array(list(moments), dtype=np.int32))
    episodes = index.transcripts.episodes[cues].tolist()
    ordered = _in_time(index.episodes, list(zip(episodes, moments, strict=True)))
    return Mentions(
        term=term,
        total=len(moments),
        episodes=len(set(episodes)),
        by_season=_by_season(index.episodes, Counter(episodes)),
        guests=_by_guest(index, cues),
        first=moments[ordered[0]] if ordered else None,
        latest=moments[ordered[-1]] if ordered else None,
        misheard=sum(match.variant is not None for match in moments.values()),
        counted_as="" if stems_of(in_lexicon) == stems_of(term) else in_lexicon,
    )


def mentions_in(index: Index, term: str, passage: int) -> list[Match]:
    """List where a passage mentions a term, in order of speech."""
    begins, ends = index.passage_terms
    moments = _find_moments(index, replace_unsaid_variants(index, terms_of(term)))
    within = range(int(begins[passage]), int(ends[passage]))
    return [moments[place] for place in within if place in moments]


def describe_seasons(counted: Mentions) -> list[str]:
    """Write a term's mentions by season, if there are several, for where nothing else is drawn."""
    if not counted.total or len(counted.by_season) < 2:
        return []
    bars = sparkline([times for _, times in counted.by_season])
    first, last = counted.by_season[0][0], counted.by_season[-1][0]
    numbers = (f"S{season} {times}" for season, times in counted.by_season if times)
    return [
        f"{counted.term}, seasons {first} to {last}: {bars}",
        f"{counted.term}: {', '.join(numbers)}",
    ]


def sparkline(counts: Sequence[int]) -> str:
    """Draw counts as a line of Unicode bars; the highest is full, zero is blank."""
    highest = max(counts, default=0)
    steps = len(_BARS) - 1
    return "".join(_BARS[round(count / highest * steps)] if count else " " for count in counts)


def _find_moments(index: Index, words: Sequence[str]) -> Mapping[int, Match]:
    """Find where words follow each other, with the lexicon's terms among them in any variant.

    The matches are by their place; only those that captions mishear have their variant.
    """
    found: dict[int, Match] | None = None
    for part in _parts(index, words):
        ways = _ways(index, part)
        found = ways if found is None else _beside(found, ways)
    return found or {}


def _parts(index: Index, words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Split words into the terms that the lexicon knows and the words between them."""
    done = 0
    for first, last, _ in find_entries(index.lexicon, words):
        yield from filter(None, [words[done:first]])
        yield words[first:last]
        done = last
    yield from filter(None, [words[done:]])


def _in_lexicon(index: Index, words: Sequence[str]) -> str:
    """Replace the words that the lexicon knows by its own terms."""
    written: list[str] = []
    done = 0
    for first, last, entry in find_entries(index.lexicon, words):
        written += [*words[done:first], entry.term]
        done = last
    return " ".join([*written, *words[done:]])


def _ways(index: Index, words: Sequence[str]) -> dict[int, Match]:
    """Find words as they are and in each of their variants."""
    said = find_run(index, words).tolist()
    found = {place: Match(place, len(words), frozenset()) for place in said}
    for variant in find_variants(index, words):
        heard = variant if variant.heard else None
        for place in variant.places.tolist():
            found.setdefault(place, Match(place, variant.length, frozenset(), heard))
    return found


def _beside(firsts: Mapping[int, Match], seconds: Mapping[int, Match]) -> dict[int, Match]:
    """Join the matches that stand side by side."""
    return {
        place: replace(first, length=first.length + second.length, variant=variant)
        for place, first in firsts.items()
        if (second := seconds.get(place + first.length))
        for variant in [first.variant or second.variant]
    }


def _in_time(episodes: Sequence[Episode], held: Sequence[tuple[int, int]]) -> list[int]:
    """Order places, each behind its episode's number, by when they were published.

    Places in episodes of which that is not known are left out where there are others.
    """
    ages = ages_of(episodes)
    known = sorted((ages[number], place) for number, place in held if number in ages)
    return [place for _, place in known] or [place for _, place in sorted(held)]


def ages_of(episodes: Sequence[Episode]) -> dict[int, tuple[float, float]]:
    """Place episodes in time: by date where all that are known have one, else by their numbers."""
    days = {n: each.published for n, each in enumerate(episodes) if each.published}
    seasons = {n: each.season for n, each in enumerate(episodes) if each.season is not None}
    if seasons.keys() <= days.keys():
        return {number: (day.toordinal(), number) for number, day in days.items()}
    last = float("inf")
    return {n: (season, episodes[n].number or last) for n, season in seasons.items()}


def _by_season(episodes: Sequence[Episode], counts: Counter[int]) -> tuple[tuple[int, int], ...]:
    seasons: Counter[int] = Counter()
    for number, episode in enumerate(episodes):
        if episode.season is not None:
            seasons[episode.season] += counts[number]
    return tuple(sorted(seasons.items()))


def _by_guest(index: Index, cues: NDArray[np.intp]) -> tuple[tuple[str, int], ...]:
    """Count the mentions by each guest, as far as the transcripts name speakers."""
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
