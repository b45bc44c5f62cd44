"""Passages: runs of cues in one chapter, the unit that is indexed and ranked.

Passages overlap, so that wherever a thought begins some passage holds it whole. Everything is kept
in columns (one array for a property of all cues), which load fast and stay small in memory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, SmallFloats
from bot.models import Cue, Heard, Origin

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
    `terms[firsts[c]:firsts[c + 1]]`. Term `t` begins at character `starts[t]` of its cue and is
    `lengths[t]` characters long. Unknown times are NaN. Captions have `heard[c]` percent of a cue's
    words, 255 if they do not tell, and in its place `spoken[spoken_ends[c - 1]:spoken_ends[c]]`.
    """

    text: NDArray[np.uint8]
    ends: NDArray[np.integer]
    episodes: Ints
    chapters: Ints
    begins: NDArray[np.float32]
    finishes: NDArray[np.float32]
    speakers: Ints
    captions: NDArray[np.bool_]
    terms: NDArray[np.integer]
    firsts: Ints
    starts: NDArray[np.unsignedinteger]
    lengths: NDArray[np.unsignedinteger]
    heard: NDArray[np.uint8]
    spoken: NDArray[np.uint8]
    spoken_ends: Ints
    speaker_names: tuple[str, ...]

    def text_of(self, number: int) -> str:
        """Read the text of one cue."""
        first = self.ends[number - 1] if number else 0
        return self.text[first : self.ends[number]].tobytes().decode()

    def texts_of(self, cues: range) -> list[str]:
        """Read the texts of neighbouring cues."""
        before = int(self.ends[cues.start - 1]) if cues.start else 0
        ends = self.ends[cues.start : cues.stop].tolist()
        held = self.text[before : ends[-1] if ends else before].tobytes()
        bounds = pairwise(end - before for end in (before, *ends))
        text = held.decode()
        if len(text) == len(held):
            return [text[first:past] for first, past in bounds]
        return [held[first:past].decode() for first, past in bounds]

    def heard_of(self, number: int) -> Heard | None:
        """Read how captions have one cue."""
        if self.heard[number] == UNHEARD:
            return None
        first = self.spoken_ends[number - 1] if number else 0
        words = self.spoken[first : self.spoken_ends[number]].tobytes().decode()
        return Heard(float(self.heard[number]) / 100, words)

    def source_of(self, number: int) -> Origin:
        """Say where the text of one cue comes from."""
        return Origin.CAPTIONS if self.captions[number] else Origin.EDITED

    def cue(self, number: int) -> Cue:
        """Rebuild one cue."""
        return Cue(
            text=self.text_of(number),
            start=_known(self.begins[number]),
            end=_known(self.finishes[number]),
            speaker=self.speaker_names[self.speakers[number]],
            source=self.source_of(number),
            heard=self.heard_of(number),
        )

    def cues_at(self, places: Ints) -> NDArray[np.intp]:
        """Find the cue that holds each of some places."""
        return np.searchsorted(self.firsts, places, side="right") - 1

    def number_cues(self, numbers: Mapping[tuple[int, int], int]) -> Ints:
        """Number the cues by their (episode, speaker number), as given; -1 for all others."""
        size = len(self.speaker_names)
        ordered = sorted((episode * size + speaker, n) for (episode, speaker), n in numbers.items())
        # The last stands for all others, so that there is always one.
        keys, given = np.array([*ordered, (np.iinfo(np.int64).max, -1)]).T
        said = self.episodes.astype(np.int64) * size + self.speakers
        at = keys.searchsorted(said)
        numbered: Ints = np.where(keys[at] == said, given[at], -1).astype(np.int32)
        return numbered

    def cue_at(self, position: int) -> int:
        """Find the cue that holds a term, given the term's position in the corpus."""
        # A plain int would make numpy copy the whole array as 64-bit numbers.
        return int(self.firsts.searchsorted(np.int32(position), side="right")) - 1


@dataclass(frozen=True, slots=True)
class Passages:
    """Passage `p` is the cues `firsts[p]` up to and without `lasts[p]`, in order of speech."""

    firsts: Ints
    lasts: Ints


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


def _known(seconds: np.float32) -> float | None:
    return None if np.isnan(seconds) else float(seconds)
