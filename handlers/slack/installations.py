"""The tokens that workspaces have granted: encrypted in the database, found, and rotated."""

import asyncio
import logging
from collections.abc import Callable
from copy import copy
from time import monotonic, time
from weakref import WeakValueDictionary

from cachetools import TTLCache
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from bot.store.database import Database
from bot.store.installations import SqlInstallations, StoredTokens
from handlers.crypto import Cipher
from handlers.http import NETWORK_ERRORS

# Another process may have rotated a token, or learned that it was revoked.
_REMEMBERED_SECONDS = 60.0
_MAX_REMEMBERED = 10_000
# A token lasts twelve hours, and the one before it until it has expired.
_MINUTES_BEFORE = 120

_log = logging.getLogger(__name__)


class Installations(AsyncInstallationStore):
    """Slack's own store of installations in our database, with encrypted tokens.

    Only what the bot needs is stored: neither who installed it, nor a token of theirs. Tokens that
    expire are rotated in time, and each is remembered for a minute by the clock `now`.
    """

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        rotator: AsyncTokenRotator,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self.rows = SqlInstallations(database, rotator.client_id)
        self._database = database
        self._cipher = cipher
        self._rotator = rotator
        self._store = AsyncSQLAlchemyInstallationStore(rotator.client_id, database.engine)
        self._known: TTLCache[str, str] = TTLCache(_MAX_REMEMBERED, _REMEMBERED_SECONDS, now)
        # Each lasts for as long as somebody holds it or waits for it.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def async_save(self, installation: Installation) -> None:
        """Store the bot of an installation; raises StoreError."""
        await self.async_save_bot(installation.to_bot())
        self._known.clear()
        there = installation.team_id or installation.enterprise_id
        _log.info("installed", extra={"platform": "slack", "workspace": there})

    async def async_save_bot(self, bot: Bot) -> None:
        """Store a bot with its tokens encrypted; raises StoreError."""
        kept = copy(bot)
        kept.bot_token = self._cipher.encrypt(bot.bot_token)
        if bot.bot_refresh_token:
            kept.bot_refresh_token = self._cipher.encrypt(bot.bot_refresh_token)
        with self._database.explained():
            await self._store.async_save_bot(kept)

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """Find a bot with its tokens decrypted; raises StoreError, or ConfigError for the key."""
        with self._database.explained():
            bot = await self._store.async_find_bot(
                enterprise_id=enterprise_id,
                team_id=team_id,
                is_enterprise_install=is_enterprise_install,
            )
        if bot is not None:
            bot.bot_token = self._cipher.decrypt(bot.bot_token)
            if bot.bot_refresh_token:
                bot.bot_refresh_token = self._cipher.decrypt(bot.bot_refresh_token)
        return bot

    async def find_token(self, workspace: str, enterprise: str = "") -> str:
        """Return the token for a workspace, "" if there is none; raises StoreError or ConfigError.

        Without the id of its organization, the one it came with before is used.
        """
        if token := self._known.get(workspace):
            return token
        async with self._turns.setdefault(workspace, asyncio.Lock()):
            if token := self._known.get(workspace):
                return token
            bot = await self._find_bot(workspace, enterprise)
            if bot is None:
                return ""
            token = self._known[workspace] = (await self._rotate(bot)).bot_token
            return token

    async def renew(self) -> None:
        """Encrypt all tokens with the newest key; raises StoreError, or ConfigError for the key."""
        for each in await self.rows.tokens():
            if not self._cipher.is_newest(each.bot):
                anew = StoredTokens(each.id, self._anew(each.bot), self._anew(each.refresh))
                await self.rows.replace(each, anew)

    def _anew(self, encrypted: str) -> str:
        return self._cipher.encrypt(self._cipher.decrypt(encrypted)) if encrypted else ""

    async def _find_bot(self, workspace: str, enterprise: str) -> Bot | None:
        there = await self.rows.locate(workspace, enterprise)
        if there is None:
            return None
        if enterprise and workspace != enterprise and not there.workspace:
            await self.rows.note(workspace, enterprise)
        return await self.async_find_bot(
            enterprise_id=there.enterprise or None, team_id=there.workspace or None
        )

    async def _rotate(self, bot: Bot) -> Bot:
        """Exchange tokens that expire soon for new ones, and store these; else return the bot.

        Another process that was faster has used up the refresh token; its tokens are stored then.
        """
        try:
            rotated = await self._rotator.perform_bot_token_rotation(
                bot=bot, minutes_before_expiration=_MINUTES_BEFORE
            )
        except (SlackTokenRotationError, *NETWORK_ERRORS) as error:
            return await self._go_on_with(bot, error)
        if rotated is None:
            return bot
        await self.async_save_bot(rotated)
        return rotated

    async def _go_on_with(self, bot: Bot, error: Exception) -> Bot:
        stored = await self.async_find_bot(enterprise_id=bot.enterprise_id, team_id=bot.team_id)
        if stored is not None and stored.bot_token != bot.bot_token:
            return stored
        left = (bot.bot_token_expires_at or 0) - time()
        facts = {"workspace": bot.team_id or bot.enterprise_id, "seconds_left": round(left)}
        _log.warning("A token was not rotated: %s", type(error).__name__, extra=facts)
        return bot
