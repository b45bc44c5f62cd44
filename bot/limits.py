"""What this process may take, and how it keeps its memory small."""

import ctypes
import gc
import sys
from contextlib import suppress
from math import ceil
from pathlib import Path

if sys.platform != "win32":
    import resource

# Linux says here how many pages of memory this process has reserved.
_STATM = Path("/proc/self/statm")
_OBJECTS_BETWEEN_COLLECTIONS = 10_000


def collect_seldom() -> None:
    """Look for garbage less often: what is read stays, and looking finds hardly any."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


def give_memory_back() -> None:
    """Give what is free of this process's memory back to the system, where that is possible.

    Otherwise, it stays with the process wherever something is left behind it.
    """
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # only glibc has this
            ctypes.CDLL(None).malloc_trim(0)


def limit_further(megabytes: int, seconds: int) -> None:
    """Allow this process that much more memory and processor time than it has used by now.

    More memory raises MemoryError, on Linux; more time ends the process by SIGXCPU. The next call
    replaces the limits. Windows has neither.
    """
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, ceil(used.ru_utime + used.ru_stime) + seconds)
    with suppress(OSError):
        pages = int(_STATM.read_text().split()[0])
        _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + megabytes * 1_000_000)


def lift_limits() -> None:
    """Undo `limit_further`."""
    if sys.platform == "win32":
        return
    for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS):
        _, most = resource.getrlimit(kind)
        resource.setrlimit(kind, (most, most))


def _limit(kind: int, value: int) -> None:
    if sys.platform != "win32":
        _, most = resource.getrlimit(kind)
        resource.setrlimit(kind, (value if most < 0 else min(value, most), most))
