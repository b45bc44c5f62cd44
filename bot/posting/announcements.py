"""Announcements of new episodes in a channel: the commands and the posts."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.answers.episodes import newest_first, show_episode
from bot.answers.help import forgetful, store_away
from bot.answers.replies import Reply, episode_card
from bot.answers.several import from_podcast
from bot.errors import StoreError
from bot.library.library import Library
from bot.podcasts import split_name
from bot.posting.follows import Piece, PostingContext
from bot.posting.letters import Written
from bot.posting.places import Channel, ChannelMember
from bot.posting.poster import find_obstacle
from bot.translations import gettext, ngettext

# Any more episodes than this are listed in one message.
_MOST_POSTS = 3
# The most cards that every platform shows in one message.
_MOST_LISTED = 10

_log = logging.getLogger(__name__)


async def answer_announce(context: PostingContext, typed: str, member: ChannelMember) -> Reply:
    """Answer "announce on" and "announce off"; without a word, tell the status."""
    word, channel = typed.casefold().strip(), member.channel
    try:
        if not word:
            return await _tell_status(context, channel)
        if member.obstacle:
            return Reply(member.obstacle)
        if word == "on":
            return await _switch_on(context, channel, member.person)
        return await _switch_off(context, channel)
    except StoreError as error:
        _log.error("/podcast announce %s did nothing. %s", word, error)
        return store_away()


def write_announcement(library: Library, pieces: Sequence[Piece]) -> Written:
    """Write a post on the oldest new episode, or a list if there are many.

    The library must know all of them.
    """
    wanted = {split_name(piece.episode)[1] for piece in pieces}
    found = [each for each in newest_first(library.index.episodes) if each.slug in wanted]
    if len(found) > _MOST_POSTS:
        left = len(found) - _MOST_LISTED
        rest = ngettext(
            "And {n} more: “/podcast episodes” lists them all.",
            "And {n} more: “/podcast episodes” lists them all.",
            left,
        )
        text = ngettext("{n} new episode", "{n} new episodes", len(found))
        cards = tuple(map(episode_card, found[:_MOST_LISTED]))
        listed = Reply(text, (rest,) if left > 0 else (), cards)
        return Written(tuple(pieces), from_podcast(listed, library.podcast))
    first = found[-1].slug
    told = tuple(each for each in pieces if split_name(each.episode)[1] == first)
    post = replace(show_episode(library, first), text=gettext("New episode"), names_card=False)
    return Written(told, from_podcast(post, library.podcast))


def _how_to_switch_on() -> str:
    return gettext("Switch it on with “/podcast announce on”.")


def _how_to_end() -> str:
    return gettext("“/podcast announce off” ends it.")


async def _tell_status(context: PostingContext, channel: Channel) -> Reply:
    if await context.follows.announces(channel):
        return Reply(gettext("I announce every new episode here."), (_how_to_end(),))
    return Reply(gettext("New episodes are not announced here."), (_how_to_switch_on(),))


async def _switch_on(context: PostingContext, channel: Channel, admin: str) -> Reply:
    if context.ephemeral:
        return forgetful(context.ephemeral)
    if obstacle := await find_obstacle(context.outbox.posters, channel, admin, plain=True):
        return obstacle
    if not await context.follows.announce(channel, admin, context.outbox.clock()):
        return await _tell_status(context, channel)
    text = gettext("From now on, I will announce every new episode here.")
    return Reply(text, (_how_to_end(),))


async def _switch_off(context: PostingContext, channel: Channel) -> Reply:
    if await context.follows.stop_announcing(channel):
        text = gettext("I will no longer announce new episodes here.")
        return Reply(text, (_how_to_switch_on(),))
    return await _tell_status(context, channel)
