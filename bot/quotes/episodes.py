"""Find the quotes of each episode, unless they are known from an earlier index.

They depend on what is said in the episode and by whom, and on how the corpus uses its words. When
one episode changes, the quotes of nearly all others are known.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from bot.arrays import distinct
from bot.quotes.lookup import is_judged
from bot.quotes.word_usage import WordUsage
from bot.search.index.index import Index

_HASHED = 8  # bytes of a uint64


@dataclass(frozen=True, slots=True)
class QuotePlace:
    """A quote by its place: its first sentence in its episode, from 0, and how many there are.

    `evidence` is as `bot.quotes.evidence` measures it, and `reasons` are those that it finds.
    `asked` means that the quote cannot be understood without the question before it.
    """

    first: int
    sentences: int
    id: str
    score: float
    evidence: tuple[float, ...]
    reasons: tuple[str, ...] = ()
    asked: bool = False


QuotePlaces = tuple[QuotePlace, ...]
# Finds the quotes of some episodes, given by their numbers, best first; no two share a sentence.
_Find = Callable[[Sequence[int]], Iterable[QuotePlaces]]


def find_in_episodes(
    index: Index, usage: WordUsage, find: _Find, known: Mapping[str, QuotePlaces]
) -> dict[int, tuple[str, QuotePlaces]]:
    """Find the quotes of each episode unless they are known by a digest of what they depend on.

    Return them with their digests, by the numbers of the episodes.
    """
    keys = _keys_of(index, usage)
    unknown = [episode for episode, key in keys.items() if key not in known]
    found = dict(zip(unknown, find(unknown), strict=True))
    return {
        episode: (key, found[episode] if episode in found else known[key])
        for episode, key in keys.items()
    }


def _keys_of(index: Index, usage: WordUsage) -> dict[int, str]:
    """Map the episodes that can have quotes to digests of all that their quotes depend on."""
    marks = _marks_of(index, usage)
    return {
        episode: _key_of(index, episode, marks)
        for episode, facts in enumerate(index.episodes)
        if is_judged(facts)
    }


def _key_of(index: Index, episode: int, marks: NDArray[np.uint64]) -> str:
    transcripts = index.transcripts
    cues = index.cue_numbers(episode)
    first, past = cues.start, cues.stop
    begin = int(transcripts.ends[first - 1]) if first else 0
    # The type depends on how long the whole corpus is.
    ends = transcripts.ends[first:past].astype(np.int64)
    speakers, said_by = np.unique(transcripts.speakers[first:past], return_inverse=True)
    names = [index.speakers.get((episode, number), "") for number in speakers.tolist()]
    guests = sorted(guest.name for guest in index.episodes[episode].guests)
    said = transcripts.terms[transcripts.firsts[first] : transcripts.firsts[past]]
    terms = distinct(said.astype(np.int32))  # numpy takes far longer to sort two bytes than four
    digest = sha256(repr((names, guests)).encode("utf-8", "replace"))
    parts: Iterable[NDArray[np.generic]] = (
        transcripts.text[begin : int(ends[-1]) if past > first else begin],
        ends - begin,
        said_by,
        transcripts.captions[first:past],
        np.sort(marks[terms]),
    )
    for part in parts:
        digest.update(f"{len(part)}\0".encode())
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()[:32]


def _marks_of(index: Index, usage: WordUsage) -> NDArray[np.uint64]:
    """Hash each term with how the corpus uses it."""
    kinds = [getattr(usage, each.name) for each in fields(usage)]
    used = frozenset[str]().union(*kinds)
    terms = index.vocabulary.terms
    return np.array([_mark(term, kinds) if term in used else 0 for term in terms], dtype=np.uint64)


def _mark(term: str, kinds: Sequence[frozenset[str]]) -> int:
    used = "".join("01"[term in kind] for kind in kinds)
    hashed = sha256(f"{term}\0{used}".encode("utf-8", "replace")).digest()
    return int.from_bytes(hashed[:_HASHED])
