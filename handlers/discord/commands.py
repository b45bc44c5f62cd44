"""What can be typed and chosen from a message's menu: parse, ask, answer there."""

from dataclasses import replace
from typing import Any, TypeAlias

import discord
from discord import app_commands

from bot.answers.requests import Request, Verb
from bot.answers.suggestions import compose_query, episode_value
from bot.following import MOST_CHARACTERS
from bot.search.query import MAX_CHARACTERS
from handlers.discord.calls import Asked, Call, answer
from handlers.discord.components import PAGE
from handlers.discord.errors import attend, explain_failure
from handlers.discord.following import SWITCH, announce, follow, offer_follows
from handlers.discord.offers import offer_episodes, offer_guests, offer_seasons
from handlers.discord.text import decode
from handlers.discord.weekly import Weekly, tell_about

_VISIBLE = "Answer for everybody here; otherwise, only you see it."
_EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_FOR_ALL = app_commands.AppInstallationType(guild=True, user=True)

# Discord lets nobody type more than can be searched for.
_Words: TypeAlias = app_commands.Range[str, 1, MAX_CHARACTERS]
_Followed: TypeAlias = app_commands.Range[str, 1, MOST_CHARACTERS]


class Tree(app_commands.CommandTree[Any]):
    """All commands; who calls one that this version does not have is told so."""

    async def on_error(self, asked: Asked, error: app_commands.AppCommandError, /) -> None:
        """Answer a command that could not be begun."""
        await explain_failure(asked, error)


def build_tree(client: discord.Client) -> Tree:
    """Give a client its commands."""
    tree = Tree(client, allowed_contexts=_EVERYWHERE, allowed_installs=_FOR_ALL)
    podcast = Podcast()
    podcast.add_command(Weekly())
    tree.add_command(podcast)
    tree.add_command(app_commands.ContextMenu(name="Find in podcast", callback=find_in_podcast))
    return tree


async def find_in_podcast(asked: Asked, said: discord.Message) -> None:
    """Answer what a message is about."""
    await _ask(asked, Request(Verb.FIND, decode(said.content)))


class Podcast(app_commands.Group, name="podcast", description="Ask what was said in the podcast."):
    """The commands behind /podcast."""

    @app_commands.command(description="Find the passages that say it, each with its second.")
    @app_commands.describe(
        query="What you remember of it.",
        guest="Only what is said with this guest.",
        episode="Only in this episode: its number, or words of its title.",
        season="Only in this season.",
        exact="Look for just these words, in this order.",
        visible=_VISIBLE,
    )
    @app_commands.autocomplete(guest=offer_guests, episode=offer_episodes)
    @app_commands.autocomplete(season=offer_seasons)
    async def search(
        self,
        asked: Asked,
        query: _Words,
        guest: str = "",
        episode: str = "",
        season: int | None = None,
        exact: bool = False,
        visible: bool = False,
    ) -> None:
        """Answer with passages."""
        of_season = "" if season is None else str(season)
        chosen = episode_value(asked.client.desk.intake.library, episode, season)
        typed = compose_query(query, guest, chosen, of_season, exact=exact)
        await _ask(asked, Request(Verb.SEARCH, typed), visible=visible)

    @app_commands.command(description="A sentence worth repeating.")
    @app_commands.describe(words="What it is about.", visible=_VISIBLE)
    async def quote(self, asked: Asked, words: _Words = "", visible: bool = False) -> None:
        """Answer with a quote."""
        await _ask(asked, Request(Verb.QUOTE, words), visible=visible)

    @app_commands.command(description="An episode with its guests, link and chapters.")
    @app_commands.describe(words="Its number, words of its title, or a guest.", visible=_VISIBLE)
    @app_commands.autocomplete(words=offer_episodes)
    async def episode(self, asked: Asked, words: _Words, visible: bool = False) -> None:
        """Answer with an episode."""
        await _ask(asked, Request(Verb.EPISODE, words), visible=visible)

    @app_commands.command(description="The list of episodes.")
    @app_commands.describe(words="Words of titles, or a guest.", visible=_VISIBLE)
    async def episodes(self, asked: Asked, words: _Words = "", visible: bool = False) -> None:
        """Answer with episodes."""
        await _ask(asked, Request(Verb.EPISODES, words), visible=visible)

    @app_commands.command(description="How often something is said, season by season.")
    @app_commands.describe(terms="A term, or several: llm vs mlops.", visible=_VISIBLE)
    async def mentions(self, asked: Asked, terms: _Words, visible: bool = False) -> None:
        """Answer with counts."""
        await _ask(asked, Request(Verb.MENTIONS, terms), visible=visible)

    @app_commands.command(description="Which version answers, from which data.")
    async def about(self, asked: Asked) -> None:
        """Answer with what runs."""
        await attend(asked, tell_about)

    @app_commands.command(description="Get a message when a new episode speaks of it.")
    @app_commands.describe(query="What to look for in new episodes.")
    async def follow(self, asked: Asked, query: _Followed) -> None:
        """Begin to follow something."""
        await follow(asked, Request(Verb.FOLLOW, decode(query)))

    @app_commands.command(description="What you follow.")
    async def follows(self, asked: Asked) -> None:
        """List what is followed."""
        await follow(asked, Request(Verb.FOLLOWS))

    @app_commands.command(description="Follow something no more.")
    @app_commands.describe(query="What you follow; all ends everything.")
    @app_commands.autocomplete(query=offer_follows)
    async def unfollow(self, asked: Asked, query: _Followed) -> None:
        """End to follow something."""
        await follow(asked, Request(Verb.UNFOLLOW, decode(query)))

    @app_commands.command(description="Post each new episode here, or no more.")
    @app_commands.describe(switch="On or off; without it, I tell you how it stands.")
    @app_commands.choices(switch=SWITCH)
    async def announce(self, asked: Asked, switch: app_commands.Choice[str] | None = None) -> None:
        """Switch announcements of new episodes on or off."""
        await announce(asked, switch.value if switch else "")

    @app_commands.command(description="How to ask.")
    async def help(self, asked: Asked) -> None:
        """Answer with the commands."""
        await _ask(asked, Request(Verb.HELP))


async def _ask(asked: Asked, request: Request, *, visible: bool = False) -> None:
    async def listener(call: Call) -> None:
        sized = replace(request, size=PAGE)
        replying = call.desk.intake.ask(sized, call.asker)
        await answer(call, replying, private=not visible)

    await attend(asked, listener)
