"""`airquote doctor`: is everything there that an answer needs, and if not, what is to be done."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from rich.console import Console
from rich.text import Text

from bot.config import Settings, read_settings
from bot.credentials import slack_problems
from bot.errors import AirquoteError, ConfigError
from bot.library import open_library
from bot.store import open_store
from bot.wording import count_of
from handlers import terminal
from handlers.slack.checks import check_slack

# What is fine, in a sentence, or what is to be mended.
Finding = str | AirquoteError


def examine() -> bool:
    """Check everything and print a line for each finding; say whether all is fine."""
    return asyncio.run(_print_findings(Console(soft_wrap=True)))


async def _print_findings(console: Console) -> bool:
    fine = True
    async for finding in _findings():
        if isinstance(finding, str):
            mark = ("ok    ", "green")
        else:
            mark, fine = ("mend  ", "bold red"), False
        console.print(Text.assemble(mark, str(finding)))
    return fine


async def _findings() -> AsyncIterator[Finding]:
    try:
        settings, problems = read_settings()
    except ConfigError as error:
        yield error
        return
    for problem in problems:
        yield problem
    if not problems:
        yield "Settings: all of them can be used."
    for finding in _check_transcripts(settings):
        yield finding
    yield await _check_database(settings)
    if not settings.has_slack:
        yield "Slack: it is not set up. Searching here works without it."
    elif wrong := slack_problems(settings):
        for problem in wrong:
            yield problem
    else:
        async for finding in check_slack(settings):
            yield finding


def _check_transcripts(settings: Settings) -> Iterator[Finding]:
    paths = [path for path in settings.episode_paths if path.exists()]
    notices: list[str] = []
    with terminal.progress_bar(Console(stderr=True)) as report:
        library = open_library(paths, settings.cache_folder, report, notices.append)
    if library.index.episodes:
        yield f"Transcripts: {count_of(len(library.index.episodes), 'episode')} can be searched."
    else:
        yield ConfigError("Transcripts", "no episode is found.", "Check AIRQUOTE_EPISODES.")
    refused = [problem for problem in library.problems if problem.refused]
    if refused:
        reason = f"{count_of(len(refused), 'file')} cannot be read."
        them = "it" if len(refused) == 1 else "them"
        remedy = f"“airquote check” says what is wrong with {them}."
        yield ConfigError("Transcripts", reason, remedy)
    for path in set(settings.episode_paths).difference(paths) if paths else ():
        yield ConfigError("AIRQUOTE_EPISODES", f"there is no {path}.", "Check the path.")
    for notice in notices:
        yield ConfigError("AIRQUOTE_CACHE", notice)


async def _check_database(settings: Settings) -> Finding:
    address = settings.database.get_secret_value()
    try:
        async with open_store(address, settings.keep_queries_days):
            return "Database: it opens, and its tables are up to date."
    except AirquoteError as error:
        return error
