"""The local copies of git repositories and feeds, read without any request."""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.files import sha256_of
from bot.sources import FeedFile, FeedSource, Fetchable, Folder, GitSource, Source, may_be_feed

_COMMIT = re.compile("[0-9a-f]{40,64}")
READ_FROM = "read-from"
"""The file with the digest of the local feed that was read last."""

_FEED_ENDINGS = (".xml", ".rss", ".atom")
_SNIFFED_BYTES = 4096
_FEED_ROOT = re.compile(rb"<(?:rss\b|feed\b|rdf:RDF\b)", re.IGNORECASE)
# Raise it when the files written for a commit change.
_FORM = "2"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The local `paths` of a source at a commit, which was its newest `when` it was checked.

    A state of a feed is called a commit too. It `failed` if the last check for a newer one did.
    """

    paths: tuple[Path, ...]
    commit: str
    when: datetime
    failed: bool = False


def with_feed_files(sources: Sequence[Source]) -> tuple[Folder | Fetchable, ...]:
    """Find the feeds among local files, and in local folders, whose other files are read too."""
    found: list[Folder | Fetchable] = []
    for source in sources:
        if isinstance(source, Folder) and _is_feed(source.path):
            found.append(FeedFile(source.path, source.rules))
            continue
        found.append(source)
        if isinstance(source, Folder):
            feeds = _feeds_in(source.path)
            found += [FeedFile(path, source.rules, in_folder=True) for path in feeds]
    return tuple(found)


def gather_cached(sources: Sequence[Source], cache: Path) -> tuple[Path, ...]:
    """List the local paths of all sources, without any request."""
    known = [
        (source.path,) if isinstance(source, Folder) else _paths_of(last_fetched(source, cache))
        for source in with_feed_files(sources)
    ]
    return tuple(path for paths in known for path in paths)


def last_fetched(source: Fetchable, cache: Path) -> Fetched | None:
    """Return the local copy of a source, without any request; None if it was never fetched."""
    commits = commits_in(home_of(source, cache))
    if commits:
        return fetched_in(source, commits[0][1])
    feed = may_be_feed(source)
    return last_fetched(feed, cache) if feed else None


def is_fetched(source: Fetchable, cache: Path) -> bool:
    """Return whether there is a local copy of a source, which is that of a local feed as it is."""
    if isinstance(source, FeedFile):
        marked = home_of(source, cache) / READ_FROM
        try:
            same = marked.read_text(encoding="ascii") == sha256_of(source.path)
        except OSError:
            same = False
        return same and bool(commits_in(marked.parent))
    return last_fetched(source, cache) is not None


def commits_in(home: Path) -> list[tuple[float, Path]]:
    """List the local commits with their times, the latest first."""
    try:
        commits = [path for path in home.iterdir() if _COMMIT.fullmatch(path.name)]
        return sorted(((path.stat().st_mtime, path) for path in commits), reverse=True)
    except OSError:
        return []


def fetched_in(source: Fetchable, folder: Path) -> Fetched:
    """Describe the local copy of a source in the folder of a commit."""
    when = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
    path = folder / source.folder if isinstance(source, GitSource) else folder
    return Fetched((path,), folder.name, when)


def _paths_of(fetched: Fetched | None) -> tuple[Path, ...]:
    return fetched.paths if fetched else ()


def home_of(source: Fetchable, cache: Path) -> Path:
    """Return the folder for everything fetched from a source.

    What is fetched for a feed depends on the podcast's language, so each language has its own.
    """
    if isinstance(source, GitSource):
        parts = (_FORM, source.url, source.branch, source.folder)
    elif isinstance(source, FeedSource):
        parts = (_FORM, "feed", source.url, source.rules.language)
    else:
        parts = (_FORM, "file", str(source.path.resolve()), source.rules.language)
    name = "\0".join(parts)
    return cache / "sources" / hashlib.sha256(name.encode()).hexdigest()[:16]


def _is_feed(path: Path) -> bool:
    """Return whether a file begins like a feed."""
    try:
        with path.open("rb") as file:
            start = file.read(_SNIFFED_BYTES)
    except OSError:  # a folder, too
        return False
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and bool(_FEED_ROOT.search(start))


def _feeds_in(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            named = [each.name for each in entries if each.name.lower().endswith(_FEED_ENDINGS)]
    except OSError:
        return []
    feeds = (folder / name for name in sorted(named) if not name.startswith("."))
    return [path for path in feeds if _is_feed(path)]
