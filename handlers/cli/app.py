"""The `airquote` command line as a process: the exit codes, and errors as sentences."""

import gc
import os
import sys
from io import TextIOWrapper

import click

from bot.errors import AirquoteError, BusyError, ConfigError, StoreError, UnreachableError
from handlers.cli.commands import add_commands
from handlers.cli.groups import FAILED, Commands

WRONG_USAGE = 2
WRONG_CONFIGURATION = 78  # EX_CONFIG of sysexits.h
_OBJECTS_BETWEEN_COLLECTIONS = 100_000


def main() -> None:
    """Run the command line; an expected error ends in a sentence, not in a traceback."""
    # Numpy reads it. Searches run side by side, and on all cores each would cost twice as much.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Imports make thousands of objects that stay: looking for garbage after each 700 finds none.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Bytes that are not text, and characters the terminal lacks, become "?".
            stream.reconfigure(errors="replace")
    try:
        build_app()()
    except (BusyError, StoreError, UnreachableError) as error:
        click.echo(str(error), err=True)
        sys.exit(FAILED)
    except AirquoteError as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG_CONFIGURATION if isinstance(error, ConfigError) else WRONG_USAGE)
    except OSError as error:
        click.echo(f"{error.filename or 'airquote'}: {error.strerror or error}.", err=True)
        sys.exit(FAILED)


def build_app() -> click.Group:
    """Build the command line."""
    version = click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_version,
        help="Show the version and exit.",
    )
    app = Commands(help="Search what was said in a podcast.", params=[version])
    add_commands(app)
    return app


def _show_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from bot.version import version

        click.echo(f"airquote {version()}")
        context.exit()
