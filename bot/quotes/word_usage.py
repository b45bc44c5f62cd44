"""Learn how a corpus uses its words: nouns, names and typos."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.arrays import count_each
from bot.search.index.index import Index

_DETERMINING = """
a all an any bad each every few good many more most my no of our several some the their these your
"""
_DETERMINERS = frozenset(_DETERMINING.split())
# The least share of a noun's uses that fall between a determiner and a function word.
_NOUN_SHARE = 0.03
# A word said once counts as a typo if it is one edit away from a word said this often.
_FREQUENT = 30
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class WordUsage:
    """Terms by how they are used.

    `names` are names of people; `slips` occur once and look like a typo of a frequent term.
    """

    nouns: frozenset[str]
    names: frozenset[str]
    slips: frozenset[str]


def learn_word_usage(index: Index) -> WordUsage:
    """Classify the terms of the whole corpus by how it uses them."""
    terms = index.vocabulary.terms
    said = np.maximum(index.term_counts, 1)
    forms = count_each(index.stems, len(index.vocabulary.stems))
    content = index.vocabulary.is_content

    def those(where: NDArray[np.bool_]) -> frozenset[str]:
        return frozenset(terms[number] for number in np.flatnonzero(where).tolist())

    frequent = those(said >= _FREQUENT)
    # Of words one letter apart, either or both without a letter are alike: few terms pass that.
    near = frozenset(short for term in frequent for short in _shortened(term))
    once = those(content & (forms[index.vocabulary.stem_of] <= 1))
    return WordUsage(
        nouns=those(content & (_between(index) / said >= _NOUN_SHARE)),
        names=index.name_terms,
        slips=frozenset(
            term
            for term in once
            if not near.isdisjoint(_shortened(term)) and not frequent.isdisjoint(_mistaken(term))
        ),
    )


def _shortened(term: str) -> Iterator[str]:
    """Yield a term, and what it is without each of its letters."""
    yield term
    for at in range(1, len(term)):
        yield term[:at] + term[at + 1 :]


def _mistaken(term: str) -> Iterator[str]:
    """Yield every word one letter or one swap of neighbours away from a term."""
    for at in range(1, len(term)):
        head, tail = term[:at], term[at:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            yield head + letter + tail[1:]
    for letter in _LETTERS:
        yield term + letter


def _between(index: Index) -> NDArray[np.signedinteger]:
    """Count how often each term stands between a determiner and a function word."""
    terms = index.transcripts.terms
    determiner = np.array([term in _DETERMINERS for term in index.vocabulary.terms])
    between = determiner[terms[:-2]] & ~index.vocabulary.is_content[terms[2:]]
    return np.bincount(terms[1:-1][between], minlength=len(index.vocabulary.terms))
