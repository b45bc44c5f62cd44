"""Fit the ranking's weights on queries with known answers, and show what each is worth.

`python -m bench.search.fit QUERIES.jsonl` reads the transcripts that AIRQUOTE_EPISODES names. It
fits the weights to put the right passage first (the likelihood of a softmax over each query's
candidates), one weight after the other. Cross-validation shows how good they are on unseen queries;
the ablation fits again without each feature.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Floats
from bot.environment import load_settings
from bot.library.evaluation import DEPTH, TOLERANCE, Qrel, read_qrels
from bot.library.library import open_library
from bot.search.budget import Budget
from bot.search.engine import paginate
from bot.search.index.index import Index
from bot.search.interpretation import InterpretedQuery, interpret
from bot.search.query import parse_query
from bot.search.ranking import Ranked, Weights, features, retrieve_candidates
from bot.search.snippets import find_anchor, find_matches

NAMES = tuple(field.name for field in fields(Weights))
FOLDS = 5
SEED = 1
_STEPS = (0.5, 0.8, 0.93, 1.08, 1.25, 2.0)
_ROUNDS = 12
# Keeps weights from drifting where the queries hardly say anything about them.
_PRIOR = 0.002


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with the evidence for its candidates (a row each) and which of them are right."""

    qrel: Qrel
    index: Index
    candidates: NDArray[np.int32]
    evidence: Floats
    right: NDArray[np.bool_]


def judge(index: Index, qrel: Qrel) -> Judged:
    """Measure a query's candidates and say which land in the wanted passage."""
    interpreted = interpret(index, parse_query(qrel.query), Budget.of(index))
    candidates = retrieve_candidates(index, interpreted.terms, interpreted.allowed, Weights())
    right = np.array([_lands(index, interpreted, qrel, passage) for passage in candidates.tolist()])
    return Judged(qrel, index, candidates, features(index, interpreted.terms, candidates), right)


def _lands(index: Index, interpreted: InterpretedQuery, qrel: Qrel, passage: int) -> bool:
    episode = index.episodes[int(index.passage_episodes[passage])]
    if episode.slug != qrel.episode:
        return False
    second = find_anchor(
        index, interpreted, passage, find_matches(index, interpreted, passage)
    ).second
    return second is not None and qrel.start - TOLERANCE <= second <= qrel.end + TOLERANCE


def likelihood(weights: Floats, queries: Sequence[Judged]) -> float:
    """Return the mean log-likelihood of the right passages; `weights` end with a temperature."""
    total = 0.0
    for query in queries:
        if query.right.any():
            scores = query.evidence @ weights[:-1] / weights[-1]
            chances = np.exp(scores - scores.max())
            total += float(np.log(chances[query.right].sum() / chances.sum() + 1e-9))
    drift = np.log(np.where(weights > 0, weights, 1.0))
    return total / len(queries) - _PRIOR * float(drift @ drift)


def fit(queries: Sequence[Judged], without: str = "") -> Floats:
    """Fit all weights but `near`, which is the unit, and the temperature, which comes last."""
    weights = np.array([*Weights().vector, 5.0])
    free = [n for n in range(len(weights)) if n >= len(NAMES) or NAMES[n] not in ("near", without)]
    if without:
        weights[NAMES.index(without)] = 0.0
    best = likelihood(weights, queries)
    for _ in range(_ROUNDS):
        for number in free:
            for step in _STEPS:
                tried = weights.copy()
                tried[number] *= step
                if (reached := likelihood(tried, queries)) > best:
                    best, weights = reached, tried
    return weights


def reciprocal_rank(query: Judged, weights: Floats) -> float:
    """Return 1 / rank of the first right hit on a page of ten, 0 without one."""
    scores = query.evidence @ weights[:-1]
    order = np.lexsort((query.candidates, -scores))
    ranked = Ranked(query.candidates[order], scores[order])
    shown = paginate(query.index, ranked, DEPTH, 0, 2).shown
    right = set(query.candidates[query.right].tolist())
    ranks = (rank for rank, (passage, _) in enumerate(shown, 1) if passage in right)
    return 1 / next(ranks, np.inf)


def cross_validate(queries: Sequence[Judged]) -> float:
    """Return the mean reciprocal rank of queries under weights fitted on the others."""
    order = np.random.default_rng(SEED).permutation(len(queries))
    reached = []
    for fold in range(FOLDS):
        held_back = set(order[fold::FOLDS].tolist())
        weights = fit([q for n, q in enumerate(queries) if n not in held_back])
        reached += [reciprocal_rank(queries[n], weights) for n in held_back]
    return mean(reached)


def main() -> None:
    """Fit, cross-validate and ablate on the queries named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("Name a file of queries: python -m bench.search.fit QUERIES.jsonl")
    settings = load_settings()
    index = open_library(settings.episode_paths, settings.cache_folder).index
    qrels = [q for q in read_qrels(Path(sys.argv[1])) if q.style != "paraphrase"]
    queries = [judge(index, qrel) for qrel in qrels]
    weights = fit(queries)
    for name, weight in zip(NAMES, weights, strict=False):
        print(f"{name:8} {weight:6.3f}")
    print(f"MRR@10 {mean(reciprocal_rank(q, weights) for q in queries):.3f} fitted on all")
    print(f"MRR@10 {cross_validate(queries):.3f} cross-validated, {FOLDS} folds, seed {SEED}")
    for name in NAMES[1:]:
        reached = mean(reciprocal_rank(q, fit(queries, without=name)) for q in queries)
        print(f"MRR@10 {reached:.3f} without {name}")


if __name__ == "__main__":
    main()
