"""How fast answers are while a new index is built, checked and swapped in, and while none is.

`python -m bench.load.refresh [PATH…]` asks at a steady rate, as a chat does, in one process:
through the request queue, with its pause before each search. The new index lacks a file of the old.
"""

import argparse
import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.search.material import chapter_titles, choose_paths
from bot.answers.requests import Request, Verb
from bot.library.library import Library, open_library
from bot.library.manifest import Inspection
from bot.library.refresh import Refresher
from bot.library.registry import registry_of
from bot.posting.places import Requester
from bot.service.request_queue import RequestQueue
from bot.sources import Folder
from bot.store.feedback import open_store
from bot.transcripts.files import find_files

_ASKER = Requester("bench", "here", "somebody")
_LAG_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Phase:
    """What was measured while something went on: seconds of answers, seconds the loop was late."""

    answers: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.load.refresh", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="transcripts")
    parser.add_argument("--rate", type=float, default=40.0, help="questions a second")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each quiet phase")
    parser.add_argument("--rounds", type=int, default=3, help="quiet phases, refreshes after them")
    options = parser.parse_args(arguments)
    paths = tuple(path.resolve() for path in options.paths or choose_paths())
    with TemporaryDirectory(prefix="airquote-bench-") as folder:
        asyncio.run(_measure(paths, Path(folder), options))
    return 0


async def _measure(paths: Sequence[Path], cache: Path, options: argparse.Namespace) -> None:
    sys.stderr.write("Building the first index …\n")
    library = await asyncio.to_thread(open_library, paths, cache)
    gc.collect()
    gc.freeze()
    quiet, busy = Phase(), Phase()
    async with open_store(f"sqlite:///{cache / 'bench.db'}", 0) as store:
        intake = RequestQueue(library, store)
        ask = _asking(intake, chapter_titles(library.index), options.rate)
        await ask(Phase(), asyncio.sleep(1))  # what is computed at first use
        for number in range(options.rounds):
            sys.stderr.write(f"Round {number + 1} of {options.rounds} …\n")
            await ask(quiet, asyncio.sleep(options.seconds))
            await ask(busy, _refresh(intake, paths, cache, number))
        intake.close()
        await intake.drain()
    _show(quiet, busy)


def _asking(
    intake: RequestQueue, queries: Sequence[str], rate: float
) -> Callable[[Phase, Awaitable[None]], Awaitable[None]]:
    """Make what asks at a rate for as long as something goes on, and measures."""
    following = cycle(queries)

    async def ask(phase: Phase) -> None:
        begun = perf_counter()
        await intake.press(Request(Verb.SEARCH, text=next(following)), _ASKER)
        phase.answers.append(perf_counter() - begun)

    async def watch(phase: Phase) -> None:
        while True:
            begun = perf_counter()
            await asyncio.sleep(_LAG_SECONDS)
            phase.lags.append(perf_counter() - begun - _LAG_SECONDS)

    async def run(phase: Phase, lasting: Awaitable[None]) -> None:
        watching, ending = asyncio.create_task(watch(phase)), asyncio.ensure_future(lasting)
        asked = []
        while not ending.done():
            asked.append(asyncio.create_task(ask(phase)))
            await asyncio.sleep(1 / rate)
        await asyncio.gather(ending, *asked)
        watching.cancel()

    return run


async def _refresh(intake: RequestQueue, paths: Sequence[Path], cache: Path, number: int) -> None:
    found = await asyncio.to_thread(find_files, paths)
    changed = Inspection(replace(found, files=found.files[number + 1 :]))

    async def swap(_: Library, new: Library) -> None:
        intake.shelf.put(new)

    registry = registry_of([Folder(path) for path in paths], cache)
    (live,) = intake.shelf.loaded()
    refresher = Refresher(live, registry, lambda: changed, swap)
    if await refresher.look() is None:
        raise RuntimeError("nothing was swapped; what is logged says why")


def _show(quiet: Phase, busy: Phase) -> None:
    print(f"{'':24}{'answers':>9}{'median':>10}{'99th':>10}{'loop late':>11}{'at most':>10}")
    for name, phase in (("nothing else", quiet), ("building and swapping", busy)):
        figures = (_middle(phase), _late(phase.answers), _late(phase.lags), max(phase.lags))
        shown = "".join(f"{1000 * value:>7.1f} ms" for value in figures)
        print(f"{name:24}{len(phase.answers):>9,}{shown}")
    middle, late = _middle(busy) / _middle(quiet), _late(busy.answers) / _late(quiet.answers)
    print(f"{'ratio':24}{'':>9}{middle:>9.2f}×{late:>9.2f}×")


def _middle(phase: Phase) -> float:
    return median(phase.answers)


def _late(seconds: Sequence[float]) -> float:
    """Tell the 99th percentile."""
    return quantiles(seconds, n=100, method="inclusive")[98]


if __name__ == "__main__":
    sys.exit(main())
