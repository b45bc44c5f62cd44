"""Threads that answer people in turns, and go on if one of them never returns."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

_T = TypeVar("_T")


@dataclass(eq=False, slots=True)
class _Job(Generic[_T]):
    """Some work, when it began, and whether another thread has taken the place of its own.

    It is done in the context, such as the language, of whoever submits it.
    """

    work: Callable[[], _T]
    context: Context = field(default_factory=copy_context)
    done: Future[_T] = field(default_factory=Future)
    begun: float = 0.0
    is_replaced: bool = False

    def run(self) -> None:
        if self.done.set_running_or_notify_cancel():
            try:
                self.done.set_result(self.context.run(self.work))
            except BaseException as error:  # noqa: BLE001 - it is raised where the result is read
                self.done.set_exception(error)


class FairThreads(Generic[_T]):
    """Does the work of many people, `at_once` at a time.

    People take turns: a person's second job waits for the first of everybody else, and in each
    round, the smallest job comes first. A thread that does not return can be replaced, `spare`
    times at most.
    """

    def __init__(self, at_once: int, spare: int) -> None:
        self._threads = ThreadPoolExecutor(at_once + spare, thread_name_prefix="search")
        self._lock = Lock()
        # By round, size and arrival.
        self._waiting: list[tuple[int, int, int, _Job[_T]]] = []
        self._round = 0
        self._latest: dict[Hashable, int] = {}
        self._arrivals = count()
        self._running: set[_Job[_T]] = set()
        self._free = at_once
        self._spare = spare

    def submit(self, person: Hashable, work: Callable[[], _T], size: int = 0) -> Future[_T]:
        """Let a thread do some work when it is the person's turn."""
        job = _Job(work)
        with self._lock:
            turn = max(self._round, self._latest.get(person, -1) + 1)
            self._latest[person] = turn
            heappush(self._waiting, (turn, size, next(self._arrivals), job))
            if self._free:
                self._free -= 1
                self._threads.submit(self._work)
        return job.done

    def replace_slow(self, seconds: float) -> int:
        """Replace the threads that have been at one job for longer; return how many."""
        latest = monotonic() - seconds
        with self._lock:
            slow = [job for job in self._running if job.begun < latest and not job.is_replaced]
            replaced = slow[: self._spare]
            for job in replaced:
                job.is_replaced = True
                self._threads.submit(self._work)
            self._spare -= len(replaced)
        return len(replaced)

    def close(self) -> None:
        """Cancel what waits; what has begun is completed."""
        with self._lock:
            for *_, job in self._waiting:
                job.done.cancel()
        self._threads.shutdown(wait=False)

    def _work(self) -> None:
        """Do one job after the other until none is left, or another thread does it."""
        while job := self._begin():
            job.run()
            with self._lock:
                self._running.discard(job)
                if job.is_replaced:
                    self._spare += 1
                    return

    def _begin(self) -> _Job[_T] | None:
        with self._lock:
            if not self._waiting:
                self._free += 1
                self._latest.clear()
                return None
            self._round, _, _, job = heappop(self._waiting)
            job.begun = monotonic()
            self._running.add(job)
            return job
