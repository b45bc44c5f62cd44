"""What is measured in a process of its own: building, serving, and a corpus many times as large.

`python -m bench.search.processes TASK` reads its work as JSON from standard input and writes what
it measured as JSON to standard output.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bench.search.material import Asked, ask
from bench.search.speed import time_queries
from bot.answers.dispatch import answer
from bot.answers.requests import Request, Verb
from bot.library.library import Library, open_library
from bot.search.index.build import build_index


@dataclass(frozen=True, slots=True)
class Work:
    """What a task works on: transcripts, a folder for the index, queries, how often."""

    paths: tuple[Path, ...]
    cache: Path
    queries: tuple[str, ...] = ()
    rounds: int = 1
    times: int = 1


def measure(task: str, work: Work) -> dict[str, float]:
    """Do a task of `TASKS` in a process of its own; raises CalledProcessError if it fails."""
    process = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", __name__, task],
        input=json.dumps(asdict(work), default=str),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    measured: dict[str, float] = json.loads(process.stdout)
    return measured


def build(work: Work) -> dict[str, float]:
    """Build the index from nothing; CPU seconds of each step, as the progress bar names them."""
    clock = _Clock()

    def tell(step: str, done: int, of: int) -> None:
        if done == of:
            clock.lap(step)

    open_library(work.paths, work.cache, tell)
    clock.lap("Indexing and saving")
    return clock.laps


def serve(work: Work) -> dict[str, float]:
    """Open the built index and answer; seconds to open and per query, peak memory in bytes."""
    clock = _Clock()
    library = open_library(work.paths, work.cache)
    clock.lap("open")
    return {**clock.laps, **_time("serve", library, work), "memory": _peak_memory()}


def grow(work: Work) -> dict[str, float]:
    """Time the corpus, then one with each episode several times under other names.

    They do not take turns: the large one would drive the small one out of the processor's cache.
    """
    plain = open_library(work.paths, work.cache)
    grown = multiply(plain, work.times)
    passages = len(grown.index.passages.firsts)
    return {**_time("plain", plain, work), **_time("grown", grown, work), "passages": passages}


TASKS: Mapping[str, Callable[[Work], dict[str, float]]] = {
    "build": build,
    "serve": serve,
    "grow": grow,
}


class _Clock:
    """A stopwatch that writes down the CPU seconds since the last lap."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = _cpu_seconds()

    def lap(self, name: str) -> None:
        now = _cpu_seconds()
        self.laps[name] = self.laps.get(name, 0.0) + now - self._since
        self._since = now


def _cpu_seconds() -> float:
    """Return the CPU seconds of this process and of the workers that have ended."""
    return sum(os.times()[:4])


def multiply(library: Library, times: int) -> Library:
    """Make a library so many times as large, with each episode under other names."""
    if times < 2:
        return library
    index = library.index
    episodes = [replace(e, cues=index.cues(number)) for number, e in enumerate(index.episodes)]
    copies = [
        replace(episode, slug=f"{episode.slug}-{copy}")
        for copy in range(times)
        for episode in episodes
    ]
    return Library(f"{library.id}x{times}", build_index(copies, index.lexicon), library.problems)


def _time(name: str, library: Library, work: Work) -> dict[str, float]:
    def search(asked: Asked) -> object:
        return answer(library, Request(Verb.SEARCH, asked.typed))

    queries = [ask(query) for query in work.queries]
    speed = time_queries({name: search}, queries, work.rounds)[name]
    return {f"{name} median": speed.median, f"{name} p95": speed.percentile_95}


def _peak_memory() -> int:
    # getrusage would count the process that started this one, as of before exec.
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
    import resource  # there is none on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _read_work(stored: dict[str, Any]) -> Work:
    paths = tuple(Path(path) for path in stored.pop("paths"))
    queries = tuple(stored.pop("queries"))
    return Work(paths, Path(stored.pop("cache")), queries, **stored)


if __name__ == "__main__":
    json.dump(TASKS[sys.argv[1]](_read_work(json.load(sys.stdin))), sys.stdout)
