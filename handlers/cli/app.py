"""The `airquote` command line as a process: the exit codes, and errors as sentences."""

import os
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from bot.errors import AirquoteError, BusyError, ConfigError, StoreError, UnreachableError
from handlers.cli.commands import add_commands
from handlers.cli.groups import FAILED

WRONG_USAGE = 2
WRONG_CONFIGURATION = 78  # EX_CONFIG of sysexits.h


def main() -> None:
    """Run the command line; an expected error ends in a sentence, not in a traceback."""
    # Numpy reads it. Searches run side by side, and on all cores each would cost twice as much.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Bytes that are not text, and characters the terminal lacks, become "?".
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
    """Build the command line."""
    app = typer.Typer(
        help="Search what was said in a podcast.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_options)
    add_commands(app)
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
