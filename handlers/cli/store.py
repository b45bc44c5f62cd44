"""The commands for the database, and the feedback that other commands keep in it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from bot.config import Settings
from bot.environment import load_settings
from bot.models import Feedback, ZeroHit
from bot.posting.places import platform_of
from bot.service.feedback import record_zero_hit
from bot.store import backup
from bot.store.database import open_database
from bot.store.feedback import open_store
from bot.store.people import SqlPeopleStore
from bot.text import pluralize


def check_database() -> None:
    """Open the database, which updates its tables if needed."""
    asyncio.run(_open())
    click.echo("The database opens, and its tables are up to date.")


def write_backup(file: Path) -> None:
    """Write the contents of the database to a file."""
    click.echo(f"{pluralize(asyncio.run(_back_up(file)), 'row')} written to {file}.")


def restore_backup(file: Path, *, replace: bool) -> None:
    """Restore a backup; with `replace`, overwrite what the database holds."""
    rows = asyncio.run(_restore(file, replace=replace))
    click.echo(f"{pluralize(rows, 'row')} restored from {file}.")


def forget_person(person: str) -> bool:
    """Delete what is stored about a person, and print how many rows; False if there was none."""
    person = person.strip("<@!> ")
    counts = asyncio.run(_forget(person))
    for label, count in counts.items():
        table, _, column = label.partition(".")
        done = "name removed from" if column else "deleted"
        click.echo(f"{table}: {done} {pluralize(count, 'row')}")
    if not counts:
        click.echo(f"Nothing is stored about “{person}”. Give the id of the member, not the name.")
    return bool(counts)


def keep_zero_hit(zero_hit: ZeroHit, settings: Settings) -> None:
    """Store a query that found nothing."""
    asyncio.run(_keep_zero_hit(zero_hit, settings))


def read_feedback() -> tuple[tuple[Feedback, ...], tuple[ZeroHit, ...]]:
    """Read the verdicts on answers, and the queries that found nothing."""
    return asyncio.run(_read_feedback(load_settings()))


async def _open() -> None:
    async with open_database(load_settings().database.get_secret_value()):
        pass


async def _back_up(file: Path) -> int:
    async with open_database(load_settings().database.get_secret_value()) as database:
        return await backup.back_up(database, file)


async def _restore(file: Path, *, replace: bool) -> int:
    async with open_database(load_settings().database.get_secret_value()) as database:
        return await backup.restore(database, file, replace=replace)


async def _forget(person: str) -> Mapping[str, int]:
    async with open_database(load_settings().database.get_secret_value()) as database:
        return await SqlPeopleStore(database).forget(platform_of(person), person)


async def _keep_zero_hit(zero_hit: ZeroHit, settings: Settings) -> None:
    address = settings.database.get_secret_value()
    async with open_store(address, settings.keep_queries_days) as store:
        await record_zero_hit(store, zero_hit)


async def _read_feedback(settings: Settings) -> tuple[tuple[Feedback, ...], tuple[ZeroHit, ...]]:
    address = settings.database.get_secret_value()
    async with open_store(address, settings.keep_queries_days) as store:
        return await store.feedback(), await store.zero_hits()
