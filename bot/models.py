"""The data everything else speaks of. Times are seconds from the start of the video."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Origin(StrEnum):
    """Where words come from: an edited transcript or automatic captions."""

    EDITED = "edited"
    CAPTIONS = "captions"


@dataclass(frozen=True, slots=True)
class Cue:
    """One timed transcript line.

    As read from a file it may be a whole turn of a speaker and lack its times; in an `Episode` it
    is a sentence (or a few seconds of captions) whose times are known or estimated.
    """

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str = ""
    source: Origin = Origin.EDITED


@dataclass(frozen=True, slots=True)
class Chapter:
    """A titled part of an episode, which lasts until the next one starts."""

    title: str
    start: float


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody invited: the id used by the podcast's files and the name to show."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file or a catalog says about an episode; every field may be empty.

    `guests` holds ids or names as written; `slug` is stable across file layouts.
    """

    slug: str = ""
    title: str = ""
    short: str = ""
    season: int | None = None
    number: int | None = None
    guests: tuple[str, ...] = ()
    youtube: str = ""
    published: date | None = None
    topics: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What one file says, before files of the same episode are merged.

    `path` is relative to the folder that was given, with forward slashes; `stem` is its file name
    without extension and date prefix; `first_line` names an episode about which nothing else is
    known. `cues` keep the order of the file. `wrong_video` says that what stands in the place of
    its video's id is none, of which a note tells.
    """

    path: str
    stem: str
    source: Origin
    metadata: Metadata
    chapters: tuple[Chapter, ...] = ()
    cues: tuple[Cue, ...] = ()
    first_line: str = ""
    wrong_video: bool = False


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode, merged from all its files, with every cue timed where that is possible.

    `short` is the title as the podcast says it on air, where there is one. `youtube` is "" when no
    video is known; then there are times but no links. `paths` names the files it was made of.
    """

    slug: str
    title: str
    short: str = ""
    season: int | None = None
    number: int | None = None
    guests: tuple[Guest, ...] = ()
    youtube: str = ""
    published: date | None = None
    topics: tuple[str, ...] = ()
    description: str = ""
    chapters: tuple[Chapter, ...] = ()
    cues: tuple[Cue, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of `airquote check`: what is wrong with a file, where, and what to do.

    A `refused` file contributes nothing; otherwise the problem is a note and the file is used.
    """

    path: str
    reason: str
    remedy: str = ""
    line: int | None = None
    refused: bool = True


@dataclass(frozen=True, slots=True)
class Corpus:
    """All episodes in a fixed order, and what was wrong with the files they come from."""

    episodes: tuple[Episode, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """One `field:value` of a query: guest, speaker, episode or season."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, taken apart; words and phrases are normalised terms in their order.

    `text` is the cleaned input. `phrases` must be said word for word, none of `excluded` may be.
    `problems` are sentences for the person, about filters that make no sense.
    """

    text: str
    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    filters: tuple[Filter, ...] = ()
    after: date | None = None
    before: date | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """An excerpt to show: its text and the characters [first, past the last) of matched words."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a query.

    `start` is the second at which the snippet's best words are spoken, `end` the last second of the
    passage; None where nothing is known. `episode` comes without cues. `passage` is its number in
    the index, which is only good for as long as that index. `heard_as` is what captions mishear
    in place of the query's word, "" where they do not.
    """

    episode: Episode
    chapter: str
    speaker: str
    start: float | None
    end: float | None
    source: Origin
    score: float
    snippet: Snippet
    passage: int
    heard_as: str = ""


class Verdict(StrEnum):
    """What people say of a hit."""

    USEFUL = "useful"
    NOT_THIS = "not this"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody said of a hit, about `start` seconds into an episode.

    `index_id` names the library that was searched. `query` is None where none was kept.
    """

    at: datetime
    verdict: Verdict
    episode: str
    start: float | None
    index_id: str
    platform: str
    query: str | None = None


@dataclass(frozen=True, slots=True)
class ZeroHit:
    """A query that found nothing; `query` is None where none was kept."""

    at: datetime
    index_id: str
    platform: str
    query: str | None = None
