"""Windows on a transcript: a passage with what is said around it, and what is before and after."""

from dataclasses import dataclass

import numpy as np

from bot.search.index.index import Index

# Words on either side of a passage, about as many as it has itself.
_WORDS_AROUND = 70
# Words of a window that has no passage in it.
_WORDS_APART = 200
# A window begins so many words before it has to, if a sentence does.
_WORDS_TO_SENTENCE = 60
# What is shorter is no beginning: "Right?", "Yeah, exactly."
_FEWEST_WORDS = 4
_MOST_STEPS = 12
_ENDS = (".", "!", "?", "…", "。", "！", "？", "।", "؟")
_CLOSING = "\"'”’)]»"


@dataclass(frozen=True, slots=True)
class Window:
    """The cues of a window, which is `step` windows away from the passage.

    `earlier` and `later` are the pages of the windows before and after; None if there is none.
    """

    cues: range
    step: int
    earlier: int | None
    later: int | None


def step_of(page: int) -> int:
    """Return how many windows a page is away: 0, -1, 1, -2, 2 for the pages 0, 1, 2, 3, 4."""
    return -(page + 1) // 2 if page % 2 else page // 2


def page_at(step: int) -> int:
    """Return the page that is so many windows later, or earlier if negative."""
    return 2 * step if step >= 0 else -2 * step - 1


def window_at(index: Index, passage: int, step: int) -> Window:
    """Return the window on a passage, or the one so many steps later or earlier, if negative.

    Past the end of the episode, that is the last one. Each begins at a sentence if it can.
    """
    episode = index.transcripts.episodes[index.passages.firsts[passage]]
    bounds = np.searchsorted(index.transcripts.episodes, [episode, episode + 1]).tolist()
    whole = range(*bounds)
    cues, taken = _around(index, passage, whole), 0
    while taken != max(-_MOST_STEPS, min(step, _MOST_STEPS)):
        further = _before(index, cues, whole) if step < 0 else _after(index, cues, whole)
        if not further:
            break
        cues, taken = further, taken + (1 if step > 0 else -1)
    before = cues.start > whole.start and taken > -_MOST_STEPS
    after = cues.stop < whole.stop and taken < _MOST_STEPS
    earlier = page_at(taken - 1) if before else None
    return Window(cues, taken, earlier, page_at(taken + 1) if after else None)


def _around(index: Index, passage: int, whole: range) -> range:
    """Return the cues of a passage and of about _WORDS_AROUND words on either side."""
    first, last = int(index.passages.firsts[passage]), int(index.passages.lasts[passage])
    begin = _back(index, first, _WORDS_AROUND, whole)
    return range(_at_sentence(index, begin, first, whole), _on(index, last, _WORDS_AROUND, whole))


def _before(index: Index, cues: range, whole: range) -> range:
    begin = _back(index, cues.start, _WORDS_APART, whole)
    return range(_at_sentence(index, begin, cues.start, whole), cues.start)


def _after(index: Index, cues: range, whole: range) -> range:
    return range(cues.stop, _on(index, cues.stop, _WORDS_APART, whole))


def _back(index: Index, cue: int, words: int, whole: range) -> int:
    """Return the cue that begins at least so many words before another one."""
    firsts = index.transcripts.firsts
    first = int(np.searchsorted(firsts, firsts[cue] - np.int32(words), side="right")) - 1
    return max(first, whole.start)


def _on(index: Index, cue: int, words: int, whole: range) -> int:
    """Return the cue that begins at least so many words after another one, after a sentence."""
    last, most = (_further(index, cue, each, whole) for each in (words, words + _WORDS_TO_SENTENCE))
    return next((each for each in range(last, most) if _ends(index, each - 1)), last)


def _further(index: Index, cue: int, words: int, whole: range) -> int:
    firsts = index.transcripts.firsts
    return min(int(np.searchsorted(firsts, firsts[cue] + np.int32(words))), whole.stop)


def _ends(index: Index, cue: int) -> bool:
    return index.transcripts.text_of(cue).rstrip(_CLOSING).endswith(_ENDS)


def _at_sentence(index: Index, first: int, last: int, whole: range) -> int:
    """Move a beginning back to that of a sentence, or else on to one before `last`."""
    least = _back(index, first, _WORDS_TO_SENTENCE, whole)
    ways = (*range(first, least - 1, -1), *range(first + 1, last))
    return next((cue for cue in ways if _begins(index, cue, whole)), first)


def _begins(index: Index, cue: int, whole: range) -> bool:
    """Return whether a cue is a good beginning: a sentence of a few words."""
    if cue == whole.start:
        return True
    transcripts = index.transcripts
    if transcripts.firsts[cue + 1] - transcripts.firsts[cue] < _FEWEST_WORDS:
        return False
    if transcripts.text_of(cue)[:1].islower():
        return False
    goes_on = transcripts.speakers[cue] == transcripts.speakers[cue - 1]
    return not goes_on or _ends(index, cue - 1)
