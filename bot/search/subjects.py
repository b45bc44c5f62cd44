"""What a podcast speaks of time and again: pairs of words from the titles of its chapters."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from bot.search.analysis import STOP_WORDS, locate_words, normalise

if TYPE_CHECKING:
    from bot.search.index import Index

_MOST = 3
# What several titles name, and several episodes speak of, but not the podcast as a whole.
_FEWEST_TITLES = 3
_FEWEST_EPISODES = 3
_LARGEST_PART = 1 / 4
_SHORTEST_WORD = 2
# Only so many of the pairs in most titles are looked up in what is said.
_LOOKED_UP = 200


def find_subjects(index: "Index") -> tuple[str, ...]:
    """Find the subjects of most titles that come back most within an episode, none like another.

    What an episode is about it says again and again; "case by case", every episode says once.
    """
    titles: dict[tuple[str, str], list[str]] = {}
    for title in dict.fromkeys(chapter.title for chapter in index.chapters):
        for pair, written in _pairs(title):
            titles.setdefault(pair, []).append(written)
    often = {pair: ways for pair, ways in titles.items() if len(ways) >= _FEWEST_TITLES}
    looked_up = sorted(often, key=lambda pair: -len(often[pair]))[:_LOOKED_UP]
    scores = {pair: len(often[pair]) * _times_each(index, pair) for pair in looked_up}
    chosen: list[tuple[str, str]] = []
    for pair in sorted(looked_up, key=lambda pair: -scores[pair]):
        others = {word for other in chosen for word in other}
        if scores[pair] and others.isdisjoint(pair) and len(chosen) < _MOST:
            chosen.append(pair)
    return tuple(Counter(titles[pair]).most_common(1)[0][0] for pair in chosen)


def _pairs(title: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the pairs of neighbouring words of a title that are no grammar, and as written."""
    for (start, middle), (begin, end) in pairwise(locate_words(title)):
        pair = normalise(title[start:middle]), normalise(title[begin:end])
        beside = not title[middle:begin].strip(" -/")
        if beside and all(map(_is_telling, pair)):
            yield pair, title[start:end]


def _is_telling(term: str) -> bool:
    return len(term) >= _SHORTEST_WORD and term.isalpha() and term not in STOP_WORDS


def _times_each(index: "Index", pair: tuple[str, str]) -> float:
    """Count how often an episode that speaks of a subject says it; 0 if too few or many do."""
    stems = [index.vocabulary.stem_id(term) for term in pair]
    places = index.places_of_run([stem for stem in stems if stem is not None])
    if None in stems or not len(places):
        return 0.0
    speaking = len(np.unique(index.transcripts.episodes[index.transcripts.cues_at(places)]))
    fits = _FEWEST_EPISODES <= speaking <= _LARGEST_PART * len(index.episodes)
    return len(places) / speaking if fits else 0.0
