"""Work that processes share: the results are those of one process, whatever happens to others."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from bot import pool as pools
from bot.pool import Pool, count_processes
from tests.process import ROOT, environment

MANY = range(100)
HERE = os.getpid()

WAITING = """
import os, time
from functools import partial
from bot.pool import Pool
from tests.test_pool import say_and_wait

if __name__ == "__main__":
    with Pool(2) as pool:
        for pid in pool.map(say_and_wait, range(100)):
            print(pid, flush=True)
"""


@pytest.fixture(scope="module")
def two() -> Iterator[Pool]:
    with Pool(2) as pool:
        yield pool


def square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def die_elsewhere(here: int, number: int) -> int:
    if number == 50 and os.getpid() != here:
        os._exit(9)
    return number


def lack_memory_elsewhere(here: int, number: int) -> int:
    if number == 50 and os.getpid() != here:
        raise MemoryError
    return number


def refuse(number: int) -> int:
    raise ValueError(f"not {number}")


def take_time(here: int, number: int) -> int:
    while number == 50 and os.getpid() != here:
        pass
    return number


def say_and_wait(number: int) -> int:
    if number:
        signal.pause()
    return os.getpid()


def test_other_processes_do_many_tasks_in_their_order(two: Pool) -> None:
    begun: list[int] = []
    done = [*two.map(square, MANY, begun.append)]

    assert [result for result, _ in done] == [number * number for number in MANY]
    assert HERE not in {process for _, process in done}
    assert begun == []


def test_after_many_tasks_the_processes_end_until_there_are_others() -> None:
    with Pool(2) as pool:
        first = {process for _, process in pool.map(square, MANY)}
        pool.rest(len(MANY))
        second = {process for _, process in pool.map(square, MANY)}
        pool.rest(1_000)
        third = {process for _, process in pool.map(square, MANY)}

    assert len(first | second) <= 2
    assert third.isdisjoint(first | second)


@pytest.mark.parametrize(("processes", "tasks"), [(1, MANY), (2, range(3))])
def test_few_tasks_or_a_single_core_need_no_other_process(processes: int, tasks: range) -> None:
    begun: list[int] = []
    with Pool(processes) as pool:
        done = [*pool.map(square, tasks, begun.append)]

    assert done == [(number * number, HERE) for number in tasks]
    assert begun == [*tasks]


@pytest.mark.parametrize("do", [die_elsewhere, lack_memory_elsewhere])
def test_what_a_process_fails_to_do_is_done_here(do: Callable[[int, int], int]) -> None:
    begun: list[int] = []
    with Pool(2) as pool:
        assert [*pool.map(partial(do, HERE), MANY, begun.append)] == [*MANY]
        assert {process for _, process in pool.map(square, MANY)} == {HERE}
    assert 50 in begun
    assert begun == [*range(begun[0], 100)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_task_that_takes_too_long_elsewhere_is_done_here() -> None:
    begun: list[int] = []
    with Pool(2, megabytes=500, seconds=1) as pool:
        assert [*pool.map(partial(take_time, HERE), MANY, begun.append)] == [*MANY]
    assert 50 in begun


def test_an_error_is_raised_as_if_it_were_here(two: Pool) -> None:
    with pytest.raises(ValueError, match="not 0"):
        next(two.map(refuse, MANY))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows ends processes otherwise")
def test_processes_end_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "waiting.py"
    script.write_text(WAITING, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)],
        env=environment(tmp_path),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline()
        parent.kill()
        # All of them can write to its output, so that this ends when they do.
        parent.communicate(timeout=60)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="only Linux tells")
@pytest.mark.parametrize(("machine", "container", "most"), [(300, 900, 1), (900, 500, 2)])
def test_little_memory_means_few_processes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, machine: int, container: int, most: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    monkeypatch.setattr(pools, "_CONTAINER", tmp_path)
    monkeypatch.setattr(pools, "_MACHINE", tmp_path / "meminfo")
    assert count_processes() == 8

    (tmp_path / "meminfo").write_text(f"MemTotal: 1 kB\nMemAvailable: {machine * 1000} kB\n")
    (tmp_path / "memory.max").write_text(f"{(container + 50) * 1_000_000}\n")
    (tmp_path / "memory.current").write_text("50000000\n")
    assert count_processes() == most
