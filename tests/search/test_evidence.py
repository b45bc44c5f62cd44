"""The evidence for passages against its definition, read word by word."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Cue
from bot.search.budget import Budget
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.index.lexicon import Lexicon, LexiconEntry
from bot.search.interpretation import interpret
from bot.search.query import parse_query
from bot.search.ranking import HALF_DISTANCE, QueryTerms, features
from tests.builders import episode

# Forms of the same words, stop words, a variant, and a pair that is seldom said.
WORDS = ("model", "models", "kafka", "the", "of", "do", "doing", "registry", "catalogue", "maria")
LEXICON = Lexicon((LexiconEntry("registry", same=("catalogue",)),))
WORD = st.sampled_from(WORDS)
LINE = st.lists(WORD, min_size=1, max_size=8).map(" ".join)
TALKS = st.lists(
    st.lists(st.tuples(LINE, st.sampled_from(("Ida", "Maria Tan"))), min_size=1, max_size=6),
    min_size=1,
    max_size=3,
)
QUERY = st.lists(WORD, min_size=1, max_size=5).map(" ".join)


def index_of_lines(talks: Sequence[Sequence[tuple[str, str]]]) -> Index:
    episodes = [
        episode(
            f"talk-{number}",
            *(Cue(line, 9.0 * at, 9.0 * at + 9, name) for at, (line, name) in enumerate(lines)),
            guests=("Maria Tan",),
        )
        for number, lines in enumerate(talks)
    ]
    return build_index(episodes, LEXICON, words=6, step=3)


def near(index: Index, places: list[int], passage: int) -> float:
    """Rate by how near to a passage the nearest of some places in its episode is."""
    begin, end = (int(bound[passage]) for bound in index.passage_terms)
    first, last = (int(b[index.passage_episodes[passage]]) for b in index.episode_terms)
    inside = (place for place in places if first <= place < last)
    away = [max(begin - place, place - end + 1, 0) for place in inside]
    return 1 / (1 + min(away) / HALF_DISTANCE) if away else 0.0


def expect(index: Index, terms: QueryTerms, passage: int) -> list[float]:
    """Compute nearness, exact forms, pairs and what only a host says as they are defined."""
    begin, end = (int(bound[passage]) for bound in index.passage_terms)
    spoken = index.transcripts.terms.tolist()
    stems = index.stems.tolist()
    nearness = asked = 0.0
    for stem in terms.content:
        places = [place for place, said in enumerate(stems) if said == stem]
        doubt = 1.0
        for variant in terms.variants:
            if stem in variant.stems:
                ways = variant.places.tolist()
                times = sum(begin <= place < end for place in ways)
                doubt *= (1 - variant.weight * near(index, ways, passage)) ** max(times, 1)
        nearness += terms.idf[stem] * max(near(index, places, passage), 1 - doubt)
        by_host = [index.turns.is_by_host(place) for place in places if begin <= place < end]
        asked += terms.idf[stem] * bool(by_host and all(by_host))
    exact = sum(
        float(index.idf[index.vocabulary.stem_of[term]])
        for term in terms.forms
        if term in spoken[begin:end]
    )
    neighbours = list(pairwise(stems))
    pairs = sum(
        float(np.log(len(stems) / neighbours.count(pair)))
        for pair in terms.pairs
        if pair in neighbours[begin : end - 1]
    )
    share = float(index.turns.host_words[passage]) / max(end - begin, 1)
    return [nearness, exact, pairs, asked * share]


@given(TALKS, QUERY)
def test_the_evidence_is_as_it_is_defined(talks: list[list[tuple[str, str]]], typed: str) -> None:
    index = index_of_lines(talks)
    terms = interpret(index, parse_query(typed), Budget.of(index)).terms
    passages = np.arange(len(index.passages.firsts), dtype=np.int32)

    measured = features(index, terms, passages)
    expected = np.array([expect(index, terms, each) for each in passages.tolist()]).reshape(-1, 4)

    np.testing.assert_allclose(measured[:, [0, 1, 2, 7]], expected, rtol=0, atol=1e-9)
    scored = index.text.score_some(terms.content, passages) / max(len(terms.content), 1) ** 2
    if not terms.variants:
        np.testing.assert_allclose(measured[:, 3], scored, rtol=0, atol=1e-9)
