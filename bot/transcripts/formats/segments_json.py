"""Transcripts in JSON: Podcasting 2.0, Whisper and WhisperX."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NoReturn, TypeAlias

from bot.errors import TranscriptError
from bot.models import Cue, Metadata, Origin, Transcript
from bot.strict_yaml import LONGEST_TEXT
from bot.text import pluralize
from bot.transcripts.formats.fields import (
    ParsedFile,
    clean_line,
    first_words,
    make_note,
    parse_seconds,
    stem_of,
)
from bot.transcripts.formats.speakers import spoken_words

Segment: TypeAlias = Mapping[str, object]

MOST_MARKS = 2_000_000
"""Commas, colons and opening brackets, in words too: at least as many as there are values.

An hour with a time for each word has some 100,000.
"""

# Single words are joined until the cue is about as long as a caption.
_MAX_WORDS_OF_A_SCRAP = 2
_LONGEST_PAUSE = 1.0
_LONGEST_CUE = 120
_FULL_SENTENCE = 40
_NO_SPACE_BEFORE = tuple(".,;:!?…%)]’'")

# Beyond both thresholds, Whisper itself treats a segment as silence (no_speech_threshold and
# logprob_threshold); other decoders keep the words they made up for the silence.
_SILENT = 0.6
_UNSURE = -1.0


def looks_like_json(text: str) -> bool:
    """Tell whether a text begins like a JSON object."""
    return text.lstrip().startswith("{")


def read_json(path: str, text: str) -> ParsedFile:
    """Read a transcript in JSON. Raises TranscriptError.

    Podcasting 2.0 with speakers counts as edited; everything else as captions.
    """
    segments = _segments_of(path, _load(path, text))
    spoken = [segment for segment in segments if not _is_silence(segment)]
    read = [cue for cue in map(_read_segment, spoken) if cue]
    if not read:
        raise TranscriptError(path, "no segment has both words and a time.", "Export it again.")
    cues = _join_words(read) if _are_single_words(read) else read
    if "startTime" in segments[0] and any(cue.speaker for cue in cues):
        cues = [replace(cue, source=Origin.EDITED) for cue in cues]
    transcript = Transcript(
        path, stem_of(path), cues[0].source, Metadata(), (), tuple(cues), first_words(cues)
    )
    counts = {
        "made up for silence": len(segments) - len(spoken),
        "without words or a time": len(spoken) - len(read),
    }
    notes = (
        make_note(path, f"{pluralize(n, 'segment')} {what}: skipped.")
        for what, n in counts.items()
        if n
    )
    return ParsedFile(transcript, tuple(notes))


def _load(path: str, text: str) -> object:
    if sum(map(text.count, ",:[{")) > MOST_MARKS:
        reason = f"its JSON has more than {MOST_MARKS:,} values."
        raise TranscriptError(path, reason, "Split it, or export it without single words.")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        reason = f"the JSON is broken: {error.msg}."
        raise TranscriptError(path, reason, "Fix that line.", error.lineno) from error
    except (ValueError, RecursionError) as error:  # NaN, a huge number, nesting without end
        raise TranscriptError(
            path, "its JSON is not that of a transcript.", "Export it again."
        ) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _segments_of(path: str, document: object) -> list[Segment]:
    segments = document.get("segments") if isinstance(document, dict) else None
    found = segments if isinstance(segments, list) else []
    kept: list[Segment] = [item for item in found if isinstance(item, dict)]
    if not any("text" in item or "body" in item for item in kept):
        raise TranscriptError(
            path,
            "its JSON has no segments with words.",
            "Use Podcasting 2.0, Whisper or WhisperX.",
        )
    long = max(len(item) for item in map(_text_in, kept))
    if long > LONGEST_TEXT:
        raise TranscriptError(path, f"it has a segment of {long:,} characters.", "Split it.")
    return kept


def _text_in(segment: Segment) -> str:
    words = segment.get("body", segment.get("text"))
    return words if isinstance(words, str) else ""


def _number(segment: Segment, *keys: str) -> float | None:
    """Return the first number, or time written as text, under some keys."""
    for key in keys:
        value = segment.get(key)
        if isinstance(value, str):
            value = parse_seconds(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    return None


def _is_silence(segment: Segment) -> bool:
    silent, sure = _number(segment, "no_speech_prob"), _number(segment, "avg_logprob")
    return silent is not None and sure is not None and silent > _SILENT and sure < _UNSURE


def _read_segment(segment: Segment) -> Cue | None:
    start, end = _number(segment, "startTime", "start"), _number(segment, "endTime", "end")
    words, speaker = spoken_words(_text_in(segment)), segment.get("speaker")
    if not words or start is None or start < 0:
        return None
    name = clean_line(speaker) if isinstance(speaker, str) else ""
    return Cue(words, start, end if end and end >= start else None, name, Origin.CAPTIONS)


def _are_single_words(cues: list[Cue]) -> bool:
    """Tell whether most cues are single words, for players that highlight each one."""
    scraps = sum(len(cue.text.split()) <= _MAX_WORDS_OF_A_SCRAP for cue in cues)
    return scraps * 2 > len(cues)


def _join_words(cues: Iterable[Cue]) -> list[Cue]:
    joined: list[Cue] = []
    for cue in cues:
        if joined and _continues(joined[-1], cue):
            space = "" if cue.text.startswith(_NO_SPACE_BEFORE) else " "
            joined[-1] = replace(
                joined[-1], text=f"{joined[-1].text}{space}{cue.text}", end=cue.end
            )
        else:
            joined.append(cue)
    return joined


def _continues(before: Cue, cue: Cue) -> bool:
    """Tell whether a word continues a cue: same speaker, no pause, enough room."""
    if cue.speaker != before.speaker or cue.start is None:
        return False
    if before.end is not None and cue.start - before.end > _LONGEST_PAUSE:
        return False
    ended = before.text.endswith((".", "!", "?", "…")) and len(before.text) >= _FULL_SENTENCE
    return not ended and len(before.text) + len(cue.text) < _LONGEST_CUE
