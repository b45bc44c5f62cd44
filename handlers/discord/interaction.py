"""A call: one thing that a member asked for, and how it is answered in time and in its place."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias, TypeVar

import discord
from discord import app_commands

from bot.errors import StoreError
from bot.ports import Ports
from bot.replies import Reply
from bot.service.limits import ExpiringSet
from bot.service.request_queue import Requester, RequestQueue
from bot.service.saved_requests import RequestStore
from bot.service.sharing import Shares
from handlers.discord.render.charts import ChartRenderer
from handlers.discord.render.messages import RenderedMessage, render_reply
from handlers.discord.single_attempt import build_http_trace
from handlers.in_flight import InFlight

PLATFORM = "discord"
# Discord waits for three seconds; what is not answered by then is lost. In a crowd of more than one
# process can answer, a second was 1.4 s at the 99th percentile of all, and half a second 0.7 s.
AT_ONCE_SECONDS = 0.5
# The answer of another try, or of another process with the same token, was there before.
ANSWERED_BEFORE = 40060
INTENTS = discord.Intents(guilds=True)
# Who decides on five quotes is asked about once.
_MODERATOR_SECONDS = 60.0
_MOST_MODERATORS = 1000

_log = logging.getLogger(__name__)

T = TypeVar("T")


CommandTree: TypeAlias = app_commands.CommandTree[Any]


@dataclass(frozen=True, slots=True)
class Backend:
    """What answers calls need: who answers, what is kept, shared and drawn, and what runs just now.

    `weekly` is what the quote of the week needs.
    """

    intake: RequestQueue
    keeper: RequestStore
    shares: Shares
    in_flight: InFlight
    weekly: Ports
    charts: ChartRenderer


class Client(discord.Client):
    """The connection through which everything comes in; `build_client` gives it its commands.

    `moderators` are those who were found to be allowed to decide in a server, by their ids.
    `before_identify` may take its time before a session begins.
    """

    tree: CommandTree

    def __init__(self, backend: Backend, before_identify: Callable[[], Awaitable[None]]) -> None:
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            http_trace=build_http_trace(),
        )
        self.backend = backend
        self.moderators = ExpiringSet(_MOST_MODERATORS, _MODERATOR_SECONDS)
        self.before_identify = before_identify

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server that has put the bot out; one that is away for a while is not told so."""
        facts = {"platform": PLATFORM, "workspace": str(guild.id)}
        try:
            await self.backend.weekly.ledger.forget(PLATFORM, str(guild.id))
        except StoreError as error:
            _log.error("A server that was left is not forgotten. %s", error, extra=facts)
        else:
            _log.info("A server was left, and its quotes of the week are forgotten.", extra=facts)

    async def before_identify_hook(self, _: int | None, *, initial: bool = False) -> None:
        """Wait before a session begins in the place of one that was lost."""
        if not initial:
            await self.before_identify()


BotInteraction: TypeAlias = discord.Interaction[Client]


class Stage(Enum):
    """How far a call was answered."""

    OPEN = "open"
    # Discord shows one person, or everybody, that the bot is thinking.
    THINKING_PRIVATELY = "thinking privately"
    THINKING = "thinking"
    # Whatever else is said needs a message of its own.
    ANSWERED = "answered"


@dataclass(slots=True)
class Interaction:
    """What was asked, and how far it was answered."""

    native: BotInteraction
    stage: Stage = Stage.OPEN

    @property
    def backend(self) -> Backend:
        """What the answer needs."""
        return self.native.client.backend

    @property
    def asker(self) -> Requester:
        """Who asks; outside of servers, there is no workspace."""
        return Requester(PLATFORM, str(self.native.guild_id or ""), str(self.native.user.id))


async def send_reply(
    interaction: Interaction, replying: Awaitable[Reply], *, private: bool = True
) -> None:
    """Answer in a new message; one that shows nothing is private."""
    reply, made = await await_in_time(
        interaction, _prepare(interaction, replying), lambda: show_thinking(interaction, private)
    )
    await send(interaction, made, private=private or not reply.cards)


async def replace_message(interaction: Interaction, replying: Awaitable[Reply]) -> None:
    """Put an answer in the place of the message that was pressed, unless it shows nothing."""
    reply, made = await await_in_time(
        interaction, _prepare(interaction, replying), lambda: _keep_waiting(interaction)
    )
    if not reply.cards:
        await send(interaction, made)
    elif interaction.stage is Stage.OPEN:
        editing = interaction.native.response.edit_message(view=made.view, attachments=made.files)
        await send_first_response(interaction, editing, Stage.ANSWERED)
    else:
        await interaction.native.edit_original_response(view=made.view, attachments=made.files)


async def reply_privately(interaction: Interaction, reply: Reply) -> None:
    """Say something to one person alone."""
    await send(interaction, render_reply(reply, interaction.native.user.id))


async def send(interaction: Interaction, made: RenderedMessage, *, private: bool = True) -> None:
    """Send a message, in the place of the one that says that the bot thinks if that fits."""
    # Nobody else shall listen to its buttons, which all say themselves what they are for.
    made.view.stop()
    native = interaction.native
    if interaction.stage is Stage.OPEN:
        sending = native.response.send_message(view=made.view, files=made.files, ephemeral=private)
        await send_first_response(interaction, sending, Stage.ANSWERED)
        return
    fits = Stage.THINKING_PRIVATELY if private else Stage.THINKING
    if interaction.stage is fits:
        await native.edit_original_response(view=made.view, attachments=made.files)
    else:
        if interaction.stage is not Stage.ANSWERED:
            await native.delete_original_response()
        await native.followup.send(view=made.view, files=made.files, ephemeral=private)
    interaction.stage = Stage.ANSWERED


async def await_in_time(
    interaction: Interaction, working: Awaitable[T], wait: Callable[[], Awaitable[None]]
) -> T:
    """Give the result of some work; if it is not there at once, ask Discord to wait."""
    task = asyncio.ensure_future(working)
    try:
        await asyncio.wait([task], timeout=AT_ONCE_SECONDS)
        if not task.done():
            await wait()
        return await task
    finally:
        task.cancel()


async def show_thinking(interaction: Interaction, private: bool) -> None:
    """Let Discord show that the bot thinks."""
    stage = Stage.THINKING_PRIVATELY if private else Stage.THINKING
    await send_first_response(
        interaction, interaction.native.response.defer(ephemeral=private, thinking=True), stage
    )


async def send_first_response(
    interaction: Interaction, responding: Awaitable[object], stage: Stage
) -> None:
    """Give the first response to a call; that there is one already is just as good."""
    try:
        await responding
    except discord.HTTPException as error:
        if error.code != ANSWERED_BEFORE:
            raise
        _log.info("A call was answered before: %s", error.code)
    interaction.stage = stage


async def _keep_waiting(interaction: Interaction) -> None:
    """Keep the message that was pressed as it is for now."""
    await send_first_response(interaction, interaction.native.response.defer(), Stage.ANSWERED)


async def _prepare(
    interaction: Interaction, replying: Awaitable[Reply]
) -> tuple[Reply, RenderedMessage]:
    """Make the message of a reply, and keep what its buttons need."""
    reply = await replying
    chart = await interaction.backend.charts.draw(reply.mentions)
    made = render_reply(reply, interaction.native.user.id, chart)
    if made.kept:
        await interaction.backend.keeper.keep(made.kept)
    return reply, made
