"""The segments in a JSON document: where they are, and what they are called there.

A segment is an object with words and a time. Segments in lists at the same place of a document
belong together, even if they are spread over several parents, such as the words of each utterance.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.transcripts.formats.fields import clean_line, parse_clock

Fields: TypeAlias = Mapping[str, object]

_TEXT = (
    *("body", "punctuated_word", "text", "transcript", "word", "content", "value", "utf8"),
    *("sentence", "caption", "line", "display", "utterance"),
)
_START = (
    *("startTime", "start_time", "offsets", "timestamps", "tStartMs", "start", "start_ms"),
    *("startMs", "begin", "from", "ts", "timestamp", "start_ts", "startOffset", "offset", "time"),
    *("data_start", "instances"),
)
_END = (
    *("endTime", "end_time", "offsets", "timestamps", "end", "end_ms", "endMs", "to", "stop"),
    *("end_ts", "timestamp", "data_end", "instances"),
)
_DURATION = ("dDurationMs", "duration", "dur", "durationMs", "duration_ms")
_SPEAKER = (
    *("speaker_name", "speakerName", "voice", "speaker", "speaker_label", "speakerLabel"),
    *("speaker_id", "speakerId", "speakerTag", "participant", "who"),
)
# Other readings of the same words: the first is the best.
_ALTERNATIVES = ("alternatives", "nBest")
# The parts of one segment's words.
_PIECES = ("segs", "runs")
_HOLDERS = ("snippet", "text")
_NAME_OF = ("name", "label", "displayName", "id")
_ISO = re.compile(r"PT(?:(\d{1,3})H)?(?:(\d{1,5})M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?")
# What people write about an episode is not what is said in it.
_NOT_SAID = frozenset({"comments", "description", "heatmap"})
# What has a time but is not for words: YouTube's windows, marks and pauses, words that are null.
_NO_SEGMENT = frozenset({"tStartMs", "type", *_TEXT})
# The places of words, start and end in a row: ["we", 0.1, 0.4], [0.1, 0.4, "we"],
# [id, seek, 0.1, 0.4, "we", ...]
_ROWS = ((0, 1, 2), (2, 0, 1), (4, 2, 3))
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Segment:
    """What is said, with raw times: in seconds unless `is_exact` is false.

    `fields` are those of the document.
    """

    text: str
    start: float | None
    end: float | None
    speaker: str
    is_exact: bool
    fields: Fields


@dataclass(frozen=True, slots=True)
class SegmentGroups:
    """The segments of a document by their place in it, and the spans in which a speaker speaks.

    `wordless` counts, by place, what has a time but no room for words.
    """

    groups: dict[str, list[Segment]] = field(default_factory=lambda: defaultdict(list))
    spans: list[tuple[float, str]] = field(default_factory=list)
    wordless: Counter[str] = field(default_factory=Counter)


def find_segments(document: object) -> SegmentGroups:
    """Find all that has words or a speaker's time in a document."""
    found = SegmentGroups()
    _walk(document, "", "", dict(_named_speakers(document, 0)), found, 0)
    return found


def number_in(fields: Fields, *keys: str) -> float | None:
    """Return the first number, or time written as text, under some keys."""
    for key in keys:
        if (seconds := _seconds(fields.get(key))) is not None:
            return seconds
    return None


def _walk(
    value: object,
    place: str,
    speaker: str,
    names: Mapping[str, str],
    found: SegmentGroups,
    depth: int,
) -> None:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            if isinstance(item, list) and (fields := _named_fields(item)):
                _take(fields, place, speaker, found)
            elif isinstance(item, dict | list):
                _walk(item, place, speaker, names, found, depth + 1)
    elif isinstance(value, dict):
        speaker = _speaker_in(value, names) or speaker
        _take(value, place, speaker, found)
        for key, inside in value.items():
            if isinstance(inside, dict | list) and key not in (*_PIECES, *_NOT_SAID):
                best = inside[:1] if key in _ALTERNATIVES and isinstance(inside, list) else inside
                _walk(best, f"{place}/{key}", speaker, names, found, depth + 1)


def _named_fields(row: list[object]) -> Fields | None:
    """Return a segment that is written as a row: words and times, or as faster-whisper does."""
    for text, start, end in _ROWS:
        if len(row) > max(text, start, end) and isinstance(row[text], str):
            times = row[start], row[end]
            if all(isinstance(time, int | float) for time in times):
                return {"text": row[text], "start": times[0], "end": times[1]}
    return None


def _take(fields: Fields, place: str, speaker: str, found: SegmentGroups) -> None:
    text = _text_in(fields)
    start, start_exact = _time_in(fields, _START, 0)
    if text is not None:
        end, exact = _time_in(fields, _END, 1)
        if end is None and start is not None:
            lasting, exact = _time_in(fields, _DURATION, 1)
            end = None if lasting is None else start + lasting
        found.groups[place].append(Segment(text, start, end, speaker, start_exact or exact, fields))
        return
    if start is not None and not _NO_SEGMENT.intersection(fields):
        found.wordless[place] += 1
    if start is not None and speaker:
        found.spans.append((start, speaker))


def _text_in(fields: Fields) -> str | None:
    """Return the words of a segment, "" if it has room for words but none; None otherwise."""
    for key in _PIECES:
        if isinstance(pieces := fields.get(key), list):
            return "".join(_text_in(each) or "" for each in pieces if isinstance(each, dict))
    for key in _TEXT:
        if isinstance(text := fields.get(key), str):
            return text
    for key in _HOLDERS:
        if isinstance(held := fields.get(key), dict):
            return _text_in({"text": held.get("simpleText"), **held})
    best = _best_reading(fields)
    return _text_in(best) if best else None


def _best_reading(fields: Fields) -> Fields | None:
    for key in _ALTERNATIVES:
        readings = fields.get(key)
        if isinstance(readings, list) and readings and isinstance(readings[0], dict):
            return readings[0]
    return None


def _time_in(fields: Fields, keys: tuple[str, ...], side: int) -> tuple[float | None, bool]:
    """Return the first time under some keys, and whether its unit is known to be a second."""
    for key in keys:
        value = fields.get(key)
        milliseconds = key == "offsets" or key.lower().endswith("ms")
        if isinstance(value, list) and len(value) == 2:
            value = value[side]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            value = value[0].get(("start", "end")[side])
        elif isinstance(value, dict):
            value = value.get(("from", "to")[side])
        if (seconds := _seconds(value)) is not None:
            return (seconds / 1000 if milliseconds else seconds), milliseconds
    return None, False


def _seconds(value: object) -> float | None:
    if isinstance(value, str):
        return _written_seconds(value.strip())
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return None


def _written_seconds(text: str) -> float | None:
    match = _ISO.fullmatch(text)
    if match and len(text) > len("PT"):
        hours, minutes, seconds = (float(each or 0) for each in match.groups())
        return hours * 3600 + minutes * 60 + seconds
    return parse_clock(text.removesuffix("s"))


def _speaker_in(fields: Fields, names: Mapping[str, str]) -> str:
    for key in _SPEAKER:
        value = fields.get(key)
        if isinstance(value, dict):
            value = next((value[each] for each in _NAME_OF if value.get(each)), None)
        if isinstance(value, str | int) and not isinstance(value, bool):
            written = clean_line(str(value))
            if written:
                return names.get(written) or _numbered(written)
    best = _best_reading(fields)
    return _speaker_in(best, names) if best else ""


def _numbered(name: str) -> str:
    """Return a name, or the number or letter of a voice as one: "Speaker 0"."""
    return f"Speaker {name}" if name.isdigit() or len(name) == 1 else name


def _named_speakers(value: object, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the ids and names of speakers, if a document lists them."""
    if not isinstance(value, dict) or depth > 1:
        return
    listed = value.get("speakers")
    if isinstance(listed, dict):
        listed = [{"id": key, "name": name} for key, name in listed.items()]
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(name := each.get("name"), str) and name.strip():
            yield str(each.get("id", "")), clean_line(name)
    for inside in value.values():
        yield from _named_speakers(inside, depth + 1)
