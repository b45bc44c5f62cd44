"""Files: what ships with Airquote, atomic writes, digests, and locks between processes.

The only home of filelock.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from time import time

from bot.errors import CacheError

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
"""What ships with Airquote: the sample podcast, its catalog, the lexicon, the fonts."""

_FOREVER = -1.0
_POLL_SECONDS = 0.1
# The folder in which a file is written before it is renamed; no write takes an hour.
_TEMPORARY = ".new-"
_STALE_SECONDS = 60 * 60


def write_atomically(path: Path, *parts: bytes | memoryview) -> None:
    """Write a file so that it has its old or its new content, even after a power failure."""
    write_stream(path, parts)


def write_stream(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Write a file part by part, as `write_atomically` does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=_TEMPORARY) as folder:
        new = Path(folder, path.name)
        with new.open("wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    _sync_folder(path.parent)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex, or "" if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def is_file(path: Path) -> bool:
    """Return whether a file exists; False if its folder cannot be read."""
    try:
        return path.is_file()
    except OSError:
        return False


def newest_files(paths: Iterable[Path]) -> list[Path]:
    """Sort files by age, newest first, without those that another process deletes meanwhile."""
    ages = []
    for path in paths:
        with suppress(OSError):
            ages.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(ages, reverse=True)]


def sweep(folder: Path) -> None:
    """Remove what processes left behind that were killed while writing."""
    for left in folder.glob(f"{_TEMPORARY}*"):
        # Another process may be sweeping too, and a recent folder may still be in use.
        with suppress(OSError):
            if time() - left.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(left)


@contextmanager
def exclusive(path: Path, seconds: float = _FOREVER, stop: Event | None = None) -> Iterator[None]:
    """Hold a lock that one thread of one process at a time can hold: a file at `path`.

    The lock ends with its process; the file stays. Raises CacheError if the lock is not free
    within `seconds` or before `stop` is set, and OSError if there can be no such file.
    """
    # Imported late: it takes longer than all the rest of a search, which needs no lock.
    from filelock import FileLock, Timeout

    lock, stopped = FileLock(path), stop.is_set if stop else None
    try:
        held = lock.acquire(timeout=seconds, poll_interval=_POLL_SECONDS, cancel_check=stopped)
    except Timeout as error:
        reason = "it cannot be locked: another process holds the lock."
        raise CacheError(str(path), reason, "Try again later.") from error
    with held:
        yield


def _sync_folder(folder: Path) -> None:
    """Flush a renamed file's new name to disk, where the system can sync folders."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def size_of(folder: Path) -> int:
    """Return how many bytes the files of a folder have, without those that vanish meanwhile."""
    total = 0
    for path in folder.glob("*"):
        with suppress(OSError):
            total += path.stat().st_size
    return total
