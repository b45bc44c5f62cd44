"""What is special about kinds of channels: forums take titled posts, announcements are published.

A forum has a post for each episode. Discord does not recognize such a post by a key, so a new one
is told from one of the last minutes by its title.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.answers.replies import Reply, is_passage
from bot.posting.places import Channel
from bot.posting.poster import PostError
from bot.text import one_line, truncate
from bot.translations import gettext
from handlers.discord.interaction import PLATFORM, Client
from handlers.discord.post_errors import ALREADY_PUBLISHED
from handlers.discord.render.limits import TITLE
from handlers.discord.render.posts import carries
from handlers.discord.servers import find_channel
from handlers.discord.single_attempt import StoppedError, single_attempt
from handlers.http import NETWORK_ERRORS

_PUBLISHING_SECONDS = 3.0
_SAME_POST = timedelta(minutes=10)

_log = logging.getLogger(__name__)


async def find_forum(client: Client, there: Channel) -> discord.ForumChannel | None:
    """Return a channel if it is a forum; raises PostError."""
    known = await find_channel(client, there)
    return known if isinstance(known, discord.ForumChannel) else None


def posts_in(reply: Reply) -> Iterator[tuple[str, Reply]]:
    """Split a reply into the posts of a forum, each with its title: one for each episode."""
    if is_passage(reply):
        yield _title(f"{reply.text}: {reply.cards[0].speaker or reply.cards[0].title}"), reply
    elif not reply.cards:
        yield _title(reply.text), reply
    elif len(reply.cards) == 1:
        yield _title(reply.cards[0].title), reply
    else:
        for card in reply.cards:
            post = replace(reply, text=gettext("New episode"), notes=(), cards=(card,))
            yield _title(card.title), post


def _title(text: str) -> str:
    return truncate(one_line(text), TITLE)


async def start_post(
    forum: discord.ForumChannel, me: discord.abc.User | None, title: str, content: dict[str, Any]
) -> str:
    """Start a post in a forum and return its id, or that of one just started by this title."""
    since = discord.utils.utcnow() - _SAME_POST
    async for thread in _own_threads(forum, me, since):
        if thread.name == title:
            return str(thread.id)
    started = await forum.create_thread(name=title, applied_tags=_tags(forum), **content)
    return str(started.thread.id)


async def find_post(
    forum: discord.ForumChannel, me: discord.abc.User | None, key: str, since: datetime
) -> str:
    """Find the post whose button carries a key; "" if there is none."""
    async for thread in _own_threads(forum, me, since):
        # The message that a post starts with has its id.
        if carries(await thread.fetch_message(thread.id), key):
            return str(thread.id)
    return ""


async def crosspost(client: Client, there: Channel, message: str) -> None:
    """Publish a message of an announcement channel to its followers, where that is permitted."""
    facts = {"platform": PLATFORM, "channel": there.id}
    try:
        channel = await find_channel(client, there)
    except PostError as error:
        _log.warning("Whether a post can be published is unknown. %s", error, extra=facts)
        return
    if not isinstance(channel, discord.TextChannel) or not channel.is_news():
        return
    try:
        async with asyncio.timeout(_PUBLISHING_SECONDS):
            with single_attempt():
                await client.http.publish_message(int(there.id), int(message))
    except discord.HTTPException as error:
        if error.code != ALREADY_PUBLISHED:
            _log.warning("A post was not published: %s (%s)", error.text, error.code, extra=facts)
    except (StoppedError, TimeoutError, *NETWORK_ERRORS) as error:
        _log.warning("A post was not published: %s", type(error).__name__, extra=facts)


async def _own_threads(
    forum: discord.ForumChannel, me: discord.abc.User | None, since: datetime
) -> AsyncIterator[discord.Thread]:
    for thread in await forum.guild.active_threads():
        is_mine = me is not None and thread.owner_id == me.id
        is_new = discord.utils.snowflake_time(thread.id) >= since
        if thread.parent_id == forum.id and is_mine and is_new:
            yield thread


def _tags(forum: discord.ForumChannel) -> list[discord.ForumTag]:
    """Choose the first tag that members may use, if the forum requires one."""
    free = [tag for tag in forum.available_tags if not tag.moderated]
    return free[:1] if forum.flags.require_tag else []
