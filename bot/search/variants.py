"""Variants of a query's words: other words for the same thing, and errors of captions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.arrays import Ints
from bot.search.budget import STEP
from bot.search.index.analysis import stem_terms, terms_of
from bot.search.index.index import Index, once_for_each
from bot.search.index.lexicon import LexiconEntry, find_entries
from bot.search.index.port import EMBEDDED

# How much a variant counts, compared with the word that was typed. A misheard word is the same word
# if the lexicon is right; among synonyms, people chose the one they typed.
SAME_WEIGHT = 0.4
HEARD_WEIGHT = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """Another way to say a query's term, which has the given stems.

    It begins at `places`, ascending, in `passages`, and is `length` words long. With `heard`, it is
    an error of captions, and all its places are in captions.
    """

    text: str
    stems: tuple[int, ...]
    places: Ints
    passages: Ints
    length: int
    weight: float
    heard: bool


def find_variants(index: Index, words: Sequence[str]) -> tuple[Variant, ...]:
    """Find the variants of a query's terms that the corpus contains."""
    found: list[Variant] = []
    for first, last, entry in find_entries(index.lexicon, words):
        typed = tuple(stem_terms(list(words[first:last])))
        stems = (index.vocabulary.stem_id(word) for word in words[first:last])
        known = tuple(stem for stem in stems if stem is not None)
        for way in _ways(index, entry):
            if len(way.places) and (way.heard or way.stems != typed):
                weight = HEARD_WEIGHT if way.heard else SAME_WEIGHT
                at = (way.places, way.passages, way.length)
                found.append(Variant(way.text, known, *at, weight, way.heard))
    return tuple(found)


def combined_idf(index: Index, stem: int, variants: Sequence[Variant]) -> float:
    """Return the IDF of a stem and its variants, as if they were one term."""
    others = [variant.passages for variant in variants if stem in variant.stems]
    if not others:
        return float(index.idf[stem])
    held = np.zeros(len(index.passages.firsts), dtype=np.bool_)
    for passages in (index.passages_with(stem), *others):
        held[passages] = True
    return index.idf_of(int(np.count_nonzero(held)))


def replace_unsaid_variants(index: Index, words: Sequence[str]) -> list[str]:
    """Replace each variant that never occurs in the corpus by the lexicon's term."""
    result: list[str] = []
    done = 0
    for first, last, entry in find_entries(index.lexicon, words):
        result += words[done:first]
        typed, term = words[first:last], terms_of(entry.term)
        elsewhere = any(len(way.places) for way in _ways(index, entry))
        unsaid = elsewhere and not len(find_run(index, typed))
        result += term if unsaid else typed
        done = last
    return result + list(words[done:])


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """A way to say an entry's term: its stems, and where it is said; see `Variant`."""

    text: str
    stems: tuple[str, ...]
    places: Ints
    passages: Ints
    length: int
    heard: bool


@once_for_each
def _known_ways(index: Index) -> dict[str, tuple[_Way, ...]]:
    """Return the ways to say the entries that were looked for so far, by their terms."""
    return {}


def _ways(index: Index, entry: LexiconEntry) -> tuple[_Way, ...]:
    """List the ways to say an entry's term, looked for once: every podcast has its own few."""
    known = _known_ways(index)
    if entry.term in known:
        return known[entry.term]
    ways = tuple(_find_ways(index, entry))
    if index.engine is EMBEDDED:  # of another, a part may not have answered
        known[entry.term] = ways
    return ways


def _find_ways(index: Index, entry: LexiconEntry) -> Iterator[_Way]:
    for text in (*entry.written, *entry.heard):
        heard, terms = text in entry.heard, terms_of(text)
        places = _heard_places(index, entry, terms) if heard else find_run(index, terms)
        passages = index.passages_at(places)
        yield _Way(text, tuple(stem_terms(terms)), places, passages, len(terms), heard)


def _heard_places(index: Index, entry: LexiconEntry, terms: Sequence[str]) -> Ints:
    """Find where captions misheard a term, except in phrases that mean what they say."""
    places = find_exact_run(index, terms)
    places = places[index.transcripts.captions[index.transcripts.cues_at(places)]]
    for text in entry.blocked:
        blocked = terms_of(text)
        for at in range(len(blocked) - len(terms) + 1):
            if blocked[at : at + len(terms)] == list(terms):
                places = np.setdiff1d(places, find_exact_run(index, blocked) + at)
    return places


def find_run(index: Index, terms: Sequence[str]) -> Ints:
    """Find where terms follow each other in any form; return places, ascending."""
    stems = index.vocabulary.find_stems(terms)
    known = [stem for stem in stems if stem is not None]
    if not known or len(known) < len(stems):
        return np.zeros(0, dtype=np.int32)
    return index.places_of_run(known)


def units_to_find(index: Index, terms: Sequence[str]) -> int:
    """Return the cost of finding a run, in units of a `Budget`."""
    return units_to_find_stems(index, index.vocabulary.find_stems(terms))


def units_to_find_stems(index: Index, stems: Sequence[int | None]) -> int:
    """Return the cost of finding a run of stems, None for unknown ones; see `units_to_find`."""
    rarest = min(0 if stem is None else index.times_said(stem) for stem in stems)
    return STEP + len(stems) * (STEP // 5) + rarest


def find_exact_run(index: Index, terms: Sequence[str]) -> Ints:
    """Find where terms follow each other word for word; return places, ascending."""
    places = find_run(index, terms)
    for at, term in enumerate(terms if len(places) else ()):
        places = places[index.transcripts.terms[places + at] == index.vocabulary.term_ids.get(term)]
    return places
