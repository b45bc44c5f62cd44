"""`airquote eval`: measure the search and print the figures."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from bot.library import evaluation
from bot.library.evaluation import MEAN, FeedbackFigures, Figures, Landing
from bot.text import pluralize
from handlers.cli.podcast import open_podcast
from handlers.cli.render import print_wrapped
from handlers.cli.store import read_feedback

# How many episodes a sentence names at most.
_NAMED = 5


def evaluate_queries(file: Path, run: Path | None) -> bool:
    """Print how well the queries in a file are answered; write the hits to `run` if given.

    Return whether any of the expected episodes is in the podcast.
    """
    qrels = evaluation.read_qrels(file)
    library = open_podcast(semantic=True, engine=True)
    runs = list(evaluation.run_queries(library, qrels))
    if run is not None:
        evaluation.write_runs(run, runs)
    ranking, landing = evaluation.measure_ranking(runs), evaluation.measure_landing(runs)
    print_figures(Console(), ranking, landing)
    missing = evaluation.missing_episodes(library, qrels)
    missed = sum(each.episode in missing for each in qrels)
    if missing:
        click.echo(_tell_missing(missing, missed, len(qrels)), err=True)
    return missed < len(qrels)


def _tell_missing(missing: Sequence[str], missed: int, queries: int) -> str:
    if missed == queries:
        return "None of the expected episodes is in this podcast. Check AIRQUOTE_EPISODES."
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    named = ", ".join(missing[:_NAMED]) + more
    return f"Not in this podcast, so {missed:,} of {queries:,} queries count as missed: {named}."


def evaluate_feedback() -> bool:
    """Print how judged answers and queries without hits fare now; return whether there are any."""
    feedback, zero_hits = read_feedback()
    judged = evaluation.measure_feedback(
        open_podcast(semantic=True, engine=True), feedback, zero_hits
    )
    _print_feedback(Console(), judged)
    return bool(judged.useful or judged.rejected or judged.empty)


def print_figures(console: Console, figures: tuple[Figures, ...], landing: Landing | None) -> None:
    """Print a table with a row for each style of query, and how close links land."""
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
        print_wrapped(console, Text(text), "")


def _print_feedback(console: Console, figures: FeedbackFigures) -> None:
    """Print how judged answers and queries without hits fare now."""
    lines = []
    if figures.useful:
        lines.append(
            f"Judged useful: {pluralize(figures.useful, 'answer')}, {figures.found:,} of them "
            f"still in the top ten and {figures.first:,} first (MRR@10 {figures.mrr:.3f})."
        )
    if figures.rejected:
        lines.append(
            f"Judged wrong: {pluralize(figures.rejected, 'answer')}, "
            f"{figures.still_first:,} of them still first."
        )
    if figures.empty:
        lines.append(
            f"Found nothing: {pluralize(figures.empty, 'question')}, "
            f"{figures.answered:,} of them answered now."
        )
    if not lines:
        lines.append(
            "There are no stored queries to ask again. "
            "AIRQUOTE_KEEP_QUERIES_DAYS sets how long queries are kept."
        )
    if figures.unasked:
        lines.append(f"Stored without the query’s text: {pluralize(figures.unasked, 'row')}.")
    for line in lines:
        print_wrapped(console, Text(line), "")
