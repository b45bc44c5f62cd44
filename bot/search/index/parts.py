"""The part of an index that one episode makes up, whatever else is indexed.

Parts have numbers of their own. Joining them takes little time, so that an index follows a change
of one episode without the words of the others being read again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, Longs, smallest
from bot.models import Episode, Origin
from bot.search.index.analysis import normalise
from bot.search.index.located import locate_all
from bot.search.index.meanings import cut_windows
from bot.search.index.names import Spellings
from bot.search.index.passages import UNHEARD, Passages, Transcripts, cut_passages
from bot.search.index.vocabulary import BREAK, VocabularyBuilder
from bot.text import is_numbered_speaker


@dataclass(frozen=True, slots=True)
class EpisodePart:
    """The part of one episode; its terms, speakers and chapters are numbered from 0.

    `terms` are the break and those the episode says, by number; `spellings` are about them.
    """

    transcripts: Transcripts
    passages: Passages
    windows: Passages
    terms: tuple[str, ...]
    spellings: Spellings


def cut_episode(episode: Episode, words: int, step: int) -> EpisodePart:
    """Put an episode's cues into columns, and cut it as `cut_passages` does."""
    located = locate_all([cue.text for cue in episode.cues])
    written, said = located.distinct, located.numbers
    terms = {"": BREAK}
    normal = [terms.setdefault(normalise(word), len(terms)) for word in written]
    term_of = np.array(normal, dtype=np.int32)
    transcripts = _to_columns(
        episode,
        _with_break(term_of[said]),
        located.counts,
        _with_break(smallest(located.starts)),
        _with_break(smallest(np.array([len(word) for word in written], dtype=np.int64)[said])),
    )
    in_captions = np.repeat(transcripts.captions, located.counts)
    return EpisodePart(
        transcripts,
        cut_passages(transcripts, words, step),
        cut_windows(transcripts),
        tuple(terms),
        Spellings(
            *_count_spellings(written, term_of, said[~in_captions], len(terms)),
            np.bincount(term_of[said[in_captions]], minlength=len(terms)),
        ),
    )


@dataclass(frozen=True, slots=True)
class JoinedParts:
    """The parts of several episodes as one, with numbers for all of them."""

    transcripts: Transcripts
    passages: Passages
    windows: Passages
    spellings: Spellings


def join_parts(
    episodes: Sequence[Episode], parts: Iterable[EpisodePart], builder: VocabularyBuilder
) -> JoinedParts:
    """Join the parts of episodes; their terms get the numbers of `builder`.

    A part is needed no more once the next is taken.
    """
    joining = _Joining(builder)
    for episode, part in zip(episodes, parts, strict=True):
        joining.add(part, len(episode.chapters))
    return joining.joined()


class _Column:
    """A column that grows: it is moved rather than copied, as it may be a tenth of the memory."""

    def __init__(self, kind: type[np.generic]) -> None:
        self._held, self._kind = bytearray(), np.dtype(kind)

    def __len__(self) -> int:
        return len(self._held) // self._kind.itemsize

    def add(self, values: NDArray[Any]) -> None:
        """Add values; if they are larger numbers than before, all become such."""
        wider = np.promote_types(self._kind, values.dtype)
        if np.issubdtype(self._kind, np.unsignedinteger) and wider != self._kind:
            self._held, self._kind = bytearray(self.array().astype(wider).data), wider
        added = values.astype(self._kind, casting="same_kind", copy=False)
        self._held += np.ascontiguousarray(added).data

    def array(self) -> NDArray[Any]:
        """Return the values."""
        return np.frombuffer(self._held, self._kind)


_KINDS: Mapping[str, type[np.generic]] = {
    "text": np.uint8,
    "ends": np.int64,
    "episodes": np.int32,
    "chapters": np.int32,
    "begins": np.float32,
    "finishes": np.float32,
    "speakers": np.int32,
    "captions": np.bool_,
    "heard": np.uint8,
    "spoken": np.uint8,
    "spoken_ends": np.int32,
    "terms": np.int32,
    "firsts": np.int32,
    "starts": np.uint8,
    "lengths": np.uint8,
}


class _Joining:
    """Episodes so far, whose cues, terms, speakers and chapters get numbers for all of them."""

    def __init__(self, builder: VocabularyBuilder) -> None:
        self._builder = builder
        self._columns = {name: _Column(kind) for name, kind in _KINDS.items()}
        self._bounds = {name: _Column(np.int32) for name in ("firsts", "lasts")}
        self._windows = {name: _Column(np.int32) for name in ("firsts", "lasts")}
        self._spellings = np.zeros((3, 0), dtype=np.int64)
        self._speakers: dict[str, int] = {}
        self._episodes = self._chapters = 0

    def add(self, part: EpisodePart, chapters: int) -> None:
        """Add an episode that has so many chapters."""
        terms = self._builder.number(part.terms)
        for bounds, passages in ((self._bounds, part.passages), (self._windows, part.windows)):
            for name, column in bounds.items():
                column.add(getattr(passages, name) + np.int32(len(self._columns["episodes"])))
        self._add_columns(part.transcripts, terms)
        if len(self._builder) > self._spellings.shape[1]:
            # Twice as many: most parts then bring no more than there is room for.
            self._spellings = np.pad(self._spellings, ((0, 0), (0, len(self._builder))))
        for row, each in zip(self._spellings, fields(part.spellings), strict=True):
            row[terms] += getattr(part.spellings, each.name)
        self._episodes += 1
        self._chapters += chapters

    def _add_columns(self, part: Transcripts, terms: Ints) -> None:
        known = self._speakers
        voices = [known.setdefault(name, len(known)) for name in part.speaker_names]
        chapters = np.where(part.chapters < 0, -1, part.chapters + self._chapters)
        numbered: dict[str, NDArray[Any]] = {
            "ends": part.ends + len(self._columns["text"]),
            "episodes": np.full(len(part.episodes), self._episodes, dtype=np.int32),
            "chapters": chapters.astype(np.int32),
            "speakers": np.array(voices, dtype=np.int32)[part.speakers],
            "spoken_ends": part.spoken_ends + np.int32(len(self._columns["spoken"])),
            "terms": terms[part.terms],
            "firsts": part.firsts[:-1] + np.int32(len(self._columns["terms"])),
        }
        for name, column in self._columns.items():
            column.add(numbered[name] if name in numbered else getattr(part, name))

    def joined(self) -> JoinedParts:
        """Return the episodes as one."""
        self._columns["firsts"].add(np.array([len(self._columns["terms"])], dtype=np.int32))
        # Voices that are only numbered stay apart, but have no name to show.
        names = ("" if is_numbered_speaker(name) else name for name in self._speakers)
        columns = {name: column.array() for name, column in self._columns.items()}
        columns |= {name: smallest(columns[name]) for name in ("terms", "ends", "speakers")}
        return JoinedParts(
            Transcripts(**columns, speaker_names=tuple(names)),
            Passages(**{name: column.array() for name, column in self._bounds.items()}),
            Passages(**{name: column.array() for name, column in self._windows.items()}),
            Spellings(*self._spellings[:, : len(self._builder)]),
        )


def _with_break(column: NDArray[Any]) -> NDArray[Any]:
    """Add the break, whose number is 0, to a column of terms."""
    return np.append(column, np.zeros(1, dtype=column.dtype))


def _to_columns(
    episode: Episode,
    terms: Ints,
    counts: Longs,
    starts: NDArray[np.unsignedinteger],
    lengths: NDArray[np.unsignedinteger],
) -> Transcripts:
    """Put an episode's cues into columns; each has so many of the terms, and the last the break."""
    cues = episode.cues
    speakers = {name: number for number, name in enumerate(dict.fromkeys(c.speaker for c in cues))}
    encoded = [cue.text.encode("utf-8", "replace") for cue in cues]
    spoken = [(cue.heard.words if cue.heard else "").encode("utf-8", "replace") for cue in cues]
    shares = [round(100 * cue.heard.share) if cue.heard else UNHEARD for cue in cues]
    firsts = np.append(0, np.cumsum(counts)).astype(np.int32)
    firsts[-1] += 1
    return Transcripts(
        text=np.frombuffer(b"".join(encoded), dtype=np.uint8),
        ends=np.cumsum([len(text) for text in encoded], dtype=np.int64),
        episodes=np.zeros(len(cues), dtype=np.int32),
        chapters=_chapters_of(episode),
        begins=np.array([_or_nan(cue.start) for cue in cues], dtype=np.float32),
        finishes=np.array([_or_nan(cue.end) for cue in cues], dtype=np.float32),
        speakers=np.array([speakers[cue.speaker] for cue in cues], dtype=np.int32),
        captions=np.array([cue.source is Origin.CAPTIONS for cue in cues], dtype=np.bool_),
        heard=np.array(shares, dtype=np.uint8),
        spoken=np.frombuffer(b"".join(spoken), dtype=np.uint8),
        spoken_ends=np.cumsum([len(text) for text in spoken], dtype=np.int32),
        terms=terms,
        firsts=firsts,
        starts=starts,
        lengths=lengths,
        speaker_names=tuple(speakers),
    )


def _chapters_of(episode: Episode) -> Ints:
    """Say for each cue in which chapter it starts; an untimed one stays where the last one was."""
    starts = [chapter.start for chapter in episode.chapters]
    known = np.array([_or_nan(cue.start) for cue in episode.cues], dtype=np.float64)
    chapters = np.searchsorted(starts, known, side="right") - 1
    latest = np.maximum.accumulate(np.where(np.isnan(known), -1, np.arange(len(known))))
    found: Ints = np.where(latest < 0, -1, chapters[latest]).astype(np.int32)
    return found


def _count_spellings(
    words: Sequence[str], term_of: Ints, said: Longs, size: int
) -> tuple[Longs, Longs]:
    """Count how often each of the first `size` terms is written small and with a capital."""
    small = np.array([word[0].islower() for word in words], dtype=np.bool_)[said]
    terms = term_of[said]
    return np.bincount(terms[small], minlength=size), np.bincount(terms[~small], minlength=size)


def _or_nan(seconds: float | None) -> float:
    return float("nan") if seconds is None else seconds
