"""A lock between processes that nobody has to clean up after."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

from bot.errors import CacheError

_LOOK_SECONDS = 0.5


@contextmanager
def exclusive(path: Path, seconds: float, stop: Event) -> Iterator[None]:
    """Let one process, and one thread of it, at a time past a lock: a file at `path`.

    The lock is SQLite's, which ends with its process on every system. Raises CacheError if it is
    not to be had within some seconds, or before `stop` is set.
    """
    try:
        lock = sqlite3.connect(path, _LOOK_SECONDS, isolation_level=None)
        with closing(lock), lock:
            _wait_for(lock, seconds, stop)
            yield
    except sqlite3.Error as error:
        raise CacheError(str(path), f"it cannot be locked ({error}).", "Remove it.") from error


def _wait_for(lock: sqlite3.Connection, seconds: float, stop: Event) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
            if not busy or stop.is_set() or time.monotonic() > until:
                raise
        else:
            return
