"""Query -> what to look for in one index: stems, names, allowed passages, corrections."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.models import Query
from bot.search.analysis import STOP_WORDS, content_terms
from bot.search.filters import narrow
from bot.search.index import Index
from bot.search.ranking import Wanted
from bot.search.spelling import correct_terms

Ints = NDArray[np.int32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reading:
    """How an index reads a query.

    `terms` are what is looked for, after `corrections`; `phrase_places` are where each phrase
    begins; `allowed` are the passages that filters, phrases and exclusions leave, None for all.
    """

    wanted: Wanted
    terms: tuple[str, ...]
    corrections: dict[str, tuple[str, ...]]
    phrase_places: tuple[Ints, ...]
    allowed: Mask | None
    names_episode: bool
    problems: tuple[str, ...]


def interpret(index: Index, query: Query) -> Reading:
    """Read a query against an index; what makes no sense is in `problems`, nothing is raised."""
    corrections = correct_terms(index, [w for w in query.words if w not in STOP_WORDS])
    words = [meant for word in query.words for meant in corrections.get(word, (word,))]
    terms = [*words, *(term for phrase in query.phrases for term in phrase)]
    narrowed = narrow(index, query)
    phrases = query.phrases
    if words and not content_terms(terms):
        # Words that are all grammar tell something apart only where they stand together.
        phrases = (*phrases, tuple(words))
    said = tuple(find_phrase(index, phrase) for phrase in phrases)
    never = tuple(find_phrase(index, phrase) for phrase in query.excluded)
    return Reading(
        wanted=_want(index, words, terms),
        terms=tuple(terms),
        corrections=corrections,
        phrase_places=said,
        allowed=_allow(index, narrowed.allowed, said, never),
        names_episode=narrowed.names_episode,
        problems=query.problems + narrowed.problems,
    )


def find_phrase(index: Index, phrase: Sequence[str]) -> Ints:
    """Find where a phrase begins, word for word: places in the corpus, ascending."""
    known = index.vocabulary.term_ids
    if not all(term in known for term in phrase):
        return np.zeros(0, dtype=np.int32)
    numbers = [known[term] for term in phrase]
    places = index.places_of_run(index.vocabulary.stem_of[numbers].tolist())
    for at, number in enumerate(numbers):
        places = places[index.transcripts.terms[places + at] == number]
    return places


def _allow(
    index: Index, allowed: Mask | None, said: Sequence[Ints], never: Sequence[Ints]
) -> Mask | None:
    begins, ends = index.passage_terms
    for places, wanted in [*((p, True) for p in said), *((p, False) for p in never)]:
        # A phrase belongs to the passages it begins in, so that none is lost between two.
        holds = np.searchsorted(places, ends) > np.searchsorted(places, begins)
        allowed = (holds == wanted) if allowed is None else allowed & (holds == wanted)
    return allowed


def _want(index: Index, words: Sequence[str], terms: Sequence[str]) -> Wanted:
    content = content_terms(list(dict.fromkeys(terms)))
    names = [term for term in content if term in index.name_terms]
    # A query of names alone also looks for them in what is said.
    said = [term for term in content if term not in index.name_terms] or content
    known = index.vocabulary.term_ids
    return Wanted(
        content=_stems(index, said),
        forms=tuple(known[term] for term in said if term in known),
        names=_stems(index, names),
        pairs=_pairs(index, words),
    )


def _stems(index: Index, terms: Sequence[str]) -> tuple[int, ...]:
    stems = (index.vocabulary.stem_id(term) for term in terms)
    return tuple(dict.fromkeys(stem for stem in stems if stem is not None))


def _pairs(index: Index, words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """List the pairs of neighbouring words, in stems, that are more than grammar."""
    pairs = []
    for first, second in pairwise(words):
        one, two = index.vocabulary.stem_id(first), index.vocabulary.stem_id(second)
        if one is not None and two is not None and not {first, second} <= STOP_WORDS:
            pairs.append((one, two))
    return tuple(dict.fromkeys(pairs))
