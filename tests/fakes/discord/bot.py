"""A small bot of discord.py's that does to Discord all that the real one may do."""

import asyncio
import io
import threading
from collections.abc import Coroutine
from queue import SimpleQueue
from typing import Any

import discord
from discord import app_commands, ui

from tests.fakes.discord.server import DiscordServer
from tests.fakes.serving import PATIENCE_SECONDS

Asked = discord.Interaction[Any]


class Pager(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"page:(?P<page>\d+)"):
    """A button that says by its id what it does, so that it outlives its bot."""

    def __init__(self, page: int) -> None:
        super().__init__(ui.Button(label=f"Page {page}", custom_id=f"page:{page}"))
        self.page = page

    @classmethod
    async def from_custom_id(cls, _: Asked, __: ui.Item[Any], match: Any, /) -> "Pager":
        return cls(int(match["page"]))

    async def callback(self, asked: Asked) -> None:
        await asked.response.edit_message(view=page(self.page))


def page(number: int) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    link: ui.Button[Any] = ui.Button(label="▶ 12:54", url=f"https://youtu.be/x?t={number}")
    section = ui.Section(ui.TextDisplay(f"Hit of page {number}"), accessory=link)
    view.add_item(ui.Container(section, ui.Separator(), ui.ActionRow(Pager(number + 1))))
    return view


class Form(ui.Modal, title="Search"):
    """A form with one field."""

    words: ui.Label[Any] = ui.Label(
        text="Words", component=ui.TextInput(custom_id="words", max_length=20)
    )

    async def on_submit(self, asked: Asked) -> None:
        field = self.words.component
        assert isinstance(field, ui.TextInput)
        await asked.response.send_message(f"Searched {field.value}", ephemeral=True)


class Bot(discord.Client):
    """Everything that the real bot will do to Discord, in little."""

    def __init__(self, intents: discord.Intents) -> None:
        none = discord.AllowedMentions.none()
        super().__init__(intents=intents, allowed_mentions=none, guild_ready_timeout=0.05)
        self.tree = app_commands.CommandTree(self)
        self.errors: SimpleQueue[Any] = SimpleQueue()
        self.go_on = threading.Event()
        self.tree.error(self.remember)
        for each in (Podcast(), find, config):
            self.tree.add_command(each)

    async def remember(self, _: Asked, error: app_commands.AppCommandError) -> None:
        self.errors.put(error.__cause__ or error)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Pager)
        await self.tree.sync()

    async def before_identify_hook(self, *_: Any, **__: Any) -> None:
        """Identify at once: the library waits five seconds between two."""


class Podcast(app_commands.Group, name="podcast", description="Ask the podcast"):
    """Commands that answer in every way that there is."""

    def __init__(self) -> None:
        super().__init__(
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
        )

    @app_commands.command(description="Search")
    async def search(
        self, asked: Asked, query: app_commands.Range[str, 2, 50], guest: str = ""
    ) -> None:
        await asked.response.send_message(view=page(0), ephemeral=not guest)

    @search.autocomplete("guest")
    async def guests(self, _: Asked, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed} Lovelace", value="ada")]

    @app_commands.command(description="Think first")
    async def slow(self, asked: Asked) -> None:
        await asked.response.defer(ephemeral=True)
        await asyncio.to_thread(asked.client.go_on.wait)
        await asked.edit_original_response(content="Done")
        await asked.followup.send("More", ephemeral=True)

    @app_commands.command(description="Think too long")
    async def late(self, asked: Asked) -> None:
        await asyncio.to_thread(asked.client.go_on.wait)
        await asked.response.send_message("Too late")

    @app_commands.command(description="Answer twice")
    async def twice(self, asked: Asked) -> None:
        await asked.response.send_message("Once")
        asked.response._response_type = None
        await asked.response.send_message("Twice")

    @app_commands.command(description="Send a chart")
    async def chart(self, asked: Asked) -> None:
        chart = discord.File(io.BytesIO(b"<svg/>"), "chart.svg", description="A chart")
        await asked.response.send_message("Mentions", file=chart)

    @app_commands.command(description="Open a form")
    async def form(self, asked: Asked) -> None:
        await asked.response.send_modal(Form())

    @app_commands.command(description="Say much")
    async def much(self, asked: Asked, count: int) -> None:
        await asked.response.send_message("1")
        for number in range(count):
            await asked.followup.send(str(number + 2))

    @app_commands.command(description="Take everything back")
    async def tidy(self, asked: Asked) -> None:
        await asked.response.send_message("1")
        await asked.original_response()
        more = await asked.followup.send("2", wait=True)
        await (await asked.followup.fetch_message(more.id)).edit(content="3")
        await more.delete()
        await asked.delete_original_response()


@app_commands.context_menu(name="Find in podcast")
async def find(asked: Asked, message: discord.Message) -> None:
    await asked.response.send_message(f"Found {message.content}", ephemeral=True)


@app_commands.command(description="Only here")
@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
async def config(asked: Asked, channel: discord.TextChannel) -> None:
    await asked.response.send_message(f"Set to {channel.name}", ephemeral=True)


class Running:
    """A bot in a thread with a loop of its own."""

    def __init__(self, server: DiscordServer, intents: int = 1, token: str = "") -> None:
        self._token = token or server.token
        self._intents = discord.Intents._from_value(intents)
        self._made = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._loop: asyncio.AbstractEventLoop
        self.ended: Exception | None = None
        self.bot: Bot
        self._thread.start()
        assert self._made.wait(PATIENCE_SECONDS)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except (discord.DiscordException, OSError) as error:
            self.ended = error

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.bot = Bot(self._intents)
        self._made.set()
        async with self.bot:
            await self.bot.start(self._token)

    def do(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Let the bot do something, and give its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE_SECONDS)

    def next_error(self) -> Any:
        """Give what Discord refused the bot."""
        return self.bot.errors.get(timeout=PATIENCE_SECONDS)

    def wait_for_end(self) -> Exception | None:
        """Give what the bot ends with by itself."""
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()
        return self.ended

    def stop(self) -> None:
        """End the bot as its process would."""
        self.bot.go_on.set()
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self.bot.close(), self._loop)
        self.wait_for_end()
