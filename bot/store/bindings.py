"""Which podcasts the channels and workspaces are served, in SQL."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select

from bot.posting.places import Channel
from bot.store.database import Database
from bot.store.rows import channel_values, is_at, is_in, put
from bot.store.tables import BINDINGS


class SqlBindingStore:
    """A `bot.posting.bindings.BindingStore` in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bindings(self, platform: str, workspace: str) -> Mapping[str, Sequence[str]]:
        wanted = select(BINDINGS).where(is_in(BINDINGS, platform, workspace))
        rows = await self._database.rows(wanted)
        return {row["channel"]: row["podcasts"].split() for row in rows}

    async def bind(
        self, platform: str, workspace: str, channel: str, podcasts: Sequence[str]
    ) -> None:
        there = Channel(platform, workspace, channel)
        async with self._database.write() as connection:
            if podcasts:
                await put(
                    connection, BINDINGS, channel_values(there), {"podcasts": " ".join(podcasts)}
                )
            else:
                await connection.execute(delete(BINDINGS).where(is_at(BINDINGS, there)))
