"""The best documents without scoring all of them: the same as by scoring all of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.search.index.bm25 import TermScores, top_documents

SIZE = 40


@st.composite
def parts(draw: st.DrawFn) -> TermScores:
    documents = sorted(draw(st.sets(st.integers(0, SIZE - 1), min_size=1)))
    shares = draw(st.lists(st.floats(0.01, 10), min_size=len(documents), max_size=len(documents)))
    return TermScores(np.array(documents, dtype=np.int32), np.array(shares), max(shares))


@given(st.lists(parts(), max_size=6), st.integers(1, 12))
def test_the_best_are_those_of_scoring_every_document(
    given_parts: list[TermScores], count: int
) -> None:
    scores = np.zeros(SIZE)
    for part in given_parts:
        scores[part.documents] += part.shares
    best = np.sort(scores)[::-1][:count]

    found = top_documents(given_parts, SIZE, count)

    np.testing.assert_allclose(np.sort(scores[found])[::-1], best[best > 0])
    assert found.tolist() == sorted(found.tolist())


def test_common_terms_are_looked_up_for_the_few_documents_in_question() -> None:
    rare = TermScores(np.array([3, 7], dtype=np.int32), np.array([9.0, 8.0]), 9.0)
    common = TermScores(np.arange(SIZE, dtype=np.int32), np.linspace(0.1, 0.2, SIZE), 0.2)

    assert top_documents([common, rare], SIZE, 2).tolist() == [3, 7]


def test_nothing_asked_for_finds_nothing() -> None:
    assert top_documents([], SIZE, 5).tolist() == []
