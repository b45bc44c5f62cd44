"""The engines compared: each finds the passages that answer a query best.

All of them index the same passages, and nothing but their words: SQLite gets the text and stems by
itself, the others get the stems of all words but stop words.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import bm25s
import minsearch
import numpy as np
import tantivy
from rank_bm25 import BM25Okapi

from bench.search.material import Asked, Documents
from bot.search.index.bm25 import top_k
from bot.search.index.index import Index

# Finds at most so many passages, best first.
Find = Callable[[Asked, int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that has indexed the passages."""

    name: str
    find: Find


def build_engines(index: Index, documents: Documents) -> tuple[Engine, ...]:
    """Index the passages with every engine; the first is the one others are compared with."""
    return (
        Engine("rank-bm25", _rank_bm25(documents)),
        Engine("bm25s", _bm25s(documents)),
        Engine("SQLite FTS5", _sqlite(documents)),
        Engine("tantivy", _tantivy(documents)),
        Engine("minsearch", _minsearch(documents)),
        Engine("Airquote postings", _postings(index)),
    )


def _rank_bm25(documents: Documents) -> Find:
    okapi = BM25Okapi(documents.stems)

    def find(asked: Asked, count: int) -> Sequence[int]:
        scores = okapi.get_scores(asked.stems)
        best = np.argsort(scores)[::-1][:count]
        return [int(number) for number in best if scores[number]]

    return find


def _bm25s(documents: Documents) -> Find:
    retriever = bm25s.BM25()
    retriever.index([list(stems) for stems in documents.stems], show_progress=False)
    most = len(documents.stems)

    def find(asked: Asked, count: int) -> Sequence[int]:
        found = retriever.retrieve([list(asked.stems)], k=min(count, most), show_progress=False)
        pairs = zip(found.documents[0].tolist(), found.scores[0].tolist(), strict=True)
        return [number for number, score in pairs if score]

    return find


def _sqlite(documents: Documents) -> Find:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE passages USING fts5(text, tokenize='porter')")
    rows = enumerate(documents.texts)
    database.executemany("INSERT INTO passages (rowid, text) VALUES (?, ?)", rows)
    database.execute("INSERT INTO passages (passages) VALUES ('optimize')")

    def find(asked: Asked, count: int) -> Sequence[int]:
        if not asked.words:
            return []
        words = " OR ".join(f'"{word}"' for word in asked.words)
        query = "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?"
        return [row[0] for row in database.execute(query, (words, count))]

    return find


def _tantivy(documents: Documents) -> Find:
    """Index stems as they are; the numbers of the passages are all that it stores."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("stems", tokenizer_name="whitespace")
    builder.add_unsigned_field("number", stored=True)
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(num_threads=1)
    for number, stems in enumerate(documents.stems):
        writer.add_document(tantivy.Document(stems=" ".join(stems), number=number))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(asked: Asked, count: int) -> Sequence[int]:
        terms = [tantivy.Query.term_query(schema, "stems", stem) for stem in asked.stems]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        return [searcher.doc(at)["number"][0] for _, at in searcher.search(query, count).hits]

    return find


def _minsearch(documents: Documents) -> Find:
    """Index stems between blanks; it ranks by TF-IDF and cosine."""
    index = minsearch.Index(["stems"], vectorizer_params={"token_pattern": r"\S+"})
    index.fit([{"stems": " ".join(stems)} for stems in documents.stems])

    def find(asked: Asked, count: int) -> Sequence[int]:
        found = index.search(" ".join(asked.stems), num_results=count, output_ids=True)
        return [document["_id"] for document in found]

    return find


def _postings(index: Index) -> Find:
    known = index.vocabulary.stem_ids

    def find(asked: Asked, count: int) -> Sequence[int]:
        scores = index.text.score(known[stem] for stem in asked.stems if stem in known)
        best = top_k(scores, count)
        order = best[np.argsort(-scores[best], kind="stable")]
        return [int(number) for number in order if scores[number]]

    return find
