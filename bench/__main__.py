"""`python -m bench`: measure the search and print a table."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.search.engines import Engine, build_engines
from bench.search.material import (
    Asked,
    ask,
    chapter_titles,
    choose_paths,
    choose_queries,
    read_documents,
)
from bench.search.processes import Work, measure
from bench.search.quality import measure_quality
from bench.search.speed import Answer, time_queries
from bench.search.tables import Report, show
from bot.answers.dispatch import answer
from bot.answers.requests import Request, Verb
from bot.errors import AirquoteError, EvaluationError
from bot.library.evaluation import Qrel
from bot.library.library import Library, open_library

# How many passages an engine looks for.
_COUNT = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    options = _parse(arguments)
    try:
        with TemporaryDirectory(prefix="airquote-bench-") as folder:
            report = _measure(options, Path(folder))
    except AirquoteError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    show(report)
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--queries", type=Path, help="a JSON Lines file of queries")
    parser.add_argument("--rounds", type=int, default=5, help="how often each query is timed")
    parser.add_argument("--times", type=int, default=1, help="also a corpus so many times as large")
    return parser.parse_args(arguments)


def _measure(options: argparse.Namespace, cache: Path) -> Report:
    paths = tuple(path.resolve() for path in choose_paths())
    qrels = choose_queries(options.queries)
    _tell("Building the index from nothing")
    building = measure("build", Work(paths, cache))
    library = open_library(paths, cache)
    typed = _typed(qrels, library)
    work = Work(paths, cache, typed, options.rounds, options.times)
    _tell("Serving it")
    serving = measure("serve", work)
    growing = _grow(work)
    _tell("Indexing its passages with every engine")
    engines = build_engines(library.index, read_documents(library.index))
    _tell("Asking every engine in turn")
    asked = [ask(query) for query in typed]
    return Report(
        episodes=len(library.index.episodes),
        passages=len(library.index.passages.firsts),
        queries=len(typed),
        rounds=options.rounds,
        times=options.times,
        load=os.getloadavg()[0],
        speeds=time_queries(_contenders(library, engines), asked, options.rounds),
        quality=measure_quality(library, engines, qrels),
        building=building,
        serving=serving,
        growing=growing,
    )


def _typed(qrels: Sequence[Qrel], library: Library) -> tuple[str, ...]:
    typed = tuple(qrel.query for qrel in qrels) or chapter_titles(library.index)
    if not typed:
        raise EvaluationError(
            "queries", "no episode has chapters to make them of.", "Give some with --queries."
        )
    return typed


def _grow(work: Work) -> Mapping[str, float]:
    if work.times < 2:
        return {}
    _tell(f"Building and asking a corpus {work.times} times as large")
    return measure("grow", work)


def _contenders(library: Library, engines: Sequence[Engine]) -> dict[str, Answer]:
    def find_with(engine: Engine) -> Answer:
        return lambda asked: engine.find(asked, _COUNT)

    def search(asked: Asked) -> object:
        return answer(library, Request(Verb.SEARCH, asked.typed))

    return {engine.name: find_with(engine) for engine in engines} | {"Airquote": search}


def _tell(what: str) -> None:
    sys.stderr.write(f"{what} …\n")


if __name__ == "__main__":
    sys.exit(main())
