"""The commands that search: each prints its answer and returns whether it found anything."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import click
from rich.console import Console

from bot.answers.dispatch import answer
from bot.answers.episodes import list_episodes
from bot.answers.moments import find_only
from bot.answers.passages import answer_search, find_like
from bot.answers.replies import Card, Reply, quoted, said_by
from bot.answers.requests import Request, Verb
from bot.environment import load_settings
from bot.library.library import Library
from bot.models import Origin, ZeroHit
from bot.podcasts import Podcast, split_name
from bot.search.mentions import Mentions
from bot.translations import gettext, join_names
from handlers.cli import render
from handlers.cli.chosen import speaking_as_set
from handlers.cli.podcast import open_podcasts

# Answers a request from one of the libraries.
_Answer = Callable[[Library, Request], Reply]


@speaking_as_set()
def print_passages(typed: str, limit: int, page: int, *, as_json: bool) -> bool:
    """Print the passages that answer a query, as JSON if asked to."""
    libraries = open_podcasts(semantic=True, engine=True)
    started = perf_counter()
    request = Request(Verb.SEARCH, typed, page - 1, size=limit)
    reply = _answer(libraries, request)
    if as_json and reply.cards and not any(card.snippet for card in reply.cards):
        reply = _answer(libraries, request, answer_search)  # an episode is no hit
    took_ms = (perf_counter() - started) * 1000
    if not reply.cards and page == 1:
        _keep_zero_hit(libraries, typed)
    if not as_json:
        return _show(reply, page)
    found = _search_object(typed, reply, libraries, took_ms)
    click.echo(json.dumps(found))
    return bool(found["hits"])


@speaking_as_set()
def print_episodes(typed: str) -> bool:
    """Print the episodes that match what was typed, or all of them, podcast by podcast."""
    libraries = open_podcasts(engine=True)
    replies = [(each.podcast, list_episodes(each, typed)) for each in libraries]
    found = [(podcast, reply) for podcast, reply in replies if reply.cards] or replies[:1]
    for number, (podcast, reply) in enumerate(found):
        if number:
            click.echo()
        _show(_introduced(reply, podcast) if len(libraries) > 1 and reply.cards else reply)
    return any(reply.cards for _, reply in found)


@speaking_as_set()
def print_passages_like(episode: str, second: float, limit: int, page: int) -> bool:
    """Print passages similar to the one at a second of an episode."""
    request = Request(Verb.LIKE, page=page - 1, size=limit)
    libraries = open_podcasts(engine=True)
    having = [each for each in libraries if _has(each, episode)]
    if len(having) > 1:
        ids = join_names([each.podcast.id for each in having])
        click.echo(f"{quoted(episode)} is in {ids}. Choose one with --podcast.", err=True)
        return False
    asked = (having or libraries)[0]  # where none has it, the first says so
    reply = find_like(asked, episode, second, request)
    return _show(
        _introduced(reply, asked.podcast) if having and len(libraries) > 1 else reply, page
    )


@speaking_as_set()
def print_passages_about(text: str, limit: int, page: int) -> bool:
    """Print what the podcast says about a text."""
    request = Request(Verb.FIND, text, page - 1, size=limit)
    return _show(_answer(open_podcasts(engine=True), request), page)


@speaking_as_set()
def print_mentions(typed: str, chart: Path | None) -> bool:
    """Print how often terms are mentioned, and draw a chart if a file is given."""
    reply = _answer(open_podcasts(engine=True), Request(Verb.MENTIONS, typed))
    found = _show(reply)
    if chart is not None and reply.mentions:
        return _draw(chart, reply.mentions) and found
    if chart is not None and found:
        click.echo("No chart was drawn: it shows one podcast. Choose it with --podcast.", err=True)
        return False
    return found


def _answer(libraries: Sequence[Library], request: Request, answer: _Answer = answer) -> Reply:
    """Answer a request from all libraries, as chats do where there are several."""
    if len(libraries) == 1:
        return answer(libraries[0], request)
    # Here, as few have several.
    from bot.answers.several import answer_from

    return answer_from(libraries, request, answer)


def _has(library: Library, episode: str) -> bool:
    return not isinstance(find_only(library.index, episode), Reply)


def _introduced(reply: Reply, podcast: Podcast) -> Reply:
    said = gettext("{podcast}: {said}", podcast=podcast.title, said=reply.text)
    return replace(reply, text=said)


def _search_object(
    typed: str, reply: Reply, libraries: Sequence[Library], took_ms: float
) -> dict[str, Any]:
    """Lay out a reply as the documented JSON object."""
    hits = [card for card in reply.cards if card.snippet]
    return {
        "query": typed,
        "took_ms": round(took_ms, 3),
        "suggestion": reply.suggestion,
        "hits": [_names_of(card, libraries) | _hit_object(card) for card in hits],
    }


def _names_of(card: Card, libraries: Sequence[Library]) -> dict[str, str]:
    """Name the episode of a hit, and its podcast where there are several."""
    if len(libraries) == 1:
        podcast, slug = libraries[0].podcast, card.episode
    else:
        prefix, slug = split_name(card.episode)
        podcast = next(each.podcast for each in libraries if each.podcast.prefix == prefix)
    return ({"podcast": podcast.id} if podcast.id else {}) | {"episode": slug}


def _hit_object(card: Card) -> dict[str, Any]:
    return {
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
    from bot.answers.charts import draw_seasons, lines_of, seasons_of

    if not seasons_of(counted):
        click.echo("No chart was drawn: no mention is in a season.", err=True)
        return False
    chart.write_bytes(draw_seasons(lines_of(counted)))
    click.echo(f"Chart: {chart}")
    return True


def _show(reply: Reply, page: int = 1) -> bool:
    render.print_reply(Console(), reply, page)
    return bool(reply.cards)


def _keep_zero_hit(libraries: Sequence[Library], typed: str) -> None:
    """Store a query without hits if AIRQUOTE_KEEP_QUERIES_DAYS says to keep it."""
    settings = load_settings()
    if settings.keep_queries_days:
        # Loading this takes longer than the search.
        from handlers.cli.store import keep_zero_hit

        asked = " ".join(each.id for each in libraries)
        keep_zero_hit(ZeroHit(datetime.now(UTC), asked, "terminal", typed), settings)
