"""Build an index from episodes, and find the subjects that its chapter titles return to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from bot.arrays import Longs, counts_before, distinct_by_run, ranges, stretches
from bot.languages import ENGLISH
from bot.models import Episode
from bot.search.index.analysis import STOP_WORDS, locate_words, normalise
from bot.search.index.bm25 import Documents, Postings, build_postings
from bot.search.index.index import Index
from bot.search.index.lexicon import Lexicon
from bot.search.index.lookups import compute_idf, derive_lookups, titles_and_guests
from bot.search.index.meanings import build_stem_vectors, build_windows
from bot.search.index.names import full_name, name_speakers, name_terms
from bot.search.index.parts import EpisodePart, JoinedParts, cut_episode, join_parts
from bot.search.index.passages import PASSAGE_STEP, PASSAGE_WORDS, Passages, Transcripts
from bot.search.index.places import find_places
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


def build_index(
    episodes: Sequence[Episode],
    lexicon: Lexicon | None = None,
    words: int = PASSAGE_WORDS,
    step: int = PASSAGE_STEP,
) -> Index:
    """Index episodes in passages of about `words` words that start `step` words apart."""
    return join_index(episodes, [cut_episode(each, words, step) for each in episodes], lexicon)


def join_index(
    episodes: Sequence[Episode], parts: Iterable[EpisodePart], lexicon: Lexicon | None = None
) -> Index:
    """Index episodes from their parts, whatever cues they come with themselves."""
    builder = VocabularyBuilder()
    joined = join_parts(episodes, parts, builder)
    transcripts, passages = joined.transcripts, joined.passages
    chapters = tuple(chapter for episode in episodes for chapter in episode.chapters)
    titles = [builder.add(chapter.title) for chapter in chapters]
    called, named = _names(episodes, transcripts, passages)
    names = [builder.add(each) for each in called]
    known = lexicon or Lexicon()
    # A term of the lexicon is in the vocabulary even if captions mishear it everywhere.
    for entry in known.entries:
        builder.add(entry.term)
    vocabulary = builder.build(*_languages(episodes, transcripts))
    size = len(vocabulary.stems)
    text, whole = _spoken_postings(transcripts, passages, vocabulary, len(episodes))
    stem_places = find_places(vocabulary.stem_of[transcripts.terms], size)
    idf = compute_idf(len(passages.firsts), np.diff(text.starts))
    stem_vectors = build_stem_vectors(vocabulary)
    windows = build_windows(transcripts, joined.windows, vocabulary, stem_vectors, idf)
    stemmed = stem_documents(names, vocabulary)
    in_passages = Documents(stemmed.terms, stemmed.firsts[named], stemmed.lengths[named])
    named_terms = _terms_of_names(episodes, joined, vocabulary)
    speakers = name_speakers(episodes, transcripts)
    index = Index(
        episodes=tuple(replace(episode, cues=()) for episode in episodes),
        chapters=chapters,
        vocabulary=vocabulary,
        transcripts=transcripts,
        passages=passages,
        turns=find_turns(episodes, transcripts, passages, speakers),
        text=text,
        titles=build_postings(stem_documents(titles, vocabulary), size),
        names=build_postings(in_passages, size),
        whole=whole,
        stem_places=stem_places,
        stem_vectors=stem_vectors,
        windows=windows,
        lookups=derive_lookups(
            transcripts,
            passages,
            windows,
            vocabulary,
            stem_places,
            idf,
            named_terms,
            len(episodes),
        ),
        speakers=speakers,
        name_terms=named_terms,
        called=titles_and_guests(episodes),
        lexicon=known,
    )
    return replace(index, subjects=_find_subjects(index, titles))


def _languages(
    episodes: Sequence[Episode], transcripts: Transcripts
) -> tuple[tuple[str, ...], Longs]:
    """List the languages of a corpus, most frequent first, and count how often each says a term."""
    named = Counter(episode.language for episode in episodes if episode.language)
    languages = tuple(language for language, _ in named.most_common()) or (ENGLISH,)
    rows = [languages.index(each.language or languages[0]) for each in episodes]
    owners = np.array(rows, dtype=np.uint8)[transcripts.episodes]
    spoken = np.repeat(owners, np.diff(transcripts.firsts))
    terms = transcripts.terms[transcripts.firsts[0] :]
    size = int(terms.max(initial=0)) + 1
    said = np.zeros(len(languages) * size, dtype=np.int64)
    for some in stretches(len(terms)):
        said += np.bincount(spoken[some] * np.int64(size) + terms[some], minlength=len(said))
    return languages, said.reshape(len(languages), size)


def _find_subjects(index: Index, terms: Sequence[Sequence[int]]) -> tuple[str, ...]:
    """Find the pairs of words that chapter titles name most and episodes repeat most.

    An episode repeats its subject, while "case by case" is said once. No two subjects share a
    word. `terms` are those of each chapter's title.
    """
    titles: dict[_Pair, list[str]] = {}
    for title in _likely(index, terms):
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


def _names(
    episodes: Sequence[Episode], transcripts: Transcripts, passages: Passages
) -> tuple[list[str], list[int]]:
    """List names of speakers with those of an episode's guests, and which belong to each passage.

    Those of a passage are the full names of its speakers.
    """
    known: dict[tuple[int, tuple[int, ...]], int] = {}
    owners = transcripts.episodes[passages.firsts].tolist()
    voices = _speakers_in(transcripts, passages)
    named = [known.setdefault(each, len(known)) for each in zip(owners, voices, strict=True)]
    names = []
    for number, speakers in known:
        episode = episodes[number]
        speaking = sorted(transcripts.speaker_names[speaker] for speaker in speakers)
        guests = [guest.name for guest in episode.guests]
        names.append(" ".join([*guests, *(full_name(name, episode) for name in speaking)]))
    return names, named


def _terms_of_names(
    episodes: Sequence[Episode], joined: JoinedParts, vocabulary: Vocabulary
) -> frozenset[str]:
    guests = (guest.name for each in episodes for guest in each.guests)
    people = [*joined.transcripts.speaker_names, *guests]
    return name_terms(people, joined.spellings, vocabulary.term_ids)


def _speakers_in(transcripts: Transcripts, passages: Passages) -> list[tuple[int, ...]]:
    """List the numbers of the speakers in each passage, ascending."""
    cues = passages.lasts - passages.firsts
    speakers = transcripts.speakers[ranges(passages.firsts, cues)]
    speaking, bounds = distinct_by_run(speakers, cues, len(transcripts.speaker_names))
    listed = speaking.tolist()
    return [tuple(listed[first:last]) for first, last in pairwise(bounds)]


def _spoken_postings(
    transcripts: Transcripts, passages: Passages, vocabulary: Vocabulary, count: int
) -> tuple[Postings, Postings]:
    """Return the postings of the content words of each passage, and of each episode."""
    size = len(vocabulary.stems)
    content = vocabulary.is_content[transcripts.terms]
    stems = vocabulary.stem_of[transcripts.terms[content]]
    before = counts_before(content)[transcripts.firsts]
    begins = before[passages.firsts]
    bounds = before[np.searchsorted(transcripts.episodes, np.arange(count + 1))]
    return (
        build_postings(Documents(stems, begins, before[passages.lasts] - begins), size),
        build_postings(Documents(stems, bounds[:-1], np.diff(bounds)), size),
    )


def _likely(index: Index, terms: Sequence[Sequence[int]]) -> list[str]:
    """List the titles that share a pair of content words with enough others."""
    distinct = dict(zip((chapter.title for chapter in index.chapters), terms, strict=True))
    named = Counter(pair for each in distinct.values() for pair in pairwise(each))
    written = index.vocabulary.terms
    often = {
        pair
        for pair, count in named.items()
        if count >= _MIN_TITLES and all(_is_content(written[term]) for term in pair)
    }
    return [title for title, each in distinct.items() if not often.isdisjoint(pairwise(each))]


def _pairs(title: str) -> Iterator[tuple[_Pair, str]]:
    """Yield a title's pairs of neighbouring content words, each with its spelling."""
    places = locate_words(title)
    terms = [normalise(title[first:past]) for first, past in places]
    content = [*map(_is_content, terms)]
    for at in range(1, len(places)):
        (start, middle), (begin, end) = places[at - 1 : at + 1]
        if content[at - 1] and content[at] and not title[middle:begin].strip(" -/"):
            yield (terms[at - 1], terms[at]), title[start:end]


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
