"""Files: what ships with Airquote, atomic writes, digests, and locks between processes.

The only home of filelock.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
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
# Where a file is written before it takes its name; after an hour, nobody writes there any more.
_TEMPORARY = ".new-"
_STALE_SECONDS = 60 * 60


def write_atomically(path: Path, *parts: bytes | memoryview) -> None:
    """Write a file that is there as it was or as it will be, even if the power fails meanwhile."""
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
    """Return the SHA-256 of a file in hex; "" if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def sweep(folder: Path) -> None:
    """Remove what processes that were killed while they wrote have left behind."""
    for left in folder.glob(f"{_TEMPORARY}*"):
        # Another process may be sweeping too; a younger one may still be written.
        with suppress(OSError):
            if time() - left.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(left)


@contextmanager
def exclusive(path: Path, seconds: float = _FOREVER, stop: Event | None = None) -> Iterator[None]:
    """Let one process, and one thread of it, at a time past a lock: a file at `path`.

    The lock ends with its process; the file stays. Raises CacheError if it is not to be had within
    some seconds, or before `stop` is set, and OSError.
    """
    # Loaded here, as it takes longer than all else of a search and no search locks anything.
    from filelock import FileLock, Timeout

    lock, stopped = FileLock(path), stop.is_set if stop else None
    try:
        held = lock.acquire(timeout=seconds, poll_interval=_POLL_SECONDS, cancel_check=stopped)
    except Timeout as error:
        reason = "it cannot be locked, as another process has it."
        raise CacheError(str(path), reason, "Try again later.") from error
    with held:
        yield


def _sync_folder(folder: Path) -> None:
    """Make the new name of a file last, where folders can be synchronised."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
