"""How a corpus uses its words: which are names of things, jargon, unusual or strange."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.search.index.index import Index

_DETERMINING = """
a all an any bad each every few good many more most my no of our several some the their these your
"""
_DETERMINERS = frozenset(_DETERMINING.split())
# So large a part of a noun's uses stands between a determiner and a word of grammar.
_NOUN_SHARE = 0.03
# Jargon is said by few and by those often; an unusual word by few, and by nobody twice.
_JARGON_SPREAD, _JARGON_TIMES = 0.25, 2.5
_UNUSUAL_SPREAD, _UNUSUAL_TIMES = 0.12, 1.7
# What a podcast is about is said by many, and often by each.
_TOPIC_SPREAD, _TOPIC_TIMES = 0.35, 4.0


# A word said once that is one mistake away from one said so often is taken for that mistake.
_FREQUENT = 30
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class WordUsage:
    """Terms by how they are used.

    `names` are those of people, `slips` are said once and look like a typo of a frequent term.
    """

    nouns: frozenset[str]
    topics: frozenset[str]
    jargon: frozenset[str]
    unusual: frozenset[str]
    names: frozenset[str]
    slips: frozenset[str]


def learn_word_usage(index: Index) -> WordUsage:
    """Learn from the whole corpus how it uses its words."""
    terms = index.vocabulary.terms
    said = np.maximum(index.term_counts, 1)
    episodes = _spread(index)
    spread = episodes / max(1, len(index.episodes))
    times = said / np.maximum(episodes, 1)
    forms = np.bincount(index.stems, minlength=len(index.vocabulary.stems))
    content = index.vocabulary.is_content

    def those(where: NDArray[np.bool_]) -> frozenset[str]:
        return frozenset(terms[number] for number in np.flatnonzero(where).tolist())

    frequent = those(said >= _FREQUENT)
    once = those(content & (forms[index.vocabulary.stem_of] <= 1))
    noun = content & (_between(index) / said >= _NOUN_SHARE)
    return WordUsage(
        nouns=those(noun),
        topics=those(noun & (spread > _TOPIC_SPREAD) & (times > _TOPIC_TIMES)),
        jargon=those(content & (spread < _JARGON_SPREAD) & (times > _JARGON_TIMES)),
        unusual=those(content & (spread < _UNUSUAL_SPREAD) & (times < _UNUSUAL_TIMES)),
        names=index.name_terms,
        slips=frozenset(term for term in once if not frequent.isdisjoint(_mistaken(term))),
    )


def _mistaken(term: str) -> Iterator[str]:
    """Yield all words that differ from a term by one letter or by two swapped ones."""
    for at in range(1, len(term)):
        head, tail = term[:at], term[at:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            yield head + letter + tail[1:]
    for letter in _LETTERS:
        yield term + letter


def _spread(index: Index) -> NDArray[np.signedinteger]:
    """Count the episodes that say each term."""
    sizes = np.diff(index.transcripts.firsts)
    episodes = np.repeat(index.transcripts.episodes, sizes).astype(np.int64)
    pairs = np.unique(index.transcripts.terms * np.int64(len(index.episodes)) + episodes)
    return np.bincount(pairs // len(index.episodes), minlength=len(index.vocabulary.terms))


def _between(index: Index) -> NDArray[np.signedinteger]:
    """Count how often each term stands between a determiner and a word of grammar."""
    terms = index.transcripts.terms
    determiner = np.array([term in _DETERMINERS for term in index.vocabulary.terms])
    between = determiner[terms[:-2]] & ~index.vocabulary.is_content[terms[2:]]
    return np.bincount(terms[1:-1][between], minlength=len(index.vocabulary.terms))
