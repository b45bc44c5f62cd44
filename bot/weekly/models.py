"""What is known of the quote of the week: who wants it, what became of it, and how to send it.

A delivery is one due quote for one channel.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.posting.places import Channel
from bot.quotes.extraction import ScoredQuote
from bot.weekly.slots import Schedule, Slot

# What a nonce of Discord may hold.
_KEY_CHARACTERS = 25


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


class State(StrEnum):
    """What became of a delivery; a claimed or sending one is somebody's until its lease ends."""

    WAITING = "waiting"  # for moderators, until its slot
    CLAIMED = "claimed"  # certainly not posted
    SENDING = "sending"  # perhaps posted
    SENT = "sent"
    FAILED = "failed"  # refused for good
    UNKNOWN = "unknown"  # perhaps posted, and nobody can tell
    SKIPPED = "skipped"


OPEN_STATES = (State.CLAIMED, State.SENDING)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One due quote for one channel; there is one for a channel and a date.

    `sending_at` is when it was first tried, `message` how the platform names what was posted,
    `reason` why it was not; `owner` may change it until `lease`.
    """

    channel: Channel
    slot: Slot
    state: State
    owner: str = ""
    lease: datetime | None = None
    quote: Quote | None = None
    sending_at: datetime | None = None
    message: str = ""
    reason: str = ""
    reminded: bool = False
    reported: bool = False
    withdrawn: bool = False

    @property
    def key(self) -> str:
        """The same 25 characters for each try; they tell nothing and may travel with the post."""
        return key_of(self.channel, self.slot.day)


def key_of(channel: Channel, day: date) -> str:
    """Make the key of the delivery for a channel and a date."""
    named = f"{channel.platform}/{channel.workspace}/{channel.id}/{day.isoformat()}"
    return hashlib.sha256(named.encode()).hexdigest()[:_KEY_CHARACTERS]


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
