"""Interpret a query: the stems, names and passages to search for, and what was corrected."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bot.arrays import Ints, Mask
from bot.models import Query
from bot.search.budget import STEP, Budget, Task
from bot.search.filters import apply_filters
from bot.search.index.index import Index
from bot.search.ranking import QueryTerms
from bot.search.spelling import check_spelling, join_terms
from bot.search.variants import (
    combined_idf,
    find_exact_run,
    find_run,
    find_variants,
    replace_unsaid_variants,
    units_to_find,
    units_to_find_stems,
)

# The cost of finding the passages of a place, and of ranking by a word.
_UNITS_AT = 3
_UNITS_A_WORD = 5 * STEP


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the query: where it begins, ascending, and its length in words."""

    places: Ints
    length: int


@dataclass(frozen=True, slots=True)
class InterpretedQuery:
    """A query in the terms of one index.

    `corrections` maps typed words to the words searched for instead, `offered` to words that may
    have been meant. `phrases` must occur word for word. `allowed` are the passages that pass
    filters, phrases and exclusions, None for all.
    """

    terms: QueryTerms
    corrections: dict[str, tuple[str, ...]]
    offered: dict[str, tuple[str, ...]]
    phrases: tuple[Phrase, ...]
    allowed: Mask | None
    names_episode: bool
    problems: tuple[str, ...]


def interpret(index: Index, query: Query, budget: Budget) -> InterpretedQuery:
    """Interpret a query for an index; report what makes no sense in `problems`.

    Leave out the words, phrases, filters and exclusions that exceed the budget.
    """
    typed, joined = join_terms(index, replace_unsaid_variants(index, query.words), budget)
    spelling = check_spelling(index, typed, budget)
    words = [meant for word in typed for meant in spelling.corrections.get(word, (word,))]
    terms = [*words, *(term for phrase in query.phrases for term in phrase)]
    filtered = apply_filters(index, query, budget)
    phrases = query.phrases
    if words and not index.vocabulary.content_terms(terms):
        # Stop words alone only select something as a phrase.
        phrases = (*phrases, tuple(words))
    said = tuple(_find_phrases(index, phrases, budget))
    asked = _query_terms(index, words, terms, budget, phrased=bool(phrases))
    never = _find_excluded(index, query.excluded, budget)
    return InterpretedQuery(
        terms=asked,
        corrections=joined | spelling.corrections,
        offered=spelling.offered,
        phrases=said,
        allowed=_allow(index, filtered.allowed, said, never),
        names_episode=filtered.names_episode,
        problems=query.problems + filtered.problems,
    )


def _find_phrases(
    index: Index, phrases: Iterable[Sequence[str]], budget: Budget
) -> Iterator[Phrase]:
    for phrase in dict.fromkeys(phrases):
        if budget.allows(units_to_find(index, phrase), Task.FIND_PHRASES):
            places = find_exact_run(index, phrase)
            if budget.allows(_UNITS_AT * len(places), Task.FIND_PHRASES):
                yield Phrase(places, len(phrase))


def _find_excluded(
    index: Index, excluded: Iterable[Sequence[str]], budget: Budget
) -> Iterator[Ints]:
    """Yield the places of excluded words, in any form and variant."""
    for words in dict.fromkeys(excluded):
        if budget.allows(units_to_find(index, words), Task.LEAVE_OUT):
            others = (variant.places for variant in find_variants(index, words))
            for places in (find_run(index, words), *others):
                if budget.allows(_UNITS_AT * len(places), Task.LEAVE_OUT):
                    yield places


def _allow(
    index: Index, allowed: Mask | None, said: Iterable[Phrase], never: Iterable[Ints]
) -> Mask | None:
    # A phrase belongs to the passages it begins in, or one across two passages would be lost.
    for phrase in said:
        fits = np.zeros(len(index.passages.firsts), dtype=np.bool_)
        fits[index.passages_at(phrase.places)] = True
        allowed = fits if allowed is None else allowed & fits
    left_out = list(never)
    if not left_out:
        return allowed
    if allowed is None:
        allowed = np.ones(len(index.passages.firsts), dtype=np.bool_)
    # Looked up at once: each lookup takes as long as there are passages.
    allowed[index.passages_at(np.sort(np.concatenate(left_out)))] = False
    return allowed


def _query_terms(
    index: Index, words: Sequence[str], terms: Sequence[str], budget: Budget, *, phrased: bool
) -> QueryTerms:
    content = index.vocabulary.content_terms(dict.fromkeys(terms))
    names = [term for term in content if term.removesuffix("'s") in index.name_terms]
    # A query of names alone also searches for them in the text.
    said = [term for term in content if term not in names] or content
    known = index.vocabulary.term_ids
    stems = _afford(index, _stems(index, said), budget)
    variants = find_variants(index, words)
    return QueryTerms(
        content=stems,
        idf={stem: combined_idf(index, stem, variants) for stem in stems},
        forms=tuple(known[term] for term in said if term in known),
        names=_afford(index, _stems(index, names), budget),
        pairs=_pairs(index, words, budget),
        variants=variants,
        phrased=phrased,
        unknown=index.idf_of(0) * sum(index.vocabulary.stem_id(term) is None for term in said),
    )


def _stems(index: Index, terms: Sequence[str]) -> tuple[int, ...]:
    stems = (index.vocabulary.stem_id(term) for term in terms)
    return tuple(dict.fromkeys(stem for stem in stems if stem is not None))


def _afford(index: Index, stems: Iterable[int], budget: Budget) -> tuple[int, ...]:
    """Keep the stems that fit into the budget."""
    costs = ((stem, _UNITS_A_WORD + len(index.text.documents_of(stem))) for stem in stems)
    return tuple(stem for stem, units in costs if budget.allows(units, Task.FIND_WORDS))


def _pairs(index: Index, words: Sequence[str], budget: Budget) -> tuple[tuple[int, int], ...]:
    """List the pairs of neighbouring words, as stems, that are not just stop words."""
    ranked = map(index.vocabulary.is_ranked, words)
    known = zip(words, index.vocabulary.find_stems(words), ranked, strict=True)
    pairs = []
    for (_, one, first), (_, two, second) in dict.fromkeys(pairwise(known)):
        if one is None or two is None or not (first or second):
            continue
        if budget.allows(units_to_find_stems(index, (one, two)), Task.FIND_WORDS):
            pairs.append((one, two))
    return tuple(dict.fromkeys(pairs))
