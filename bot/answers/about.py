"""Which version runs here, and on which data."""

from collections.abc import Iterator
from dataclasses import replace

from bot.answers.replies import Reply, utc_instant
from bot.library.library import Library
from bot.library.manifest import Manifest, counts_of
from bot.library.registry import Registry
from bot.text import pluralize
from bot.version import commit, version

# How many characters of a commit hash to show.
_SHORT = 10
# The states of a feed are named by SHA-256, and commits by SHA-1, with few exceptions.
_DIGITS_OF_FEEDS = 64


def with_manifest(library: Library, registry: Registry) -> Library:
    """Return the library with the manifest of its index."""
    return replace(library, manifest=registry.manifest(library.id))


def answer_about(library: Library) -> Reply:
    """Say which version runs and on which data."""
    notes = (*_describe_code(), *_describe_index(library))
    built = (utc_instant(library.manifest.built_at),) if library.manifest else ()
    return Reply(f"This is Airquote {version()}.", notes, instants=built)


def _describe_code() -> Iterator[str]:
    if name := commit():
        yield f"Its code is at commit {name[:_SHORT]}."


def _describe_index(library: Library) -> Iterator[str]:
    counts, manifest = counts_of(library.index), library.manifest
    known = f"{pluralize(counts.episodes, 'episode')} with {pluralize(counts.words, 'word')}"
    yield f"It answers from the index {library.id}: {known}."
    if manifest:
        yield from _describe_making(manifest)


def _describe_making(manifest: Manifest) -> Iterator[str]:
    files = pluralize(len(manifest.sources), "file")
    refused = len({problem.path for problem in manifest.refused})
    left_out = f"; {refused:,} of them cannot be read" if refused else ""
    yield f"The index was built on {utc_instant(manifest.built_at).text} from {files}{left_out}."
    for source, name in manifest.commits.items():
        kind = "state" if len(name) == _DIGITS_OF_FEEDS else "commit"
        yield f"{source} is at {kind} {name[:_SHORT]}."
