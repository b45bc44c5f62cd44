"""What the buttons below an answer do; all they need is in the button itself."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot.answers.help import out_of_date
from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import FOLLOWING, Request, Verb, pack
from bot.answers.several import suggest_from
from bot.answers.suggestions import fill_form, seasons
from bot.models import Verdict
from bot.service.feedback import RETRACTED, VERDICTS
from bot.weekly.home import status_channel
from bot.weekly.moderation import MODERATING
from handlers.slack.channel_commands import decide, followed, status_elsewhere
from handlers.slack.interaction import (
    Interaction,
    open_view,
    open_waiting_dialog,
    private_message,
    reply_privately,
    shown_in,
    too_slow,
    update_view,
)
from handlers.slack.render.buttons import WATCH, read_press
from handlers.slack.render.limits import SELECT_OPTIONS
from handlers.slack.render.views import search_form, view_with_shared
from handlers.slack.response_url import respond
from handlers.slack.sharing import open_share_form, share_passage
from handlers.slack.words_form import open_words_form


async def handle_action(interaction: Interaction) -> None:
    """Do what a button is for, unless it is out of date."""
    kind, request = read_press(interaction.body["actions"][0])
    if kind == WATCH:  # Slack has opened the link already
        return None
    if request is None or kind not in ACTION_HANDLERS:
        return await reply_privately(interaction, out_of_date())
    return await ACTION_HANDLERS[ButtonKind(kind)](interaction, request)


async def open_search_form(interaction: Interaction, request: Request | None = None) -> None:
    """Open the search form, with what was typed before; it is for the same podcasts."""
    opened = Request(Verb.SEARCH, podcasts=request.podcasts if request else ())
    interaction.origin = replace(interaction.origin, form=pack(opened))
    libraries = await interaction.intake.libraries_for(interaction.asker, request)
    filled = fill_form(libraries[0], request.text if request else "")
    known = suggest_from(libraries, lambda library, *_: seasons(library), "", SELECT_OPTIONS)
    if not await open_view(interaction, search_form(known, filled)):
        await reply_privately(interaction, too_slow())


async def _reply_to(interaction: Interaction, request: Request) -> Reply:
    if request.verb in FOLLOWING:
        return await followed(interaction, request)
    if channel := status_channel(request):
        return await status_elsewhere(interaction, request, channel)
    return await interaction.intake.press(request, interaction.asker)


async def _ask(interaction: Interaction, request: Request) -> None:
    if interaction.view:
        return await _open(interaction, request)
    return await reply_privately(interaction, await _reply_to(interaction, request))


async def _open(interaction: Interaction, request: Request) -> None:
    await open_waiting_dialog(interaction)
    await reply_privately(interaction, await _reply_to(interaction, request))


async def _replace_message(interaction: Interaction, request: Request) -> None:
    """Replace this page by another, unless others see it or the other is empty."""
    container = interaction.body.get("container", {})
    reply = await _reply_to(interaction, request)
    if reply.cards and interaction.in_modal:
        interaction.dialog = interaction.view["id"]
    elif reply.cards and container.get("is_ephemeral"):
        content = private_message(interaction, reply, replace_original=True)
        await respond(interaction.client, interaction.origin.response_url, content)
        return
    await reply_privately(interaction, reply)


async def _share(interaction: Interaction, request: Request) -> None:
    """Share a passage where the member is, or ask them where."""
    if not interaction.origin.response_url:
        await open_share_form(interaction, request)
        return
    told, is_posted = await share_passage(interaction, request)
    if not is_posted or not await _say_shared(interaction, request):
        await reply_privately(interaction, told)


async def _say_shared(interaction: Interaction, request: Request) -> bool:
    """Say on the pressed button that its passage was shared; return whether that is possible."""
    if interaction.in_modal:
        view = view_with_shared(interaction.view, interaction.body["actions"][0])
        await update_view(interaction, interaction.view["id"], view)
        return True
    asked, shared = shown_in(interaction.body)
    if asked is None or not interaction.body.get("container", {}).get("is_ephemeral"):
        return False
    reply = await interaction.intake.press(asked, interaction.asker)
    passage = request.episode, request.start
    numbers = (at for at, c in enumerate(reply.cards) if (c.episode, c.start) == passage)
    if (number := next(numbers, None)) is None:
        return False
    now = {*shared, number}
    content = private_message(interaction, reply, replace_original=True, shared=now)
    await respond(interaction.client, interaction.origin.response_url, content)
    return True


async def _retract_verdict(interaction: Interaction, request: Request, verdict: Verdict) -> None:
    await reply_privately(
        interaction, await interaction.intake.retract(request, verdict, interaction.asker)
    )


async def _record_verdict(interaction: Interaction, request: Request, verdict: Verdict) -> None:
    await reply_privately(
        interaction, await interaction.intake.judge(request, verdict, interaction.asker)
    )


ACTION_HANDLERS: dict[ButtonKind, Callable[[Interaction, Request], Awaitable[None]]] = {
    ButtonKind.ASK: _ask,
    ButtonKind.TURN: _replace_message,
    ButtonKind.OPEN: _open,
    ButtonKind.SHARE: _share,
    ButtonKind.FORM: open_search_form,
    **{kind: partial(_record_verdict, verdict=verdict) for kind, verdict in VERDICTS.items()},
    **{kind: partial(_retract_verdict, verdict=verdict) for kind, verdict in RETRACTED.items()},
    ButtonKind.EDIT: partial(open_words_form, kind=ButtonKind.EDIT),
    ButtonKind.NOMINATE: partial(open_words_form, kind=ButtonKind.NOMINATE),
    **{kind: partial(decide, kind=kind) for kind in MODERATING},
}
