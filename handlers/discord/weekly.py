"""/podcast weekly: the quote of the week in a channel, switched on, off and looked at."""

from discord import app_commands

from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.posting.places import Channel, ChannelMember
from bot.weekly.commands import answer_weekly
from bot.weekly.slots import WEEKDAYS
from bot.weekly.status import add_deliveries_of
from handlers.discord.autocomplete import autocomplete_zones
from handlers.discord.errors import run_listener
from handlers.discord.interaction import PLATFORM, BotInteraction, Interaction, send_reply
from handlers.discord.permissions import NOT_ALLOWED
from handlers.discord.render.markdown import decode_markdown

_NOT_IN_A_SERVER = Reply(
    "I post quotes and new episodes in the channels of servers. Use this command in the channel."
)
_NOT_A_MEMBER = Reply(
    "I am not in this server, so I cannot post here. Somebody who may manage it can add me: "
    "“airquote discord sync” names the link."
)
_DAYS = [app_commands.Choice(name=day, value=day[:3].casefold()) for day in WEEKDAYS]
_LONGEST_TIME, _LONGEST_ZONE = 10, 60


class Weekly(app_commands.Group, name="weekly", description="A quote in this channel every week."):
    """The commands behind /podcast weekly.

    Discord hides whole commands alone from those without a right, and /podcast is for everybody:
    who may switch anything is looked at here.
    """

    @app_commands.command(description="Post a quote here every week.")
    @app_commands.describe(
        day="The day of the week.",
        time="The time there, from 00:00 to 23:59.",
        zone="The time zone, such as Europe/Berlin.",
        review="Let me ask you the day before which one it shall be.",
    )
    @app_commands.choices(day=_DAYS)
    @app_commands.autocomplete(zone=autocomplete_zones)
    async def on(
        self,
        asked: BotInteraction,
        day: app_commands.Choice[str],
        time: app_commands.Range[str, 1, _LONGEST_TIME],
        zone: app_commands.Range[str, 1, _LONGEST_ZONE],
        review: bool = False,
    ) -> None:
        """Switch it on."""
        behind = " review" if review else ""
        await _answer(
            asked, f"on {day.value} {decode_markdown(time)} {decode_markdown(zone)}{behind}"
        )

    @app_commands.command(description="Post no more quotes here.")
    async def off(self, asked: BotInteraction) -> None:
        """Switch it off."""
        await _answer(asked, "off")

    @app_commands.command(description="When quotes are posted here, and how the last one went.")
    async def status(self, asked: BotInteraction) -> None:
        """Say how it stands."""
        await _answer(asked, "status")

    @app_commands.command(description="The quote that would be posted next; only you see it.")
    async def preview(self, asked: BotInteraction) -> None:
        """Show what would be posted."""
        await _answer(asked, "preview")

    @app_commands.command(description="Post today's quote here now.")
    async def post(self, asked: BotInteraction) -> None:
        """Post at once."""
        await _answer(asked, "post")


def member_of(asked: BotInteraction) -> ChannelMember | Reply:
    """Find out who asks in which channel, or say why nothing can be posted there."""
    if asked.guild_id is None:
        return _NOT_IN_A_SERVER
    if not asked.is_guild_integration():
        return _NOT_A_MEMBER
    channel = Channel(PLATFORM, str(asked.guild_id), str(asked.channel_id))
    obstacle = "" if asked.permissions.manage_guild else NOT_ALLOWED
    return ChannelMember(channel, str(asked.user.id), obstacle)


async def _answer(asked: BotInteraction, typed: str) -> None:
    async def reply(call: Interaction) -> Reply:
        member = member_of(asked)
        if isinstance(member, Reply):
            return member
        desk, request = call.backend, Request(Verb.WEEKLY, typed)
        replying = answer_weekly(desk.weekly, typed, member)
        return await desk.intake.note(request, call.asker, replying)

    async def listener(call: Interaction) -> None:
        await send_reply(call, reply(call))

    await run_listener(asked, listener)


async def tell_about(call: Interaction) -> None:
    """Say what runs here, with the quotes of the server."""
    await send_reply(call, _about(call))


async def _about(call: Interaction) -> Reply:
    asker = call.asker
    reply = await call.backend.intake.ask(Request(Verb.ABOUT), asker)
    if not reply.notes:
        return reply
    return await add_deliveries_of(reply, call.backend.weekly, asker.platform, asker.workspace)
