"""The local copies of git repositories, read without any request."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.sources import Folder, GitSource, Source

_COMMIT = re.compile("[0-9a-f]{40,64}")
# Raise it when the files written for a commit change.
_FORM = "1"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The local `paths` of a source at a commit, which was its newest `when` it was checked.

    It `failed` if the last check for a newer one did.
    """

    paths: tuple[Path, ...]
    commit: str
    when: datetime
    failed: bool = False


def gather_cached(sources: Sequence[Source], cache: Path) -> tuple[Path, ...]:
    """List the local paths of all sources, without any request."""
    known = [
        (source.path,) if isinstance(source, Folder) else _paths_of(last_fetched(source, cache))
        for source in sources
    ]
    return tuple(path for paths in known for path in paths)


def last_fetched(source: GitSource, cache: Path) -> Fetched | None:
    """Return the local copy of a source, without any request; None if it was never fetched."""
    commits = commits_in(home_of(source, cache))
    return fetched_in(source, commits[0][1]) if commits else None


def commits_in(home: Path) -> list[tuple[float, Path]]:
    """List the local commits with their times, the latest first."""
    try:
        commits = [path for path in home.iterdir() if _COMMIT.fullmatch(path.name)]
        return sorted(((path.stat().st_mtime, path) for path in commits), reverse=True)
    except OSError:
        return []


def fetched_in(source: GitSource, folder: Path) -> Fetched:
    """Describe the local copy of a source in the folder of a commit."""
    when = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
    return Fetched((folder / source.folder,), folder.name, when)


def _paths_of(fetched: Fetched | None) -> tuple[Path, ...]:
    return fetched.paths if fetched else ()


def home_of(source: GitSource, cache: Path) -> Path:
    """Return the folder for everything fetched from a source."""
    name = "\0".join((_FORM, source.url, source.branch, source.folder))
    return cache / "sources" / hashlib.sha256(name.encode()).hexdigest()[:16]
