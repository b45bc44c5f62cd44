"""What the database holds of a person: counted, and deleted."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, delete, func, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.posting.places import RecipientKind, Requester, person_at
from bot.store.claims import forget_claims
from bot.store.database import Database
from bot.store.follows import add_recipient, end_follows
from bot.store.tables import (
    APPROVALS,
    CANDIDATES,
    CLAIMS,
    FOLLOWS,
    JUDGEMENTS,
    NEWS,
    OUTBOX,
    RECIPIENTS,
    SUBSCRIPTIONS,
    VOTES,
)

_Columns = Mapping[str, Column[Any]]

# The columns that name a member of a channel who takes part in a decision.
_DECIDING = (VOTES.c.person, APPROVALS.c.by)
# The columns that name a person in rows about nobody else, which are deleted.
OWN: _Columns = {
    each.table.name: each
    for each in (
        *(RECIPIENTS.c.id, FOLLOWS.c.person, NEWS.c.id, OUTBOX.c.id),
        *_DECIDING,
    )
}
# The columns that name a person in rows about a channel, which stay without the name.
NAMED: _Columns = {
    str(each): each
    for each in (
        *(SUBSCRIPTIONS.c.admin, RECIPIENTS.c.admin),
        *(JUDGEMENTS.c.by, CANDIDATES.c.nominated_by),
    )
}

_NOBODY = ""


class SqlPeopleStore:
    """A `bot.posting.follows.PeopleStore` in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, platform: str, person: str) -> Mapping[str, int]:
        async with self._database.read() as connection:
            counted = {}
            for label, column in {**OWN, **NAMED}.items():
                rows = select(func.count()).where(_names(column, platform, person))
                counted[label] = (await connection.execute(rows)).scalar_one()
        return _without_zeros(counted)

    async def forget(self, platform: str, person: str, workspace: str = "") -> Mapping[str, int]:
        async with self._database.write() as connection:
            # Without a row to wait for, a follow could be added meanwhile, and half of it stay.
            added = await add_recipient(
                connection, person_at(platform, person, workspace), "", datetime.now(UTC)
            )
            done = {}
            for label, column in OWN.items():
                mine = _names(column, platform, person)
                deleted = await connection.execute(delete(column.table).where(mine))
                done[label] = deleted.rowcount
            done[RECIPIENTS.name] -= added
            done |= await _take_name_out(connection, platform, person)
            # `count` leaves out claims, which name a person by a digest and for a day at most.
            done[CLAIMS.name] = await forget_claims(connection, platform, person)
        await self._database.overwrite_deleted()
        return _without_zeros(done)

    async def members(self) -> tuple[Requester, ...]:
        columns = (FOLLOWS.c.person, *_DECIDING, *NAMED.values())
        named = (
            select(each.table.c.platform, each.table.c.workspace, each).where(each != _NOBODY)
            for each in columns
        )
        async with self._database.read() as connection:
            return tuple(Requester(*row) for row in await connection.execute(union(*named)))

    async def forget_member(self, member: Requester) -> None:
        there = FOLLOWS.c.workspace == member.workspace
        mine = _names(FOLLOWS.c.person, member.platform, member.person) & there
        async with self._database.write() as connection:
            await end_follows(connection, mine)
            for column in _DECIDING:
                here = column.table.c.workspace == member.workspace
                theirs = _names(column, member.platform, member.person) & here
                await connection.execute(delete(column.table).where(theirs))
            await _take_name_out(connection, member.platform, member.person, member.workspace)
        await self._database.overwrite_deleted()


async def _take_name_out(
    connection: AsyncConnection, platform: str, person: str, workspace: str | None = None
) -> dict[str, int]:
    done = {}
    for label, column in NAMED.items():
        mine = _names(column, platform, person)
        if workspace is not None:
            mine &= column.table.c.workspace == workspace
        emptying = update(column.table).where(mine).values({column.name: _NOBODY})
        done[label] = (await connection.execute(emptying)).rowcount
    return done


def _names(column: Column[Any], platform: str, person: str) -> ColumnElement[bool]:
    """Require that a column names a person; an "id" may be that of a channel, too."""
    mine = and_(column.table.c.platform == platform, column == person)
    if column.name == "id":
        mine &= column.table.c.kind == RecipientKind.PERSON
    return mine


def _without_zeros(counts: Mapping[str, int]) -> Mapping[str, int]:
    return {label: count for label, count in counts.items() if count}
