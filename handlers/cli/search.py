"""The commands that search: each prints its answer and returns whether it found anything."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import click
from rich.console import Console

from bot.answers.dispatch import answer
from bot.answers.episodes import list_episodes
from bot.answers.passages import answer_search, find_like
from bot.answers.replies import Card, Reply, said_by
from bot.answers.requests import Request, Verb
from bot.environment import load_settings
from bot.library.library import Library
from bot.models import Origin, ZeroHit
from bot.search.mentions import Mentions
from handlers.cli import render
from handlers.cli.podcast import open_podcast, speaking_as_set


@speaking_as_set()
def print_passages(typed: str, limit: int, page: int, *, as_json: bool) -> bool:
    """Print the passages that answer a query, as JSON if asked to."""
    library = open_podcast(semantic=True, engine=True)
    started = perf_counter()
    request = Request(Verb.SEARCH, typed, page - 1, size=limit)
    reply = answer(library, request)
    if as_json and reply.cards and not any(card.snippet for card in reply.cards):
        reply = answer_search(library, request)  # an episode is no hit
    took_ms = (perf_counter() - started) * 1000
    if not reply.cards and page == 1:
        _keep_zero_hit(library, typed)
    if not as_json:
        return _show(reply, page)
    found = _search_object(typed, reply, took_ms)
    click.echo(json.dumps(found))
    return bool(found["hits"])


@speaking_as_set()
def print_episodes(typed: str) -> bool:
    """Print the episodes that match what was typed, or all of them."""
    return _show(list_episodes(open_podcast(engine=True), typed))


@speaking_as_set()
def print_passages_like(episode: str, second: float, limit: int, page: int) -> bool:
    """Print passages similar to the one at a second of an episode."""
    request = Request(Verb.LIKE, page=page - 1, size=limit)
    return _show(find_like(open_podcast(engine=True), episode, second, request), page)


@speaking_as_set()
def print_passages_about(text: str, limit: int, page: int) -> bool:
    """Print what the podcast says about a text."""
    request = Request(Verb.FIND, text, page - 1, size=limit)
    return _show(answer(open_podcast(engine=True), request), page)


@speaking_as_set()
def print_mentions(typed: str, chart: Path | None) -> bool:
    """Print how often terms are mentioned, and draw a chart if a file is given."""
    reply = answer(open_podcast(engine=True), Request(Verb.MENTIONS, typed))
    found = _show(reply)
    if chart is not None and reply.mentions:
        return _draw(chart, reply.mentions) and found
    return found


def _search_object(typed: str, reply: Reply, took_ms: float) -> dict[str, Any]:
    """Lay out a reply as the documented JSON object."""
    return {
        "query": typed,
        "took_ms": round(took_ms, 3),
        "suggestion": reply.suggestion,
        "hits": [_hit_object(card) for card in reply.cards if card.snippet],
    }


def _hit_object(card: Card) -> dict[str, Any]:
    return {
        "episode": card.episode,
        "title": card.title,
        "speaker": card.speaker,
        "chapter": card.chapter,
        "start": card.start,
        "end": card.end,
        "time": card.time,
        "url": card.url,
        "text": "\n".join(
            f"{turn.speaker}: " * bool(turn.speaker) + turn.snippet.text for turn in said_by(card)
        ),
        "score": card.score,
        "source": card.source or Origin.EDITED,
    }


def _draw(chart: Path, counted: Sequence[Mentions]) -> bool:
    from bot.answers.charts import draw_seasons, lines_of

    if not any(each.by_season for each in counted):
        click.echo("No chart was drawn: no episode has a season.", err=True)
        return False
    chart.write_bytes(draw_seasons(lines_of(counted)))
    click.echo(f"Chart: {chart}")
    return True


def _show(reply: Reply, page: int = 1) -> bool:
    render.print_reply(Console(), reply, page)
    return bool(reply.cards)


def _keep_zero_hit(library: Library, typed: str) -> None:
    """Store a query without hits if AIRQUOTE_KEEP_QUERIES_DAYS says to keep it."""
    settings = load_settings()
    if settings.keep_queries_days:
        # Loading this takes longer than the search.
        from handlers.cli.store import keep_zero_hit

        keep_zero_hit(ZeroHit(datetime.now(UTC), library.id, "terminal", typed), settings)
