"""The "/podcast weekly" commands."""

import asyncio
import logging

from bot.answers.help import still_opening, store_away
from bot.answers.replies import Reply
from bot.answers.requests import WEEKLY_WORDS
from bot.errors import StoreError
from bot.posting.places import Channel, ChannelMember
from bot.translations import gettext, gettext_noop
from bot.weekly.ports import WeeklyContext
from bot.weekly.posting_now import post, preview
from bot.weekly.review import facts_of
from bot.weekly.subscribing import switch_off, switch_on, tell_status
from bot.weekly.themes import set_theme

_FORMS = (
    gettext_noop(
        "/podcast weekly on mon 09:00 Europe/Berlin: a quote here every week; with “review” after "
        "it, you choose; with “vote”, the channel does; with “monthly”, one a month; with "
        "“archive”, those of the same week of earlier years come first; with “thread”, “pin” or "
        "“ping @team”, each gets that"
    ),
    gettext_noop("/podcast weekly off: no more quotes here"),
    gettext_noop("/podcast weekly status: when they are posted, and what became of the last one"),
    gettext_noop("/podcast weekly preview: what would be posted next, for you alone"),
    gettext_noop("/podcast weekly post: today’s quote, at once"),
    gettext_noop(
        "/podcast weekly theme december feature stores: a month of quotes about that; “off” ends it"
    ),
)

# A podcast may have to be built first.
_WAIT_SECONDS = 20.0

_log = logging.getLogger(__name__)


async def answer_weekly(
    context: WeeklyContext,
    typed: str,
    member: ChannelMember,
    patience: float = _WAIT_SECONDS,
) -> Reply:
    """Answer a "weekly" command; without a word, tell the status.

    While a podcast of the channel is built for longer than `patience`, say so.
    """
    first, *rest = typed.split(maxsplit=1) or ["status"]
    word, after = first.casefold(), "".join(rest)
    try:
        if word != "off" and not await _is_there(context, member.channel, patience):
            return still_opening()
        if word == "status" and not after:
            return await tell_status(context, member.channel)
        if member.obstacle:
            return Reply(member.obstacle)
        if word == "on":
            return await switch_on(context, member.channel, after, member.person)
        if word == "theme":
            return await set_theme(context, member.channel, after)
        if word not in WEEKLY_WORDS or after:
            return _explain(typed)
        if word == "off":
            return await switch_off(context, member.channel)
        if word == "preview":
            return await preview(context, member.channel)
        return await post(context, member)
    except StoreError as error:
        _log.error(
            "/podcast weekly %s did nothing. %s", word, error, extra=facts_of(member.channel)
        )
        return store_away()


async def _is_there(context: WeeklyContext, channel: Channel, patience: float) -> bool:
    """Wait for the podcasts of a channel, but not for long while one is built."""
    if await context.is_ready(channel):
        return True
    try:
        async with asyncio.timeout(patience):
            await context.pool(channel)
    except TimeoutError:
        return False
    return True


def _explain(typed: str) -> Reply:
    words = " ".join(typed.split())
    search = gettext("To search for it, type “/podcast search weekly {words}”.", words=words)
    text = gettext("I could not read that. These are the forms:")
    return Reply(text, (*map(gettext, _FORMS), search))
