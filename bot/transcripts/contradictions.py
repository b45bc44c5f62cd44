"""Where a page and the captions of its video contradict each other."""

from collections.abc import Iterator

import numpy as np

from bot.arrays import Floats
from bot.languages import count_words
from bot.models import Problem, Transcript
from bot.transcripts.formats.fields import make_note
from bot.transcripts.timing import CaptionAlignment, PreparedTranscript, seconds_at

LARGEST_DIFFERENCE = 15.0
"""Seconds by which the times of a page may differ from those of the captions."""

_FEWEST_TURNS = 8
# A condensed page differs everywhere; on any other, this many words are a passage of their own.
_FAITHFUL = 0.5
_FEWEST_WORDS = 300
# Characters of the passages that are looked at, and the share of the usual number of words that
# the captions of a passage have by chance.
_WINDOW, _STEP = 1000, 250
_HEARD_SHARE = 0.2


def find_contradictions(
    page: Transcript,
    captions: Transcript,
    script: PreparedTranscript,
    alignment: CaptionAlignment,
) -> Iterator[Problem]:
    """Yield what is wrong with the times of a page, or with its words, by its captions."""
    yield from _clock_problems(page, captions, script, alignment)
    yield from _passage_problems(page, captions, script, alignment)


def _clock_problems(
    page: Transcript,
    captions: Transcript,
    script: PreparedTranscript,
    alignment: CaptionAlignment,
) -> Iterator[Problem]:
    differences = _differences(script, alignment)
    if len(differences) < _FEWEST_TURNS:
        return
    usual = float(np.median(differences))
    if abs(usual) > LARGEST_DIFFERENCE:
        direction = "late" if usual > 0 else "early"
        reason = (
            f"its times are about {abs(usual):.0f} s too {direction}: "
            f"those of {captions.path} are used."
        )
        yield make_note(page.path, reason, "Check whether its video is the right cut.")


def _differences(script: PreparedTranscript, alignment: CaptionAlignment) -> Floats:
    """Return by how many seconds each turn is later on the page than in the captions."""
    turns, heard = script.turns, alignment.anchors
    if not len(turns) or not len(heard):
        return np.empty(0, np.float64)
    inside = (turns.positions >= heard.positions[0]) & (turns.positions <= heard.positions[-1])
    spoken = seconds_at(heard, turns.positions[inside])
    differences: Floats = turns.seconds[inside] - spoken
    return differences


def _passage_problems(
    page: Transcript,
    captions: Transcript,
    script: PreparedTranscript,
    alignment: CaptionAlignment,
) -> Iterator[Problem]:
    """Yield the passages of a faithful page that its video does not have."""
    if alignment.share < _FAITHFUL:
        return
    text, heard = script.text, alignment.anchors
    begins = np.arange(0, len(text), _STEP)
    found = np.searchsorted(heard.positions, begins + _WINDOW)
    found -= np.searchsorted(heard.positions, begins)
    strange = found < _HEARD_SHARE * np.median(found)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], strange, [0]))))
    for first, past in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        begin, end = first * _STEP, (past - 1) * _STEP + _WINDOW
        words = count_words(text[begin:end])
        if words >= _FEWEST_WORDS and end < len(text):
            second = float(seconds_at(heard, np.array([begin], np.int64))[0])
            reason = f"about {words} words after {_clock(second)} are not in {captions.path}."
            yield make_note(page.path, reason, "Check whether they are said in this episode.")


def _clock(second: float) -> str:
    hours, rest = divmod(int(second), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}"
