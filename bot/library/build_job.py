"""A candidate: an index that is built and measured before it may become current.

`python -m bot.library.build_job` builds one in a worker process, so that answers stay fast. It
reads the job as JSON from standard input and says on standard error what is wrong.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from bot.errors import AirquoteError, CacheError
from bot.files import sha256_of
from bot.library.evaluation import MEAN, Qrel, measure_ranking, read_qrels, run_queries
from bot.library.library import (
    Library,
    build_library,
    keep_library,
    library_id,
    load_library,
    with_quotes,
    with_semantic_index,
)
from bot.library.manifest import Evaluation, Inspection
from bot.library.registry import Registry
from bot.reporting import Notice, Progress, ignore

# Whoever searches goes first.
_NICENESS = 10
_WRONG = 1


@dataclass(frozen=True, slots=True)
class Job:
    """What to build, and for which registry.

    `model` is the name of the model that tells what texts mean, "" for none; `queries` is a file of
    queries to measure with.
    """

    inspection: Inspection
    registry: Registry
    model: str = ""
    queries: Path | None = None


def build_candidate(
    job: Job, on_progress: Progress = ignore, on_notice: Notice = ignore
) -> Library:
    """Build whatever the cache lacks of an index and its parts, and measure it.

    Raises OSError, and CacheError if its files change meanwhile.
    """
    cache = job.registry.cache
    library = _load_or_build(job, on_progress)
    library = with_semantic_index(library, job.model, cache, on_progress, on_notice)
    library = with_quotes(library, cache, on_notice)
    if job.queries:
        _measure(library, job.queries, job)
    return library


def _load_or_build(job: Job, on_progress: Progress) -> Library:
    registry, found = job.registry, job.inspection.found
    index_id = library_id(found)
    if registry.manifest(index_id):
        try:
            return load_library(index_id, registry)
        except CacheError:
            pass  # and built again
    library = build_library(found, on_progress)
    keep_library(library, job.inspection, registry)
    return library


def _measure(library: Library, queries: Path, job: Job) -> None:
    """Measure a library and the current one, each only once with the same queries."""
    registry, digest, qrels = job.registry, sha256_of(queries), read_qrels(queries)
    for index_id in {library.id, registry.standing().id}:
        manifest = registry.manifest(index_id)
        known = manifest and manifest.evaluation
        if manifest is None or (known and known.sha256 == digest):
            continue
        try:
            measured = library if index_id == library.id else _load(index_id, job)
        except CacheError:
            continue  # nothing is compared with an index that is damaged
        registry.register(replace(manifest, evaluation=_evaluate(measured, qrels, digest)))


def _load(index_id: str, job: Job) -> Library:
    return with_semantic_index(load_library(index_id, job.registry), job.model, job.registry.cache)


def _evaluate(library: Library, qrels: Sequence[Qrel], digest: str) -> Evaluation | None:
    figures = measure_ranking(list(run_queries(library, qrels)))
    if not figures:
        return None
    whole = next((each for each in figures if each.style == MEAN), figures[0])
    return Evaluation(digest, whole.queries, whole.mrr)


def write_job(job: Job) -> bytes:
    """Write a job as JSON for another process, with absolute paths."""
    registry = replace(job.registry, cache=job.registry.cache.resolve())
    queries = job.queries and job.queries.resolve()
    absolute = replace(job, registry=registry, queries=queries)
    return json.dumps(TypeAdapter(Job).dump_python(absolute, mode="json")).encode()


def read_job(written: bytes) -> Job:
    """Read a job written by `write_job`."""
    return TypeAdapter(Job).validate_python(json.loads(written))


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _main() -> int:
    """Run the job on standard input; return the exit code."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        build_candidate(read_job(sys.stdin.buffer.read()), on_notice=_tell)
    except (AirquoteError, OSError) as error:
        _tell(str(error))
        return _WRONG
    return 0


if __name__ == "__main__":
    sys.exit(_main())
