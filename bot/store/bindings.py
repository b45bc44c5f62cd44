"""Which podcasts the channels and workspaces are served, in SQL."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, delete, select

from bot.store.database import Database
from bot.store.rows import put
from bot.store.tables import BINDINGS


class SqlBindingStore:
    """A `bot.posting.bindings.BindingStore` in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bindings(self, platform: str, workspace: str) -> Mapping[str, Sequence[str]]:
        wanted = select(BINDINGS).where(_is_in(platform, workspace))
        rows = await self._database.rows(wanted)
        return {row["channel"]: row["podcasts"].split() for row in rows}

    async def bind(
        self, platform: str, workspace: str, channel: str, podcasts: Sequence[str]
    ) -> None:
        key = {"platform": platform, "workspace": workspace, "channel": channel}
        async with self._database.write() as connection:
            if podcasts:
                await put(connection, BINDINGS, key, {"podcasts": " ".join(podcasts)})
            else:
                there = _is_in(platform, workspace) & (BINDINGS.c.channel == channel)
                await connection.execute(delete(BINDINGS).where(there))


def _is_in(platform: str, workspace: str) -> ColumnElement[bool]:
    return and_(BINDINGS.c.platform == platform, BINDINGS.c.workspace == workspace)
