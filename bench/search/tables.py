"""What was measured, and how it is printed."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table

from bench.search.speed import Speed
from bot.library.evaluation import Figures

# What the others are measured against: a plain implementation, and the fastest that we know.
_PLAIN, _FASTEST = "rank-bm25", "tantivy"


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured; `building`, `serving` and `growing` come from `processes`.

    `load` is how many processes wanted a core when queries were timed, over the last minute.
    """

    episodes: int
    passages: int
    queries: int
    rounds: int
    times: int
    load: float
    speeds: Mapping[str, Speed]
    quality: Mapping[str, Figures]
    building: Mapping[str, float]
    serving: Mapping[str, float]
    growing: Mapping[str, float]


def show(report: Report) -> None:
    """Print a report to standard output."""
    console = Console(highlight=False)
    console.print(
        f"{report.episodes:,} episodes, {report.passages:,} passages, {report.queries:,} queries, "
        f"each {report.rounds} times, on {os.cpu_count()} cores with a load of {report.load:.1f}. "
        "Times are those of the CPU. Ratios hold on any machine and are what to quote; "
        "milliseconds are this one's. "
        f"Speed is against {_PLAIN}, cost against {_FASTEST}."
    )
    console.print(_engines(report))
    console.print(
        "Airquote is the whole answer to what was typed: reading the query, ranking, snippets and "
        "links. The others find ten passages for a query that is taken apart already: all but "
        "SQLite (porter) from stems without stop words. "
        "MRR@10 and success at 1 and 10 (s@1, s@10) are means over the styles without paraphrase; "
        "for other engines a passage that overlaps the wanted one counts, for Airquote only where "
        "its link lands."
    )
    console.print(_process(report))


def _engines(report: Report) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("engine", no_wrap=True)
    for heading in ("median ms", "p95 ms", "speed", "cost", "MRR@10", "s@1", "s@10"):
        table.add_column(heading, justify="right")
    plain, fastest = (report.speeds[name].median for name in (_PLAIN, _FASTEST))
    for name, speed in report.speeds.items():
        found = report.quality.get(name)
        scores = (found.mrr, found.success_at_1, found.success_at_10) if found else ()
        table.add_row(
            name,
            _milliseconds(speed.median),
            _milliseconds(speed.percentile_95),
            f"{plain / speed.median:.1f}x",
            f"{speed.median / fastest:.1f}x",
            *(f"{score:.3f}" for score in scores),
        )
    return table


def _process(report: Report) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("Airquote in a process of its own")
    table.add_column("", justify="right")
    table.add_row("build the index from nothing", f"{sum(report.building.values()):.2f} s")
    for step, seconds in report.building.items():
        table.add_row(f"  {step.lower()}", f"{seconds:.2f} s")
    table.add_row("open the built index", f"{report.serving['open']:.2f} s")
    table.add_row("peak memory while serving", f"{report.serving['memory'] / 2**20:.0f} MiB")
    table.add_row("query, median", f"{_milliseconds(report.serving['serve median'])} ms")
    table.add_row("query, 95th percentile", f"{_milliseconds(report.serving['serve p95'])} ms")
    if report.growing:
        _add_growth(table, report)
    return table


def _add_growth(table: Table, report: Report) -> None:
    plain, grown = report.growing["plain median"], report.growing["grown median"]
    passages = f"{report.growing['passages']:,.0f} passages"
    table.add_row(f"query, median, {report.times} times the corpus", f"{_milliseconds(grown)} ms")
    table.add_row(f"the same against the plain corpus ({passages})", f"{grown / plain:.2f}x")


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.3f}"
