"""How literally the automatic captions have each edited sentence, and at which second.

Editors correct, shorten and rewrite; captions have every word, but mishear some. So a sentence is
looked for near its time, word by word and in order. Spelling, contractions and fillers do not
count, and a name in whose place captions have something else proves nothing either way.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from math import floor
from typing import TypeAlias

import numpy as np

from bot.arrays import Floats, Longs
from bot.models import LITERAL, Cue, Heard, Origin
from bot.transcripts.alignment import longest_rising
from bot.transcripts.pairing import Pairs, Spans, pair_words
from bot.transcripts.timing import anchors_of, seconds_at
from bot.transcripts.words import DENIALS, place_full_words, word_at

# How far from its time a sentence is looked for, in seconds.
_AROUND = 15.0
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
# So many words before and after a gap are beside it.
_BESIDE = 3
# How many pairs of words to remember.
_REMEMBERED = 1 << 15

# What speakers say without saying anything by it.
_FILLING = """
a actually and basically but essentially exactly i just kind know like literally maybe mean of okay
pretty quite really right say so some sort that the then there think very well yes you
"""
_PADDING = frozenset(_FILLING.split())

# How captions have a sentence, and from which second on, if that is clear.
_Verdict: TypeAlias = tuple[Heard | None, float | None]


@dataclass(frozen=True, slots=True)
class _Talk:
    """The words of the captions of a talk, and then those of its sentences.

    All are in one text, which begins with `size` characters of captions. `seconds` are those of
    the captions' words.
    """

    text: str
    size: int
    words: Sequence[str]
    offsets: Sequence[int]
    seconds: Floats

    def said(self, first: int, past: int) -> str:
        """Return captions from one word up to another as they are written."""
        count = len(self.seconds)
        first, past = max(0, first), min(past, count)
        end = self.offsets[past] if past < count else self.size
        return self.text[self.offsets[first] : end].strip() if first < past else ""

    def is_name(self, place: int, first: int) -> bool:
        """Tell names and abbreviations by their capitals; the first word always has one."""
        offset = self.offsets[place]
        word = word_at(self.text, offset)
        if word == "I" or word.startswith("I'"):
            return False
        inner = word[1:]
        return inner != inner.lower() or (offset > self.offsets[first] and word[:1].isupper())


@dataclass(frozen=True, slots=True)
class _Gap:
    """What a sentence, from a place on, and its captions have between words that both have.

    A gap `inside` has words that both have on each side.
    """

    first: int
    written: Sequence[str]
    heard: Sequence[str]
    inside: bool


def hear_out(sentences: Sequence[Cue], captions: Sequence[Cue]) -> tuple[Cue, ...]:
    """Say of each timed sentence how automatic captions have it, and move it to where they do.

    Starts never go backwards, and no sentence ends after the next one starts. Lines that are not
    automatic captions tell nothing.
    """
    lines = anchors_of(captions)
    timed = all(cue.start is not None and cue.end is not None for cue in sentences)
    automatic = all(cue.source is Origin.CAPTIONS for cue in captions)
    if not (len(lines) and timed and automatic):
        return tuple(sentences)
    said = " ".join(cue.text for cue in captions)
    texts = [said, *(cue.text for cue in sentences)]
    placed = place_full_words("\n".join(texts))
    ends = np.cumsum([len(text) + 1 for text in texts])
    bounds = np.searchsorted(placed.offsets, ends)
    words = [placed.distinct[number] for number in placed.numbers.tolist()]
    seconds = seconds_at(lines, placed.offsets[: bounds[0]])
    talk = _Talk(placed.text, len(said), words, placed.offsets.tolist(), seconds)
    return _move(sentences, _hear(sentences, talk, placed.numbers, bounds))


def _hear(sentences: Sequence[Cue], talk: _Talk, numbers: Longs, bounds: Longs) -> list[_Verdict]:
    """Say how captions have each sentence, and from which second on, if they leave no doubt."""
    firsts, lengths = bounds[:-1], np.diff(bounds)
    times = np.array([(cue.start, cue.end) for cue in sentences], np.float64).reshape(-1, 2)
    around = np.searchsorted(talk.seconds, times + np.array([-_AROUND, _AROUND]))
    about = np.searchsorted(talk.seconds, times + np.array([-_LEEWAY, _LEEWAY])).tolist()
    windows = np.diff(around).ravel()
    known = np.flatnonzero((lengths > 0) & (windows > 0))
    found: list[_Verdict] = [(None, None)] * len(sentences)
    for each, pairs in pair_words(
        Spans(numbers, firsts[known], lengths[known]),
        Spans(numbers, around[known, 0], windows[known]),
    ):
        place = int(known[each])
        span = range(int(firsts[place]), int(bounds[place + 1]))
        window = range(*around[place].tolist())
        found[place] = _judge(talk, span, window, pairs, about[place])
    return found


def _judge(
    talk: _Talk, written: range, window: range, pairs: Pairs, about: Sequence[int]
) -> _Verdict:
    share = _share_of(talk, written, _gaps(talk, written, window, pairs)) if pairs.heard else 0.0
    if share < _FOUND:
        return Heard(share, talk.said(*about)), None
    begin = max(0, window[pairs.heard[0]] - pairs.written[0])
    end = window[pairs.heard[-1]] + len(written) - pairs.written[-1]
    words = "" if share >= LITERAL else talk.said(begin, end)
    firm = share >= _SURE and len(written) >= _MIN_WORDS
    return Heard(share, words), float(talk.seconds[begin]) if firm else None


def _move(sentences: Sequence[Cue], found: Sequence[_Verdict]) -> tuple[Cue, ...]:
    """Start sentences where they were heard, and keep the others between them."""
    times = [(cue.start, cue.end) for cue in sentences]
    starts, ends = np.array(times, np.float64).reshape(-1, 2).T
    lengths = ends - starts
    firm = [(place, second) for place, (_, second) in enumerate(found) if second is not None]
    rising = [firm[kept] for kept in longest_rising([second for _, second in firm])]
    for place, second in rising:
        starts[place] = round(second, 2)
    fixed = np.zeros(len(starts), bool)
    fixed[[place for place, _ in rising]] = True
    earliest = np.maximum.accumulate(np.where(fixed, starts, -np.inf))
    latest = np.minimum.accumulate(np.where(fixed, starts, np.inf)[::-1])[::-1]
    starts = np.clip(starts, earliest, latest)
    ends = np.minimum(starts + lengths, np.append(starts[1:], np.inf)).round(2)
    moved = zip(sentences, starts.tolist(), ends.tolist(), found, strict=True)
    return tuple(
        Cue(cue.text, start, end, cue.speaker, cue.source, heard)
        for cue, start, end, (heard, _) in moved
    )


def _gaps(talk: _Talk, written: range, window: range, pairs: Pairs) -> Iterator[_Gap]:
    """Yield what lies between, before and after the words that both have, where either has more."""
    last = len(pairs.written)
    left, right = [-1, *pairs.written, len(written)], [-1, *pairs.heard, len(window)]
    for place in range(last + 1):
        begin, end = left[place] + 1, left[place + 1]
        start, stop = right[place] + 1, right[place + 1]
        if place == 0:  # no more than what is missing was said in its place
            start = max(start, stop - (end - begin))
        elif place == last:
            stop = min(stop, start + end - begin)
        if begin < end or start < stop:
            yield _Gap(
                written.start + begin,
                talk.words[written.start + begin : written.start + end],
                talk.words[window.start + start : window.start + stop],
                0 < place < last,
            )


def _share_of(talk: _Talk, written: range, gaps: Iterable[_Gap]) -> float:
    """Return the share of a sentence's words that were said, 0 to 1."""
    missing, unknown, denied = 0.0, 0, False
    for gap in gaps:
        unsaid = _unsaid(gap)
        misheard = sum(talk.is_name(place, written.start) for place in unsaid if gap.heard)
        cut = _cut(talk, written, gap) if gap.inside else []
        unknown += misheard
        missing += len(unsaid) - misheard + _CUT * max(0, len(cut) - len(unsaid))
        denied |= not DENIALS.isdisjoint([*(talk.words[place] for place in unsaid), *cut])
    counted = len(written) - unknown
    share = max(0.0, 1 - missing / counted) if counted else 0.0
    return floor(100 * min(share, _DENIED if denied else 1.0)) / 100


def _unsaid(gap: _Gap) -> list[int]:
    """List the places of a gap's written words that captions do not have in it."""
    places = range(gap.first, gap.first + len(gap.written))
    if not gap.heard:
        return [*places]
    if not gap.written or _alike("".join(gap.written), "".join(gap.heard)):
        return []
    return [
        place
        for place, word in zip(places, gap.written, strict=True)
        if not any(_alike(word, other) for other in gap.heard)
    ]


def _cut(talk: _Talk, written: range, gap: _Gap) -> list[str]:
    """List the words that captions have in a gap, and the sentence does not have nearby."""
    first, past = gap.first - _BESIDE, gap.first + len(gap.written) + _BESIDE
    beside = talk.words[max(first, written.start) : min(past, written.stop)]
    return [word for word in gap.heard if word not in _PADDING and word not in beside]


@lru_cache(_REMEMBERED)
def _alike(one: str, other: str) -> bool:
    if one == other or one in DENIALS or other in DENIALS:
        return one == other
    size = len(one) + len(other)
    if 2 * min(len(one), len(other)) < _ALIKE * size:
        return False
    # No more letters can be in the same order than both have in any.
    letters = {*one}
    shared = sum(map(min, map(one.count, letters), map(other.count, letters)))
    if 2 * shared / size < _ALIKE:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
