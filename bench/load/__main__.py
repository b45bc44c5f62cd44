"""`python -m bench.load`: two hundred commands a second, for as long as it is asked for.

Starts the real process as `airquote run` does, beside the local Slack or Discord of the tests, and
lets a crowd ask. With `--processes`, several share the work on one database; with `--over-http`,
each command is sent to one of them, while Discord's gateway sends each to all. All share the cores
of one machine: what the platforms and the crowd need is not there for the processes, and their own
slowness is a part of each figure.
"""

import argparse
import math
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from rich.console import Console

from bench.load.chats import START_SECONDS
from bench.load.crowd import Asking, Told, run_crowd
from bench.load.postgresql import postgresql
from bench.load.tables import Outcome, Usage, answers_table, usage_table
from bench.search.hostile import hostile_requests, words_of
from bench.search.material import chapter_titles, choose_paths
from bench.search.worst import measure
from bot.library.library import open_library
from bot.search.query import MAX_CHARACTERS
from tests.process import airquote, command, environment, free_port

_WARM_SECONDS = 5.0
_EACH_SECONDS = 1.0
# Queries that cost most, as commands that both platforms have, asked within a few hundredths of a
# second, and again once all are answered.
_HOSTILE, _WAYS, _AT_ONCE, _ROUNDS = 30, ("search", "mentions"), 1000.0, 6
_STAT_UTIME = 11  # behind the name of the program, which may hold blanks
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Platform:
    """A local platform in a process of its own."""

    name: str
    pipe: Connection
    number: int
    variables: dict[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    options = _parse(arguments)
    paths = tuple(path.resolve() for path in options.episodes or choose_paths())
    names = ("slack", "discord") if options.platform == "both" else (options.platform,)
    console = Console(highlight=False)
    with TemporaryDirectory(prefix="airquote-load-") as name:
        folder = Path(name)
        commands = _commands(paths, folder / "cache")
        if options.worst:
            console.print(_beside_the_worst(names, paths, folder, options))
            return 0
        asking = Asking(commands, options.rate / len(names), options.seconds)
        console.print(
            f"{options.rate:g} commands a second for {options.seconds:g} s, {os.cpu_count()} cores "
            "shared by the process, the local platforms and the crowd"
        )
        for noisy in (False, True) if options.noisy else (False,):
            noisily = replace(asking, noisy=noisy)
            outcome = _run(names, paths, folder, noisily, options)
            console.print(answers_table(outcome, noisy))
            console.print(usage_table(outcome))
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--episodes", nargs="+", type=Path, help="transcripts")
    parser.add_argument("--seconds", type=float, default=60.0, help="for how long is asked")
    parser.add_argument("--rate", type=float, default=200.0, help="commands a second, of all")
    parser.add_argument("--platform", choices=("slack", "discord", "both"), default="slack")
    parser.add_argument("--worst", action="store_true", help="a bystander beside the worst queries")
    parser.add_argument("--processes", type=int, default=1, help="how many answer")
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    parser.add_argument("--over-http", action="store_true", help="send commands over HTTP")
    parser.add_argument("--noisy", action="store_true", help="again with one who asks half of all")
    return parser.parse_args(arguments)


def _commands(paths: Sequence[Path], cache: Path) -> tuple[tuple[str, str], ...]:
    """Mix what is asked: mostly passages, sometimes what is not there, counts and quotes.

    There are fewer than the local platforms remember to have checked the answers of.
    """
    titles = chapter_titles(open_library(paths, cache).index)[::2]
    asked = []
    for number, title in enumerate(titles):
        asked.append(("search", title[:MAX_CHARACTERS]))
        if number % 10 == 0:
            word = max(title.split(), key=len)
            asked += [("search", f"xyzzy{number}"), ("mentions", word), ("quote", word)]
    return tuple(asked)


def _beside_the_worst(
    names: Sequence[str], paths: Sequence[Path], folder: Path, options: argparse.Namespace
) -> str:
    """Let somebody ask for something plain when others have just asked for the worst at once."""
    library = open_library(paths, folder / "cache")
    ways = [each for each in hostile_requests(words_of(library.index)) if each.way in _WAYS]
    worst = [each.request for each in measure(library, ways, math.inf)[:_HOSTILE]]
    commands = (*((each.way, each.text) for each in worst), ("search", "kafka"))
    burst = Asking(commands, _AT_ONCE, len(commands) / _AT_ONCE)
    waited = []
    with _served(names, paths, folder, folder, options) as (platforms, _):
        for _ in range(_ROUNDS):
            told = _ask(platforms, burst)
            # The bystander asked last.
            waited += [each.heard[-1].answered or math.inf for each in told.values()]
    seconds = ", ".join(f"{each:.2f}" for each in waited)
    return f"beside the {_HOSTILE} worst queries, a bystander is answered after {seconds} s"


def _run(
    names: Sequence[str],
    paths: Sequence[Path],
    folder: Path,
    asking: Asking,
    options: argparse.Namespace,
) -> Outcome:
    home = folder / ("noisy" if asking.noisy else "quiet")
    home.mkdir()
    with _served(names, paths, folder, home, options) as (platforms, numbers):
        warming = min(_WARM_SECONDS, asking.seconds)
        _ask(platforms, replace(asking, rate=asking.rate / 4, seconds=warming, noisy=False))
        told, process, others = _measure(platforms, numbers, asking)
    return Outcome(told, process, others, sum(map(_count_warnings, home.glob("log*"))))


@contextmanager
def _served(
    names: Sequence[str],
    paths: Sequence[Path],
    folder: Path,
    home: Path,
    options: argparse.Namespace,
) -> Iterator[tuple[Sequence[Platform], Sequence[int]]]:
    """Start platforms and the processes that answer on them; give their numbers too."""
    with ExitStack() as stack:
        platforms = [stack.enter_context(_platform(each, options.over_http)) for each in names]
        variables = {name: value for each in platforms for name, value in each.variables.items()}
        variables |= {
            "AIRQUOTE_EPISODES": ":".join(map(str, paths)),
            "AIRQUOTE_CACHE": str(folder / "cache"),
            "DATABASE_URL": stack.enter_context(postgresql())
            if options.postgresql
            else f"sqlite:///{home / 'airquote.db'}",
        }
        if "discord" in names:
            airquote(home, "discord", "sync", **variables).check_returncode()
        ports = [free_port() for _ in range(options.processes)]
        numbers = [stack.enter_context(_process(home, each, variables)) for each in ports]
        for each in platforms:
            each.pipe.send(ports)
            _receive(each)
        yield platforms, numbers


def _ask(platforms: Sequence[Platform], asking: Asking) -> dict[str, Told]:
    for each in platforms:
        each.pipe.send(asking)
    return {each.name: _receive(each) for each in platforms}


def _measure(
    platforms: Sequence[Platform], numbers: Sequence[int], asking: Asking
) -> tuple[dict[str, Told], Usage, float]:
    """Ask everybody at once, and watch the processes meanwhile."""
    usage, begun = Usage(), monotonic()
    others = [each.number for each in platforms]
    before = sum(map(_processor_seconds, numbers)), sum(map(_processor_seconds, others))
    for each in platforms:
        each.pipe.send(asking)
    while (passed := monotonic() - begun) < asking.seconds:
        usage.at.append(passed)
        usage.memory.append(sum(map(_memory, numbers)))
        sleep(_EACH_SECONDS)
    told = {each.name: _receive(each) for each in platforms}
    passed = monotonic() - begun
    usage.seconds = sum(map(_processor_seconds, numbers)) - before[0]
    usage.cores = usage.seconds / passed
    return told, usage, (sum(map(_processor_seconds, others)) - before[1]) / passed


def _receive(platform: Platform) -> Told:
    if not platform.pipe.poll(START_SECONDS):
        raise RuntimeError(f"{platform.name} has not said anything for {START_SECONDS:g} s")
    told: Told = platform.pipe.recv()
    return told


@contextmanager
def _platform(name: str, over_http: bool) -> Iterator[Platform]:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=run_crowd, args=(name, theirs, over_http), daemon=True)
    process.start()
    try:
        yield Platform(name, ours, process.pid or 0, ours.recv())
        ours.send(None)
        process.join(_EACH_SECONDS * 10)
    finally:
        process.kill()
        process.join()


@contextmanager
def _process(home: Path, port: int, variables: dict[str, str]) -> Iterator[int]:
    """Start `airquote run`, give its number, and end it as a host does."""
    with (home / f"log{port}").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and command
            command("run"),
            cwd=home,
            env=environment(home, **variables, PORT=str(port)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            yield process.pid
            process.terminate()
            process.wait(START_SECONDS)
        finally:
            process.kill()
            process.wait()


def _memory(number: int) -> int:
    status = Path(f"/proc/{number}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def _processor_seconds(number: int) -> float:
    stat = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, stat[_STAT_UTIME : _STAT_UTIME + 2])) / os.sysconf("SC_CLK_TCK")


def _count_warnings(log: Path) -> int:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return sum('"level": "info"' not in line for line in lines)


if __name__ == "__main__":
    sys.exit(main())
