"""The words of a text: where each begins, and what it stands for in its long form.

A whole text is split at once, as a pattern that finds word after word takes five times as long.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np

from bot.arrays import Longs, code_points, mark_code_points, ranges

FILLERS = frozenset(["uh", "um", "uhm", "hm", "hmm", "mm", "mhm", "ah", "eh", "er", "erm"])
"""What captions write and editors leave out."""

_DENIAL_WORDS = """
neither never no nobody none nor not nothing without
"""
DENIALS = frozenset(_DENIAL_WORDS.split())
"""The words that turn a sentence into its opposite."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|%")
_APOSTROPHE, _SPACE = map(ord, "' ")
_REMEMBERED = 1 << 14

_LONG_FORMS = {
    "%": "percent", "'cause": "because", "ain't": "is not", "can't": "can not",
    "cannot": "can not", "cause": "because", "cos": "because", "gimme": "give me",
    "gonna": "going to", "gotta": "got to", "kinda": "kind of", "lemme": "let me",
    "let's": "let us", "ok": "okay", "sorta": "sort of", "wanna": "want to",
    "won't": "will not", "yeah": "yes", "yep": "yes",
}  # fmt: skip
_ENDINGS = (
    ("n't", "not"), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'d", "would"),
    ("'m", "am"), ("'s", "is"),
)  # fmt: skip
_NUMBERS = """
zero one two three four five six seven eight nine ten eleven twelve
"""
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS.split())}


@dataclass(frozen=True, slots=True)
class PlacedWords:
    """The distinct words of a text, which of them is at each place, and each place's offset."""

    text: str
    distinct: Sequence[str]
    numbers: Longs
    offsets: Longs


@dataclass(frozen=True, slots=True)
class FullWords:
    """A text, its words in their long forms, and their offsets."""

    text: str
    words: Sequence[str]
    offsets: Sequence[int]


def place_words(text: str) -> PlacedWords:
    """Find the words of a text, which are letters and digits, and apostrophes between these."""
    if not text:
        return _placed(text, [], np.empty(0, np.int64))
    codes = code_points(text)
    inside = mark_code_points(codes, str.isalnum)
    marks = np.flatnonzero(codes[1:-1] == _APOSTROPHE) + 1
    inside[marks[inside[marks - 1] & inside[marks + 1]]] = True
    spaced = np.where(inside, codes, codes.dtype.type(_SPACE)).tobytes()
    words = spaced.decode("ascii" if codes.itemsize == 1 else "utf-32-le").split()
    starts = inside.copy()
    starts[1:] &= ~inside[:-1]
    return _placed(text, words, np.flatnonzero(starts))


def _placed(text: str, words: Sequence[str], offsets: Longs) -> PlacedWords:
    distinct = dict.fromkeys(words)
    numbers = {word: number for number, word in enumerate(distinct)}
    at = np.fromiter(map(numbers.__getitem__, words), np.int64, len(words))
    return PlacedWords(text, [*distinct], at, offsets)


def full_words(text: str) -> FullWords:
    """Split a text into words in their long forms, without fillers."""
    placed = place_full_words(text)
    words = [placed.distinct[number] for number in placed.numbers.tolist()]
    return FullWords(placed.text, words, placed.offsets.tolist())


def place_full_words(text: str) -> PlacedWords:
    """Find the words of a text in their long forms, without fillers."""
    text = text.replace("’", "'")
    placed = place_words(text)
    if "%" in text:
        placed = _with_percents(placed)
    numbers: dict[str, int] = {}
    forms = [
        [numbers.setdefault(part, len(numbers)) for part in _long_form(word.lower())]
        for word in placed.distinct
    ]
    sizes = np.array([len(form) for form in forms], np.int64)
    counts = sizes[placed.numbers]
    every = np.array([*chain(*forms)], np.int64)
    firsts = (np.cumsum(sizes) - sizes)[placed.numbers]
    numbered, offsets = every[ranges(firsts, counts)], np.repeat(placed.offsets, counts)
    return PlacedWords(text, [*numbers], numbered, offsets)


def _with_percents(placed: PlacedWords) -> PlacedWords:
    """Add the percent signs of a text to its words."""
    signs = [found.start() for found in re.finditer("%", placed.text)]
    offsets = np.append(placed.offsets, signs)
    numbers = np.append(placed.numbers, np.full(len(signs), len(placed.distinct)))
    order = np.argsort(offsets)
    return PlacedWords(placed.text, [*placed.distinct, "%"], numbers[order], offsets[order])


def word_at(text: str, offset: int) -> str:
    """Return the word that begins at an offset of a text with straight apostrophes; "" if none."""
    found = _WORD.match(text, offset)
    return found[0] if found else ""


@lru_cache(_REMEMBERED)
def _long_form(word: str) -> tuple[str, ...]:
    """Return the words that a word stands for, none for a filler."""
    if word in FILLERS:
        return ()
    if word in _LONG_FORMS:
        return tuple(_LONG_FORMS[word].split())
    for ending, written in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return word.removesuffix(ending), written
    return (_DIGITS.get(word) or word.replace("'", ""),)
