"""What there is to do in a terminal with what Airquote remembers."""

import asyncio
from pathlib import Path

import typer

from bot.config import load_settings
from bot.store import backup
from bot.store.database import open_database
from bot.text import pluralize


def check() -> None:
    """Open the database, which brings its tables up to date."""
    asyncio.run(_open())
    typer.echo("The database opens, and its tables are up to date.")


def back_up(file: Path) -> None:
    """Write all that is remembered to a file."""
    typer.echo(f"{pluralize(asyncio.run(_back_up(file)), 'row')} in {file}.")


def restore(file: Path, *, replace: bool) -> None:
    """Remember what a file says; with `replace`, instead of what the database has."""
    rows = asyncio.run(_restore(file, replace=replace))
    typer.echo(f"{pluralize(rows, 'row')} restored from {file}.")


async def _open() -> None:
    async with open_database(load_settings().database.get_secret_value()):
        pass


async def _back_up(file: Path) -> int:
    async with open_database(load_settings().database.get_secret_value()) as database:
        return await backup.back_up(database, file)


async def _restore(file: Path, *, replace: bool) -> int:
    async with open_database(load_settings().database.get_secret_value()) as database:
        return await backup.restore(database, file, replace=replace)
