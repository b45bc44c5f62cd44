"""What is known of a built index, and of which one is current: data, read from JSON as written."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import TypeAdapter

from bot.models import Problem
from bot.search.index.index import Index
from bot.search.index.storage import explain_version
from bot.search.index.vocabulary import BREAK
from bot.transcripts.files import FoundFiles, SourceFile

LAST_GOOD = "last good"
"""The status of a file of which an earlier version stands in."""

# What is remembered of the past, so that the file stays small.
_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a look at the sources has found.

    `commits` are those of git sources; `last_good` names the files, by their path in `found`, of
    which an earlier version stands in for one that cannot be read. `missing` are the sources of
    which nothing is here, `failed` those of which nobody knows whether there is anything newer.
    """

    found: FoundFiles
    commits: Mapping[str, str] = field(default_factory=dict)
    last_good: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A file an index was made of; `status` is "read", "refused" or LAST_GOOD."""

    path: str
    sha256: str
    bytes: int
    status: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is in an index."""

    episodes: int
    passages: int
    cues: int
    words: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well queries were answered; `sha256` is that of the file of queries."""

    sha256: str
    queries: int
    mrr: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made of, by which release, and what has come of it.

    `sha256` is that of the index's file. `missing` are the sources of which nothing was there.
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
        """The path and the SHA-256 of each file it was made of."""
        return frozenset((each.path, each.sha256) for each in self.sources)


@dataclass(frozen=True, slots=True)
class Promotion:
    """When an index became current, and why: "opened", "checked", "forced" or "rollback"."""

    id: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an index may not become current."""

    id: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CurrentIndex:
    """Which index is current: the last one promoted.

    `passed_over` are those that somebody went back from.
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
        """The indexes that were current before, the last first, each once."""
        before = (promotion.id for promotion in reversed(self.promotions))
        return tuple(number for number in dict.fromkeys(before) if number != self.id)

    @property
    def usable(self) -> tuple[str, ...]:
        """The current index, then those before it, without those that somebody went back from."""
        before = tuple(number for number in self.earlier if number not in self.passed_over)
        return (self.id, *before) if self.id else ()

    def choose(self, number: str) -> str:
        """Choose what to answer from where the transcripts make the index `number`.

        That is the current index if that one was refused or gone back from.
        """
        return self.id if self.id and self.why_not(number) else number

    def why_not(self, number: str) -> str:
        """Say why an index may not become current; "" if nothing is known against it."""
        if number in self.passed_over:
            return "somebody went back from it."
        return next((each.reason for each in self.refusals if each.id == number), "")

    def refuses(self, number: str) -> bool:
        """Say whether an index did not pass its checks; nobody went back from it then."""
        return number not in self.passed_over and bool(self.why_not(number))

    def promoted(self, promotion: Promotion) -> "CurrentIndex":
        """Make an index current; what was against it no longer is."""
        return CurrentIndex(
            (*self.promotions, promotion)[-_REMEMBERED:],
            tuple(number for number in self.passed_over if number != promotion.id),
            tuple(each for each in self.refusals if each.id != promotion.id),
        )

    def rolled_back(self, promotion: Promotion) -> "CurrentIndex":
        """Make an earlier index current, and pass over the one that was."""
        passed = (*self.passed_over, self.id)[-_REMEMBERED:]
        return replace(self.promoted(promotion), passed_over=passed)

    def refused(self, refusal: Refusal) -> "CurrentIndex":
        """Remember that an index may not become current."""
        others = tuple(each for each in self.refusals if each.id != refusal.id)
        return replace(self, refusals=(*others, refusal)[-_REMEMBERED:])


def entries_of(inspection: Inspection, refused: Iterable[Problem]) -> Iterator[SourceEntry]:
    """List the files an index is made of, as a manifest names them."""
    found = inspection.found
    unused = {problem.path for problem in refused}
    for file in (*found.files, *found.catalogs, *found.people):
        status = "refused" if file.path in unused else "read"
        status = LAST_GOOD if file.path in inspection.last_good else status
        yield SourceEntry(file.path, file.digest, _size_of(file), status)


def counts_of(index: Index) -> Counts:
    """Count what is in an index."""
    words = int((index.transcripts.terms != BREAK).sum())
    passages, cues = len(index.passages.firsts), len(index.transcripts.ends)
    return Counts(len(index.episodes), passages, cues, words)


def as_manifest(stored: bytes) -> Manifest:
    """Read a manifest from its JSON; raises ValueError if it is none."""
    return TypeAdapter(Manifest).validate_python(json.loads(stored))


def as_standing(stored: bytes) -> CurrentIndex:
    """Read a standing from its JSON; raises ValueError if it is none."""
    return TypeAdapter(CurrentIndex).validate_python(json.loads(stored))


def _size_of(file: SourceFile) -> int:
    try:
        return (file.kept or file.location).stat().st_size
    except OSError:
        return 0
