"""Tables: the TSV and CSV of Whisper, of editing programs and of services that transcribe."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from bot.errors import TranscriptError
from bot.models import Cue, Origin
from bot.strict_yaml import LONGEST_TEXT
from bot.text import pluralize
from bot.transcripts.formats.fields import (
    ParsedFile,
    clean_line,
    find_jumps,
    make_note,
    parse_clock,
    unit_of,
)
from bot.transcripts.formats.labels import find_labels, plain_name, take_label
from bot.transcripts.formats.speakers import spoken_words, transcript_of, untagged

_SEPARATORS = ("\t", ";", ",")
_HEADINGS = {
    "text": re.compile(r"(?:text|transcript|words?|content|caption|sentence|utterance|dialogue)s?"),
    "start": re.compile(
        r"(?:start|begin|from|in|time|timestamp|timecode|offset)(?:[ _]?(?:time|s|ms|sec(?:onds)?|"
        r"point|timestamp|timecode))?(?: ?\(?(?:s|ms)\)?)?|time ?in"
    ),
    "end": re.compile(
        r"(?:end|stop|to|out|finish)(?:[ _]?(?:time|s|ms|sec(?:onds)?|point|timestamp|timecode))?"
        r"(?: ?\(?(?:s|ms)\)?)?|time ?out"
    ),
    "speaker": re.compile(r"(?:speaker|who|name|voice)(?:[ _]?(?:name|label|id))?"),
}


@dataclass(frozen=True, slots=True)
class _Columns:
    """The places of a table's columns; -1 for those that it lacks."""

    text: int
    start: int
    end: int = -1
    speaker: int = -1


def looks_like_table(text: str) -> bool:
    """Tell whether a text begins with the headings of a transcript's table, or with its times."""
    return _find_columns(_rows(text[:5000]))[0] is not None


def read_table(path: str, text: str) -> ParsedFile:
    """Read a table with a column of times and one of words. Raises TranscriptError."""
    rows = _rows(text)
    columns, first = _find_columns(rows)
    if columns is None:
        raise TranscriptError(path, "its table has no times.", "Export it as SRT or VTT.")
    read = [cue for row in rows[first:] if (cue := _read_row(row, columns))]
    if not read:
        raise TranscriptError(path, "no row has both words and a time.", "Export it again.")
    unit = unit_of([(cue.text, cue.start, cue.end) for cue in read])
    labels = find_labels([untagged(cue.text)] for cue in read if not cue.speaker)
    cues, speaker = [], ""
    for cue in read:
        words = cue.text
        if not cue.speaker and labels.names:
            speaker, words = take_label(untagged(words), labels, speaker)
        start = (cue.start or 0.0) / unit
        end = cue.end / unit if cue.end is not None and cue.end / unit >= start else None
        if words:
            cues.append(Cue(words, start, end, cue.speaker or speaker, Origin.CAPTIONS))
    lost = sum(any(map(str.strip, row)) for row in rows[first:]) - len(read)
    notes = [make_note(path, f"{pluralize(lost, 'row')} cannot be read.")] if lost > 0 else []
    transcript = transcript_of(path, cues, None, labels)
    return ParsedFile(transcript, (*notes, *find_jumps(transcript)))


def _rows(text: str) -> list[list[str]]:
    heading = text.lstrip("\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=heading.count)
    try:
        return [row for row in csv.reader(StringIO(text.strip("\n")), delimiter=separator) if row]
    except csv.Error:
        return []


def _find_columns(rows: Sequence[Sequence[str]]) -> tuple[_Columns | None, int]:
    """Return the columns by their headings, or without any by their content, and the first row."""
    if not rows:
        return None, 0
    cells = rows[0]
    found = {
        kind: next((place for place, cell in enumerate(cells) if _is_called(cell, kind)), -1)
        for kind in _HEADINGS
    }
    if found["text"] >= 0 and found["start"] >= 0:
        return _Columns(**found), 1
    if len(cells) == 3 and all(parse_clock(cell) is not None for cell in cells[:2]):
        return (_Columns(2, 0, 1), 0) if parse_clock(cells[2]) is None else (None, 0)
    return None, 0


def _is_called(cell: str, kind: str) -> bool:
    return bool(_HEADINGS[kind].fullmatch(clean_line(cell).lower()[:40]))


def _read_row(row: Sequence[str], columns: _Columns) -> Cue | None:
    words, start = spoken_words(_cell(row, columns.text)), parse_clock(_cell(row, columns.start))
    if not words or start is None or len(words) > LONGEST_TEXT:
        return None
    name = plain_name(clean_line(_cell(row, columns.speaker)))
    return Cue(words, start, parse_clock(_cell(row, columns.end)), name, Origin.CAPTIONS)


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if 0 <= place < len(row) else ""
