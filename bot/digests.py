"""The SHA-256 of files that were read before, so that unchanged ones need not be read again."""

import json
import os
import time
from contextlib import suppress
from pathlib import Path

from bot.files import write_atomically

# A file changed twice within one tick of its file system's clock looks the same after the second
# change. The coarsest clock, that of FAT, ticks every two seconds.
_COARSEST_TICK_NS = 2_000_000_000
# Two megabytes; the digests that were noted first are forgotten.
_MOST_KNOWN = 10_000


class Digests:
    """The digests of files by location, kept in a file if its `path` is given.

    A file is unchanged if its size, times and inode are. One that was changed less than two seconds
    before it was read is read again, so that no change is missed.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known = _read(path) if path else {}
        self._changed = False

    def find(self, location: Path, status: os.stat_result) -> str:
        """Return the digest of a known and unchanged file, else ""."""
        known = self._known.get(str(location))
        return str(known[-1]) if known and known[:-1] == _signature(status) else ""

    def remember(
        self, location: Path, status: os.stat_result, digest: str, now: int | None = None
    ) -> None:
        """Note a file's digest; `status` was taken before reading, `now` is in nanoseconds."""
        read = time.time_ns() if now is None else now
        self._changed = self._known.pop(str(location), None) is not None or self._changed
        if max(status.st_mtime_ns, status.st_ctime_ns) < read - _COARSEST_TICK_NS:
            self._known[str(location)] = [*_signature(status), digest]
            self._changed = True

    def save(self) -> None:
        """Write what has changed, where that is possible."""
        if self._path and self._changed:
            newest = dict([*self._known.items()][-_MOST_KNOWN:])
            with suppress(OSError):
                write_atomically(self._path, json.dumps(newest).encode())
            self._changed = False


def _read(path: Path) -> dict[str, list[int | str]]:
    """Read digests; none if the file is missing or damaged."""
    try:
        known = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _signature(status: os.stat_result) -> list[int]:
    times = status.st_mtime_ns, status.st_ctime_ns
    return [status.st_dev, status.st_ino, status.st_size, *times]
