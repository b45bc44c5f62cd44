"""The podcast that the settings name, opened for any command that answers from it."""

import gc
from dataclasses import replace

import click
from rich.console import Console
from rich.text import Text

from bot.config import Settings
from bot.errors import AirquoteError
from bot.library.library import (
    Library,
    open_found,
    open_from_engine,
    with_engine,
    with_players,
    with_semantic_index,
)
from bot.library.registry import registry_of
from bot.library.scan import scan_cached_sources
from bot.reporting import Notice, Progress
from bot.sources import Folder
from handlers.cli.chosen import chosen_settings, settings_of_all
from handlers.cli.progress import progress_bars


def open_podcast(
    *, semantic: bool = False, engine: bool = False, settings: Settings | None = None
) -> Library:
    """Open the podcast; the first use builds its index, with progress bars.

    With `semantic`, load the semantic model if one is installed and not switched off; with
    `engine`, let the engine answer, if one is set; without an index here, from what others have
    written there. Without `settings`, it is the podcast that --podcast names.
    """
    # What is imported stays: looking for garbage in it, on loading and at exit, takes 80 ms.
    gc.freeze()
    settings = settings or chosen_settings()
    console = Console(stderr=True)
    for path in settings.episode_paths:
        if not path.exists():
            console.print(Text(f"AIRQUOTE_EPISODES: there is no {path}; searching the rest."))
    cache = settings.cache_folder

    def tell(sentence: str) -> None:
        console.print(Text(sentence))

    with progress_bars(console) as report:
        if engine and (there := _open_there(settings)):
            return there
        library = open_here(settings, report, tell)
        name = settings.model_name if semantic else ""
        library = with_semantic_index(library, name, cache, report, tell)
        return with_engine_of(settings, library, report, tell) if engine else library


def open_podcasts(*, semantic: bool = False, engine: bool = False) -> tuple[Library, ...]:
    """Open the podcast that --podcast names, or else each, as `open_podcast` does.

    One of several that cannot be opened is left out, and the terminal says why. Raises why if there
    is no other.
    """
    opened: list[Library] = []
    problems: list[AirquoteError] = []
    for settings in settings_of_all():
        try:
            library = open_podcast(semantic=semantic, engine=engine, settings=settings)
        except AirquoteError as error:
            problems.append(error)
        else:
            opened.append(replace(library, podcast=settings.podcasts[0]))
    if not opened:
        raise problems[0]
    for each in problems:
        click.echo(str(each), err=True)
    return tuple(opened)


def _open_there(settings: Settings) -> Library | None:
    """Open what others have written to the engine, unless an index here is current."""
    cache, podcast = settings.cache_folder, settings.podcast_id
    if registry_of(settings.sources, cache, podcast).standing().id:
        return None
    return open_from_engine(settings.engine, podcast, cache, settings.players)


def with_engine_of(
    settings: Settings, library: Library, on_progress: Progress, on_notice: Notice
) -> Library:
    """Let the engine of some settings answer from a library of theirs."""
    registry = registry_of(settings.sources, settings.cache_folder, settings.podcast_id)
    engine, podcast = settings.engine, settings.podcast_id
    return with_engine(library, engine, podcast, registry, on_progress, on_notice)


def open_here(settings: Settings, on_progress: Progress, on_notice: Notice) -> Library:
    """Open the local copy of the podcast; fetch a repository only if there is none."""
    cache, sources = settings.cache_folder, settings.sources
    gone = [each for each in sources if isinstance(each, Folder) and not each.path.exists()]
    here = [each for each in sources if each not in gone]
    found = scan_cached_sources(here, cache, on_notice, on_progress)
    missing = (*found.missing, *(str(each.path) for each in gone))
    found = replace(found, missing=missing)
    library = open_found(
        found, registry_of(sources, cache, settings.podcast_id), on_progress, on_notice
    )
    return with_players(library, settings.players)
