"""Find the passages that speak of a query so clearly that its followers want to know."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.arrays import Mask
from bot.models import Hit
from bot.search.engine import show_passages
from bot.search.index.analysis import STOP_WORDS, content_terms, terms_of
from bot.search.index.index import Index
from bot.search.interpretation import InterpretedQuery, interpret
from bot.search.query import parse_query
from bot.search.snippets import CLOSE_WORDS, find_matches
from bot.search.spelling import correct_terms, join_terms
from bot.search.variants import replace_unsaid_variants

Stems = frozenset[int]

# A word by itself is said in passing too; one that is said again and again is talked about.
_TIMES = 3
# Within so many words all of a query are; few of them are near each other by chance all the time.
_REACH = {2: 4, 3: 8}


@dataclass(frozen=True, slots=True)
class StrongMatches:
    """The passages that speak of a query, by the slug of their episode, in their order."""

    index: Index
    text: str
    passages: Mapping[str, tuple[int, ...]]

    @property
    def count(self) -> int:
        """The number of passages, counting overlapping ones once."""
        firsts, lasts = self.index.passages.firsts, self.index.passages.lasts
        count = end = 0
        for passage in sorted(each for found in self.passages.values() for each in found):
            if firsts[passage] >= end:
                count, end = count + 1, int(lasts[passage])
        return count

    def hits(self, episode: str, most: int) -> list[Hit]:
        """Show the best of an episode's passages, none of which overlaps a better one."""
        taken: set[int] = set()
        hits: list[Hit] = []
        query, passages = parse_query(self.text), self.passages.get(episode, ())
        for hit in show_passages(self.index, query, passages) if passages else ():
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

    Two words have nothing but grammar between them, three are within eight words, more within
    CLOSE_WORDS. Of a single word, passages say it three times, unless their chapter or episode is
    named after it. A name is also there where its person speaks or is the guest. Words that the
    podcast never says are not taken for others. `episodes` are the slugs of those to look at, None
    for all.
    """
    query = parse_query(text)
    interpreted = interpret(index, query)
    if interpreted.problems or not _knows(index, query.words, interpreted):
        return StrongMatches(index, text, {})
    found: dict[str, tuple[int, ...]] = {}
    held = _holding(index, interpreted)
    if episodes is not None:
        chosen = np.array([each.slug in episodes for each in index.episodes], dtype=np.bool_)
        held &= chosen[index.passage_episodes]
    for passage in np.flatnonzero(held).tolist():
        if _is_strong(index, interpreted, passage):
            slug = index.episodes[int(index.passage_episodes[passage])].slug
            found[slug] = (*found.get(slug, ()), passage)
    return StrongMatches(index, text, found)


def _knows(index: Index, words: tuple[str, ...], interpreted: InterpretedQuery) -> bool:
    """Return whether there are words and the corpus knows all of them as typed."""
    typed, _ = join_terms(index, replace_unsaid_variants(index, words))
    unknown = correct_terms(index, content_terms(typed)) or interpreted.terms.unknown > 0
    return not unknown and bool(interpreted.terms.content or interpreted.phrases)


def _holding(index: Index, interpreted: InterpretedQuery) -> Mask:
    """Find the passages that filters and phrases leave, and that hold all words in some way."""
    terms = interpreted.terms
    held: Mask = np.ones(len(index.passages.firsts), dtype=np.bool_)
    if interpreted.allowed is not None:
        held &= interpreted.allowed
    for stem in {*terms.content, *terms.names}:
        some: Mask = np.zeros(len(held), dtype=np.bool_)
        some[index.text.documents_of(stem)] = True
        for variant in terms.variants:
            if stem in variant.stems:
                some[variant.passages] = True
        if stem in terms.names:
            some[index.names.documents_of(stem)] = True
        held &= some
    return held


def _is_strong(index: Index, interpreted: InterpretedQuery, passage: int) -> bool:
    """Return whether a passage with all words speaks of them, rather than just says them."""
    terms = interpreted.terms
    if interpreted.phrases:
        return True
    if set(terms.content) <= set(terms.names):
        return True
    places = [(match.place, match.stems) for match in find_matches(index, interpreted, passage)]
    if len(terms.content) == 1:
        return len(places) >= _TIMES or _is_titled(index, interpreted, passage)
    content = set(terms.content)
    return any(content <= stems for stems in _windows(index, places, len(content)))


def _windows(index: Index, places: Sequence[tuple[int, Stems]], words: int) -> Iterator[set[int]]:
    """Yield what is said from each place on, within as many words as so many may be apart."""
    reach = _REACH.get(words, CLOSE_WORDS)
    for number, (first, _) in enumerate(places):
        close = [each for each in places[number:] if each[0] - first < reach]
        if words > 2 or _is_grammar(index, first, close[-1][0]):
            yield set().union(*(stems for _, stems in close))


def _is_grammar(index: Index, first: int, last: int) -> bool:
    """Return whether only grammar is said between two places."""
    terms = index.transcripts.terms[first + 1 : last].tolist()
    return all(index.vocabulary.terms[term] in STOP_WORDS for term in terms)


def _is_titled(index: Index, interpreted: InterpretedQuery, passage: int) -> bool:
    """Return whether the title of the chapter or episode of a passage has all words."""
    chapter = int(index.passage_chapters[passage])
    episode = index.episodes[int(index.passage_episodes[passage])]
    titles = [episode.title, *([index.chapters[chapter].title] if chapter >= 0 else [])]
    known = index.vocabulary.stem_id
    return any(
        set(interpreted.terms.content) <= {known(term) for term in terms_of(title)}
        for title in titles
    )
