"""The commands of `airquote` that belong to no group, with their arguments and help.

A command imports its worker when it is called, so that help and a search load only what they need.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from handlers.cli.groups import AsJson, Paths, add_groups, exit_unless

_EPISODE = "The episode's number, as in s01e04, or words from its title."
# A word of a query may start with "-" without being an option.
_QUERY_CONTEXT = {"ignore_unknown_options": True}
_Limit = Annotated[int, typer.Option(min=1, max=50, help="How many passages to show.")]
_Page = Annotated[int, typer.Option(min=1, help="Which page to show.")]


def add_commands(app: typer.Typer) -> None:
    """Add all commands, in the order of the help."""
    app.command("search", context_settings=_QUERY_CONTEXT)(_search)
    app.command("episodes", context_settings=_QUERY_CONTEXT)(_episodes)
    app.command("like")(_like)
    app.command("find", context_settings=_QUERY_CONTEXT)(_find)
    app.command("mentions", context_settings=_QUERY_CONTEXT)(_mentions)
    app.command("run")(_run)
    app.command("mcp")(_mcp)
    app.command("doctor")(_doctor)
    app.command("about")(_about)
    app.command("check")(_check)
    app.command("eval")(_evaluate)
    add_groups(app)


def _search(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="What you remember of what was said."),
    ] = None,
    limit: _Limit = 5,
    page: _Page = 1,
    as_json: AsJson = False,
) -> None:
    """Find passages by what was said, each with a link to the second.

    For an exact phrase, put quotes around the quotes: '"model registry"'. Narrow the search down
    with guest: speaker: episode: season: after: before: and exclude words with -word. With
    sort:newest, the newest episodes come first.
    """
    from handlers.cli.search import print_passages

    exit_unless(print_passages(_join(query), limit, page, as_json=as_json))


def _episodes(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="Words from a title or a guest's name."),
    ] = None,
) -> None:
    """List the episodes, or those that match some words."""
    from handlers.cli.search import print_episodes

    exit_unless(print_episodes(_join(words)))


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
    exit_unless(print_passages_like(episode, second, limit, page))


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

    exit_unless(print_passages_about(_join(text) if text else _read_input(), limit, page))


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

    exit_unless(print_mentions(_join(terms), chart))


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
    from handlers.mcp.adapter import sdk_problems

    raise_problems(sdk_problems())
    from handlers.mcp.stdio import answer_over_stdio

    answer_over_stdio()


def _doctor() -> None:
    """Check settings, transcripts, database and chats."""
    from handlers.cli.doctor import print_findings

    exit_unless(print_findings())


def _about() -> None:
    """Show the version, the data, and when weekly quotes are posted."""
    from handlers.cli.maintenance import print_about

    print_about()


def _check(
    paths: Paths = None,
    write_catalog: Annotated[
        bool,
        typer.Option("--write-catalog", help="Write a catalog.yaml to complete, beside the files."),
    ] = False,
) -> None:
    """Read the transcripts and list their problems.

    Fails if a file is refused or there is no episode.
    """
    from handlers.cli.maintenance import check_transcripts

    exit_unless(check_transcripts(paths, write_catalog))


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
        exit_unless(evaluate_feedback())


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
