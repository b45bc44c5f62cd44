"""Replies in a terminal, with Rich."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from bot.evaluate import Figures, Landing
from bot.library import Progress as Report
from bot.models import Snippet, Source
from bot.replies import Card, Reply, join_names, split_snippet

_INDENT = (0, 0, 0, 4)


def show_reply(console: Console, reply: Reply) -> None:
    """Print a reply: its sentence, its notes, and its cards with their numbers."""
    console.print(Text(reply.text, style="bold"))
    for note in reply.notes:
        console.print(Text(note, style="yellow"))
    for number, card in enumerate(reply.cards, start=1):
        console.print()
        _show_card(console, number, card)
    if reply.more:
        console.print()
        console.print(Text("There is more: add --page or a higher --limit.", style="dim"))


def _show_card(console: Console, number: int, card: Card) -> None:
    title = Text(f"{number:>2}. ")
    title.append(card.title, style="bold cyan")
    console.print(title)
    facts = [card.code, join_names(card.guests), card.chapter]
    console.print(Padding(Text(" · ".join(filter(None, facts)), style="dim"), _INDENT))
    if card.snippet is not None:
        console.print(Padding(_snippet_text(card.speaker, card.snippet), _INDENT))
    link = Text("▶ ", style="green") if card.url or card.time else Text()
    link.append(" ".join(filter(None, [card.time, card.url])), style="green")
    if card.source is Source.CAPTIONS:
        link.append("  automatic captions", style="dim italic")
    if link:
        # A link cut in two lines cannot be clicked.
        console.print(Padding(link, _INDENT), soft_wrap=True)


def _snippet_text(speaker: str, snippet: Snippet) -> Text:
    text = Text(f"{speaker}: " if speaker else "", style="italic")
    for part, matched in split_snippet(snippet):
        text.append(part, style="bold yellow not italic" if matched else "not italic")
    return text


def show_figures(console: Console, figures: tuple[Figures, ...], landing: Landing | None) -> None:
    """Print what an evaluation measured: a row for each style of query, then where links land."""
    if figures:
        table = Table("Queries", "Number", "MRR@10", "success@1", "success@10")
        for row in figures:
            values = (row.mrr, row.success_at_1, row.success_at_10)
            table.add_row(
                row.style,
                str(row.queries),
                *(f"{value:.3f}" for value in values),
                end_section=row is figures[-2] if len(figures) > 1 else False,
            )
        console.print(table)
    if landing:
        console.print(
            f"Links land {landing.median:.1f} s from the words at the median, "
            f"{landing.percentile_90:.1f} s at the 90th percentile "
            f"({landing.queries} phrases, {landing.missed} found elsewhere)."
        )


@contextmanager
def progress_bar(console: Console) -> Iterator[Report]:
    """Show a bar for each kind of work that is reported to the function it yields."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(escape(what), total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield report
