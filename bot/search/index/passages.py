"""Episodes -> passages: runs of cues in one chapter, the unit that is indexed and ranked.

Passages overlap, so that wherever a thought begins some passage holds it whole. Everything is kept
in columns (one array for a property of all cues), which load fast and stay small in memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, SmallFloats
from bot.models import Chapter, Cue, Episode, Heard, Origin
from bot.search.index.vocabulary import BREAK, VocabularyBuilder
from bot.text import is_numbered_speaker

# Words in a passage and between the starts of two: chosen on the development queries, where
# passages of 60 to 120 words do about equally well and more overlap is worth a little.
PASSAGE_WORDS = 70
PASSAGE_STEP = 35
UNHEARD = 255
"""In place of a percentage, where captions do not tell how they have a cue."""


@dataclass(frozen=True)
class Transcripts:
    """The words of a corpus: cues, and the terms they consist of, in the order they are spoken.

    Cue `c` belongs to episode `episodes[c]` and chapter `chapters[c]` (counted over the whole
    corpus, -1 for none); its text is `text[ends[c - 1]:ends[c]]` in UTF-8, its terms are
    `terms[firsts[c]:firsts[c + 1]]`. Unknown times are NaN. Captions have `heard[c]` percent of its
    words, 255 if they do not tell, and in its place `spoken[spoken_ends[c - 1]:spoken_ends[c]]`.
    """

    text: NDArray[np.uint8]
    ends: NDArray[np.int64]
    episodes: Ints
    chapters: Ints
    begins: NDArray[np.float32]
    finishes: NDArray[np.float32]
    speakers: Ints
    captions: NDArray[np.bool_]
    terms: Ints
    firsts: Ints
    heard: NDArray[np.uint8]
    spoken: NDArray[np.uint8]
    spoken_ends: Ints
    speaker_names: tuple[str, ...]

    def text_of(self, number: int) -> str:
        """Read the text of one cue."""
        first = self.ends[number - 1] if number else 0
        return self.text[first : self.ends[number]].tobytes().decode()

    def heard_of(self, number: int) -> Heard | None:
        """Read how captions have one cue."""
        if self.heard[number] == UNHEARD:
            return None
        first = self.spoken_ends[number - 1] if number else 0
        words = self.spoken[first : self.spoken_ends[number]].tobytes().decode()
        return Heard(float(self.heard[number]) / 100, words)

    def cue(self, number: int) -> Cue:
        """Rebuild one cue."""
        return Cue(
            text=self.text_of(number),
            start=_known(self.begins[number]),
            end=_known(self.finishes[number]),
            speaker=self.speaker_names[self.speakers[number]],
            source=Origin.CAPTIONS if self.captions[number] else Origin.EDITED,
            heard=self.heard_of(number),
        )

    def cues_at(self, places: Ints) -> NDArray[np.intp]:
        """Find the cue that holds each of some places."""
        return np.searchsorted(self.firsts, places, side="right") - 1

    def cue_at(self, position: int) -> int:
        """Find the cue that holds a term, given the term's position in the corpus."""
        # A plain int would make numpy copy the whole array as 64-bit numbers.
        return int(self.firsts.searchsorted(np.int32(position), side="right")) - 1


@dataclass(frozen=True, slots=True)
class Passages:
    """Passage `p` is the cues `firsts[p]` up to and without `lasts[p]`, in order of speech."""

    firsts: Ints
    lasts: Ints


def to_columns(
    episodes: Sequence[Episode], builder: VocabularyBuilder
) -> tuple[Transcripts, tuple[Chapter, ...]]:
    """Put the cues of all episodes into columns and number their terms; also lists all chapters."""
    cues: list[Cue] = []
    owners: list[int] = []
    chapters_of: list[int] = []
    terms: list[int] = []
    firsts = [0]
    chapters: list[Chapter] = []
    for owner, episode in enumerate(episodes):
        chapters_of += _chapters_of(episode, len(chapters))
        chapters += episode.chapters
        for cue in episode.cues:
            terms += builder.add(cue.text)
            firsts.append(len(terms))
        owners += [owner] * len(episode.cues)
        cues += episode.cues
        terms.append(BREAK)
        firsts[-1] = len(terms)
    return _columns(cues, owners, chapters_of, terms, firsts), tuple(chapters)


def _columns(
    cues: Sequence[Cue],
    owners: Sequence[int],
    chapters_of: Sequence[int],
    terms: Sequence[int],
    firsts: Sequence[int],
) -> Transcripts:
    names = {name: number for number, name in enumerate(dict.fromkeys(c.speaker for c in cues))}
    encoded = [cue.text.encode("utf-8", "replace") for cue in cues]
    spoken = [(cue.heard.words if cue.heard else "").encode("utf-8", "replace") for cue in cues]
    shares = [round(100 * cue.heard.share) if cue.heard else UNHEARD for cue in cues]
    return Transcripts(
        text=np.frombuffer(b"".join(encoded), dtype=np.uint8),
        ends=np.cumsum([len(text) for text in encoded], dtype=np.int64),
        episodes=np.array(owners, dtype=np.int32),
        chapters=np.array(chapters_of, dtype=np.int32),
        begins=np.array([_or_nan(cue.start) for cue in cues], dtype=np.float32),
        finishes=np.array([_or_nan(cue.end) for cue in cues], dtype=np.float32),
        speakers=np.array([names[cue.speaker] for cue in cues], dtype=np.int32),
        captions=np.array([cue.source is Origin.CAPTIONS for cue in cues], dtype=np.bool_),
        terms=np.array(terms, dtype=np.int32),
        firsts=np.array(firsts, dtype=np.int32),
        heard=np.array(shares, dtype=np.uint8),
        spoken=np.frombuffer(b"".join(spoken), dtype=np.uint8),
        spoken_ends=np.cumsum([len(text) for text in spoken], dtype=np.int32),
        # Voices that are only numbered stay apart, but have no name to show.
        speaker_names=tuple("" if is_numbered_speaker(name) else name for name in names),
    )


def cut_passages(transcripts: Transcripts, words: int, step: int) -> Passages:
    """Cut every chapter into overlapping passages of about `words` terms, `step` terms apart.

    A passage ends with a cue, never crosses a chapter's bounds and holds cues of one source only.
    """
    sizes = np.diff(transcripts.firsts).tolist()
    bounds = zip(
        transcripts.episodes.tolist(),
        transcripts.chapters.tolist(),
        transcripts.captions.tolist(),
        strict=True,
    )
    firsts: list[int] = []
    lasts: list[int] = []
    for _, run in groupby(enumerate(bounds), key=lambda item: item[1]):
        cues = [number for number, _ in run]
        held = sizes[cues[0] : cues[-1] + 1]
        for first, last in _windows(held, words, step):
            if any(held[first:last]):
                firsts.append(cues[0] + first)
                lasts.append(cues[0] + last)
    return Passages(np.array(firsts, dtype=np.int32), np.array(lasts, dtype=np.int32))


def _windows(sizes: Sequence[int], words: int, step: int) -> list[tuple[int, int]]:
    """Lay windows of at least `words` over cues of these sizes: [(first, past the last), …]."""
    windows = []
    first = 0
    while True:
        last, held = first, 0
        while last < len(sizes) and held < words:
            held += sizes[last]
            last += 1
        windows.append((first, last))
        if last == len(sizes):
            return windows
        passed = 0
        while passed < step and first < last:
            passed += sizes[first]
            first += 1


def overlaps(
    transcripts: Transcripts, passages: Passages, windows: Passages
) -> tuple[Ints, SmallFloats]:
    """List the windows each passage shares cues with, and the share of its words in each."""
    firsts = np.searchsorted(windows.lasts, passages.firsts, side="right")
    lasts = np.searchsorted(windows.firsts, passages.lasts, side="left")
    most = int((lasts - firsts).max(initial=0))
    numbers = np.minimum(firsts[:, None] + np.arange(most), lasts[:, None] - 1).astype(np.int32)
    begins = np.maximum(windows.firsts[numbers], passages.firsts[:, None])
    ends = np.minimum(windows.lasts[numbers], passages.lasts[:, None])
    words = (transcripts.firsts[ends] - transcripts.firsts[begins]).astype(np.float32)
    # Rows have the same length: a passage with fewer windows repeats its last, with share 0.
    words[firsts[:, None] + np.arange(most) >= lasts[:, None]] = 0
    return numbers, words / np.maximum(words.sum(axis=1, keepdims=True), 1)


def _chapters_of(episode: Episode, offset: int) -> list[int]:
    """Say for each cue in which chapter it starts; an untimed one stays where the last one was."""
    starts = [chapter.start for chapter in episode.chapters]
    known = np.array([_or_nan(cue.start) for cue in episode.cues])
    numbers = np.searchsorted(starts, known, side="right") - 1
    chapters: list[int] = []
    for number, cue in zip(numbers.tolist(), episode.cues, strict=True):
        if cue.start is None:
            chapters.append(chapters[-1] if chapters else -1)
        else:
            chapters.append(number + offset if number >= 0 else -1)
    return chapters


def _or_nan(seconds: float | None) -> float:
    return float("nan") if seconds is None else seconds


def _known(seconds: np.float32) -> float | None:
    return None if np.isnan(seconds) else float(seconds)
