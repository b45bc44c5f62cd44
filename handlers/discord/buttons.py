"""What the buttons below an answer do; all they need is in their ids or in the database."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias

import discord
from discord import ui

from bot.answers.help import out_of_date
from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request
from bot.models import Verdict
from bot.service.feedback import RETRACTED, VERDICTS
from bot.service.sharing import Share, ShareOutcome, find_hit, share_hit
from bot.translations import gettext
from bot.weekly.moderation import MODERATING, moderate
from handlers.discord.channel_commands import HERE, answer_here
from handlers.discord.errors import run_listener
from handlers.discord.forms import open_change_form, open_words_form, read_request_of
from handlers.discord.interaction import (
    BotInteraction,
    Interaction,
    Stage,
    call_twice,
    is_private,
    keep_waiting,
    replace_message,
    reply_privately,
    send_first_response,
    send_reply,
)
from handlers.discord.permissions import obstacle_of
from handlers.discord.render.custom_ids import (
    EVERYBODY,
    ID_PATTERN,
    CustomId,
    parse_custom_id,
)
from handlers.discord.render.messages import render_shared, say_shared, stop_listening
from handlers.discord.single_attempt import StoppedError, single_attempt
from handlers.http import NETWORK_ERRORS, NO_CONNECTION

# These need the first response for themselves.
_RESPONDING = frozenset({ButtonKind.SHARE, ButtonKind.NOMINATE, ButtonKind.EDIT})

_Handler: TypeAlias = Callable[[Interaction, CustomId], Awaitable[None]]
_Answer: TypeAlias = Callable[[Interaction, Request], Awaitable[Reply]]


class AnswerButton(ui.DynamicItem[ui.Item[Any]], template=ID_PATTERN):
    """A button or a menu below an answer, of any version of Airquote."""

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> "AnswerButton":
        """Create it from the button or menu in the message."""
        return cls(item if isinstance(item, ui.Select) else ui.Button(custom_id=match.string))

    async def callback(self, native: discord.Interaction[Any]) -> None:
        """Handle the press of the button, or the choice of an option, which stands for one."""
        menu = self.item if isinstance(self.item, ui.Select) else None
        chosen = "".join(menu.values[:1]) if menu else self.custom_id
        await run_listener(
            native, lambda it: _handle_button(it, chosen, from_menu=menu is not None)
        )


async def _handle_button(interaction: Interaction, custom_id: str, *, from_menu: bool) -> None:
    """Do what a button is for, unless it is out of date or another person's."""
    pressed = parse_custom_id(custom_id)
    if pressed is None or pressed.kind not in BUTTON_HANDLERS:
        await reply_privately(interaction, out_of_date())
    elif pressed.owner not in (EVERYBODY, interaction.native.user.id):
        await reply_privately(interaction, _not_yours())
    else:
        if from_menu and pressed.kind not in _RESPONDING:
            await _reset_menu(interaction)
        await BUTTON_HANDLERS[pressed.kind](interaction, pressed)


async def _reset_menu(interaction: Interaction) -> None:
    """Show a menu as it was, so that the same option can be chosen again.

    Only in a private message: others would see a public one as edited.
    """
    message = interaction.native.message
    if message and is_private(message):
        edit = partial(interaction.native.response.edit_message, view=_view_of(message))
        await send_first_response(interaction, edit, Stage.ANSWERED)


def _view_of(message: discord.Message) -> ui.LayoutView:
    """Read the components of a message, to change them."""
    view = ui.LayoutView.from_message(message, timeout=None)
    stop_listening(view)
    return view


async def _answer(interaction: Interaction, pressed: CustomId, answer: _Answer) -> None:
    """Answer the request of a button in a new message."""
    await send_reply(interaction, _reply_to(interaction, pressed, answer))


async def _replace_message(interaction: Interaction, pressed: CustomId) -> None:
    await replace_message(interaction, _reply_to(interaction, pressed, _follow))


async def _open_form(
    interaction: Interaction,
    pressed: CustomId,
    open_form: Callable[[Interaction, Request], Awaitable[None]],
) -> None:
    request = await read_request_of(interaction, pressed)
    if request is None:
        await reply_privately(interaction, out_of_date())
    else:
        await open_form(interaction, request)


async def _share(interaction: Interaction, pressed: CustomId) -> None:
    """Post a hit for everybody, and say so on the button.

    That changes the message of the button, which has to be the response; the post follows it.
    """
    if alone := _why_alone(interaction.native):
        await reply_privately(interaction, Reply(alone))
        return
    await keep_waiting(interaction)
    request = await read_request_of(interaction, pressed)
    if request is None:
        await reply_privately(interaction, out_of_date())
        return
    with interaction.speaking(private=False):
        hit = await find_hit(interaction.backend.intake, request, interaction.asker)
    share = Share(interaction.asker, interaction.native.channel_id, request.episode, request.start)
    publish = partial(_publish, interaction)
    told, is_posted = await share_hit(interaction.backend.shares, share, hit, publish)
    if is_posted:
        await _say_shared(interaction, pressed)
    else:
        await reply_privately(interaction, told)


async def _say_shared(interaction: Interaction, pressed: CustomId) -> None:
    """Say on the pressed button, or on the chosen option, that its passage was shared."""
    message = interaction.native.message
    if message is None or not message.flags.components_v2:
        return
    view = _view_of(message)
    with interaction.speaking(private=is_private(message)):
        say_shared(view, pressed.text)
    await call_twice(partial(interaction.native.edit_original_response, view=view))


async def _publish(interaction: Interaction, hit: Reply) -> ShareOutcome:
    """Post a passage, once: Discord would take a second attempt for another post."""
    with interaction.speaking(private=False):
        text, view = render_shared(hit, interaction.native.user.display_name)
    try:
        with single_attempt():
            await interaction.native.followup.send(text, view=view, wait=True)
    except StoppedError as error:
        return ShareOutcome.REFUSED if error.is_limit else ShareOutcome.UNSURE
    except NO_CONNECTION:
        return ShareOutcome.REFUSED
    except (*NETWORK_ERRORS, discord.DiscordServerError):
        return ShareOutcome.UNSURE
    except discord.HTTPException:
        return ShareOutcome.REFUSED
    return ShareOutcome.POSTED


def _not_yours() -> Reply:
    return Reply(
        gettext("These buttons are for the person who asked. Type /podcast, and you get your own.")
    )


def _why_alone(native: BotInteraction) -> str:
    """Say why nobody else would see what a member shares here, "" if others would."""
    if _is_hidden(native):
        return gettext("In this server, only you can see my answers, so I cannot share that.")
    if native.context.dm_channel:
        return gettext(
            "Only you and I are here, so there is nobody to share that with. Search in a channel, "
            "and share it there."
        )
    return ""


def _is_hidden(native: BotInteraction) -> bool:
    """Return whether the server hides answers of apps that its members have installed."""
    user_installed = native.guild_id is not None and not native.is_guild_integration()
    return user_installed and not native.permissions.use_external_apps


async def _reply_to(interaction: Interaction, pressed: CustomId, answer: _Answer) -> Reply:
    request = await read_request_of(interaction, pressed)
    return out_of_date() if request is None else await answer(interaction, request)


async def _follow(interaction: Interaction, request: Request) -> Reply:
    if request.verb in HERE:
        return await answer_here(interaction, request)
    return await interaction.backend.intake.press(request, interaction.asker)


async def _record(interaction: Interaction, request: Request, verdict: Verdict) -> Reply:
    return await interaction.backend.intake.judge(request, verdict, interaction.asker)


async def _retract(interaction: Interaction, request: Request, verdict: Verdict) -> Reply:
    return await interaction.backend.intake.retract(request, verdict, interaction.asker)


async def _moderate(interaction: Interaction, request: Request, kind: ButtonKind) -> Reply:
    person, obstacle = str(interaction.native.user.id), obstacle_of(interaction.native)
    return await moderate(interaction.backend.weekly, kind, request, person, obstacle)


def _answering(answer: _Answer) -> _Handler:
    return partial(_answer, answer=answer)


BUTTON_HANDLERS: dict[ButtonKind, _Handler] = {
    ButtonKind.ASK: _answering(_follow),
    ButtonKind.TURN: _replace_message,
    ButtonKind.OPEN: _answering(_follow),
    ButtonKind.SHARE: _share,
    ButtonKind.FORM: partial(_open_form, open_form=open_change_form),
    **{
        kind: partial(_open_form, open_form=partial(open_words_form, kind=kind))
        for kind in (ButtonKind.EDIT, ButtonKind.NOMINATE)
    },
    **{kind: _answering(partial(_moderate, kind=kind)) for kind in MODERATING},
    **{kind: _answering(partial(_record, verdict=each)) for kind, each in VERDICTS.items()},
    **{kind: _answering(partial(_retract, verdict=each)) for kind, each in RETRACTED.items()},
}
