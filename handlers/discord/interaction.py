"""An interaction with a member: what it needs, and how it is answered in time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any, TypeAlias, TypeVar

import discord
from cachetools import TTLCache
from discord import app_commands

from bot.answers.public import for_everybody, is_for_everybody
from bot.answers.replies import Reply
from bot.posting.follow_commands import with_refusal
from bot.posting.places import Requester
from bot.service.claims import Events
from bot.service.request_queue import RequestQueue
from bot.service.saved_requests import RequestStore
from bot.service.sharing import Shares
from bot.setting_types import ShardRange
from bot.translations import speaking
from bot.weekly.ports import WeeklyContext
from handlers.discord.languages import Languages
from handlers.discord.render.charts import ChartRenderer
from handlers.discord.render.custom_ids import EVERYBODY
from handlers.discord.render.messages import RenderedMessage, render_reply
from handlers.discord.responses import HOLDING_SECONDS, held_response
from handlers.discord.single_attempt import build_http_trace
from handlers.http import NETWORK_ERRORS
from handlers.in_flight import InFlight

PLATFORM = "discord"
# Discord drops an interaction that gets no response within three seconds. Under more load than one
# process can handle, waiting 1 s meant 1.4 s at the 99th percentile, and waiting 0.5 s meant 0.7 s.
# Over HTTP, the response is held for longer.
AT_ONCE_SECONDS = 0.5
# An earlier attempt, or another process with the same token, has already responded.
ANSWERED_BEFORE = 40060
# None is privileged: without one more, only what mentions the bot, or is written to it alone, has
# any content.
INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
# Somebody who moderates five quotes in a row is looked up once.
_MODERATOR_SECONDS = 60.0
_MAX_MODERATORS = 1000
# What one post needs is asked for once; kinds of channels and languages of servers seldom change.
_ASKED_SECONDS = 300.0
_MAX_ASKED = 1000

_log = logging.getLogger(__name__)

T = TypeVar("T")
CommandTree: TypeAlias = app_commands.CommandTree[Any]


@dataclass(frozen=True, slots=True)
class Backend:
    """What answering needs: the request queue, saved buttons, shares, charts, and what is running.

    `weekly` serves the quote of the week; `admins` are the ids of members who may manage it in all
    servers. `languages` says which one each answer is in.
    """

    intake: RequestQueue
    keeper: RequestStore
    shares: Shares
    in_flight: InFlight
    weekly: WeeklyContext
    charts: ChartRenderer
    admins: frozenset[str] = frozenset()
    languages: Languages = field(default_factory=Languages)


class Client(discord.AutoShardedClient):
    """The connection to Discord; `build_client` adds the commands and buttons.

    `events` recognizes interactions that are replayed. `servers` and `channels` are those that
    Discord described when asked, by their ids. `moderators` remembers who may moderate which
    server, as pairs of ids. `on_up` gets the number of each shard that is connected (again), and
    `ready` holds those whose servers are known. `on_answer` gets the status of each answer, and
    whether its request carried the bot's token.
    """

    tree: CommandTree

    def __init__(
        self,
        backend: Backend,
        on_answer: Callable[[int, bool], None],
    ) -> None:
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            shard_count=1,
            http_trace=build_http_trace(on_answer),
        )
        self.backend = backend
        self.events = Events(PLATFORM, backend.intake.claims)
        self.servers: TTLCache[int, discord.Guild] = TTLCache(_MAX_ASKED, _ASKED_SECONDS)
        self.channels: TTLCache[int, discord.abc.GuildChannel | discord.Thread] = TTLCache(
            _MAX_ASKED, _ASKED_SECONDS
        )
        self.moderators: TTLCache[tuple[int, int], bool] = TTLCache(
            _MAX_MODERATORS, _MODERATOR_SECONDS
        )
        self.ready: set[int] = set()
        self.on_up: Callable[[int], None] = lambda _: None

    def divide(self, shards: ShardRange) -> None:
        """Divide the servers among shards, of which some are this process's."""
        self.shard_count = self._connection.shard_count = shards.of
        self.shard_ids = self._connection.shard_ids = [*shards.ids]

    def shard_of(self, server: int) -> int:
        """Return the number of the shard that a server belongs to."""
        return (server >> 22) % (self.shard_count or 1)


BotInteraction: TypeAlias = discord.Interaction[Client]


class Stage(Enum):
    """How far an interaction has been answered."""

    OPEN = "open"
    # Discord shows that the bot is thinking, to one person or to everybody.
    THINKING_PRIVATELY = "thinking privately"
    THINKING = "thinking"
    # Anything else needs a follow-up message.
    ANSWERED = "answered"


@dataclass(slots=True)
class Interaction:
    """An interaction, and how far it has been answered; `native` is the library's own object."""

    native: BotInteraction
    stage: Stage = Stage.OPEN

    @property
    def backend(self) -> Backend:
        """What answering needs."""
        return self.native.client.backend

    @property
    def asker(self) -> Requester:
        """Who asks; the workspace is empty outside of servers."""
        workspace, person = str(self.native.guild_id or ""), str(self.native.user.id)
        return Requester(PLATFORM, workspace, person, channels_at(self.native.channel))

    def speaking(self, *, private: bool) -> AbstractContextManager[None]:
        """Speak the language of the member, or of all who see what is not `private`."""
        languages = self.backend.languages
        spoken = languages.of_member if private else languages.of_everybody
        return speaking(spoken(self.native))


def channels_at(channel: object) -> tuple[str, ...]:
    """Return the id of a channel; after that of a thread comes its channel's."""
    numbers = (getattr(channel, name, None) for name in ("id", "parent_id"))
    return tuple(str(each) for each in numbers if each)


async def send_reply(
    interaction: Interaction, replying: Awaitable[Reply], *, private: bool = True
) -> None:
    """Answer in a new message; a reply that is not for everybody is always private.

    What everybody sees is short, in the language of all, and everybody may press its buttons.
    """
    if private:
        replying = _with_refusal(interaction, replying)
    reply, message = await await_in_time(
        _prepare(interaction, replying, private=private),
        lambda: show_thinking(interaction, private),
    )
    await send(interaction, message, private=private or not is_for_everybody(reply))


async def _with_refusal(interaction: Interaction, replying: Awaitable[Reply]) -> Reply:
    posting = interaction.backend.weekly.posting
    return await with_refusal(posting, interaction.asker, await replying)


async def replace_message(interaction: Interaction, replying: Awaitable[Reply]) -> None:
    """Replace the message whose button was pressed; a reply without cards is sent separately."""
    with interaction.speaking(private=is_private(interaction.native.message)):
        reply, message = await await_in_time(
            _prepare(interaction, replying), lambda: keep_waiting(interaction)
        )
    if not reply.cards:
        await send(interaction, message)
    elif interaction.stage is Stage.OPEN:
        content: Any = {"view": message.view, "attachments": message.files}
        edit = partial(interaction.native.response.edit_message, **content)
        await send_first_response(interaction, edit, Stage.ANSWERED, message.files)
    else:
        await _edit(interaction, message)


def is_private(message: discord.Message | None) -> bool:
    """Return whether only one person sees a message."""
    return message is None or message.flags.ephemeral


async def render_with_chart(backend: Backend, reply: Reply, owner: int) -> RenderedMessage:
    """Render a reply with its chart, and save the requests of its buttons."""
    chart = await backend.charts.draw(reply.mentions)
    message = render_reply(reply, owner, chart)
    await save_requests(backend.keeper, message)
    return message


async def save_requests(keeper: RequestStore, message: RenderedMessage) -> None:
    """Save the requests that do not fit into the buttons of a message."""
    if message.kept:
        await keeper.keep(message.kept)


async def reply_privately(interaction: Interaction, reply: Reply) -> None:
    """Send a reply that only this person sees."""
    await send(interaction, render_reply(reply, interaction.native.user.id))


async def send(interaction: Interaction, message: RenderedMessage, *, private: bool = True) -> None:
    """Send a message, replacing the “thinking” placeholder if both have the same visibility."""
    native = interaction.native
    if interaction.stage is Stage.OPEN:
        content: Any = {"view": message.view, "files": message.files, "ephemeral": private}
        respond = partial(native.response.send_message, **content)
        await send_first_response(interaction, respond, Stage.ANSWERED, message.files)
        return
    fits = Stage.THINKING_PRIVATELY if private else Stage.THINKING
    if interaction.stage is fits:
        await _edit(interaction, message)
    else:
        if interaction.stage is not Stage.ANSWERED:
            await native.delete_original_response()
        await native.followup.send(view=message.view, files=message.files, ephemeral=private)
    interaction.stage = Stage.ANSWERED


async def await_in_time(working: Awaitable[T], wait: Callable[[], Awaitable[None]]) -> T:
    """Await some work; if it takes longer than a moment, run `wait` meanwhile."""
    task = asyncio.ensure_future(working)
    try:
        await asyncio.wait([task], timeout=HOLDING_SECONDS if held_response() else AT_ONCE_SECONDS)
        if not task.done():
            await wait()
        return await task
    finally:
        task.cancel()


async def show_thinking(interaction: Interaction, private: bool) -> None:
    """Let Discord show that the bot is thinking, unless it has an answer already."""
    if interaction.stage is not Stage.OPEN:
        return
    stage = Stage.THINKING_PRIVATELY if private else Stage.THINKING
    defer = partial(interaction.native.response.defer, ephemeral=private, thinking=True)
    await send_first_response(interaction, defer, stage)


async def keep_waiting(interaction: Interaction) -> None:
    """Tell Discord that the pressed message will be edited later."""
    if interaction.stage is Stage.OPEN:
        await send_first_response(interaction, interaction.native.response.defer, Stage.ANSWERED)


async def send_first_response(
    interaction: Interaction,
    respond: Callable[[], Awaitable[object]],
    stage: Stage,
    files: Iterable[discord.File] = (),
) -> None:
    """Send the first response; if there already is one, that is fine."""
    try:
        await call_twice(respond, files)
    except discord.HTTPException as error:
        if error.code != ANSWERED_BEFORE:
            raise
        _log.info("The interaction already has a response: %s", error.code)
    interaction.stage = stage


async def call_twice(
    call: Callable[[], Awaitable[object]], files: Iterable[discord.File] = ()
) -> None:
    """Call Discord, and again if the connection is lost; the call must be safe to repeat."""
    try:
        await call()
    except NETWORK_ERRORS:
        rewind(files)
        await call()


def rewind(files: Iterable[discord.File]) -> None:
    """Make files that were sent ready to be sent again."""
    for each in files:
        each.reset()


async def _edit(interaction: Interaction, message: RenderedMessage) -> None:
    content: Any = {"view": message.view, "attachments": message.files}
    edit = partial(interaction.native.edit_original_response, **content)
    await call_twice(edit, message.files)


async def _prepare(
    interaction: Interaction, replying: Awaitable[Reply], *, private: bool = True
) -> tuple[Reply, RenderedMessage]:
    """Render a reply, for everybody unless it is `private` or of no use to others."""
    reply = await replying
    if private or not is_for_everybody(reply):
        owner = interaction.native.user.id
        return reply, await render_with_chart(interaction.backend, reply, owner)
    with interaction.speaking(private=False):
        reply = for_everybody(reply)
        return reply, await render_with_chart(interaction.backend, reply, EVERYBODY)
