"""The lines of an edited transcript, mended: what its editors' tools are known to leave behind.

An item of a page is a heading or something said. Known defects: a line that stands twice, first
without its time and speaker; a paragraph of speech where the speaker's name belongs, repeated on
the lines after it; a speaker's name that became a line; a stray "=" before a paragraph; a full stop
after a speaker's name.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.corpus.fields import clean, parse_seconds
from bot.plainyaml import Plain, text_of

_LONGEST_NAME = 40
_MOST_WORDS_IN_A_NAME = 6
# Not an initial or "Jr.", whose stop belongs to it.
_STOPPED_NAME = re.compile(r"([^\W\d_]{3,})\.")


@dataclass(frozen=True, slots=True)
class Turn:
    """An item of a transcript: a `heading`, or `text` with what is known of when and by whom."""

    text: str = ""
    heading: str = ""
    start: float | None = None
    speaker: str = ""


def read_turns(items: Sequence[Plain]) -> list[Turn]:
    """Translate a page's items as written; what is neither a heading nor a line is left out."""
    turns = []
    for item in items:
        heading, line = clean(text_of(item, "header")), clean(text_of(item, "line"))
        if heading:
            turns.append(Turn(heading=heading))
        if line:
            start = parse_seconds(text_of(item, "sec")) if text_of(item, "sec") else None
            if start is None:
                start = parse_seconds(text_of(item, "time"))
            turns.append(Turn(line.lstrip("= "), "", start, _speaker_of(item)))
    return turns


def _speaker_of(item: Plain) -> str:
    speaker = clean(text_of(item, "who")).removesuffix(":")
    stopped = _STOPPED_NAME.fullmatch(speaker)
    return stopped[1] if stopped else speaker


def mend_turns(turns: Sequence[Turn]) -> tuple[list[Turn], int]:
    """Drop doubled lines, move speech out of the speaker's place; also count those moves."""
    turns = _drop_doubled(turns)
    if not any(_is_speech(turn.speaker) for turn in turns):
        return turns, 0
    return _free_speech(turns)


def _drop_doubled(turns: Sequence[Turn]) -> list[Turn]:
    """Of two equal lines in a row keep the second, when the first lacks time and speaker.

    The heading before such a line stands twice too.
    """
    lines = [turn for turn in turns if turn.text]
    bare = {id(one) for one, two in pairwise(lines) if one == Turn(two.text)}
    kept: list[Turn] = []
    for turn in turns:
        again = kept and turn.heading and turn.heading == kept[-1].heading
        if not again and id(turn) not in bare:
            kept.append(turn)
    return kept


def _is_speech(speaker: str) -> bool:
    return len(speaker) > _LONGEST_NAME or len(speaker.split()) > _MOST_WORDS_IN_A_NAME


def _free_speech(turns: Sequence[Turn]) -> tuple[list[Turn], int]:
    """Put each paragraph found in a speaker's place before the lines that carry it."""
    names = Counter(t.speaker for t in turns if t.speaker and not _is_speech(t.speaker))
    freed: list[Turn] = []
    paragraph, speaker, moves = "", "", 0
    for position, turn in enumerate(turns):
        if not _is_speech(turn.speaker):
            freed.append(turn)
            paragraph = paragraph if turn.heading else ""
            continue
        if turn.speaker != paragraph:
            paragraph, moves = turn.speaker, moves + 1
            speaker = _guess_speaker(turns, position, names)
            freed.append(Turn(paragraph, "", turn.start, speaker))
        if turn.text in names:
            speaker = turn.text
        else:
            freed.append(replace(turn, speaker=speaker))
    return freed, moves


def _guess_speaker(turns: Sequence[Turn], position: int, names: Counter[str]) -> str:
    """Say who speaks where no name is given: whoever spoke before, unless they also speak next.

    Two turns in a row by the same person are rare, so between two turns of one speaker it was
    the other one, if there are just two.
    """
    before = next((t.speaker for t in reversed(turns[:position]) if t.speaker in names), "")
    after = next((name for t in turns[position:] for name in _named(t, names)), "")
    if before != after:
        return before
    others = [name for name in names if name != before]
    return others[0] if len(others) == 1 else ""


def _named(turn: Turn, names: Counter[str]) -> list[str]:
    return [name for name in (turn.text, turn.speaker) if name in names]
