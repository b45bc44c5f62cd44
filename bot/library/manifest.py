"""The manifest of an index, and which index is current: data, stored as JSON."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.models import Problem
from bot.search.index.version import explain_version
from bot.stored_json import parse_stored
from bot.transcripts.files import FoundFiles, SourceFile

LAST_GOOD = "last good"
"""The status of a file that its last readable version replaces."""

# What is remembered of the past, so that the file stays small.
_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Inspection:
    """The result of scanning the sources.

    `commits` are those of git sources; `last_good` lists, by their path in `found`, the unreadable
    files that an earlier version replaces. `missing` sources have no local copy; `failed` ones
    could not be checked for changes.
    """

    found: FoundFiles
    commits: Mapping[str, str] = field(default_factory=dict)
    last_good: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A file of an index; `status` is "read", "refused" or LAST_GOOD."""

    path: str
    sha256: str
    bytes: int
    status: str


@dataclass(frozen=True, slots=True)
class Counts:
    """The size of an index."""

    episodes: int
    passages: int
    cues: int
    words: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The score of an index on a file of queries, which `sha256` identifies."""

    sha256: str
    queries: int
    mrr: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index is built from, by which release, and with what result.

    `sha256` is that of the index's file. `missing` are the sources that were not there.
    `index_version` is 0 for what was written before there were versions.
    """

    id: str
    built_at: datetime
    version: str
    commit: str
    sources: tuple[SourceEntry, ...]
    commits: Mapping[str, str]
    refused: tuple[Problem, ...]
    counts: Counts
    sha256: str
    evaluation: Evaluation | None = None
    missing: tuple[str, ...] = ()
    index_version: int = 0

    @property
    def unreadable(self) -> str:
        """Say why this release cannot read the index; "" if it can."""
        return explain_version(self.index_version)

    @property
    def transcripts(self) -> frozenset[tuple[str, str]]:
        """The path and SHA-256 of each file of the index."""
        return frozenset((each.path, each.sha256) for each in self.sources)


@dataclass(frozen=True, slots=True)
class Promotion:
    """When an index became current, and why: "opened", "checked", "forced" or "rollback"."""

    id: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an index must not become current."""

    id: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CurrentIndex:
    """Which index is current: the last one promoted.

    `passed_over` are those that were rolled back.
    """

    promotions: tuple[Promotion, ...] = ()
    passed_over: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def id(self) -> str:
        """The current index; "" if there is none."""
        return self.promotions[-1].id if self.promotions else ""

    @property
    def earlier(self) -> tuple[str, ...]:
        """The indexes that were current before, newest first, without repeats."""
        before = (promotion.id for promotion in reversed(self.promotions))
        return tuple(index_id for index_id in dict.fromkeys(before) if index_id != self.id)

    @property
    def usable(self) -> tuple[str, ...]:
        """The current index, then earlier ones, without those that were rolled back."""
        before = tuple(index_id for index_id in self.earlier if index_id not in self.passed_over)
        return (self.id, *before) if self.id else ()

    def choose(self, index_id: str) -> str:
        """Choose the index to answer from when the transcripts yield the index `index_id`.

        That is the current index if that one was refused or rolled back.
        """
        return self.id if self.id and self.why_not(index_id) else index_id

    def why_not(self, index_id: str) -> str:
        """Say why an index must not become current; "" if nothing is on record."""
        if index_id in self.passed_over:
            return "it was rolled back."
        return next((each.reason for each in self.refusals if each.id == index_id), "")

    def refuses(self, index_id: str) -> bool:
        """Return whether an index failed its checks, rather than being rolled back."""
        return index_id not in self.passed_over and bool(self.why_not(index_id))

    def promoted(self, promotion: Promotion) -> "CurrentIndex":
        """Make an index current, and drop earlier objections to it."""
        return CurrentIndex(
            (*self.promotions, promotion)[-_REMEMBERED:],
            tuple(index_id for index_id in self.passed_over if index_id != promotion.id),
            tuple(each for each in self.refusals if each.id != promotion.id),
        )

    def rolled_back(self, promotion: Promotion) -> "CurrentIndex":
        """Make an earlier index current, and pass over the one it replaces."""
        passed = (*self.passed_over, self.id)[-_REMEMBERED:]
        return replace(self.promoted(promotion), passed_over=passed)

    def refused(self, refusal: Refusal) -> "CurrentIndex":
        """Record that an index must not become current."""
        others = tuple(each for each in self.refusals if each.id != refusal.id)
        return replace(self, refusals=(*others, refusal)[-_REMEMBERED:])


def entries_of(inspection: Inspection, refused: Iterable[Problem]) -> Iterator[SourceEntry]:
    """List the files of an index as entries of a manifest."""
    found = inspection.found
    unused = {problem.path for problem in refused}
    for file in found.to_read:
        status = "refused" if file.path in unused else "read"
        status = LAST_GOOD if file.path in inspection.last_good else status
        yield SourceEntry(file.path, file.digest, _size_of(file), status)


def as_manifest(stored: bytes) -> Manifest:
    """Parse a manifest; raises ValueError if the JSON is none."""
    return parse_stored(stored, Manifest)


def as_standing(stored: bytes) -> CurrentIndex:
    """Parse which index is current; raises ValueError if the JSON is invalid."""
    return parse_stored(stored, CurrentIndex)


def _size_of(file: SourceFile) -> int:
    try:
        return (file.kept or file.location).stat().st_size
    except OSError:
        return 0
