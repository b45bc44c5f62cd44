"""The items of an edited transcript in YAML: headings and spoken lines.

Known defects are repaired: a line that occurs twice, first without its time and speaker; a
paragraph of speech in the speaker's field, repeated on the lines after it, or in a heading; a
speaker's name that became a line, so that the answer after it seems to be the host's; a stray "="
before a paragraph; a full stop after a speaker's name.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.strict_yaml import YamlValue, text_of
from bot.transcripts.formats.fields import clean_line, parse_seconds

_LONGEST_NAME = 40
_MOST_WORDS_IN_A_NAME = 6
_LONGEST_HEADING = 100
_SENTENCE_END = re.compile(r"[.!?](?= |$)")
# Initials and "Jr." keep their full stop.
_STOPPED_NAME = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,}+)\.")


@dataclass(frozen=True, slots=True)
class PageItem:
    """An item of a transcript: a `heading`, or a `text` with its start and speaker if known."""

    text: str = ""
    heading: str = ""
    start: float | None = None
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Repairs:
    """What was repaired: speech in speakers' fields, names among the lines, repeated lines."""

    paragraphs: int = 0
    names: int = 0
    repeated: int = 0


def read_items(written: Sequence[YamlValue]) -> list[PageItem]:
    """Convert a page's items; what is neither a heading nor a line is skipped."""
    items = []
    for item in written:
        heading, line = clean_line(text_of(item, "header")), clean_line(text_of(item, "line"))
        if heading and _is_paragraph(heading):
            items.append(PageItem(heading))
        elif heading:
            items.append(PageItem(heading=heading))
        if line:
            start = parse_seconds(text_of(item, "sec")) if text_of(item, "sec") else None
            if start is None:
                start = parse_seconds(text_of(item, "time"))
            items.append(PageItem(line.lstrip("= "), "", start, _read_speaker(item)))
    return items


def repair_items(items: Sequence[PageItem]) -> tuple[list[PageItem], Repairs]:
    """Drop repeated lines, move speech out of speakers' fields, and names out of the speech."""
    lines = sum(bool(item.text) for item in items)
    items = _drop_repeated(items)
    repeated = lines - sum(bool(item.text) for item in items)
    moved = 0
    if any(_is_speech(item.speaker) for item in items):
        items, moved = _move_speech(items)
    items, names = _take_names(items)
    return items, Repairs(moved, names, repeated)


def _take_names(items: Sequence[PageItem]) -> tuple[list[PageItem], int]:
    """Take a line that is nothing but a speaker's name for a label of the rest of its turn."""
    names = {item.speaker for item in items if item.speaker}
    kept: list[PageItem] = []
    label, turn, taken = "", PageItem(), 0
    for item in items:
        name = item.text.rstrip(".:")
        if name in names:
            label, turn, taken = name, item, taken + 1
            continue
        same = item.start == turn.start and item.speaker in (turn.speaker, "")
        if not item.heading and not (label and same):
            label = ""
        kept.append(replace(item, speaker=label) if label and not item.heading else item)
    return kept, taken


def _read_speaker(item: YamlValue) -> str:
    speaker = clean_line(text_of(item, "who")).removesuffix(":")
    stopped = _STOPPED_NAME.fullmatch(speaker)
    return stopped[1] if stopped else speaker


def _drop_repeated(items: Sequence[PageItem]) -> list[PageItem]:
    """Of two equal lines in a row, keep the second if the first lacks time and speaker.

    The heading before such a line is repeated too.
    """
    lines = [item for item in items if item.text]
    bare = {id(one) for one, two in pairwise(lines) if one == PageItem(two.text)}
    kept: list[PageItem] = []
    for item in items:
        again = kept and item.heading and item.heading == kept[-1].heading
        if not again and id(item) not in bare:
            kept.append(item)
    return kept


def _is_paragraph(heading: str) -> bool:
    """Tell whether a heading is a paragraph of speech that slipped into its field."""
    return len(heading) > _LONGEST_HEADING and len(_SENTENCE_END.findall(heading)) > 1


def _is_speech(speaker: str) -> bool:
    return len(speaker) > _LONGEST_NAME or len(speaker.split()) > _MOST_WORDS_IN_A_NAME


def _move_speech(items: Sequence[PageItem]) -> tuple[list[PageItem], int]:
    """Move each paragraph found in a speaker's field before the lines that have it."""
    names = Counter(item.speaker for item in items if item.speaker and not _is_speech(item.speaker))
    moved: list[PageItem] = []
    paragraph, speaker, moves = "", "", 0
    for position, item in enumerate(items):
        if not _is_speech(item.speaker):
            moved.append(item)
            paragraph = paragraph if item.heading else ""
            continue
        if item.speaker != paragraph:
            paragraph, moves = item.speaker, moves + 1
            speaker = _guess_speaker(items, position, names)
            moved.append(PageItem(paragraph, "", item.start, speaker))
        if item.text in names:
            speaker = item.text
        else:
            moved.append(replace(item, speaker=speaker))
    return moved, moves


def _guess_speaker(items: Sequence[PageItem], position: int, names: Counter[str]) -> str:
    """Guess an unnamed speaker: the one who spoke before, unless they also speak next.

    The same person rarely has two turns in a row, so between two turns of one speaker it is the
    other one, if there are exactly two.
    """
    before = next(
        (item.speaker for item in reversed(items[:position]) if item.speaker in names), ""
    )
    after = next((name for item in items[position:] for name in _names_in(item, names)), "")
    if before != after:
        return before
    others = [name for name in names if name != before]
    return others[0] if len(others) == 1 else ""


def _names_in(item: PageItem, names: Counter[str]) -> list[str]:
    return [name for name in (item.text, item.speaker) if name in names]
