"""The podcast that a command is about."""

from dataclasses import replace

from rich.console import Console
from rich.text import Text

from bot.config import Settings, load_settings
from bot.library.library import Library, open_found, registry_of, with_semantic_index
from bot.library.scan import scan_cached_sources
from bot.reporting import Notice, Progress
from bot.sources import Folder
from handlers.cli import render


def open_podcast(*, semantic: bool = False) -> Library:
    """Open the podcast the settings name; the first use builds its index behind a bar.

    With `semantic`, the model that the settings name joins in, if there is one.
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
        name = settings.model_name if semantic else ""
        return with_semantic_index(library, name, cache, report, tell)


def open_here(settings: Settings, on_progress: Progress, on_notice: Notice) -> Library:
    """Open the podcast as it is here; repositories are fetched if they never were."""
    cache, sources = settings.cache_folder, settings.sources
    gone = [each for each in sources if isinstance(each, Folder) and not each.path.exists()]
    found = scan_cached_sources([each for each in sources if each not in gone], cache, on_notice)
    missing = (*found.missing, *(str(each.path) for each in gone))
    found = replace(found, missing=missing)
    return open_found(found, registry_of(sources, cache), on_progress, on_notice)
