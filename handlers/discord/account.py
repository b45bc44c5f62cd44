"""The bot's account at Discord: logs in and out, watches its token, and has its poster."""

import discord

from bot.config import Settings
from bot.errors import ConfigError
from handlers.discord.client import build_client, log_in, set_up_library
from handlers.discord.credentials import DISCORD_TOKEN_FROM
from handlers.discord.interaction import PLATFORM, Backend, Client
from handlers.discord.poster import DiscordPoster
from handlers.discord.sync import warn_if_sync_due
from handlers.token_watch import TokenWatch

_UNAUTHORIZED, _ERRORS = 401, 400


class Account:
    """The bot's account; `client` is None while it is not logged in."""

    def __init__(self, settings: Settings, backend: Backend) -> None:
        self.backend = backend
        self.client: Client | None = None
        self.watch = TokenWatch(PLATFORM)
        self.poster = DiscordPoster(
            lambda: self.client,
            backend.keeper,
            backend.languages,
            backend.admins,
            with_pictures=bool(settings.card_style),
        )
        self.settings = settings
        self._is_settled = False
        self._is_compared = False

    async def log_in(self) -> tuple[Client, discord.AppInfo]:
        """Log in; raises the same errors as the client's `log_in`."""
        try:
            return await self._log_in()
        except BaseException:
            await self.log_out()
            raise

    async def warn_once(self, client: Client) -> None:
        """Warn if the commands have changed, unless that has been compared before."""
        if not self._is_compared:
            await warn_if_sync_due(client.tree)
            self._is_compared = True

    async def _log_in(self) -> tuple[Client, discord.AppInfo]:
        settings = self.settings
        set_up_library(settings.discord_api_url, settings.discord_gateway_url)
        self.client = client = build_client(self.backend, self._see_answer)
        app = await log_in(client, settings.discord_token)
        self._is_settled = True
        return client, app

    async def log_out(self) -> None:
        """Log out, if it is logged in."""
        client, self.client, self._is_settled = self.client, None, False
        if client is not None:
            await client.close()

    def _see_answer(self, status: int, has_token: bool) -> None:
        """Note what an answer says about the token; at the start, an error says it."""
        if not has_token or not self._is_settled:
            return
        if status == _UNAUTHORIZED:
            reason = f"Discord rejects it ({status})."
            self.watch.reject(ConfigError("DISCORD_TOKEN", reason, DISCORD_TOKEN_FROM))
        elif status < _ERRORS:
            self.watch.accept()
