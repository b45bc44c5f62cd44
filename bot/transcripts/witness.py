"""How literally the automatic captions have each edited sentence, and at which second.

Editors correct, shorten and rewrite; captions have every word, but mishear some. So a sentence is
looked for near its time, word by word and in order. Spelling, contractions and fillers do not
count, and a name in whose place captions have something else proves nothing either way.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from math import floor

import numpy as np

from bot.arrays import Floats, Longs
from bot.models import LITERAL, Cue, Heard, Origin
from bot.transcripts.alignment import FILLERS, longest_rising
from bot.transcripts.timing import anchors_of, seconds_at

# How far from its time a sentence is looked for, in seconds.
_AROUND = 15.0
# What a word is worth that both have, and what words cost that only one side has.
_SHARED, _MISSING, _REPLACED, _EXTRA = 10, 3, 4, 1
# From this likeness of their letters up, words are one word, spelled or heard in two ways.
_ALIKE = 0.7
# What a word that editors left out weighs against one that they put in.
_CUT = 0.25
# The most that a sentence shares with what denies it.
_DENIED = 0.8
# From these shares up, it is clear around where the captions have a sentence, and at which word.
_FOUND, _SURE = 0.5, 0.7
# Where it is not clear, the captions so many seconds before and after its time are shown too.
_LEEWAY = 4.0
# Shorter sentences, such as "Yes, sure.", are said in many places.
_MIN_WORDS = 5

# How many words and pairs of words to remember.
_REMEMBERED = 1 << 16

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|%")
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
_DENIAL_WORDS = """
neither never no nobody none nor not nothing without
"""
# What speakers say without saying anything by it.
_FILLING = """
a actually and basically but essentially exactly i just kind know like literally maybe mean of okay
pretty quite really right say so some sort that the then there think very well yes you
"""
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS.split())}
DENIALS = frozenset(_DENIAL_WORDS.split())
"""The words that turn a sentence into its opposite."""

_PADDING = frozenset(_FILLING.split())


@dataclass(frozen=True, slots=True)
class FullWords:
    """A text, its words in their long forms, and their offsets."""

    text: str
    words: tuple[str, ...]
    offsets: tuple[int, ...]

    def is_name(self, place: int) -> bool:
        """Tell names and abbreviations by their capitals; at the start, every word has one."""
        offset = self.offsets[place]
        word = _WORD.match(self.text, offset)
        if word is None or word[0] == "I" or word[0].startswith("I'"):
            return False
        inner = word[0][1:]
        return inner != inner.lower() or (offset > self.offsets[0] and word[0][0].isupper())


@dataclass(frozen=True, slots=True)
class _Captions:
    """The words of the captions of a talk, and the second of each."""

    words: FullWords
    seconds: Floats

    def said(self, first: int, past: int) -> str:
        """Return the words from one place up to another as they are written."""
        text, offsets = self.words.text, (*self.words.offsets, len(self.words.text))
        first, past = max(0, first), min(past, len(offsets) - 1)
        return text[offsets[first] : offsets[past]].strip() if first < past else ""


@dataclass(frozen=True, slots=True)
class _Gap:
    """What a sentence, from `first` on, and its captions have between words that both have.

    `beside` are words of the sentence nearby; a gap `inside` has words that both have on each side.
    """

    first: int
    written: Sequence[str]
    heard: Sequence[str]
    beside: frozenset[str]
    inside: bool


def hear_out(sentences: Sequence[Cue], captions: Sequence[Cue]) -> tuple[Cue, ...]:
    """Say of each timed sentence how automatic captions have it, and move it to where they do.

    Starts never go backwards, and no sentence ends after the next one starts. Lines that are not
    automatic captions tell nothing.
    """
    lines = anchors_of(captions)
    if not len(lines) or any(cue.source is not Origin.CAPTIONS for cue in captions):
        return tuple(sentences)
    words = full_words(" ".join(cue.text for cue in captions))
    witness = _Captions(words, seconds_at(lines, np.array(words.offsets, np.int64)))
    return _move([_hear(sentence, witness) for sentence in sentences])


def _hear(sentence: Cue, captions: _Captions) -> tuple[Cue, float | None]:
    """Say how captions have a sentence, and from which second on, if they leave no doubt."""
    if sentence.start is None or sentence.end is None:
        return sentence, None
    written = full_words(sentence.text)
    around = (sentence.start - _AROUND, sentence.end + _AROUND)
    first, past = np.searchsorted(captions.seconds, around).tolist()
    window = captions.words.words[first:past]
    if not written.words or not window:
        return sentence, None
    at_written, at_heard = _pair(written.words, window)
    gaps = _gaps(written, window, at_written, at_heard)
    share = _share_of(written, gaps) if at_written else 0.0
    if share < _FOUND:
        about = (sentence.start - _LEEWAY, sentence.end + _LEEWAY)
        place = np.searchsorted(captions.seconds, about).tolist()
        return replace(sentence, heard=Heard(share, captions.said(*place))), None
    begin = max(0, first + at_heard[0] - at_written[0])
    end = first + at_heard[-1] + len(written.words) - at_written[-1]
    words = "" if share >= LITERAL else captions.said(begin, end)
    firm = share >= _SURE and len(written.words) >= _MIN_WORDS
    second = float(captions.seconds[begin]) if firm else None
    return replace(sentence, heard=Heard(share, words)), second


def _move(heard: Sequence[tuple[Cue, float | None]]) -> tuple[Cue, ...]:
    """Start sentences where they were heard, and keep the others between them."""
    times = [(cue.start, cue.end) for cue, _ in heard if cue.start is not None]
    if len(times) < len(heard):
        return tuple(cue for cue, _ in heard)
    starts, ends = np.array(times, np.float64).reshape(-1, 2).T
    lengths = ends - starts
    firm = [(place, second) for place, (_, second) in enumerate(heard) if second is not None]
    rising = [firm[kept] for kept in longest_rising([second for _, second in firm])]
    for place, second in rising:
        starts[place] = round(second, 2)
    fixed = np.zeros(len(starts), bool)
    fixed[[place for place, _ in rising]] = True
    earliest = np.maximum.accumulate(np.where(fixed, starts, -np.inf))
    latest = np.minimum.accumulate(np.where(fixed, starts, np.inf)[::-1])[::-1]
    starts = np.clip(starts, earliest, latest)
    ends = np.minimum(starts + lengths, np.append(starts[1:], np.inf)).round(2)
    moved = zip(heard, starts.tolist(), ends.tolist(), strict=True)
    return tuple(replace(cue, start=start, end=end) for (cue, _), start, end in moved)


def full_words(text: str) -> FullWords:
    """Split a text into words in their long forms, without fillers."""
    text = text.replace("’", "'")
    words: list[str] = []
    offsets: list[int] = []
    for found in _WORD.finditer(text):
        for part in _long_form(found[0].lower()):
            words.append(part)
            offsets.append(found.start())
    return FullWords(text, tuple(words), tuple(offsets))


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


def _pair(written: Sequence[str], heard: Sequence[str]) -> tuple[list[int], list[int]]:
    """Find the stretch of `heard` most like `written`, and the places of the words both have."""
    numbers = {word: number for number, word in enumerate(dict.fromkeys(written))}
    left = np.array([numbers[word] for word in written])
    right = np.array([numbers.get(word, -1) for word in heard])
    gains = np.where(left[:, None] == right, _SHARED, -_REPLACED)
    ramp = _EXTRA * np.arange(len(heard) + 1)
    worth = np.zeros((len(written) + 1, len(heard) + 1), np.int64)
    for row, gain in enumerate(gains):
        best = worth[row] - _MISSING
        np.maximum(best[1:], worth[row, :-1] + gain, out=best[1:])
        worth[row + 1] = np.maximum.accumulate(best + ramp) - ramp
    return _trace(worth, gains)


def _trace(worth: Longs, gains: Longs) -> tuple[list[int], list[int]]:
    """Walk back through the best way to lay one text on the other."""
    row, column = len(gains), int(worth[-1].argmax())
    at_written: list[int] = []
    at_heard: list[int] = []
    while row and column:
        gain = gains[row - 1, column - 1]
        if worth[row, column] == worth[row - 1, column - 1] + gain:
            row, column = row - 1, column - 1
            if gain > 0:
                at_written.append(row)
                at_heard.append(column)
        elif worth[row, column] == worth[row - 1, column] - _MISSING:
            row -= 1
        else:
            column -= 1
    return at_written[::-1], at_heard[::-1]


def _gaps(
    written: FullWords, heard: Sequence[str], at_written: Sequence[int], at_heard: Sequence[int]
) -> Iterator[_Gap]:
    """Yield what lies between, before and after the words that both have, where either has more."""
    left = [-1, *at_written, len(written.words)]
    right = [-1, *at_heard, len(heard)]
    for place in range(len(left) - 1):
        begin, end = left[place] + 1, left[place + 1]
        start, stop = right[place] + 1, right[place + 1]
        inside = 0 < place < len(left) - 2
        if place == 0:  # no more than what is missing was said in its place
            start = max(start, stop - (end - begin))
        elif not inside:
            stop = min(stop, start + end - begin)
        if begin < end or start < stop:
            beside = frozenset(written.words[max(0, begin - 3) : end + 3])
            gap = slice(begin, end)
            yield _Gap(begin, written.words[gap], heard[start:stop], beside, inside)


def _share_of(written: FullWords, gaps: Iterable[_Gap]) -> float:
    """Return the share of a sentence's words that were said, 0 to 1."""
    missing, unknown, denied = 0.0, 0, False
    for gap in gaps:
        unsaid = _unsaid(gap)
        misheard = sum(written.is_name(gap.first + place) for place in unsaid if gap.heard)
        cut = [word for word in gap.heard if gap.inside and word not in gap.beside | _PADDING]
        unknown += misheard
        missing += len(unsaid) - misheard + _CUT * max(0, len(cut) - len(unsaid))
        denied |= not DENIALS.isdisjoint([*(gap.written[place] for place in unsaid), *cut])
    counted = len(written.words) - unknown
    share = max(0.0, 1 - missing / counted) if counted else 0.0
    return floor(100 * min(share, _DENIED if denied else 1.0)) / 100


def _unsaid(gap: _Gap) -> list[int]:
    """List the places of a gap's written words that captions do not have in it."""
    if _alike("".join(gap.written), "".join(gap.heard)):
        return []
    return [
        place
        for place, word in enumerate(gap.written)
        if not any(_alike(word, other) for other in gap.heard)
    ]


@lru_cache(_REMEMBERED)
def _alike(one: str, other: str) -> bool:
    if one == other or {one, other} & DENIALS:
        return one == other
    if 2 * min(len(one), len(other)) < _ALIKE * (len(one) + len(other)):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
