"""Measure a new index and the current one with the same queries, for the checks before a change."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.errors import CacheError
from bot.files import sha256_of
from bot.library.evaluation import MEAN, Qrel, measure_ranking, read_qrels, run_queries
from bot.library.library import Library, load_library, with_semantic_index
from bot.library.manifest import Evaluation
from bot.library.registry import Registry


def measure_library(library: Library, queries: Path, registry: Registry, model: str) -> None:
    """Measure a library and the current one, each only once with the same queries.

    `model` is that of the current one too, "" for none.
    """
    digest, qrels = sha256_of(queries), read_qrels(queries)
    for index_id in {library.id, registry.standing().id}:
        manifest = registry.manifest(index_id)
        known = manifest and manifest.evaluation
        if manifest is None or (known and known.sha256 == digest):
            continue
        try:
            measured = library if index_id == library.id else _load(index_id, registry, model)
        except CacheError:
            continue  # nothing is compared with an index that is damaged
        registry.register(replace(manifest, evaluation=_evaluate(measured, qrels, digest)))


def _load(index_id: str, registry: Registry, model: str) -> Library:
    return with_semantic_index(load_library(index_id, registry), model, registry.cache)


def _evaluate(library: Library, qrels: Sequence[Qrel], digest: str) -> Evaluation | None:
    figures = measure_ranking(list(run_queries(library, qrels)))
    if not figures:
        return None
    whole = next((each for each in figures if each.style == MEAN), figures[0])
    return Evaluation(digest, whole.queries, whole.mrr)
