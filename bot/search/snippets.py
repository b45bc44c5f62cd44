"""Cut snippets: excerpts to read, with the matched words marked."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isnan

import numpy as np

from bot.models import Cue, Snippet
from bot.search.index.index import Index
from bot.search.index.passages import Transcripts
from bot.search.interpretation import InterpretedQuery
from bot.search.variants import Variant

SNIPPET_CHARACTERS = 300
# The best place is where matches stand closest together, within this many words.
CLOSE_WORDS = 25
# Where a sentence is longer than an excerpt, this much of it leads up to the best words.
_LEAD = 60
# What guests say is the answer if it holds this share of what a host says of the query, by idf.
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Match:
    """Words of a passage that answer a query: from a place in the corpus, `length` words long.

    `stems` are the stems they match; `variant` is set if they match as another way to say it.
    """

    place: int
    length: int
    stems: frozenset[int]
    variant: Variant | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a passage answers best: the number of the cue, and the character and second in it.

    `heard_as` is the misheard form in captions, "" if there is none.
    """

    number: int
    character: int
    second: float | None
    heard_as: str = ""


def find_matches(index: Index, interpreted: InterpretedQuery, passage: int) -> list[Match]:
    """List the words of a passage that a query matches, in order of speech."""
    begins, ends = index.passage_terms
    return find_matches_between(index, interpreted, int(begins[passage]), int(ends[passage]))


def find_matches_between(
    index: Index, interpreted: InterpretedQuery, begin: int, end: int
) -> list[Match]:
    """List the words that a query matches in the places [begin, end), in order of speech."""
    wanted = {stem: frozenset((stem,)) for stem in interpreted.terms.content}
    stems = index.stems_at(slice(begin, end)).tolist()
    matches = [
        Match(place, 1, wanted[stem]) for place, stem in enumerate(stems, begin) if stem in wanted
    ]
    if not (interpreted.phrases or interpreted.terms.variants):
        return matches
    # Plain ints would make numpy copy all places as 64-bit numbers.
    bounds = np.array((begin, end), dtype=np.int32)
    for phrase in interpreted.phrases:
        first, last = phrase.places.searchsorted(bounds)
        matches += [
            Match(place, phrase.length, frozenset()) for place in phrase.places[first:last].tolist()
        ]
    for variant in interpreted.terms.variants:
        first, last = variant.places.searchsorted(bounds)
        matches += [
            Match(place, variant.length, frozenset(variant.stems), variant)
            for place in variant.places[first:last].tolist()
        ]
    return sorted(matches, key=lambda match: match.place)


def find_anchor(
    index: Index, interpreted: InterpretedQuery, passage: int, matches: Sequence[Match]
) -> Anchor:
    """Find where the matches are densest, or where the query's phrase is said.

    Where a host and a guest both say what is asked for, the guest's words are the answer.
    """
    begins, ends = index.passage_terms
    for phrase in interpreted.phrases:
        at = int(np.searchsorted(phrase.places, begins[passage]))
        if at < len(phrase.places) and phrase.places[at] < ends[passage]:
            return locate(index, int(phrase.places[at]))
    close = _densest_answer(index, matches)
    if not close:  # found by a name, or the passage has no words at all
        return at_start(index, int(index.passages.firsts[passage]))
    return locate(index, close[0].place, _heard_as(close))


def _densest_answer(index: Index, matches: Sequence[Match]) -> Sequence[Match]:
    """Find where a guest says most of what is wanted, or a host where guests do not say enough."""
    most, densest = _densest(index, matches)
    if not densest or not index.turns.is_by_host(densest[0].place):
        return densest
    by_guests = [match for match in matches if not index.turns.is_by_host(match.place)]
    answered, answer = _densest(index, by_guests)
    return answer if answered >= _ENOUGH * most else densest


def _densest(index: Index, matches: Sequence[Match]) -> tuple[float, Sequence[Match]]:
    """Find the matches within CLOSE_WORDS words that hold most of what is wanted, soonest.

    Also returns their idf.
    """
    rated = index.idf
    idf = {stem: float(rated[stem]) for stem in {each for m in matches for each in m.stems}}
    places = [match.place for match in matches]
    best, densest = (0.0, 0), matches[:0]
    for number, match in enumerate(matches):
        last = bisect_left(places, match.place + CLOSE_WORDS, number)
        close = matches[number:last]
        stems: set[int] = set()
        reach = match.place
        for other in close:
            reach = reach if other.stems <= stems else other.place
            stems |= other.stems
        dense = (sum(idf[stem] for stem in sorted(stems)), match.place - reach)
        if dense > best:
            best, densest = dense, close
    return best[0], densest


def _heard_as(matches: Sequence[Match]) -> str:
    """Return what captions misheard among the matches, unless they also have it right."""
    heard = {m.variant.text: m.stems for m in matches if m.variant and m.variant.heard}
    if not heard:
        return ""
    said = [m.stems for m in matches if m.variant is None or not m.variant.heard]
    known = frozenset[int]().union(*said)
    return next((text for text, stems in heard.items() if not stems <= known), "")


def locate(index: Index, place: int, heard_as: str = "") -> Anchor:
    """Find the cue, character and second at which a place of the corpus is spoken."""
    transcripts = index.transcripts
    number = transcripts.cue_at(place)
    # A slice is read from the file, while a place would bring what is around it into memory.
    character = int(transcripts.starts[place : place + 1].item())
    return Anchor(number, character, second_at(transcripts, number, character), heard_as)


def at_start(index: Index, number: int) -> Anchor:
    """Return the beginning of a cue."""
    return Anchor(number, 0, second_at(index.transcripts, number, 0))


def second_at(transcripts: Transcripts, number: int, character: int) -> float | None:
    """Return the second at which a character of a cue is spoken, at an even rate of speech."""
    start, end = float(transcripts.begins[number]), float(transcripts.finishes[number])
    if isnan(start):
        return None
    if not character or isnan(end):
        return start
    return start + (end - start) * character / len(transcripts.text_of(number))


def character_at(cue: Cue, second: float) -> int:
    """Return the character of a cue that is spoken at a second, at an even rate of speech."""
    if cue.start is None or cue.end is None or not cue.start < second < cue.end:
        return 0
    return int(len(cue.text) * (second - cue.start) / (cue.end - cue.start))


def cut_snippet(index: Index, passage: int, anchor: Anchor, matches: Sequence[Match]) -> Snippet:
    """Cut about SNIPPET_CHARACTERS out of a passage around its anchor and mark the matches in it.

    It has a single speaker, starts at a sentence if it can, and shows "…" where one is cut.
    """
    cues = range(*_same_speaker(index, passage, anchor.number))
    return cut_cues(index, cues, anchor.number, anchor.character, matches)


def cut_cues(
    index: Index,
    cues: range,
    number: int,
    character: int,
    matches: Sequence[Match],
    most: int = SNIPPET_CHARACTERS,
) -> Snippet:
    """Cut at most `most` characters out of some cues around a character of one of them."""
    texts = index.transcripts.texts_of(cues)
    at = number - cues.start
    begin, end = _choose_cues(texts, at, most)
    shown = range(cues.start + begin, cues.start + end)
    marked = _mark(index.transcripts, shown, texts[begin:end], matches)
    return shorten_snippet(marked, sum(map(len, texts[begin:at])) + at - begin + character, most)


def mark_words(index: Index, cues: range, matches: Sequence[Match]) -> Snippet:
    """Join the texts of some cues, and mark the matches in them."""
    return _mark(index.transcripts, cues, index.transcripts.texts_of(cues), matches)


def _mark(
    transcripts: Transcripts, cues: range, texts: Sequence[str], matches: Sequence[Match]
) -> Snippet:
    firsts = transcripts.firsts[cues.start : cues.stop + 1].tolist()
    before = [*accumulate((len(text) + 1 for text in texts), initial=0)]
    text, within = " ".join(texts), slice(firsts[0], firsts[-1])
    said = [m for m in matches if within.start <= m.place and m.place + m.length <= within.stop]
    if not said:
        return Snippet(text)
    starts, lengths = (each[within].tolist() for each in (transcripts.starts, transcripts.lengths))

    def character(place: int) -> int:
        return before[bisect_right(firsts, place) - 1] + int(starts[place - within.start])

    spans = []
    for match in said:
        last = match.place + match.length - 1
        spans.append((character(match.place), character(last) + lengths[last - within.start]))
    return Snippet(text, tuple(_apart(spans)))


def _same_speaker(index: Index, passage: int, cue: int) -> tuple[int, int]:
    """Find the cues [first, last) around one in which its speaker goes on, within a passage."""
    begin, end = int(index.passages.firsts[passage]), int(index.passages.lasts[passage])
    speakers = index.transcripts.speakers[begin:end].tolist()
    first = last = cue - begin
    while first and speakers[first - 1] == speakers[cue - begin]:
        first -= 1
    while last < len(speakers) and speakers[last] == speakers[cue - begin]:
        last += 1
    return begin + first, begin + last


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that overlap, so that no character is marked twice."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def _choose_cues(texts: Sequence[str], anchor: int, most: int) -> tuple[int, int]:
    """Return the anchor's cue, then following and preceding ones as far as there is room."""
    begin, end = anchor, anchor + 1
    room = most - len(texts[anchor])
    while end < len(texts) and len(texts[end]) < room:
        room -= len(texts[end]) + 1
        end += 1
    while begin and len(texts[begin - 1]) < room:
        room -= len(texts[begin - 1]) + 1
        begin -= 1
    return begin, end


def shorten_snippet(snippet: Snippet, character: int, most: int) -> Snippet:
    """Cut a snippet that is too long around a character, at words, with "…" where it was cut."""
    text = snippet.text
    if len(text) <= most:
        return snippet
    begin = max(0, min(character - _LEAD, len(text) - most))
    if begin:  # where there is no blank to cut at, any character has to do
        begin = text.find(" ", begin, character) + 1 or begin
    end = min(begin + most, len(text))
    if end < len(text) and " " in text[character:end]:
        end = text.rindex(" ", character, end)
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    spans = tuple(
        (start - begin + len(before), stop - begin + len(before))
        for start, stop in snippet.spans
        if begin <= start and stop <= end
    )
    return Snippet(before + text[begin:end].rstrip() + after, spans)
