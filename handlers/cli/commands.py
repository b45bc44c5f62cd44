"""The commands of `airquote`, with their arguments and help.

A command imports its worker when it is called, so that help and a search load only what they need.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

# The exit code if nothing was found, or something failed.
FAILED = 1

_EPISODE = "The episode's number, as in s01e04, or words from its title."
# A word of a query may start with "-" without being an option.
_QUERY_CONTEXT = {"ignore_unknown_options": True}
_Limit = Annotated[int, typer.Option(min=1, max=50, help="How many passages to show.")]
_Page = Annotated[int, typer.Option(min=1, help="Which page to show.")]
_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Places = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        help="Files, folders, or addresses of feeds or repositories; default: AIRQUOTE_EPISODES.",
    ),
]
_Guest = Annotated[
    list[str],
    typer.Argument(metavar="GUEST", help="The guest's name, or enough of it to be clear."),
]
_Backup = Annotated[Path, typer.Argument(metavar="FILE", help="The backup file.")]


def add_commands(app: typer.Typer) -> None:
    """Add all commands, in the order of the help."""
    app.command("search", context_settings=_QUERY_CONTEXT)(_search)
    app.command("episodes", context_settings=_QUERY_CONTEXT)(_episodes)
    app.command("like")(_like)
    app.command("find", context_settings=_QUERY_CONTEXT)(_find)
    app.command("mentions", context_settings=_QUERY_CONTEXT)(_mentions)
    app.add_typer(_quotes_app(), name="quotes")
    app.add_typer(_index_app(), name="index")
    app.add_typer(_store_app(), name="store")
    app.command("run")(_run)
    app.command("mcp")(_mcp)
    app.command("doctor")(_doctor)
    app.command("about")(_about)
    app.command("check")(_check)
    app.command("eval")(_evaluate)
    app.add_typer(_lexicon_app(), name="lexicon")
    app.add_typer(_slack_app(), name="slack")
    app.add_typer(_discord_app(), name="discord")


def _quotes_app() -> typer.Typer:
    app = typer.Typer()
    app.callback(invoke_without_command=True)(_quotes)
    app.command("image")(_draw_quote)
    app.command("exclude")(_exclude)
    app.command("include")(_include)
    app.command("excluded")(_excluded)
    app.command("digest")(_digest)
    return app


def _index_app() -> typer.Typer:
    app = typer.Typer(help="List, build and roll back search indexes.")
    app.callback(no_args_is_help=True)(_nothing)
    app.command("list")(_list_indexes)
    app.command("build")(_build_index)
    app.command("rollback")(_roll_back)
    return app


def _store_app() -> typer.Typer:
    app = typer.Typer(
        help="Check, back up and restore the database, and forget people.", no_args_is_help=True
    )
    app.command("check")(_check_store)
    app.command("backup")(_backup)
    app.command("restore")(_restore)
    app.command("forget")(_forget)
    return app


def _lexicon_app() -> typer.Typer:
    app = typer.Typer(help="Propose entries for the lexicon.", no_args_is_help=True)
    app.command("learn")(_learn)
    return app


def _slack_app() -> typer.Typer:
    app = typer.Typer(help="Set up the app for Slack.", no_args_is_help=True)
    app.command("manifest")(_manifest)
    return app


def _discord_app() -> typer.Typer:
    app = typer.Typer(help="Manage the commands registered with Discord.", no_args_is_help=True)
    app.command("sync")(_sync_discord)
    return app


def _search(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="What you remember of what was said."),
    ] = None,
    limit: _Limit = 5,
    page: _Page = 1,
    as_json: _AsJson = False,
) -> None:
    """Find passages by what was said, each with a link to the second.

    For an exact phrase, put quotes around the quotes: '"model registry"'. Narrow the search down
    with guest: speaker: episode: season: after: before: and exclude words with -word. With
    sort:newest, the newest episodes come first.
    """
    from handlers.cli.search import print_passages

    _exit_unless(print_passages(_join(query), limit, page, as_json=as_json))


def _episodes(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="Words from a title or a guest's name."),
    ] = None,
) -> None:
    """List the episodes, or those that match some words."""
    from handlers.cli.search import print_episodes

    _exit_unless(print_episodes(_join(words)))


def _like(
    episode: Annotated[str, typer.Argument(metavar="EPISODE", help=_EPISODE)],
    time: Annotated[
        str, typer.Argument(metavar="TIME", help="A time in the episode, as in 12:54.")
    ],
    limit: _Limit = 5,
    page: _Page = 1,
) -> None:
    """Find passages similar to the one at a given time in an episode."""
    from bot.transcripts.formats.fields import parse_seconds
    from handlers.cli.search import print_passages_like

    second = parse_seconds(time)
    if second is None:
        raise typer.BadParameter("write the time as 12:54 or 1:02:03.", param_hint="time")
    _exit_unless(print_passages_like(episode, second, limit, page))


def _find(
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="The text; default: standard input."),
    ] = None,
    limit: _Limit = 5,
    page: _Page = 1,
) -> None:
    """Find what the podcast says about a text, such as a message."""
    from handlers.cli.search import print_passages_about

    _exit_unless(print_passages_about(_join(text) if text else _read_input(), limit, page))


def _mentions(
    terms: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="A term, or several separated by vs."),
    ] = None,
    chart: Annotated[
        Path | None, typer.Option(help="Draw a chart by season to this PNG file.")
    ] = None,
) -> None:
    """Count how often something is mentioned, season by season."""
    from handlers.cli.search import print_mentions

    _exit_unless(print_mentions(_join(terms), chart))


def _quotes(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many quotes to show.")] = 20,
    as_json: _AsJson = False,
) -> None:
    """List quotable sentences with their scores and reasons.

    The best quote of each episode comes first, then the second best of each. A quote with a score
    of 3 or more is good enough to post without a moderator.
    """
    if context.invoked_subcommand is None:
        from handlers.cli.quotes import print_quotes

        _exit_unless(print_quotes(limit, as_json=as_json))


def _draw_quote(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The PNG file to write.")],
    number: Annotated[
        int, typer.Option(min=1, max=500, help="Which quote, counted as in the list.")
    ] = 1,
    style: Annotated[
        str, typer.Option(help="A style as in AIRQUOTE_QUOTE_CARD, such as “portrait square”.")
    ] = "",
) -> None:
    """Draw a quote as it would be posted, to see what it looks like."""
    from handlers.cli.quotes import draw_listed_quote

    _exit_unless(draw_listed_quote(file, number, style))


def _exclude(guest: _Guest) -> None:
    """Exclude a guest from the weekly quote, in all channels."""
    from handlers.cli.quotes import exclude_guest

    _exit_unless(exclude_guest(" ".join(guest)))


def _include(guest: _Guest) -> None:
    """Allow an excluded guest in the weekly quote again."""
    from handlers.cli.quotes import include_guest

    _exit_unless(include_guest(" ".join(guest)))


def _excluded() -> None:
    """List the guests excluded from the weekly quote."""
    from handlers.cli.quotes import print_excluded_guests

    print_excluded_guests()


def _digest(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="The month, such as 2026-11.")],
) -> None:
    """Write the quotes posted in a month as Markdown, for a newsletter or a site.

    It holds those of all channels, each once, without withdrawn ones.
    """
    from handlers.cli.quotes import print_digest

    _exit_unless(print_digest(month))


def _list_indexes(as_json: _AsJson = False) -> None:
    """List the stored indexes and which one is current."""
    from handlers.cli.index import print_indexes

    _exit_unless(print_indexes(as_json=as_json))


def _build_index(
    force: Annotated[
        bool, typer.Option("--force", help="Make the index current even if a check fails.")
    ] = False,
) -> None:
    """Build an index of the transcripts, check it, and make it current."""
    from handlers.cli.index import build_and_promote

    _exit_unless(build_and_promote(force=force))


def _roll_back() -> None:
    """Return to the previous index.

    A running `airquote run` follows the next time it looks for changes.
    """
    from handlers.cli.index import roll_back

    roll_back()


def _nothing() -> None:
    """List, build and roll back search indexes."""


def _check_store() -> None:
    """Open the database, and update its tables if needed."""
    from handlers.cli.store import check_database

    check_database()


def _backup(file: _Backup) -> None:
    """Write the contents of the database to a file.

    Airquote may keep running meanwhile. The file holds the ids of channels and members: keep it as
    safe as the database.
    """
    from handlers.cli.store import write_backup

    write_backup(file)


def _restore(
    file: _Backup,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what the database holds.")
    ] = False,
) -> None:
    """Restore a backup into the database.

    DATABASE_URL names the database: SQLite or PostgreSQL, whichever the backup came from. Stop
    Airquote first. If the file is damaged, nothing changes.
    """
    from handlers.cli.store import restore_backup

    restore_backup(file, replace=replace)


def _forget(
    person: Annotated[
        str,
        typer.Argument(
            metavar="PERSON",
            help="The id of a member: U0123456789 in Slack, a number in Discord.",
        ),
    ],
) -> None:
    """Delete what is stored about a person, as /podcast forget-me does.

    Copy the id from the member's profile or from a backup; the log has pseudonyms only. Airquote
    may keep running meanwhile. Backups keep what they hold.
    """
    from handlers.cli.store import forget_person

    _exit_unless(forget_person(person))


def _run() -> None:
    """Run the bot in every chat that is set up, until stopped."""
    from handlers.run.platforms import load_chat_settings
    from handlers.run.service import run_service

    run_service(load_chat_settings())


def _mcp() -> None:
    """Let an assistant on this machine search the podcast, over MCP.

    It starts this command itself, and asks through standard input and output.
    """
    from bot.config import raise_problems
    from handlers.mcp.adapter import extra_problems

    raise_problems(extra_problems())
    from handlers.mcp.stdio import answer_over_stdio

    answer_over_stdio()


def _doctor() -> None:
    """Check settings, transcripts, database and chats."""
    from handlers.cli.doctor import print_findings

    _exit_unless(print_findings())


def _about() -> None:
    """Show the version, the data, and when weekly quotes are posted."""
    from handlers.cli.maintenance import print_about

    print_about()


def _check(
    paths: _Places = None,
    write_catalog: Annotated[
        bool,
        typer.Option("--write-catalog", help="Write a catalog.yaml to complete, beside the files."),
    ] = False,
) -> None:
    """Read the transcripts and list their problems.

    Fails if a file is refused or there is no episode.
    """
    from handlers.cli.maintenance import check_transcripts

    _exit_unless(check_transcripts(paths, write_catalog))


def _evaluate(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Queries with known answers, as JSON lines."),
    ] = None,
    run: Annotated[Path | None, typer.Option(help="Write each query's hits to this file.")] = None,
    from_feedback: Annotated[
        bool,
        typer.Option("--from-feedback", help="Measure against what people said about answers."),
    ] = False,
) -> None:
    """Measure the search against queries with known answers."""
    if file is None and (run is not None or not from_feedback):
        raise typer.BadParameter("give a file of queries.", param_hint="FILE")
    from handlers.cli.evaluation import evaluate_feedback, evaluate_queries

    if file is not None:
        evaluate_queries(file, run)
    if from_feedback:
        _exit_unless(evaluate_feedback())


def _learn(paths: _Places = None) -> None:
    """Propose terms that captions mishear.

    Prints a patch to the lexicon in YAML, for you to review.
    """
    from handlers.cli.maintenance import learn_lexicon

    _exit_unless(learn_lexicon(paths))


def _manifest(
    http: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Your host's address, for HTTP, not Socket Mode."),
    ] = "",
    full: Annotated[
        bool, typer.Option("--full", help="Also take direct messages, and show linked passages.")
    ] = False,
    domain: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A domain with pages of episodes; with --full."),
    ] = None,
    link: Annotated[
        bool, typer.Option("--link", help="Print a link that creates the app from it instead.")
    ] = False,
) -> None:
    """Print the manifest that describes the app to Slack."""
    from handlers.slack.manifests import build_manifest, creation_link, write_manifest

    if http and not http.startswith("https://"):
        raise typer.BadParameter("it does not begin with https://.", param_hint="--http")
    manifest = build_manifest(http, full=full, domains=domain or ())
    typer.echo(creation_link(manifest) if link else write_manifest(manifest), nl=link)


def _sync_discord(
    guild: Annotated[
        int | None,
        typer.Option(
            metavar="ID", min=1, help="Only in the server with this id, where they work at once."
        ),
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove the commands that this server has of its own.")
    ] = False,
) -> None:
    """Register the commands with Discord, and print the changes.

    With --guild, they are registered in one server, in addition to those for all servers; there
    they double, until you remove them.
    """
    if remove and guild is None:
        raise typer.BadParameter("also name the server, with --guild.", param_hint="--remove")
    from handlers.discord.adapter import DISCORD, sync
    from handlers.run.platforms import load_settings_of

    for line in sync(load_settings_of(DISCORD), guild, remove=remove):
        typer.echo(line)


def _exit_unless(fine: bool) -> None:
    """Exit with code 1 if nothing was found or a check failed."""
    if not fine:
        raise typer.Exit(FAILED)


def _read_input() -> str:
    """Read standard input, but refuse to wait silently at a terminal."""
    if sys.stdin is None or sys.stdin.isatty():
        raise typer.BadParameter("give a text, or pipe one in.", param_hint="text")
    return sys.stdin.read()


def _join(words: list[str] | None) -> str:
    """Join the words of a query; a word with two leading dashes is a mistyped option."""
    for word in words or ():
        if word.startswith("--") and " " not in word:
            raise typer.BadParameter("there is no such option.", param_hint=word)
    return " ".join(words or ())
