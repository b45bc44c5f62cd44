"""`python -m bench.scale`: simulate one deployment for many workspaces, from measured costs."""

import argparse
import sys
from collections.abc import Sequence

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from bench.scale.costs import measure_post
from bench.scale.people import Day, draw_day
from bench.scale.simulation import Costs, Outcome, simulate

_MINUTE = 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate and print; returns the exit code."""
    options = _parse(arguments)
    post = measure_post() if options.post is None else options.post / 1000
    costs = Costs(options.command / 1000, post, options.call / 1000, options.spread)
    day = draw_day(options.workspaces, options.commands)
    console = Console()
    console.print(_describe(options, day))
    console.print(
        f"a command takes {options.command:g} ms of a core, a quote {post * 1000:.0f} ms, and a "
        f"platform has it {options.call:g} ms later"
    )
    outcomes = {number: simulate(number, costs, day) for number in options.processes}
    console.print(_table(outcomes))
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--workspaces", type=int, default=10_000, help="workspaces and servers")
    parser.add_argument("--commands", type=float, default=20.0, help="what one asks a day, in mean")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--command", type=float, required=True, help="ms of a core, a command")
    parser.add_argument("--post", type=float, help="ms of a core, a quote; or measure it")
    parser.add_argument("--call", type=float, default=300.0, help="ms until a platform has it")
    parser.add_argument("--spread", type=float, default=0.8, help="sigma of a command's ms")
    return parser.parse_args(arguments)


def _describe(options: argparse.Namespace, day: Day) -> str:
    per_minute = np.bincount((day.commands // _MINUTE).astype(int))
    quotes = np.concatenate([*day.quotes.values()])
    at_once = np.unique(quotes, return_counts=True)[1].max()
    return (
        f"{options.workspaces:,} workspaces on a Monday: {len(day.commands):,} commands, "
        f"{per_minute.max() / _MINUTE:.1f} a second in the busiest minute; {len(quotes):,} quotes, "
        f"up to {at_once:,} of them due at once"
    )


def _table(outcomes: dict[int, Outcome]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("processes, each with a core")
    for number in outcomes:
        table.add_column(str(number), justify="right")
    rows = [_figures(each) for each in outcomes.values()]
    for name in rows[0]:
        table.add_row(name, *(each[name] for each in rows))
    return table


def _figures(outcome: Outcome) -> dict[str, str]:
    return {
        "answers": f"{len(outcome.answers):,}",
        **_late("answered after", outcome.answers, 3),
        "quotes posted": f"{len(outcome.posts):,}",
        **_late("posted after", outcome.posts, 0),
        "the busiest minute of a process": f"{outcome.busy:.0%} of a core",
    }


def _late(name: str, seconds: Sequence[float], digits: int) -> dict[str, str]:
    return {
        f"{name}, {heading}": f"{np.quantile(seconds, share):,.{digits}f} s"
        for heading, share in (("median", 0.5), ("99th percentile", 0.99), ("longest", 1.0))
    }


if __name__ == "__main__":
    sys.exit(main())
