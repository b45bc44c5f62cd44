"""How good the search is: queries whose answer is known, through the same path as any command.

A hit is right when it is of the wanted episode and its link lands in the wanted passage, give or
take TOLERANCE seconds. MRR is the mean of 1 / rank of the first right hit among ten, success@k the
share of queries with a right hit among the first k.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

from bot.commands import search
from bot.errors import EvaluationError
from bot.library import Library
from bot.replies import Card

TOLERANCE = 30.0
DEPTH = 10
# Paraphrases avoid the passage's own words; they are shown, but not part of the mean.
_APART = "paraphrase"


@dataclass(frozen=True, slots=True)
class Qrel:
    """A query and the passage it is after, from `start` to `end` in seconds.

    With `exact`, `start` is the very second at which the words are spoken.
    """

    id: str
    query: str
    episode: str
    start: float
    end: float
    style: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A query with the cards that answered it."""

    qrel: Qrel
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How well the queries of a style were answered."""

    style: str
    queries: int
    mrr: float
    success_at_1: float
    success_at_10: float


@dataclass(frozen=True, slots=True)
class Landing:
    """How far from the words links land, in seconds; `missed` had no hit in the right episode."""

    queries: int
    missed: int
    median: float
    percentile_90: float


def read_qrels(path: Path) -> tuple[Qrel, ...]:
    """Read one query a line of JSON; raises EvaluationError with the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(str(path), "cannot be read as UTF-8 text.") from error
    numbered = enumerate(lines, start=1)
    qrels = tuple(_read_qrel(path, number, line) for number, line in numbered if line.strip())
    if not qrels:
        raise EvaluationError(str(path), "there are no queries in it.")
    return qrels


def run_queries(library: Library, qrels: Sequence[Qrel]) -> Iterator[Run]:
    """Answer each query with its ten best passages."""
    for qrel in qrels:
        yield Run(qrel, search(library, qrel.query, DEPTH).cards)


def run_lines(runs: Sequence[Run]) -> Iterator[str]:
    """Write each run as a line of JSON: id, query and the hits' episode, start, end, score."""
    for run in runs:
        hits = [
            {"episode": card.episode, "start": card.start, "end": card.end, "score": card.score}
            for card in run.cards
        ]
        line = {"id": run.qrel.id, "query": run.qrel.query, "hits": hits}
        yield json.dumps(line, ensure_ascii=False)


def measure_ranking(runs: Sequence[Run]) -> tuple[Figures, ...]:
    """Measure each style, then their mean without paraphrases as the style "mean"."""
    ranked = [run for run in runs if not run.qrel.exact]
    styles = list(dict.fromkeys(run.qrel.style for run in ranked))
    figures = [_figures(style, [r for r in ranked if r.qrel.style == style]) for style in styles]
    counted = [figure for figure in figures if figure.style != _APART]
    if len(counted) > 1:
        figures.append(
            Figures(
                "mean",
                sum(figure.queries for figure in counted),
                mean(figure.mrr for figure in counted),
                mean(figure.success_at_1 for figure in counted),
                mean(figure.success_at_10 for figure in counted),
            )
        )
    return tuple(figures)


def measure_landing(runs: Sequence[Run]) -> Landing | None:
    """Measure where the first hits of exact phrases land; None if there are none."""
    exact = [run for run in runs if run.qrel.exact]
    errors = [
        abs(run.cards[0].start - run.qrel.start)
        for run in exact
        if run.cards and run.cards[0].episode == run.qrel.episode and run.cards[0].start is not None
    ]
    if len(errors) < 2:
        return None
    deciles = quantiles(errors, n=10, method="inclusive")
    return Landing(len(exact), len(exact) - len(errors), deciles[4], deciles[8])


def _read_qrel(path: Path, number: int, line: str) -> Qrel:
    try:
        row: Mapping[str, Any] = json.loads(line)
        exact = "phrase" in row
        start = float(row["true"] if exact else row["start"])
        return Qrel(
            id=str(row.get("id", number)),
            query=f'"{row["phrase"]}"' if exact else str(row["query"]),
            episode=str(row["episode"]),
            start=start,
            end=start if exact else float(row["end"]),
            style=str(row.get("style", "queries")),
            exact=exact,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        remedy = "A line is JSON with query, episode, start and end, or phrase, episode and true."
        raise EvaluationError(f"{path}:{number}", "this is no query.", remedy) from error


def _figures(style: str, runs: Sequence[Run]) -> Figures:
    ranks = [_rank(run) for run in runs]
    return Figures(
        style,
        len(ranks),
        mean(1 / rank if rank else 0.0 for rank in ranks),
        mean(float(rank == 1) for rank in ranks),
        mean(float(rank is not None) for rank in ranks),
    )


def _rank(run: Run) -> int | None:
    """Tell the rank, from 1, of the first right hit."""
    wanted = run.qrel
    for rank, card in enumerate(run.cards, start=1):
        lands = card.start is not None and (
            wanted.start - TOLERANCE <= card.start <= wanted.end + TOLERANCE
        )
        if lands and card.episode == wanted.episode:
            return rank
    return None
