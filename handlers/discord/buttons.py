"""What the buttons below an answer do; all they need is in their ids or in the database."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.answers.help import out_of_date
from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.models import Verdict
from bot.service.feedback import VERDICTS
from bot.service.sharing import SHARED, Share, ShareOutcome, find_hit, share_hit
from bot.weekly.moderation import MODERATING, moderate
from handlers.discord.channel_commands import HERE, answer_here
from handlers.discord.errors import run_listener
from handlers.discord.interaction import (
    BotInteraction,
    Interaction,
    Stage,
    await_in_time,
    call_twice,
    replace_message,
    reply_privately,
    send_first_response,
    send_reply,
    show_thinking,
)
from handlers.discord.permissions import obstacle_of
from handlers.discord.render.custom_ids import (
    EVERYBODY,
    ID_PATTERN,
    CustomId,
    find_request,
    parse_custom_id,
)
from handlers.discord.render.messages import PAGE, render_shared
from handlers.discord.search_form import open_change_form
from handlers.discord.words_form import open_words_form
from handlers.http import NETWORK_ERRORS

_NOT_YOURS = Reply(
    "These buttons are for the person who asked. Type /podcast, and you get your own."
)
_ANSWERS_HIDDEN = Reply("In this server, only you can see my answers, so I cannot share that.")
_NOBODY_ELSE = Reply(
    "Only you and I are here, so there is nobody to share that with. Search in a channel, and "
    "share it there."
)
_NO_REQUEST = Request(Verb.HELP)


class AnswerButton(ui.DynamicItem[ui.Button[Any]], template=ID_PATTERN):
    """A button below an answer, of any version of Airquote."""

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], __: ui.Item[Any], match: re.Match[str], /
    ) -> "AnswerButton":
        """Create it from the button in the message."""
        return cls(ui.Button(custom_id=match.string))

    async def callback(self, native: discord.Interaction[Any]) -> None:
        """Handle the press of the button."""
        await run_listener(native, lambda interaction: _handle_button(interaction, self.custom_id))


async def _handle_button(interaction: Interaction, custom_id: str) -> None:
    """Do what a button is for, unless it is out of date or another person's."""
    pressed = parse_custom_id(custom_id)
    if pressed is None or pressed.kind not in BUTTON_HANDLERS:
        await reply_privately(interaction, out_of_date())
    elif pressed.owner not in (EVERYBODY, interaction.native.user.id):
        await reply_privately(interaction, _NOT_YOURS)
    else:
        await BUTTON_HANDLERS[pressed.kind](interaction, pressed)


async def _ask(interaction: Interaction, pressed: CustomId) -> None:
    await send_reply(interaction, _follow(interaction, pressed))


async def _replace_message(interaction: Interaction, pressed: CustomId) -> None:
    await replace_message(interaction, _follow(interaction, pressed))


async def _record_verdict(interaction: Interaction, pressed: CustomId, verdict: Verdict) -> None:
    await send_reply(interaction, _record(interaction, pressed, verdict))


async def _share(interaction: Interaction, pressed: CustomId) -> None:
    """Post a hit for everybody, as the response to the press: Discord accepts only one."""
    if _is_hidden(interaction.native):
        await reply_privately(interaction, _ANSWERS_HIDDEN)
        return
    if interaction.native.context.dm_channel:
        await reply_privately(interaction, _NOBODY_ELSE)
        return
    finding = _find_hit(interaction, pressed)
    request, hit = await await_in_time(finding, lambda: show_thinking(interaction, private=False))
    share = Share(interaction.asker, interaction.native.channel_id, request.episode, request.start)
    told = await share_hit(interaction.backend.shares, share, hit, partial(_publish, interaction))
    if told is not SHARED:
        await reply_privately(interaction, told)


async def _moderate(interaction: Interaction, pressed: CustomId) -> None:
    await send_reply(interaction, _decide(interaction, pressed))


async def _open_form(interaction: Interaction, pressed: CustomId) -> None:
    request = await _request_of(interaction, pressed)
    if request is None:
        await reply_privately(interaction, out_of_date())
    else:
        await open_words_form(interaction, pressed.kind, request)


async def _change_search(interaction: Interaction, pressed: CustomId) -> None:
    request = await _request_of(interaction, pressed)
    if request is None:
        await reply_privately(interaction, out_of_date())
    else:
        await open_change_form(interaction, request)


async def _publish(interaction: Interaction, hit: Reply) -> ShareOutcome:
    """Post the response to a press."""
    text = render_shared(hit, interaction.native.user.display_name)
    try:
        await _send_publicly(interaction, text)
    except (*NETWORK_ERRORS, discord.DiscordServerError):  # these were retried
        return ShareOutcome.UNSURE
    except discord.HTTPException:
        return ShareOutcome.REFUSED
    return ShareOutcome.POSTED


async def _send_publicly(interaction: Interaction, text: str) -> None:
    if interaction.stage is Stage.OPEN:
        respond = partial(interaction.native.response.send_message, text)
        await send_first_response(interaction, respond, Stage.ANSWERED)
    else:
        await call_twice(partial(interaction.native.edit_original_response, content=text))
        interaction.stage = Stage.ANSWERED


def _is_hidden(native: BotInteraction) -> bool:
    """Return whether the server hides answers of apps that its members have installed."""
    user_installed = native.guild_id is not None and not native.is_guild_integration()
    return user_installed and not native.permissions.use_external_apps


async def _find_hit(interaction: Interaction, pressed: CustomId) -> tuple[Request, Reply]:
    request = await _request_of(interaction, pressed)
    if request is None:
        return _NO_REQUEST, out_of_date()
    return request, await find_hit(interaction.backend.intake, request, interaction.asker)


async def _follow(interaction: Interaction, pressed: CustomId) -> Reply:
    request = await _request_of(interaction, pressed)
    if request is None:
        return out_of_date()
    if request.verb in HERE:
        return await answer_here(interaction, request)
    return await interaction.backend.intake.press(request, interaction.asker)


async def _record(interaction: Interaction, pressed: CustomId, verdict: Verdict) -> Reply:
    request = await _request_of(interaction, pressed)
    if request is None:
        return out_of_date()
    return await interaction.backend.intake.judge(request, verdict, interaction.asker)


async def _decide(interaction: Interaction, pressed: CustomId) -> Reply:
    request = await _request_of(interaction, pressed)
    if request is None:
        return out_of_date()
    person = str(interaction.native.user.id)
    obstacle = obstacle_of(interaction.native)
    return await moderate(interaction.backend.weekly, pressed.kind, request, person, obstacle)


async def _request_of(interaction: Interaction, pressed: CustomId) -> Request | None:
    slugs = (each.slug for each in interaction.backend.intake.library.index.episodes)
    found = await find_request(pressed, interaction.backend.keeper, slugs)
    return found and replace(found, size=PAGE)


BUTTON_HANDLERS: dict[ButtonKind, Callable[[Interaction, CustomId], Awaitable[None]]] = {
    ButtonKind.ASK: _ask,
    ButtonKind.TURN: _replace_message,
    ButtonKind.OPEN: _ask,
    ButtonKind.SHARE: _share,
    ButtonKind.FORM: _change_search,
    ButtonKind.EDIT: _open_form,
    ButtonKind.NOMINATE: _open_form,
    **dict.fromkeys(MODERATING, _moderate),
    **{kind: partial(_record_verdict, verdict=verdict) for kind, verdict in VERDICTS.items()},
}
