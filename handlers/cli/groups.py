"""The groups of commands, such as `airquote quotes`, with what all commands share.

As in `handlers.cli.commands`, a command imports its worker when it is called.
"""

from pathlib import Path

import click

from handlers.cli.options import PngFile, as_json, of_podcast, some_paths, whole_number_option

# The exit code if nothing was found, or something failed.
FAILED = 1
_INTERRUPTED = 130  # as shells say of a process that Ctrl-C has ended

_guest = click.argument(
    "guest", nargs=-1, required=True, help="The guest's name, or enough of it to be clear."
)
_backup_file = click.argument("file", type=click.Path(path_type=Path), help="The backup file.")


class Commands(click.Group):
    """A group that lists its commands in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Carry out a command; Ctrl-C ends it without a word."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise click.exceptions.Exit(_INTERRUPTED) from None


def add_groups(app: Commands) -> None:
    """Add all groups, in the order of the help, which lists them below the commands."""
    for group in (_quotes, _index, _store, _lexicon, _slack, _discord):
        app.add_command(group)


def exit_unless(fine: bool) -> None:
    """Exit with code 1 if nothing was found or a check failed."""
    if not fine:
        raise click.exceptions.Exit(FAILED)


@click.group("index", cls=Commands)
def _index() -> None:
    """List, build and roll back search indexes."""


@click.group("store", cls=Commands)
def _store() -> None:
    """Check, back up and restore the database, and forget people."""


@click.group("lexicon", cls=Commands)
def _lexicon() -> None:
    """Propose entries for the lexicon."""


@click.group("slack", cls=Commands)
def _slack() -> None:
    """Set up the app for Slack."""


@click.group("discord", cls=Commands)
def _discord() -> None:
    """Register the commands with Discord, and say where it sends them."""


@click.group("quotes", cls=Commands, invoke_without_command=True)
@whole_number_option("--limit", "How many quotes to show.", default=20, most=500)
@as_json
@of_podcast
@click.pass_context
def _quotes(context: click.Context, limit: int, as_json: bool) -> None:
    """List quotable sentences with their scores and reasons.

    The best quote of each episode comes first, then the second best of each. A quote with a score
    of 3 or more is good enough to post without a moderator.
    """
    if context.invoked_subcommand is None:
        from handlers.cli.quotes import print_quotes

        exit_unless(print_quotes(limit, as_json=as_json))


@_quotes.command("image")
@click.argument("file", type=PngFile(), help="The PNG file to write.")
@whole_number_option("--number", "Which quote, counted as in the list.", default=1, most=500)
@click.option(
    "--style", default="", help="A style as in AIRQUOTE_QUOTE_CARD, such as “portrait square”."
)
@of_podcast
def _draw_quote(file: Path, number: int, style: str) -> None:
    """Draw a quote as it would be posted, to see what it looks like."""
    from handlers.cli.quotes import draw_listed_quote

    exit_unless(draw_listed_quote(file, number, style))


@_quotes.command("exclude")
@_guest
@of_podcast
def _exclude(guest: tuple[str, ...]) -> None:
    """Exclude a guest from the weekly quote, in all channels."""
    from handlers.cli.quotes import exclude_guest

    exit_unless(exclude_guest(" ".join(guest)))


@_quotes.command("include")
@_guest
@of_podcast
def _include(guest: tuple[str, ...]) -> None:
    """Allow an excluded guest in the weekly quote again."""
    from handlers.cli.quotes import include_guest

    exit_unless(include_guest(" ".join(guest)))


@_quotes.command("excluded")
def _excluded() -> None:
    """List the guests excluded from the weekly quote."""
    from handlers.cli.quotes import print_excluded_guests

    print_excluded_guests()


@_quotes.command("digest")
@click.argument("month", help="The month, such as 2026-11.")
@of_podcast
def _digest(month: str) -> None:
    """Write the quotes posted in a month as Markdown, for a newsletter or a site.

    It holds those of all channels, each once, without withdrawn ones.
    """
    from handlers.cli.quotes import print_digest

    exit_unless(print_digest(month))


@_index.command("list")
@as_json
@of_podcast
def _list_indexes(as_json: bool) -> None:
    """List the stored indexes and which one is current."""
    from handlers.cli.index import print_indexes

    exit_unless(print_indexes(as_json=as_json))


@_index.command("build")
@click.option("--force", is_flag=True, help="Make the index current even if a check fails.")
@of_podcast
def _build_index(force: bool) -> None:
    """Build an index of the transcripts, check it, and make it current."""
    from handlers.cli.index import build_and_promote

    exit_unless(build_and_promote(force=force))


@_index.command("rollback")
@of_podcast
def _roll_back() -> None:
    """Return to the previous index.

    A running `airquote run` follows the next time it looks for changes.
    """
    from handlers.cli.index import roll_back

    roll_back()


@_store.command("check")
def _check_store() -> None:
    """Open the database, and update its tables if needed."""
    from handlers.cli.store import check_database

    check_database()


@_store.command("backup")
@_backup_file
def _backup(file: Path) -> None:
    """Write the contents of the database to a file.

    Airquote may keep running meanwhile. The file holds the ids of channels and members: keep it as
    safe as the database.
    """
    from handlers.cli.store import write_backup

    write_backup(file)


@_store.command("restore")
@_backup_file
@click.option("--replace", is_flag=True, help="Replace what the database holds.")
def _restore(file: Path, replace: bool) -> None:
    """Restore a backup into the database.

    DATABASE_URL names the database: SQLite or PostgreSQL, whichever the backup came from. Stop
    Airquote first. If the file is damaged, nothing changes.
    """
    from handlers.cli.store import restore_backup

    restore_backup(file, replace=replace)


@_store.command("forget")
@click.argument("person", help="The id of a member: U0123456789 in Slack, a number in Discord.")
def _forget(person: str) -> None:
    """Delete what is stored about a person, as /podcast forget-me does.

    Copy the id from the member's profile or from a backup; the log has pseudonyms only. Airquote
    may keep running meanwhile. Backups keep what they hold.
    """
    from handlers.cli.store import forget_person

    exit_unless(forget_person(person))


@_lexicon.command("learn")
@some_paths
@of_podcast
def _learn(paths: tuple[str, ...]) -> None:
    """Propose terms that captions mishear.

    Prints a patch to the lexicon in YAML, for you to review.
    """
    from handlers.cli.maintenance import learn_lexicon

    exit_unless(learn_lexicon(paths))


@_slack.command("key")
def _make_key() -> None:
    """Print a new AIRQUOTE_ENCRYPTION_KEY, for an app that many workspaces install."""
    from handlers.slack.credentials import new_encryption_key

    click.echo(new_encryption_key())


@_slack.command("manifest")
@click.option(
    "--http",
    metavar="ADDRESS",
    default="",
    help="Your host's address, for HTTP, not Socket Mode.",
)
@click.option("--full", is_flag=True, help="Also take direct messages, and show linked passages.")
@click.option(
    "--domain",
    "domains",
    metavar="NAME",
    multiple=True,
    help="A domain with pages of episodes; with --full.",
)
@click.option("--distributed", is_flag=True, help="For many workspaces; with --http.")
@click.option("--link", is_flag=True, help="Print a link that creates the app from it instead.")
def _manifest(
    http: str, full: bool, domains: tuple[str, ...], distributed: bool, link: bool
) -> None:
    """Print the manifest that describes the app to Slack."""
    from handlers.slack.manifests import build_manifest, creation_link, write_manifest

    if http and not http.startswith("https://"):
        raise click.BadParameter("it does not begin with https://.", param_hint="--http")
    if distributed and full:
        raise click.BadParameter("it cannot be combined with --full.", param_hint="--distributed")
    if distributed and not http:
        raise click.BadParameter("also name your address, with --http.", param_hint="--distributed")
    manifest = build_manifest(http, full=full, domains=domains, distributed=distributed)
    click.echo(creation_link(manifest) if link else write_manifest(manifest), nl=link)


@_discord.command("sync")
@click.option(
    "--guild",
    metavar="ID",
    type=click.IntRange(1),
    help="Only in the server with this id, where they work at once.",
)
@click.option("--remove", is_flag=True, help="Remove the commands that this server has of its own.")
def _sync_discord(guild: int | None, remove: bool) -> None:
    """Register the commands with Discord, and print the changes.

    With --guild, they are registered in one server, in addition to those for all servers;
    members there see them twice, until you remove them.
    """
    if remove and guild is None:
        raise click.BadParameter("also name the server, with --guild.", param_hint="--remove")
    from handlers.discord.adapter import DISCORD, sync
    from handlers.run.platforms import load_settings_of

    for line in sync(load_settings_of(DISCORD), guild, remove=remove):
        click.echo(line)


@_discord.command("endpoint")
@click.argument("address", default="", help="Your host's address, such as https://example.com.")
@click.option("--remove", is_flag=True, help="Send them through the gateway again.")
def _set_endpoint(address: str, remove: bool) -> None:
    """Let Discord send commands and buttons to your host over HTTP.

    Without an address, print where Discord sends them. Start Airquote first, as Discord tries the
    address at once.
    """
    if address and remove:
        raise click.BadParameter("it takes no address.", param_hint="--remove")
    if address and not address.startswith(("https://", "http://")):
        raise click.BadParameter("it does not begin with https://.", param_hint="ADDRESS")
    from handlers.discord.adapter import DISCORD, endpoint
    from handlers.run.platforms import load_settings_of

    click.echo(endpoint(load_settings_of(DISCORD), address if address or remove else None))
