"""What is known of the quote of the week: who wants it, what became of it, and how to send it.

A delivery is one due quote for one channel.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from bot.posting.outbox import OutboxMessage, State, Topic, make_key
from bot.posting.places import Channel, channel_at
from bot.quotes.models import ScoredQuote
from bot.weekly.slots import Schedule, Slot


class SubscriptionState(StrEnum):
    """Whether a channel gets its quotes; errors that last pause it."""

    ON = "on"
    OFF = "off"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel that wants a quote every week: no slot up to `since` is due.

    `admin` is who asked for it and hears what goes wrong; `failures` are those without end in a
    row.
    """

    channel: Channel
    schedule: Schedule
    since: datetime
    admin: str
    state: SubscriptionState = SubscriptionState.ON
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """What is posted: words of a guest, `start` seconds into an episode (a slug).

    `id` names the words, as `bot.quotes.extraction.content_id` does.
    """

    id: str
    episode: str
    start: float | None
    speaker: str
    text: str
    chapter: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A quote that was posted: its content id, its guest, its episode's slug and the day."""

    id: str
    speaker: str
    episode: str
    day: date


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quote for moderators to decide on, and what speaks for it."""

    quote: Quote
    reasons: tuple[str, ...]


# Moderators were reminded, or the posted quote was reported or withdrawn.
Flag = Literal["reminded", "reported", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One due quote for one channel, and its message; there is one for a channel and a date."""

    channel: Channel
    slot: Slot
    message: OutboxMessage
    quote: Quote | None = None
    reminded: bool = False
    reported: bool = False
    withdrawn: bool = False

    @property
    def key(self) -> str:
        """What buttons below the post name it by."""
        return self.message.key

    @property
    def state(self) -> State:
        """How far it is."""
        return self.message.state


@dataclass(frozen=True, slots=True)
class Delivered:
    """A state that was written of a delivery, so many seconds after it was due."""

    platform: str
    state: State
    late: float


def new_delivery(
    channel: Channel,
    slot: Slot,
    state: State = State.WAITING,
    owner: str = "",
    lease: datetime | None = None,
) -> Delivery:
    """Make a delivery to which nothing has happened."""
    key = key_of(channel, slot.day)
    message = OutboxMessage(key, Topic.QUOTE, channel_at(channel), state, owner, lease)
    return Delivery(channel, slot, message)


def key_of(channel: Channel, day: date) -> str:
    """Make the key of the delivery for a channel and a date."""
    return make_key(channel.platform, channel.workspace, channel.id, day.isoformat())


class Judgement(StrEnum):
    """What a moderator says of a candidate."""

    APPROVE = "approve"  # it is posted, next or later
    SKIP = "skip"  # not now
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Barred:
    """What may not be chosen for a channel: ids of quotes, and guests as `fold_name` has them."""

    quotes: frozenset[str]
    guests: frozenset[str]


def fold_name(name: str) -> str:
    """Write a guest's name so that the ways in which it may be typed are one."""
    return " ".join(name.casefold().split())


def quote_from(saying: ScoredQuote) -> Quote:
    """Take from a saying what is posted of it."""
    return Quote(
        saying.id, saying.episode, saying.start, saying.speaker, saying.text, saying.chapter
    )
