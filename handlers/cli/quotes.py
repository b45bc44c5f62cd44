"""The command line for quotes: what can be posted every week, and who is left out of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.config import load_settings
from bot.library.library import Library
from bot.models import Episode
from bot.quotes.cache import sayings_of, with_sayings
from bot.quotes.extraction import ScoredQuote, in_turns
from bot.replies import clock_time, episode_code, quoted, video_url
from bot.search.index.names import matches_name
from bot.search.spelling import nearest
from bot.weekly.models import fold_name
from handlers.cli.json_output import saying_objects
from handlers.cli.maintenance import FAILED, exit_unless, open_podcast

if TYPE_CHECKING:
    from bot.store.decisions import SqlDecisionStore

_Limit = Annotated[int, typer.Option(min=1, max=500, help="How many quotes to show.")]
_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
_Guest = Annotated[
    list[str], typer.Argument(metavar="GUEST", help="The guest's name, or what tells it apart.")
]
# How many names a sentence lists.
_NAMED = 5


def quotes_app() -> typer.Typer:
    """Put the commands together."""
    app = typer.Typer()
    app.callback(invoke_without_command=True)(show)
    app.command()(exclude)
    app.command()(include)
    app.command()(excluded)
    return app


def show(context: typer.Context, limit: _Limit = 20, as_json: _AsJson = False) -> None:
    """List what can be quoted, with reasons.

    The best of each episode come first, then the second best ones. A score of 3 or more is good
    enough to be posted without a moderator.
    """
    if context.invoked_subcommand is not None:
        return
    library = _open_library()
    left_out = {fold_name(name) for name in _excluded()}
    allowed = [each for each in sayings_of(library) if fold_name(each.speaker) not in left_out]
    sayings = in_turns(allowed)[:limit]
    episodes = {episode.slug: episode for episode in library.index.episodes}
    if as_json:
        typer.echo(json.dumps(saying_objects(sayings, episodes)))
    else:
        _print(sayings, episodes)
    exit_unless(bool(sayings))


def exclude(guest: _Guest) -> None:
    """Leave a guest out of the weekly quote, in all channels."""
    name = _choose(" ".join(guest), _guests(open_podcast()), "No guest is called")
    asyncio.run(_exclude(name))
    typer.echo(f"The weekly quote leaves {name} out from now on. What was posted stays.")


def include(guest: _Guest) -> None:
    """Let a guest come again in the weekly quote."""
    name = _choose(" ".join(guest), _excluded(), "Nobody is left out who is called")
    asyncio.run(_include(name))
    typer.echo(f"{name} can be quoted again.")


def excluded() -> None:
    """List the guests that the weekly quote leaves out."""
    typer.echo("\n".join(_excluded()) or "The weekly quote leaves nobody out.")


def _open_library() -> Library:
    library, console = open_podcast(), Console(stderr=True)
    with console.status("Looking for quotes"):
        return with_sayings(
            library, load_settings().cache_folder, lambda said: console.print(Text(said))
        )


def _print(sayings: Sequence[ScoredQuote], episodes: dict[str, Episode]) -> None:
    console = Console(soft_wrap=True)
    if not sayings:
        console.print(Text("There is nothing to quote: no guest is known to say anything fit."))
    for number, saying in enumerate(sayings, start=1):
        episode = episodes[saying.episode]
        link = f"{clock_time(saying.start)} {video_url(episode.youtube, saying.start)}".strip()
        facts = (saying.speaker, episode_code(episode), episode.title, saying.chapter)
        console.print(Text(f"{number:>3}. ").append(saying.text, style="bold"))
        console.print(Text(f"     {' · '.join(filter(None, facts))}"))
        if link:
            console.print(Text(f"     ▶ {link}", style="green"))
        reasons = ", ".join(saying.reasons)
        console.print(Text(f"     {saying.score:.2f}: {reasons}", style="dim"))


def _guests(library: Library) -> tuple[str, ...]:
    named = (guest.name for episode in library.index.episodes for guest in episode.guests)
    return tuple(dict.fromkeys(named))


def _choose(typed: str, names: Sequence[str], none: str) -> str:
    """Choose the name that is meant; says so and fails where it is none, or not clear which."""
    exact = [name for name in names if fold_name(name) == fold_name(typed)]
    found = exact[:1] or [name for name in names if matches_name(typed, name)]
    if len(found) == 1:
        return found[0]
    near = nearest(typed, names, _NAMED)
    if found:
        said = f"{quoted(typed)} may be {_listed(found)}. Type more of the name."
    elif near:
        said = f"{none} {quoted(typed)}. Did you mean {_listed(near)}?"
    else:
        said = f"{none} {quoted(typed)}."
    typer.echo(said, err=True)
    raise typer.Exit(FAILED)


def _listed(names: Sequence[str]) -> str:
    more = f" or {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return " · ".join(names[:_NAMED]) + more


def _excluded() -> tuple[str, ...]:
    # Loaded here and below, as it takes longer than a search and few commands need it.
    from bot.store.database import is_there

    if not is_there(load_settings().database.get_secret_value()):
        return ()  # nobody has been left out yet, which is no reason to make a database
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
async def _decisions() -> AsyncIterator["SqlDecisionStore"]:
    from bot.store.database import open_database
    from bot.store.decisions import SqlDecisionStore

    async with open_database(load_settings().database.get_secret_value()) as database:
        yield SqlDecisionStore(database)
