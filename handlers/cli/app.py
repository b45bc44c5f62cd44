"""The `airquote` command: every command with its arguments and its help.

What does a command's work is imported when it is called, so that help and a search load no more
than they need.
"""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import AirquoteError, BusyError, ConfigError, StoreError, UnreachableError

FAILED = 1
WRONG_USAGE = 2
WRONG_CONFIGURATION = 78  # EX_CONFIG of sysexits.h

_EPISODE = "The episode: its number, as in s01e04, or words of its title."
# A query may begin a word with "-", which is no option.
_QUERY_CONTEXT = {"ignore_unknown_options": True}
_Limit = Annotated[int, typer.Option(min=1, max=50, help="How many passages to show.")]
_Page = Annotated[int, typer.Option(min=1, help="Which page of them.")]
_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
_Paths = Annotated[
    list[Path] | None, typer.Argument(help="Files or folders; AIRQUOTE_EPISODES if none.")
]
_Guest = Annotated[
    list[str], typer.Argument(metavar="GUEST", help="The guest's name, or what tells it apart.")
]
_Backup = Annotated[Path, typer.Argument(metavar="FILE", help="The file with the backup.")]


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
    app.command("search", context_settings=_QUERY_CONTEXT)(_search)
    app.command("episodes", context_settings=_QUERY_CONTEXT)(_episodes)
    app.command("like")(_like)
    app.command("find", context_settings=_QUERY_CONTEXT)(_find)
    app.command("mentions", context_settings=_QUERY_CONTEXT)(_mentions)
    app.add_typer(_quotes_app(), name="quotes")
    app.add_typer(_index_app(), name="index")
    app.add_typer(_store_app(), name="store")
    app.command("run")(_run)
    app.command("doctor")(_doctor)
    app.command("about")(_about)
    app.command("check")(_check)
    app.command("eval")(_evaluate)
    lexicon = typer.Typer(help="Other ways to say a term.", no_args_is_help=True)
    lexicon.command("learn")(_learn)
    app.add_typer(lexicon, name="lexicon")
    discord = typer.Typer(help="What Discord is told beforehand.", no_args_is_help=True)
    discord.command("sync")(_sync_discord)
    app.add_typer(discord, name="discord")
    return app


def _quotes_app() -> typer.Typer:
    app = typer.Typer()
    app.callback(invoke_without_command=True)(_quotes)
    app.command("exclude")(_exclude)
    app.command("include")(_include)
    app.command("excluded")(_excluded)
    return app


def _index_app() -> typer.Typer:
    app = typer.Typer(help="The indexes that are kept, and which one answers.")
    app.callback(no_args_is_help=True)(_nothing)
    app.command("list")(_list_indexes)
    app.command("build")(_build_index)
    app.command("rollback")(_roll_back)
    return app


def _store_app() -> typer.Typer:
    app = typer.Typer(help="What Airquote remembers.", no_args_is_help=True)
    app.command("check")(_check_store)
    app.command("backup")(_backup)
    app.command("restore")(_restore)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        from bot.version import version

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


def _search(
    query: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="What you remember of it.")
    ] = None,
    limit: _Limit = 5,
    page: _Page = 1,
    as_json: _AsJson = False,
) -> None:
    """Find the passages that say it, each with a link to the second.

    For an exact phrase, the shell needs quotes around the quotes: '"model registry"'. Narrow down
    with guest: speaker: episode: season: after: before: and leave out with -word.
    """
    from handlers.cli.search import print_passages

    _exit_unless(print_passages(_join(query), limit, page, as_json=as_json))


def _episodes(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="Words of a title or a guest.")
    ] = None,
) -> None:
    """List the episodes, or find some by words of a title or a guest."""
    from handlers.cli.search import print_episodes

    _exit_unless(print_episodes(_join(words)))


def _like(
    episode: Annotated[str, typer.Argument(metavar="EPISODE", help=_EPISODE)],
    time: Annotated[str, typer.Argument(metavar="TIME", help="The moment in it, as in 12:54.")],
    limit: _Limit = 5,
    page: _Page = 1,
) -> None:
    """Find more passages like the one at a moment of an episode."""
    from bot.transcripts.formats.fields import parse_seconds
    from handlers.cli.search import print_passages_like

    second = parse_seconds(time)
    if second is None:
        raise typer.BadParameter("a moment is written as 12:54 or 1:02:03.", param_hint="time")
    _exit_unless(print_passages_like(episode, second, limit, page))


def _find(
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="The text; read from standard input if none."),
    ] = None,
    limit: _Limit = 5,
    page: _Page = 1,
) -> None:
    """Find what the podcast says about a text, such as a message."""
    from handlers.cli.search import print_passages_about

    _exit_unless(print_passages_about(_join(text) if text else _read_input(), limit, page))


def _mentions(
    terms: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="A term, or several with vs.")
    ] = None,
    chart: Annotated[Path | None, typer.Option(help="Draw the seasons to this PNG file.")] = None,
) -> None:
    """Count how often something is mentioned, season by season."""
    from handlers.cli.search import print_mentions

    _exit_unless(print_mentions(_join(terms), chart))


def _quotes(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many quotes to show.")] = 20,
    as_json: _AsJson = False,
) -> None:
    """List what can be quoted, with reasons.

    The best of each episode come first, then the second best ones. A score of 3 or more is good
    enough to be posted without a moderator.
    """
    if context.invoked_subcommand is None:
        from handlers.cli.quotes import print_quotes

        _exit_unless(print_quotes(limit, as_json=as_json))


def _exclude(guest: _Guest) -> None:
    """Leave a guest out of the weekly quote, in all channels."""
    from handlers.cli.quotes import exclude_guest

    _exit_unless(exclude_guest(" ".join(guest)))


def _include(guest: _Guest) -> None:
    """Let a guest come again in the weekly quote."""
    from handlers.cli.quotes import include_guest

    _exit_unless(include_guest(" ".join(guest)))


def _excluded() -> None:
    """List the guests that the weekly quote leaves out."""
    from handlers.cli.quotes import print_excluded_guests

    print_excluded_guests()


def _list_indexes(as_json: _AsJson = False) -> None:
    """List the indexes that are kept: when and from what they were built, and which is current."""
    from handlers.cli.index import print_indexes

    _exit_unless(print_indexes(as_json=as_json))


def _build_index(
    force: Annotated[
        bool, typer.Option("--force", help="Make it current whatever the checks say.")
    ] = False,
) -> None:
    """Build the index of the transcripts as they are, check it, and make it current."""
    from handlers.cli.index import build_and_promote

    _exit_unless(build_and_promote(force=force))


def _roll_back() -> None:
    """Go back to the index that was current before; `airquote run` follows at its next look."""
    from handlers.cli.index import roll_back

    roll_back()


def _nothing() -> None:
    """Look after the indexes that are kept."""


def _check_store() -> None:
    """Open the database, and bring its tables up to date where an update needs it."""
    from handlers.cli.store import check_database

    check_database()


def _backup(file: _Backup) -> None:
    """Write all that is remembered to a file, while Airquote may go on running.

    It holds the ids of channels and admins: keep it as safe as the database.
    """
    from handlers.cli.store import write_backup

    write_backup(file)


def _restore(
    file: _Backup,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what the database has.")
    ] = False,
) -> None:
    """Remember what a file says, in the database that DATABASE_URL names: SQLite or PostgreSQL.

    Stop Airquote before. Nothing changes if the file is damaged.
    """
    from handlers.cli.store import restore_backup

    restore_backup(file, replace=replace)


def _run() -> None:
    """Answer in the chats that are set up, until told to stop."""
    from handlers.run.platforms import load_chat_settings
    from handlers.run.service import run_service

    run_service(load_chat_settings())


def _doctor() -> None:
    """Check settings, transcripts, database and chats, a line each."""
    from handlers.cli.doctor import print_findings

    _exit_unless(print_findings())


def _about() -> None:
    """Say what runs, from which data.

    And when the last quote of the week was posted, and the next one is due.
    """
    from handlers.cli.maintenance import print_about

    print_about()


def _check(paths: _Paths = None) -> None:
    """Read the transcripts and name what is wrong with them.

    Fails if a file is refused or there is no episode.
    """
    from handlers.cli.maintenance import check_transcripts

    _exit_unless(check_transcripts(paths))


def _evaluate(
    file: Annotated[
        Path | None, typer.Argument(help="Queries with known answers, JSON a line.")
    ] = None,
    run: Annotated[Path | None, typer.Option(help="Write each query's hits to this file.")] = None,
    from_feedback: Annotated[
        bool, typer.Option("--from-feedback", help="Measure on what people said of answers.")
    ] = False,
) -> None:
    """Measure the search on queries whose answers are known."""
    if file is None and (run is not None or not from_feedback):
        raise typer.BadParameter("a file of queries is missing.", param_hint="FILE")
    from handlers.cli.evaluation import evaluate_feedback, evaluate_queries

    if file is not None:
        evaluate_queries(file, run)
    if from_feedback:
        _exit_unless(evaluate_feedback())


def _learn(paths: _Paths = None) -> None:
    """Propose what captions hear instead of terms, as a YAML patch to read and accept."""
    from handlers.cli.maintenance import learn_lexicon

    _exit_unless(learn_lexicon(paths))


def _sync_discord() -> None:
    """Register the commands with Discord, and print what that changes."""
    from handlers.discord.adapter import DISCORD, sync
    from handlers.run.platforms import load_settings_of

    for line in sync(load_settings_of(DISCORD)):
        typer.echo(line)


def _exit_unless(fine: bool) -> None:
    """End with exit code 1 if nothing was found or a check failed."""
    if not fine:
        raise typer.Exit(FAILED)


def _read_input() -> str:
    """Read what is piped in, rather than wait for somebody who does not know to type."""
    if sys.stdin is None or sys.stdin.isatty():
        raise typer.BadParameter("give a text, or pipe one in.", param_hint="text")
    return sys.stdin.read()


def _join(words: list[str] | None) -> str:
    """Join what was typed; a word behind two dashes is no query but a mistyped option."""
    for word in words or ():
        if word.startswith("--") and " " not in word:
            raise typer.BadParameter("there is no such option.", param_hint=word)
    return " ".join(words or ())
