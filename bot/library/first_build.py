"""Build the first index of some sources, with which answers begin."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from bot.library.build_worker import build_error, build_in_worker
from bot.library.job import Job
from bot.library.library import Library, cannot_keep, open_kept
from bot.library.registry import Registry
from bot.reporting import Notice, Progress, ignore


async def build_first(
    job: Job, on_progress: Progress = ignore, on_notice: Notice = ignore
) -> Library:
    """Build the first index of some sources in a worker, and open it.

    If the cache cannot be written to, the index is kept until it is open. Raises CacheError as
    `build_in_worker` does.
    """
    with _writable(job.registry, on_notice) as registry:
        job = replace(job, registry=registry, force=True)
        built = await build_in_worker(job, on_progress, on_notice)
        library = await asyncio.to_thread(open_kept, built.inspection, registry, on_notice)
    if library is None:
        raise build_error(job, "the new one cannot be opened.")
    return library


@contextmanager
def _writable(registry: Registry, on_notice: Notice) -> Iterator[Registry]:
    """Return a registry, or if its cache cannot be written to, one in a temporary folder."""
    try:
        registry.cache.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=registry.cache):
            pass
    except OSError as error:
        on_notice(cannot_keep(registry.cache, error))
        with TemporaryDirectory() as folder:
            yield replace(registry, cache=Path(folder))
    else:
        yield registry
