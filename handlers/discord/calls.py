"""A call: one thing that a member asked for, and how it is answered in time and in its place."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import discord

from bot.answers.replies import Reply
from bot.ports import Ports
from bot.service.request_queue import Requester, RequestQueue
from bot.service.saved_requests import RequestStore
from bot.service.sharing import Shares
from handlers.discord.charts import Charts
from handlers.discord.components import Message, message
from handlers.running import Running

if TYPE_CHECKING:
    from handlers.discord.client import Client

PLATFORM = "discord"
# Discord waits for three seconds; what is not answered by then is lost. In a crowd of more than one
# process can answer, a second was 1.4 s at the 99th percentile of all, and half a second 0.7 s.
AT_ONCE_SECONDS = 0.5
# The answer of another try, or of another process with the same token, was there before.
ANSWERED_BEFORE = 40060

_log = logging.getLogger(__name__)

Asked: TypeAlias = "discord.Interaction[Client]"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """What answers calls need: who answers, what is kept, shared and drawn, and what runs just now.

    `weekly` is what the quote of the week needs.
    """

    intake: RequestQueue
    keeper: RequestStore
    shares: Shares
    running: Running
    weekly: Ports
    charts: Charts


class Stage(Enum):
    """How far a call was answered."""

    OPEN = "open"
    # Discord shows one person, or everybody, that the bot is thinking.
    THINKING_PRIVATELY = "thinking privately"
    THINKING = "thinking"
    # Whatever else is said needs a message of its own.
    ANSWERED = "answered"


@dataclass(slots=True)
class Call:
    """What was asked, and how far it was answered."""

    asked: Asked
    stage: Stage = Stage.OPEN

    @property
    def desk(self) -> Desk:
        """What the answer needs."""
        return self.asked.client.desk

    @property
    def asker(self) -> Requester:
        """Who asks; outside of servers, there is no workspace."""
        return Requester(PLATFORM, str(self.asked.guild_id or ""), str(self.asked.user.id))


async def answer(call: Call, replying: Awaitable[Reply], *, private: bool = True) -> None:
    """Answer in a new message; one that shows nothing is private."""
    reply, made = await in_time(call, _prepare(call, replying), lambda: think(call, private))
    await say(call, made, private=private or not reply.cards)


async def turn(call: Call, replying: Awaitable[Reply]) -> None:
    """Put an answer in the place of the message that was pressed, unless it shows nothing."""
    reply, made = await in_time(call, _prepare(call, replying), lambda: _keep_waiting(call))
    if not reply.cards:
        await say(call, made)
    elif call.stage is Stage.OPEN:
        editing = call.asked.response.edit_message(view=made.view, attachments=made.files)
        await respond(call, editing, Stage.ANSWERED)
    else:
        await call.asked.edit_original_response(view=made.view, attachments=made.files)


async def tell(call: Call, reply: Reply) -> None:
    """Say something to one person alone."""
    await say(call, message(reply, call.asked.user.id))


async def say(call: Call, made: Message, *, private: bool = True) -> None:
    """Send a message, in the place of the one that says that the bot thinks if that fits."""
    # Nobody else shall listen to its buttons, which all say themselves what they are for.
    made.view.stop()
    asked = call.asked
    if call.stage is Stage.OPEN:
        sending = asked.response.send_message(view=made.view, files=made.files, ephemeral=private)
        await respond(call, sending, Stage.ANSWERED)
        return
    fits = Stage.THINKING_PRIVATELY if private else Stage.THINKING
    if call.stage is fits:
        await asked.edit_original_response(view=made.view, attachments=made.files)
    else:
        if call.stage is not Stage.ANSWERED:
            await asked.delete_original_response()
        await asked.followup.send(view=made.view, files=made.files, ephemeral=private)
    call.stage = Stage.ANSWERED


async def in_time(call: Call, working: Awaitable[T], wait: Callable[[], Awaitable[None]]) -> T:
    """Give the result of some work; if it is not there at once, ask Discord to wait."""
    task = asyncio.ensure_future(working)
    try:
        await asyncio.wait([task], timeout=AT_ONCE_SECONDS)
        if not task.done():
            await wait()
        return await task
    finally:
        task.cancel()


async def think(call: Call, private: bool) -> None:
    """Let Discord show that the bot thinks."""
    stage = Stage.THINKING_PRIVATELY if private else Stage.THINKING
    await respond(call, call.asked.response.defer(ephemeral=private, thinking=True), stage)


async def respond(call: Call, responding: Awaitable[object], stage: Stage) -> None:
    """Give the first response to a call; that there is one already is just as good."""
    try:
        await responding
    except discord.HTTPException as error:
        if error.code != ANSWERED_BEFORE:
            raise
        _log.info("A call was answered before: %s", error.code)
    call.stage = stage


async def _keep_waiting(call: Call) -> None:
    """Keep the message that was pressed as it is for now."""
    await respond(call, call.asked.response.defer(), Stage.ANSWERED)


async def _prepare(call: Call, replying: Awaitable[Reply]) -> tuple[Reply, Message]:
    """Make the message of a reply, and keep what its buttons need."""
    reply = await replying
    chart = await call.desk.charts.draw(reply.mentions)
    made = message(reply, call.asked.user.id, chart)
    if made.kept:
        await call.desk.keeper.keep(made.kept)
    return reply, made
