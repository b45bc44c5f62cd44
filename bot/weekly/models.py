"""The data of the quote of the week: subscriptions, quotes, deliveries and decisions."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from bot.posting.outbox import OutboxMessage, State, Topic, make_key
from bot.posting.places import Channel, channel_at
from bot.quotes.editing import mark_edit
from bot.quotes.models import ScoredQuote, Wording
from bot.weekly.extras import NO_EXTRAS, Extras
from bot.weekly.slots import Schedule, Slot

LONGEST_REST = timedelta(hours=1)
"""The longest that nobody looks at a subscription, so that whatever was wrong is found."""


class SubscriptionState(StrEnum):
    """Whether a channel gets its quotes; lasting errors pause it."""

    ON = "on"
    OFF = "off"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel that wants a quote every week: no slot up to `since` is due.

    `admin` asked for it and hears of problems; `failures` counts lasting errors in a row. There is
    nothing to do for it before `look_at`; None means now.
    """

    channel: Channel
    schedule: Schedule
    since: datetime
    admin: str
    state: SubscriptionState = SubscriptionState.ON
    failures: int = 0
    extras: Extras = NO_EXTRAS
    look_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Quote:
    """A guest's words, `start` seconds into an episode (a slug).

    `id` is that of `bot.quotes.extraction.content_id`. `original` is how the transcript has the
    words that a moderator edited, "" if nobody did. `wording` is as the live index has the
    original, and not stored.
    """

    id: str
    episode: str
    start: float | None
    speaker: str
    text: str
    chapter: str
    original: str = ""
    wording: Wording = field(default=Wording(), compare=False)

    @property
    def source(self) -> str:
        """The words as the transcript has them."""
        return self.original or self.text

    @property
    def is_literal(self) -> bool:
        """Whether it may stand in quotation marks."""
        if not self.original:
            return self.wording.is_literal
        said = self.wording.spoken or (self.original if self.wording.is_literal else "")
        return bool(said) and not mark_edit(said, self.text).problems


@dataclass(frozen=True, slots=True)
class Posted:
    """A quote that was posted: its content id, its guest, its episode's slug and the day."""

    id: str
    speaker: str
    episode: str
    day: date


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quote to decide on, and the reasons for it.

    A member may have nominated it. `votes` is how many it got, None if it is not voted on.
    """

    quote: Quote
    reasons: tuple[str, ...]
    nominated_by: str = ""
    votes: int | None = None


# Whether moderators were reminded, votes counted, or the posted quote was reported or withdrawn.
Flag = Literal["reminded", "reported", "withdrawn", "counted"]


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
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """A written state of a delivery, `late` seconds after it was due."""

    platform: str
    state: State
    late: float


@dataclass(frozen=True, slots=True)
class LastSent:
    """When a platform last got a quote, and since when one of its channels has waited longest.

    Channels that want one a month are left out of that, as they may well wait for weeks.
    """

    platform: str
    sent: datetime | None
    waiting: datetime | None


def new_delivery(
    channel: Channel,
    slot: Slot,
    state: State = State.WAITING,
    owner: str = "",
    lease: datetime | None = None,
) -> Delivery:
    """Make a delivery that was not sent yet."""
    key = key_of(channel, slot.day)
    message = OutboxMessage(key, Topic.QUOTE, channel_at(channel), state, owner, lease)
    return Delivery(channel, slot, message)


def key_of(channel: Channel, day: date) -> str:
    """Return the key of the delivery for a channel and a date."""
    return make_key(channel.platform, channel.workspace, channel.id, day.isoformat())


class Judgement(StrEnum):
    """A moderator's decision on a candidate."""

    APPROVE = "approve"  # post it, next or later
    SKIP = "skip"  # not now
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Barred:
    """What may not be chosen for a channel: ids of quotes, and guests as of `fold_name`."""

    quotes: frozenset[str]
    guests: frozenset[str]


def fold_name(name: str) -> str:
    """Bring a guest's name into the form in which equal names compare equal."""
    return " ".join(name.casefold().split())


def quote_from(scored: ScoredQuote) -> Quote:
    """Return a scored quote as the quote to post."""
    return Quote(
        scored.id,
        scored.episode,
        scored.start,
        scored.speaker,
        scored.text,
        scored.chapter,
        wording=scored.wording,
    )
