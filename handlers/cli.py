"""The `airquote` command."""

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.console import Console

from bot import commands, evaluate
from bot.config import load_settings
from bot.corpus.files import find_files
from bot.errors import AirquoteError, ConfigError
from bot.library import Library, open_library, read_corpus
from bot.models import Source
from bot.replies import Card, Reply
from handlers import terminal

NOT_FOUND = 1
WRONG_USAGE = 2
WRONG_CONFIGURATION = 78  # EX_CONFIG of sysexits.h

# A query may begin a word with "-", which is no option.
_QUERY_CONTEXT = {"ignore_unknown_options": True}


def main() -> None:
    """Run the command line; what a person can mend ends in a sentence, not in a traceback."""
    try:
        build_app()()
    except AirquoteError as error:
        typer.echo(str(error), err=True)
        sys.exit(WRONG_CONFIGURATION if isinstance(error, ConfigError) else WRONG_USAGE)


def build_app() -> typer.Typer:
    """Put the commands together."""
    app = typer.Typer(
        help="Search what was said in a podcast.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.command(context_settings=_QUERY_CONTEXT)(search)
    app.command(context_settings=_QUERY_CONTEXT)(episodes)
    app.command()(check)
    app.command("eval")(evaluate_queries)
    return app


def search(
    query: Annotated[list[str] | None, typer.Argument(help="What you remember of it.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many passages to show.")] = 5,
    page: Annotated[int, typer.Option(min=1, help="Which page of them.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Find the passages that say it, each with a link to the second.

    For an exact phrase, the shell needs quotes around the quotes: '"model registry"'. Narrow down
    with guest: speaker: episode: season: after: before: and leave out with -word.
    """
    library = _open()
    typed = " ".join(query or [])
    started = perf_counter()
    reply = commands.search(library, typed, limit, page - 1)
    took_ms = (perf_counter() - started) * 1000
    if as_json:
        typer.echo(json.dumps(_as_json(typed, reply, took_ms), ensure_ascii=False))
    else:
        terminal.show_reply(Console(), reply)
    _exit_unless(bool(reply.cards))


def episodes(
    words: Annotated[list[str] | None, typer.Argument(help="Words of a title or a guest.")] = None,
) -> None:
    """List the episodes, or find those with these words in the title or a guest's name."""
    reply = commands.episodes(_open(), " ".join(words or []))
    terminal.show_reply(Console(), reply)
    _exit_unless(bool(reply.cards))


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; AIRQUOTE_EPISODES if none.")
    ] = None,
) -> None:
    """Read the transcripts and name what is wrong with them; fails if a file is refused."""
    console = Console(stderr=True)
    with terminal.progress_bar(console) as report:
        corpus = read_corpus(find_files(paths or load_settings().episode_paths), report)
    terminal.show_reply(Console(soft_wrap=True), commands.check(corpus))
    _exit_unless(not any(problem.refused for problem in corpus.problems))


def evaluate_queries(
    file: Annotated[Path, typer.Argument(help="Queries with known answers, JSON a line.")],
    run: Annotated[Path | None, typer.Option(help="Write each query's hits to this file.")] = None,
) -> None:
    """Measure the search on queries whose answers are known."""
    qrels = evaluate.read_qrels(file)
    runs = list(evaluate.run_queries(_open(), qrels))
    if run is not None:
        run.write_text("".join(f"{line}\n" for line in evaluate.run_lines(runs)), encoding="utf-8")
    figures = evaluate.measure_ranking(runs)
    terminal.show_figures(Console(), figures, evaluate.measure_landing(runs))


def _open() -> Library:
    settings = load_settings()
    console = Console(stderr=True)
    with terminal.progress_bar(console) as report:
        return open_library(settings.episode_paths, settings.cache_folder, report, console.print)


def _exit_unless(fine: bool) -> None:
    if not fine:
        raise typer.Exit(NOT_FOUND)


def _as_json(typed: str, reply: Reply, took_ms: float) -> dict[str, Any]:
    return {
        "query": typed,
        "took_ms": round(took_ms, 3),
        "suggestion": reply.suggestion,
        "hits": [_hit_as_json(card) for card in reply.cards if card.snippet],
    }


def _hit_as_json(card: Card) -> dict[str, Any]:
    return {
        "episode": card.episode,
        "title": card.title,
        "speaker": card.speaker,
        "chapter": card.chapter,
        "start": card.start,
        "end": card.end,
        "time": card.time,
        "url": card.url,
        "text": card.snippet.text if card.snippet else "",
        "score": card.score,
        "source": card.source or Source.EDITED,
    }
