"""Build an index from episodes, with the subjects its chapter titles keep coming back to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from bot.arrays import Ints, Longs
from bot.models import Episode
from bot.search.index.analysis import STOP_WORDS, locate_words, normalise
from bot.search.index.bm25 import build_postings
from bot.search.index.index import Index, find_places
from bot.search.index.lexicon import Lexicon
from bot.search.index.names import full_name, name_terms, speakers_of
from bot.search.index.passages import (
    PASSAGE_STEP,
    PASSAGE_WORDS,
    Passages,
    Transcripts,
    cut_passages,
    to_columns,
)
from bot.search.index.vocabulary import Vocabulary, VocabularyBuilder, stem_documents

_MOST = 3
# What several titles name, and several episodes speak of, but not the podcast as a whole.
_FEWEST_TITLES = 3
_FEWEST_EPISODES = 3
_LARGEST_PART = 1 / 4
_SHORTEST_WORD = 2
# Only so many of the pairs in most titles are looked up in what is said.
_LOOKED_UP = 200


def find_subjects(index: Index) -> tuple[str, ...]:
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


def _times_each(index: Index, pair: tuple[str, str]) -> float:
    """Count how often an episode that speaks of a subject says it; 0 if too few or many do."""
    stems = [index.vocabulary.stem_id(term) for term in pair]
    places = index.places_of_run([stem for stem in stems if stem is not None])
    if None in stems or not len(places):
        return 0.0
    speaking = len(np.unique(index.transcripts.episodes[index.transcripts.cues_at(places)]))
    fits = _FEWEST_EPISODES <= speaking <= _LARGEST_PART * len(index.episodes)
    return len(places) / speaking if fits else 0.0


def build_index(
    episodes: Sequence[Episode],
    lexicon: Lexicon | None = None,
    words: int = PASSAGE_WORDS,
    step: int = PASSAGE_STEP,
) -> Index:
    """Index episodes; `words` and `step` are the passages' size and distance in words."""
    numbers = VocabularyBuilder()
    transcripts, chapters = to_columns(episodes, numbers)
    passages = cut_passages(transcripts, words, step)
    titles = [chapter.title for chapter in chapters]
    names = _names(episodes, transcripts, passages)
    known = lexicon or Lexicon()
    # What only captions' mishearings say is a term of the podcast all the same.
    for text in [*titles, *names, *(entry.term for entry in known.entries)]:
        numbers.number(text)
    vocabulary = numbers.vocabulary()
    size = len(vocabulary.stems)
    content = _content_stems(transcripts, vocabulary)
    index = Index(
        episodes=tuple(replace(episode, cues=()) for episode in episodes),
        chapters=chapters,
        vocabulary=vocabulary,
        transcripts=transcripts,
        passages=passages,
        text=build_postings(_cut(content, passages.firsts, passages.lasts), size),
        titles=build_postings(stem_documents(titles, numbers, vocabulary), size),
        names=build_postings(stem_documents(names, numbers, vocabulary), size),
        whole=build_postings(_cut(content, *_episode_bounds(transcripts, len(episodes))), size),
        stem_places=find_places(vocabulary.stem_of[transcripts.terms], size),
        term_places=find_places(transcripts.terms, len(vocabulary.terms)),
        name_terms=name_terms(episodes),
        lexicon=known,
    )
    return replace(index, subjects=find_subjects(index))


def _names(episodes: Sequence[Episode], transcripts: Transcripts, passages: Passages) -> list[str]:
    """Write down who speaks in each passage and who is the episode's guest, by full name."""
    fully = {
        (number, speaker): full_name(speaker, episode)
        for number, episode in enumerate(episodes)
        for speaker in speakers_of(episode)
    }
    guests = [" ".join(guest.name for guest in episode.guests) for episode in episodes]
    names = []
    for first, last in zip(passages.firsts.tolist(), passages.lasts.tolist(), strict=True):
        episode = int(transcripts.episodes[first])
        speaking = {transcripts.speaker_names[s] for s in transcripts.speakers[first:last].tolist()}
        spoken = [fully.get((episode, speaker), "") for speaker in sorted(speaking)]
        names.append(" ".join([guests[episode], *spoken]))
    return names


@dataclass(frozen=True, slots=True)
class _Content:
    """The stems of all content words in order, and how many precede each cue."""

    stems: list[int]
    before_cue: Longs


def _content_stems(transcripts: Transcripts, vocabulary: Vocabulary) -> _Content:
    keep = vocabulary.is_content[transcripts.terms]
    passed = np.concatenate(([0], np.cumsum(keep)))
    stems = vocabulary.stem_of[transcripts.terms[keep]].tolist()
    return _Content(stems, passed[transcripts.firsts])


def _cut(content: _Content, firsts: Ints, lasts: Ints) -> list[Sequence[int]]:
    """Cut the content stems of the cues [first, last) of each document."""
    begins = content.before_cue[firsts].tolist()
    ends = content.before_cue[lasts].tolist()
    return [content.stems[begin:end] for begin, end in zip(begins, ends, strict=True)]


def _episode_bounds(transcripts: Transcripts, count: int) -> tuple[Ints, Ints]:
    bounds = np.searchsorted(transcripts.episodes, np.arange(count + 1)).astype(np.int32)
    return bounds[:-1], bounds[1:]
