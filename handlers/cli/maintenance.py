"""What keeps a podcast's search in order: checking, measuring and learning."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import typer
from rich.console import Console

from bot.answers.check import check_corpus, line_of
from bot.config import load_settings
from bot.library import evaluation
from bot.library.build import read_corpus
from bot.library.fetch import gather_sources
from bot.search.learning.learn import format_proposals, learn_from_files
from bot.transcripts.files import FoundFiles, find_files
from handlers.cli import figures, kept_queries, render
from handlers.cli.podcast import open_podcast


def check(paths: Sequence[Path] | None) -> bool:
    """Print what is wrong with transcripts; say whether there are some and none is refused."""
    with render.progress_bar(Console(stderr=True)) as report:
        searched = paths or _fetched()
        corpus = read_corpus(find_files(searched), report)
    render.show_reply(Console(soft_wrap=True), check_corpus(corpus, searched))
    refused = any(problem.refused for problem in corpus.problems)
    return bool(corpus.episodes) and not refused


def evaluate_queries(file: Path, run: Path | None) -> None:
    """Print how well the queries of a file are answered; write their hits to `run` if given."""
    qrels = evaluation.read_qrels(file)
    library = open_podcast(semantic=True)
    runs = list(evaluation.run_queries(library, qrels))
    if run is not None:
        evaluation.write_runs(run, runs)
    ranking, landing = evaluation.measure_ranking(runs), evaluation.measure_landing(runs)
    figures.show_figures(Console(), ranking, landing)
    here = {episode.slug for episode in library.index.episodes}
    if here.isdisjoint(qrel.episode for qrel in qrels):
        typer.echo("None of the wanted episodes is here: does AIRQUOTE_EPISODES name them?")


def evaluate_feedback() -> bool:
    """Print what became of the answers that people judged; say whether there are any."""
    feedback, zero_hits = kept_queries.read()
    judged = evaluation.measure_feedback(open_podcast(semantic=True), feedback, zero_hits)
    figures.show_feedback(Console(), judged)
    return bool(judged.useful or judged.rejected or judged.empty)


def learn_lexicon(paths: Sequence[Path] | None) -> bool:
    """Print entries to add to the lexicon; say whether there are any."""
    with render.progress_bar(Console(stderr=True)) as report:
        learned = learn_from_files(_find(paths), report)
    for problem in learned.problems:
        if problem.refused:
            typer.echo(line_of(problem), err=True)
    typer.echo(format_proposals(learned), nl=False)
    return bool(learned.proposals)


def _find(paths: Sequence[Path] | None) -> FoundFiles:
    return find_files(paths or _fetched())


def _fetched() -> tuple[Path, ...]:
    """List the paths of all sources, with the newest of those to fetch."""
    settings = load_settings()
    tell = partial(typer.echo, err=True)
    return gather_sources(settings.sources, settings.cache_folder, tell).paths
