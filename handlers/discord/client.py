"""The client for Discord's API and gateway, and what their errors mean."""

import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.config import Settings
from bot.errors import ConfigError, UnreachableError
from bot.setting_types import Secret
from handlers.discord.buttons import AnswerButton
from handlers.discord.commands import build_tree
from handlers.discord.credentials import DISCORD_TOKEN_FROM
from handlers.discord.departures import forget_absent, forget_server
from handlers.discord.errors import AutocompleteErrorFilter
from handlers.discord.forms import submit_form
from handlers.discord.interaction import INTENTS, Backend, BotInteraction, Client, CommandTree
from handlers.discord.talk import answer_message, concerns
from handlers.http import NETWORK_ERRORS, explain_network

_NETWORK_REMEDY = "Check the network."
_OURS_REMEDY = "Update Airquote, or report a bug."
_SERVER_ERRORS = 500
_INVALID_FORM = 50035
# Close codes after which reconnecting is pointless: topics/opcodes-and-status-codes.
# Others say that the number of shards is wrong; see `WRONG_SHARDS`.
GATEWAY_REFUSALS = {
    4004: ("DISCORD_TOKEN", "Discord rejects it (4004).", DISCORD_TOKEN_FROM),
    4012: ("Discord", "it no longer supports this version of its API (4012).", _OURS_REMEDY),
    4013: ("Discord", "it rejects an intent (4013).", _OURS_REMEDY),
    4014: (
        "Discord",
        "it disallows an intent (4014), though Airquote requests no privileged one.",
        _OURS_REMEDY,
    ),
}
# What else Discord tells of messages; an error in such an event would end the connection.
_NOT_READ = ("MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK")
_QUIET = AutocompleteErrorFilter()

_log = logging.getLogger(__name__)


def build_client(
    backend: Backend, on_answer: Callable[[int, bool], None] = lambda _, __: None
) -> Client:
    """Build the client with all commands and buttons, including those of earlier processes."""
    client = Client(backend, on_answer)
    client.tree = build_tree(client, has_several=backend.intake.shelf.has_several)
    client.add_dynamic_items(AnswerButton)
    for listener in _listeners(client):
        client.event(listener)
    parsers, events = client._connection.parsers, client.events
    parsers["INTERACTION_CREATE"] = _guarded(
        parsers["INTERACTION_CREATE"], lambda data: not events.is_repeated(data["id"])
    )
    parsers["MESSAGE_CREATE"] = _guarded(
        parsers["MESSAGE_CREATE"],
        lambda data: concerns(client, data) and not events.is_repeated(data["id"]),
    )
    parsers["READY"] = _noting(client, parsers["READY"])
    parsers["RESUMED"] = _noting(client, parsers["RESUMED"])
    for event in _NOT_READ:
        parsers[event] = lambda _: None
    return client


def receive_interaction(client: Client, payload: dict[str, Any]) -> None:
    """Receive an interaction that came over HTTP, whether or not it came before."""
    _guarded(client._connection.parse_interaction_create, lambda _: True)(payload)


def _listeners(client: Client) -> Iterable[Callable[..., Coroutine[Any, Any, None]]]:
    """List what the library calls, by the names by which it knows them."""

    async def on_message(message: discord.Message) -> None:
        await answer_message(client, message)

    async def on_interaction(native: BotInteraction) -> None:
        # The library does not know the forms that another process has opened.
        if native.type is discord.InteractionType.modal_submit:
            await submit_form(native)

    async def on_guild_remove(guild: discord.Guild) -> None:
        # Not called if a server is only away.
        await forget_server(client, str(guild.id))

    async def on_shard_ready(shard: int) -> None:
        client.ready.add(shard)
        await forget_absent(client)

    return on_message, on_interaction, on_guild_remove, on_shard_ready


def _noting(client: Client, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Parse how a session begins or goes on, and note that its shard is connected.

    The library would keep the servers that have left since the last session.
    """

    def noting(data: Any) -> None:  # noqa: ANN401, JSON of Discord's
        if "shard" in data:
            shard = data["shard"][0]
            listed = {int(each["id"]) for each in data["guilds"]}
            for guild in client.guilds:
                if guild.shard_id == shard and guild.id not in listed:
                    client._connection._remove_guild(guild)
        parse(data)
        client.on_up(data["__shard_id__"] if "__shard_id__" in data else data["shard"][0])

    return noting


def set_up_library(api_url: str, gateway_url: str | None) -> None:
    """Set the addresses that the library uses; the default gateway if none is given."""
    # At each start, it would warn that voice is not supported.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    logging.getLogger("discord.app_commands.tree").addFilter(_QUIET)
    logging.getLogger("discord.client").addFilter(_say_nothing_of_endpoints)
    Route.BASE = api_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = type(DiscordWebSocket.DEFAULT_GATEWAY)(gateway_url)


def _say_nothing_of_endpoints(record: logging.LogRecord) -> bool:
    """Drop the library's warning, which does not know that interactions come over HTTP."""
    return "interaction endpoint URL" not in str(record.msg)


async def log_in(client: discord.Client, token: Secret | None) -> discord.AppInfo:
    """Log a client in; raises ConfigError if the token is missing or rejected, or UnreachableError.

    The caller must close the client in any case.
    """
    if token is None:
        raise ConfigError("DISCORD_TOKEN", "it is missing.", DISCORD_TOKEN_FROM)
    try:
        await client.login(token.get_secret_value())
    except discord.LoginFailure as error:
        reason = "Discord rejects it."
        raise ConfigError("DISCORD_TOKEN", reason, DISCORD_TOKEN_FROM) from error
    except Exception as error:
        raise explain(error) from error
    if client.application is None:
        raise UnreachableError("Discord", "it does not say which application the token belongs to.")
    return client.application


@asynccontextmanager
async def log_in_only(settings: Settings) -> AsyncIterator[tuple[discord.AppInfo, CommandTree]]:
    """Log in without connecting; yield the application and the commands it should have.

    Raises the same errors as `log_in`.
    """
    set_up_library(settings.discord_api_url, settings.discord_gateway_url)
    async with discord.Client(intents=INTENTS) as client:
        tree = build_tree(client, has_several=len(settings.podcasts) > 1)
        yield await log_in(client, settings.discord_token), tree


def explain(
    error: BaseException | None, tree: CommandTree | None = None
) -> ConfigError | UnreachableError:
    """Turn the end of a connection into an error: rejected for good, or merely lost.

    `tree` has the commands that were sent, if some were.
    """
    if isinstance(error, discord.ConnectionClosed) and error.code in GATEWAY_REFUSALS:
        return ConfigError(*GATEWAY_REFUSALS[error.code])
    if isinstance(error, UnreachableError):
        return error
    # Without a code, it is a network in between that answers.
    if isinstance(error, discord.HTTPException) and error.code and error.status < _SERVER_ERRORS:
        reason = f"it refuses that: {_said(error, tree)}."
        return UnreachableError("Discord", reason, _OURS_REMEDY)
    return UnreachableError("Discord", f"it cannot be reached ({_name(error)}).", _NETWORK_REMEDY)


def _said(error: discord.HTTPException, tree: CommandTree | None) -> str:
    """Return what Discord says; a rejected command is named, with what is wrong with it."""
    lines: list[str] = []
    if tree is not None and error.code == _INVALID_FORM:
        rejected = discord.app_commands.CommandSyncFailure(error, tree.get_commands())
        lines = str(rejected).splitlines()[1:]
    return "; ".join(map(str.strip, lines or [f"{error.text} ({error.status}, {error.code})"]))


def _name(error: BaseException | None) -> str:
    if isinstance(error, discord.HTTPException):
        return f"it answers with {error.status}"
    if isinstance(error, discord.ConnectionClosed):
        return f"it closes the connection with {error.code}"
    if isinstance(error, NETWORK_ERRORS):
        return explain_network(error)
    # The library raises such errors if something other than Discord answers.
    return "its answer is not Discord's" if error else "it closes the connection"


def _guarded(
    parse: Callable[[Any], None], is_wanted: Callable[[Any], bool]
) -> Callable[[Any], None]:
    """Parse what is wanted, and keep what is unreadable from ending the connection.

    A resumed session may replay events.
    """

    def guarded(data: Any) -> None:  # noqa: ANN401, JSON of Discord's
        try:
            if is_wanted(data):
                parse(data)
        except Exception:  # noqa: BLE001 - the library knows no error of its own for that
            _log.exception("An event could not be parsed.")

    return guarded
