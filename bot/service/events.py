"""What is seen of the work as it is done: plain facts, for whoever counts them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.weekly.models import Delivery, State, Subscription, SubscriptionState


class Outcome(StrEnum):
    """The outcome of a request."""

    ANSWERED = "answered"
    NOTHING = "nothing"  # nothing was found
    LIMITED = "limited"  # asked too often
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answered:
    """A request, its outcome, and the seconds it took.

    `is_zero_hit` marks a query whose first page is empty.
    """

    platform: str
    command: str
    outcome: Outcome
    seconds: float
    hits: int = 0
    is_zero_hit: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """A state that was written of a delivery, so many seconds after it was due."""

    platform: str
    state: State
    late: float


def last_sent(deliveries: Iterable[Delivery]) -> dict[str, datetime]:
    """Find when each platform was last sent a quote, if it was."""
    times: dict[str, datetime] = {}
    for each in deliveries:
        if each.state is State.SENT:
            sent, platform = each.sending_at or each.slot.at, each.channel.platform
            times[platform] = max(sent, times.get(platform, sent))
    return times


def waiting_since(
    subscriptions: Iterable[Subscription], deliveries: Sequence[Delivery]
) -> dict[str, datetime]:
    """Find since when the channel that has waited longest had no quote, on each platform."""
    quoted: dict[object, datetime] = {}
    for each in deliveries:
        if each.state is State.SENT:
            quoted[each.channel] = max(each.slot.at, quoted.get(each.channel, each.slot.at))
    times: dict[str, datetime] = {}
    for wanted in subscriptions:
        if wanted.state is SubscriptionState.ON:
            since = max(wanted.since, quoted.get(wanted.channel, wanted.since))
            platform = wanted.channel.platform
            times[platform] = min(since, times.get(platform, since))
    return times
