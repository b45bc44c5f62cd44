"""Hit -> Snippet: an excerpt to read, with the matched words marked."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.models import Cue, Snippet
from bot.search.analysis import locate_words
from bot.search.index import Index

MAX_CHARACTERS = 300
# The stretch of words in which matches must stand close together to be the best place.
CLOSE_WORDS = 25
# Where a sentence is longer than an excerpt, this much of it leads up to the best words.
_LEAD = 60


@dataclass(frozen=True, slots=True)
class Focus:
    """Where a passage answers best: the cue (and its number), and the character in it."""

    cue: Cue
    number: int
    character: int
    second: float | None


def find_focus(
    index: Index, passage: int, wanted: Set[int], phrases: Sequence[NDArray[np.int32]]
) -> Focus:
    """Find where the matched words of a passage stand densest, or where its phrase is said."""
    begins, ends = index.passage_terms
    begin, end = int(begins[passage]), int(ends[passage])
    for places in phrases:
        at = int(np.searchsorted(places, begin))
        if at < len(places) and places[at] < end:
            return _locate(index, int(places[at]))
    return _locate(index, begin + _densest(index, index.stems[begin:end].tolist(), wanted))


def _densest(index: Index, stems: Sequence[int], wanted: Set[int]) -> int:
    """Find the match after which the next CLOSE_WORDS words hold most of what is wanted."""
    weights = {stem: max(float(index.text.idf[stem]), 0.1) for stem in wanted}
    matches = [(at, stem) for at, stem in enumerate(stems) if stem in wanted]
    best, place = 0.0, 0
    for number, (at, _) in enumerate(matches):
        close = {stem for other, stem in matches[number:] if other < at + CLOSE_WORDS}
        weight = sum(weights[stem] for stem in close)
        if weight > best:
            best, place = weight, at
    return place


def _locate(index: Index, place: int) -> Focus:
    number = index.transcripts.cue_at(place)
    cue = index.transcripts.cue(number)
    words = locate_words(cue.text)
    word = place - int(index.transcripts.firsts[number])
    character = words[word][0] if word < len(words) else 0
    return Focus(cue, number, character, second_at(cue, character))


def second_at(cue: Cue, character: int) -> float | None:
    """Tell when a character of a cue is spoken, taking its speech as even."""
    if cue.start is None or cue.end is None or not cue.text:
        return cue.start
    return cue.start + (cue.end - cue.start) * character / len(cue.text)


def cut_snippet(index: Index, passage: int, focus: Focus, stems: Set[int]) -> Snippet:
    """Cut about MAX_CHARACTERS out of a passage around its focus and mark the words wanted.

    It starts at a sentence where there is one, and says "…" where it leaves words out of one.
    """
    first, last = int(index.passages.firsts[passage]), int(index.passages.lasts[passage])
    texts = [index.transcripts.text_of(number) for number in range(first, last)]
    begin, end = _choose_cues(texts, focus.number - first)
    text = " ".join(texts[begin:end])
    words = index.transcripts.firsts[[first + begin, first + end]]
    said = index.stems[words[0] : words[1]].tolist()
    # The break at an episode's end is a word of its last cue without characters.
    places = zip(locate_words(text), said, strict=False)
    spans = tuple(span for span, stem in places if stem in stems)
    character = len(" ".join([*texts[begin : focus.number - first], ""])) + focus.character
    return _shorten(Snippet(text, spans), character)


def _choose_cues(texts: Sequence[str], focus: int) -> tuple[int, int]:
    """Take the focused cue, what follows it and then what precedes it, as far as there is room."""
    begin, end = focus, focus + 1
    room = MAX_CHARACTERS - len(texts[focus])
    while end < len(texts) and len(texts[end]) < room:
        room -= len(texts[end]) + 1
        end += 1
    while begin and len(texts[begin - 1]) < room:
        room -= len(texts[begin - 1]) + 1
        begin -= 1
    return begin, end


def _shorten(snippet: Snippet, character: int) -> Snippet:
    """Cut a snippet that is too long around a character, at words, with "…" where it was cut."""
    text = snippet.text
    if len(text) <= MAX_CHARACTERS:
        return snippet
    begin = max(0, min(character - _LEAD, len(text) - MAX_CHARACTERS))
    begin = text.find(" ", begin, character) + 1 if begin else 0
    end = min(begin + MAX_CHARACTERS, len(text))
    if end < len(text) and " " in text[character:end]:
        end = text.rindex(" ", character, end)
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    spans = tuple(
        (start - begin + len(before), stop - begin + len(before))
        for start, stop in snippet.spans
        if begin <= start and stop <= end
    )
    return Snippet(before + text[begin:end].rstrip() + after, spans)
