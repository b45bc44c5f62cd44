"""Replies in a terminal, with Rich."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from bot.answers.replies import Card, Reply, join_names, split_snippet
from bot.library.evaluation import MEAN, FeedbackFigures, Figures, Landing
from bot.library.library import Progress as Report
from bot.models import Origin, Snippet
from bot.text import pluralize

_INDENT = " " * 4


def show_reply(console: Console, reply: Reply, page: int = 1) -> None:
    """Print a reply, page `page` of its answer: sentence, notes, and cards with their numbers."""
    _print_wrapped(console, Text(reply.text, style="bold"), "")
    for note in reply.notes:
        _print_wrapped(console, Text(note, style="yellow"), "")
    for number, card in enumerate(reply.cards, start=reply.first):
        console.print()
        _show_card(console, number, card)
    if reply.more:
        console.print()
        more = f"There is more: add --page {page + 1} or a higher --limit."
        _print_wrapped(console, Text(more, style="dim"), "")


def _show_card(console: Console, number: int, card: Card) -> None:
    title = Text(f"{card.label} · " if card.label else "")
    _print_wrapped(console, title.append(card.title, style="bold cyan"), f"{number:>2}. ")
    facts = [card.code, join_names(card.guests), card.chapter]
    _print_wrapped(console, Text(" · ".join(filter(None, facts)), style="dim"))
    if card.snippet is not None:
        _print_wrapped(console, _snippet_text(card.speaker, card.snippet))
    link = Text("▶ ", style="green") if card.url or card.time else Text()
    link.append(" ".join(filter(None, [card.time, card.url])), style="green")
    if card.source is Origin.CAPTIONS:
        heard = f", heard as “{card.heard_as}”" if card.heard_as else ""
        link.append(f"  automatic captions{heard}", style="dim italic")
    if link:
        # A link cut in two lines cannot be clicked.
        console.print(Text.assemble(_INDENT, link), soft_wrap=True)


def _print_wrapped(console: Console, text: Text, lead: str = _INDENT) -> None:
    """Print a text behind `lead`, its further lines as far in, no line with blanks at its end."""
    if console.soft_wrap:
        console.print(text)
        return
    for line in text.wrap(console, max(1, console.width - len(lead))) if text else ():
        line.rstrip()
        console.print(Text.assemble(lead, line))
        lead = " " * len(lead)


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
                escape(row.style),
                str(row.queries),
                *(f"{value:.3f}" for value in values),
                end_section=row is figures[-2] if figures[-1].style == MEAN else False,
            )
        console.print(table)
    if landing:
        found = landing.queries - landing.missed
        text = f"{found:,} of {pluralize(landing.queries, 'phrase')} found in the right episode."
        if found:
            text += (
                f" Links land {landing.median:.1f} s from the words at the median, "
                f"{landing.percentile_90:.1f} s at the 90th percentile."
            )
        _print_wrapped(console, Text(text), "")


def show_feedback(console: Console, figures: FeedbackFigures) -> None:
    """Print what became of the answers that people judged, and of the queries without any."""
    lines = []
    if figures.useful:
        lines.append(
            f"Found useful: {pluralize(figures.useful, 'answer')}, {figures.found:,} of them still "
            f"among the first ten and {figures.first:,} first (MRR@10 {figures.mrr:.3f})."
        )
    if figures.rejected:
        lines.append(
            f"Not what was meant: {pluralize(figures.rejected, 'answer')}, "
            f"{figures.still_first:,} of them still first."
        )
    if figures.empty:
        lines.append(
            f"Found nothing: {pluralize(figures.empty, 'question')}, "
            f"{figures.answered:,} of them with an answer now."
        )
    if not lines:
        lines.append(
            "No query is kept that could be asked again. "
            "AIRQUOTE_KEEP_QUERIES_DAYS says how long queries are kept."
        )
    if figures.unasked:
        lines.append(f"Kept without a query to ask again: {pluralize(figures.unasked, 'row')}.")
    for line in lines:
        _print_wrapped(console, Text(line), "")


@contextmanager
def progress_bar(console: Console) -> Iterator[Report]:
    """Show a bar for each kind of work that is reported to the function it yields.

    Nothing is shown where nothing is reported, or nobody is looking.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bars = Progress(*columns, console=console, transient=True, disable=not console.is_interactive)
    tasks: dict[str, TaskID] = {}

    def report(what: str, done: int, total: int) -> None:
        if not tasks:
            bars.start()
        if what not in tasks:
            tasks[what] = bars.add_task(escape(what), total=total)
        bars.update(tasks[what], completed=done, total=total)

    try:
        yield report
    finally:
        bars.stop()
