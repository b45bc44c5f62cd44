"""Query -> what to look for in one index: stems, names, allowed passages, corrections."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bot.arrays import Ints, Mask
from bot.models import Query
from bot.search.filters import apply_filters
from bot.search.index.analysis import STOP_WORDS, content_terms
from bot.search.index.index import Index
from bot.search.ranking import QueryTerms
from bot.search.spelling import correct_terms, join_terms
from bot.search.variants import (
    combined_idf,
    find_exact_run,
    find_run,
    find_variants,
    replace_unsaid_variants,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand in a row: where they do, ascending, and how many they are."""

    places: Ints
    length: int


@dataclass(frozen=True, slots=True)
class InterpretedQuery:
    """How an index reads a query.

    `corrections` maps words that were typed to those looked for instead; `phrases` must be said
    word for word; `allowed` are the passages that filters, phrases and exclusions leave, None for
    all.
    """

    terms: QueryTerms
    corrections: dict[str, tuple[str, ...]]
    phrases: tuple[Phrase, ...]
    allowed: Mask | None
    names_episode: bool
    problems: tuple[str, ...]


def interpret(index: Index, query: Query) -> InterpretedQuery:
    """Read a query against an index; what makes no sense is in `problems`, nothing is raised."""
    typed, joined = join_terms(index, replace_unsaid_variants(index, query.words))
    corrections = correct_terms(index, content_terms(typed))
    words = [meant for word in typed for meant in corrections.get(word, (word,))]
    terms = [*words, *(term for phrase in query.phrases for term in phrase)]
    filtered = apply_filters(index, query)
    phrases = query.phrases
    if words and not content_terms(terms):
        # Words that are all grammar tell something apart only where they stand together.
        phrases = (*phrases, tuple(words))
    said = tuple(Phrase(find_exact_run(index, phrase), len(phrase)) for phrase in phrases)
    never = tuple(_find_all_ways(index, phrase) for phrase in query.excluded)
    return InterpretedQuery(
        terms=_query_terms(index, words, terms, phrased=bool(phrases)),
        corrections=joined | corrections,
        phrases=said,
        allowed=_allow(index, filtered.allowed, said, never),
        names_episode=filtered.names_episode,
        problems=query.problems + filtered.problems,
    )


def _find_all_ways(index: Index, words: Sequence[str]) -> Phrase:
    """Find words in any form and in every way the lexicon knows, for who wants none of them."""
    others = (variant.places for variant in find_variants(index, words))
    return Phrase(np.unique(np.concatenate([find_run(index, words), *others])), len(words))


def _allow(
    index: Index, allowed: Mask | None, said: Sequence[Phrase], never: Sequence[Phrase]
) -> Mask | None:
    for phrase, wanted in [*((p, True) for p in said), *((p, False) for p in never)]:
        # A phrase belongs to the passages it begins in, so that none is lost between two.
        fits = np.full(len(index.passages.firsts), not wanted)
        fits[index.passages_at(phrase.places)] = wanted
        allowed = fits if allowed is None else allowed & fits
    return allowed


def _query_terms(
    index: Index, words: Sequence[str], terms: Sequence[str], *, phrased: bool
) -> QueryTerms:
    content = content_terms(list(dict.fromkeys(terms)))
    names = [term for term in content if term.removesuffix("'s") in index.name_terms]
    # A query of names alone also looks for them in what is said.
    said = [term for term in content if term not in names] or content
    known = index.vocabulary.term_ids
    stems = _stems(index, said)
    variants = find_variants(index, words)
    return QueryTerms(
        content=stems,
        idf={stem: combined_idf(index, stem, variants) for stem in stems},
        forms=tuple(known[term] for term in said if term in known),
        names=_stems(index, names),
        pairs=_pairs(index, words),
        variants=variants,
        phrased=phrased,
        unknown=index.idf_of(0) * sum(index.vocabulary.stem_id(term) is None for term in said),
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
