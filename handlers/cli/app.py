"""The `airquote` command."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from io import TextIOWrapper
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console

from bot.answers.charts import draw_seasons, lines_of
from bot.answers.dispatch import answer
from bot.answers.episodes import list_episodes
from bot.answers.passages import find_like
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.config import Settings
from bot.errors import AirquoteError, BusyError, ConfigError, StoreError, UnreachableError
from bot.search.mentions import Mentions
from bot.transcripts.formats.fields import parse_seconds
from bot.version import version
from handlers.cli import maintenance, render
from handlers.cli.about import about
from handlers.cli.index import index_app
from handlers.cli.json_output import search_object
from handlers.cli.maintenance import FAILED, exit_unless, open_podcast
from handlers.cli.quotes import quotes_app
from handlers.cli.store import store_app
from handlers.platform import PlatformPlugin
from handlers.run.platforms import PLATFORMS, load_chat_settings, load_settings_of

WRONG_USAGE = 2
WRONG_CONFIGURATION = 78  # EX_CONFIG of sysexits.h

_EPISODE = "The episode: its number, as in s01e04, or words of its title."
# A query may begin a word with "-", which is no option.
_QUERY_CONTEXT = {"ignore_unknown_options": True}
_Limit = Annotated[int, typer.Option(min=1, max=50, help="How many passages to show.")]
_Page = Annotated[int, typer.Option(min=1, help="Which page of them.")]


def main() -> None:
    """Run the command line; what a person can mend ends in a sentence, not in a traceback."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # What is no text, or has no sign in a terminal, becomes "?", rather than the end.
            stream.reconfigure(errors="replace")
    try:
        build_app()()
    except (BusyError, StoreError, UnreachableError) as error:
        typer.echo(str(error), err=True)
        sys.exit(FAILED)
    except AirquoteError as error:
        typer.echo(str(error), err=True)
        sys.exit(WRONG_CONFIGURATION if isinstance(error, ConfigError) else WRONG_USAGE)
    except OSError as error:
        typer.echo(f"{error.filename or 'airquote'}: {error.strerror or error}.", err=True)
        sys.exit(FAILED)


def build_app() -> typer.Typer:
    """Put the commands together."""
    app = typer.Typer(
        help="Search what was said in a podcast.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_options)
    app.command(context_settings=_QUERY_CONTEXT)(search)
    app.command(context_settings=_QUERY_CONTEXT)(episodes)
    app.command()(like)
    app.command(context_settings=_QUERY_CONTEXT)(find)
    app.command(context_settings=_QUERY_CONTEXT)(mentions)
    app.add_typer(quotes_app(), name="quotes")
    app.add_typer(index_app(), name="index")
    app.add_typer(store_app(), name="store")
    app.command()(run)
    app.command()(doctor)
    app.command()(about)
    app.command()(maintenance.check)
    app.command("eval")(maintenance.evaluate_queries)
    lexicon = typer.Typer(help="Other ways to say a term.", no_args_is_help=True)
    lexicon.command("learn")(maintenance.learn_lexicon)
    app.add_typer(lexicon, name="lexicon")
    for platform in PLATFORMS:
        if platform.commands:
            app.add_typer(_commands_of(platform), name=platform.name.casefold())
    return app


def _commands_of(platform: PlatformPlugin) -> typer.Typer:
    """Put together what there is for one platform alone."""
    commands = typer.Typer(help=platform.commands_help, no_args_is_help=True)
    for name, work in platform.commands.items():
        commands.command(name, help=work.__doc__)(_print_lines(platform, work))
    return commands


def _print_lines(
    platform: PlatformPlugin, work: Callable[[Settings], Iterable[str]]
) -> Callable[[], None]:
    def print_lines() -> None:
        for line in work(load_settings_of(platform)):
            typer.echo(line)

    return print_lines


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"airquote {version()}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Search what was said in a podcast."""


def search(
    query: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="What you remember of it.")
    ] = None,
    limit: _Limit = 5,
    page: _Page = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Find the passages that say it, each with a link to the second.

    For an exact phrase, the shell needs quotes around the quotes: '"model registry"'. Narrow down
    with guest: speaker: episode: season: after: before: and leave out with -word.
    """
    typed = _join(query)
    library = open_podcast(meaning=True)
    started = perf_counter()
    reply = answer(library, Request(Verb.SEARCH, typed, page - 1, size=limit))
    took_ms = (perf_counter() - started) * 1000
    if not reply.cards and page == 1:
        maintenance.note_nothing_found(library, typed)
    if as_json:
        found = search_object(typed, reply, took_ms)
        typer.echo(json.dumps(found))
        exit_unless(bool(found["hits"]))
    else:
        _show(reply, page)


def episodes(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="Words of a title or a guest.")
    ] = None,
) -> None:
    """List the episodes, or find some by words of a title or a guest."""
    typed = _join(words)
    _show(list_episodes(open_podcast(), typed))


def like(
    episode: Annotated[str, typer.Argument(metavar="EPISODE", help=_EPISODE)],
    time: Annotated[str, typer.Argument(metavar="TIME", help="The moment in it, as in 12:54.")],
    limit: _Limit = 5,
    page: _Page = 1,
) -> None:
    """Find more passages like the one at a moment of an episode."""
    second = parse_seconds(time)
    if second is None:
        raise typer.BadParameter("a moment is written as 12:54 or 1:02:03.", param_hint="time")
    request = Request(Verb.LIKE, page=page - 1, size=limit)
    _show(find_like(open_podcast(), episode, second, request), page)


def find(
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="The text; read from standard input if none."),
    ] = None,
    limit: _Limit = 5,
    page: _Page = 1,
) -> None:
    """Find what the podcast says about a text, such as a message."""
    typed = _join(text) if text else _read_input()
    request = Request(Verb.FIND, typed, page - 1, size=limit)
    _show(answer(open_podcast(), request), page)


def mentions(
    terms: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="A term, or several with vs.")
    ] = None,
    chart: Annotated[Path | None, typer.Option(help="Draw the seasons to this PNG file.")] = None,
) -> None:
    """Count how often something is mentioned, season by season."""
    reply = answer(open_podcast(), Request(Verb.MENTIONS, _join(terms)))
    render.show_reply(Console(), reply)
    if chart is not None and reply.mentions:
        _draw(chart, reply.mentions)
    exit_unless(bool(reply.cards))


def run() -> None:
    """Answer in the chats that are set up, until told to stop."""
    # Loaded here, as the chats' libraries take longer than a search.
    from handlers.run import service

    service.run_service(load_chat_settings())


def doctor() -> None:
    """Check settings, transcripts, database and chats, a line each."""
    from handlers.cli.doctor import examine

    exit_unless(examine())


def _draw(chart: Path, counted: Sequence[Mentions]) -> None:
    if not any(each.by_season for each in counted):
        typer.echo("No chart is drawn: no episode here has a season.", err=True)
        raise typer.Exit(FAILED)
    chart.write_bytes(draw_seasons(lines_of(counted)))
    typer.echo(f"Chart: {chart}")


def _read_input() -> str:
    """Read what is piped in, rather than wait for somebody who does not know to type."""
    if sys.stdin is None or sys.stdin.isatty():
        raise typer.BadParameter("give a text, or pipe one in.", param_hint="text")
    return sys.stdin.read()


def _show(reply: Reply, page: int = 1) -> None:
    render.show_reply(Console(), reply, page)
    exit_unless(bool(reply.cards))


def _join(words: list[str] | None) -> str:
    """Join what was typed; a word behind two dashes is no query but a mistyped option."""
    for word in words or ():
        if word.startswith("--") and " " not in word:
            raise typer.BadParameter("there is no such option.", param_hint=word)
    return " ".join(words or ())
