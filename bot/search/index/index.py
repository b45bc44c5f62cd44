"""The index: everything a search needs to know of a corpus, in arrays."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from bot.arrays import Floats, Ints, SmallFloats, ranges
from bot.models import Chapter, Cue, Episode
from bot.search.index.bm25 import Postings
from bot.search.index.lexicon import Lexicon
from bot.search.index.lookups import Lookups, compute_idf
from bot.search.index.passages import Passages, Transcripts
from bot.search.index.places import Places
from bot.search.index.port import EMBEDDED, Engine
from bot.search.index.turns import Turns
from bot.search.index.vectors import StemVectors, Windows
from bot.search.index.vocabulary import Vocabulary

_Value = TypeVar("_Value")


@dataclass(frozen=True, eq=False)
class Index:
    """A corpus ready to be searched. Indexes are compared by identity.

    `episodes` come without their cues, which are in `transcripts`. `turns` says who speaks when.
    Terms are ranked by stem in four fields: the passage's `text`, the `titles` of its chapter, the
    `names` of its speakers and the episode's guests, and the `whole` episode. `stem_places` list
    where each stem is said. `stem_vectors` and `windows` say what words and longer stretches are
    about. `lookups` follow from all that. `speakers` has the full name of each (episode, speaker
    number) that has a name; `name_terms` are the words that are names, and `called` the titles of
    episodes and the names of guests, as terms with blanks between them. `lexicon` has variants of
    terms. `subjects` are recurring topics, as written in chapter titles. The `engine` brings what
    the arrays lack, and is asked before any of them is read; an index is the `view_of` another if
    it only has other arrays for the same words, and what it should be read through is `at_hand`.
    """

    episodes: tuple[Episode, ...]
    chapters: tuple[Chapter, ...]
    vocabulary: Vocabulary
    transcripts: Transcripts
    passages: Passages
    turns: Turns
    text: Postings
    titles: Postings
    names: Postings
    whole: Postings
    stem_places: Places
    stem_vectors: StemVectors
    windows: Windows
    lookups: Lookups
    speakers: Mapping[tuple[int, int], str]
    name_terms: frozenset[str]
    called: frozenset[str]
    lexicon: Lexicon
    subjects: tuple[str, ...] = ()
    engine: Engine = EMBEDDED
    view_of: "Index | None" = None
    renew: "Callable[[], Index] | None" = None

    @property
    def at_hand(self) -> "Index":
        """This index, or the view of it that a new query should read."""
        return self.renew() if self.renew else self

    @property
    def passage_episodes(self) -> Ints:
        """The episode of each passage."""
        return self.lookups.episodes

    @property
    def passage_chapters(self) -> Ints:
        """The chapter of each passage, counted over the corpus; -1 for none."""
        return self.lookups.chapters

    @property
    def passage_terms(self) -> tuple[Ints, Ints]:
        """The places of each passage's first term and of the one past its last."""
        return self.lookups.begins, self.lookups.ends

    @property
    def passage_windows(self) -> tuple[Ints, SmallFloats]:
        """The windows each passage lies in, and the share of its words in each of them."""
        return self.lookups.windows, self.lookups.shares

    @property
    def idf(self) -> Floats:
        """The IDF of each stem, never below zero: ln(1 + (N - n + 0.5) / (n + 0.5)).

        BM25Okapi's own idf turns negative for a word in more than half of the passages, which is
        every word of a very small podcast.
        """
        return self.lookups.idf

    def idf_of(self, held: float) -> float:
        """Return the IDF of a term that `held` passages contain."""
        return float(compute_idf(len(self.passages.firsts), np.array(held)))

    @property
    def term_counts(self) -> Ints:
        """How often each term of the vocabulary is said."""
        return self.lookups.term_counts

    @cached_property
    def frequent_terms(self) -> tuple[str, ...]:
        """The terms too frequent to be errors of a transcript, and all names, by length."""
        if self.view_of:
            return self.view_of.frequent_terms
        return tuple(map(self.vocabulary.terms.__getitem__, self.lookups.frequent.tolist()))

    @cached_property
    def stems(self) -> Ints:
        """The stem of every word of the corpus in the order of speech."""
        return self.stems_at(slice(None))

    def stems_at(self, places: Ints | slice) -> Ints:
        """Find the stems said at some places, without computing all `stems`.

        An engine that keeps words elsewhere has brought those that were needed; others are breaks.
        """
        stems: Ints = self.vocabulary.stem_of[self.transcripts.terms[places]]
        return stems

    def cues(self, episode: int) -> tuple[Cue, ...]:
        """Rebuild all cues of an episode."""
        numbers = self.cue_numbers(episode)
        self.engine.need_cues([numbers])
        return tuple(map(self.transcripts.cue, numbers))

    def speaker_of(self, cue: int) -> str:
        """Name who speaks a cue as fully as is known, "" if it is not."""
        named = int(self.transcripts.episodes[cue]), int(self.transcripts.speakers[cue])
        return self.speakers.get(named, "")

    def cue_numbers(self, episode: int) -> range:
        """List the numbers of an episode's cues."""
        # Plain ints would make numpy copy the whole array as 64-bit numbers.
        bounds = np.array([episode, episode + 1], dtype=np.int32)
        return range(*self.transcripts.episodes.searchsorted(bounds).tolist())

    @property
    def episode_terms(self) -> tuple[Ints, Ints]:
        """The places of each episode's first word and of the one past its last."""
        return self.lookups.bounds[:-1], self.lookups.bounds[1:]

    def words_said_in(self, episode: int) -> str:
        """Return all words of an episode, by its number, in their normal form."""
        begins, ends = self.episode_terms
        self.engine.need_cues([self.cue_numbers(episode)])
        said = self.transcripts.terms[begins[episode] : ends[episode]].tolist()
        return " ".join(self.vocabulary.terms[number] for number in said)

    def places_of(self, stem: int) -> Ints:
        """List the places where a stem is said, ascending."""
        self.engine.need_places([stem])
        return self.stem_places.of(stem)

    def times_said(self, stem: int) -> int:
        """Count how often a stem is said."""
        return int(self.stem_places.starts[stem + 1] - self.stem_places.starts[stem])

    def passages_with(self, stem: int) -> Ints:
        """List the passages that say a stem as a word worth ranking, ascending."""
        self.engine.need_holders([stem])
        return self.text.documents_of(stem)

    def need_passages(self, passages: Iterable[int]) -> None:
        """Bring what is shown of some passages, all at once."""
        firsts, reaches = self.passages.firsts, self.turns.reaches
        self.engine.need_cues(range(int(firsts[each]), int(reaches[each])) for each in passages)

    def passages_at(self, places: Ints) -> Ints:
        """List the passages that hold any of some ascending places, each once."""
        begins, ends = self.passage_terms
        if len(places) > len(begins) // 2:  # fewer bounds than places have to be looked up
            holding = places.searchsorted(begins) < places.searchsorted(ends)
            return np.flatnonzero(holding).astype(np.int32)
        first = np.searchsorted(ends, places, side="right")
        counts = np.searchsorted(begins, places, side="right") - first
        held = np.zeros(len(begins), dtype=np.bool_)
        held[ranges(first, counts)] = True
        found: Ints = np.flatnonzero(held).astype(np.int32)
        return found

    def places_of_run(self, stems: Sequence[int]) -> Ints:
        """List the places where a run of stems begins, ascending; it never leaves an episode."""
        rarest = min(range(len(stems)), key=lambda at: self.times_said(stems[at]))
        places = self.places_of(stems[rarest]) - np.int32(rarest)
        bounds = np.array((0, len(self.transcripts.terms) - len(stems) + 1), dtype=np.int32)
        places = places[slice(*places.searchsorted(bounds))]
        self.need_stems(stems, places)
        for at, stem in enumerate(stems):
            if at != rarest:
                places = places[self.stems_at(places + at) == stem]
        return places

    def need_words(self, firsts: Ints, lasts: Ints) -> None:
        """Bring all words from each of some places to another."""
        if self.engine is not EMBEDDED:
            cues = (self.transcripts.cues_at(places).tolist() for places in (firsts, lasts))
            self.engine.need_cues(range(one, other + 1) for one, other in zip(*cues, strict=True))

    def need_stems(self, stems: Iterable[int], places: Ints) -> None:
        """Bring where stems are said in the episodes that some places are in."""
        if self.engine is not EMBEDDED:
            episodes = self.lookups.bounds.searchsorted(places, side="right") - 1
            self.engine.need_places(stems, np.unique(episodes).astype(np.int32))


def once_for_each(compute: Callable[[Index], _Value]) -> Callable[[Index], _Value]:
    """Compute something of an index when it is first asked for, and drop it with the index.

    Views of an index share it.
    """
    known: WeakKeyDictionary[Index, _Value] = WeakKeyDictionary()

    @wraps(compute)
    def recall(index: Index) -> _Value:
        whole = index.view_of or index
        if whole not in known:
            known.setdefault(whole, compute(whole))
        return known[whole]

    return recall
