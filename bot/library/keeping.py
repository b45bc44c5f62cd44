"""Keep a new index in the cache, with the manifest that says what it is built from."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.digests import Digests
from bot.errors import CacheError
from bot.files import sha256_of
from bot.library.manifest import Counts, Inspection, Manifest, entries_of
from bot.library.registry import Registry
from bot.library.scan import digests_in
from bot.models import Problem
from bot.search.index.index import Index
from bot.search.index.storage import save_index
from bot.search.index.version import INDEX_VERSION
from bot.search.index.vocabulary import BREAK
from bot.version import commit, version


@dataclass(frozen=True, slots=True)
class Made:
    """A new index with its id and the problems of its files."""

    id: str
    index: Index
    problems: tuple[Problem, ...]


def keep_index(made: Made, inspection: Inspection, registry: Registry) -> Manifest:
    """Write an index, then its manifest.

    Raises OSError, and CacheError if the files it was made of have changed since.
    """
    digests = digests_in(registry.cache)
    for file in inspection.found.to_read:
        if _digest_of(file.kept or file.location, digests) != file.digest:
            remedy = "The index is not kept, but made again the next time."
            raise CacheError(file.path, "it was changed while the index was made.", remedy)
    save_index(made.index, made.problems, registry.path_of(made.id))
    return describe(made, inspection, registry)


def _digest_of(path: Path, digests: Digests) -> str:
    """Return the SHA-256 of a file, which is read only if it has changed; "" if it is gone."""
    with suppress(OSError):
        return digests.find(path, path.stat()) or sha256_of(path)
    return ""


def describe(made: Made, inspection: Inspection, registry: Registry) -> Manifest:
    """Write the manifest of an index in the cache; raises OSError."""
    refused = tuple(problem for problem in made.problems if problem.loses_file)
    manifest = Manifest(
        id=made.id,
        built_at=datetime.now(UTC),
        version=version(),
        commit=commit(),
        sources=tuple(entries_of(inspection, refused)),
        commits=inspection.commits,
        refused=refused,
        counts=counts_of(made.index),
        sha256=sha256_of(registry.path_of(made.id)),
        missing=inspection.missing,
        index_version=INDEX_VERSION,
    )
    registry.register(manifest)
    return manifest


def counts_of(index: Index) -> Counts:
    """Measure the size of an index."""
    words = int(index.term_counts.sum() - index.term_counts[BREAK])
    passages, cues = len(index.passages.firsts), len(index.transcripts.ends)
    return Counts(len(index.episodes), passages, cues, words)
