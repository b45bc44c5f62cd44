"""Discord's API and gateway: what talks to them, and what their refusals mean."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.config import Secret, Settings
from bot.errors import ConfigError, StoreError, UnreachableError
from bot.service.limits import ExpiringSet
from handlers.discord.attempts import watch_answers
from handlers.discord.buttons import Pressed
from handlers.discord.calls import PLATFORM, Desk
from handlers.discord.commands import Tree, build_tree
from handlers.discord.credentials import DISCORD_TOKEN_FROM
from handlers.discord.errors import Quiet
from handlers.discord.moderators import known_moderators
from handlers.web import NETWORK_ERRORS, explain_network

_NETWORK_REMEDY = "Check the network."
_OURS_REMEDY = "Update Airquote, or tell those who wrote it."
_DISALLOWED_INTENTS = 4014
# With which codes Discord closes the gateway for good: topics/opcodes-and-status-codes.
_REFUSALS = {
    4004: ("DISCORD_TOKEN", "Discord does not know it (4004).", DISCORD_TOKEN_FROM),
    4010: ("Discord", "it refuses the shard (4010).", _OURS_REMEDY),
    4011: ("Discord", "the app is in too many servers for one connection (4011).", _OURS_REMEDY),
    4012: ("Discord", "it no longer speaks this version of its API (4012).", _OURS_REMEDY),
    4013: ("Discord", "it does not know an intent (4013).", _OURS_REMEDY),
    _DISALLOWED_INTENTS: (
        "Discord",
        "it does not grant an intent (4014), though Airquote asks for no privileged one.",
        _OURS_REMEDY,
    ),
}
# As long as an interaction can be answered, and more than come meanwhile.
_REPLAYED_SECONDS = 15 * 60
_MOST_REMEMBERED = 20_000
INTENTS = discord.Intents(guilds=True)
_QUIET = Quiet()

_log = logging.getLogger(__name__)


class Client(discord.Client):
    """Answers what members ask; `before_identify` may take its time before a session begins."""

    def __init__(self, desk: Desk, before_identify: Callable[[], Awaitable[None]]) -> None:
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            http_trace=watch_answers(),
        )
        self.desk = desk
        self.moderators = known_moderators()
        self.tree = build_tree(self)
        self._before_identify = before_identify
        parsers = self._connection.parsers
        parsers["INTERACTION_CREATE"] = _guarded(parsers["INTERACTION_CREATE"])

    async def setup_hook(self) -> None:
        """Listen to the buttons of all answers, those of earlier processes too."""
        self.add_dynamic_items(Pressed)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server that has put the bot out; one that is away for a while is not told so."""
        facts = {"platform": PLATFORM, "workspace": str(guild.id)}
        try:
            await self.desk.weekly.deliveries.forget(PLATFORM, str(guild.id))
        except StoreError as error:
            _log.error("A server that was left is not forgotten. %s", error, extra=facts)
        else:
            _log.info("A server was left, and its quotes of the week are forgotten.", extra=facts)

    async def before_identify_hook(self, _: int | None, *, initial: bool = False) -> None:
        """Wait before a session begins in the place of one that was lost."""
        if not initial:
            await self._before_identify()


def set_up_library(api_url: str, gateway_url: str | None) -> None:
    """Let the library use these addresses; its own gateway if none is given."""
    # It would warn at each start that voices cannot be heard.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    logging.getLogger("discord.app_commands.tree").addFilter(_QUIET)
    Route.BASE = api_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = type(DiscordWebSocket.DEFAULT_GATEWAY)(gateway_url)


async def log_in(client: discord.Client, token: Secret) -> discord.AppInfo:
    """Tell Discord who a client is; raises ConfigError if it is refused, or UnreachableError.

    The client is to be closed in either case.
    """
    try:
        await client.login(token.get_secret_value())
    except discord.LoginFailure as error:
        reason = "Discord does not know it."
        raise ConfigError("DISCORD_TOKEN", reason, DISCORD_TOKEN_FROM) from error
    except Exception as error:
        raise explain(error) from error
    if client.application is None:
        raise UnreachableError("Discord", "it does not say whose token it is.")
    return client.application


@asynccontextmanager
async def log_in_only(settings: Settings) -> AsyncIterator[tuple[discord.AppInfo, Tree]]:
    """Log in without connecting; yield the application and the commands it should have.

    Raises as `log_in` does.
    """
    if settings.discord_token is None:
        raise ConfigError("DISCORD_TOKEN", "it is missing.", DISCORD_TOKEN_FROM)
    set_up_library(settings.discord_api_url, settings.discord_gateway_url)
    async with discord.Client(intents=INTENTS) as client:
        tree = build_tree(client)
        yield await log_in(client, settings.discord_token), tree


def explain(error: BaseException | None) -> ConfigError | UnreachableError:
    """Say what an end of the connection means: that it is refused, or just lost."""
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return ConfigError(*_REFUSALS[_DISALLOWED_INTENTS])
    if isinstance(error, discord.ConnectionClosed) and error.code in _REFUSALS:
        return ConfigError(*_REFUSALS[error.code])
    if isinstance(error, UnreachableError):
        return error
    return UnreachableError("Discord", f"it cannot be reached ({_name(error)}).", _NETWORK_REMEDY)


def _name(error: BaseException | None) -> str:
    if isinstance(error, discord.HTTPException):
        return f"it answers with {error.status}"
    if isinstance(error, discord.ConnectionClosed):
        return f"it hangs up with {error.code}"
    if isinstance(error, NETWORK_ERRORS):
        return explain_network(error)
    # What the library raises at an answer that is none of Discord's.
    return "it answers as no Discord does" if error else "it hangs up"


def _guarded(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Read each interaction once, and let nobody end the connection for all with an unreadable one.

    A session that is taken up again may bring what it has brought before.
    """
    read = ExpiringSet(_MOST_REMEMBERED, _REPLAYED_SECONDS)

    def guarded(data: Any) -> None:  # noqa: ANN401, JSON of Discord's
        try:
            if read.take(data["id"]):
                parse(data)
        except Exception:  # noqa: BLE001 - the library knows no error of its own for that
            _log.exception("An interaction cannot be read.")

    return guarded
