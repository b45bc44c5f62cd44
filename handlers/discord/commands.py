"""The slash commands and the message command: parse, ask, answer."""

from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import discord
from discord import app_commands

from bot.answers.requests import Request, Verb
from bot.answers.suggestions import compose_query, episode_value
from bot.models import Order
from bot.posting.follow_commands import MOST_CHARACTERS
from bot.search.query import MAX_CHARACTERS
from bot.translations import gettext_noop
from bot.weekly.home import gather_home
from handlers.discord.autocomplete import (
    autocomplete_episodes,
    autocomplete_guests,
    autocomplete_seasons,
    autocomplete_speakers,
)
from handlers.discord.channel_commands import (
    AdminCommands,
    autocomplete_follows,
    follow,
    tell_about,
)
from handlers.discord.command_names import FIND_IN_PODCAST, NOMINATE_QUOTE
from handlers.discord.errors import handle_command_error, run_listener
from handlers.discord.forms import nominate_message
from handlers.discord.interaction import (
    BotInteraction,
    Interaction,
    await_in_time,
    reply_privately,
    save_requests,
    send,
    send_reply,
    show_thinking,
)
from handlers.discord.permissions import may_manage
from handlers.discord.reading import read_option, text_of_message
from handlers.discord.render.home import render_help
from handlers.discord.render.messages import PAGE

_VISIBLE = gettext_noop("Show the answer to everybody here, not only to you.")
_EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_FOR_ALL = app_commands.AppInstallationType(guild=True, user=True)

# Discord enforces the limits on what members type.
_Words: TypeAlias = app_commands.Range[str, 1, MAX_CHARACTERS]
_Followed: TypeAlias = app_commands.Range[str, 1, MOST_CHARACTERS]
_Date: TypeAlias = app_commands.Range[str, 4, 10]
_ORDER_NAMES = {
    Order.NEWEST: gettext_noop("Newest first"),
    Order.OLDEST: gettext_noop("Oldest first"),
}
_ORDERS = [app_commands.Choice(name=name, value=order) for order, name in _ORDER_NAMES.items()]


class Tree(app_commands.CommandTree[Any]):
    """The commands; using one that this version does not have is answered too."""

    async def on_error(
        self, native: BotInteraction, error: app_commands.AppCommandError, /
    ) -> None:
        """Answer a command that could not be run."""
        await handle_command_error(native, error)


def build_tree(client: discord.Client, *, has_several: bool = False) -> Tree:
    """Build all commands for a client; with a single podcast, there is none to choose."""
    tree = Tree(client, allowed_contexts=_EVERYWHERE, allowed_installs=_FOR_ALL)
    tree.add_command(PodcastCommands())
    tree.add_command(AdminCommands(has_several=has_several))
    tree.add_command(app_commands.ContextMenu(name=FIND_IN_PODCAST, callback=find_in_podcast))
    tree.add_command(app_commands.ContextMenu(name=NOMINATE_QUOTE, callback=nominate_message))
    return tree


async def find_in_podcast(native: BotInteraction, said: discord.Message) -> None:
    """Find passages about what a message says."""
    await _ask(native, Request(Verb.FIND, text_of_message(said)))


class PodcastCommands(
    app_commands.Group,
    name="podcast",
    description=gettext_noop("Ask what was said in the podcast."),
):
    """The commands behind /podcast."""

    @app_commands.command(
        description=gettext_noop("Find passages, each with a link to the moment it is said.")
    )
    @app_commands.describe(
        query=gettext_noop("The words you remember."),
        guest=gettext_noop("Only episodes with this guest."),
        episode=gettext_noop("Only this episode: its number, or words from its title."),
        season=gettext_noop("Only this season."),
        speaker=gettext_noop("Only what this person says, guest or host."),
        after=gettext_noop("Only episodes from this date on: 2023, 2023-06 or 2023-06-30."),
        before=gettext_noop("Only episodes before this date: 2023, 2023-06 or 2023-06-30."),
        sort=gettext_noop("The order; the best come first if you leave it out."),
        exact=gettext_noop("Find exactly these words, in this order."),
        visible=_VISIBLE,
    )
    @app_commands.autocomplete(guest=autocomplete_guests, episode=autocomplete_episodes)
    @app_commands.autocomplete(season=autocomplete_seasons)
    @app_commands.autocomplete(speaker=autocomplete_speakers)
    @app_commands.choices(sort=_ORDERS)
    async def search(
        self,
        native: BotInteraction,
        query: _Words,
        guest: str = "",
        episode: str = "",
        season: int | None = None,
        speaker: str = "",
        after: _Date = "",
        before: _Date = "",
        sort: app_commands.Choice[str] | None = None,
        exact: bool = False,
        visible: bool = False,
    ) -> None:
        """Search for passages."""
        words, guest, episode, speaker, after, before = (
            read_option(native, typed) for typed in (query, guest, episode, speaker, after, before)
        )
        chosen = await _find_episode(native, episode, season)
        typed = compose_query(
            words,
            guest,
            chosen,
            "" if season is None else str(season),
            exact=exact,
            speaker=speaker,
            after=after,
            before=before,
            sort=sort.value if sort else "",
        )
        await _ask(native, Request(Verb.SEARCH, typed), visible=visible)

    @app_commands.command(description=gettext_noop("Get a sentence worth repeating."))
    @app_commands.describe(words=gettext_noop("What it should be about."), visible=_VISIBLE)
    async def quote(
        self, native: BotInteraction, words: _Words = "", visible: bool = False
    ) -> None:
        """Show a quote."""
        await _ask(native, Request(Verb.QUOTE, read_option(native, words)), visible=visible)

    @app_commands.command(
        description=gettext_noop("Show an episode with its guests, link and chapters.")
    )
    @app_commands.describe(
        words=gettext_noop("Its number, words from its title, or a guest."), visible=_VISIBLE
    )
    @app_commands.autocomplete(words=autocomplete_episodes)
    async def episode(self, native: BotInteraction, words: _Words, visible: bool = False) -> None:
        """Show an episode."""
        request = Request(Verb.EPISODE, read_option(native, words))
        await _ask(native, request, visible=visible)

    @app_commands.command(description=gettext_noop("List the episodes."))
    @app_commands.describe(words=gettext_noop("Words from titles, or a guest."), visible=_VISIBLE)
    async def episodes(
        self, native: BotInteraction, words: _Words = "", visible: bool = False
    ) -> None:
        """List episodes."""
        request = Request(Verb.EPISODES, read_option(native, words))
        await _ask(native, request, visible=visible)

    @app_commands.command(
        description=gettext_noop("Count how often something is said, season by season.")
    )
    @app_commands.describe(
        terms=gettext_noop("A term, or several: llm vs mlops."), visible=_VISIBLE
    )
    async def mentions(self, native: BotInteraction, terms: _Words, visible: bool = False) -> None:
        """Count mentions."""
        request = Request(Verb.MENTIONS, read_option(native, terms))
        await _ask(native, request, visible=visible)

    @app_commands.command(
        description=gettext_noop("Show which version is running, and on which data.")
    )
    async def about(self, native: BotInteraction) -> None:
        """Describe the running version."""
        await run_listener(native, tell_about)

    @app_commands.command(
        description=gettext_noop("Get a message when a new episode talks about something.")
    )
    @app_commands.describe(query=gettext_noop("What to look for in new episodes."))
    async def follow(self, native: BotInteraction, query: _Followed) -> None:
        """Follow something."""
        await follow(native, Request(Verb.FOLLOW, read_option(native, query)))

    @app_commands.command(description=gettext_noop("List what you follow."))
    async def follows(self, native: BotInteraction) -> None:
        """List what the member follows."""
        await follow(native, Request(Verb.FOLLOWS))

    @app_commands.command(description=gettext_noop("Stop following something."))
    @app_commands.describe(query=gettext_noop("What to stop following, or “all”."))
    @app_commands.autocomplete(query=autocomplete_follows)
    async def unfollow(self, native: BotInteraction, query: _Followed) -> None:
        """Stop following something."""
        await follow(native, Request(Verb.UNFOLLOW, read_option(native, query)))

    @app_commands.command(
        name="forget-me", description=gettext_noop("Delete what I have stored about you.")
    )
    async def forget_me(self, native: BotInteraction) -> None:
        """Forget the member, once they have confirmed it."""
        await follow(native, Request(Verb.FORGET_ME))

    @app_commands.command(description=gettext_noop("Show how to ask."))
    async def help(self, native: BotInteraction) -> None:
        """Show the start page."""
        await run_listener(native, _help)


async def _help(interaction: Interaction) -> None:
    native, backend, asker = interaction.native, interaction.backend, interaction.asker
    reply = await backend.intake.ask(Request(Verb.HELP, size=PAGE), asker)
    if not reply.buttons:  # there is nothing to search, or too much is asked
        await reply_privately(interaction, reply)
        return
    is_admin = native.guild_id is not None and may_manage(native)
    libraries = await backend.intake.libraries_for(asker)
    gathering = gather_home(backend.weekly, libraries, asker, is_admin=is_admin)
    home = await await_in_time(gathering, partial(show_thinking, interaction, private=True))
    data: Any = native.data or {}
    message = render_help(home, native.user.id, str(data.get("id", "")))
    await save_requests(backend.keeper, message)
    await send(interaction, message)


async def _find_episode(native: BotInteraction, typed: str, season: int | None) -> str:
    """Return the filter value for an episode that was typed, in whichever podcast here has it."""
    if not typed:
        return typed
    asker = Interaction(native).asker
    libraries = await native.client.backend.intake.libraries_for(asker)
    found = (episode_value(each, typed, season) for each in libraries)
    return next((each for each in found if each != typed), typed)


async def _ask(native: BotInteraction, request: Request, *, visible: bool = False) -> None:
    async def listener(interaction: Interaction) -> None:
        sized = replace(request, size=PAGE)
        backend = interaction.backend
        public = backend.languages.of_everybody(native) if visible else ""
        replying = backend.intake.ask(sized, interaction.asker, public)
        await send_reply(interaction, replying, private=not visible)

    await run_listener(native, listener)
