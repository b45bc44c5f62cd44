"""The form in which people change the words of a quote, or nominate a passage.

Discord opens a form only as the first response to a press or a command, and shows no errors in it.
"""

import asyncio
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.weekly.moderation import edit_form, save_edit
from bot.weekly.nomination import (
    MAX_TYPED,
    ChosenWords,
    WordsForm,
    choose_passage,
    nominate,
    open_nomination,
)
from handlers.discord.errors import run_listener
from handlers.discord.interaction import (
    BotInteraction,
    Interaction,
    Stage,
    reply_privately,
    send_first_response,
    send_reply,
)
from handlers.discord.permissions import obstacle_of

# Longer than anybody needs; after a restart, an open form can no longer be sent.
_OPEN_SECONDS = 30 * 60.0
_LABEL, _HINT = 45, 100
_NOT_IN_A_SERVER = Reply("Quotes are chosen for the channels of servers. Nominate one there.")


class QuoteForm(ui.Modal):
    """An open form."""

    def __init__(self, form: WordsForm) -> None:
        super().__init__(title=form.title, timeout=_OPEN_SECONDS)
        self._form = form
        self.words: ui.TextInput[Any] = ui.TextInput(
            style=discord.TextStyle.paragraph, default=form.text, max_length=MAX_TYPED
        )
        hint = form.hint if len(form.hint) <= _HINT else f"{form.hint[: _HINT - 1]}…"
        self.add_item(ui.Label(text=form.label[:_LABEL], description=hint, component=self.words))

    async def on_submit(self, native: discord.Interaction[Any], /) -> None:
        """Use what was typed."""

        async def listener(interaction: Interaction) -> None:
            await send_reply(interaction, _use(interaction, self._form, self.words.value))

        await run_listener(native, listener)


async def open_words_form(interaction: Interaction, kind: ButtonKind, request: Request) -> None:
    """Open the form for the words of a candidate or of a passage, or say why not."""
    if kind is ButtonKind.EDIT:
        obstacle = obstacle_of(interaction.native)
        form = await edit_form(interaction.backend.weekly, request, obstacle)
    elif interaction.native.guild_id is None:
        form = _NOT_IN_A_SERVER
    else:
        library = interaction.backend.intake.library
        form = await asyncio.to_thread(open_nomination, library, request)
    if isinstance(form, Reply):
        await reply_privately(interaction, form)
        return
    show = partial(interaction.native.response.send_modal, QuoteForm(form))
    await send_first_response(interaction, show, Stage.ANSWERED)


async def nominate_message(native: BotInteraction, said: discord.Message) -> None:
    """Nominate what the podcast says about a message."""

    async def listener(interaction: Interaction) -> None:
        request = Request(Verb.FIND, said.content)
        found = await interaction.backend.intake.ask(request, interaction.asker)
        passage = choose_passage(found)
        if isinstance(passage, Reply):
            await reply_privately(interaction, passage)
        else:
            await open_words_form(interaction, ButtonKind.NOMINATE, passage)

    await run_listener(native, listener)


async def _use(interaction: Interaction, form: WordsForm, typed: str) -> Reply:
    native, backend = interaction.native, interaction.backend
    if form.kind is ButtonKind.EDIT:
        person, obstacle = str(native.user.id), obstacle_of(native)
        used = await save_edit(backend.weekly, form.request, typed, person, obstacle)
    else:
        library, asker, where = backend.intake.library, interaction.asker, str(native.channel_id)
        used = await nominate(backend.weekly, library, form.request, typed, asker, where)
    return _explain(used, typed) if isinstance(used, ChosenWords) else used


def _explain(chosen: ChosenWords, typed: str) -> Reply:
    """Say what is wrong, and give back what was typed, as the form is closed."""
    return Reply(chosen.problem, (f"You wrote: {typed}",))
