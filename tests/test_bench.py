import json
from pathlib import Path

import numpy as np
import pytest

from bench.__main__ import main
from bench.search import fit_intent
from bench.search.engines import Engine, build_engines
from bench.search.hostile import WAYS, Hostile, hostile_requests, random_requests, words_of
from bench.search.material import Asked, ask, chapter_titles, choose_paths, read_documents
from bench.search.quality import measure_quality
from bench.search.speed import time_queries
from bench.search.worst import measure, measure_plain
from bot.config import SAMPLE_EPISODES
from bot.library.evaluation import Qrel
from bot.library.library import Library


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure the sample podcast, whatever this machine is set up for."""
    monkeypatch.setenv("AIRQUOTE_EPISODES", "")
    monkeypatch.delenv("AIRQUOTE_SHARED", raising=False)


@pytest.fixture(scope="module")
def engines(library: Library) -> tuple[Engine, ...]:
    return build_engines(library.index, read_documents(library.index))


def test_the_table_has_a_row_for_every_engine_and_figure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queries = tmp_path / "queries.jsonl"
    answer = {"episode": "model-registry", "start": 0, "end": 60}
    lines = [{"query": query, **answer} for query in ("model registry", "rollback")]
    queries.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    code = main(["--queries", str(queries), "--rounds", "1", "--times", "2"])

    printed = capsys.readouterr().out
    rows = [line.strip().split("  ")[0] for line in printed.splitlines()]
    assert code == 0
    assert {
        "rank-bm25",
        "bm25s",
        "SQLite FTS5",
        "tantivy",
        "minsearch",
        "Airquote postings",
        "Airquote",
        "build the index from nothing",
        "indexing and saving",
        "open the built index",
        "peak memory while serving",
        "query, median",
        "query, 95th percentile",
        "query, median, 2 times the corpus",
    } <= set(rows)
    assert "MRR@10" in printed


def test_queries_that_cannot_be_read_end_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--queries", str(tmp_path / "none.jsonl")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_documents_are_the_passages_of_the_index(library: Library) -> None:
    index = library.index
    documents = read_documents(index)

    assert len(documents.texts) == len(documents.stems) == len(index.passages.firsts)
    assert [len(stems) for stems in documents.stems] == index.text.lengths.tolist()
    last = index.transcripts.text_of(int(index.passages.lasts[-1]) - 1)
    assert documents.texts[-1].endswith(last)


@pytest.mark.parametrize("word", ["registry", "models", "running"])
def test_all_engines_find_the_same_passages_for_a_word(
    library: Library, engines: tuple[Engine, ...], word: str
) -> None:
    everything = len(library.index.passages.firsts)
    found = {engine.name: set(engine.find(ask(word), everything)) for engine in engines}

    assert found["rank-bm25"]
    assert len(set(map(frozenset, found.values()))) == 1


def test_postings_order_passages_as_rank_bm25_does(
    library: Library, engines: tuple[Engine, ...]
) -> None:
    by_name = {engine.name: engine for engine in engines}
    asked = ask("roll back a model from the registry")
    terms = [library.index.vocabulary.stem_ids[stem] for stem in asked.stems]
    scores = library.index.text.score(terms)

    best = {
        name: scores[list(by_name[name].find(asked, 5))]
        for name in ("rank-bm25", "Airquote postings")
    }
    assert np.allclose(best["rank-bm25"], best["Airquote postings"])


def test_a_passage_counts_when_it_overlaps_the_wanted_one(library: Library) -> None:
    index = library.index
    begin = float(index.transcripts.begins[index.passages.firsts[0]])
    end = float(index.transcripts.finishes[index.passages.lasts[0] - 1])
    slug = index.episodes[0].slug
    only_first = Engine("first", lambda asked, count: [0])

    def mrr(start: float) -> float:
        qrel = Qrel("1", "any", slug, start, start + 5, "keywords", exact=False)
        return measure_quality(library, [only_first], [qrel])["first"].mrr

    assert mrr((begin + end) / 2) == mrr(end + 29) == 1
    assert mrr(end + 31) == 0


def test_every_contender_gets_every_query_in_turn() -> None:
    calls: list[tuple[str, str]] = []

    def contender(name: str) -> object:
        return lambda asked: calls.append((name, asked.typed))

    queries = [Asked(typed, (), ()) for typed in ("one", "two")]
    contenders = {name: contender(name) for name in "AB"}
    speeds = time_queries(contenders, queries, rounds=1)  # type: ignore[arg-type]

    assert list(speeds) == ["A", "B"]
    assert calls[:4] == [("A", "one"), ("B", "one"), ("A", "two"), ("B", "two")]
    assert len(calls) == 8, "a round to warm up, a round to count"


def test_without_queries_chapter_titles_are_asked(library: Library) -> None:
    assert set(chapter_titles(library.index)) <= {c.title for c in library.index.chapters}
    assert chapter_titles(library.index)


def test_the_shared_corpus_gives_way_to_episodes_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert choose_paths() == (SAMPLE_EPISODES,)
    monkeypatch.setenv("AIRQUOTE_SHARED", str(tmp_path))
    assert choose_paths()[0] == tmp_path / "corpus" / "episodes"
    monkeypatch.setenv("AIRQUOTE_EPISODES", str(tmp_path))
    assert choose_paths() == (tmp_path,)


def test_every_hostile_request_has_an_answer(library: Library) -> None:
    words = words_of(library.index)
    requests = [*hostile_requests(words), *random_requests(words, seed=1, count=100)]

    assert {request.way for request in requests} == set(WAYS)
    for request in requests:
        assert WAYS[request.way](library, request.text) is not None


def test_random_requests_come_the_same_again(library: Library) -> None:
    words = words_of(library.index)
    first, again, other = (list(random_requests(words, seed, 20)) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_costs_are_shown_worst_first(library: Library) -> None:
    requests = [Hostile("nothing", "search", ""), Hostile("words", "search", "registry " * 30)]
    costs = measure(library, requests, plain=measure_plain(library, ["registry"]))

    assert {cost.request for cost in costs} == set(requests)
    assert costs[0].seconds >= costs[1].seconds > 0


def test_what_tells_questions_from_chat_is_fitted_on_labelled_messages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def line(text: str, use: str, *, asks: bool) -> str:
        row = {"text": text, "asks": asks, "kind": "short", "set": use, "about": ["sample", "real"]}
        return json.dumps(row)

    said = [
        *(line(text, "fit", asks=True) for text in ("model registry", "drift alerts", "runbook")),
        *(line(text, "fit", asks=False) for text in ("thanks", "I am so tired", "see you")),
        line("feature store", "held", asks=True),
        line("you rock", "held", asks=False),
    ]
    messages = tmp_path / "messages.jsonl"
    messages.write_text("\n".join(said), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["fit_intent", str(messages)])
    monkeypatch.setenv("AIRQUOTE_CACHE", str(tmp_path / "cache"))

    fit_intent.main()

    printed = capsys.readouterr().out
    weights = {
        name: float(weight)
        for name, weight in (row.split() for row in printed.splitlines() if len(row.split()) == 2)
    }
    assert weights["content"] > 0 > weights["person"]
    assert "sample   from 0.5: precision 1.000, recall 1.000" in printed
    assert "real" not in printed
