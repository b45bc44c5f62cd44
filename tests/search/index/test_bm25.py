import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from bot.search.index.analysis import content_terms, terms_of
from bot.search.index.bm25 import as_documents, build_postings
from bot.search.index.index import Index

TERMS = 8
DOCUMENTS = st.lists(st.lists(st.integers(0, TERMS - 1), max_size=12), min_size=1, max_size=9)
QUERY = st.lists(st.integers(0, TERMS - 1), max_size=5)


@given(DOCUMENTS.filter(any), QUERY)
def test_scores_are_those_of_the_definition(documents: list[list[int]], query: list[int]) -> None:
    scores = build_postings(as_documents(documents), TERMS).score(query)

    np.testing.assert_allclose(scores, BM25Okapi(documents).get_scores(query), rtol=0, atol=1e-9)


@given(DOCUMENTS.filter(any))
def test_terms_weigh_what_the_definition_says(documents: list[list[int]]) -> None:
    definition = BM25Okapi(documents)
    postings = build_postings(as_documents(documents), TERMS)

    assert postings.idf.tolist() == [definition.idf.get(term, 0) for term in range(TERMS)]


@given(DOCUMENTS, QUERY, st.data())
def test_some_documents_score_as_among_all(
    documents: list[list[int]], query: list[int], data: st.DataObject
) -> None:
    postings = build_postings(as_documents(documents), TERMS)
    some = data.draw(st.lists(st.integers(-1, len(documents) - 1)))

    expected = [postings.score(query)[number] if number >= 0 else 0 for number in some]
    scores = postings.score_some(query, np.array(some, dtype=np.int32))

    np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-9)


@given(DOCUMENTS)
def test_postings_list_the_documents_of_each_term(documents: list[list[int]]) -> None:
    postings = build_postings(as_documents(documents), TERMS)

    for term in range(TERMS):
        holding = [number for number, document in enumerate(documents) if term in document]
        assert postings.documents_of(term).tolist() == holding
    assert postings.lengths.tolist() == [len(document) for document in documents]


@pytest.mark.parametrize("documents", [[], [[]], [[], [], []]])
def test_documents_without_words_score_nothing(documents: list[list[int]]) -> None:
    postings = build_postings(as_documents(documents), TERMS)

    assert postings.score([0, 1]).tolist() == [0.0] * len(documents)
    assert postings.score_some([0], np.array([-1], dtype=np.int32)).tolist() == [0.0]
    assert postings.documents_of(3).tolist() == []


def passage_documents(index: Index) -> list[list[int]]:
    """List the stems of each passage's content words."""
    content = index.vocabulary.is_content[index.transcripts.terms]
    begins, ends = index.passage_terms
    return [
        index.stems[begin:end][content[begin:end]].tolist()
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
    ]


@pytest.mark.corpus
def test_the_real_corpus_is_scored_by_the_definition(real_index: Index, shared: Path) -> None:
    definition = BM25Okapi(passage_documents(real_index))
    lines = (shared / "eval" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    candidates = np.arange(-1, len(real_index.passages.firsts), 7, dtype=np.int32)

    for line in lines[::10]:
        terms = content_terms(terms_of(json.loads(line)["query"]))
        stems = [s for s in map(real_index.vocabulary.stem_id, terms) if s is not None]
        expected = definition.get_scores(stems)
        np.testing.assert_allclose(real_index.text.score(stems), expected, rtol=0, atol=1e-9)
        some = real_index.text.score_some(stems, candidates)
        np.testing.assert_allclose(some[1:], expected[candidates[1:]], rtol=0, atol=1e-9)
        assert some[0] == 0
