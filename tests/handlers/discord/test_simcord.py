"""The app on simcord, a Discord that others have written: permissions, days and new processes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.library.library import Library
from bot.service.request_queue import RequestQueue
from bot.service.saved_requests import BatchedRequestStore
from bot.service.sharing import Shares
from bot.store.database import Database, open_database
from bot.store.feedback import Store
from handlers.discord.client import build_client
from handlers.discord.interaction import Backend, Client
from handlers.discord.render.charts import ChartRenderer
from handlers.in_flight import InFlight
from tests.apps.discord import ports_on
from tests.fakes.discord.message_rules import SELECT, buttons_of, parts_of, shown_text

# Longer than the id of a button, so that its request is kept.
LONG = "registry " + " ".join(f"unusual{number}" for number in range(15))
_NAMES = ("ann", "bob")
DAY = 24 * 60 * 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server with the app in it, and two members in a channel."""

    env: simcord.Env
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    ann: simcord.MemberActor
    bob: simcord.MemberActor
    anew: Callable[[], Awaitable[None]]

    async def search(self, query: str = "registry", **options: Any) -> simcord.ResponseMessage:
        """Search as Ann."""
        return seen(await self.ann.slash(self.channel, "podcast search", query=query, **options))


Story = Callable[[Server], Awaitable[None]]
Play = Callable[[Story], None]


@pytest.fixture
def play(library: Library, tmp_path: Path) -> Play:
    """Play a story in a server."""
    address = f"sqlite:///{tmp_path / 'airquote.db'}"

    def run(story: Story) -> None:
        async def tell() -> None:
            async with open_database(address) as database, serving(library, database) as server:
                await story(server)

        asyncio.run(tell())

    return run


@asynccontextmanager
async def serving(library: Library, database: Database) -> AsyncIterator[Server]:
    """Let the app into a server."""
    store, weekly = Store(database, 0), ports_on(database, library)

    def client() -> Client:
        intake = RequestQueue(library, store)
        desk = Backend(
            intake,
            BatchedRequestStore(store),
            Shares(intake.claims),
            InFlight(),
            weekly,
            ChartRenderer(),
        )
        return build_client(desk)

    first = client()
    async with simcord.run(first) as env:
        await first.tree.sync()
        guild = env.create_guild()
        # In Discord, everybody may; and simcord does not say who has let an app in.
        allowed = discord.Permissions(use_external_apps=True)
        friends = [guild.create_role("friends", permissions=allowed)]
        ann, bob = (guild.add_member(env.create_user(name), roles=friends) for name in _NAMES)
        channel = guild.create_text_channel("podcasts")
        yield Server(env, guild, channel, ann, bob, lambda: env.restart_bot(client()))


def seen(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """Give the message that answers."""
    assert result.response
    return result.response


def text_of(message: simcord.ResponseMessage) -> str:
    return shown_text({"content": message.content, "components": message.components})


def links(message: simcord.ResponseMessage) -> list[str]:
    buttons = buttons_of({"components": message.components})
    return [button["url"] for button in buttons if button.get("url")]


async def share(server: Server, message: simcord.ResponseMessage) -> simcord.ResponseMessage:
    """Choose from the menu to share the first passage, and give the post."""
    menus = [part for part in parts_of(message.components) if part["type"] == SELECT]
    (value,) = (o["value"] for o in menus[0]["options"] if o["label"] == "1. Share")
    result = await server.ann.select(message, [value], custom_id=menus[0]["custom_id"])
    (post,) = result.followups
    return post


def test_members_have_all_commands_and_who_may_not_use_apps_has_none(play: Play) -> None:
    async def story(server: Server) -> None:
        denied = discord.PermissionOverwrite(use_application_commands=False)
        quiet = server.guild.create_text_channel("quiet", overwrites={server.bob: denied})
        asked = {"search", "quote", "episode", "episodes", "mentions", "about", "help"}
        commands = asked | {"follow", "follows", "unfollow", "forget-me"}

        assert {*server.ann.available_commands(quiet)} == {f"podcast {each}" for each in commands}
        assert server.bob.available_commands(quiet) == ()

    play(story)


@pytest.mark.parametrize("forbidden", ["send_messages", "embed_links", "attach_files"])
def test_an_answer_needs_no_permission_of_the_app(play: Play, forbidden: str) -> None:
    async def story(server: Server) -> None:
        me = server.guild.me
        assert me
        denied = discord.PermissionOverwrite(**{forbidden: False})
        quiet = server.guild.create_text_channel("quiet", overwrites={me: denied})
        found = seen(await server.ann.slash(quiet, "podcast search", query="registry"))
        shared = await share(server, found)

        assert links(found)
        assert not shared.ephemeral
        assert links(found)[0] in shared.content

    play(story)


def test_a_message_is_looked_up_from_its_menu(play: Play) -> None:
    async def story(server: Server) -> None:
        said = await server.bob.send(server.channel, "Who has a model registry?")
        found = seen(await server.ann.context_menu(server.channel, "Find in podcast", said))

        assert found.ephemeral
        assert links(found)

    play(story)


def test_episodes_that_are_suggested_can_be_chosen(play: Play) -> None:
    async def story(server: Server) -> None:
        (choice,) = await server.ann.autocomplete(
            server.channel, "podcast search", "episode", "people actually use", query="registry"
        )
        found = await server.search(episode=choice["value"])

        title = "A Model Registry People Actually Use"

        assert title in choice["name"]
        assert title in text_of(found)
        assert links(found)

    play(story)


def test_what_all_see_is_short_and_everybody_may_ask_for_the_rest(play: Play) -> None:
    async def story(server: Server) -> None:
        found = await server.search(visible=True)
        told = seen(await server.bob.click(found, label="All Passages"))

        assert told.ephemeral
        assert not found.ephemeral
        assert links(told)[0] == links(found)[0]
        assert len(links(told)) > len(links(found))

    play(story)


@pytest.mark.parametrize("query", ["registry", LONG])
def test_buttons_work_on_the_next_day_and_in_another_process(play: Play, query: str) -> None:
    async def story(server: Server) -> None:
        found = await server.search(query)
        before = links(found)
        await server.env.advance_time(DAY)
        turned = links(seen(await server.ann.click(found, label="Next")))
        await server.anew()
        back = seen(await server.ann.click(found, label="Previous"))
        shared = await share(server, found)

        assert turned != before
        assert links(back) == before
        assert before[0] in shared.content

    play(story)
