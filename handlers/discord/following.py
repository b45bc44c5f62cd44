"""What people follow in Discord, and new episodes announced in its channels."""

import logging
from typing import Any

import discord
from discord import app_commands

from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.errors import StoreError
from bot.posting.announcements import answer_announce
from bot.posting.follow_commands import Follower, answer_following
from bot.posting.places import person_at
from handlers.discord.errors import run_listener
from handlers.discord.interaction import PLATFORM, BotInteraction, Interaction, send_reply
from handlers.discord.weekly import member_of

SWITCH = [app_commands.Choice(name=word, value=word) for word in ("on", "off")]

_log = logging.getLogger(__name__)


async def follow(asked: BotInteraction, request: Request) -> None:
    """Answer a command on what somebody follows, to them alone."""

    async def listener(call: Interaction) -> None:
        await send_reply(call, followed(call, request))

    await run_listener(asked, listener)


async def followed(call: Interaction, request: Request) -> Reply:
    """Begin or end to follow something, or list it, for who asks."""
    asker, desk = call.asker, call.backend
    follower = Follower(asker.platform, asker.workspace, asker.person)
    replying = answer_following(desk.weekly.posting, desk.intake.library, request, follower)
    return await desk.intake.note(request, asker, replying)


async def announce(asked: BotInteraction, typed: str) -> None:
    """Answer the command that switches announcements, to who uses it alone."""

    async def reply(call: Interaction) -> Reply:
        member = member_of(asked)
        if isinstance(member, Reply):
            return member
        replying = answer_announce(call.backend.weekly.posting, typed, member)
        return await call.backend.intake.note(Request(Verb.ANNOUNCE, typed), call.asker, replying)

    async def listener(call: Interaction) -> None:
        await send_reply(call, reply(call))

    await run_listener(asked, listener)


async def autocomplete_follows(
    asked: discord.Interaction[Any], typed: str
) -> list[app_commands.Choice[str]]:
    """Suggest what somebody follows; nothing where that cannot be read."""
    try:
        store = asked.client.backend.weekly.posting.follows
        follows = await store.follows_of(person_at(PLATFORM, str(asked.user.id)))
    except StoreError as error:
        _log.warning("Nothing is suggested. %s", error)
        return []
    queries = (each.query for each in follows)
    wanted = typed.casefold()
    return [
        app_commands.Choice(name=each, value=each) for each in queries if wanted in each.casefold()
    ]
