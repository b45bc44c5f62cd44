"""The form in which people change a search that found nothing.

Discord's commands have options for everything else, so it has a single field.
"""

from functools import partial
from typing import Any

import discord
from discord import ui

from bot.answers.requests import Request, Verb
from bot.search.query import MAX_CHARACTERS
from handlers.discord.errors import run_listener
from handlers.discord.interaction import Interaction, Stage, send_first_response, send_reply
from handlers.discord.render.markdown import decode_markdown
from handlers.discord.render.messages import PAGE

# As long as the buttons of an answer nobody comes back to.
_OPEN_SECONDS = 30 * 60.0
_HINT = "Filters may follow the words: guest:maria season:2 after:2023"


class ChangeForm(ui.Modal):
    """An open form with a query."""

    def __init__(self, typed: str) -> None:
        super().__init__(title="Change Search", timeout=_OPEN_SECONDS)
        self.query: ui.TextInput[Any] = ui.TextInput(
            default=typed, max_length=max(MAX_CHARACTERS, len(typed))
        )
        self.add_item(ui.Label(text="Search for", description=_HINT, component=self.query))

    async def on_submit(self, native: discord.Interaction[Any], /) -> None:
        """Search for what is in the form now."""

        async def listener(interaction: Interaction) -> None:
            request = Request(Verb.SEARCH, decode_markdown(self.query.value), size=PAGE)
            replying = interaction.backend.intake.ask(request, interaction.asker)
            await send_reply(interaction, replying)

        await run_listener(native, listener)


async def open_change_form(interaction: Interaction, request: Request) -> None:
    """Open the form with what was typed."""
    show = partial(interaction.native.response.send_modal, ChangeForm(request.text))
    await send_first_response(interaction, show, Stage.ANSWERED)
