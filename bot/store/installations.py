"""Where the app for Slack is installed: which workspace, or organization, has granted a token."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import RowMapping, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.rows import put
from bot.store.tables import SLACK_BOTS, SLACK_ORG_WORKSPACES, SLACK_STATES

_TOKENS = ("bot_token", "bot_refresh_token")


@dataclass(frozen=True, slots=True)
class Installation:
    """An installation in a workspace, or in a whole organization: then `workspace` is ""."""

    workspace: str
    enterprise: str


@dataclass(frozen=True, slots=True)
class StoredTokens:
    """The tokens of an installation as they are stored; `refresh` is "" if they never expire."""

    id: int
    bot: str
    refresh: str


class SqlInstallations:
    """The installations of one app, by its client id; all methods raise StoreError."""

    def __init__(self, database: Database, client_id: str) -> None:
        self._database = database
        self._ours = SLACK_BOTS.c.client_id == client_id

    async def known(self) -> Sequence[Installation]:
        """Return all installations, each once, the oldest first."""
        wanted = select(SLACK_BOTS.c.team_id, SLACK_BOTS.c.enterprise_id).where(self._ours)
        rows = await self._database.rows(wanted.order_by(SLACK_BOTS.c.installed_at))
        return tuple(dict.fromkeys(map(_read_installation, rows)))

    async def locate(self, workspace: str, enterprise: str) -> Installation | None:
        """Find the installation that serves a workspace: its own, else its organization's.

        Without `enterprise`, that is the one that was noted for the workspace.
        """
        bots = SLACK_BOTS.c
        noted = select(SLACK_ORG_WORKSPACES.c.enterprise).where(
            SLACK_ORG_WORKSPACES.c.workspace == workspace
        )
        of_org = or_(bots.enterprise_id == (enterprise or workspace), bots.enterprise_id.in_(noted))
        serves = or_(bots.team_id == workspace, and_(bots.team_id.is_(None), of_org))
        wanted = select(bots.team_id, bots.enterprise_id).where(self._ours, serves)
        rows = await self._database.rows(
            wanted.order_by(bots.team_id.is_(None), bots.installed_at.desc()).limit(1)
        )
        return _read_installation(rows[0]) if rows else None

    async def note(self, workspace: str, enterprise: str) -> None:
        """Note that a workspace uses the installation of its organization."""
        key, values = {"workspace": workspace}, {"enterprise": enterprise}
        async with self._database.write() as connection:
            await put(connection, SLACK_ORG_WORKSPACES, key, values)

    async def tokens(self) -> Sequence[StoredTokens]:
        """Return the tokens of all installations."""
        wanted = select(SLACK_BOTS.c.id, *(SLACK_BOTS.c[name] for name in _TOKENS))
        rows = await self._database.rows(wanted.where(self._ours))
        return tuple(
            StoredTokens(row["id"], row["bot_token"] or "", row["bot_refresh_token"] or "")
            for row in rows
        )

    async def replace(self, old: StoredTokens, new: StoredTokens) -> None:
        """Store tokens anew, unless they have changed meanwhile."""
        bots = SLACK_BOTS.c
        unchanged = and_(bots.id == old.id, bots.bot_token == old.bot)
        values = {"bot_token": new.bot, "bot_refresh_token": new.refresh or None}
        async with self._database.write() as connection:
            await connection.execute(update(SLACK_BOTS).where(unchanged).values(values))

    async def add_state(self, state: str, expires: datetime, now: datetime) -> None:
        """Store what proves that an installation began here, and drop what has expired."""
        until, since = (each.replace(tzinfo=None) for each in (expires, now))
        async with self._database.write() as connection:
            old = SLACK_STATES.c.expire_at <= since
            await connection.execute(delete(SLACK_STATES).where(old))
            values = {"state": state, "expire_at": until}
            await connection.execute(insert(SLACK_STATES).values(values))


def _read_installation(row: RowMapping) -> Installation:
    return Installation(row["team_id"] or "", row["enterprise_id"] or "")


async def is_installed_since(connection: AsyncConnection, workspace: str, moment: datetime) -> bool:
    """Return whether a workspace or an organization has installed the app after a moment.

    Slack tells its moments in whole seconds.
    """
    bots, later = SLACK_BOTS.c, moment.astimezone(UTC) + timedelta(seconds=1)
    of_org = and_(bots.team_id.is_(None), bots.enterprise_id == workspace)
    wanted = select(bots.id).where(
        or_(bots.team_id == workspace, of_org), bots.installed_at >= later.replace(tzinfo=None)
    )
    return (await connection.execute(wanted.limit(1))).first() is not None


async def forget_installation(connection: AsyncConnection, workspace: str) -> Sequence[str]:
    """Delete the tokens of a workspace or an organization; return the workspaces that lose theirs.

    These are the workspace itself and, of an organization, those that used its installation.
    """
    bots, orgs = SLACK_BOTS.c, SLACK_ORG_WORKSPACES.c
    of_org = and_(bots.team_id.is_(None), bots.enterprise_id == workspace)
    await connection.execute(delete(SLACK_BOTS).where(or_(bots.team_id == workspace, of_org)))
    there = or_(orgs.workspace == workspace, orgs.enterprise == workspace)
    gone = delete(SLACK_ORG_WORKSPACES).where(there).returning(orgs.workspace)
    lost = (await connection.execute(gone)).scalars()
    return sorted({workspace, *lost})
