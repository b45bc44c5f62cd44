"""What a worker process that builds an index is told, and answers, as JSON."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from bot.library.manifest import Inspection
from bot.library.registry import Registry
from bot.stored_json import as_kind, as_plain, parse_stored

OUT_OF_MEMORY = 3
"""The exit code of a worker that needs more memory than it may have."""


@dataclass(frozen=True, slots=True)
class BuildLimits:
    """The time limit of a build, and the memory and processor time that one file may take.

    A build may take a hundred times what two hundred episodes take; a file, five times what 20 MB
    of captions take.
    """

    seconds: float = 30 * 60.0
    file_megabytes: int = 1_000
    file_seconds: int = 30


LIMITS = BuildLimits()


@dataclass(frozen=True, slots=True)
class HarmfulFile:
    """A file by its content's SHA-256, and what reading it led to."""

    sha256: str
    reason: str


@dataclass(frozen=True, slots=True)
class Job:
    """What to build, and for which registry.

    `model` is the name of the embedding model, "" for none; `queries` is a file of queries to
    measure with. `harmful` files are refused unread: reading them has ended a worker before.
    With `force`, an index is built even if it was refused or rolled back.
    """

    inspection: Inspection
    registry: Registry
    model: str = ""
    queries: Path | None = None
    harmful: tuple[HarmfulFile, ...] = ()
    force: bool = False
    limits: BuildLimits = LIMITS


def write_job(job: Job) -> bytes:
    """Write a job as JSON for another process, with absolute paths."""
    registry = replace(job.registry, cache=job.registry.cache.resolve())
    queries = job.queries and job.queries.resolve()
    absolute = replace(job, registry=registry, queries=queries)
    return json.dumps(as_plain(absolute)).encode()


def read_job(written: bytes) -> Job:
    """Read a job written by `write_job`."""
    return parse_stored(written, Job)


def read_inspection(written: object) -> Inspection:
    """Read the inspection of a "built" event."""
    return as_kind(written, Inspection)
