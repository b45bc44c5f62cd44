"""What people do with the quote of the week in Slack: commands, decisions, and the App Home."""

import logging
from dataclasses import replace
from functools import partial

from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request
from bot.errors import StoreError
from bot.posting.places import Channel, ChannelMember
from bot.weekly.commands import answer_weekly
from bot.weekly.moderation import moderate
from bot.weekly.status import add_deliveries_of, tell_next
from handlers.slack.interaction import Interaction, reply_privately

_log = logging.getLogger(__name__)


async def answer_typed(call: Interaction, request: Request) -> None:
    """Answer what was typed behind "weekly", to who typed it alone."""
    asker = call.asker
    channel = Channel(asker.platform, asker.workspace, call.origin.channel)
    obstacle = await call.moderators.obstacle(asker, channel)
    member = ChannelMember(channel, asker.person, obstacle)
    replying = answer_weekly(call.weekly, request.text, member)
    await reply_privately(call, await call.intake.note(request, asker, replying))


async def about(call: Interaction, request: Request) -> None:
    """Say what runs here, with the quotes of the workspace."""
    asker = call.asker
    reply = await call.intake.ask(request, asker)
    if reply.notes:
        workspace = asker.platform, asker.workspace
        reply = await add_deliveries_of(reply, call.weekly, *workspace)
    await reply_privately(call, reply)


async def decide(call: Interaction, request: Request, kind: ButtonKind) -> None:
    """Report, withdraw, approve or refuse a quote, and tell who pressed what became of it."""
    asker = call.asker
    obstacle = partial(call.moderators.obstacle, asker)
    await reply_privately(call, await moderate(call.weekly, kind, request, asker.person, obstacle))


async def with_next(call: Interaction, reply: Reply) -> Reply:
    """Say in a reply when the next quote of the workspace is posted, if that is known."""
    try:
        sentence = await tell_next(call.weekly, call.asker.platform, call.asker.workspace)
    except StoreError as error:
        _log.warning("The next quote is not told. %s", error)
        return reply
    return replace(reply, notes=(*reply.notes, sentence)) if sentence else reply


async def removed(call: Interaction) -> None:
    """Forget a workspace that has removed the app."""
    await call.ack()
    await _forget(call)


async def revoked(call: Interaction) -> None:
    """Forget a workspace whose bot token was revoked; those of members are not used here."""
    await call.ack()
    if call.body["event"].get("tokens", {}).get("bot"):
        await _forget(call)


async def _forget(call: Interaction) -> None:
    platform, workspace = call.asker.platform, call.asker.workspace
    await call.weekly.deliveries.forget(platform, workspace)
    _log.info("forgotten", extra={"platform": platform, "workspace": workspace})
