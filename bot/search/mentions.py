"""Count all mentions of a term, by season and guest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, Longs
from bot.search.ages import ages_of
from bot.search.budget import STEP
from bot.search.index.analysis import terms_of
from bot.search.index.index import Index, once_for_each
from bot.search.index.lexicon import find_entries, stems_of
from bot.search.snippets import Match
from bot.search.variants import (
    Variant,
    find_run,
    find_variants,
    replace_unsaid_variants,
    units_to_find,
)
from bot.translations import gettext

_BARS = "▁▂▃▄▅▆▇█"
# A term with this many mentions is counted once for an index. There are few, so none is evicted.
_COMMON = 1_000
_MOST_KEPT = 1_000
# The cost of finding the cue, episode and speaker of a place, and of looking for variants.
_UNITS_A_PLACE = 5
_UNITS_A_PART = 5 * STEP


@dataclass(frozen=True, slots=True)
class Mentions:
    """The mentions of a term.

    `by_season` has a count for each season, in order, without episodes that have none. `guests` are
    sorted by how often they mention it. `first` and `latest` are by date, or by season if dates are
    missing; None without mentions. `misheard` counts those of the `total` that captions misheard.
    `counted_as` is the term in the lexicon's words, "" if these are the same.
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
    def in_seasons(self) -> int:
        """The number of mentions in episodes of a known season."""
        return sum(times for _, times in self.by_season)

    @property
    def moments(self) -> tuple[Match, ...]:
        """The first and the latest mention, or the only one."""
        return tuple(dict.fromkeys(each for each in (self.first, self.latest) if each))


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """The ascending places of a term and its length at each, in words.

    `heard` is the number of the variant that captions misheard there, -1 for none.
    """

    places: Ints
    lengths: Ints
    heard: Ints
    variants: tuple[Variant, ...]

    def match(self, number: int) -> Match:
        """Return one as a match, with its variant if captions misheard it."""
        heard = int(self.heard[number])
        variant = self.variants[heard] if heard >= 0 else None
        return Match(int(self.places[number]), int(self.lengths[number]), frozenset(), variant)


@dataclass(frozen=True, slots=True, eq=False)
class _Facts:
    """What every count needs to know of an index.

    Episode `n` is the places from `bounds[n]` to `bounds[n + 1]`; `ranks` order the episodes in
    time. `season_of` numbers the season of each episode among `seasons`, and `guest_of` the guest
    who speaks in each cue among `guests`. All are -1 for unknown.
    """

    bounds: Ints
    ranks: Ints
    seasons: tuple[int, ...]
    season_of: Ints
    guests: tuple[str, ...]
    guest_of: Ints


def count_mentions(index: Index, term: str) -> Mentions:
    """Count the mentions of a term in any form, including its lexicon variants."""
    words = tuple(terms_of(term))
    in_lexicon = _in_lexicon(index, words)
    counted_as = "" if stems_of(in_lexicon) == stems_of(term) else in_lexicon
    return replace(_recall(index, words), term=term, counted_as=counted_as)


def units_to_count(index: Index, term: str) -> int:
    """Return the cost of counting a term, in units of a `Budget`, as if for the first time."""
    parts = list(_parts(index, terms_of(term)))
    return sum(_UNITS_A_PART + _UNITS_A_PLACE * units_to_find(index, part) for part in parts)


def mentions_in(index: Index, term: str, passage: int) -> list[Match]:
    """List the mentions of a term in a passage, in order of speech."""
    begins, ends = index.passage_terms
    moments = _find_moments(index, replace_unsaid_variants(index, terms_of(term)))
    first, past = moments.places.searchsorted([begins[passage], ends[passage]]).tolist()
    return [moments.match(number) for number in range(first, past)]


def describe_seasons(counted: Mentions) -> list[str]:
    """Describe a term's mentions by season in text, if there are several seasons and any in one."""
    if not counted.in_seasons or len(counted.by_season) < 2:
        return []
    bars = sparkline([times for _, times in counted.by_season])
    first, last = counted.by_season[0][0], counted.by_season[-1][0]
    numbers = (f"S{season} {times}" for season, times in counted.by_season if times)
    return [
        gettext(
            "{term}, seasons {first} to {last}: {bars}",
            term=counted.term,
            first=first,
            last=last,
            bars=bars,
        ),
        f"{counted.term}: {', '.join(numbers)}",
    ]


def sparkline(counts: Sequence[int]) -> str:
    """Draw counts as Unicode bars; the highest is full, zero is blank."""
    highest = max(counts, default=0)
    steps = len(_BARS) - 1
    return "".join(_BARS[round(count / highest * steps)] if count else " " for count in counts)


@once_for_each
def _counted(index: Index) -> dict[tuple[str, ...], Mentions]:
    """Return the common terms that were counted so far."""
    return {}


def _recall(index: Index, words: tuple[str, ...]) -> Mentions:
    """Return the count of some words, from memory if they are common."""
    kept = _counted(index)
    counted = kept.get(words) or _count(index, words)
    if counted.total >= _COMMON and len(kept) < _MOST_KEPT:
        kept[words] = counted
    return counted


def _count(index: Index, words: Sequence[str]) -> Mentions:
    moments = _find_moments(index, replace_unsaid_variants(index, words))
    facts = _facts(index)
    bounds = moments.places.searchsorted(facts.bounds)
    times = np.diff(bounds)
    first, latest = _first_and_latest(facts, times)
    return Mentions(
        term="",
        total=len(moments.places),
        episodes=int(np.count_nonzero(times)),
        by_season=_by_season(facts, times),
        guests=_by_guest(facts, index.transcripts.cues_at(moments.places)),
        first=None if first is None else moments.match(int(bounds[first])),
        latest=None if latest is None else moments.match(int(bounds[latest + 1]) - 1),
        misheard=int(np.count_nonzero(moments.heard >= 0)),
    )


def _find_moments(index: Index, words: Sequence[str]) -> _Moments:
    """Find where words follow each other, each term of the lexicon in any variant."""
    parts = (_ways(index, part) for part in _parts(index, words))
    nothing = np.zeros(0, dtype=np.int32)
    first = next(parts, _Moments(nothing, nothing, nothing, ()))
    return reduce(_beside, parts, first)


def _parts(index: Index, words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Split words into terms of the lexicon and the words between them."""
    done = 0
    for first, last, _ in find_entries(index.lexicon, words):
        yield from filter(None, [words[done:first]])
        yield words[first:last]
        done = last
    yield from filter(None, [words[done:]])


def _in_lexicon(index: Index, words: Sequence[str]) -> str:
    """Replace variants by the lexicon's terms."""
    written: list[str] = []
    done = 0
    for first, last, entry in find_entries(index.lexicon, words):
        written += [*words[done:first], entry.term]
        done = last
    return " ".join([*written, *words[done:]])


def _ways(index: Index, words: Sequence[str]) -> _Moments:
    """Find words as typed and in each variant."""
    said, variants = find_run(index, words), find_variants(index, words)
    every = [said, *(variant.places for variant in variants)]
    ways = np.repeat(np.arange(len(every)), [len(places) for places in every])
    places = np.concatenate(every)
    if variants:
        # Of several variants at one place, the first counts.
        order = np.argsort(places, kind="stable")
        order = order[np.append(True, np.diff(places[order]) > 0)]
        places, ways = places[order], ways[order]
    lengths = [len(words), *(variant.length for variant in variants)]
    heard = [-1, *(number if each.heard else -1 for number, each in enumerate(variants))]
    return _Moments(
        places,
        np.array(lengths, dtype=np.int32)[ways],
        np.array(heard, dtype=np.int32)[ways],
        variants,
    )


def _beside(firsts: _Moments, seconds: _Moments) -> _Moments:
    """Join the moments that follow each other directly."""
    if not len(seconds.places):
        return seconds
    ends = firsts.places + firsts.lengths
    at = seconds.places.searchsorted(ends)
    kept = np.flatnonzero(seconds.places.take(at, mode="clip") == ends)
    at = at[kept]
    heard = seconds.heard[at]
    heard = np.where(heard < 0, heard, heard + len(firsts.variants))
    return _Moments(
        firsts.places[kept],
        firsts.lengths[kept] + seconds.lengths[at],
        np.where(firsts.heard[kept] < 0, heard, firsts.heard[kept]),
        firsts.variants + seconds.variants,
    )


def _first_and_latest(facts: _Facts, times: Longs) -> tuple[int | None, int | None]:
    """Find the episodes of the first and the latest mention by publication.

    Episodes of unknown age are left out where there are others.
    """
    speaking = np.flatnonzero(times)
    ranks = facts.ranks[speaking]
    known = speaking[ranks >= 0]
    if len(known):
        ranks = ranks[ranks >= 0]
        return int(known[ranks.argmin()]), int(known[ranks.argmax()])
    return (int(speaking[0]), int(speaking[-1])) if len(speaking) else (None, None)


@once_for_each
def _facts(index: Index) -> _Facts:
    """List what every count needs."""
    episodes, ages = index.episodes, ages_of(index.episodes)
    ranks = np.full(len(episodes), -1, dtype=np.int32)
    ranks[sorted(ages, key=lambda number: (ages[number], number))] = np.arange(len(ages))
    known = sorted({each.season for each in episodes if each.season is not None})
    numbers: dict[int | None, int] = {season: number for number, season in enumerate(known)}
    guests = {
        (episode, speaker): name
        for (episode, speaker), name in index.speakers.items()
        if any(guest.name == name for guest in episodes[episode].guests)
    }
    names = {name: number for number, name in enumerate(dict.fromkeys(guests.values()))}
    return _Facts(
        bounds=np.append(index.episode_terms[0], index.episode_terms[1][-1:]),
        ranks=ranks,
        seasons=tuple(known),
        season_of=np.array([numbers.get(each.season, -1) for each in episodes], dtype=np.int32),
        guests=tuple(names),
        guest_of=index.transcripts.number_cues({key: names[guests[key]] for key in guests}),
    )


def _by_season(facts: _Facts, times: Longs) -> tuple[tuple[int, int], ...]:
    # Those of unknown season are counted first.
    said = np.bincount(facts.season_of + 1, weights=times, minlength=len(facts.seasons) + 1)[1:]
    return tuple(zip(facts.seasons, said.astype(np.int64).tolist(), strict=True))


def _by_guest(facts: _Facts, cues: NDArray[np.intp]) -> tuple[tuple[str, int], ...]:
    """Count the mentions by each guest, as far as the transcripts name speakers."""
    # Nobody's are counted first.
    times = np.bincount(facts.guest_of[cues] + 1, minlength=len(facts.guests) + 1)[1:]
    counts = zip(facts.guests, times.tolist(), strict=True)
    said = [(name, count) for name, count in counts if count]
    return tuple(sorted(said, key=lambda item: (-item[1], item[0])))
