"""What people follow in Slack, and new episodes announced in its channels."""

from bot.answers.replies import Reply
from bot.answers.requests import Request
from bot.posting.announcements import answer_announce
from bot.posting.follow_commands import Follower, answer_following
from bot.posting.places import Channel, ChannelMember
from handlers.slack.interaction import Interaction, reply_privately


async def follow(call: Interaction, request: Request) -> None:
    """Answer what was typed behind "follow" and the like, to who typed it alone."""
    await reply_privately(call, await followed(call, request))


async def followed(call: Interaction, request: Request) -> Reply:
    """Begin or end to follow something, or list it, for who asks."""
    asker = call.asker
    follower = Follower(asker.platform, asker.workspace, asker.person)
    replying = answer_following(call.weekly.posting, call.intake.library, request, follower)
    return await call.intake.note(request, asker, replying)


async def announce(call: Interaction, request: Request) -> None:
    """Answer what was typed behind "announce", to who typed it alone."""
    asker = call.asker
    channel = Channel(asker.platform, asker.workspace, call.origin.channel)
    obstacle = await call.moderators.obstacle(asker, channel)
    member = ChannelMember(channel, asker.person, obstacle)
    replying = answer_announce(call.weekly.posting, request.text, member)
    await reply_privately(call, await call.intake.note(request, asker, replying))
