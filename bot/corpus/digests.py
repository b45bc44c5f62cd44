"""What files hold, remembered so that those that stay as they are need not be read again."""

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

# A file that is changed twice within one tick of its file system's clock looks the same after the
# second change. The coarsest clock, that of FAT, ticks every two seconds.
_COARSEST_TICK_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class _Look:
    """How a file looked from outside, and the digest of what was in it."""

    outside: tuple[int, ...]
    digest: str


class Digests:
    """The digests of files, by location; a file that looks as it did is not opened.

    It looks the same when its size, its times and its inode are; a file that was changed within
    two seconds before it was read is read once more, so that no change is ever missed.
    """

    def __init__(self) -> None:
        self._looks: dict[Path, _Look] = {}

    def find(self, location: Path, status: os.stat_result) -> str:
        """Return the digest of a file that is known and unchanged, else ""."""
        look = self._looks.get(location)
        return look.digest if look and look.outside == _outside(status) else ""

    def remember(
        self, location: Path, status: os.stat_result, data: bytes, now: int | None = None
    ) -> str:
        """Hash what was read from a file; `status` is from before that, `now` is nanoseconds."""
        digest = hashlib.sha256(data).hexdigest()
        read = time.time_ns() if now is None else now
        settled = max(status.st_mtime_ns, status.st_ctime_ns) < read - _COARSEST_TICK_NS
        if settled and len(data) == status.st_size:
            self._looks[location] = _Look(_outside(status), digest)
        else:
            self._looks.pop(location, None)
        return digest


def _outside(status: os.stat_result) -> tuple[int, ...]:
    times = status.st_mtime_ns, status.st_ctime_ns
    return (status.st_dev, status.st_ino, status.st_size, *times)
