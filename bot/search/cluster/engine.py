"""The engine that keeps the words of an index in a cluster.

Its index is an outline with room for the words. What a query needs is fetched, written where it
belongs in the arrays, and stays there for the next query, until too much is there: then a new view
of the index begins empty, while whoever still reads the old one goes on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from threading import Lock, local

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, Mask
from bot.errors import EngineError
from bot.models import Heard
from bot.search.cluster.client import Cluster, Json, is_partial
from bot.search.cluster.columns import Numbers, unpack_columns, unpack_steps
from bot.search.cluster.documents import (
    GROUP,
    OFTEN,
    RUN_WORDS,
    STEMS,
    TIMES,
    Version,
    group_bounds,
)
from bot.search.index.bm25 import K1
from bot.search.index.index import Index
from bot.search.index.outline import Outline, with_new_room
from bot.search.index.passages import Transcripts
from bot.search.index.port import Wanted
from bot.search.index.storage import Arrays

# OpenSearch takes boosts up to 64 for a feature.
_SCALE = 0.05
# A share that does not depend on how often a word is said.
_ALWAYS = 1e-6
# So many numbers are sent with a query at most, and so many clauses.
_MOST_NUMBERS = 60_000
_MOST_RUNS = 16
_MEGABYTE = 1 << 20
# Memory comes in pages of so many bytes.
_PAGE = 4096


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the words of an index are: a cluster, and the version and alias in it."""

    cluster: Cluster
    version: Version
    alias: str
    routing: str

    def fetch(self, ids: list[str]) -> tuple[dict[str, list[Numbers]], bool]:
        """Fetch columns by the ids of their documents, and say whether a part did not answer.

        Raises EngineError if the version is not there any more.
        """
        fetched = self.cluster.fetch(self.alias, ids, self.routing)
        if len(fetched.found) < len(ids) and not fetched.partial:
            raise EngineError(
                self.version.name, "the cluster lacks words of it.", "Run: airquote index build"
            )
        found = {each: unpack_columns(held["columns"]) for each, held in fetched.found.items()}
        return found, fetched.partial


@dataclass(frozen=True)
class FetchedTranscripts(Transcripts):
    """Transcripts that fetch the texts of cues before they read them."""

    engine: "ClusterEngine" = field(kw_only=True)

    def text_of(self, number: int) -> str:
        """Read the text of one cue."""
        self.engine.need_cues([range(number, number + 1)])
        return _shown(super().text_of(number))

    def texts_of(self, cues: range) -> list[str]:
        """Read the texts of neighbouring cues."""
        self.engine.need_cues([cues])
        return [*map(_shown, super().texts_of(cues))]

    def heard_of(self, number: int) -> Heard | None:
        """Read how captions have one cue."""
        self.engine.need_cues([range(number, number + 1)])
        return super().heard_of(number)


def _shown(text: str) -> str:
    """Leave blank what did not come, so that everything else is where it should be."""
    return text.replace("\0", " ")


class _Views:
    """The view that new queries read, replaced when it holds too much."""

    def __init__(self, outline: Outline, archive: Archive) -> None:
        self._outline = outline
        self._archive = archive
        self._lock = Lock()
        self._limit = archive.cluster.address.memory * _MEGABYTE
        self.current = self.open()

    def at_hand(self) -> Index:
        """Return the view for a new query."""
        with self._lock:
            engine = self.current.engine
            if isinstance(engine, ClusterEngine) and engine.written > self._limit:
                self.current = self.open()
            return self.current

    def open(self) -> Index:
        """Open a view that nothing has been fetched for."""
        room = with_new_room(self._outline.index)
        engine = ClusterEngine(room, self._archive, self._outline.added)
        columns = {each.name: getattr(room.transcripts, each.name) for each in fields(Transcripts)}
        return replace(
            room,
            transcripts=FetchedTranscripts(**columns, engine=engine),
            engine=engine,
            renew=self.at_hand,
        )


def attach(outline: Outline, archive: Archive) -> Index:
    """Let an archive keep the words of an outline.

    Whoever asks the index itself, and not what is `at_hand`, fetches into a view of its own.
    """
    return _Views(outline, archive).open()


class ClusterEngine:
    """Asks a cluster for candidates, and fetches what is said into the arrays of one view.

    What was fetched is never changed, so that all threads may read it.
    """

    def __init__(self, room: Index, archive: Archive, times: Arrays) -> None:
        self._room = room
        # Which pages of each array hold something.
        self._pages: dict[int, Mask] = {}
        self._archive = archive
        self._times = dict(zip(times[STEMS].tolist(), times[TIMES], strict=True))
        self._here: set[str] = set()
        self._parts: dict[int, list[tuple[int | None, slice]]] = {}
        self._lock = Lock()
        self._told = local()
        self._groups = group_bounds(room)

    def find_candidates(self, wanted: Wanted, count: int) -> Ints | None:
        """Ask the cluster for the passages with the highest scores above 0."""
        allowed = wanted.allowed
        if allowed is not None and not allowed.any():
            return np.empty(0, dtype=np.int32)
        asked = [*self._scores(wanted)]
        if not (asked or wanted.phrased):
            return np.empty(0, dtype=np.int32)
        filters = [] if allowed is None else [self._only(allowed)]
        query = {
            "should": asked,
            "filter": filters,
            "minimum_should_match": int(not wanted.phrased),
        }
        answer = self._archive.cluster.search(
            self._archive.alias,
            {
                "query": {"bool": query},
                "size": count,
                "_source": False,
                "stored_fields": "_none_",  # the number of a passage is all that is read of it
                "docvalue_fields": ["passage"],
                "track_total_hits": False,
                "timeout": f"{self._archive.cluster.address.timeout}s",
            },
        )
        if is_partial(answer):
            self._told.missed = True
        found = [hit["fields"]["passage"][0] for hit in answer["hits"]["hits"]]
        return np.sort(np.array(found, dtype=np.int32))

    def _scores(self, wanted: Wanted) -> Iterator[Json]:
        stems = self._room.vocabulary.stems
        for rated, where in ((wanted.words, "says"), (wanted.names, "names")):
            for stem, idf in rated.items():
                if idf > 0:
                    yield _feature(f"{where}.{stems[stem]}", idf * (K1 + 1), 1.0)
        for stem, share in wanted.present.items():
            yield _feature(f"says.{stems[stem]}", share, _ALWAYS)
        for passages, share in wanted.variants:
            if len(passages) and share > 0:
                held = {"filter": _numbered(passages), "boost": share * _SCALE}
                yield {"constant_score": held}

    def _only(self, allowed: Mask) -> Json:
        """Write the passages that are allowed as a filter, as briefly as it goes."""
        owners = self._room.passage_episodes
        episodes = np.zeros(len(self._room.episodes), dtype=np.bool_)
        episodes[owners[allowed]] = True
        if np.array_equal(episodes[owners], allowed):
            return {"terms": {"episode": np.flatnonzero(episodes).tolist()}}
        if 2 * np.count_nonzero(allowed) > len(allowed):
            return {"bool": {"must_not": [_numbered(np.flatnonzero(~allowed))]}}
        return _numbered(np.flatnonzero(allowed))

    def need_places(self, stems: Iterable[int], episodes: Ints | None = None) -> None:
        """Fetch where stems are said, frequent ones only in some episodes if these are given."""
        groups = None if episodes is None else {*(episodes // GROUP).tolist()}
        version = self._archive.version
        wanted = {
            version.places(stem, group): run
            for stem in stems
            for group, run in self._parts_of(stem)
            if groups is None or group is None or group in groups
        }
        for name, columns in self._fetch(wanted):
            self._write_places(wanted[name], columns)

    def _parts_of(self, stem: int) -> list[tuple[int | None, slice]]:
        """List the groups of episodes that say a stem, and where their places belong.

        None stands for all, of a stem that is not frequent.
        """
        with self._lock:
            if stem not in self._parts:
                self._parts[stem] = [*self._begin(stem)]
            return self._parts[stem]

    def _begin(self, stem: int) -> Iterator[tuple[int | None, slice]]:
        """Yield the parts of a stem, with places that stand in for those not fetched yet.

        Each of a group is the first of that group: so the places of the stem ascend whatever is
        missing, and none of another group is where it should not be. Where there are no groups,
        each is the last of all.
        """
        begin, end = self._room.stem_places.starts[stem : stem + 2].tolist()
        places = self._room.stem_places.places
        if end - begin > OFTEN:
            cuts = [begin, *(begin + np.cumsum(self._times[stem])).tolist()]
            for group, (first, past) in enumerate(pairwise(cuts)):
                if first < past:
                    places[first:past] = self._groups[group]
                    yield group, slice(first, past)
        elif begin < end:
            places[begin:end] = len(self._room.transcripts.terms) - 1
            yield None, slice(begin, end)

    def _write_places(self, run: slice, columns: list[Numbers]) -> None:
        steps, terms, starts, lengths = columns
        room, places = self._room, unpack_steps(steps)
        self._write(room.transcripts.terms, places, terms)
        self._write(room.transcripts.starts, places, starts)
        self._write(room.transcripts.lengths, places, lengths)
        self._write(room.stem_places.places, run, places)

    def need_holders(self, stems: Iterable[int]) -> None:
        """Fetch which passages hold stems."""
        starts, version = self._room.text.starts, self._archive.version
        runs = {stem: slice(int(starts[stem]), int(starts[stem + 1])) for stem in stems}
        wanted = {version.holders(stem): run for stem, run in runs.items() if run.start < run.stop}
        for name, columns in self._fetch(wanted):
            self._write(self._room.text.documents, wanted[name], unpack_steps(columns[0]))

    def need_cues(self, runs: Iterable[range]) -> None:
        """Fetch the texts and words of cues, with those around them."""
        firsts, version = self._room.transcripts.firsts, self._archive.version
        numbers = {
            number
            for run in runs
            for number in (firsts[run.start : run.stop] // RUN_WORDS).tolist()
        }
        wanted = {version.run(number): number for number in numbers}
        for name, columns in self._fetch(wanted):
            self._write_cues(wanted[name], columns)

    def _write_cues(self, number: int, columns: list[Numbers]) -> None:
        text, spoken, terms, starts, lengths = columns
        transcripts = self._room.transcripts
        within = np.array((number, number + 1)) * RUN_WORDS
        first, past = transcripts.firsts[:-1].searchsorted(within.astype(np.int32)).tolist()
        begin, end = int(transcripts.firsts[first]), int(transcripts.firsts[past])
        self._write(transcripts.terms, slice(begin, end), terms)
        self._write(transcripts.starts, slice(begin, end), starts)
        self._write(transcripts.lengths, slice(begin, end), lengths)
        for letters, ends, said in (
            (transcripts.text, transcripts.ends, text),
            (transcripts.spoken, transcripts.spoken_ends, spoken),
        ):
            before = int(ends[first - 1]) if first else 0
            self._write(letters, slice(before, int(ends[past - 1])), said)

    def missed(self) -> bool:
        """Say whether a part did not answer since this thread asked last."""
        missed = getattr(self._told, "missed", False)
        self._told.missed = False
        return missed

    def _fetch(self, wanted: Iterable[str]) -> Iterator[tuple[str, list[Numbers]]]:
        """Fetch the documents that are not here yet; each is here once the caller wrote it."""
        missing = [name for name in wanted if name not in self._here]
        if missing:
            found, partial = self._archive.fetch(missing)
            if partial:
                self._told.missed = True
            for name, columns in found.items():
                yield name, columns
                self._here.add(name)

    def _write(self, array: Numbers, where: Ints | slice, numbers: Numbers) -> None:
        """Write numbers into an array, and note which pages of memory that takes."""
        array[where] = numbers
        pages = self._pages.setdefault(id(array), np.zeros(array.nbytes // _PAGE + 1, np.bool_))
        size = array.itemsize
        if isinstance(where, slice):
            pages[where.start * size // _PAGE : (where.stop * size - 1) // _PAGE + 1] = True
        else:
            pages[where.astype(np.int64) * size // _PAGE] = True

    @property
    def written(self) -> int:
        """How many bytes of memory hold what was fetched."""
        return _PAGE * sum(int(np.count_nonzero(pages)) for pages in [*self._pages.values()])


def _feature(name: str, share: float, pivot: float) -> Json:
    boost = share * _SCALE
    return {"rank_feature": {"field": name, "boost": boost, "saturation": {"pivot": pivot}}}


def _numbered(passages: NDArray[np.integer]) -> Json:
    """Select passages by their numbers: as runs if these are few."""
    breaks = np.flatnonzero(np.diff(passages) != 1)
    firsts = passages[np.append(0, breaks + 1)]
    lasts = passages[np.append(breaks, len(passages) - 1)]
    if len(firsts) <= _MOST_RUNS:
        runs = zip(firsts.tolist(), lasts.tolist(), strict=True)
        clauses: list[Json] = [{"range": {"passage": {"gte": a, "lte": b}}} for a, b in runs]
    else:
        cuts = range(0, len(passages), _MOST_NUMBERS)
        parts = (passages[at : at + _MOST_NUMBERS].tolist() for at in cuts)
        clauses = [{"terms": {"passage": part}} for part in parts]
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses}}
