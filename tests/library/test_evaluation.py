"""Figures of the search, against ones that were reckoned by hand."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.answers.replies import hit_cards
from bot.config import SAMPLE_EPISODES
from bot.errors import EvaluationError
from bot.library.evaluation import (
    Qrel,
    QueryRun,
    measure_landing,
    measure_ranking,
    read_qrels,
    run_queries,
    write_runs,
)
from bot.library.library import open_library
from bot.models import Episode, Hit, Origin, Snippet
from tests.asking import search

QUERY = {"query": "tea", "episode": "talk", "start": 100, "end": 110}
PHRASE = {"phrase": "green tea", "episode": "talk", "true": 100}


def hit(episode: str = "talk", start: float | None = 100.0) -> Hit:
    talk = Episode(episode, "A talk")
    return Hit(talk, "", "", start, None, Origin.EDITED, 1.0, Snippet("Tea."), 0)


def run(*hits: Hit, style: str = "keywords", exact: bool = False) -> QueryRun:
    return QueryRun(Qrel("1", "tea", "talk", 100.0, 110.0, style, exact), hits)


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_queries_and_phrases_are_read_from_lines(tmp_path: Path) -> None:
    named = {"id": "q7", "style": "typo", **QUERY}
    queries = read_qrels(write(tmp_path / "some.jsonl", QUERY, named, PHRASE))

    assert queries == (
        Qrel("1", "tea", "talk", 100.0, 110.0, "queries", exact=False),
        Qrel("q7", "tea", "talk", 100.0, 110.0, "typo", exact=False),
        Qrel("3", '"green tea"', "talk", 100.0, 100.0, "queries", exact=True),
    )


def test_blank_lines_a_byte_order_mark_and_strange_line_ends_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    row = json.dumps(QUERY | {"query": "a\u2028b"}, ensure_ascii=False)
    path.write_bytes(f"\ufeff{row}\r\n\r\n{row}".encode())

    assert [qrel.query for qrel in read_qrels(path)] == ["a\u2028b"] * 2


@pytest.mark.parametrize(
    "line",
    [
        "tea",
        "[]",
        "7",
        '"phrase"',
        json.dumps(QUERY | {"start": "early"}),
        json.dumps(QUERY | {"start": 10**400}),
        json.dumps({"query": "tea", "start": 1, "end": 2}),
        json.dumps({"phrase": "tea", "episode": "talk"}),
    ],
)
def test_a_line_that_is_no_query_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text(f"{json.dumps(QUERY)}\n{line}\n", encoding="utf-8")

    with pytest.raises(EvaluationError, match=r"some\.jsonl:2: this is not a query\. A line is"):
        read_qrels(path)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "latin").write_bytes(b'{"query": "caf\xe9"}')

    with pytest.raises(EvaluationError, match="empty: there are no queries"):
        read_qrels(tmp_path / "empty")
    with pytest.raises(EvaluationError, match="latin: it is not UTF-8"):
        read_qrels(tmp_path / "latin")
    with pytest.raises(EvaluationError, match=r"gone: .*\(No such file or directory\)"):
        read_qrels(tmp_path / "gone")
    with pytest.raises(EvaluationError, match=r"\(Is a directory\)"):
        read_qrels(tmp_path)


def test_mrr_and_success_are_those_reckoned_by_hand() -> None:
    wrong = hit("other")
    (figures,) = measure_ranking(
        [run(hit(), wrong), run(wrong, wrong, hit(), hit()), run(wrong), run()]
    )

    assert figures.queries == 4
    assert figures.mrr == pytest.approx((1 + 1 / 3) / 4)
    assert figures.success_at_1 == pytest.approx(1 / 4)
    assert figures.success_at_10 == pytest.approx(2 / 4)


@pytest.mark.parametrize(
    ("start", "right"), [(70.0, 1), (69.9, 0), (105.0, 1), (140.0, 1), (140.1, 0), (None, 0)]
)
def test_a_hit_is_right_within_thirty_seconds_of_the_passage(
    start: float | None, right: int
) -> None:
    (figures,) = measure_ranking([run(hit(start=start))])

    assert figures.success_at_10 == right


def test_each_style_counts_the_same_in_the_mean_and_paraphrases_do_not_count() -> None:
    figures = measure_ranking(
        [run(hit()), run(hit()), run(hit()), run(style="typo"), run(style="paraphrase")]
    )

    assert [(row.style, row.queries, row.mrr) for row in figures] == [
        ("keywords", 3, 1.0),
        ("typo", 1, 0.0),
        ("paraphrase", 1, 0.0),
        ("mean", 4, 0.5),
    ]


def test_links_are_measured_where_the_first_hit_is_of_the_episode() -> None:
    starts = [100.0, 101.0, 98.0, 104.0, 90.0]
    landing = measure_landing(
        [
            *(run(hit(start=start), exact=True) for start in starts),
            run(hit("other"), hit(), exact=True),
            run(hit(start=None), exact=True),
            run(exact=True),
            run(hit(start=0)),
        ]
    )

    assert landing is not None
    assert (landing.queries, landing.missed, landing.median) == (8, 3, 2.0)
    assert landing.percentile_90 == pytest.approx(4 + 0.6 * 6)


def test_without_phrases_there_is_nothing_to_measure_and_without_hits_no_number() -> None:
    landing = measure_landing([run(exact=True)])

    assert measure_landing([run(hit())]) is None
    assert landing is not None
    assert (landing.queries, landing.missed) == (1, 1)
    assert math.isnan(landing.median)


def test_a_tiny_library_is_measured_right(tmp_path: Path) -> None:
    folder = tmp_path / "talks"
    folder.mkdir()
    spoken = {
        "tea": "green tea in a cold kettle",
        "wine": "red wine from an old cellar",
        "milk": "warm milk at the kitchen table",
        "juice": "fresh juice before the morning walk",
    }
    for name, words in spoken.items():
        lines = "".join(f"{at}:00 {words} number {at}\n" for at in range(10))
        (folder / f"{name}.txt").write_text(lines, encoding="utf-8")
    queries = write(
        tmp_path / "some.jsonl",
        {"id": "right", "query": "green kettle", "episode": "tea", "start": 0, "end": 599},
        {"id": "wrong", "query": "green kettle", "episode": "wine", "start": 0, "end": 599},
        {"id": "none", "query": "\ud800 zzzzzz", "episode": "tea", "start": 0, "end": 599},
    )
    library = open_library([folder], tmp_path / "cache")
    runs = list(run_queries(library, read_qrels(queries)))
    (figures,) = measure_ranking(runs)
    write_runs(tmp_path / "run.jsonl", runs)
    written = (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()

    assert figures.mrr == pytest.approx(1 / 3)
    rows = [json.loads(line) for line in written]
    assert [row["id"] for row in rows] == ["right", "wrong", "none"]
    assert [list(row) for row in rows] == [["id", "query", "hits"]] * 3
    assert rows[2]["hits"] == []
    assert rows[0]["hits"]
    for row in rows[0]["hits"]:
        assert list(row) == ["episode", "start", "end", "score"]
        assert row["episode"] == "tea"


def test_what_is_measured_is_what_people_get(tmp_path: Path) -> None:
    library = open_library([SAMPLE_EPISODES], tmp_path)
    queries = ("model registry", "regisrty", '"undo button"', "guest:tomas", "-model", "zyxwvut")
    qrels = [replace(run().qrel, query=query) for query in queries]

    for answered in run_queries(library, qrels):
        shown = search(library, answered.qrel.query, limit=10).cards
        assert [*hit_cards(answered.hits)] == [
            replace(card, buttons=()) for card in shown if card.snippet
        ]


def test_runs_that_cannot_be_written_say_why(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"run\.jsonl: cannot be written"):
        write_runs(tmp_path / "gone" / "run.jsonl", [])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (QUERY | {"query": " "}, "its query is empty"),
        (PHRASE | {"phrase": ""}, "its query is empty"),
        (QUERY | {"end": 90.5}, "its passage ends at 90.5, before it starts"),
        (QUERY | {"start": math.nan}, "its passage ends at 110, before it starts"),
    ],
)
def test_a_query_that_no_passage_could_answer_is_refused(
    tmp_path: Path, row: dict[str, object], told: str
) -> None:
    with pytest.raises(EvaluationError, match=rf"some\.jsonl:1: {told}\."):
        read_qrels(write(tmp_path / "some.jsonl", row))
