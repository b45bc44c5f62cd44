"""Worker processes."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.workers import run_worker


def test_a_worker_reads_its_input_and_returns_its_output() -> None:
    """`json.tool` reads JSON and writes it in another layout."""
    ended = asyncio.run(run_worker("json.tool", b"[1]", seconds=60))
    wrong = asyncio.run(run_worker("json.tool", b"[1", seconds=60))

    assert (ended.code, ended.output.split(), ended.errors) == (0, [b"[", b"1", b"]"], b"")
    assert wrong.code == 1
    assert b"delimiter" in wrong.errors


@pytest.mark.parametrize("threads", ["", "3"])
def test_a_worker_starts_no_threads_for_matrices_unless_it_is_told_to(
    threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if threads:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", threads)
    asked = b"import os; print(f\"<{os.environ['OPENBLAS_NUM_THREADS']}>\")"

    ended = asyncio.run(run_worker("code", asked, seconds=60))

    assert f"<{threads or 1}>".encode() in ended.output


def test_a_worker_that_takes_too_long_is_killed() -> None:
    before = children()
    with pytest.raises(TimeoutError):
        asyncio.run(run_worker("tests.fakes.endless", b"", seconds=1))

    assert children() == before


def test_a_worker_ends_when_its_caller_is_cancelled() -> None:
    async def change_ones_mind() -> None:
        running = asyncio.create_task(run_worker("tests.fakes.endless", b"", seconds=60))
        async with asyncio.timeout(30):
            while children() == before:  # noqa: ASYNC110 - nobody tells of a process
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.wait([running])

    before = children()
    asyncio.run(change_ones_mind())

    assert children() == before


def children() -> set[str]:
    """List the running child processes."""
    path = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not path.exists():
        pytest.skip("this system does not list a process's children")
    return set(path.read_text(encoding="ascii").split())
