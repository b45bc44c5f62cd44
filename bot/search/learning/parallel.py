"""Edited transcripts beside the captions of the same words, and what the captions made of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.arrays import Longs
from bot.models import Cue, Transcript
from bot.search.index.analysis import stem_terms, terms_of
from bot.transcripts.alignment import align
from bot.transcripts.talks import SAME_TALK, Talk
from bot.transcripts.words import FILLERS

# Editors may have changed this many words around a term; beyond, its counterpart is uncertain.
_MOST_EDITED = 2
# A term may be heard as this many more words than it has.
_MOST_ADDED = 3

TermRun = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermSequence:
    """What is said, word by word without fillers: terms, their stems, the seconds of their cues."""

    terms: tuple[str, ...]
    stems: tuple[str, ...]
    seconds: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class ParallelTranscript:
    """The words of an episode as edited and as heard; `at_edited` and `at_heard` say which match.

    Both rise, and are as long as each other.
    """

    episode: str
    edited: TermSequence
    heard: TermSequence
    at_edited: Longs
    at_heard: Longs


@dataclass(frozen=True, slots=True)
class TermPlace:
    """Where the edited words [first, last) should be among the heard words [begin, end).

    It is `alone` where editors changed nothing around it, so that all of those stand for it.
    """

    first: int
    last: int
    begin: int
    end: int
    alone: bool


def words_of(cues: Iterable[Cue]) -> TermSequence:
    """Take cues apart into words."""
    spoken = [(term, cue.start) for cue in cues for term in terms_of(cue.text)]
    kept = [(term, start) for term, start in spoken if term not in FILLERS]
    terms = tuple(term for term, _ in kept)
    return TermSequence(terms, tuple(stem_terms(list(terms))), tuple(start for _, start in kept))


def align_talks(talks: Sequence[Talk]) -> tuple[ParallelTranscript, ...]:
    """Align the edited transcript of each talk with its captions, where it has both."""
    both = [(talk.page, talk.heard) for talk in talks]
    aligned = (_align(page, heard) for page, heard in both if page and heard)
    return tuple(
        each for each in aligned if len(each.at_edited) > SAME_TALK * len(each.edited.terms)
    )


def find_term_places(
    parallel: ParallelTranscript, terms: frozenset[TermRun]
) -> Iterator[tuple[TermRun, TermPlace]]:
    """Find where the edited text has one of some terms, given by their stems, and what is heard.

    It is found between two words that match; the longest term wins.
    """
    stems = parallel.edited.stems
    openings: dict[str, list[TermRun]] = {}
    for term in sorted(terms, key=len, reverse=True):
        openings.setdefault(term[0], []).append(term)
    for first, stem in enumerate(stems):
        for term in openings.get(stem, ()):
            if stems[first : first + len(term)] == term:
                place = _place(parallel, first, first + len(term))
                if place:
                    yield term, place
                break


def _align(page: Transcript, captions: Transcript) -> ParallelTranscript:
    edited, heard = words_of(page.cues), words_of(captions.cues)
    at_edited, at_heard = align(_keys(edited), _keys(heard))
    slug = page.metadata.slug or page.stem
    return ParallelTranscript(slug, edited, heard, at_edited, at_heard)


def _keys(words: TermSequence) -> Longs:
    return np.array([hash(stem) for stem in words.stems], np.int64)


def _place(parallel: ParallelTranscript, first: int, last: int) -> TermPlace | None:
    at_edited, at_heard = parallel.at_edited, parallel.at_heard
    before = int(np.searchsorted(at_edited, first)) - 1
    after = int(np.searchsorted(at_edited, last))
    if before < 0 or after == len(at_edited):
        return None
    changed = first - int(at_edited[before]) - 1 + int(at_edited[after]) - last
    begin, end = int(at_heard[before]) + 1, int(at_heard[after])
    if changed > _MOST_EDITED or not begin < end <= begin + last - first + changed + _MOST_ADDED:
        return None
    return TermPlace(first, last, begin, end, alone=not changed)
