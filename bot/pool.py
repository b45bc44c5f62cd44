"""Work shared by processes, one for each core that this process may use.

Each process is new, and has nothing but what it is given, so that this works alike on all systems.
It ends with the process that started it, however that ends.
"""

import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.reporting import ignore

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")

# More processes would wait for the one that joins what they make.
_MOST_PROCESSES = 8
# What a process may take, in bytes; most take half of it.
_MEMORY_EACH = 200_000_000
# Starting processes takes as long as so many tasks.
_FEWEST = 32
# After so many, what the processes have in memory counts more than starting them again.
_MANY = 1_000
# So many tasks for each process are on their way, so that none waits for the next.
_AHEAD = 4
# Where Linux says how much memory is left: of the machine, and of a container.
_MACHINE = Path("/proc/meminfo")
_CONTAINER = Path("/sys/fs/cgroup")


class Pool:
    """Processes that start with the first long list of tasks; without any, tasks are done here.

    Of each task, `megabytes` and `seconds` of processor time are the limits; see `limit_further`.
    """

    def __init__(self, processes: int = 1, megabytes: int = 0, seconds: int = 0) -> None:
        self._processes, self._limits = processes, (megabytes, seconds)
        self._executor: Executor | None = None

    def map(
        self,
        do: Callable[[_Given], _Made],
        tasks: Sequence[_Given],
        begin: Callable[[_Given], None] = ignore,
    ) -> Iterator[_Made]:
        """Yield what is made of each task, in their order; raise what doing one raises.

        If a process dies or lacks memory, what is left is done here. `begin` is called with each
        task that is done here, before it is.
        """
        left = deque(tasks)
        if self.shares(tasks):
            yield from self._share(do, left)
        while left:
            task = left.popleft()
            begin(task)
            yield do(task)

    def shares(self, tasks: Sequence[object]) -> bool:
        """Tell whether tasks are so many that other processes do them."""
        return self._processes > 1 and len(tasks) >= _FEWEST

    def _share(self, do: Callable[[_Given], _Made], left: deque[_Given]) -> Iterator[_Made]:
        """Yield what processes make of tasks, which are taken off then, until they fail."""
        waiting: deque[Future[_Made]] = deque()
        written = pickle.dumps(do)
        while left:
            try:
                for task in islice(left, len(waiting), _AHEAD * self._processes):
                    waiting.append(self._submit(written, task))
                made = waiting[0].result()
            except (BrokenExecutor, MemoryError, _StartError):
                self._processes = 1
                self.close()
                return
            waiting.popleft()
            left.popleft()
            yield made

    def _submit(self, do: bytes, task: _Given) -> Future[Any]:
        try:
            self._executor = self._executor or _start(self._processes)
            return self._executor.submit(_do, do, task, self._limits)
        except (ImportError, OSError) as error:  # some systems have no semaphores
            raise _StartError from error

    def rest(self, done: int) -> None:
        """End the processes until they are needed again, if many tasks were done by now."""
        if done >= _MANY:
            self.close()

    def close(self) -> None:
        """End the processes, once each has done its task."""
        if self._executor:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()


class _StartError(Exception):
    """No process can be started here."""


def count_processes() -> int:
    """Return how many processes this one may start, by its cores and by the memory that is left."""
    with suppress(AttributeError):  # neither macOS nor Windows say which cores are meant for whom
        cores = len(os.sched_getaffinity(0))
        return max(1, min(cores, _MOST_PROCESSES, _memory_left() // _MEMORY_EACH))
    return min(os.cpu_count() or 1, _MOST_PROCESSES)


def _memory_left() -> int:
    """Return how much memory is left, in bytes, as far as Linux says."""
    left = [_MOST_PROCESSES * _MEMORY_EACH]
    with suppress(OSError, ValueError, StopIteration):
        lines = _MACHINE.read_text().splitlines()
        left.append(1024 * next(int(x.split()[1]) for x in lines if x.startswith("MemAvailable:")))
    with suppress(OSError, ValueError):  # "max" is no number
        most, used = ((_CONTAINER / f"memory.{name}").read_text() for name in ("max", "current"))
        left.append(int(most) - int(used))
    return min(left)


def _start(processes: int) -> Executor:
    # Imported here and below, since a search starts no processes.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(processes, get_context("spawn"), _prepare)


def _prepare() -> None:
    """Leave Ctrl-C to the process that started this one, and end with it."""
    from bot.limits import collect_seldom

    collect_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_outlive_nobody, daemon=True).start()


def _outlive_nobody() -> None:
    from multiprocessing import parent_process

    if parent := parent_process():
        parent.join()
        os._exit(1)


def _do(written: bytes, task: object, limits: tuple[int, int]) -> object:
    if any(limits):
        from bot.limits import limit_further

        limit_further(*limits)
    return _read(written)(task)


@lru_cache(maxsize=1)
def _read(written: bytes) -> Callable[[object], object]:
    """Read what to do: that may hold much more than a task."""
    do: Callable[[object], object] = pickle.loads(written)  # noqa: S301 - from the parent
    return do
