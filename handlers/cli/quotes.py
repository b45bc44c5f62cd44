"""`airquote quotes`: what can be posted as the weekly quote, and which guests are excluded."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from bot.answers.replies import clock_time, episode_url, quoted
from bot.branding import Drawing, parse_style
from bot.environment import load_settings
from bot.library.library import Library, quotes_of, with_quotes
from bot.models import Episode
from bot.quotes.extraction import in_turns
from bot.quotes.lookup import explain_none
from bot.quotes.models import QuotePool, ScoredQuote
from bot.quotes.wording import find_wording
from bot.search.index.names import name_matcher
from bot.search.labels import episode_code
from bot.search.spelling import nearest
from bot.store.database import is_there, open_database
from bot.store.decisions import SqlDecisionStore
from bot.store.deliveries import SqlDeliveryStore
from bot.weekly.anniversaries import find_month, name_month
from bot.weekly.archive import PostedQuote, read_month, write_digest
from bot.weekly.models import fold_name, quote_from
from bot.weekly.pictures import make_draw, picture_words
from bot.weekly.pools import pool_of
from bot.weekly.selection import read_tasted
from bot.weekly.verdicts import Verdicts
from handlers.cli.chosen import chosen_settings, speaking_as_set
from handlers.cli.podcast import open_podcast

# How many names a sentence lists at most.
_NAMED = 5


def print_quotes(limit: int, *, as_json: bool) -> bool:
    """Print quotable sentences with their reasons; return whether there are any."""
    library = _open_library()
    quotes = in_turns(_allowed(library))[:limit]
    episodes = {episode.slug: episode for episode in library.index.episodes}
    if as_json:
        click.echo(json.dumps(_as_json(quotes, episodes)))
    else:
        _print(quotes, episodes)
    return bool(quotes)


def draw_listed_quote(file: Path, number: int, style: str) -> bool:
    """Draw a quote by its number in the list; return whether there is a picture."""
    typed = chosen_settings()
    try:
        wanted = style or (typed.quote_card if typed.card_style else "1")
        parse_style(wanted)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from error
    library = _open_library()
    quotes = in_turns(_allowed(library))
    if number > len(quotes):
        click.echo(f"There is no quote {number}: there are {len(quotes)}.", err=True)
        return False
    draw = make_draw(replace(typed, quote_card=wanted))
    quote = quote_from(quotes[number - 1])
    words, guest = picture_words(library.index.episodes, quote)
    drawing = draw(words, guest) if draw else Drawing(None)
    for note in drawing.notes:
        click.echo(note, err=True)
    if drawing.png is None:
        click.echo("It has no picture.", err=True)
        return False
    file.write_bytes(drawing.png)
    click.echo(f"{file}: “{quote.text}” – {quote.speaker}")
    return True


def exclude_guest(guest: str) -> bool:
    """Exclude a guest from the weekly quote; return whether the name was clear."""
    name = _choose(guest, _guests(open_podcast()), "No guest is called")
    if name:
        asyncio.run(_exclude(name))
        click.echo(f"{name} is excluded from the weekly quote. Earlier posts stay.")
    return bool(name)


def include_guest(guest: str) -> bool:
    """Allow an excluded guest again; return whether the name was clear."""
    name = _choose(guest, _excluded(), "No excluded guest is called")
    if name:
        asyncio.run(_include(name))
        click.echo(f"{name} can be quoted again.")
    return bool(name)


def print_excluded_guests() -> None:
    """Print the guests excluded from the weekly quote."""
    click.echo("\n".join(_excluded()) or "No guest is excluded.")


def _allowed(library: Library) -> list[ScoredQuote]:
    """List the quotes of guests who are not excluded, best first as the podcast's people see it."""
    if not is_there(load_settings().database.get_secret_value()):
        return list(quotes_of(library))
    return asyncio.run(_read_allowed(pool_of(library)))


async def _read_allowed(pool: QuotePool) -> list[ScoredQuote]:
    async with _decisions() as decisions:
        left_out = {fold_name(name) for name in await decisions.excluded_guests()}
        quotes = await read_tasted(pool, Verdicts(decisions))
    allowed = [each for each in quotes if fold_name(each.speaker) not in left_out]
    return sorted(allowed, key=lambda quote: -quote.score)


def print_digest(month: str) -> bool:
    """Print the quotes posted in a month as Markdown; return whether there are any."""
    found = find_month(month, datetime.now(UTC).date())
    if not found:
        click.echo(f"{quoted(month)} is not a month: write it as 2026-11.", err=True)
        return False
    with speaking_as_set():
        posted = asyncio.run(_read_month(found))
        digest = write_digest(found, posted)
    if posted:
        click.echo(digest)
    else:
        click.echo(f"No quote was posted in {name_month(found)}.", err=True)
    return bool(posted)


async def _read_month(month: str) -> tuple[PostedQuote, ...]:
    address = load_settings().database.get_secret_value()
    if not is_there(address):
        return ()
    index = open_podcast().index
    # Quotes are not looked for: those that were posted are known by their words.
    pool = QuotePool((), index.episodes, partial(find_wording, index))
    async with open_database(address) as database:
        return await read_month(SqlDeliveryStore(database), pool, month)


def _open_library() -> Library:
    settings, console = chosen_settings(), Console(stderr=True)
    library = open_podcast(settings=settings)
    with console.status("Looking for quotes"):
        return with_quotes(library, settings.cache_folder, lambda said: console.print(Text(said)))


def _print(quotes: Sequence[ScoredQuote], episodes: dict[str, Episode]) -> None:
    console = Console(soft_wrap=True)
    if not quotes:
        why = explain_none([*episodes.values()], "No guest says anything suitable.")
        console.print(Text(f"There is nothing to quote. {' '.join(why)}"))
    for number, quote in enumerate(quotes, start=1):
        episode = episodes[quote.episode]
        link = f"{clock_time(quote.start)} {episode_url(episode, quote.start)}".strip()
        facts = (quote.speaker, episode_code(episode), episode.title, quote.chapter)
        lead = Text(f"{number:>3}. ")
        if asked := quote.wording.question:
            console.print(lead.append(f"{asked.speaker}: {asked.snippet.text}", style="italic"))
            lead = Text("     ")
        console.print(lead.append(quote.text, style="bold"))
        console.print(Text(f"     {' · '.join(filter(None, facts))}"))
        if link:
            console.print(Text(f"     ▶ {link}", style="green"))
        reasons = ", ".join(quote.reasons)
        console.print(Text(f"     {quote.score:.2f}: {reasons}", style="dim"))
        console.print(Text(f"     {quote.wording.verdict}", style="dim"))
        if quote.wording.spoken:
            console.print(Text(f"     heard: {quote.wording.spoken}", style="dim"))


def _as_json(
    quotes: Iterable[ScoredQuote], episodes: Mapping[str, Episode]
) -> list[dict[str, Any]]:
    return [_quote_object(quote, episodes[quote.episode]) for quote in quotes]


def _quote_object(quote: ScoredQuote, episode: Episode) -> dict[str, Any]:
    asked = quote.wording.question
    return {
        "episode": quote.episode,
        "title": episode.title,
        "start": None if quote.start is None else round(quote.start, 2),
        "time": clock_time(quote.start),
        "url": episode_url(episode, quote.start),
        "speaker": quote.speaker,
        "chapter": quote.chapter,
        "question": asked and {"speaker": asked.speaker, "text": asked.snippet.text},
        "text": quote.text,
        "score": quote.score,
        "reasons": list(quote.reasons),
        "id": quote.id,
        "literal": quote.wording.is_literal,
        "check": quote.wording.verdict,
        "share": quote.wording.share,
        "spoken": quote.wording.spoken,
    }


def _guests(library: Library) -> tuple[str, ...]:
    named = (guest.name for episode in library.index.episodes for guest in episode.guests)
    return tuple(dict.fromkeys(named))


def _choose(typed: str, names: Sequence[str], none: str) -> str:
    """Choose the name that was meant; print why and return "" if none or several match."""
    exact = [name for name in names if fold_name(name) == fold_name(typed)]
    found = exact[:1] or list(filter(name_matcher(typed), names))
    if len(found) == 1:
        return found[0]
    near = nearest(typed, names, _NAMED)
    if found:
        said = f"{quoted(typed)} could be {_listed(found)}. Type more of the name."
    elif near:
        said = f"{none} {quoted(typed)}. Did you mean {_listed(near)}?"
    else:
        said = f"{none} {quoted(typed)}."
    click.echo(said, err=True)
    return ""


def _listed(names: Sequence[str]) -> str:
    more = f" or {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return " · ".join(names[:_NAMED]) + more


def _excluded() -> tuple[str, ...]:
    if not is_there(load_settings().database.get_secret_value()):
        return ()  # reading is no reason to create a database
    return asyncio.run(_read_excluded())


async def _read_excluded() -> tuple[str, ...]:
    async with _decisions() as decisions:
        return await decisions.excluded_guests()


async def _exclude(name: str) -> None:
    async with _decisions() as decisions:
        await decisions.exclude_guest(name, datetime.now(UTC))


async def _include(name: str) -> None:
    async with _decisions() as decisions:
        await decisions.include_guest(name)


@asynccontextmanager
async def _decisions() -> AsyncIterator[SqlDecisionStore]:
    async with open_database(load_settings().database.get_secret_value()) as database:
        yield SqlDecisionStore(database)
