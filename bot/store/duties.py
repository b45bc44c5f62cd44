"""Duties in the database: which process has which, and until when."""

from datetime import datetime

from sqlalchemy import update

from bot.store.database import Database
from bot.store.rows import REPLACING
from bot.store.tables import DUTIES


class SqlDutyStore:
    """A `bot.service.duties.DutyStore` in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        mine = {"owner": owner, "until": until}
        async with self._database.write() as connection:
            adding = REPLACING[connection.dialect.name](DUTIES).values(name=name, **mine)
            taking = adding.on_conflict_do_update(
                index_elements=["name"], set_=mine, where=DUTIES.c.until <= now
            )
            taken = await connection.execute(taking.returning(DUTIES.c.owner))
            return taken.first() is not None

    async def hold(self, name: str, owner: str, until: datetime) -> bool:
        mine = (DUTIES.c.name == name) & (DUTIES.c.owner == owner)
        async with self._database.write() as connection:
            held = await connection.execute(update(DUTIES).where(mine).values(until=until))
        return held.rowcount == 1

    async def leave(self, owner: str, now: datetime) -> None:
        mine = (DUTIES.c.owner == owner) & (DUTIES.c.until > now)
        async with self._database.write() as connection:
            await connection.execute(update(DUTIES).where(mine).values(until=now))
