"""The part of an index that one episode makes up, whatever else is indexed.

Parts have numbers of their own. Joining them takes little time, so that an index follows a change
of one episode without the words of the others being read again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, Longs
from bot.models import Episode, Origin
from bot.search.index.analysis import locate_words, normalise
from bot.search.index.meanings import cut_windows
from bot.search.index.passages import UNHEARD, Passages, Transcripts, cut_passages
from bot.search.index.vocabulary import BREAK, VocabularyBuilder
from bot.text import is_numbered_speaker


@dataclass(frozen=True, slots=True)
class Spellings:
    """How often edited text writes each term small and with a capital, and captions at all."""

    small: Longs
    capital: Longs
    captions: Longs

    def of(self, term: int | None) -> tuple[int, int, int]:
        """Return the three counts of a term; that of a title or a guest may never be said."""
        if term is None or term >= len(self.small):
            return 0, 0, 0
        return int(self.small[term]), int(self.capital[term]), int(self.captions[term])


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
    spans = [locate_words(cue.text) for cue in episode.cues]
    spoken = [
        [cue.text[first:past] for first, past in of]
        for cue, of in zip(episode.cues, spans, strict=True)
    ]
    counts = [len(each) for each in spoken]
    numbers = {word: number for number, word in enumerate(dict.fromkeys(chain(*spoken)))}
    said = np.fromiter(map(numbers.__getitem__, chain(*spoken)), np.int32, sum(counts))
    terms = {"": BREAK}
    normal = [terms.setdefault(normalise(word), len(terms)) for word in numbers]
    term_of = np.array(normal, dtype=np.int32)
    starts = np.fromiter((first for of in spans for first, _ in of), np.int64, sum(counts))
    transcripts = _to_columns(
        episode,
        _with_break(term_of[said]),
        counts,
        _with_break(_smallest(starts)),
        _with_break(_smallest(np.array([len(word) for word in numbers], dtype=np.int64)[said])),
    )
    in_captions = np.repeat(transcripts.captions, counts)
    return EpisodePart(
        transcripts,
        cut_passages(transcripts, words, step),
        cut_windows(transcripts),
        tuple(terms),
        Spellings(
            *_count_spellings([*numbers], term_of, said[~in_captions], len(terms)),
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
    episodes: Sequence[Episode], parts: Sequence[EpisodePart], builder: VocabularyBuilder
) -> JoinedParts:
    """Join the parts of episodes; their terms get the numbers of `builder`."""
    numbers = [builder.number(part.terms) for part in parts]
    columns = [part.transcripts for part in parts]
    chapters = [len(episode.chapters) for episode in episodes]
    spellings = Spellings(*(np.zeros(len(builder), dtype=np.int64) for _ in range(3)))
    for part, terms in zip(parts, numbers, strict=True):
        spellings.small[terms] += part.spellings.small
        spellings.capital[terms] += part.spellings.capital
        spellings.captions[terms] += part.spellings.captions
    cues = _before(len(each.episodes) for each in columns)[:-1]
    return JoinedParts(
        _join_columns(columns, numbers, chapters),
        _join_passages([part.passages for part in parts], cues),
        _join_passages([part.windows for part in parts], cues),
        spellings,
    )


def _join_passages(passages: Sequence[Passages], cues: Sequence[int]) -> Passages:
    """Join passages of episodes that so many cues come before."""
    pairs = list(zip(passages, cues, strict=True))
    return Passages(
        _join(np.int32, (each.firsts + before for each, before in pairs)),
        _join(np.int32, (each.lasts + before for each, before in pairs)),
    )


def _with_break(column: NDArray[Any]) -> NDArray[Any]:
    """Add the break, whose number is 0, to a column of terms."""
    return np.append(column, np.zeros(1, dtype=column.dtype))


def _smallest(numbers: Longs) -> NDArray[np.unsignedinteger]:
    """Store numbers in as few bytes as the largest takes."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _to_columns(
    episode: Episode,
    terms: Ints,
    counts: Sequence[int],
    starts: NDArray[np.unsignedinteger],
    lengths: NDArray[np.unsignedinteger],
) -> Transcripts:
    """Put an episode's cues into columns; each has so many of the terms, and the last the break."""
    cues = episode.cues
    speakers = {name: number for number, name in enumerate(dict.fromkeys(c.speaker for c in cues))}
    encoded = [cue.text.encode("utf-8", "replace") for cue in cues]
    spoken = [(cue.heard.words if cue.heard else "").encode("utf-8", "replace") for cue in cues]
    shares = [round(100 * cue.heard.share) if cue.heard else UNHEARD for cue in cues]
    firsts = np.array(_before(counts), dtype=np.int32)
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
    words: Sequence[str], term_of: Ints, said: Ints, size: int
) -> tuple[Longs, Longs]:
    """Count how often each of the first `size` terms is written small and with a capital."""
    small = np.array([word[0].islower() for word in words], dtype=np.bool_)[said]
    terms = term_of[said]
    return np.bincount(terms[small], minlength=size), np.bincount(terms[~small], minlength=size)


def _join_columns(
    columns: Sequence[Transcripts], terms: Sequence[Ints], chapters: Sequence[int]
) -> Transcripts:
    """Join the columns of episodes that have so many chapters and these numbers for their terms."""
    names = dict.fromkeys(name for each in columns for name in each.speaker_names)
    number_of = {name: number for number, name in enumerate(names)}
    speakers = [
        np.array([number_of[name] for name in each.speaker_names], dtype=np.int32)
        for each in columns
    ]
    words = _before(len(each.terms) for each in columns)
    texts = _before(len(each.text) for each in columns)
    heard = _before(len(each.spoken) for each in columns)
    counts = [len(each.episodes) for each in columns]
    local = _join(np.int32, (each.chapters for each in columns))
    before = np.repeat(_before(chapters)[:-1], counts)
    firsts = (each.firsts[:-1] + n for each, n in zip(columns, words, strict=False))
    return Transcripts(
        text=_join(np.uint8, (each.text for each in columns)),
        ends=_join(np.int64, (each.ends + n for each, n in zip(columns, texts, strict=False))),
        episodes=np.repeat(np.arange(len(columns), dtype=np.int32), counts),
        chapters=np.where(local < 0, local, local + before).astype(np.int32),
        begins=_join(np.float32, (each.begins for each in columns)),
        finishes=_join(np.float32, (each.finishes for each in columns)),
        speakers=_join(np.int32, (n[e.speakers] for e, n in zip(columns, speakers, strict=True))),
        captions=_join(np.bool_, (each.captions for each in columns)),
        heard=_join(np.uint8, (each.heard for each in columns)),
        spoken=_join(np.uint8, (each.spoken for each in columns)),
        spoken_ends=_join(
            np.int32, (each.spoken_ends + n for each, n in zip(columns, heard, strict=False))
        ),
        terms=_join(np.int32, (n[each.terms] for each, n in zip(columns, terms, strict=True))),
        firsts=_join(np.int32, (*firsts, np.array(words[-1:]))),
        starts=np.concatenate([np.empty(0, dtype=np.uint8), *(each.starts for each in columns)]),
        lengths=np.concatenate([np.empty(0, dtype=np.uint8), *(each.lengths for each in columns)]),
        # Voices that are only numbered stay apart, but have no name to show.
        speaker_names=tuple("" if is_numbered_speaker(name) else name for name in names),
    )


def _before(sizes: Iterable[int]) -> list[int]:
    """Count what comes before each of some sizes, and all."""
    return [*accumulate(sizes, initial=0)]


def _join(dtype: type, arrays: Iterable[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype), *arrays], dtype=dtype, casting="same_kind")


def _or_nan(seconds: float | None) -> float:
    return float("nan") if seconds is None else seconds
