"""Find the passages that are clearly about a query, for those who follow it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, Longs, Mask
from bot.models import Hit
from bot.search.budget import Budget
from bot.search.hits import show_passages
from bot.search.index.analysis import terms_of_name
from bot.search.index.index import Index
from bot.search.interpretation import InterpretedQuery, interpret
from bot.search.query import parse_query
from bot.search.ranking import QueryTerms
from bot.search.snippets import CLOSE_WORDS
from bot.search.spelling import correct_terms, join_terms
from bot.search.variants import Variant, replace_unsaid_variants

# A word is often said in passing; a passage that repeats it is about it.
_TIMES = 3
# The bits of a number, and more words than fit in a query that can be followed.
_MOST_WORDS = 62
# All words of a query are said within this many. Two or three are often near each other by chance.
_REACH = {2: 4, 3: 8}


@dataclass(frozen=True, slots=True)
class StrongMatches:
    """The passages that are about a query, in order, by the slug of their episode."""

    index: Index
    text: str
    passages: Mapping[str, tuple[int, ...]]

    @property
    def count(self) -> int:
        """The number of passages, counting overlapping ones once."""
        firsts, lasts = self.index.passages.firsts, self.index.passages.lasts
        count = end = 0
        passages = np.sort(np.fromiter(chain.from_iterable(self.passages.values()), np.intp))
        bounds = zip(firsts[passages].tolist(), lasts[passages].tolist(), strict=True)
        for first, last in bounds:
            if first >= end:
                count, end = count + 1, last
        return count

    def hits(self, episode: str, most: int) -> list[Hit]:
        """Show the best passages of an episode, leaving out those that overlap a better one."""
        taken: set[int] = set()
        hits: list[Hit] = []
        passages = self.passages.get(episode, ())
        interpreted = interpret(self.index, parse_query(self.text), Budget.of(self.index))
        for hit in show_passages(self.index, interpreted, passages) if passages else ():
            bounds = self.index.passages.firsts[hit.passage], self.index.passages.lasts[hit.passage]
            cues = range(*map(int, bounds))
            if len(hits) < most and taken.isdisjoint(cues):
                taken.update(cues)
                hits.append(hit)
        return hits


def find_strong_matches(
    index: Index, text: str, episodes: Collection[str] | None = None
) -> StrongMatches:
    """Find the passages in which all words of a query are said close to each other.

    Two words may have only stop words between them; three must be within eight words, more within
    CLOSE_WORDS. A single word must be said three times, or be in the title of the chapter or
    episode. A name also matches where the person speaks or is the guest. Unknown words are not
    corrected. `episodes` are the slugs to look at, None for all.
    """
    query = parse_query(text)
    budget = Budget.of(index)
    interpreted = interpret(index, query, budget)
    if interpreted.problems or not _knows(index, query.words, interpreted, budget):
        return StrongMatches(index, text, {})
    held = _holding(index, interpreted)
    if episodes is not None:
        chosen = np.array([each.slug in episodes for each in index.episodes], dtype=np.bool_)
        held &= chosen[index.passage_episodes]
    strong = _choose_strong(index, interpreted, held)
    # The passages of an episode are neighbours.
    numbers, firsts = np.unique(index.passage_episodes[strong], return_index=True)
    bounds = [*firsts.tolist(), len(strong)]
    found = {
        index.episodes[number].slug: tuple(strong[bounds[at] : bounds[at + 1]])
        for at, number in enumerate(numbers.tolist())
    }
    return StrongMatches(index, text, found)


def _knows(
    index: Index, words: tuple[str, ...], interpreted: InterpretedQuery, budget: Budget
) -> bool:
    """Return whether there are words and the corpus knows all of them as typed."""
    typed, _ = join_terms(index, replace_unsaid_variants(index, words), budget)
    unknown = (
        correct_terms(index, index.vocabulary.content_terms(typed), budget)
        or interpreted.terms.unknown > 0
    )
    return not unknown and bool(interpreted.terms.content or interpreted.phrases)


def _holding(index: Index, interpreted: InterpretedQuery) -> Mask:
    """Find the passages that pass filters and phrases and contain all words, or variants."""
    terms = interpreted.terms
    held: Mask = np.ones(len(index.passages.firsts), dtype=np.bool_)
    if interpreted.allowed is not None:
        held &= interpreted.allowed
    for stem in {*terms.content, *terms.names}:
        some: Mask = np.zeros(len(held), dtype=np.bool_)
        some[index.passages_with(stem)] = True
        for variant in terms.variants:
            if stem in variant.stems:
                some[variant.passages] = True
        if stem in terms.names:
            some[index.names.documents_of(stem)] = True
        held &= some
    return held


def _choose_strong(index: Index, interpreted: InterpretedQuery, held: Mask) -> list[int]:
    """Choose the passages that are about the words they contain."""
    terms = interpreted.terms
    if interpreted.phrases or set(terms.content) <= set(terms.names):
        return np.flatnonzero(held).tolist()
    if len(terms.content) == 1:
        often = _times_said(index, terms) >= _TIMES
        return np.flatnonzero(held & (often | _is_titled(index, terms.content[0]))).tolist()
    return _choose_close(index, terms, np.flatnonzero(held))


def _times_said(index: Index, terms: QueryTerms) -> NDArray[np.intp]:
    """Count the words and their variants in each passage."""
    begins, ends = index.passage_terms
    ways = (*map(index.places_of, terms.content), *(each.places for each in terms.variants))
    times = [places.searchsorted(ends) - places.searchsorted(begins) for places in ways]
    total: NDArray[np.intp] = np.sum(times, axis=0)
    return total


def _is_titled(index: Index, stem: int) -> Mask:
    """Find the passages whose chapter or episode has a word in its title."""
    # Passages without a chapter, number -1, read the last element.
    chapters = np.zeros(len(index.chapters) + 1, dtype=np.bool_)
    chapters[index.titles.documents_of(stem)] = True
    known = index.vocabulary.stem_id
    episodes = [stem in map(known, terms_of_name(each.title)) for each in index.episodes]
    titled: Mask = np.array(episodes, dtype=np.bool_)[index.passage_episodes]
    return titled | chapters[index.passage_chapters]


def _choose_close(index: Index, terms: QueryTerms, held: NDArray[np.intp]) -> list[int]:
    """Choose the passages that say all words within the distance for their number."""
    content = terms.content[:_MOST_WORDS]
    words, reach = len(content), _REACH.get(len(content), CLOSE_WORDS)
    places, said = _find_said(index, content, terms.variants)
    begins, ends = (places.searchsorted(bound[held]) for bound in index.passage_terms)
    counts = ends - begins
    # A window opens at each match in each passage and closes before the first out of reach.
    opens = np.arange(counts.sum()) + np.repeat(begins - np.cumsum(counts) + counts, counts)
    closes = np.minimum(places.searchsorted(places[opens] + reach), np.repeat(ends, counts))
    bounds = np.column_stack((opens, closes)).ravel()
    close = np.bitwise_or.reduceat(np.append(said, 0), bounds)[::2] == (1 << words) - 1
    if words == 2:
        close &= _is_grammar(index, places[opens], places[closes - 1], reach)
    found: list[int] = np.unique(np.repeat(held, counts)[close]).tolist()
    return found


def _find_said(
    index: Index, content: Sequence[int], variants: Sequence[Variant]
) -> tuple[Ints, Longs]:
    """List the places of all words and variants, with the words that each stands for as bits."""
    bits = {stem: 1 << number for number, stem in enumerate(content)}
    ways = [(index.places_of(stem), bit) for stem, bit in bits.items()]
    ways += [(each.places, sum(bits.get(stem, 0) for stem in {*each.stems})) for each in variants]
    places = np.concatenate([each for each, _ in ways])
    words = np.array([bit for _, bit in ways], dtype=np.int64)
    said = np.repeat(words, [len(each) for each, _ in ways])
    order = np.argsort(places, kind="stable")
    return places[order], said[order]


def _is_grammar(index: Index, firsts: Ints, lasts: Ints, reach: int) -> Mask:
    """Find the pairs of places, less than `reach` apart, with only stop words between them."""
    index.need_words(firsts, lasts)
    grammar: Mask = np.ones(len(firsts), dtype=np.bool_)
    for step in range(1, reach - 1):
        between = np.minimum(firsts + step, lasts)
        content = index.vocabulary.is_content[index.transcripts.terms[between]]
        grammar &= (between == lasts) | ~content
    return grammar
