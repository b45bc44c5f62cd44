"""The documents that an index becomes in a cluster, and where each of them is found.

A passage is a document to search for: how often it says each stem, relative to its length, and the
same for the names of its people. OpenSearch's `rank_feature` makes BM25 of that, with the idf that
the query brings along, so that scores depend on no other podcast in the same index. All other
documents are only fetched by their ids: where each stem is said, which passages hold it, and the
words of a run of cues. A frequent stem has a document for each group of episodes, so that a query
fetches those of its candidates alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from bot.arrays import Ints
from bot.search.cluster.columns import Numbers, pack_columns, pack_steps
from bot.search.index.bm25 import K1, Postings
from bot.search.index.index import Index
from bot.search.index.storage import Arrays

DOCUMENTS_VERSION = 2
"""What the documents of an index are, and how they are laid out; raise it with every change."""

# Stems that are said more often than this have a document for each group of so many episodes.
OFTEN = 4_096
GROUP = 16
# The cues of a document begin within so many words.
RUN_WORDS = 256
# The names of what `count_by_group` returns.
STEMS, TIMES = "stems", "times"

MAPPING = {
    "dynamic": "strict",
    "_routing": {"required": True},
    "properties": {
        "part_of": {"type": "keyword"},
        "passage": {"type": "integer"},
        "episode": {"type": "integer"},
        "says": {"type": "rank_features"},
        "names": {"type": "rank_features"},
        "columns": {"type": "binary"},  # is not searched, only kept
    },
}


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a podcast's index: the ids of its documents begin with it."""

    podcast: str
    index_id: str

    @property
    def name(self) -> str:
        """What its documents have as their version."""
        return f"{self.podcast}.{self.index_id}"

    def places(self, stem: int, group: int | None = None) -> str:
        """Return the id of the document that says where a stem is said."""
        return f"{self.name}.places.{stem}" + ("" if group is None else f".{group}")

    def holders(self, stem: int) -> str:
        """Return the id of the document that says which passages hold a stem."""
        return f"{self.name}.holders.{stem}"

    def run(self, number: int) -> str:
        """Return the id of the document with the words of a run of cues."""
        return f"{self.name}.run.{number}"

    def file(self, name: str, part: int) -> str:
        """Return the id of a part of a file."""
        return f"{self.name}.file.{name}.{part}"


def group_bounds(index: Index) -> Ints:
    """Return the first place of each group of episodes, and the end of the last."""
    bounds = index.lookups.bounds
    return np.append(bounds[:-1:GROUP], bounds[-1:])


def count_by_group(index: Index) -> Arrays:
    """Count how often each group of episodes says each frequent stem."""
    stems = np.flatnonzero(np.diff(index.stem_places.starts) > OFTEN)
    bounds = group_bounds(index)
    times = [np.diff(index.stem_places.of(stem).searchsorted(bounds)) for stem in stems.tolist()]
    return {
        STEMS: stems.astype(np.int32),
        TIMES: np.array(times, dtype=np.int32).reshape(len(stems), len(bounds) - 1),
    }


def run_bounds(index: Index) -> list[tuple[int, int]]:
    """List the runs of cues: the number of each, and its first cue."""
    numbers = index.transcripts.firsts[:-1] // RUN_WORDS
    firsts = np.flatnonzero(np.diff(numbers, prepend=-1))
    return list(zip(numbers[firsts].tolist(), firsts.tolist(), strict=True))


def count_documents(index: Index) -> int:
    """Count what `documents_of` yields, about."""
    stems = len(index.vocabulary.stem_ids)
    return len(index.passages.firsts) + 2 * stems + len(run_bounds(index))


def documents_of(index: Index, version: Version) -> Iterator[dict[str, Any]]:
    """Yield the documents of an index, each with its id."""
    yield from _passages(index, version)
    for stem in range(1, len(index.vocabulary.stem_ids)):
        yield from _stem(index, version, stem)
    yield from _runs(index, version)


def _passages(index: Index, version: Version) -> Iterator[dict[str, Any]]:
    says = _by_passage(index.text, index)
    names = _by_passage(index.names, index)
    episodes = index.passage_episodes.tolist()
    for number, (said, named) in enumerate(zip(says, names, strict=True)):
        yield {
            "_id": f"{version.name}.passage.{number}",
            "part_of": version.name,
            "passage": number,
            "episode": episodes[number],
            "says": said,
            "names": named,
        }


def _by_passage(postings: Postings, index: Index) -> Iterator[dict[str, float]]:
    """Yield how often each passage has each stem, relative to its length."""
    stems = index.vocabulary.stems
    held = np.diff(postings.starts)
    terms = np.repeat(np.arange(len(held)), held)
    order = np.argsort(postings.documents, kind="stable")
    # level = count · (K1 + 1) / (count + norm) is stored; what BM25 saturates is count / norm.
    levels = postings.levels[postings.codes] / (K1 + 1)
    relative = levels / (1 - levels)
    counts = np.bincount(postings.documents, minlength=len(index.passages.firsts))
    ends = np.cumsum(counts).tolist()
    for begin, end in pairwise([0, *ends]):
        chosen = order[begin:end]
        values = relative[chosen].round(4).tolist()
        yield {stems[t]: v for t, v in zip(terms[chosen].tolist(), values, strict=True) if v > 0}


def _stem(index: Index, version: Version, stem: int) -> Iterator[dict[str, Any]]:
    places = index.stem_places.of(stem)
    if not len(places):
        return
    if len(places) <= OFTEN:
        yield _kept(version, version.places(stem), _where(index, places))
    else:
        cuts = places.searchsorted(group_bounds(index)).tolist()
        for group, (begin, end) in enumerate(pairwise(cuts)):
            if end > begin:
                said = _where(index, places[begin:end])
                yield _kept(version, version.places(stem, group), said)
    if len(holders := index.text.documents_of(stem)):
        yield _kept(version, version.holders(stem), [pack_steps(holders)])


def _where(index: Index, places: Ints) -> list[Numbers]:
    transcripts = index.transcripts
    return [
        pack_steps(places),
        transcripts.terms[places],
        transcripts.starts[places],
        transcripts.lengths[places],
    ]


def _runs(index: Index, version: Version) -> Iterator[dict[str, Any]]:
    transcripts = index.transcripts
    cues = len(transcripts.ends)
    bounds = [*run_bounds(index), (-1, cues)]
    for (number, first), (_, past) in pairwise(bounds):
        places = slice(int(transcripts.firsts[first]), int(transcripts.firsts[past]))
        columns: list[Numbers] = [
            transcripts.text[_letters(transcripts.ends, first, past)],
            transcripts.spoken[_letters(transcripts.spoken_ends, first, past)],
            transcripts.terms[places],
            transcripts.starts[places],
            transcripts.lengths[places],
        ]
        yield _kept(version, version.run(number), columns)


def _letters(ends: Numbers, first: int, past: int) -> slice:
    """Return where the letters of some cues are."""
    return slice(int(ends[first - 1]) if first else 0, int(ends[past - 1]))


def _kept(version: Version, document: str, columns: list[Numbers]) -> dict[str, Any]:
    return {"_id": document, "part_of": version.name, "columns": pack_columns(columns)}
