"""Answer messages that mention the bot, or that are written to it alone.

Discord lets every app read those; no privileged intent is needed. A message has no private answer:
what is of no use to others waits behind a button, which shows it to its author.
"""

import asyncio
import logging
import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import discord

from bot.answers.help import apology
from bot.answers.public import for_everybody, is_for_everybody
from bot.answers.replies import Button, ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.answers.talk import QUIET, for_one_reader, points_above, read_talk
from bot.logs import reference_of
from bot.posting.places import Requester
from bot.translations import gettext, speaking
from handlers.discord.channel_commands import HERE, answer_in_chat
from handlers.discord.command_names import FIND_IN_PODCAST
from handlers.discord.interaction import (
    PLATFORM,
    Client,
    await_in_time,
    call_twice,
    channels_at,
    render_with_chart,
    rewind,
)
from handlers.discord.post_errors import NO_HISTORY, UNWELCOME
from handlers.discord.reading import text_of_message
from handlers.discord.render.custom_ids import EVERYBODY
from handlers.discord.render.markdown import decode_markdown
from handlers.discord.render.messages import PAGE, RenderedMessage
from handlers.http import NETWORK_ERRORS

# What everybody sees is short.
_PUBLIC_PAGE = 3
_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
# Whoever mentions the bot in a row is offered only one private answer in this time.
_OFFER_LASTS = timedelta(seconds=20)

_log = logging.getLogger(__name__)


def concerns(client: Client, event: dict[str, Any]) -> bool:
    """Return whether MESSAGE_CREATE tells of a message that may be to the bot."""
    if not event.get("guild_id"):
        return True
    me = client.user and str(client.user.id)
    return any(each.get("id") == me for each in event.get("mentions") or ())


async def answer_message(client: Client, message: discord.Message) -> None:
    """Answer a message that asks something; any other, and those of bots, are ignored."""
    if message.author.bot or message.webhook_id or message.type not in _WRITTEN:
        return
    said = _said_to(client, message)
    if said is None:
        return
    with client.backend.in_flight:
        if not await client.events.is_ours(str(message.id)):
            return
        with speaking(_language_of(client, message)):
            try:
                await _answer(client, message, said)
            except Exception as error:  # noqa: BLE001 - whatever it is, the person must hear of it
                await _apologize(client, message, error)


def _language_of(client: Client, message: discord.Message) -> str:
    """Return the language of a server, where all read the answer, or else of the author."""
    languages = client.backend.languages
    if message.guild is not None:
        return languages.of_server(message.guild)
    return languages.of_person(message.author.id)


def _said_to(client: Client, message: discord.Message) -> str | None:
    """Return what a message says to the bot; None if it only mentions others, or nobody.

    Whoever replies to the bot's message mentions it without writing so, and may speak to others.
    """
    if message.guild is None and isinstance(message.channel, discord.DMChannel):
        return message.content
    own = re.compile(rf"<@!?{client.user.id if client.user else 0}>[:,]?")
    return own.sub(" ", message.content) if own.search(message.content) else None


async def _answer(client: Client, message: discord.Message, said: str) -> None:
    read = _read(message, said)
    if isinstance(read, Reply):
        await _send(client, message, read)
    elif isinstance(read, Request) and message.guild is None:
        await _send(client, message, await _reply_in_chat(client, message, read))
    elif isinstance(read, Request):
        await _answer_publicly(client, message, read)


async def _reply_in_chat(client: Client, message: discord.Message, request: Request) -> Reply:
    """Answer where everything is for the bot, and nobody else reads along."""
    if request.verb in HERE:
        return await answer_in_chat(client.backend, request, _asker(message))
    reply = await _ask(client, message, replace(request, size=PAGE))
    libraries = await client.backend.intake.libraries_for(_asker(message), request)
    return await asyncio.to_thread(for_one_reader, libraries[0], reply)


async def _answer_publicly(client: Client, message: discord.Message, request: Request) -> None:
    if request.verb in HERE:
        await _offer(client, message, request, _for_you())
        return
    reply = await _ask(client, message, replace(request, size=_PUBLIC_PAGE))
    if reply == QUIET:
        return
    if is_for_everybody(reply):
        await _send(client, message, for_everybody(reply), EVERYBODY)
        return
    # Behind the button, it is no longer in doubt whether this was a question.
    verb = Verb.SEARCH if request.verb is Verb.TALK else request.verb
    why = gettext("I am not sure that you asked me.") if reply.private else _for_you()
    await _offer(client, message, replace(request, verb=verb), why)


async def _ask(client: Client, message: discord.Message, request: Request) -> Reply:
    asking = client.backend.intake.ask(request, _asker(message))
    return await await_in_time(asking, partial(_show_typing, message))


def _read(message: discord.Message, said: str) -> Request | Reply | None:
    """Parse what is said, which may point to the message that it replies to."""
    typed = decode_markdown(said)
    parent = message.reference.resolved if message.reference else None
    if isinstance(parent, discord.Message) and (not said.strip() or points_above(typed)):
        text = text_of_message(parent)
        return Request(Verb.FIND, text) if text else _cannot_read()
    if said.strip() and not typed.strip():
        return None  # nothing but emoji, or other people
    return read_talk(typed)


def _for_you() -> str:
    return gettext("My answer is for you alone.")


def _cannot_read() -> Reply:
    return Reply(
        gettext(
            "I cannot read the message above. Open its menu and choose Apps, then “{command}”.",
            command=gettext(FIND_IN_PODCAST),
        )
    )


def _asker(message: discord.Message) -> Requester:
    workspace = str(message.guild.id) if message.guild else ""
    return Requester(PLATFORM, workspace, str(message.author.id), channels_at(message.channel))


async def _offer(client: Client, message: discord.Message, request: Request, why: str) -> None:
    """Offer an answer that only the author may see, unless they have just been offered one."""
    claim = _asker(message).claim("offer", message.channel.id, lasts=_OFFER_LASTS)
    claimed = await client.backend.intake.claims.take(claim)
    if claimed is None or claimed.is_first:
        button = Button(ButtonKind.ASK, gettext("Show It to Me"), request)
        await _send(client, message, Reply(why, buttons=(button,)))


async def _apologize(client: Client, message: discord.Message, error: Exception) -> None:
    reference = reference_of(error)
    _log.error("A message could not be answered: %s", reference, exc_info=error)
    try:
        await _send(client, message, apology(reference))
    except (discord.HTTPException, *NETWORK_ERRORS):
        _log.info("The apology for %s could not be sent.", reference)


async def _show_typing(message: discord.Message) -> None:
    with suppress(discord.HTTPException, *NETWORK_ERRORS):
        await message.channel.typing()


async def _send(
    client: Client, message: discord.Message, reply: Reply, owner: int | None = None
) -> None:
    """Answer below a message, without notifying anybody; it is posted once.

    Only its author may press the buttons, unless they have another `owner`.
    """
    owner = message.author.id if owner is None else owner
    answer = await render_with_chart(client.backend, reply, owner)
    try:
        await _post(message, answer, message.to_reference(fail_if_not_exists=False))
    except discord.HTTPException as error:
        if error.code == NO_HISTORY:
            rewind(answer.files)
            await _post(message, answer, None)
        elif error.code in UNWELCOME:
            _log.info("A message cannot be answered where it was written: %s", error.code)
        else:
            raise


async def _post(
    message: discord.Message, answer: RenderedMessage, reference: discord.MessageReference | None
) -> None:
    content: dict[str, Any] = {"view": answer.view, "files": answer.files, "mention_author": False}
    if reference:
        content["reference"] = reference
    # The library asks Discord to enforce the nonce.
    nonce = str(message.id)
    await call_twice(partial(message.channel.send, nonce=nonce, **content), answer.files)
