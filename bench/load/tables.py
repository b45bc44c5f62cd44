"""What a crowd and the process it asked are said to have needed, as tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, linear_regression, quantiles

from rich import box
from rich.table import Table

from bench.load.crowd import Heard, Told

_MIB = 2**20
_TOLD = ("busy", "limited")


@dataclass(slots=True)
class Usage:
    """What a process used: resident memory in bytes, each second, and processor seconds in all."""

    at: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    seconds: float = 0.0
    cores: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run measured: what each platform told, what the process and the others used."""

    told: dict[str, Told]
    process: Usage
    others: float
    warnings: int


def answers_table(outcome: Outcome, noisy: bool) -> Table:
    """Show what people waited for, who is `noisy` in a column of their own."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("one asks half of all" if noisy else "everybody asks as often")
    columns = []
    for name, told in outcome.told.items():
        for whose, is_noisy in (("", False), (", noisy", True)):
            if heard := [each for each in told.heard if each.noisy == is_noisy]:
                table.add_column(name + whose, justify="right", no_wrap=True)
                columns.append(_figures(heard))
    for heading in columns[0]:
        table.add_row(heading, *(each[heading] for each in columns))
    return table


def _figures(heard: Sequence[Heard]) -> dict[str, str]:
    acks = [each.acknowledged for each in heard if each.acknowledged is not None]
    answers = [each.answered for each in heard if each.answered is not None]
    lost = sum(each.answered is None or each.acknowledged is None for each in heard)
    return {
        "commands": f"{len(heard):,}",
        **_spread("acknowledged", acks),
        **_spread("answered", answers),
        **{f"told: {name}": str(sum(each.outcome == name for each in heard)) for name in _TOLD},
        "not acknowledged or not answered": str(lost),
    }


def _spread(name: str, seconds: Sequence[float]) -> dict[str, str]:
    """Tell when half, 99 of 100 and all of a crowd had it; a dash where nobody has."""
    parts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else []
    figures = {"50th percentile": parts[49:50], "99th": parts[98:99], "longest": sorted(seconds)}
    return {
        f"{name} after, {which}": f"{found[-1]:.3f} s" if found else "-"
        for which, found in figures.items()
    }


def usage_table(outcome: Outcome) -> Table:
    """Show what the process used, and what else tells how far the figures can be trusted."""
    usage, table = outcome.process, Table(box=box.SIMPLE, show_header=False)
    slope = linear_regression(usage.at, usage.memory).slope * 60 / _MIB
    quarter = max(1, len(usage.memory) // 4)
    first, last = (fmean(part) / _MIB for part in (usage.memory[:quarter], usage.memory[-quarter:]))
    late = max(told.late for told in outcome.told.values())
    violations = sum(len(told.violations) for told in outcome.told.values())
    table.add_row("resident memory, first and last quarter", f"{first:.1f} and {last:.1f} MiB")
    table.add_row("its slope", f"{slope:+.2f} MiB a minute")
    table.add_row("processor, the process", f"{usage.cores:.2f} cores")
    commands = sum(len(told.heard) for told in outcome.told.values())
    table.add_row("processor, the process, a command", f"{usage.seconds / commands * 1000:.1f} ms")
    table.add_row("processor, platforms and crowd", f"{outcome.others:.2f} cores")
    table.add_row("the crowd asked late by at most", f"{late:.3f} s")
    table.add_row("log lines above info", str(outcome.warnings))
    table.add_row("rules of the platforms broken", str(violations))
    return table
