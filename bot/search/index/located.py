"""Find the words of many texts, such as the cues of an episode, and where each begins.

Texts repeat themselves: what stands between two spaces is looked at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.arrays import Longs, code_points, mark_code_points, ranges
from bot.search.index.analysis import locate_words

# Is in no word, and neither are the marks.
_BETWEEN = "\n"
_MARKS = ".,?!"


@dataclass(frozen=True, slots=True)
class LocatedWords:
    """The words of some texts: `distinct` ones, as they are written and in order of appearance.

    `numbers` says which of them is at each place, and `starts` with which character of its text it
    begins; `counts` are the words of each text.
    """

    distinct: Sequence[str]
    numbers: Longs
    starts: Longs
    counts: Longs


def locate_all(texts: Sequence[str]) -> LocatedWords:
    """Find the words of texts, as `locate_words` does in each."""
    text = _BETWEEN.join(texts)
    pieces = text.split()
    seen = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    at = np.fromiter(map(seen.__getitem__, pieces), np.int64, len(pieces))
    spans = [_spans_in(piece) for piece in seen]
    words: dict[str, int] = {}
    numbers = [
        words.setdefault(piece[first:past], len(words))
        for piece, of in zip(seen, spans, strict=True)
        for first, past in of
    ]
    sizes = np.array([len(of) for of in spans], np.int64)
    inside = np.array([first for of in spans for first, _ in of], np.int64)
    held = sizes[at]
    which = ranges((np.cumsum(sizes) - sizes)[at], held)
    places = np.repeat(_begins_of(text), held) + inside[which]
    ends = np.cumsum([len(each) + len(_BETWEEN) for each in texts], dtype=np.int64)
    counts = np.diff(np.searchsorted(places, ends), prepend=0)
    begins = np.append(0, ends[:-1])[: len(ends)]
    starts = places - np.repeat(begins, counts)
    return LocatedWords([*words], np.array(numbers, np.int64)[which], starts, counts)


def _spans_in(piece: str) -> Sequence[tuple[int, int]]:
    """Locate the words of a piece, most of which are a word and perhaps a mark."""
    bare = piece.rstrip(_MARKS)
    return [(0, len(bare))] if bare.isascii() and bare.isalnum() else locate_words(piece)


def _begins_of(text: str) -> Longs:
    """List where the pieces of a text begin that spaces divide."""
    codes = code_points(text)
    blank = mark_code_points(codes, str.isspace)
    begins = ~blank
    begins[1:] &= blank[:-1]
    return np.flatnonzero(begins)
