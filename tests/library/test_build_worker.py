"""Worker processes that build: a file that ends one is refused, and the others are indexed."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import CacheError
from bot.library.build_worker import build_in_worker
from bot.library.first_build import build_first
from bot.library.job import BuildLimits, HarmfulFile, Job
from bot.library.registry import Registry, registry_of
from bot.library.scan import inspect_paths
from bot.sources import Folder
from tests.asking import search

# Fast machines too need seconds for the largest file of such lines.
HEAVY = "a long talk about kettles and pots, of iron and of clay, of all sizes"


def write_heavy(folder: Path, lines: int) -> None:
    spoken = (f"{n // 60}:{n % 60:02} {HEAVY}\n" for n in range(lines))
    (folder / "heavy.txt").write_text("".join(spoken), encoding="utf-8")


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    folder = tmp_path / "talks"
    folder.mkdir()
    (folder / "tea.txt").write_text("0:00 a pot of green tea\n0:10 is ready\n", encoding="utf-8")
    (folder / "wine.txt").write_text("0:00 a glass of wine\n0:10 is ready\n", encoding="utf-8")
    write_heavy(folder, 60_000)
    return folder


@pytest.fixture
def registry(talks: Path, tmp_path: Path) -> Registry:
    return registry_of([Folder(talks)], tmp_path / "cache")


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (BuildLimits(file_megabytes=20), "reading it takes more than 20 MB of memory."),
        (BuildLimits(file_seconds=0), "reading it takes more than 0 s of processor time."),
    ],
    ids=["memory", "processor"],
)
def test_a_file_that_takes_too_much_is_refused_and_the_others_are_searched(
    talks: Path, registry: Registry, limits: BuildLimits, reason: str
) -> None:
    notices: list[str] = []
    write_heavy(talks, 240_000)
    job = Job(inspect_paths([talks], registry.cache), registry, limits=limits)
    library = asyncio.run(build_first(job, on_notice=notices.append))

    assert notices == [f"heavy.txt: {reason} It is refused."]
    (problem,) = (each for each in library.problems if each.refused)
    assert (problem.path, problem.reason) == ("heavy.txt", reason)
    assert len(library.index.episodes) == 2
    assert search(library, "green tea").cards
    assert registry.standing().id == library.id
    again = asyncio.run(build_in_worker(job))
    assert [each.reason for each in again.harmful] == [reason]


def test_a_harmful_file_is_not_read_again(talks: Path, registry: Registry) -> None:
    job = Job(
        inspect_paths([talks], registry.cache), registry, limits=BuildLimits(file_megabytes=20)
    )
    harmful = asyncio.run(build_in_worker(job)).harmful
    unlimited = Job(inspect_paths([talks], registry.cache), registry, harmful=harmful)
    built = asyncio.run(build_in_worker(unlimited))

    assert [file.path for file in built.inspection.found.refused] == ["heavy.txt"]


def test_harmful_files_of_the_past_leave_room_for_new_ones(talks: Path, registry: Registry) -> None:
    before = tuple(HarmfulFile(f"{number:064}", "reading it crashes.") for number in range(10))
    limits = BuildLimits(file_megabytes=20)
    job = Job(inspect_paths([talks], registry.cache), registry, harmful=before, limits=limits)

    assert len(asyncio.run(build_in_worker(job)).harmful) == len(before) + 1


def write_many(folder: Path) -> None:
    """Write so many files that processes share them."""
    for number in range(40):
        text = f"0:00 kettle number {number}\n0:10 is {'very ' * number}hot\n"
        (folder / f"kettle-{number:02}.txt").write_text(text, encoding="utf-8")


def test_a_harmful_file_among_many_is_refused(talks: Path, registry: Registry) -> None:
    write_many(talks)
    job = Job(
        inspect_paths([talks], registry.cache), registry, limits=BuildLimits(file_megabytes=20)
    )
    library = asyncio.run(build_first(job))

    (problem,) = (each for each in library.problems if each.refused)
    assert problem.path == "heavy.txt"
    assert len(library.index.episodes) == 42


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes otherwise")
def test_a_killed_build_is_told_as_such(talks: Path, registry: Registry) -> None:
    write_many(talks)
    job = Job(inspect_paths([talks], registry.cache), registry)

    def kill(stage: str, done: int, of: int) -> None:
        if done == of:
            words = ("pgrep", "-P", str(os.getpid()), "-f", "bot.library.build_job")
            listed = subprocess.run(words, capture_output=True, check=True)
            os.kill(int(listed.stdout), signal.SIGKILL)

    with pytest.raises(CacheError, match=r"a new index could not be built: it ended with -9\."):
        asyncio.run(build_in_worker(job, kill))


def test_a_first_build_says_how_far_it_is(talks: Path, registry: Registry) -> None:
    write_heavy(talks, 3)
    steps: list[tuple[str, int, int]] = []
    asyncio.run(
        build_first(
            Job(inspect_paths([talks], registry.cache), registry), lambda *step: steps.append(step)
        )
    )

    assert ("Reading transcripts", 2, 3) in steps
    assert ("Timing sentences", 3, 3) in steps


def test_a_cache_that_cannot_be_written_to_costs_a_build_at_each_start(
    talks: Path, tmp_path: Path
) -> None:
    (talks / "heavy.txt").unlink()
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    registry = registry_of([Folder(talks)], tmp_path / "file")
    notices: list[str] = []
    library = asyncio.run(
        build_first(Job(inspect_paths([talks], registry.cache), registry), on_notice=notices.append)
    )

    assert search(library, "green tea").cards
    (notice,) = notices
    assert notice.startswith(f"{tmp_path / 'file'}: the index cannot be kept")
    assert notice.endswith("so each start builds it.")


def test_what_ends_a_worker_for_another_reason_is_no_file_s_fault(
    talks: Path, registry: Registry
) -> None:
    queries = talks / "queries"
    job = Job(inspect_paths([talks / "tea.txt"], registry.cache), registry, queries=queries)

    with pytest.raises(CacheError, match=r"a new index could not be built: .*queries"):
        asyncio.run(build_in_worker(job))
