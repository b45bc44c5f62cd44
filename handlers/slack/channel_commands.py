"""Commands for channels and followers: the weekly quote, following, announcements."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import FOLLOWING, Request, Verb
from bot.posting.announcements import answer_announce
from bot.posting.places import Channel, ChannelMember
from bot.posting.serving import answer_use, is_choice
from bot.weekly.commands import answer_weekly
from bot.weekly.home import tell_status_in
from bot.weekly.moderation import moderate
from bot.weekly.status import add_deliveries_of
from handlers.slack.interaction import Interaction, reply_privately

_log = logging.getLogger(__name__)


async def answer_weekly_command(interaction: Interaction, request: Request) -> None:
    """Answer /podcast weekly, visible to the member only."""
    member = await _member_of(interaction)
    replying = answer_weekly(interaction.weekly, request.text, member)
    await reply_privately(
        interaction, await interaction.intake.note(request, interaction.asker, replying)
    )


async def about(interaction: Interaction, request: Request) -> None:
    """Answer /podcast about, with the weekly quotes of the workspace."""
    asker = interaction.asker
    reply = await interaction.intake.ask(request, asker)
    if reply.notes:
        workspace = asker.platform, asker.workspace
        reply = await add_deliveries_of(reply, interaction.weekly, *workspace)
    await reply_privately(interaction, reply)


async def decide(interaction: Interaction, request: Request, kind: ButtonKind) -> None:
    """Report, withdraw, approve or reject a quote, and tell the member the outcome."""
    asker = interaction.asker
    obstacle = partial(interaction.moderators.obstacle, asker)
    await reply_privately(
        interaction, await moderate(interaction.weekly, kind, request, asker.person, obstacle)
    )


async def status_elsewhere(interaction: Interaction, request: Request, channel: str) -> Reply:
    """Tell an admin the status of the weekly quote in the channel that a button names."""
    replying = tell_status_in(interaction.weekly, channel, await _member_of(interaction))
    return await interaction.intake.note(request, interaction.asker, replying)


async def forget_on_uninstall(interaction: Interaction) -> None:
    """Forget a workspace that has removed the app."""
    await _forget(interaction)


async def forget_on_revocation(interaction: Interaction) -> None:
    """Forget a workspace whose bot token was revoked; tokens of members are not used."""
    if interaction.body["event"].get("tokens", {}).get("bot"):
        await _forget(interaction)


async def forget_on_withdrawal(interaction: Interaction) -> None:
    """Forget the workspaces from which their organization has withdrawn the app."""
    for workspace in interaction.body["event"].get("team_ids") or ():
        await _forget_workspace(interaction, workspace)


async def _forget(interaction: Interaction) -> None:
    """Forget a workspace, or an organization that had installed the app for all of its own."""
    body = interaction.body
    facts = next(iter(body.get("authorizations") or ()), body)
    org = facts.get("enterprise_id") or body.get("enterprise_id") or ""
    is_for_org = True in (facts.get("is_enterprise_install"), body.get("is_enterprise_install"))
    workspace = interaction.asker.workspace
    await _forget_workspace(interaction, org if is_for_org and org else workspace)


async def _forget_workspace(interaction: Interaction, workspace: str) -> None:
    facts = {"platform": interaction.asker.platform, "workspace": workspace}
    # The event may come late, after the app was installed again.
    at = interaction.body.get("event_time")
    left = datetime.fromtimestamp(at, UTC) if at else None
    forgotten = await interaction.weekly.deliveries.forget(**facts, left=left)
    _log.info("forgotten" if forgotten else "installed again", extra=facts)


async def follow(interaction: Interaction, request: Request) -> None:
    """Answer /podcast follow, unfollow, follows and forget-me, visible to the member only."""
    await reply_privately(interaction, await followed(interaction, request))


async def followed(interaction: Interaction, request: Request) -> Reply:
    """Follow or unfollow something for the member, list what they follow, or forget them."""
    posting = interaction.weekly.posting
    return await interaction.intake.follow(posting, request, interaction.asker)


async def announce(interaction: Interaction, request: Request) -> None:
    """Answer /podcast announce, visible to the member only."""
    member = await _member_of(interaction)
    replying = answer_announce(interaction.weekly.posting, request.text, member)
    await reply_privately(
        interaction, await interaction.intake.note(request, interaction.asker, replying)
    )


async def use(interaction: Interaction, request: Request) -> None:
    """Answer /podcast use, visible to the member only; other words that begin so are a search."""
    intake, podcasts = interaction.intake, interaction.intake.shelf.podcasts
    if not is_choice(request.text, podcasts):
        search = Request(Verb.SEARCH, f"{request.verb} {request.text}".strip())
        await reply_privately(interaction, await intake.ask(search, interaction.asker))
        return
    member = await _member_of(interaction)
    replying = answer_use(intake.bindings, podcasts, request.text, member)
    await reply_privately(interaction, await intake.note(request, interaction.asker, replying))


async def _member_of(interaction: Interaction) -> ChannelMember:
    asker = interaction.asker
    channel = Channel(asker.platform, asker.workspace, interaction.origin.channel)
    obstacle = await interaction.moderators.obstacle(asker, channel)
    return ChannelMember(channel, asker.person, obstacle)


# The commands that do not search the podcast, and are answered privately.
TYPED: dict[Verb, Callable[[Interaction, Request], Awaitable[None]]] = {
    Verb.ABOUT: about,
    Verb.WEEKLY: answer_weekly_command,
    Verb.ANNOUNCE: announce,
    Verb.USE: use,
    **dict.fromkeys(FOLLOWING, follow),
}
