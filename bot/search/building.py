"""Episodes -> index."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.models import Episode
from bot.search import people
from bot.search.bm25 import build_postings
from bot.search.index import Index
from bot.search.lexicon import Lexicon
from bot.search.passages import (
    PASSAGE_STEP,
    PASSAGE_WORDS,
    Passages,
    Transcripts,
    cut_passages,
    lay_in_columns,
)
from bot.search.vocabulary import TermNumbers, Vocabulary, stem_documents

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


def build_index(
    episodes: Sequence[Episode],
    lexicon: Lexicon | None = None,
    words: int = PASSAGE_WORDS,
    step: int = PASSAGE_STEP,
) -> Index:
    """Index episodes; `words` and `step` are the passages' size and distance in words."""
    numbers = TermNumbers()
    transcripts, chapters = lay_in_columns(episodes, numbers)
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
    return Index(
        episodes=tuple(replace(episode, cues=()) for episode in episodes),
        chapters=chapters,
        vocabulary=vocabulary,
        transcripts=transcripts,
        passages=passages,
        text=build_postings(_cut(content, passages.firsts, passages.lasts), size),
        titles=build_postings(stem_documents(titles, numbers, vocabulary), size),
        names=build_postings(stem_documents(names, numbers, vocabulary), size),
        whole=build_postings(_cut(content, *_episode_bounds(transcripts, len(episodes))), size),
        name_terms=people.name_terms(episodes),
        lexicon=known,
    )


def _names(episodes: Sequence[Episode], transcripts: Transcripts, passages: Passages) -> list[str]:
    """Write down who speaks in each passage and who is the episode's guest, by full name."""
    fully = {
        (number, speaker): people.full_name(speaker, episode)
        for number, episode in enumerate(episodes)
        for speaker in people.speakers_of(episode)
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
