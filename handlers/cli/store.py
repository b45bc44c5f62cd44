"""The command line for what Airquote remembers: one file to take away and to bring back."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.config import load_settings
from bot.text import pluralize

_File = Annotated[Path, typer.Argument(metavar="FILE", help="The file with the backup.")]


def store_app() -> typer.Typer:
    """Put together what can be done with the store as a whole."""
    app = typer.Typer(help="What Airquote remembers.", no_args_is_help=True)
    app.command()(check)
    app.command()(backup)
    app.command()(restore)
    return app


def check() -> None:
    """Open the database, and bring its tables up to date where an update needs it."""
    asyncio.run(_open())
    typer.echo("The database opens, and its tables are up to date.")


def backup(file: _File) -> None:
    """Write all that is remembered to a file, while Airquote may go on running.

    It holds the ids of channels and admins: keep it as safe as the database.
    """
    typer.echo(f"{pluralize(asyncio.run(_back_up(file)), 'row')} in {file}.")


def restore(
    file: _File,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what the database has.")
    ] = False,
) -> None:
    """Remember what a file says, in the database that DATABASE_URL names: SQLite or PostgreSQL.

    Stop Airquote before. Nothing changes if the file is damaged.
    """
    rows = asyncio.run(_restore(file, replace=replace))
    typer.echo(f"{pluralize(rows, 'row')} restored from {file}.")


async def _open() -> None:
    # Loaded here and below, as it takes longer than a search and no other command needs it.
    from bot.store.database import open_database

    async with open_database(load_settings().database.get_secret_value()):
        pass


async def _back_up(file: Path) -> int:
    from bot.store.backup import back_up
    from bot.store.database import open_database

    async with open_database(load_settings().database.get_secret_value()) as database:
        return await back_up(database, file)


async def _restore(file: Path, *, replace: bool) -> int:
    from bot.store import backup
    from bot.store.database import open_database

    async with open_database(load_settings().database.get_secret_value()) as database:
        return await backup.restore(database, file, replace=replace)
