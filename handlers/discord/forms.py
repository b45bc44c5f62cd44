"""The forms: to change a search, to change the words of a quote, and to nominate a passage.

Discord opens a form only as the first response to a press or a command, and shows no errors in it.
"""

import asyncio
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.search.query import MAX_CHARACTERS
from bot.text import truncate
from bot.translations import gettext
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
from handlers.discord.reading import text_of_message
from handlers.discord.render.limits import FIELD_HINT, FIELD_LABEL
from handlers.discord.render.markdown import decode_markdown
from handlers.discord.render.messages import PAGE

# Longer than anybody needs; after a restart, an open form can no longer be sent.
_OPEN_SECONDS = 30 * 60.0


class SearchForm(ui.Modal):
    """An open form with a query; the commands have options for everything else."""

    def __init__(self, typed: str) -> None:
        super().__init__(title=gettext("Change Search"), timeout=_OPEN_SECONDS)
        self.query: ui.TextInput[Any] = ui.TextInput(
            default=typed, max_length=max(MAX_CHARACTERS, len(typed))
        )
        label = truncate(gettext("Search for"), FIELD_LABEL)
        hint = gettext("Filters may follow the words: guest:maria season:2 after:2023")
        self.add_item(
            ui.Label(text=label, description=truncate(hint, FIELD_HINT), component=self.query)
        )

    async def on_submit(self, native: discord.Interaction[Any], /) -> None:
        """Search for what is in the form now."""

        async def listener(interaction: Interaction) -> None:
            request = Request(Verb.SEARCH, decode_markdown(self.query.value), size=PAGE)
            replying = interaction.backend.intake.ask(request, interaction.asker)
            await send_reply(interaction, replying)

        await run_listener(native, listener)


class QuoteForm(ui.Modal):
    """An open form with the words of a quote or of a passage."""

    def __init__(self, form: WordsForm) -> None:
        super().__init__(title=form.title, timeout=_OPEN_SECONDS)
        self._form = form
        self.words: ui.TextInput[Any] = ui.TextInput(
            style=discord.TextStyle.paragraph, default=form.text, max_length=MAX_TYPED
        )
        label, hint = truncate(form.label, FIELD_LABEL), truncate(form.hint, FIELD_HINT)
        self.add_item(ui.Label(text=label, description=hint, component=self.words))

    async def on_submit(self, native: discord.Interaction[Any], /) -> None:
        """Use what was typed."""

        async def listener(interaction: Interaction) -> None:
            await send_reply(interaction, _use(interaction, self._form, self.words.value))

        await run_listener(native, listener)


async def open_change_form(interaction: Interaction, request: Request) -> None:
    """Open the form for a search, with what was typed."""
    await _open(interaction, SearchForm(request.text))


async def open_words_form(interaction: Interaction, request: Request, kind: ButtonKind) -> None:
    """Open the form for the words of a candidate or of a passage, or say why not."""
    if kind is ButtonKind.EDIT:
        obstacle = obstacle_of(interaction.native)
        form = await edit_form(interaction.backend.weekly, request, obstacle)
    elif interaction.native.guild_id is None:
        told = gettext("Quotes are chosen for the channels of servers. Nominate one there.")
        form = Reply(told)
    else:
        library = interaction.backend.intake.library
        form = await asyncio.to_thread(open_nomination, library, request)
    if isinstance(form, Reply):
        await reply_privately(interaction, form)
    else:
        await _open(interaction, QuoteForm(form))


async def nominate_message(native: BotInteraction, said: discord.Message) -> None:
    """Nominate what the podcast says about a message."""

    async def listener(interaction: Interaction) -> None:
        request = Request(Verb.FIND, text_of_message(said))
        found = await interaction.backend.intake.ask(request, interaction.asker)
        passage = choose_passage(found)
        if isinstance(passage, Reply):
            await reply_privately(interaction, passage)
        else:
            await open_words_form(interaction, passage, ButtonKind.NOMINATE)

    await run_listener(native, listener)


async def _open(interaction: Interaction, form: ui.Modal) -> None:
    show = partial(interaction.native.response.send_modal, form)
    await send_first_response(interaction, show, Stage.ANSWERED)


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
    return Reply(chosen.problem, (gettext("You wrote: {words}", words=typed),))
