"""Compare a cluster with the index it was made of: `python -m bench.search.clusters QUERIES …`.

For each file of queries, prints how many answers have the same ten passages, the MRR of both, and
the milliseconds that answers take, each asked for the first time and again. AIRQUOTE_ENGINE names
the cluster, AIRQUOTE_EPISODES the podcast. With `--seconds`, threads then ask the cluster at a rate
for so long, and failed answers are counted: end a node meanwhile.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from statistics import quantiles

from bot.answers.dispatch import answer
from bot.answers.requests import Request, Verb
from bot.environment import load_settings
from bot.errors import AirquoteError
from bot.library.evaluation import MEAN, Qrel, QueryRun, measure_ranking, read_qrels, run_queries
from bot.library.library import Library, open_library, with_engine
from bot.library.registry import registry_of
from bot.search.budget import Task

_THREADS = 8


def main(words: Sequence[str] | None = None) -> int:
    """Compare, and print what is found; return 1 if an answer failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queries", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--rate", type=float, default=50.0, help="queries a second")
    given = parser.parse_args(words)
    settings = load_settings()
    registry = registry_of(settings.sources, settings.cache_folder)
    whole = open_library(settings.episode_paths, registry.cache)
    started = time.perf_counter()
    clustered = with_engine(whole, settings.engine, "", registry)
    print(f"opened in {time.perf_counter() - started:.1f} s")
    asked: list[str] = []
    for path in given.queries:
        qrels = read_qrels(path)
        asked += [qrel.query for qrel in qrels]
        _compare(path.name, whole, clustered, qrels)
    if not given.seconds:
        return 0
    return _ask_steadily(clustered, asked, given.seconds, given.rate)


def _compare(name: str, whole: Library, clustered: Library, qrels: Sequence[Qrel]) -> None:
    here, took_here = _run(whole, qrels)
    there, took_first = _run(clustered, qrels)
    again, took_again = _run(clustered, qrels)
    same = sum(_passages(one) == _passages(other) for one, other in zip(here, there, strict=True))
    equal = sum(one.hits == other.hits for one, other in zip(here, again, strict=True))
    print(f"{name}: {len(qrels)} queries, MRR {_mrr(here):.4f} and {_mrr(there):.4f}")
    print(f"  same ten {same / len(qrels):.4f}, with all that is shown {equal / len(qrels):.4f}")
    for label, took in (("index", took_here), ("first", took_first), ("again", took_again)):
        cuts = quantiles(took, n=20, method="inclusive")
        print(f"  {label}: median {cuts[9]:.1f} ms, 95 % {cuts[18]:.1f} ms")


def _run(library: Library, qrels: Sequence[Qrel]) -> tuple[list[QueryRun], list[float]]:
    """Ask each query alone; return what it found, and its milliseconds."""
    runs: list[QueryRun] = []
    took: list[float] = []
    for qrel in qrels:
        started = time.perf_counter()
        runs += run_queries(library, [qrel])
        took.append(1000 * (time.perf_counter() - started))
    return runs, took


def _passages(run: QueryRun) -> list[int]:
    return [hit.passage for hit in run.hits]


def _mrr(runs: Sequence[QueryRun]) -> float:
    figures = {each.style: each for each in measure_ranking(runs)}
    return figures[MEAN].mrr


def _ask_steadily(library: Library, queries: Sequence[str], seconds: float, rate: float) -> int:
    """Ask at a rate for some seconds, from several threads; print what failed and what was late."""
    took: list[float] = []
    failed: list[str] = []
    partial: list[bool] = []

    def ask(query: str, due: float) -> None:
        try:
            reply = answer(library, Request(Verb.SEARCH, query))
        except AirquoteError as error:
            failed.append(str(error))
            return
        took.append(1000 * (time.perf_counter() - due))
        partial.append(Task.REACH_ALL in reply.notes)

    asking: list[Future[None]] = []
    begin = time.perf_counter()
    with ThreadPoolExecutor(_THREADS) as threads:
        for number, query in zip(range(int(seconds * rate)), cycle(queries), strict=False):
            due = begin + number / rate
            time.sleep(max(due - time.perf_counter(), 0))
            asking.append(threads.submit(ask, query, due))
    for asked in asking:
        asked.result()  # what is no AirquoteError is raised here
    spent = time.perf_counter() - begin
    print(f"{len(took)} answers in {spent:.1f} s, {sum(partial)} partial, {len(failed)} failed")
    if len(took) > 1:
        cuts = quantiles(took, n=100, method="inclusive")
        print(f"  median {cuts[49]:.1f} ms, 99 % {cuts[98]:.1f} ms, longest {max(took):.1f} ms")
    for each in sorted(set(failed)):
        print(f"  {each}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
