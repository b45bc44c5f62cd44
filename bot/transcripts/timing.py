"""The second at which each sentence is spoken.

An edited transcript has the time of each turn, but not of each sentence. Positions are offsets into
the text of a whole episode, and anchors tie some of them to seconds: the starts of turns, or words
found in automatic captions. Between anchors, times are interpolated by characters. Measured:
weighting by words, syllables, punctuation or pauses is no better.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.arrays import Floats, Longs
from bot.languages import ENGLISH
from bot.models import Cue
from bot.transcripts.alignment import align, find_keyed_words, longest_rising
from bot.transcripts.sentences import split_sentences

TYPICAL_RATE = 14.0
"""Characters a second: the median of 38 word-for-word transcripts against their captions."""

SLOWEST_RATE = 4.0
"""Characters a second; anything slower contains a pause. The slowest real turns have 5."""

# A turn's own time helps in a gap of more characters (ten seconds) between words in captions.
_LONG_GAP = 150
_MIN_SHARED_TURNS = 5
# Subtitles without punctuation are not joined to more characters than this.
_LONGEST_PARAGRAPH = 300
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", '"', "”", ")")


@dataclass(frozen=True, slots=True)
class Anchors:
    """Positions in a text and the seconds at which they are spoken; both rise."""

    positions: Longs
    seconds: Floats

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True, slots=True)
class PreparedTranscript:
    """An edited transcript as one text, split into sentences without times.

    `turns` are the anchors of the cues' own times, `starts` the positions of the sentences.
    """

    cues: tuple[Cue, ...]
    turns: Anchors
    sentences: tuple[Cue, ...]
    starts: Longs

    @property
    def text(self) -> str:
        """The text to which positions refer."""
        return " ".join(cue.text for cue in self.cues)


@dataclass(frozen=True, slots=True)
class CaptionAlignment:
    """The result of aligning a script with captions.

    `share` is the share of its words, 0 to 1, that the captions have in the same order; `gaps`
    are the spans of seconds in which none of its sentences is spoken.
    """

    share: float
    anchors: Anchors
    gaps: tuple[tuple[float, float], ...] = ()


def prepare_transcript(cues: Sequence[Cue], language: str = ENGLISH) -> PreparedTranscript:
    """Split cues into sentences of a language and find the anchors among the cues' own times."""
    sentences: list[Cue] = []
    starts: list[int] = []
    for cue, text, offset in _paragraphs(cues):
        for start, end in split_sentences(text, language):
            sentences.append(Cue(text[start:end], None, None, cue.speaker, cue.source))
            starts.append(offset + start)
    return PreparedTranscript(
        tuple(cues), anchors_of(cues), tuple(sentences), np.array(starts, np.int64)
    )


def anchors_of(cues: Sequence[Cue]) -> Anchors:
    """Return the starts and ends of cues as anchors, without those that go backwards.

    Of cues with the same start, only the first is an anchor: the start is that of their turn.
    """
    known: list[tuple[int, float]] = []
    for cue, offset in zip(cues, _offsets(cues).tolist(), strict=True):
        if cue.start is not None and not (known and known[-1][1] == cue.start):
            known.append((offset, cue.start))
        if cue.end is not None:
            known.append((offset + len(cue.text), cue.end))
    kept = [known[index] for index in longest_rising([second for _, second in known])]
    return Anchors(
        np.array([position for position, _ in kept], np.int64),
        np.array([second for _, second in kept], np.float64),
    )


def time_sentences(script: PreparedTranscript, anchors: Anchors) -> tuple[Cue, ...]:
    """Return the sentences of a script with times from the anchors, or without if there are none.

    Starts never go backwards, and no end is after the next start.
    """
    if not len(anchors) or not script.sentences:
        return script.sentences
    lengths = np.array([len(sentence.text) for sentence in script.sentences], np.int64)
    starts = seconds_at(anchors, script.starts).round(2)
    ends = seconds_at(anchors, script.starts + lengths, closing=True).round(2)
    ends = np.maximum(np.minimum(ends, np.append(starts[1:], np.inf)), starts)
    times = zip(script.sentences, starts.tolist(), ends.tolist(), strict=True)
    return tuple(
        Cue(sentence.text, start, end, sentence.speaker, sentence.source)
        for sentence, start, end in times
    )


def seconds_at(anchors: Anchors, positions: Longs, *, closing: bool = False) -> Floats:
    """Return the second at which each position is spoken; `closing` means that text ends there.

    If the text before the next anchor ends earlier at `SLOWEST_RATE`, the rest of the time is a
    pause. At least one anchor is needed.
    """
    known, seconds = anchors.positions, anchors.seconds
    if known[0] > 0:
        first = max(0.0, seconds[0] - known[0] / TYPICAL_RATE)
        known, seconds = np.append(0, known), np.append(first, seconds)
    slopes = np.minimum(np.diff(seconds) / np.diff(known), 1 / SLOWEST_RATE)
    slopes = np.append(slopes, 1 / TYPICAL_RATE)
    index = np.searchsorted(known, positions, side="left" if closing else "right") - 1
    index = np.maximum(index, 0)
    found: Floats = seconds[index] + (positions - known[index]) * slopes[index]
    return found


def align_captions(script: PreparedTranscript, captions: Sequence[Cue]) -> CaptionAlignment:
    """Find the words of a script in the captions of its video.

    Captions belong to the linked video, so their times replace the turns' own. Where few words
    match, the turns' times are kept, moved by the median difference.
    """
    words, heard = (
        find_keyed_words(script.text),
        find_keyed_words(" ".join(cue.text for cue in captions)),
    )
    lines = anchors_of(captions)
    if not len(lines) or not len(words.keys):
        return CaptionAlignment(0.0, script.turns)
    at_words, at_heard = align(words.keys, heard.keys)
    if not len(at_words):
        return CaptionAlignment(0.0, script.turns)
    anchors = Anchors(words.offsets[at_words], seconds_at(lines, heard.offsets[at_heard]))
    anchors = _add_turns(anchors, script.turns)
    anchors, gaps = _split_at_pauses(anchors, script)
    return CaptionAlignment(len(at_words) / len(words.keys), anchors, gaps)


def _paragraphs(cues: Sequence[Cue]) -> Iterator[tuple[Cue, str, int]]:
    """Yield cues with their texts and offsets; join subtitles that break off in mid-sentence."""
    opening: Cue | None = None
    begun, text = 0, ""
    for cue, offset in zip(cues, _offsets(cues).tolist(), strict=True):
        if opening and _continues(opening, text, cue):
            text = f"{text} {cue.text}"
            continue
        if opening:
            yield opening, text, begun
        opening, begun, text = cue, offset, cue.text
    if opening:
        yield opening, text, begun


def _continues(opening: Cue, text: str, cue: Cue) -> bool:
    return (
        opening.end is not None
        and opening.speaker == cue.speaker
        and len(text) < _LONGEST_PARAGRAPH
        and not text.endswith(_SENTENCE_ENDS)
    )


def _offsets(cues: Sequence[Cue]) -> Longs:
    lengths = np.array([len(cue.text) + 1 for cue in cues], np.int64)
    return np.cumsum(lengths) - lengths


def _add_turns(heard: Anchors, turns: Anchors) -> Anchors:
    """Add the turns that start in a long gap between matched words.

    Their times are moved by the median difference between captions and turns.
    """
    after = np.searchsorted(heard.positions, turns.positions)
    inside = (after > 0) & (after < len(heard))
    after, positions, seconds = after[inside], turns.positions[inside], turns.seconds[inside]
    shared = heard.positions[after] - positions < _LONG_GAP / 10
    if shared.sum() < _MIN_SHARED_TURNS:
        return heard
    seconds = seconds + np.median((heard.seconds[after] - seconds)[shared])
    before = after - 1
    helpful = (
        (heard.positions[after] - heard.positions[before] > _LONG_GAP)
        & (heard.positions[before] < positions)
        & (positions < heard.positions[after])
        & (heard.seconds[before] < seconds)
        & (seconds < heard.seconds[after])
    )
    return _add_anchors(heard, positions[helpful], seconds[helpful])


def _split_at_pauses(
    anchors: Anchors, script: PreparedTranscript
) -> tuple[Anchors, tuple[tuple[float, float], ...]]:
    """Split the text at pauses between anchors, and return the spans of the pauses.

    The pause is put before the last sentence that starts between two anchors: the text before it
    follows the first anchor, the sentence leads up to the second, both at `TYPICAL_RATE`.
    """
    positions, seconds = anchors.positions, anchors.seconds
    slow = np.flatnonzero(np.diff(positions) < np.diff(seconds) * SLOWEST_RATE)
    left, right = positions[slow], positions[slow + 1]
    opening = script.starts[np.searchsorted(script.starts, right, side="right") - 1]
    parted = opening > left
    resumed = seconds[slow + 1] - np.where(parted, right - opening, 0) / TYPICAL_RATE
    resumed = np.maximum(resumed, seconds[slow])
    paused = seconds[slow] + np.where(
        parted, (opening - 1 - left) / TYPICAL_RATE, (right - left) / SLOWEST_RATE
    )
    paused = np.minimum(paused, resumed)
    joined = _add_anchors(
        anchors,
        np.concatenate((opening[parted] - 1, opening[parted])),
        np.concatenate((paused[parted], resumed[parted])),
    )
    ends = np.array([0, len(script.text)], np.int64)
    begins, stops = seconds_at(joined, ends, closing=True).tolist()
    spans = zip([0.0, *paused.tolist(), stops], [begins, *resumed.tolist(), np.inf], strict=True)
    return joined, tuple(spans)


def _add_anchors(anchors: Anchors, positions: Longs, seconds: Floats) -> Anchors:
    """Return anchors with others added; of two at one position, the first stays."""
    everywhere, first = np.unique(np.append(anchors.positions, positions), return_index=True)
    return Anchors(everywhere, np.append(anchors.seconds, seconds)[first])
