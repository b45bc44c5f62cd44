"""Caption dumps: a time and a few words on each line, as copied from a transcript panel."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice, zip_longest

from bot.errors import TranscriptError
from bot.models import Cue, Metadata, Origin, Transcript
from bot.transcripts.formats.fields import (
    ParsedFile,
    clean_line,
    first_words,
    parse_seconds,
    parse_youtube,
    stem_of,
)
from bot.transcripts.formats.speakers import split_caption, spoken_words

# 0:05 words | 1:02:03 words | [00:05] words | the time alone, its words on the next line
_TIMED = re.compile(
    r"\s{0,8}[\[(]?(\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?)[\])]?(?:\s+[-–—|])?(?:\s+(.*)|$)"
)
_SPEAKER_CHANGE = re.compile(r">>+|(?:&gt;){2,}")
_GLUED_COUNT = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,}+)[0-9]{1,5}")
_FIRST_LINES = 10


def looks_like_captions(text: str) -> bool:
    """Tell whether one of the first non-empty lines begins with a time."""
    lines = (line for line in text[:5000].split("\n") if line.strip())
    return any(_TIMED.fullmatch(line) for line in islice(lines, _FIRST_LINES))


def read_captions(path: str, text: str) -> ParsedFile:
    """Read a dump; its first line is the title unless it has a time. Raises TranscriptError.

    A cue ends where the next one begins; the last has no end. Cues of the same second share it
    evenly, since a dump has no fractions of seconds.
    """
    heading, lines = _split_lines(text)
    cues = list(_cues_of(list(_spread_seconds(lines))))
    if not cues:
        raise TranscriptError(path, "it has times but no words.", "Put words after the times.")
    cues[-1] = _drop_glued_count(cues)
    metadata = Metadata(title=clean_line(heading[0]) if heading else "", youtube=_video_of(heading))
    stem, first = stem_of(path), first_words(cues)
    return ParsedFile(Transcript(path, stem, Origin.CAPTIONS, metadata, (), tuple(cues), first))


def _split_lines(text: str) -> tuple[list[str], list[tuple[float, str]]]:
    heading: list[str] = []
    lines: list[tuple[float, list[str]]] = []
    for line in text.split("\n"):
        match = _TIMED.fullmatch(line)
        start = parse_seconds(match[1]) if match else None
        if match and start is not None:
            lines.append((start, [match[2] or ""]))
        elif lines:
            lines[-1][1].append(line)
        elif line.strip():
            heading.append(line)
    return heading, [(start, " ".join(words)) for start, words in lines]


def _spread_seconds(lines: Sequence[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    for start, group in groupby(lines, key=lambda line: line[0]):
        words = [line[1] for line in group]
        yield from ((start + place / len(words), word) for place, word in enumerate(words))


def _cues_of(lines: Sequence[tuple[float, str]]) -> Iterator[Cue]:
    """Yield a cue for each line and for each change of speaker inside a line."""
    for (start, words), after in zip_longest(lines, lines[1:]):
        end = after[0] if after and after[0] > start else None
        parts = [("", part) for part in map(spoken_words, _SPEAKER_CHANGE.split(words)) if part]
        yield from split_caption(start, end, parts, Origin.CAPTIONS)


def _drop_glued_count(cues: Sequence[Cue]) -> Cue:
    """Remove a number glued to the last word, if the word also occurs without it.

    Text copied from a transcript panel ends with the count on a button: "bye everyone80".
    """
    *before, word = cues[-1].text.split(" ")
    match = _GLUED_COUNT.fullmatch(word)
    known = {spoken for cue in cues[:-1] for spoken in cue.text.lower().split()}
    if not match or match[1].lower() not in known.union(
        known_word.lower() for known_word in before
    ):
        return cues[-1]
    return replace(cues[-1], text=" ".join([*before, match[1]]))


def _video_of(heading: Sequence[str]) -> str:
    addresses = (line for line in heading if "/" in line)
    return next((video for video in map(parse_youtube, addresses) if video), "")
