"""When the last quotes of the week were posted, and when the next ones are due."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.answers.replies import Reply
from bot.errors import StoreError
from bot.posting.places import Channel
from bot.weekly.models import State, SubscriptionState
from bot.weekly.ports import Ledger, WeeklyContext
from bot.weekly.upcoming import begun_in, coming_slots

_LOOK_BACK = timedelta(weeks=60)


async def add_deliveries_of(
    reply: Reply, context: WeeklyContext, platform: str, workspace: str
) -> Reply:
    """Add the same as `add_deliveries` for the channels of a workspace."""

    def wanted(channel: Channel) -> bool:
        return (channel.platform, channel.workspace) == (platform, workspace)

    return await add_deliveries(reply, context.ledger, context.clock(), wanted)


async def add_deliveries(
    reply: Reply, ledger: Ledger, now: datetime, wanted: Callable[[Channel], bool] = lambda _: True
) -> Reply:
    """Add when the last quote was posted in some channels, and when the next one is due.

    A database that cannot be used adds nothing.
    """
    try:
        deliveries = await ledger.deliveries(now - _LOOK_BACK)
        subscriptions = await ledger.subscriptions()
    except StoreError:
        return reply
    sent = [
        each.slot.at for each in deliveries if wanted(each.channel) and each.state is State.SENT
    ]
    on = [
        each
        for each in subscriptions
        if wanted(each.channel) and each.state is SubscriptionState.ON
    ]
    begun = begun_in(deliveries)
    due = [coming_slots(each.schedule, each.channel, begun, now, 1)[0].at for each in on]
    last = [f"The last quote of the week was posted on {_moment(max(sent))}."] if sent else []
    following = [f"The next one is due on {_moment(min(due))}."] if due else []
    return replace(reply, notes=(*reply.notes, *last, *following))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
