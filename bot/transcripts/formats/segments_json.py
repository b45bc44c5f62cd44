"""Transcripts in JSON, whichever program wrote them.

Podcasting 2.0, Whisper and its relatives, and the services that transcribe all write lists of
segments or words. The units of their times differ; the pace of speech tells them apart.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NoReturn

from bot.errors import TranscriptError
from bot.models import Cue, Metadata, Origin, Problem
from bot.strict_yaml import LONGEST_TEXT
from bot.text import pluralize
from bot.transcripts.formats.fields import (
    ParsedFile,
    clean_line,
    make_note,
    parse_youtube,
    unit_of,
)
from bot.transcripts.formats.json_segments import Segment, SegmentGroups, find_segments, number_in
from bot.transcripts.formats.labels import Labels, find_labels, take_label
from bot.transcripts.formats.speakers import spoken_words, transcript_of, untagged

MOST_MARKS = 2_000_000
"""Commas, colons and opening brackets, in words too: at least as many as there are values.

An hour with a time for each word has some 100,000.
"""

_JSON = re.compile(r"\s*(?:\{(?![\\\d])|\[\s*[{\[\]])")
_WORDS = re.compile(r"\w")
# Single words are joined until the cue is about as long as a caption.
_MAX_WORDS_OF_A_SCRAP = 2
_LONGEST_PAUSE = 1.0
_LONGEST_CUE = 120
_FULL_SENTENCE = 40
_NO_SPACE_BEFORE = tuple(".,;:!?…%)]’'。、，？！")

# Of several lists with nearly all of the words, one with speakers is best, then one with sentences.
_NEARLY_ALL = 0.9
_LONGEST_SEGMENT = 300
# Without times, only segments that nearly all say who speaks are a transcript.
_FEWEST_TURNS, _NAMED_SHARE = 3, 0.75

# Beyond both thresholds, Whisper itself treats a segment as silence (no_speech_threshold and
# logprob_threshold); other decoders keep the words they made up for the silence.
_SILENT = 0.6
_UNSURE = -1.0


# What is wrong with JSON, by how Python's message begins.
_BROKEN = {
    "Unterminated string": "a text has no quotation mark at its end",
    "Invalid control character": "a text has a line break or another control character in it",
    "Invalid \\": "a backslash in a text stands before the wrong character",
    "Expecting property name": "a name in double quotation marks is missing",
    "Expecting value": "a value is missing",
    "Expecting ',' delimiter": "a comma is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Illegal trailing comma": "a comma has nothing behind it",
    "Extra data": "something stands after its end",
}
_UNREADABLE = "it cannot be read"


def looks_like_json(text: str) -> bool:
    """Tell whether a text begins like a JSON object, or like a list of objects or lists."""
    return bool(_JSON.match(text))


def read_json(path: str, text: str) -> ParsedFile:
    """Read a transcript in JSON. Raises TranscriptError."""
    document = _load(path, text)
    groups = find_segments(document)
    if turns := _untimed_turns(groups):
        cues = [cue for cue in map(_read_segment, turns) if cue]
        return ParsedFile(transcript_of(path, cues, _metadata_in(document), Labels()))
    place = _best_place(path, document, groups)
    found = _with_speakers(groups.groups[place], sorted(groups.spans))
    segments = list(_with_times(found))
    timed = [each for each in segments if each.start is not None and each.start >= 0]
    spoken = [segment for segment in timed if not _is_silence(segment)]
    read = [cue for cue in map(_read_segment, _in_seconds(_with_signs(segments, spoken))) if cue]
    if not read:
        raise TranscriptError(path, "no segment has both words and a time.", "Export it again.")
    read.sort(key=lambda cue: cue.start or 0.0)
    cues = _join_words(read) if _are_single_words(read) else read
    labels = find_labels([untagged(cue.text)] for cue in cues if not cue.speaker)
    if labels.names and not any(cue.speaker for cue in cues):
        cues = list(_split_labels(cues, labels))
    transcript = transcript_of(path, cues, _metadata_in(document), labels)
    untimed = sum(each.start is None and bool(_WORDS.search(each.text)) for each in found)
    made_up, wordless = len(timed) - len(spoken), groups.wordless[place]
    return ParsedFile(transcript, tuple(_notes(path, made_up, untimed, wordless)))


def _notes(path: str, made_up: int, untimed: int, wordless: int) -> Iterator[Problem]:
    counts = (
        (made_up, "made up for silence: skipped.", ""),
        (untimed, "without a time: read at the time of the segment before.", ""),
        (wordless, "with a time but no words: skipped.", "Name their words as the others do."),
    )
    for number, what, remedy in counts:
        if number:
            yield make_note(path, f"{pluralize(number, 'segment')} {what}", remedy)


def _load(path: str, text: str) -> object:
    if sum(map(text.count, ",:[{")) > MOST_MARKS:
        reason = f"its JSON has more than {MOST_MARKS:,} values."
        raise TranscriptError(path, reason, "Split it, or export it without single words.")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        if lines := _load_lines(text):
            return lines
        raise _explain(path, text, error) from error
    except (ValueError, RecursionError) as error:  # NaN, a huge number, nesting without end
        raise TranscriptError(
            path, "its JSON is not that of a transcript.", "Export it again."
        ) from error


def _explain(path: str, text: str, error: json.JSONDecodeError) -> TranscriptError:
    if error.pos >= len(text.rstrip()):
        reason = "the JSON is broken: it ends before it is complete."
        return TranscriptError(path, reason, "Export it again.", error.lineno)
    what = next((said for msg, said in _BROKEN.items() if error.msg.startswith(msg)), _UNREADABLE)
    reason = f"the JSON is broken: {what}, at character {error.colno:,} of the line."
    return TranscriptError(path, reason, "Fix that line.", error.lineno)


def _load_lines(text: str) -> list[object]:
    """Read a text with a JSON document on each line; [] if it is none."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not all(line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in lines):
        return []
    try:
        return [json.loads(line, parse_constant=_refuse_constant) for line in lines]
    except (ValueError, RecursionError):
        return []


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _best_place(path: str, document: object, found: SegmentGroups) -> str:
    """Return where to read: all words, with speakers if possible, of a caption's length."""
    timed = {place: group for place, group in found.groups.items() if _has_timed_words(group)}
    if not timed:
        if any(_WORDS.search(each.text) for group in found.groups.values() for each in group):
            reason = "no segment has both words and a time."
            raise TranscriptError(path, reason, "Export it again, with times.")
        reason, remedy = "its JSON has no segments with words.", "Export it as SRT or VTT."
        if isinstance(document, dict) and isinstance(document.get("chapters"), list):
            reason = "this is a list of chapters: its JSON has no words."
        raise TranscriptError(path, reason, remedy)
    sizes = {place: sum(len(each.text) for each in group) for place, group in timed.items()}
    most = max(sizes.values())
    whole = [place for place in timed if sizes[place] >= _NEARLY_ALL * most]
    best = min(whole, key=lambda place: _awkwardness(timed[place]))
    long = max(len(each.text) for each in timed[best])
    if long > LONGEST_TEXT:
        raise TranscriptError(path, f"it has a segment of {long:,} characters.", "Split it.")
    return best


def _has_timed_words(group: Iterable[Segment]) -> bool:
    return any(each.start is not None and _WORDS.search(each.text) for each in group)


def _untimed_turns(found: SegmentGroups) -> list[Segment]:
    """Return the turns of a conversation, where no words have times; [] if there is none."""
    if any(map(_has_timed_words, found.groups.values())):
        return []
    for group in found.groups.values():
        spoken = [each for each in group if _WORDS.search(each.text)]
        named = [each.speaker for each in spoken if each.speaker]
        if len(set(named)) > 1 and len(named) >= max(_FEWEST_TURNS, _NAMED_SHARE * len(spoken)):
            return spoken
    return []


def _with_times(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Give words without a time that of what is before them: WhisperX does not time numbers."""
    time = 0.0
    for each in segments:
        if each.start is None and _WORDS.search(each.text):
            yield replace(each, start=time, end=time)
        else:
            yield each
            time = max(
                (known for known in (each.start, each.end) if known is not None), default=time
            )


def _awkwardness(group: Sequence[Segment]) -> tuple[bool, bool, int]:
    long = sum(len(each.text) for each in group) > _LONGEST_SEGMENT * len(group)
    return not any(each.speaker for each in group), long, len(group)


def _with_speakers(
    segments: Sequence[Segment], spans: Sequence[tuple[float, str]]
) -> Sequence[Segment]:
    """Give each segment the speaker whose span began last before it, if none has a speaker."""
    if not spans or any(each.speaker for each in segments):
        return segments
    starts = [start for start, _ in spans]
    return [
        replace(each, speaker=spans[max(0, bisect_right(starts, each.start) - 1)][1])
        if each.start is not None
        else each
        for each in segments
    ]


def _with_signs(segments: Sequence[Segment], spoken: Sequence[Segment]) -> list[Segment]:
    """Add punctuation marks without a time, and pieces of words, to what is before them.

    Where most words begin with a space, what does not goes on with the word before.
    """
    kept: list[Segment] = []
    wanted = {id(each) for each in spoken}
    spaced = sum(each.text[:1].isspace() for each in spoken) * 2 > len(spoken)
    for each in segments:
        piece = spaced and kept and not each.text[:1].isspace() and " " not in each.text
        if id(each) in wanted and piece and kept[-1].speaker == each.speaker:
            kept[-1] = replace(kept[-1], text=f"{kept[-1].text}{each.text}", end=each.end)
        elif id(each) in wanted:
            kept.append(each)
        elif kept and each.start is None and not _WORDS.search(each.text):
            kept[-1] = replace(kept[-1], text=f"{kept[-1].text}{each.text.strip()}")
    return kept


def _in_seconds(segments: Sequence[Segment]) -> Iterable[Segment]:
    """Convert times in milliseconds, or smaller units, to seconds."""
    unit = unit_of([(each.text, each.start, each.end) for each in segments])
    if unit == 1 or any(each.is_exact for each in segments):
        return segments
    return [
        replace(
            each,
            start=None if each.start is None else each.start / unit,
            end=None if each.end is None else each.end / unit,
        )
        for each in segments
    ]


def _metadata_in(document: object) -> Metadata:
    if not isinstance(document, dict):
        return Metadata()
    title, video = (document.get(key) for key in ("title", "video_id"))
    return Metadata(
        title=clean_line(title) if isinstance(title, str) else "",
        youtube=parse_youtube(video) if isinstance(video, str) else "",
    )


def _is_silence(segment: Segment) -> bool:
    silent = number_in(segment.fields, "no_speech_prob")
    sure = number_in(segment.fields, "avg_logprob")
    return silent is not None and sure is not None and silent > _SILENT and sure < _UNSURE


def _read_segment(segment: Segment) -> Cue | None:
    words, start, end = spoken_words(segment.text), segment.start, segment.end
    if start is None or (end and end < start):
        end = None
    return Cue(words, start, end or None, segment.speaker, Origin.CAPTIONS) if words else None


def _split_labels(cues: Iterable[Cue], labels: Labels) -> Iterator[Cue]:
    speaker = ""
    for cue in cues:
        speaker, words = take_label(cue.text, labels, speaker)
        if words:
            yield replace(cue, text=words, speaker=speaker)


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
