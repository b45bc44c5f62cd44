"""Subtitles with a line of times above the words: WebVTT, SRT and SBV.

YouTube's rolling captions, which show each line twice, are read as said once. Files are split at
their timing lines alone: an empty line below one, or an arrow in the words, is common in real
files, and libraries lose such a subtitle without a word.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise, zip_longest
from typing import TypeAlias

from bot.errors import TranscriptError
from bot.languages import language_code
from bot.models import Cue, Origin, Problem
from bot.text import pluralize, truncate
from bot.transcripts.formats.fields import (
    ParsedFile,
    clean_line,
    find_jumps,
    make_note,
    parse_clock,
)
from bot.transcripts.formats.labels import Labels, bare_names, find_labels, take_label
from bot.transcripts.formats.speakers import (
    SpeakerText,
    join_neighbours,
    split_caption,
    spoken_words,
    transcript_of,
    untagged,
)

_VTT = re.compile(r"\A\s*WEBVTT(?:\s|$)")
_CLOCK = r"\d{1,4}(?::\d{1,3}){1,2}(?:[.,:;]\d{1,9})?"
_TIMING = re.compile(
    rf"^[ \t]*({_CLOCK})[ \t]*(?:--?>|→)[ \t]*({_CLOCK}(?![\w?:]))?[^\n]*$"
    r"|^[ \t]*(\d{1,3}:\d{2}:\d{2}[.]\d{1,6})[ \t]*,[ \t]*(\d{1,3}:\d{2}:\d{2,3}[.]\d{1,6})[ \t]*$",
    re.MULTILINE,
)
# A line of times with a slip: 00:00:36,000 => 00:00:47,000 | 00:00:xx,000 -> 00:00:47,000
_PART = r"[\dhilmosxyz?_]"
_SLIPPED_CLOCK = rf"{_PART}{{1,4}}(?: ?[:;.,] ?{_PART}{{1,9}}){{1,4}}"
_FULL_CLOCK = r"\d{1,3}(?:[:;.]\d{1,3}){1,2}[:;.,]\d{1,6}"
_SLIPPED = re.compile(
    rf"^[ \t]*(?=[^\n]{{0,40}}\d[:;.,])"
    rf"(?:({_SLIPPED_CLOCK})?[ \t]*(?:[-=–—~][-=–—~ ]{{0,4}}>+|→)[ \t]*({_SLIPPED_CLOCK})?"
    rf"|({_FULL_CLOCK})[-=–—~>, \t]{{1,5}}({_FULL_CLOCK}))(?:[ \t]+[a-z]+:\S+)*[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_MOST_NAMED, _LONGEST_SHOWN = 3, 60
# What stands above a timing line is its number, or in WebVTT its name; what begins so is no speech.
_NUMBER = re.compile(r"\A\s*\d{1,9}\s*\Z")
_NO_SPEECH = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|\Z)")
_LANGUAGE = re.compile(r"^Language:[ \t]{0,3}([a-z]{2})\b", re.MULTILINE)
_VOICE = re.compile(r"<v(?:\.[^\s<>]*+)?[ \t]++([^<>]++)>")
_DASH = re.compile(r"\s?(?:>>+|&gt;&gt;|[-–—] )\s?")
# YouTube shows each line twice; in edited subtitles two cues rarely share one.
_ROLLING_SHARE = 0.5
# Of a cue's lines, YouTube repeats one; a screen has room for a few.
_MOST_REPEATED = 10

_Times: TypeAlias = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Subtitle:
    """A cue as written in the file, with its tags."""

    start: float
    end: float
    lines: tuple[str, ...]


def looks_like_subtitles(text: str) -> bool:
    """Tell whether a text is WebVTT, or has a timing line near its start."""
    return bool(_VTT.match(text) or _TIMING.search(text[:5000]))


def read_subtitles(path: str, text: str) -> ParsedFile:
    """Read WebVTT, SRT or SBV. Raises TranscriptError."""
    subtitles, slipped = _split(text)
    if not subtitles:
        raise _refuse(path, subtitles, len(slipped))
    read = cues_from_subtitles(path, subtitles)
    read = replace(read, notes=(*read.notes, *_notes(path, text, slipped)))
    found = _LANGUAGE.search(text[:500])
    if found and read.transcript and not read.transcript.language:
        return replace(read, transcript=replace(read.transcript, language=language_code(found[1])))
    return read


def cues_from_subtitles(path: str, subtitles: Sequence[Subtitle], lost: int = 0) -> ParsedFile:
    """Build a transcript from subtitles, with voice tags and "Name:" as speakers.

    Subtitles that name speakers count as edited; others as captions. `lost` is how many more the
    file has. Raises TranscriptError if there are no words.
    """
    labels = Labels()
    if _is_rolling(subtitles):
        said = _unroll(subtitles)
    else:
        subtitles = _with_colons(subtitles)
        labels = find_labels(_label_lines(subtitle) for subtitle in subtitles)
        said = _find_speakers(subtitles, labels)
    cues = tuple(_cues_of(subtitles, said))
    if not cues:
        raise _refuse(path, subtitles, lost)
    transcript = transcript_of(path, cues, None, labels)
    notes = [make_note(path, f"{pluralize(lost, 'subtitle')} cannot be read.")] if lost > 0 else []
    return ParsedFile(transcript, (*notes, *find_jumps(transcript)))


def _refuse(path: str, subtitles: Sequence[Subtitle], lost: int) -> TranscriptError:
    """Say why a file has no cues."""
    if subtitles:
        return TranscriptError(path, "none of its subtitles has words.", "Export it again.")
    if lost:
        reason = "none of its subtitles has times that can be read."
        return TranscriptError(path, reason, "Write them as 00:01:02,500 --> 00:01:05,000.")
    return TranscriptError(path, "it has no subtitles with times.", "Export it again.")


def _split(text: str) -> tuple[list[Subtitle], list[re.Match[str]]]:
    """Split a file at its timing lines; also return those whose times cannot be read.

    What stands below such a line is said between the subtitles around it.
    """
    named = bool(_VTT.match(text))
    found = {head.start(): head for each in (_SLIPPED, _TIMING) for head in each.finditer(text)}
    heads = [found[place] for place in sorted(found)]
    times = [_times(head) for head in heads]
    slipped = [
        head
        for head, known in zip(heads, times, strict=True)
        if head.re is _SLIPPED or None in known
    ]
    if all(start is None for start, _ in times):
        return [], slipped
    subtitles: list[Subtitle] = []
    for head, after, (start, end) in zip_longest(heads, heads[1:], _between(times)):
        lines = text[head.end() : after.start() if after else None].split("\n")
        spoken = _without_heading(lines, named) if after else lines
        subtitles.append(Subtitle(start, end, tuple(_speech(spoken) if named else spoken)))
    return subtitles, slipped


def _times(head: re.Match[str]) -> _Times:
    return parse_clock(head[1] or head[3] or ""), parse_clock(head[2] or head[4] or "")


def _between(times: Sequence[_Times]) -> Iterator[tuple[float, float]]:
    """Fill in the times that are missing: from the end before to the start after."""
    known = accumulate((start for start, _ in reversed(times)), _latest_known)
    following = [*known][-2::-1]
    before = 0.0
    for (start, end), after in zip_longest(times, following):
        begins = before if start is None else start
        before = max(begins, after or begins) if end is None else end
        yield begins, before


def _latest_known(before: float | None, time: float | None) -> float | None:
    return before if time is None else time


def _notes(path: str, text: str, slipped: Sequence[re.Match[str]]) -> Iterator[Problem]:
    """Say which timing lines cannot be read, with their numbers."""
    for head in slipped[:_MOST_NAMED]:
        shown = truncate(clean_line(head[0]), _LONGEST_SHOWN)
        reason = f"“{shown}” is not a line of times: its words are put between those around it."
        remedy = "Write it as 00:01:02,500 --> 00:01:05,000."
        line = text.count("\n", 0, head.start()) + 1
        yield Problem(path, reason, remedy, line, refused=False)
    if (more := len(slipped) - _MOST_NAMED) > 0:
        yield make_note(path, f"{pluralize(more, 'more line')} of times cannot be read.")


def _without_heading(lines: Sequence[str], named: bool) -> Sequence[str]:
    """Drop the number, or in WebVTT the name, of the subtitle after these lines.

    The last of `lines` is empty: it is what stands before the next timing on its line.
    """
    written = [place for place, line in enumerate(lines) if line.strip()]
    if not written:
        return lines
    last = written[-1]
    apart, touching = last > 1 and not lines[last - 1].strip(), last == len(lines) - 2
    numbered = _NUMBER.fullmatch(lines[last]) and last > 1 and (apart or touching)
    return lines[:last] if numbered or (named and apart and touching) else lines


def _speech(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a WebVTT cue without the notes and styles that follow it."""
    silent, before = False, ""
    for line in lines:
        if not line.strip():
            silent = False
        elif not before.strip() and _NO_SPEECH.match(line):
            silent = True
        if not silent:
            yield line
        before = line


def _visible_lines(subtitle: Subtitle) -> list[str]:
    return [line for line in map(spoken_words, subtitle.lines) if line]


def _is_rolling(subtitles: Sequence[Subtitle]) -> bool:
    shown = [lines for lines in map(_visible_lines, subtitles) if lines]
    repeated = sum(after[0] == before[-1] for before, after in pairwise(shown))
    return repeated > 1 and repeated > _ROLLING_SHARE * (len(shown) - 1)


def _unroll(subtitles: Sequence[Subtitle]) -> list[list[SpeakerText]]:
    """Keep only the lines of each cue that the cue before did not show."""
    said: list[list[SpeakerText]] = []
    before: list[str] = []
    for subtitle in subtitles:
        shown = _visible_lines(subtitle)
        repeated = min(len(before), len(shown), _MOST_REPEATED)
        while repeated and before[-repeated:] != shown[:repeated]:
            repeated -= 1
        said.append([("", line) for line in shown[repeated:]])
        before = shown
    return said


def _with_colons(subtitles: Sequence[Subtitle]) -> Sequence[Subtitle]:
    """Add colons to names that have the first line of nearly every subtitle to themselves."""
    lines = [[line.strip() for line in each.lines if line.strip()] for each in subtitles]
    names = bare_names(lines)
    return [
        Subtitle(each.start, each.end, (f"{first}:", *rest)) if first in names else each
        for each, (first, *rest) in zip(subtitles, (each or [""] for each in lines), strict=True)
    ]


def _label_lines(subtitle: Subtitle) -> list[str]:
    """Return a subtitle's lines as they may begin with labels."""
    lines = (
        untagged(_DASH.sub("", line, 1) if _DASH.match(line) else line) for line in subtitle.lines
    )
    return [line for line in lines if line]


def _find_speakers(subtitles: Sequence[Subtitle], labels: Labels) -> list[list[SpeakerText]]:
    """Find the speakers of each cue; a named speaker goes on until the next name."""
    said: list[list[SpeakerText]] = []
    speaker = ""
    for subtitle in subtitles:
        parts: list[SpeakerText] = []
        for voice, line in _voices(subtitle.lines):
            dashed = _DASH.match(line)
            words = untagged(line[dashed.end() :] if dashed else line)
            speaker, words = take_label(words, labels, "" if dashed else speaker)
            parts.append((voice or speaker, spoken_words(words)))
        said.append(join_neighbours(parts))
    return said


def _voices(lines: Iterable[str]) -> Iterator[SpeakerText]:
    """Split a cue's lines at voice tags: `<v Ann>Hello.</v> <v Ben>Hi.` has two parts."""
    voice = ""
    for line in lines:
        before, *voiced = _VOICE.split(line)
        yield voice, before
        for name, words in zip(voiced[::2], voiced[1::2], strict=True):
            voice = spoken_words(name)
            yield voice, words


def _cues_of(subtitles: Sequence[Subtitle], said: Sequence[Sequence[SpeakerText]]) -> Iterator[Cue]:
    """Yield the cues of all parts; no subtitle lasts beyond the start of the next."""
    spoken = [(sub, parts) for sub, parts in zip(subtitles, said, strict=True) if parts]
    for (subtitle, parts), after in zip_longest(spoken, spoken[1:]):
        end = max(subtitle.start, subtitle.end)
        if after and subtitle.start < after[0].start < end:
            end = after[0].start
        yield from split_caption(subtitle.start, end, parts, Origin.CAPTIONS)
