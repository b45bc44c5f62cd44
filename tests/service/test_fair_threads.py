"""Threads that answer people in turns, and go on if one of them never returns."""

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from threading import Event

import pytest

from bot.service.fair_threads import FairThreads

# A broken test ends after this many seconds rather than never.
FOREVER = 30.0


class Stuck:
    """Work that ends when it is `let`."""

    def __init__(self, threads: FairThreads[str], person: str = "zoe") -> None:
        self.let, self._begun = Event(), Event()
        self.done = threads.submit(person, self._work)
        self.has_begun = self._begun.wait

    def _work(self) -> str:
        self._begun.set()
        assert self.let.wait(FOREVER)
        return "stuck"


@pytest.fixture
def one_at_a_time() -> Iterator[FairThreads[str]]:
    threads = FairThreads[str](at_once=1, spare=1)
    yield threads
    threads.close()


def asking(threads: FairThreads[str], *asked: str) -> tuple[list[Future[str]], list[str]]:
    """Let people ask, each by the first word; return the answers, and the order they come in."""
    order: list[str] = []

    def work(text: str) -> Callable[[], str]:
        return lambda: order.append(text) or text  # type: ignore[func-returns-value]

    return [threads.submit(text.split()[0], work(text)) for text in asked], order


def test_a_second_job_waits_for_the_first_of_everybody_else(
    one_at_a_time: FairThreads[str],
) -> None:
    stuck = Stuck(one_at_a_time)
    assert stuck.has_begun(FOREVER)
    asked, order = asking(one_at_a_time, "ann 1", "ann 2", "ann 3", "bob 1", "bob 2", "cid 1")
    stuck.let.set()

    assert [each.result(FOREVER) for each in asked][-1] == "cid 1"
    assert order == ["ann 1", "bob 1", "cid 1", "ann 2", "bob 2", "ann 3"]


def test_who_comes_behind_many_of_one_person_is_next(one_at_a_time: FairThreads[str]) -> None:
    stuck = Stuck(one_at_a_time)
    assert stuck.has_begun(FOREVER)
    asked, order = asking(one_at_a_time, *(f"ann {n}" for n in range(500)), "bob")
    stuck.let.set()
    for each in asked:
        each.result(FOREVER)

    assert order[:3] == ["ann 0", "bob", "ann 1"]


def test_the_smallest_job_of_a_round_comes_first(one_at_a_time: FairThreads[str]) -> None:
    stuck, order = Stuck(one_at_a_time), list[int]()
    assert stuck.has_begun(FOREVER)
    sizes = [("ann", 30), ("bob", 40), ("cid", 5), ("ann", 1), ("dan", 5)]
    asked = [
        one_at_a_time.submit(person, lambda number=number: order.append(number) or "", size)
        for number, (person, size) in enumerate(sizes)
    ]
    stuck.let.set()
    for each in asked:
        each.result(FOREVER)

    assert order == [2, 4, 0, 1, 3]


def test_a_thread_that_does_not_return_is_replaced_while_there_are_spare_ones(
    one_at_a_time: FairThreads[str],
) -> None:
    first = Stuck(one_at_a_time)
    assert first.has_begun(FOREVER)
    (answer,), _ = asking(one_at_a_time, "ann")

    assert one_at_a_time.replace_slow(FOREVER) == 0
    assert one_at_a_time.replace_slow(0) == 1
    assert answer.result(FOREVER) == "ann"

    second = Stuck(one_at_a_time)
    assert second.has_begun(FOREVER)
    (waiting,), _ = asking(one_at_a_time, "bob")
    assert one_at_a_time.replace_slow(0) == 0
    first.let.set()
    assert first.done.result(FOREVER) == "stuck"
    while not one_at_a_time.replace_slow(0):
        pass
    assert waiting.result(FOREVER) == "bob"
    second.let.set()


def test_a_thread_that_returns_late_does_not_add_to_the_others(
    one_at_a_time: FairThreads[str],
) -> None:
    late = Stuck(one_at_a_time)
    assert late.has_begun(FOREVER)
    assert one_at_a_time.replace_slow(0) == 1
    late.let.set()
    late.done.result(FOREVER)
    first = Stuck(one_at_a_time)
    assert first.has_begun(FOREVER)
    second = Stuck(one_at_a_time)

    assert not second.has_begun(0.2)
    first.let.set()
    assert second.has_begun(FOREVER)
    second.let.set()


def test_an_error_reaches_who_waits_and_the_next_is_done(one_at_a_time: FairThreads[str]) -> None:
    def spill() -> str:
        raise ValueError("spilt")

    broken = one_at_a_time.submit("ann", spill)
    (answer,), _ = asking(one_at_a_time, "bob")

    with pytest.raises(ValueError, match="spilt"):
        broken.result(FOREVER)
    assert answer.result(FOREVER) == "bob"


def test_at_the_end_who_waits_is_cancelled(one_at_a_time: FairThreads[str]) -> None:
    stuck = Stuck(one_at_a_time)
    assert stuck.has_begun(FOREVER)
    (waiting,), order = asking(one_at_a_time, "ann")
    one_at_a_time.close()
    stuck.let.set()

    with pytest.raises(CancelledError):
        waiting.result(FOREVER)
    assert stuck.done.result(FOREVER) == "stuck"
    assert order == []
