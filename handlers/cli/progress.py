"""Bars that show how much is done of a long work, with Rich."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from bot.reporting import Progress as Report


@contextmanager
def show_bars(console: Console) -> Iterator[Report]:
    """Show a bar for each kind of work that is reported to the function it yields.

    They are gone at the end; nothing is shown where nobody is looking.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_interactive
    ) as bars:

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(escape(what), total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield report
