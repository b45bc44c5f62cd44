"""Build an index from episodes, and find the subjects that its chapter titles return to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, Longs
from bot.languages import ENGLISH
from bot.models import Episode
from bot.search.index.analysis import STOP_WORDS, locate_words, normalise
from bot.search.index.bm25 import build_postings
from bot.search.index.index import Index, compute_idf, find_places
from bot.search.index.lexicon import Lexicon
from bot.search.index.meanings import build_stem_vectors, build_windows
from bot.search.index.names import full_name, name_terms, speakers_of
from bot.search.index.passages import (
    PASSAGE_STEP,
    PASSAGE_WORDS,
    Passages,
    Transcripts,
    cut_passages,
    to_columns,
)
from bot.search.index.turns import find_turns
from bot.search.index.vocabulary import Vocabulary, VocabularyBuilder, stem_documents

_MAX_SUBJECTS = 3
# Several titles name a subject and several episodes speak of it, but not most of the podcast.
_MIN_TITLES = 3
_MIN_EPISODES = 3
_MAX_EPISODE_SHARE = 1 / 4
_MIN_WORD_LENGTH = 2
# How many pairs, most frequent first, are looked up in the transcripts.
_MAX_PAIRS = 200

_Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Content:
    """The stems of all content words in order, and how many precede each cue."""

    stems: list[int]
    before_cue: Longs


def build_index(
    episodes: Sequence[Episode],
    lexicon: Lexicon | None = None,
    words: int = PASSAGE_WORDS,
    step: int = PASSAGE_STEP,
) -> Index:
    """Index episodes in passages of about `words` words that start `step` words apart."""
    builder = VocabularyBuilder()
    transcripts, chapters = to_columns(episodes, builder)
    passages = cut_passages(transcripts, words, step)
    titles = [chapter.title for chapter in chapters]
    names = _names(episodes, transcripts, passages)
    known = lexicon or Lexicon()
    # A term of the lexicon is in the vocabulary even if captions mishear it everywhere.
    for name in [*titles, *names, *(entry.term for entry in known.entries)]:
        builder.add(name)
    vocabulary = builder.build(*_languages(episodes, transcripts))
    size = len(vocabulary.stems)
    content = _content_stems(transcripts, vocabulary)
    stem_places = find_places(vocabulary.stem_of[transcripts.terms], size)
    text = build_postings(_cut(content, passages.firsts, passages.lasts), size)
    idf = compute_idf(len(passages.firsts), np.diff(text.starts))
    stem_vectors = build_stem_vectors(vocabulary)
    index = Index(
        episodes=tuple(replace(episode, cues=()) for episode in episodes),
        chapters=chapters,
        vocabulary=vocabulary,
        transcripts=transcripts,
        passages=passages,
        turns=find_turns(episodes, transcripts, passages, stem_places.places),
        text=text,
        titles=build_postings(stem_documents(titles, builder, vocabulary), size),
        names=build_postings(stem_documents(names, builder, vocabulary), size),
        whole=build_postings(_cut(content, *_episode_bounds(transcripts, len(episodes))), size),
        stem_places=stem_places,
        term_places=find_places(transcripts.terms, len(vocabulary.terms)),
        stem_vectors=stem_vectors,
        windows=build_windows(transcripts, vocabulary, stem_vectors, idf),
        name_terms=name_terms(episodes),
        lexicon=known,
    )
    return replace(index, subjects=_find_subjects(index))


def _languages(
    episodes: Sequence[Episode], transcripts: Transcripts
) -> tuple[tuple[str, ...], NDArray[np.integer]]:
    """List the languages of a corpus, most frequent first, and count how often each says a term."""
    named = Counter(episode.language for episode in episodes if episode.language)
    languages = tuple(language for language, _ in named.most_common()) or (ENGLISH,)
    rows = [languages.index(each.language or languages[0]) for each in episodes]
    owners = np.array(rows, dtype=np.uint8)[transcripts.episodes]
    spoken = np.repeat(owners, np.diff(transcripts.firsts))
    terms = transcripts.terms[transcripts.firsts[0] :]
    size = int(terms.max(initial=0)) + 1
    said = [np.bincount(terms[spoken == row], minlength=size) for row in range(len(languages))]
    return languages, np.array(said)


def _find_subjects(index: Index) -> tuple[str, ...]:
    """Find the pairs of words that chapter titles name most and episodes repeat most.

    An episode repeats its subject, while "case by case" is said once. No two subjects share a
    word.
    """
    titles: dict[_Pair, list[str]] = {}
    for title in dict.fromkeys(chapter.title for chapter in index.chapters):
        for pair, written in _pairs(title):
            titles.setdefault(pair, []).append(written)
    frequent = {
        pair: spellings for pair, spellings in titles.items() if len(spellings) >= _MIN_TITLES
    }
    pairs = sorted(frequent, key=lambda pair: -len(frequent[pair]))[:_MAX_PAIRS]
    scores = {pair: len(frequent[pair]) * _times_per_episode(index, pair) for pair in pairs}
    chosen: list[_Pair] = []
    for pair in sorted(pairs, key=lambda pair: -scores[pair]):
        used = {word for other in chosen for word in other}
        if scores[pair] and used.isdisjoint(pair) and len(chosen) < _MAX_SUBJECTS:
            chosen.append(pair)
    return tuple(Counter(titles[pair]).most_common(1)[0][0] for pair in chosen)


def _names(episodes: Sequence[Episode], transcripts: Transcripts, passages: Passages) -> list[str]:
    """List the full names of each passage's speakers and of its episode's guests."""
    full_names = {
        (number, speaker): full_name(speaker, episode)
        for number, episode in enumerate(episodes)
        for speaker in speakers_of(episode)
    }
    guests = [" ".join(guest.name for guest in episode.guests) for episode in episodes]
    names = []
    for first, last in zip(passages.firsts.tolist(), passages.lasts.tolist(), strict=True):
        episode = int(transcripts.episodes[first])
        speaking = {transcripts.speaker_names[s] for s in transcripts.speakers[first:last].tolist()}
        spoken = [full_names.get((episode, speaker), "") for speaker in sorted(speaking)]
        names.append(" ".join([guests[episode], *spoken]))
    return names


def _content_stems(transcripts: Transcripts, vocabulary: Vocabulary) -> _Content:
    keep = vocabulary.is_content[transcripts.terms]
    passed = np.concatenate(([0], np.cumsum(keep)))
    stems = vocabulary.stem_of[transcripts.terms[keep]].tolist()
    return _Content(stems, passed[transcripts.firsts])


def _cut(content: _Content, firsts: Ints, lasts: Ints) -> list[Sequence[int]]:
    """Cut out the content stems of each document, which is the cues [first, last)."""
    begins = content.before_cue[firsts].tolist()
    ends = content.before_cue[lasts].tolist()
    return [content.stems[begin:end] for begin, end in zip(begins, ends, strict=True)]


def _episode_bounds(transcripts: Transcripts, count: int) -> tuple[Ints, Ints]:
    bounds = np.searchsorted(transcripts.episodes, np.arange(count + 1)).astype(np.int32)
    return bounds[:-1], bounds[1:]


def _pairs(title: str) -> Iterator[tuple[_Pair, str]]:
    """Yield a title's pairs of neighbouring content words, each with its spelling."""
    for (start, middle), (begin, end) in pairwise(locate_words(title)):
        pair = normalise(title[start:middle]), normalise(title[begin:end])
        adjacent = not title[middle:begin].strip(" -/")
        if adjacent and all(map(_is_content, pair)):
            yield pair, title[start:end]


def _is_content(term: str) -> bool:
    return len(term) >= _MIN_WORD_LENGTH and term.isalpha() and term not in STOP_WORDS


def _times_per_episode(index: Index, pair: _Pair) -> float:
    """Count how often an episode that says a pair says it; 0 if too few or too many do."""
    stems = [index.vocabulary.stem_id(term) for term in pair]
    places = index.places_of_run([stem for stem in stems if stem is not None])
    if None in stems or not len(places):
        return 0.0
    speaking = len(np.unique(index.transcripts.episodes[index.transcripts.cues_at(places)]))
    fits = _MIN_EPISODES <= speaking <= _MAX_EPISODE_SHARE * len(index.episodes)
    return len(places) / speaking if fits else 0.0
