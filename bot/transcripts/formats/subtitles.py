"""WebVTT and SRT subtitles, including YouTube's rolling captions, which show each line twice."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

import srt
import webvtt

from bot.errors import TranscriptError
from bot.models import Cue, Metadata, Origin, Transcript
from bot.text import pluralize
from bot.transcripts.formats.fields import (
    ParsedFile,
    first_words,
    make_note,
    parse_seconds,
    stem_of,
)
from bot.transcripts.formats.speakers import (
    SpeakerText,
    find_names,
    split_caption,
    split_name,
    spoken_words,
)

_VTT = re.compile(r"\A\s*WEBVTT(?:\s|$)")
_TIMING = re.compile(
    r"^[ \t]*(?:\d{1,3}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?[ \t]*-->[ \t]*\d", re.MULTILINE
)
_SRT_HEAD = re.compile(r"(?:^\d{1,9}[ \t]*\n)?^[^\n]*-->", re.MULTILINE)
_NO_HOURS = re.compile(
    r"^[ \t]*(?=\d{1,2}:\d{1,2}[.,]\d{1,3}[ \t]*-->)|(?<=-->)[ \t]*(?=\d{1,2}:\d{1,2}[.,]\d)",
    re.MULTILINE,
)
_DIGITS = re.compile(r"\d{100,}")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*+)?[ \t]++([^<>]++)>")
_DASH = re.compile(r"\s?(?:>>+|&gt;&gt;|[-–—] )\s?")
# YouTube shows each line twice; in edited subtitles two cues rarely share one.
_ROLLING_SHARE = 0.5
# Of a cue's lines, YouTube repeats one; a screen has room for a few.
_MOST_REPEATED = 10


@dataclass(frozen=True, slots=True)
class _Subtitle:
    """A cue as written in the file, with its tags."""

    start: float
    end: float
    lines: tuple[str, ...]


def looks_like_subtitles(text: str) -> bool:
    """Tell whether a text is WebVTT, or has an SRT timing line near its start."""
    return bool(_VTT.match(text) or _TIMING.search(text[:5000]))


def read_subtitles(path: str, text: str) -> ParsedFile:
    """Read WebVTT or SRT, with voice tags and "Name:" as speakers. Raises TranscriptError.

    Subtitles that name speakers count as edited; others as captions.
    """
    subtitles = list(_read_vtt(text) if _VTT.match(text) else _read_srt(text))
    said = _unroll(subtitles) if _is_rolling(subtitles) else _find_speakers(subtitles)
    edited = any(speaker for parts in said for speaker, _ in parts)
    source = Origin.EDITED if edited else Origin.CAPTIONS
    cues = tuple(_cues_of(subtitles, said, source))
    if not cues:
        raise TranscriptError(path, "none of its subtitles can be read.", "Check their times.")
    transcript = Transcript(path, stem_of(path), source, Metadata(), (), cues, first_words(cues))
    lost = len(_TIMING.findall(text)) - len(subtitles)
    notes = [make_note(path, f"{pluralize(lost, 'subtitle')} cannot be read.")] if lost > 0 else []
    return ParsedFile(transcript, tuple(notes))


def _read_vtt(text: str) -> Iterator[_Subtitle]:
    for caption in webvtt.from_string(text.lstrip()).captions:
        start, end = parse_seconds(caption.start), parse_seconds(caption.end)
        if start is not None and end is not None:
            yield _Subtitle(start, end, tuple(caption.raw_text.split("\n")))


def _read_srt(text: str) -> Iterator[_Subtitle]:
    """Read SRT block by block, so that a broken block does not affect others.

    With the whole text, the library would log what it cannot read, and need minutes for long runs
    of digits. It also reads 00:03,000 as three minutes, so hours are added.
    """
    text = _NO_HOURS.sub(r"\g<0>0:", _DIGITS.sub(" ", text))
    heads = [head.start() for head in _SRT_HEAD.finditer(text)]
    for start, after in zip_longest(heads, heads[1:]):
        try:
            (subtitle,) = srt.parse(text[start:after])
        except (srt.SRTParseError, ValueError):
            continue
        first, last = subtitle.start.total_seconds(), subtitle.end.total_seconds()
        yield _Subtitle(first, last, tuple(subtitle.content.split("\n")))


def _visible_lines(subtitle: _Subtitle) -> list[str]:
    return [line for line in map(spoken_words, subtitle.lines) if line]


def _is_rolling(subtitles: Sequence[_Subtitle]) -> bool:
    shown = [lines for lines in map(_visible_lines, subtitles) if lines]
    repeated = sum(after[0] == before[-1] for before, after in pairwise(shown))
    return repeated > 1 and repeated > _ROLLING_SHARE * (len(shown) - 1)


def _unroll(subtitles: Sequence[_Subtitle]) -> list[list[SpeakerText]]:
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


def _find_speakers(subtitles: Sequence[_Subtitle]) -> list[list[SpeakerText]]:
    """Find the speakers of each cue; a named speaker goes on until the next name."""
    names = find_names(spoken_words(_DASH.sub("", text)) for sub in subtitles for text in sub.lines)
    said: list[list[SpeakerText]] = []
    speaker = ""
    for subtitle in subtitles:
        parts: list[SpeakerText] = []
        for voice, line in _voices(subtitle.lines):
            dashed = _DASH.match(line)
            named, words = split_name(spoken_words(line[dashed.end() :] if dashed else line), names)
            speaker = named or ("" if dashed else speaker)
            parts.append((voice or speaker, words))
        said.append(_join_neighbours(parts))
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


def _join_neighbours(parts: Iterable[SpeakerText]) -> list[SpeakerText]:
    """Join neighbouring parts of one speaker, and drop empty ones."""
    joined: list[SpeakerText] = []
    for speaker, words in parts:
        if words and joined and joined[-1][0] == speaker:
            joined[-1] = (speaker, f"{joined[-1][1]} {words}")
        elif words:
            joined.append((speaker, words))
    return joined


def _cues_of(
    subtitles: Sequence[_Subtitle], said: Sequence[Sequence[SpeakerText]], source: Origin
) -> Iterator[Cue]:
    """Yield the cues of all parts; no subtitle lasts beyond the start of the next."""
    spoken = [(sub, parts) for sub, parts in zip(subtitles, said, strict=True) if parts]
    for (subtitle, parts), after in zip_longest(spoken, spoken[1:]):
        end = max(subtitle.start, subtitle.end)
        if after and subtitle.start < after[0].start < end:
            end = after[0].start
        yield from split_caption(subtitle.start, end, parts, source)
