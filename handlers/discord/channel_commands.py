"""Commands for channels and followers: the weekly quote, following, announcements."""

import logging
from dataclasses import replace
from typing import Any, TypeAlias

import discord
from discord import app_commands

from bot.answers.replies import Reply
from bot.answers.requests import FOLLOWING, Request, Verb
from bot.errors import StoreError
from bot.posting.announcements import answer_announce
from bot.posting.places import Channel, ChannelMember, Requester, person_at
from bot.posting.serving import answer_use
from bot.search.query import MAX_CHARACTERS
from bot.translations import gettext, gettext_noop
from bot.weekly.commands import answer_weekly
from bot.weekly.home import status_channel, tell_status_in
from bot.weekly.slots import MOST_APPROVALS, WEEKDAYS
from bot.weekly.status import add_deliveries_of
from handlers.discord.autocomplete import autocomplete_podcasts, autocomplete_zones
from handlers.discord.errors import run_listener
from handlers.discord.interaction import PLATFORM, Backend, BotInteraction, Interaction, send_reply
from handlers.discord.permissions import may_manage, not_allowed
from handlers.discord.reading import read_option

_DAYS = [app_commands.Choice(name=day, value=day[:3].casefold()) for day in WEEKDAYS]
_LONGEST_TIME, _LONGEST_ZONE, _LONGEST_MONTH = 10, 60, 10
# The ids of MOST_USED podcasts.
_LONGEST_CHOICE = 150
HERE = frozenset({Verb.WEEKLY, Verb.ANNOUNCE, Verb.USE, Verb.ABOUT, *FOLLOWING})
"""The commands that are not answered from the podcast alone."""
_CHANNEL = gettext_noop("The channel; this one if you leave it out.")
# Discord lets no option ask for a media channel, which discord.py would add to forums.
_CHANNEL_TYPES = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.news_thread,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
)
_Channel: TypeAlias = app_commands.AppCommandChannel | app_commands.AppCommandThread


class _ChannelOption(app_commands.Transformer):
    """A channel as Discord describes it with the command, whether the gateway has done so or not.

    Discord offers only those in which messages can be posted. Its threads count as channels.
    """

    @property
    def type(self) -> discord.AppCommandOptionType:
        """The kind of the option."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The kinds of channels to choose from."""
        return [*_CHANNEL_TYPES]

    async def transform(self, _: discord.Interaction[Any], value: Any, /) -> _Channel:  # noqa: ANN401
        """Return the channel."""
        chosen: _Channel = value
        return chosen


_Where: TypeAlias = app_commands.Transform[_Channel, _ChannelOption]
_SWITCH = [
    app_commands.Choice(name=gettext_noop("on"), value="on"),
    app_commands.Choice(name=gettext_noop("off"), value="off"),
]

_log = logging.getLogger(__name__)


class Weekly(
    app_commands.Group, name="weekly", description=gettext_noop("A quote in a channel every week.")
):
    """The commands behind /podcast-admin weekly."""

    @app_commands.command(description=gettext_noop("Post a quote every week."))
    @app_commands.describe(
        day=gettext_noop("The day of the week."),
        time=gettext_noop("The time there, from 00:00 to 23:59."),
        zone=gettext_noop("The time zone, such as Europe/Berlin."),
        review=gettext_noop("Ask you the day before which quote to post."),
        monthly=gettext_noop("Post on the first such day of each month only."),
        approvals=gettext_noop("How many moderators have to approve a quote."),
        vote=gettext_noop("Let the channel vote between three quotes, from the day before."),
        archive=gettext_noop("Prefer episodes published in the same week of an earlier year."),
        thread=gettext_noop("Open a thread with each quote, to discuss it."),
        pin=gettext_noop("Pin each quote in place of the last one."),
        ping=gettext_noop("The role that each quote notifies."),
        plain=gettext_noop("No thread, pin or notification, except those chosen here."),
        channel=_CHANNEL,
    )
    @app_commands.choices(day=_DAYS)
    @app_commands.autocomplete(zone=autocomplete_zones)
    async def on(
        self,
        native: BotInteraction,
        day: app_commands.Choice[str],
        time: app_commands.Range[str, 1, _LONGEST_TIME],
        zone: app_commands.Range[str, 1, _LONGEST_ZONE],
        review: bool = False,
        monthly: bool = False,
        approvals: app_commands.Range[int, 1, MOST_APPROVALS] = 1,
        vote: bool = False,
        archive: bool = False,
        thread: bool = False,
        pin: bool = False,
        ping: discord.Role | None = None,
        plain: bool = False,
        channel: _Where | None = None,
    ) -> None:
        """Switch the weekly quote on."""
        wanted = {
            "review": review,
            "monthly": monthly,
            "vote": vote,
            "archive": archive,
            "thread": thread,
            "pin": pin,
            "plain": plain,
        }
        words = [word for word, is_wanted in wanted.items() if is_wanted]
        words += [f"approvals {approvals}"] if approvals > 1 else []
        words += [f"ping {ping.id}"] if ping else []
        when = day.value, read_option(native, time), read_option(native, zone)
        await _use_weekly(native, " ".join(["on", *when, *words]), channel)

    @app_commands.command(description=gettext_noop("Stop posting quotes."))
    @app_commands.describe(channel=_CHANNEL)
    async def off(self, native: BotInteraction, channel: _Where | None = None) -> None:
        """Switch the weekly quote off."""
        await _use_weekly(native, "off", channel)

    @app_commands.command(
        description=gettext_noop("When quotes are posted, and how the last one went.")
    )
    @app_commands.describe(channel=_CHANNEL)
    async def status(self, native: BotInteraction, channel: _Where | None = None) -> None:
        """Say whether it is on, and how the last post went."""
        await _use_weekly(native, "status", channel)

    @app_commands.command(
        description=gettext_noop("The quote that would be posted next; only you see it.")
    )
    @app_commands.describe(channel=_CHANNEL)
    async def preview(self, native: BotInteraction, channel: _Where | None = None) -> None:
        """Show the next quote without posting it."""
        await _use_weekly(native, "preview", channel)

    @app_commands.command(description=gettext_noop("Have a month of quotes about something."))
    @app_commands.describe(
        month=gettext_noop("The month, such as December or 2026-12."),
        words=gettext_noop("What the quotes of that month are about, or “off”."),
        channel=_CHANNEL,
    )
    async def theme(
        self,
        native: BotInteraction,
        month: app_commands.Range[str, 1, _LONGEST_MONTH],
        words: app_commands.Range[str, 1, MAX_CHARACTERS],
        channel: _Where | None = None,
    ) -> None:
        """Set or end the theme of a month."""
        typed = f"theme {read_option(native, month)} {read_option(native, words)}"
        await _use_weekly(native, typed, channel)

    @app_commands.command(description=gettext_noop("Post today's quote now."))
    @app_commands.describe(channel=_CHANNEL)
    async def post(self, native: BotInteraction, channel: _Where | None = None) -> None:
        """Post today's quote now."""
        await _use_weekly(native, "post", channel)


class AdminCommands(
    app_commands.Group,
    name="podcast-admin",
    description=gettext_noop("What Airquote posts in this server."),
):
    """The commands behind /podcast-admin, which Discord shows only to those who may use them.

    A server may show them to others as well, so permissions are checked here too.
    """

    def __init__(self, *, has_several: bool) -> None:
        super().__init__(
            default_permissions=discord.Permissions(manage_guild=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=False, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        self.add_command(Weekly())
        if not has_several:
            self.remove_command("use")

    @app_commands.command(description=gettext_noop("Announce new episodes in a channel, or stop."))
    @app_commands.describe(
        switch=gettext_noop("On or off; leave it out to see the current state."), channel=_CHANNEL
    )
    @app_commands.choices(switch=_SWITCH)
    async def announce(
        self,
        native: BotInteraction,
        switch: app_commands.Choice[str] | None = None,
        channel: _Where | None = None,
    ) -> None:
        """Turn announcements of new episodes on or off."""
        request = Request(Verb.ANNOUNCE, switch.value if switch else "")
        await _use(native, request, channel)

    @app_commands.command(
        description=gettext_noop("Choose which podcasts are searched, or see which ones are.")
    )
    @app_commands.describe(
        podcasts=gettext_noop("The ids of one or several podcasts; leave it out to see them."),
        everywhere=gettext_noop("In all channels that have no choice of their own."),
        channel=_CHANNEL,
    )
    @app_commands.autocomplete(podcasts=autocomplete_podcasts)
    async def use(
        self,
        native: BotInteraction,
        podcasts: app_commands.Range[str, 1, _LONGEST_CHOICE] = "",
        everywhere: bool = False,
        channel: _Where | None = None,
    ) -> None:
        """Choose which podcasts a channel is served, or the whole server."""
        typed = read_option(native, podcasts)
        request = Request(Verb.USE, f"{typed} everywhere" if everywhere else typed)
        await _use(native, request, channel)


def _not_in_a_server() -> Reply:
    return Reply(
        gettext(
            "I post quotes and new episodes in the channels of servers. Use this command in the "
            "channel."
        )
    )


def _not_a_member() -> Reply:
    return Reply(
        gettext(
            "I am not in this server, so I cannot post here. Anyone who may manage it can add me: "
            "“airquote discord sync” prints the link."
        )
    )


def _member_of(native: BotInteraction, channel: _Channel | None) -> ChannelMember | Reply:
    """Name the member and the channel, or say why nothing can be posted there."""
    if native.guild_id is None:
        return _not_in_a_server()
    if not native.is_guild_integration():
        return _not_a_member()
    number = channel.id if channel else native.channel_id
    obstacle = "" if may_manage(native) else not_allowed()
    return ChannelMember(
        Channel(PLATFORM, str(native.guild_id), str(number)), str(native.user.id), obstacle
    )


async def _use_weekly(native: BotInteraction, typed: str, channel: _Channel | None) -> None:
    await _use(native, Request(Verb.WEEKLY, typed), channel)


async def _use(native: BotInteraction, request: Request, channel: _Channel | None) -> None:
    """Answer a command on a channel, visible to the member only."""

    async def listener(interaction: Interaction) -> None:
        await send_reply(interaction, _answer_named(interaction, request, channel))

    await run_listener(native, listener)


async def _answer_named(
    interaction: Interaction, request: Request, channel: _Channel | None
) -> Reply:
    """Answer a command on a channel, or say why nothing can be posted there."""
    member = _member_of(interaction.native, channel)
    if isinstance(member, Reply):
        return member
    told = await _answer_member(interaction, request, member)
    if channel is None or channel.id == interaction.native.channel_id:
        return told
    return replace(told, notes=(*told.notes, gettext("“Here” is {channel}.", channel=channel.name)))


async def _answer_member(
    interaction: Interaction, request: Request, member: ChannelMember
) -> Reply:
    weekly, intake = interaction.backend.weekly, interaction.backend.intake
    if request.verb is Verb.WEEKLY:
        replying = answer_weekly(weekly, request.text, member)
    elif request.verb is Verb.USE:
        replying = answer_use(intake.bindings, intake.shelf.podcasts, request.text, member)
    else:
        replying = answer_announce(weekly.posting, request.text, member)
    return await intake.note(request, interaction.asker, replying)


async def tell_about(interaction: Interaction) -> None:
    """Answer /podcast about, with the weekly quotes of the server."""
    await send_reply(interaction, _about(interaction))


async def _about(interaction: Interaction) -> Reply:
    asker = interaction.asker
    reply = await interaction.backend.intake.ask(Request(Verb.ABOUT), asker)
    if not reply.notes:
        return reply
    return await add_deliveries_of(
        reply, interaction.backend.weekly, asker.platform, asker.workspace
    )


async def answer_here(interaction: Interaction, request: Request) -> Reply:
    """Answer one of these commands by a button, on this channel, this server or this member."""
    if request.verb in FOLLOWING:
        return await interaction.backend.intake.follow(
            interaction.backend.weekly.posting, request, interaction.asker
        )
    if request.verb is Verb.ABOUT:
        return await _about(interaction)
    member = _member_of(interaction.native, None)
    if isinstance(member, Reply):
        return member
    if channel := status_channel(request):
        replying = tell_status_in(interaction.backend.weekly, channel, member)
        return await interaction.backend.intake.note(request, interaction.asker, replying)
    return await _answer_member(interaction, request, member)


async def answer_in_chat(backend: Backend, request: Request, asker: Requester) -> Reply:
    """Answer one of these commands in a chat with one person, where there is no channel."""
    if request.verb in FOLLOWING:
        return await backend.intake.follow(backend.weekly.posting, request, asker)
    if request.verb is Verb.ABOUT:
        return await backend.intake.ask(request, asker)
    return _not_in_a_server()


async def follow(native: BotInteraction, request: Request) -> None:
    """Answer /podcast follow, unfollow, follows or forget-me, visible to the member only."""

    async def listener(interaction: Interaction) -> None:
        replying = interaction.backend.intake.follow(
            interaction.backend.weekly.posting, request, interaction.asker
        )
        await send_reply(interaction, replying)

    await run_listener(native, listener)


async def autocomplete_follows(
    native: discord.Interaction[Any], typed: str
) -> list[app_commands.Choice[str]]:
    """Suggest what the member follows; nothing if the database fails."""
    try:
        store = native.client.backend.weekly.posting.follows
        follows = await store.follows_of(person_at(PLATFORM, str(native.user.id), ""))
    except StoreError as error:
        _log.warning("Nothing can be suggested. %s", error)
        return []
    queries = (each.query for each in follows)
    wanted = typed.casefold()
    return [
        app_commands.Choice(name=each, value=each) for each in queries if wanted in each.casefold()
    ]
