"""The data that all packages share. Times are seconds from the start of the recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Origin(StrEnum):
    """Whether words come from an edited transcript or from automatic captions."""

    EDITED = "edited"
    CAPTIONS = "captions"


LITERAL = 0.9
"""If captions have at least this share of a sentence's words, it was said as it is written."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How automatic captions have an edited sentence.

    `share` is the share of its words, 0 to 1, that they have in the same order. `words` are theirs
    in its place, "" if it was said as it is written.
    """

    share: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """One timed transcript line.

    As read from a file, it may be a speaker's whole turn and lack its times; in an `Episode` it is
    a sentence (or a few seconds of captions) with known or estimated times. `heard` is None where
    no captions tell.
    """

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str = ""
    source: Origin = Origin.EDITED
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A titled part of an episode, which lasts until the next one starts."""

    title: str
    start: float


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest: the id used in the podcast's files and the name to show."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """The facts about an episode in a file or a catalog; every field may be empty.

    `guests` holds ids or names as written; `slug` is the same in all file layouts. `youtube` and
    `spotify` are ids; `url` (a page), `audio` (a file) and `apple` are addresses, and `template` is
    a pattern of links: see `bot.players`. `guid` identifies the episode in its feed.
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
    url: str = ""
    audio: str = ""
    spotify: str = ""
    apple: str = ""
    template: str = ""
    guid: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """The content of one file, before files of the same episode are merged.

    `path` is relative to the given folder, with forward slashes; `stem` is the file name without
    extension and date prefix; `first_line` serves as the title where nothing else is known. `cues`
    keep the order of the file. `wrong_video` means that the file has an invalid video id, which a
    note reports. `hosts` are the speakers whom the file calls so; `language` is its code, such as
    "en", if the file says it.
    """

    path: str
    stem: str
    source: Origin
    metadata: Metadata
    chapters: tuple[Chapter, ...] = ()
    cues: Sequence[Cue] = ()
    first_line: str = ""
    wrong_video: bool = False
    hosts: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode, merged from all its files, with every cue timed if possible.

    `short` is the title as spoken on air, if there is one. `paths` names its files. `youtube`,
    `url`, `audio`, `spotify`, `apple` and `template` are what links lead to, each "" if unknown;
    those in `players` come first, as the owner wishes. `language` is its code (ISO 639-1), "" if
    there is too little to tell.
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
    language: str = ""
    url: str = ""
    audio: str = ""
    spotify: str = ""
    apple: str = ""
    template: str = ""
    guid: str = ""
    players: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of `airquote check`: what is wrong with a file, where, and what to do.

    A `refused` file is not used, or only its `entry` is not, if it has a name. Otherwise the
    problem is a note.
    """

    path: str
    reason: str
    remedy: str = ""
    line: int | None = None
    refused: bool = True
    entry: str = ""

    @property
    def loses_file(self) -> bool:
        """Return whether the whole file is not used."""
        return self.refused and not self.entry


@dataclass(frozen=True, slots=True)
class Corpus:
    """All episodes in a fixed order, and the problems of their files."""

    episodes: tuple[Episode, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """One `field:value` of a query: guest, speaker, episode or season."""

    field: str
    value: str


class Order(StrEnum):
    """In which order to show hits, other than the best first."""

    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; words and phrases are normalised terms in their order.

    `text` is the cleaned input. `phrases` must occur word for word, none of `excluded` may occur.
    `problems` tells the person in sentences which filters make no sense.
    """

    text: str
    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    filters: tuple[Filter, ...] = ()
    after: date | None = None
    before: date | None = None
    order: Order | None = None
    problems: tuple[str, ...] = ()

    @property
    def has_words(self) -> bool:
        """Whether there is anything to search for: words or phrases."""
        return bool(self.words or self.phrases)

    @property
    def is_narrowed(self) -> bool:
        """Whether filters or dates leave out episodes."""
        return bool(self.filters or self.after or self.before)


@dataclass(frozen=True, slots=True)
class Snippet:
    """An excerpt to show; `spans` are the [start, end) offsets of the matched words."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What a host asks just before a hit."""

    speaker: str
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a query.

    `start` is the second at which the snippet's best words are spoken, `end` the last second of the
    passage; None if unknown. `episode` comes without cues. `passage` is a number that is valid only
    in the index that gave it. `heard_as` is how captions misheard the query's word, "" if they did
    not. `question` is what the snippet replies to; `start` may be in it, if the query's words are.
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
    question: Question | None = None


class Verdict(StrEnum):
    """A person's verdict on a hit."""

    USEFUL = "useful"
    NOT_THIS = "not this"


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict on a hit, about `start` seconds into an episode.

    `index_id` names the library that was searched. `query` is None if it was not kept.
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
    """A query that found nothing; `query` is None if it was not kept."""

    at: datetime
    index_id: str
    platform: str
    query: str | None = None
