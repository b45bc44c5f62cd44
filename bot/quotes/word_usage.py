"""Learn how a corpus uses its words: nouns, topics, jargon, unusual words and typos."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.search.index.index import Index

_DETERMINING = """
a all an any bad each every few good many more most my no of our several some the their these your
"""
_DETERMINERS = frozenset(_DETERMINING.split())
# The least share of a noun's uses that fall between a determiner and a function word.
_NOUN_SHARE = 0.03
# Few episodes use jargon, but those use it often; few use an unusual word, and rarely twice.
_JARGON_SPREAD, _JARGON_TIMES = 0.25, 2.5
_UNUSUAL_SPREAD, _UNUSUAL_TIMES = 0.12, 1.7
# Many episodes mention a topic, and each mentions it often.
_TOPIC_SPREAD, _TOPIC_TIMES = 0.35, 4.0


# A word said once counts as a typo if it is one edit away from a word said this often.
_FREQUENT = 30
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class WordUsage:
    """Terms by how they are used.

    `names` are names of people; `slips` occur once and look like a typo of a frequent term.
    """

    nouns: frozenset[str]
    topics: frozenset[str]
    jargon: frozenset[str]
    unusual: frozenset[str]
    names: frozenset[str]
    slips: frozenset[str]


def learn_word_usage(index: Index) -> WordUsage:
    """Classify the terms of the whole corpus by how it uses them."""
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
    # Of words one letter apart, either or both without a letter are alike: few terms pass that.
    near = frozenset(short for term in frequent for short in _shortened(term))
    once = those(content & (forms[index.vocabulary.stem_of] <= 1))
    noun = content & (_between(index) / said >= _NOUN_SHARE)
    return WordUsage(
        nouns=those(noun),
        topics=those(noun & (spread > _TOPIC_SPREAD) & (times > _TOPIC_TIMES)),
        jargon=those(content & (spread < _JARGON_SPREAD) & (times > _JARGON_TIMES)),
        unusual=those(content & (spread < _UNUSUAL_SPREAD) & (times < _UNUSUAL_TIMES)),
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


def _spread(index: Index) -> NDArray[np.signedinteger]:
    """Count the episodes that mention each term."""
    sizes = np.diff(index.transcripts.firsts)
    episodes = np.repeat(index.transcripts.episodes, sizes).astype(np.int64)
    pairs = np.unique(index.transcripts.terms * np.int64(len(index.episodes)) + episodes)
    return np.bincount(pairs // len(index.episodes), minlength=len(index.vocabulary.terms))


def _between(index: Index) -> NDArray[np.signedinteger]:
    """Count how often each term stands between a determiner and a function word."""
    terms = index.transcripts.terms
    determiner = np.array([term in _DETERMINERS for term in index.vocabulary.terms])
    between = determiner[terms[:-2]] & ~index.vocabulary.is_content[terms[2:]]
    return np.bincount(terms[1:-1][between], minlength=len(index.vocabulary.terms))
