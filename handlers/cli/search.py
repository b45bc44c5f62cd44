"""The commands that search, at work; each says whether it found anything."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import typer
from rich.console import Console

from bot.answers.dispatch import answer
from bot.answers.episodes import list_episodes as every_episode
from bot.answers.passages import find_like
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.config import load_settings
from bot.library.library import Library
from bot.models import ZeroHit
from bot.search.mentions import Mentions
from handlers.cli import render
from handlers.cli.json_output import search_object
from handlers.cli.podcast import open_podcast


def search(typed: str, limit: int, page: int, *, as_json: bool) -> bool:
    """Print the passages that say it."""
    library = open_podcast(semantic=True)
    started = perf_counter()
    reply = answer(library, Request(Verb.SEARCH, typed, page - 1, size=limit))
    took_ms = (perf_counter() - started) * 1000
    if not reply.cards and page == 1:
        _note_nothing_found(library, typed)
    if not as_json:
        return _show(reply, page)
    found = search_object(typed, reply, took_ms)
    typer.echo(json.dumps(found))
    return bool(found["hits"])


def list_episodes(typed: str) -> bool:
    """Print the episodes, or those that what was typed fits."""
    return _show(every_episode(open_podcast(), typed))


def like(episode: str, second: float, limit: int, page: int) -> bool:
    """Print passages like the one at a second of an episode."""
    request = Request(Verb.LIKE, page=page - 1, size=limit)
    return _show(find_like(open_podcast(), episode, second, request), page)


def find_similar(text: str, limit: int, page: int) -> bool:
    """Print what is said about a text."""
    request = Request(Verb.FIND, text, page - 1, size=limit)
    return _show(answer(open_podcast(), request), page)


def mentions(typed: str, chart: Path | None) -> bool:
    """Print how often something is mentioned, and draw it to a file if one is named."""
    reply = answer(open_podcast(), Request(Verb.MENTIONS, typed))
    found = _show(reply)
    if chart is not None and reply.mentions:
        return _draw(chart, reply.mentions) and found
    return found


def _draw(chart: Path, counted: Sequence[Mentions]) -> bool:
    from bot.answers.charts import draw_seasons, lines_of

    if not any(each.by_season for each in counted):
        typer.echo("No chart is drawn: no episode here has a season.", err=True)
        return False
    chart.write_bytes(draw_seasons(lines_of(counted)))
    typer.echo(f"Chart: {chart}")
    return True


def _show(reply: Reply, page: int = 1) -> bool:
    render.show_reply(Console(), reply, page)
    return bool(reply.cards)


def _note_nothing_found(library: Library, typed: str) -> None:
    """Keep a query that found nothing, where the admin has switched that on."""
    settings = load_settings()
    if settings.keep_queries_days:
        # Loaded here, as it takes longer than the search.
        from handlers.cli.kept_queries import note

        note(ZeroHit(datetime.now(UTC), library.id, "terminal", typed), settings)
