"""The commands for whoever runs Airquote: `check`, `lexicon learn` and `about`."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from bot.answers.about import answer_about, with_manifest
from bot.answers.check import check_corpus, line_of
from bot.answers.replies import Reply
from bot.config import Settings
from bot.environment import raise_problems, read_settings
from bot.errors import ConfigError, TranscriptError
from bot.library.build import read_corpus
from bot.library.fetch import gather_sources
from bot.library.registry import registry_of
from bot.library.scan import without_feeds
from bot.models import Corpus
from bot.reporting import Progress
from bot.search.learning.learn import format_proposals, learn_from_files
from bot.sources import Folder, Source, SourceRules, language_of, parse_source
from bot.store.database import is_there, open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.text import pluralize
from bot.transcripts.catalog_file import write_catalogs
from bot.transcripts.files import FoundFiles, find_files
from bot.translations import gettext
from bot.weekly.status import add_deliveries
from handlers.cli import render
from handlers.cli.chosen import chosen_settings, settings_of_all, speaking_as_set
from handlers.cli.podcast import open_podcast
from handlers.cli.progress import progress_bars


def check_transcripts(
    places: Sequence[str] | None, write_catalog: bool = False, *, every: bool = False
) -> bool:
    """Print the problems of transcripts; return whether there are episodes and none is refused.

    With `every`, name each of many files with the same problem. With `write_catalog`, write what is
    known of the episodes to a catalog in each folder. Without places, all podcasts are checked, or
    the one that is chosen.
    """
    settings = (_settings_for_places(),) if places else settings_of_all()
    fine = [_check(each, places, write_catalog, every) for each in settings]
    return all(fine)


def _check(
    settings: Settings, places: Sequence[str] | None, write_catalog: bool, every: bool
) -> bool:
    if settings.podcast_id and not places:
        click.echo(f"{settings.podcast_id}:")
    elif settings.is_sample and not places:
        click.echo("The sample podcast, as AIRQUOTE_EPISODES is unset:")
    with progress_bars(Console(stderr=True)) as report:
        sources, paths = _gather(settings, places, report)
        found = without_feeds(find_files(paths, language=language_of(sources)), sources)
        corpus = read_corpus(found, report)
    named = [str(each.path if isinstance(each, Folder) else each) for each in sources]
    render.print_reply(Console(soft_wrap=True), check_corpus(corpus, named, every=every))
    # In what is fetched, nothing can be written.
    folders = [each.path for each in sources if isinstance(each, Folder)]
    if write_catalog and not _write_catalogs(folders, found, corpus):
        return False
    refused = any(problem.refused for problem in corpus.problems)
    return bool(corpus.episodes) and not refused


def learn_lexicon(places: Sequence[str] | None) -> bool:
    """Print proposals for the lexicon; return whether there are any."""
    settings = _settings_for_places() if places else chosen_settings()
    with progress_bars(Console(stderr=True)) as report:
        sources, paths = _gather(settings, places, report)
        learned = learn_from_files(find_files(paths, language=language_of(sources)), report)
    for problem in learned.problems:
        if problem.refused:
            click.echo(line_of(problem), err=True)
    click.echo(format_proposals(learned), nl=False)
    return bool(learned.proposals)


@speaking_as_set()
def print_about() -> None:
    """Print the version, the data, and when weekly quotes are posted."""
    settings = chosen_settings()
    registry = registry_of(settings.sources, settings.cache_folder, settings.podcast_id)
    reply = answer_about(with_manifest(open_podcast(settings=settings), registry))
    if settings.is_sample:
        sample = gettext("It searches the sample podcast, as AIRQUOTE_EPISODES is unset.")
        reply = replace(reply, notes=(sample, *reply.notes))
    render.print_reply(Console(), asyncio.run(_with_deliveries(reply, settings)))


def _settings_for_places() -> Settings:
    """Read the settings for places that are named; whoever names some may have set no podcast."""
    settings, problems = read_settings()
    unneeded = ("AIRQUOTE_EPISODES", "AIRQUOTE_PODCASTS")
    raise_problems([each for each in problems if each.subject not in unneeded])
    return settings


def _gather(
    settings: Settings, places: Sequence[str] | None, on_progress: Progress
) -> tuple[tuple[Source, ...], tuple[Path, ...]]:
    """Fetch what is not local of some places, or of the sources; return these and all paths."""
    tell = partial(click.echo, err=True)
    named = [_read_place(place, settings.rules) for place in places or ()]
    sources = tuple(named) or settings.sources
    cache = settings.cache_folder
    gathered = gather_sources(sources, cache, tell, on_progress=on_progress)
    return sources, gathered.paths


def _read_place(place: str, rules: SourceRules) -> Source:
    """Read a path or an address that was typed; what is wrong with it is no setting's fault."""
    try:
        return parse_source(place, rules)
    except ConfigError as error:
        raise click.BadParameter(f"{error.reason} {error.remedy}", param_hint="PATH") from error


def _write_catalogs(folders: Sequence[Path], found: FoundFiles, corpus: Corpus) -> bool:
    """Write catalogs and say where; return whether that was possible."""
    try:
        written = write_catalogs(folders, found, corpus.episodes)
    except (OSError, TranscriptError) as error:
        click.echo(f"No catalog was written: {error}", err=True)
        return False
    for each in written:
        click.echo(f"{each.path}: {pluralize(each.entries, 'episode')} added. Complete it there.")
    if not written:
        click.echo("No catalog was written: every episode has its facts, or is in one already.")
    return True


async def _with_deliveries(reply: Reply, settings: Settings) -> Reply:
    address = settings.database.get_secret_value()
    if not is_there(address):
        return reply
    async with open_database(address) as database:
        return await add_deliveries(reply, SqlDeliveryStore(database), datetime.now(UTC))
