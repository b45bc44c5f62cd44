"""The forms: to change a search, to change the words of a quote, and to nominate a passage.

Discord opens a form only as the first response to a press or a command, and shows no errors in it.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.answers.help import out_of_date
from bot.answers.replies import Button, ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.answers.several import episode_names
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
from handlers.discord.render.custom_ids import (
    ButtonIds,
    CustomId,
    parse_custom_id,
    read_id,
    with_slug,
)
from handlers.discord.render.limits import FIELD_HINT, FIELD_LABEL
from handlers.discord.render.markdown import decode_markdown
from handlers.discord.render.messages import PAGE, stop_listening

# How Discord calls the fields of a form.
_TEXT_INPUT = 4
_FORMS = frozenset({ButtonKind.FORM, ButtonKind.EDIT, ButtonKind.NOMINATE})


class SearchForm(ui.Modal):
    """A form with a query; the commands have options for everything else."""

    def __init__(self, custom_id: str, typed: str) -> None:
        super().__init__(title=gettext("Change Search"), custom_id=custom_id)
        self.query: ui.TextInput[Any] = ui.TextInput(
            default=typed, max_length=max(MAX_CHARACTERS, len(typed))
        )
        label = truncate(gettext("Search for"), FIELD_LABEL)
        hint = gettext("Filters may follow the words: guest:maria season:2 after:2023")
        self.add_item(
            ui.Label(text=label, description=truncate(hint, FIELD_HINT), component=self.query)
        )


class QuoteForm(ui.Modal):
    """A form with the words of a quote or of a passage."""

    def __init__(self, custom_id: str, form: WordsForm) -> None:
        super().__init__(title=form.title, custom_id=custom_id)
        self.words: ui.TextInput[Any] = ui.TextInput(
            style=discord.TextStyle.paragraph, default=form.text, max_length=MAX_TYPED
        )
        label, hint = truncate(form.label, FIELD_LABEL), truncate(form.hint, FIELD_HINT)
        self.add_item(ui.Label(text=label, description=hint, component=self.words))


async def submit_form(native: BotInteraction) -> None:
    """Use what was typed into a form, which any process may have opened."""
    await run_listener(native, _submit)


async def _submit(interaction: Interaction) -> None:
    data: Any = interaction.native.data or {}
    pressed = parse_custom_id(str(data.get("custom_id", "")))
    typed = next(_typed_into(data.get("components") or ()), "")
    backend = interaction.backend
    if pressed is None or pressed.kind not in _FORMS:
        await reply_privately(interaction, out_of_date())
    elif pressed.kind is ButtonKind.FORM:
        opened = await read_id(pressed, backend.keeper) or Request(Verb.SEARCH)
        request = replace(opened, text=decode_markdown(typed), size=PAGE)
        await send_reply(interaction, backend.intake.ask(request, interaction.asker))
    else:
        await send_reply(interaction, _use(interaction, pressed, typed))


def _typed_into(components: Iterable[Any]) -> Iterator[str]:
    """Yield what was typed into the fields of a form, which Discord nests in labels."""
    for each in components:
        if each.get("type") == _TEXT_INPUT:
            yield str(each.get("value") or "")
        yield from _typed_into([each["component"]] if "component" in each else ())


async def open_change_form(interaction: Interaction, request: Request) -> None:
    """Open the form for a search, with what was typed; it is for the same podcasts."""
    build = partial(SearchForm, typed=request.text)
    opened = Request(Verb.SEARCH, podcasts=request.podcasts)
    await _open(interaction, ButtonKind.FORM, opened, build)


async def open_words_form(interaction: Interaction, request: Request, kind: ButtonKind) -> None:
    """Open the form for the words of a candidate or of a passage, or say why not."""
    if kind is ButtonKind.EDIT:
        obstacle = obstacle_of(interaction.native)
        form = await edit_form(interaction.backend.weekly, request, obstacle)
    elif interaction.native.guild_id is None:
        told = gettext("Quotes are chosen for the channels of servers. Nominate one there.")
        form = Reply(told)
    else:
        libraries = await interaction.backend.intake.libraries_for(interaction.asker, request)
        form = await asyncio.to_thread(open_nomination, libraries, request)
    if isinstance(form, Reply):
        await reply_privately(interaction, form)
    else:
        await _open(interaction, form.kind, form.request, partial(QuoteForm, form=form))


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


async def _open(
    interaction: Interaction, kind: ButtonKind, request: Request, build: Callable[[str], ui.Modal]
) -> None:
    """Open a form by an id that says what it is for, as those of buttons do."""
    ids = ButtonIds(interaction.native.user.id)
    form = build(ids.name(Button(kind, "", request)))
    if ids.kept:
        await interaction.backend.keeper.keep(ids.kept)
    stop_listening(form)
    show = partial(interaction.native.response.send_modal, form)
    await send_first_response(interaction, show, Stage.ANSWERED)


async def _use(interaction: Interaction, pressed: CustomId, typed: str) -> Reply:
    """Use the words in a form."""
    native, backend = interaction.native, interaction.backend
    request = await read_request_of(interaction, pressed)
    if request is None:
        return out_of_date()
    if pressed.kind is ButtonKind.EDIT:
        person, obstacle = str(native.user.id), obstacle_of(native)
        used = await save_edit(backend.weekly, request, typed, person, obstacle)
    else:
        asker, where = interaction.asker, str(native.channel_id)
        libraries = await backend.intake.libraries_for(asker, request)
        used = await nominate(backend.weekly, libraries, request, typed, asker, where)
    return _explain(used, typed) if isinstance(used, ChosenWords) else used


async def read_request_of(interaction: Interaction, pressed: CustomId) -> Request | None:
    """Find the request of a button or of a form; None if it is out of date."""
    backend = interaction.backend
    found = await read_id(pressed, backend.keeper)
    if found and found.episode and not pressed.is_kept:
        libraries = await backend.intake.libraries_for(interaction.asker, found)
        found = with_slug(found, episode_names(libraries))
    return found and replace(found, size=PAGE)


def _explain(chosen: ChosenWords, typed: str) -> Reply:
    """Say what is wrong, and give back what was typed, as the form is closed."""
    return Reply(chosen.problem, (gettext("You wrote: {words}", words=typed),))
