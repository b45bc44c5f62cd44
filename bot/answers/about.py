"""Which version runs here, and on which data."""

from collections.abc import Iterator
from dataclasses import replace

from bot.answers.replies import Reply, utc_instant
from bot.library.keeping import counts_of
from bot.library.library import Library
from bot.library.manifest import Manifest
from bot.library.registry import Registry
from bot.translations import format_number, gettext, ngettext
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
    said = gettext("This is Airquote {version}.", version=version())
    return Reply(said, notes, instants=built)


def _describe_code() -> Iterator[str]:
    if name := commit():
        yield gettext("Its code is at commit {commit}.", commit=name[:_SHORT])


def _describe_index(library: Library) -> Iterator[str]:
    counts, manifest = counts_of(library.index), library.manifest
    yield ngettext(
        "It answers from the index {index}: {episodes} with {n} word.",
        "It answers from the index {index}: {episodes} with {n} words.",
        counts.words,
        index=library.id,
        episodes=ngettext("{n} episode", "{n} episodes", counts.episodes),
    )
    if manifest:
        yield from _describe_making(manifest)


def _describe_making(manifest: Manifest) -> Iterator[str]:
    files, when = len(manifest.sources), utc_instant(manifest.built_at).text
    if refused := len({problem.path for problem in manifest.refused}):
        yield ngettext(
            "The index was built on {when} from {n} file; {refused} of them cannot be read.",
            "The index was built on {when} from {n} files; {refused} of them cannot be read.",
            files,
            when=when,
            refused=format_number(refused),
        )
    else:
        yield ngettext(
            "The index was built on {when} from {n} file.",
            "The index was built on {when} from {n} files.",
            files,
            when=when,
        )
    for source, name in manifest.commits.items():
        if len(name) == _DIGITS_OF_FEEDS:
            yield gettext("{source} is at state {name}.", source=source, name=name[:_SHORT])
        else:
            yield gettext("{source} is at commit {name}.", source=source, name=name[:_SHORT])
