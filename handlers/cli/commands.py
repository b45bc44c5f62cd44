"""The commands of `airquote` that belong to no group, with their arguments and help.

A command imports its worker when it is called, so that help and a search load only what they need.
"""

import sys
from pathlib import Path

import click

from handlers.cli.groups import Commands, add_groups, exit_unless
from handlers.cli.options import PngFile, as_json, of_podcast, some_paths, whole_number_option

# A word of a query may start with "-" without being an option.
_QUERY_CONTEXT = {"ignore_unknown_options": True}
_limit = whole_number_option("--limit", "How many passages to show.", default=5, most=50)
_page = whole_number_option("--page", "Which page to show.", default=1)


def add_commands(app: Commands) -> None:
    """Add all commands, in the order of the help."""
    for command in (
        _search,
        _episodes,
        _like,
        _find,
        _mentions,
        _run,
        _mcp,
        _doctor,
        _about,
        _check,
        _evaluate,
    ):
        app.add_command(command)
    add_groups(app)


@click.command("search", context_settings=_QUERY_CONTEXT)
@click.argument("words", nargs=-1, help="What you remember of what was said.")
@_limit
@_page
@as_json
@of_podcast
def _search(words: tuple[str, ...], limit: int, page: int, as_json: bool) -> None:
    """Find passages by what was said, each with a link to the moment.

    For an exact phrase, put quotes around the quotes: '"model registry"'. Narrow the search down
    with guest: speaker: episode: season: after: before: and exclude words with -word. With
    sort:newest, the newest episodes come first.
    """
    from handlers.cli.search import print_passages

    exit_unless(print_passages(_join(words), limit, page, as_json=as_json))


@click.command("episodes", context_settings=_QUERY_CONTEXT)
@click.argument("words", nargs=-1, help="Words from a title or a guest's name.")
@of_podcast
def _episodes(words: tuple[str, ...]) -> None:
    """List the episodes, or those that match some words."""
    from handlers.cli.search import print_episodes

    exit_unless(print_episodes(_join(words)))


@click.command("like")
@click.argument("episode", help="The episode's number, as in s01e04, or words from its title.")
@click.argument("time", help="A time in the episode, as in 12:54.")
@_limit
@_page
@of_podcast
def _like(episode: str, time: str, limit: int, page: int) -> None:
    """Find passages similar to the one at a given time in an episode."""
    from bot.transcripts.formats.fields import parse_seconds
    from handlers.cli.search import print_passages_like

    second = parse_seconds(time)
    if second is None:
        raise click.BadParameter("write the time as 12:54 or 1:02:03.", param_hint="time")
    exit_unless(print_passages_like(episode, second, limit, page))


@click.command("find", context_settings=_QUERY_CONTEXT)
@click.argument("words", nargs=-1, help="The text; default: standard input.")
@_limit
@_page
@of_podcast
def _find(words: tuple[str, ...], limit: int, page: int) -> None:
    """Find what the podcast says about a text, such as a message."""
    from handlers.cli.search import print_passages_about

    exit_unless(print_passages_about(_join(words) if words else _read_input(), limit, page))


@click.command("mentions", context_settings=_QUERY_CONTEXT)
@click.argument("words", nargs=-1, help="A term, or several separated by vs.")
@click.option("--chart", type=PngFile(), help="Draw a chart by season to this PNG file.")
@of_podcast
def _mentions(words: tuple[str, ...], chart: Path | None) -> None:
    """Count how often something is mentioned, season by season."""
    from handlers.cli.search import print_mentions

    exit_unless(print_mentions(_join(words), chart))


@click.command("run")
@click.option(
    "--only",
    "only",
    multiple=True,
    type=click.Choice(["web", "worker", "refresh"]),
    help="Do only a part, where other processes do the rest: answer (web), post (worker), or look "
    "for new episodes (refresh). Can be repeated.",
)
def _run(only: tuple[str, ...]) -> None:
    """Run the bot in every chat that is set up, until stopped."""
    from bot.environment import misspelt_settings
    from handlers.run.platforms import load_chat_settings
    from handlers.run.roles import ALL_ROLES, Role
    from handlers.run.service import run_service

    roles = frozenset(map(Role, only)) or ALL_ROLES
    settings = load_chat_settings(roles)
    for each in misspelt_settings():
        click.echo(str(each), err=True)
    run_service(settings, roles)


@click.command("mcp")
@of_podcast
def _mcp() -> None:
    """Let an assistant on this machine search the podcast, over MCP.

    It starts this command itself, and asks through standard input and output.
    """
    from bot.environment import raise_problems
    from handlers.mcp.adapter import sdk_problems

    raise_problems(sdk_problems())
    from handlers.mcp.stdio import answer_over_stdio

    answer_over_stdio()


@click.command("doctor")
def _doctor() -> None:
    """Check settings, transcripts, database and chats."""
    from handlers.cli.doctor import print_findings

    exit_unless(print_findings())


@click.command("about")
@of_podcast
def _about() -> None:
    """Show the version, the data, and when weekly quotes are posted."""
    from handlers.cli.maintenance import print_about

    print_about()


@click.command("check")
@some_paths
@click.option(
    "--write-catalog", is_flag=True, help="Write a catalog.yaml to complete, beside the files."
)
@click.option("--every", is_flag=True, help="Name every file, however many are alike.")
@of_podcast
def _check(paths: tuple[str, ...], write_catalog: bool, every: bool) -> None:
    """Read the transcripts and list their problems.

    Fails if a file is refused or there is no episode.
    """
    from handlers.cli.maintenance import check_transcripts

    exit_unless(check_transcripts(paths, write_catalog, every=every))


@click.command("eval")
@click.argument(
    "file",
    type=click.Path(path_type=Path),
    required=False,
    help="Queries with known answers, as JSON lines.",
)
@click.option(
    "--run", type=click.Path(path_type=Path), help="Write each query's hits to this file."
)
@click.option(
    "--from-feedback", is_flag=True, help="Measure against what people said about answers."
)
@of_podcast
def _evaluate(file: Path | None, run: Path | None, from_feedback: bool) -> None:
    """Measure the search against queries with known answers."""
    if file is None and (run is not None or not from_feedback):
        raise click.BadParameter("give a file of queries.", param_hint="FILE")
    from handlers.cli.evaluation import evaluate_feedback, evaluate_queries

    fine = file is None or evaluate_queries(file, run)
    if from_feedback:
        fine = evaluate_feedback() and fine
    exit_unless(fine)


def _read_input() -> str:
    """Read standard input, but refuse to wait silently at a terminal."""
    if sys.stdin is None or sys.stdin.isatty():
        raise click.BadParameter("give a text, or pipe one in.", param_hint="text")
    return sys.stdin.read()


def _join(words: tuple[str, ...]) -> str:
    """Join the words of a query; a word with two leading dashes is a mistyped option."""
    for word in words:
        if word.startswith("--") and " " not in word:
            raise click.BadParameter("there is no such option.", param_hint=word)
    return " ".join(words)
