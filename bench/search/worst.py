"""What the most expensive requests cost, beside a plain query.

`python -m bench.search.worst` asks hostile requests and random ones, prints the CPU time of the
worst as a multiple of the median plain query's in the same run, and exits with 1 if any takes more
than `LIMIT` times as long. A common term is counted only when it is first asked for, as in service.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import thread_time

from rich import box
from rich.console import Console
from rich.table import Table

from bench.search.hostile import WAYS, Hostile, hostile_requests, random_requests, words_of
from bench.search.material import chapter_titles, choose_paths, choose_queries
from bench.search.processes import multiply
from bot.library.library import Library, open_library, with_quotes
from bot.text import truncate

LIMIT = 20
"""How many times as long as the median plain query any request may take."""

_SHOWN = 30
_WIDTH = 120
# Anything may disturb a measurement; what takes this share of the limit is measured again.
_SUSPICIOUS = 0.5
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """The CPU seconds of a request."""

    request: Hostile
    seconds: float


def measure(library: Library, requests: Sequence[Hostile], plain: float) -> list[Cost]:
    """Measure what requests cost, most expensive first."""
    costs = []
    for request in requests:
        seconds = _seconds(library, request)
        if seconds > _SUSPICIOUS * LIMIT * plain:
            seconds = median(_seconds(library, request) for _ in range(_ROUNDS))
        costs.append(Cost(request, seconds))
    return sorted(costs, key=lambda cost: -cost.seconds)


def measure_plain(library: Library, queries: Sequence[str]) -> float:
    """Measure the CPU seconds of the median plain query."""
    requests = [Hostile("plain", "search", query) for query in queries]
    for request in requests:  # fills what is computed at first use
        _seconds(library, request)
    return median(_seconds(library, request) for request in requests)


def _seconds(library: Library, request: Hostile) -> float:
    begun = thread_time()
    WAYS[request.way](library, request.text)
    return thread_time() - begun


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if a request costs too much."""
    options = _parse(arguments)
    with TemporaryDirectory(prefix="airquote-bench-") as folder:
        cache = options.cache or Path(folder)
        library = multiply(open_library(choose_paths(), cache), options.times)
        library = with_quotes(library, cache)
    qrels = choose_queries(options.queries)
    plain = measure_plain(
        library, tuple(each.query for each in qrels) or chapter_titles(library.index)
    )
    words = words_of(library.index)
    requests = [*hostile_requests(words), *random_requests(words, options.seed, options.random)]
    costs = measure(library, requests, plain)
    _show(costs, plain)
    _sum_up(costs, plain)
    return 1 if costs[0].seconds > LIMIT * plain else 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.search.worst", description=__doc__)
    parser.add_argument("--queries", type=Path, help="a JSON Lines file of plain queries")
    parser.add_argument("--cache", type=Path, help="a folder that keeps the index between runs")
    parser.add_argument(
        "--random", type=int, default=2_000, help="how many random requests to make"
    )
    parser.add_argument("--times", type=int, default=1, help="a corpus so many times as large")
    parser.add_argument("--seed", type=int, default=1, help="which random requests to make")
    return parser.parse_args(arguments)


def _sum_up(costs: Sequence[Cost], plain: float) -> None:
    """Print what the worst random request and the worst of all take."""
    random = [cost for cost in costs if cost.request.is_random]
    for name, among in (("random", random), ("any", costs)):
        if among:
            times = among[0].seconds / plain
            sys.stdout.write(
                f"The worst of {len(among):,} requests ({name}) takes {times:.1f} times as long "
                f"as the median plain query; {LIMIT} are allowed.\n"
            )


def _show(costs: Sequence[Cost], plain: float) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    table.title = f"{len(costs):,} requests; a plain query takes {plain * 1000:.2f} ms of CPU"
    for name, width in (("What it tries", 40), ("Asked as", 14), ("Text", 40)):
        table.add_column(name, overflow="ellipsis", no_wrap=True, max_width=width)
    for name in ("ms", "times"):
        table.add_column(name, justify="right", no_wrap=True, min_width=6)
    for cost in costs[:_SHOWN]:
        request, times = cost.request, cost.seconds / plain
        texts = (request.name, request.way, truncate(request.text, 40))
        table.add_row(*texts, f"{cost.seconds * 1000:.1f}", f"{times:.1f}x")
    Console(width=_WIDTH).print(table)


if __name__ == "__main__":
    sys.exit(main())
