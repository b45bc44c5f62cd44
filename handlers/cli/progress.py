"""Progress bars in a terminal, with Rich."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

from rich.console import Console
from rich.markup import escape

from bot.reporting import Progress as Report


@contextmanager
def progress_bars(console: Console) -> Iterator[Report]:
    """Yield a function to report progress to; it shows a bar for each kind of work.

    Shows nothing until something is reported, or where the console is not interactive.
    """
    with ExitStack() as stack:

        @cache
        def bars() -> Report:
            return stack.enter_context(_show_bars(console))

        yield lambda what, done, total: bars()(what, done, total)


@contextmanager
def _show_bars(console: Console) -> Iterator[Report]:
    # Most commands have no progress to show, and need not load this.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

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
