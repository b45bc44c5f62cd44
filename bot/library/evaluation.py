"""Measure the search on queries with known answers, through the same path as any command.

A hit is right when it is of the wanted episode and its link lands in the wanted passage, give or
take TOLERANCE seconds. MRR is the mean of 1 / rank of the first right hit among ten, success@k the
share of queries with a right hit among the first k.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from bot.errors import EvaluationError
from bot.library.library import Library
from bot.models import Feedback, Hit, Verdict, ZeroHit
from bot.search.engine import search
from bot.search.query import parse_query

TOLERANCE = 30.0
DEPTH = 10
MEAN = "mean"
# Paraphrases avoid the passage's own words; they are shown, but not part of the mean.
_APART = "paraphrase"


class _NoQueryError(Exception):
    """A query that could not be answered right; the message says why."""


@dataclass(frozen=True, slots=True)
class Qrel:
    """A query and the passage that answers it, from `start` to `end` in seconds.

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
class QueryRun:
    """A query with its hits."""

    qrel: Qrel
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The scores of the queries of a style."""

    style: str
    queries: int
    mrr: float
    success_at_1: float
    success_at_10: float


@dataclass(frozen=True, slots=True)
class Landing:
    """How far links land from the words, in seconds; `missed` had no hit in the right episode.

    The distances are NaN if all were missed.
    """

    queries: int
    missed: int
    median: float
    percentile_90: float


@dataclass(frozen=True, slots=True)
class FeedbackFigures:
    """How the search answers today the queries that people have judged.

    Of the `useful` answers, `found` are among the first ten and `first` at the top. Of those
    `rejected`, `still_first` are at the top. Of the `empty` queries, which found nothing,
    `answered` find something. `unasked` rows have no query or no second to measure with.
    """

    useful: int
    found: int
    first: int
    mrr: float
    rejected: int
    still_first: int
    empty: int
    answered: int
    unasked: int


def read_qrels(path: Path) -> tuple[Qrel, ...]:
    """Read a JSON query per line; raises EvaluationError with the number of a bad line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvaluationError(str(path), f"cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(str(path), "it is not UTF-8 text.", "Save it as UTF-8.") from error
    # Not splitlines: a query may have other characters that end a line.
    numbered = enumerate(text.split("\n"), start=1)
    qrels = tuple(_read_qrel(path, number, line) for number, line in numbered if line.strip())
    if not qrels:
        raise EvaluationError(str(path), "there are no queries in it.")
    return qrels


def missing_episodes(library: Library, qrels: Sequence[Qrel]) -> tuple[str, ...]:
    """List the episodes that queries expect and a library lacks, in order."""
    here = {episode.slug for episode in library.index.episodes}
    return tuple(dict.fromkeys(each.episode for each in qrels if each.episode not in here))


def run_queries(library: Library, qrels: Sequence[Qrel]) -> Iterator[QueryRun]:
    """Run each query for its ten best passages."""
    for qrel in qrels:
        yield QueryRun(qrel, _find(library, qrel.query, DEPTH))


def write_runs(path: Path, runs: Sequence[QueryRun]) -> None:
    """Write each run as a line of JSON: id, query and the hits' episode, start, end, score.

    Raises EvaluationError if the file cannot be written.
    """
    try:
        path.write_text("".join(f"{line}\n" for line in _run_lines(runs)), encoding="utf-8")
    except OSError as error:
        raise EvaluationError(str(path), f"cannot be written ({error.strerror}).") from error


def _run_lines(runs: Sequence[QueryRun]) -> Iterator[str]:
    for run in runs:
        hits = [
            {
                "episode": hit.episode.slug,
                "start": _rounded(hit.start),
                "end": _rounded(hit.end),
                "score": hit.score,
            }
            for hit in run.hits
        ]
        line = {"id": run.qrel.id, "query": run.qrel.query, "hits": hits}
        yield json.dumps(line)


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)


def measure_ranking(runs: Sequence[QueryRun]) -> tuple[Figures, ...]:
    """Score each style, and then their mean without paraphrases as the style MEAN."""
    ranked = [run for run in runs if not run.qrel.exact]
    styles = list(dict.fromkeys(run.qrel.style for run in ranked))
    figures = [_figures(style, [r for r in ranked if r.qrel.style == style]) for style in styles]
    counted = [figure for figure in figures if figure.style != _APART]
    if len(counted) > 1:
        figures.append(
            Figures(
                MEAN,
                sum(figure.queries for figure in counted),
                mean(figure.mrr for figure in counted),
                mean(figure.success_at_1 for figure in counted),
                mean(figure.success_at_10 for figure in counted),
            )
        )
    return tuple(figures)


def measure_landing(runs: Sequence[QueryRun]) -> Landing | None:
    """Measure where the first hits of exact phrases land; None if there are no phrases."""
    exact = [run for run in runs if run.qrel.exact]
    errors = [
        abs(run.hits[0].start - run.qrel.start)
        for run in exact
        if run.hits
        and run.hits[0].episode.slug == run.qrel.episode
        and run.hits[0].start is not None
    ]
    if not exact:
        return None
    middle, late = np.percentile(errors or [np.nan], [50, 90]).tolist()
    return Landing(len(exact), len(exact) - len(errors), middle, late)


def measure_feedback(
    library: Library, feedback: Sequence[Feedback], zero_hits: Sequence[ZeroHit]
) -> FeedbackFigures:
    """Run the stored queries again; equal judgements of an answer count once."""
    qrels = dict.fromkeys(_judged_qrel(row) for row in feedback if _can_be_asked(row))
    ranks: dict[str, list[int | None]] = {verdict: [] for verdict in Verdict}
    for run in run_queries(library, tuple(qrels)):
        ranks[run.qrel.style].append(_rank(run))
    useful, rejected = ranks[Verdict.USEFUL], ranks[Verdict.NOT_THIS]
    empty = {row.query for row in zero_hits if row.query}
    return FeedbackFigures(
        useful=len(useful),
        found=sum(rank is not None for rank in useful),
        first=useful.count(1),
        mrr=_mrr(useful) if useful else 0.0,
        rejected=len(rejected),
        still_first=rejected.count(1),
        empty=len(empty),
        answered=sum(bool(_find(library, query, 1)) for query in empty),
        unasked=sum(not _can_be_asked(row) for row in feedback)
        + sum(not row.query for row in zero_hits),
    )


def _find(library: Library, typed: str, limit: int) -> tuple[Hit, ...]:
    """Return the hits with which `bot.answers.passages` answers a query."""
    query = parse_query(typed)
    if not query.has_words:
        return ()
    return search(library.index.at_hand, query, limit, semantic=library.semantic).hits


def _can_be_asked(row: Feedback) -> bool:
    return bool(row.query) and row.start is not None


def _judged_qrel(row: Feedback) -> Qrel:
    start = row.start or 0.0
    return Qrel("", row.query or "", row.episode, start, start, row.verdict, exact=False)


def _read_qrel(path: Path, number: int, line: str) -> Qrel:
    try:
        row: Mapping[str, Any] = json.loads(line)
        return _checked(_parse_qrel(row, number))
    except _NoQueryError as error:
        raise EvaluationError(f"{path}:{number}", str(error)) from error
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        remedy = "A line is JSON with query, episode, start and end, or phrase, episode and true."
        raise EvaluationError(f"{path}:{number}", "this is not a query.", remedy) from error


def _parse_qrel(row: Mapping[str, Any], number: int) -> Qrel:
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


def _checked(qrel: Qrel) -> Qrel:
    """Refuse a query that no passage could answer."""
    if not qrel.query.strip(' "'):
        raise _NoQueryError("its query is empty.")
    if not qrel.start <= qrel.end:
        raise _NoQueryError(f"its passage ends at {qrel.end:g}, before it starts.")
    return qrel


def _figures(style: str, runs: Sequence[QueryRun]) -> Figures:
    ranks = [_rank(run) for run in runs]
    return Figures(
        style,
        len(ranks),
        _mrr(ranks),
        mean(float(rank == 1) for rank in ranks),
        mean(float(rank is not None) for rank in ranks),
    )


def _mrr(ranks: Sequence[int | None]) -> float:
    return mean(1 / rank if rank else 0.0 for rank in ranks)


def _rank(run: QueryRun) -> int | None:
    """Return the rank, from 1, of the first right hit."""
    wanted = run.qrel
    for rank, hit in enumerate(run.hits, start=1):
        lands = hit.start is not None and (
            wanted.start - TOLERANCE <= hit.start <= wanted.end + TOLERANCE
        )
        if lands and hit.episode.slug == wanted.episode:
            return rank
    return None
