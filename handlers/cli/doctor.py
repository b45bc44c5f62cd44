"""`airquote doctor`: check everything an answer depends on, and say how to fix what is wrong."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.answers.check import count_refused
from bot.config import Settings
from bot.environment import misspelt_settings, read_settings
from bot.errors import AirquoteError, ConfigError
from bot.library.evaluation import read_qrels
from bot.library.library import check_client
from bot.search.sentence_model import check_model
from bot.store.database import ephemeral_storage_problem
from bot.store.feedback import open_store
from bot.text import pluralize
from handlers.cli.podcast import open_here
from handlers.cli.progress import progress_bars
from handlers.http import Server
from handlers.mcp.adapter import sdk_problems
from handlers.platform import Finding
from handlers.run.platforms import PLATFORMS
from handlers.shared_index import key_problems, shared_problems


def print_findings() -> bool:
    """Check everything and print a line for each finding; return whether all is well."""
    return asyncio.run(_print_each(Console(soft_wrap=True)))


async def _print_each(console: Console) -> bool:
    fine = True
    async for finding in _findings():
        if isinstance(finding, str):
            mark = ("ok    ", "green")
        else:
            mark, fine = ("fix   ", "bold red"), False
        console.print(Text.assemble(mark, str(finding)))
    return fine


async def _findings() -> AsyncIterator[Finding]:
    try:
        settings, problems = read_settings()
    except ConfigError as error:
        yield error
        return
    for problem in (*misspelt_settings(), *problems):
        yield problem
    if not problems:
        yield "Settings: all are valid."
    # In a thread, as fetching a feed has a loop of its own.
    for each in settings.of_each:
        for finding in await asyncio.to_thread(list, _check_podcast(each)):
            yield finding
    for finding in check_search(settings):
        yield finding
    yield await _check_database(settings)
    if settings.http_port:
        yield await _check_port(settings.http_port)
    if settings.mcp:
        for finding in sdk_problems() or ("MCP: its SDK is installed.",):
            yield finding
    async for finding in _check_chats(settings, [problem.subject for problem in problems]):
        yield finding


async def _check_chats(settings: Settings, unusable: Sequence[str]) -> AsyncIterator[Finding]:
    """Check the chats, except those whose API address is among the `unusable` settings.

    An unusable address falls back to the default, and the tokens may not be meant for that server.
    """
    for platform in PLATFORMS:
        if not platform.is_set(settings):
            yield f"{platform.name}: it is not set up. Searching in a terminal works without it."
        elif wrong := platform.problems(settings):
            for problem in wrong:
                yield problem
        elif f"{platform.name.upper()}_API_URL" not in unusable:
            async for finding in platform.check(settings):
                yield finding


def check_search(settings: Settings) -> Iterator[Finding]:
    """Check what the search was set to use, as far as that can be told without a network."""
    if settings.engine:
        fine = "Search engine: its client is installed."
        yield from _tried(check_client, f"{fine} Whether the cluster answers is seen by searching.")
    if settings.shared_index:
        yield from _check_shared(settings)
    if settings.semantic_model and settings.model_name:
        fine = f"Semantic search: the model {settings.model_name} is known."
        yield from _tried(partial(check_model, settings.model_name), fine)


def _check_shared(settings: Settings) -> Iterator[Finding]:
    problems = (*shared_problems(settings), *key_problems(settings))
    where = f"Shared index: {settings.shared_index}"
    fine = f"{where} is set up. Whether it can be reached is seen by “airquote index build”."
    yield from problems or (fine,)


def _tried(check: Callable[[], object], fine: str) -> Iterator[Finding]:
    """Say that a check found nothing wrong, or what it raises."""
    try:
        check()
    except AirquoteError as error:
        yield error
    else:
        yield fine


def _check_podcast(settings: Settings) -> Iterator[Finding]:
    yield from _check_transcripts(settings)
    queries = settings.evaluation_path
    if queries and queries.is_file():  # else, the settings report it
        yield from _tried(partial(read_qrels, queries), f"Queries: {queries} can be read.")


def _check_transcripts(settings: Settings) -> Iterator[Finding]:
    notices: list[str] = []
    title = "the sample podcast" if settings.is_sample else settings.podcasts[0].title
    subject = f"Transcripts of {title}" if title else "Transcripts"
    try:
        with progress_bars(Console(stderr=True)) as report:
            library = open_here(settings, report, notices.append)
    except AirquoteError as error:
        yield error
        return
    if library.index.episodes:
        yield f"{subject}: {pluralize(len(library.index.episodes), 'episode')} can be searched."
    else:
        yield ConfigError(subject, "there are no episodes.", "Check AIRQUOTE_EPISODES.")
    refused = [problem for problem in library.problems if problem.refused]
    if refused:
        reason = f"{count_refused(refused)} cannot be used."
        them = "it" if len(refused) == 1 else "them"
        remedy = f"Run “airquote check” to see what is wrong with {them}."
        yield ConfigError(subject, reason, remedy)
    for path in _missing(settings):
        yield ConfigError("AIRQUOTE_EPISODES", f"there is no {path}.", "Check the path.")
    for notice in notices:
        yield ConfigError(subject, notice)


def _missing(settings: Settings) -> list[Path]:
    """List the missing paths; if all are missing, the settings already report it."""
    missing = [path for path in settings.episode_paths if not path.exists()]
    return missing if len(missing) < len(settings.sources) else []


async def _check_database(settings: Settings) -> Finding:
    address = settings.database.get_secret_value()
    try:
        async with open_store(address, settings.keep_queries_days):
            fleeting = None if settings.fleeting else ephemeral_storage_problem(address, os.environ)
            return fleeting or "Database: it opens, and its tables are up to date."
    except AirquoteError as error:
        return error


async def _check_port(port: int) -> Finding:
    server = Server(port)
    try:
        await server.start()
    except AirquoteError as error:
        return error
    else:
        return f"Port {port}: it is free."
    finally:
        await server.stop()
