"""Sharing: a passage is posted where the member is, or in a conversation that they choose."""

from dataclasses import replace
from functools import partial
from typing import Any

from bot.answers.help import out_of_date
from bot.answers.replies import Reply
from bot.answers.requests import Request, pack, unpack
from bot.service.sharing import Share, ShareOutcome, find_hit, share_hit
from bot.translations import speaking
from handlers.slack.interaction import (
    Interaction,
    Location,
    acknowledge_form,
    open_view,
    reply_privately,
    show_in_dialog,
    with_place,
)
from handlers.slack.render.messages import render_shared
from handlers.slack.render.views import share_form
from handlers.slack.response_url import publish


async def share_passage(interaction: Interaction, request: Request) -> tuple[Reply, bool]:
    """Post a passage for everybody, only once even if asked twice.

    Return what to tell the member, and whether it was posted.
    """
    origin = interaction.origin
    with speaking(interaction.public_language):
        hit = await find_hit(interaction.intake, request, interaction.asker)
    place = origin.channel, origin.target
    share = Share(interaction.asker, place, request.episode, request.start)
    return await share_hit(interaction.shares, share, hit, partial(_publish, interaction))


async def open_share_form(interaction: Interaction, request: Request) -> None:
    """Ask in which conversation to share a passage, above the open dialog or in its place."""
    interaction.origin = replace(interaction.origin, form=pack(request))
    if not await open_view(interaction, share_form()) and interaction.in_modal:
        interaction.dialog = interaction.view["id"]
        await show_in_dialog(interaction, share_form())


async def share_in_chosen(interaction: Interaction) -> None:
    """Share a passage in the conversation that was chosen, and say in the form what came of it."""
    request = unpack(interaction.origin.form)
    chosen = next(iter(interaction.body.get("response_urls") or ()), None)
    await acknowledge_form(interaction)
    if request is None or chosen is None:
        await reply_privately(interaction, out_of_date())
        return
    interaction.origin = Location(chosen["channel_id"], response_url=chosen["response_url"])
    told, is_posted = await share_passage(interaction, request)
    if is_posted:
        told = replace(told, channel=chosen["channel_id"])
    await reply_privately(interaction, told)


async def _publish(interaction: Interaction, hit: Reply) -> ShareOutcome:
    with speaking(interaction.public_language):
        announcement = _announcement(interaction, hit)
    return await publish(interaction.client, interaction.origin.response_url, announcement)


def _announcement(interaction: Interaction, reply: Reply) -> dict[str, Any]:
    target = interaction.origin.target
    content = with_place(render_shared(reply, interaction.asker.person), target)
    manner = {"response_type": "in_channel", "replace_original": False}
    return {**content, **manner, **({"thread_ts": target} if target else {})}
