"""Build an index, and measure it, before it may become current.

`python -m bot.library.build_job` does so in a worker process, so that answers stay fast and no file
can stop them. It reads the job as JSON from standard input, writes events to standard output, each
a JSON array on a line, and says on standard error what is wrong:

    ["file", path, sha256]         is about to be read
    ["progress", stage, done, of]
    ["built", inspection]          is what the index is built from, with last good versions
"""

import json
import os
import sys
from dataclasses import replace
from functools import partial

from bot.errors import AirquoteError, CacheError
from bot.library.job import OUT_OF_MEMORY, BuildLimits, Job, read_job
from bot.library.library import (
    Library,
    build_library,
    keep_library,
    load_library,
    with_quotes,
    with_semantic_index,
)
from bot.library.manifest import Inspection
from bot.library.registry import Registry, library_id
from bot.library.scan import with_last_good_files
from bot.limits import collect_seldom, give_memory_back, lift_limits, limit_further
from bot.pool import Pool, count_processes
from bot.reporting import Notice, Progress, ignore
from bot.search.index.storage import load_index
from bot.stored_json import as_plain
from bot.transcripts.files import OnFile, SourceFile, refuse_file

_HARMFUL_REMEDY = "Check that it is a transcript, or remove it."
# Whoever searches goes first.
_NICENESS = 10
_WRONG = 1
# In how many steps a stage is told: whoever listens takes each as a line.
_STEPS = 50


def build_candidate(
    job: Job,
    on_progress: Progress = ignore,
    on_notice: Notice = ignore,
    on_file: OnFile = ignore,
    pool: Pool | None = None,
) -> Inspection:
    """Build what the cache lacks of an index, and measure it; return what it is built from.

    A `pool` shares the work. Raises OSError, and CacheError if files change meanwhile.
    """
    registry, cache = job.registry, job.registry.cache
    inspection = with_last_good_files(_without_harmful(job), cache, on_file)
    index_id, standing = library_id(inspection.found), registry.standing()
    if standing.choose(index_id) != index_id and not job.force:
        return inspection
    library = _load_or_build(inspection, registry, on_progress, on_notice, on_file, pool)
    library = with_semantic_index(library, job.model, cache, on_progress, on_notice)
    library = with_quotes(library, cache, on_notice, registry.path_of(index_id), pool)
    if job.queries:
        # Only here, since it needs the whole search.
        from bot.library.measuring import measure_library

        measure_library(library, job.queries, registry, job.model)
    return inspection


def _without_harmful(job: Job) -> Inspection:
    found = job.inspection.found
    for each in job.harmful:
        found = refuse_file(found, each.sha256, each.reason, _HARMFUL_REMEDY)
    return replace(job.inspection, found=found)


def _load_or_build(
    inspection: Inspection,
    registry: Registry,
    on_progress: Progress,
    on_notice: Notice,
    on_file: OnFile,
    pool: Pool | None,
) -> Library:
    index_id = library_id(inspection.found)
    if registry.manifest(index_id):
        try:
            return load_library(index_id, registry)
        except CacheError as error:
            on_notice(str(error))
    parts = registry.parts
    library = build_library(inspection.found, on_progress, on_file, parts, on_notice, pool)
    keep_library(library, inspection, registry)
    # What was built is large; of the file, which was just written, only what is used is in memory.
    del library
    give_memory_back()
    return Library(index_id, *load_index(registry.path_of(index_id), sound=True))


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _emit(*event: object) -> None:
    sys.stdout.write(f"{json.dumps(event)}\n")
    sys.stdout.flush()


def _begin(limits: BuildLimits, file: SourceFile) -> None:
    """Say which file is read next, and limit what reading it may take."""
    _emit("file", file.path, file.digest)
    limit_further(limits.file_megabytes, limits.file_seconds)


def _advance(stage: str, done: int, of: int) -> None:
    if done in (0, of):
        lift_limits()  # whatever comes next deals with all files, or with none yet
    elif done * _STEPS // of == (done - 1) * _STEPS // of:
        return  # too little for anybody to see
    _emit("progress", stage, done, of)


def _main() -> int:
    """Run the job on standard input; return the exit code."""
    collect_seldom()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        job = read_job(sys.stdin.buffer.read())
        limits, begin = job.limits, partial(_begin, job.limits)
        with Pool(count_processes(), limits.file_megabytes, limits.file_seconds) as pool:
            inspection = build_candidate(job, _advance, _tell, begin, pool)
    except AirquoteError as error:
        _tell(str(error))
        return _WRONG
    except OSError as error:
        _tell(f"{error.filename}: {error.strerror}." if error.filename else f"{error}.")
        return _WRONG
    except MemoryError:
        return OUT_OF_MEMORY
    _emit("built", as_plain(inspection))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
