"""The groups of commands, such as `airquote quotes`, with what all commands share.

As in `handlers.cli.commands`, a command imports its worker when it is called.
"""

from pathlib import Path
from typing import Annotated

import typer

# The exit code if nothing was found, or something failed.
FAILED = 1

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Paths = Annotated[
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


def add_groups(app: typer.Typer) -> None:
    """Add all groups, in the order of the help, which lists them below the commands."""
    app.add_typer(_quotes_app(), name="quotes")
    app.add_typer(_index_app(), name="index")
    app.add_typer(_store_app(), name="store")
    app.add_typer(_lexicon_app(), name="lexicon")
    app.add_typer(_slack_app(), name="slack")
    app.add_typer(_discord_app(), name="discord")


def exit_unless(fine: bool) -> None:
    """Exit with code 1 if nothing was found or a check failed."""
    if not fine:
        raise typer.Exit(FAILED)


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
    app = typer.Typer(help="List, build and roll back search indexes.", no_args_is_help=True)
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


def _quotes(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many quotes to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List quotable sentences with their scores and reasons.

    The best quote of each episode comes first, then the second best of each. A quote with a score
    of 3 or more is good enough to post without a moderator.
    """
    if context.invoked_subcommand is None:
        from handlers.cli.quotes import print_quotes

        exit_unless(print_quotes(limit, as_json=as_json))


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

    exit_unless(draw_listed_quote(file, number, style))


def _exclude(guest: _Guest) -> None:
    """Exclude a guest from the weekly quote, in all channels."""
    from handlers.cli.quotes import exclude_guest

    exit_unless(exclude_guest(" ".join(guest)))


def _include(guest: _Guest) -> None:
    """Allow an excluded guest in the weekly quote again."""
    from handlers.cli.quotes import include_guest

    exit_unless(include_guest(" ".join(guest)))


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

    exit_unless(print_digest(month))


def _list_indexes(as_json: AsJson = False) -> None:
    """List the stored indexes and which one is current."""
    from handlers.cli.index import print_indexes

    exit_unless(print_indexes(as_json=as_json))


def _build_index(
    force: Annotated[
        bool, typer.Option("--force", help="Make the index current even if a check fails.")
    ] = False,
) -> None:
    """Build an index of the transcripts, check it, and make it current."""
    from handlers.cli.index import build_and_promote

    exit_unless(build_and_promote(force=force))


def _roll_back() -> None:
    """Return to the previous index.

    A running `airquote run` follows the next time it looks for changes.
    """
    from handlers.cli.index import roll_back

    roll_back()


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

    exit_unless(forget_person(person))


def _learn(paths: Paths = None) -> None:
    """Propose terms that captions mishear.

    Prints a patch to the lexicon in YAML, for you to review.
    """
    from handlers.cli.maintenance import learn_lexicon

    exit_unless(learn_lexicon(paths))


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
