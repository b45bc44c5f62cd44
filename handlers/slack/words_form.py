"""The form in which people change the words of a quote, or nominate a passage."""

import asyncio
from dataclasses import replace
from functools import partial

from bot.answers.help import out_of_date
from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request, Verb, pack, unpack
from bot.answers.several import library_of
from bot.weekly.moderation import edit_form, find_problem, save_edit
from bot.weekly.nomination import (
    ChosenWords,
    WordsForm,
    check_nomination,
    choose_passage,
    nominate,
    open_nomination,
)
from handlers.slack.interaction import (
    Interaction,
    acknowledge_form,
    open_waiting_dialog,
    reply_privately,
    show_in_dialog,
    too_slow,
)
from handlers.slack.render.mrkdwn import decode_mrkdwn, read_message
from handlers.slack.render.views import WORDS, read_words, words_form


async def open_words_form(interaction: Interaction, request: Request, kind: ButtonKind) -> None:
    """Open the form for the words of a candidate or of a passage, or say why not."""
    await open_waiting_dialog(interaction)
    await _show_form(interaction, request, kind)


async def nominate_message(interaction: Interaction) -> None:
    """Nominate what the podcast says about a message."""
    await open_waiting_dialog(interaction)
    said = read_message(interaction.body.get("message") or {})
    found = await interaction.intake.ask(Request(Verb.FIND, said), interaction.asker)
    passage = choose_passage(found)
    if isinstance(passage, Reply):
        await reply_privately(interaction, passage)
    else:
        await _show_form(interaction, passage, ButtonKind.NOMINATE)


async def submit_words(interaction: Interaction) -> None:
    """Use what was typed into the form, or say in it what is wrong."""
    kind, _, packed = interaction.origin.form.partition(":")
    request, typed = unpack(packed), decode_mrkdwn(read_words(interaction.view))
    problem = await _find_problem(interaction, kind, request, typed) if request else ""
    if problem:
        await interaction.ack(response_action="errors", errors={WORDS: problem})
        return
    await acknowledge_form(interaction)
    reply = await _use(interaction, kind, request, typed) if request else out_of_date()
    await reply_privately(interaction, reply)


async def _show_form(interaction: Interaction, request: Request, kind: ButtonKind) -> None:
    form = await _form(interaction, request, kind)
    if isinstance(form, Reply):
        await reply_privately(interaction, form)
    elif not interaction.dialog:
        await reply_privately(interaction, too_slow())
    else:
        form_for = f"{kind}:{pack(form.request)}"
        interaction.origin = replace(interaction.origin, form=form_for)
        await show_in_dialog(interaction, words_form(form))


async def _form(interaction: Interaction, request: Request, kind: ButtonKind) -> WordsForm | Reply:
    if kind is ButtonKind.NOMINATE:
        libraries = await interaction.intake.libraries_for(interaction.asker, request)
        return await asyncio.to_thread(open_nomination, libraries, request)
    obstacle = partial(interaction.moderators.obstacle, interaction.asker)
    return await edit_form(interaction.weekly, request, obstacle)


async def _find_problem(interaction: Interaction, kind: str, request: Request, typed: str) -> str:
    if kind == ButtonKind.EDIT:
        return await find_problem(interaction.weekly, request, typed)
    libraries = await interaction.intake.libraries_for(interaction.asker, request)
    library = library_of(libraries, request.episode)
    return (await asyncio.to_thread(check_nomination, library, request, typed)).problem


async def _use(interaction: Interaction, kind: str, request: Request, typed: str) -> Reply:
    asker, weekly = interaction.asker, interaction.weekly
    if kind == ButtonKind.EDIT:
        obstacle = partial(interaction.moderators.obstacle, asker)
        used = await save_edit(weekly, request, typed, asker.person, obstacle)
    else:
        libraries = await interaction.intake.libraries_for(asker, request)
        channel = interaction.origin.channel
        used = await nominate(weekly, libraries, request, typed, asker, channel)
    return Reply(used.problem) if isinstance(used, ChosenWords) else used
