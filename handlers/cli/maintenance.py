"""What keeps a podcast's search in order: checking, measuring and learning."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.answers.check import check_corpus, line_of
from bot.config import Settings, load_settings
from bot.library import evaluation
from bot.library.fetch import gather_sources
from bot.library.library import (
    Library,
    Notice,
    Progress,
    open_found,
    read_corpus,
    registry_of,
    with_semantic_index,
)
from bot.library.refresh import scan_cached_sources
from bot.models import Feedback, ZeroHit
from bot.search.learning.learn import format_proposals, learn_from
from bot.service.feedback import record_nothing_found
from bot.sources import Folder
from bot.transcripts.files import find_files
from handlers.cli import render

FAILED = 1


def open_podcast(*, meaning: bool = False) -> Library:
    """Open the podcast the settings name; the first use builds its index behind a bar.

    With `meaning`, the model that the settings name joins in, if there is one.
    """
    settings = load_settings()
    console = Console(stderr=True)
    for path in settings.episode_paths:
        if not path.exists():
            console.print(Text(f"AIRQUOTE_EPISODES: there is no {path}; the rest is searched."))
    cache = settings.cache_folder

    def tell(sentence: str) -> None:
        console.print(Text(sentence))

    with render.progress_bar(console) as report:
        library = open_here(settings, report, tell)
        name = settings.model_name if meaning else ""
        return with_semantic_index(library, name, cache, report, tell)


def open_here(settings: Settings, on_progress: Progress, on_notice: Notice) -> Library:
    """Open the podcast as it is here; repositories are fetched if they never were."""
    cache, sources = settings.cache_folder, settings.sources
    gone = [each for each in sources if isinstance(each, Folder) and not each.path.exists()]
    found = scan_cached_sources([each for each in sources if each not in gone], cache, on_notice)
    missing = (*found.missing, *(str(each.path) for each in gone))
    found = replace(found, missing=missing)
    return open_found(found, registry_of(sources, cache), on_progress, on_notice)


def _fetched(settings: Settings) -> tuple[Path, ...]:
    """List the paths of all sources, with the newest of those to fetch."""
    tell = partial(typer.echo, err=True)
    return gather_sources(settings.sources, settings.cache_folder, tell).paths


def exit_unless(fine: bool) -> None:
    """End with exit code 1 if nothing was found or a check failed."""
    if not fine:
        raise typer.Exit(FAILED)


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; AIRQUOTE_EPISODES if none.")
    ] = None,
) -> None:
    """Read the transcripts and name what is wrong with them.

    Fails if a file is refused or there is no episode.
    """
    console = Console(stderr=True)
    with render.progress_bar(console) as report:
        searched = paths or _fetched(load_settings())
        corpus = read_corpus(find_files(searched), report)
    render.show_reply(Console(soft_wrap=True), check_corpus(corpus, searched))
    refused = any(problem.refused for problem in corpus.problems)
    exit_unless(bool(corpus.episodes) and not refused)


def evaluate_queries(
    file: Annotated[
        Path | None, typer.Argument(help="Queries with known answers, JSON a line.")
    ] = None,
    run: Annotated[Path | None, typer.Option(help="Write each query's hits to this file.")] = None,
    from_feedback: Annotated[
        bool, typer.Option("--from-feedback", help="Measure on what people said of answers.")
    ] = False,
) -> None:
    """Measure the search on queries whose answers are known."""
    if file is None and (run is not None or not from_feedback):
        raise typer.BadParameter("a file of queries is missing.", param_hint="FILE")
    if file is not None:
        qrels = evaluation.read_qrels(file)
        library = open_podcast(meaning=True)
        runs = list(evaluation.run_queries(library, qrels))
        if run is not None:
            evaluation.write_runs(run, runs)
        figures = evaluation.measure_ranking(runs)
        render.show_figures(Console(), figures, evaluation.measure_landing(runs))
        here = {episode.slug for episode in library.index.episodes}
        if here.isdisjoint(qrel.episode for qrel in qrels):
            typer.echo("None of the wanted episodes is here: does AIRQUOTE_EPISODES name them?")
    if from_feedback:
        _evaluate_feedback()


def _evaluate_feedback() -> None:
    feedback, zero_hits = asyncio.run(_read_feedback())
    figures = evaluation.measure_feedback(open_podcast(meaning=True), feedback, zero_hits)
    render.show_feedback(Console(), figures)
    exit_unless(bool(figures.useful or figures.rejected or figures.empty))


def note_nothing_found(library: Library, typed: str) -> None:
    """Keep a query that found nothing, where the admin has switched that on."""
    settings = load_settings()
    if settings.keep_queries_days:
        zero_hit = ZeroHit(datetime.now(UTC), library.id, "terminal", typed)
        asyncio.run(_note(zero_hit, settings))


async def _note(zero_hit: ZeroHit, settings: Settings) -> None:
    from bot.store.feedback import open_store

    address = settings.database.get_secret_value()
    async with open_store(address, settings.keep_queries_days) as store:
        await record_nothing_found(store, zero_hit)


async def _read_feedback() -> tuple[tuple[Feedback, ...], tuple[ZeroHit, ...]]:
    # Loaded here, as it takes longer than a search and no other command needs it.
    from bot.store.feedback import open_store

    settings = load_settings()
    address = settings.database.get_secret_value()
    async with open_store(address, settings.keep_queries_days) as store:
        return await store.feedback(), await store.zero_hits()


def learn_lexicon(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; AIRQUOTE_EPISODES if none.")
    ] = None,
) -> None:
    """Propose what captions hear instead of terms, as a YAML patch to read and accept."""
    with render.progress_bar(Console(stderr=True)) as report:
        learned = learn_from(find_files(paths or _fetched(load_settings())), report)
    for problem in learned.problems:
        if problem.refused:
            typer.echo(line_of(problem), err=True)
    typer.echo(format_proposals(learned), nl=False)
    exit_unless(bool(learned.proposals))
