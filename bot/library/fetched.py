"""What has been fetched of git repositories and is here, which nobody needs to be asked for."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.sources import Folder, GitSource, Source

_COMMIT = re.compile("[0-9a-f]{40,64}")
# To be raised when other files are written of a commit than before.
_FORM = "1"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is here of a source: its `paths`, as of a commit, which was its newest one `when`.

    It `failed` where nobody knows whether there is a newer one.
    """

    paths: tuple[Path, ...]
    commit: str
    when: datetime
    failed: bool = False


def gather_cached(sources: Sequence[Source], cache: Path) -> tuple[Path, ...]:
    """List the paths of all sources as far as they are here, without asking anybody."""
    known = [
        (source.path,) if isinstance(source, Folder) else _paths_of(last_fetched(source, cache))
        for source in sources
    ]
    return tuple(path for paths in known for path in paths)


def last_fetched(source: GitSource, cache: Path) -> Fetched | None:
    """Say what is here of a source, without asking anybody; None if it was never fetched."""
    commits = commits_in(home_of(source, cache))
    return fetched_in(source, commits[0][1]) if commits else None


def commits_in(home: Path) -> list[tuple[float, Path]]:
    """List the commits that are here, the one that was newest last in front."""
    try:
        commits = [path for path in home.iterdir() if _COMMIT.fullmatch(path.name)]
        return sorted(((path.stat().st_mtime, path) for path in commits), reverse=True)
    except OSError:
        return []


def fetched_in(source: GitSource, folder: Path) -> Fetched:
    """Say what is here of a source in the folder of a commit."""
    when = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
    return Fetched((folder / source.folder,), folder.name, when)


def _paths_of(fetched: Fetched | None) -> tuple[Path, ...]:
    return fetched.paths if fetched else ()


def home_of(source: GitSource, cache: Path) -> Path:
    """Name the folder of all that is fetched of a source."""
    name = "\0".join((_FORM, source.url, source.branch, source.folder))
    return cache / "sources" / hashlib.sha256(name.encode()).hexdigest()[:16]
