"""What all that is posted stands on: platforms, and a ledger that all processes share."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.answers.replies import Reply
from bot.models import Episode
from bot.posting.follows import FollowLedger
from bot.posting.places import Channel
from bot.posting.poster import LookupResult
from bot.quotes.extraction import ScoredQuote
from bot.service.events import Delivered
from bot.weekly.models import (
    Barred,
    Candidate,
    Delivery,
    Judgement,
    Posted,
    Quote,
    State,
    Subscription,
)
from bot.weekly.slots import Slot


class Notice(StrEnum):
    """What admins and moderators are told of."""

    SHORTLIST = "shortlist"  # moderators: choose one
    REMINDER = "reminder"  # moderators: nobody has chosen yet
    UNDECIDED = "undecided"  # moderators: nobody has chosen, so nothing was posted
    REPORTED = "reported"  # moderators: somebody objects to what was posted
    LATE = "late"  # the admin: it is too late for this one
    NOTHING_LEFT = "nothing left"  # the admin: there is no quote to post
    UNSURE = "unsure"  # the admin: nobody can tell whether it was posted
    PAUSED = "paused"  # the admin: nothing is posted until it is switched on again


class Poster(Protocol):
    """A platform to post on.

    No method may try anything again by itself, nor wait when it is told to: `PostError` says it.
    One request that takes longer than `Timing.post` is given up, which leaves open what it did.
    """

    @property
    def platform(self) -> str:
        """The name of the platform in `Place`."""

    @property
    def nonce_seconds(self) -> float:
        """For how long the platform posts nothing again whose key it knows; 0 if it knows none."""

    async def post(self, channel: Channel, quote: Quote, key: str) -> str:
        """Post a quote and name the message; raises PostError."""

    async def find(self, channel: Channel, key: str, since: datetime) -> LookupResult:
        """Look for the message with a key, not older than `since`; raises PostError."""

    async def withdraw(self, channel: Channel, message: str) -> None:
        """Take the quote out of a message that was posted; raises PostError."""

    async def why_not(self, channel: Channel, admin: str) -> str | None:
        """Say what an admin is to do before anything can be posted there; None if it can.

        Raises PostError if nobody can tell.
        """

    async def tell(
        self,
        subscription: Subscription,
        notice: Notice,
        delivery: Delivery,
        candidates: Sequence[Candidate] = (),
    ) -> None:
        """Tell the admin or the moderators of a channel; raises PostError."""

    async def write(self, person: str, reply: Reply, key: str) -> None:
        """Write to a person alone; raises PostError, PERMANENT if they cannot be written to."""

    async def announce(self, channel: Channel, reply: Reply, key: str) -> None:
        """Post something new in a channel; raises PostError, PERMANENT if that cannot be done."""


class Ledger(FollowLedger, Protocol):
    """Where deliveries are written down, so that all processes agree; all raise StoreError.

    What changes a delivery that was claimed does so only for its owner, and says whether it did.
    """

    async def subscribe(self, subscription: Subscription) -> None:
        """Keep a subscription in place of the channel's former one and of what waited for that."""

    async def find_subscription(self, channel: Channel) -> Subscription | None:
        """Find the subscription of a channel."""

    async def last_delivery(self, channel: Channel) -> Delivery | None:
        """Find the latest delivery of a channel whose slot has come."""

    async def find_delivery(self, key: str) -> Delivery | None:
        """Find a delivery by its key."""

    async def subscriptions(self) -> tuple[Subscription, ...]:
        """Read all subscriptions."""

    async def deliveries(self, since: datetime) -> tuple[Delivery, ...]:
        """Read the deliveries whose slot is not older, and all that are open."""

    async def claim(
        self, channel: Channel, slot: Slot, owner: str, now: datetime, lease: datetime
    ) -> Delivery | None:
        """Take a delivery that is new, waiting, or open with a lease that ended before now.

        None if it is another's or done. The state of an open one is left as it was.
        """

    async def reopen(self, channel: Channel, day: date) -> bool:
        """Let a delivery that failed or was skipped be claimed once more; False if it was not."""

    async def begin(self, delivery: Delivery, quote: Quote, now: datetime, lease: datetime) -> bool:
        """Note, before it is sent, what is sent and since when."""

    async def put_off(self, delivery: Delivery, state: State, until: datetime, reason: str) -> bool:
        """Leave a delivery, as claimed or as sending, for anybody from then on."""

    async def finish(
        self, delivery: Delivery, state: State, message: str = "", reason: str = ""
    ) -> bool:
        """Note what became of a delivery; one that was sent ends a row of failures."""

    async def fail(self, delivery: Delivery, state: State, reason: str, most: int) -> int | None:
        """Note a lasting error and count it; at the `most`th in a row, pause the subscription.

        Returns how many there are now, None if the delivery is another's.
        """

    async def history(self, channel: Channel) -> tuple[Posted, ...]:
        """Read what was, or may have been, posted in a channel."""

    async def barred(self, channel: Channel, since: datetime) -> Barred:
        """Read what may not be chosen: never, or skipped since then."""

    async def wait(
        self, channel: Channel, slot: Slot, candidates: Sequence[Candidate], now: datetime
    ) -> Delivery | None:
        """Note a delivery for which moderators are to choose; None if there is one."""

    async def candidates(self, channel: Channel, day: date) -> tuple[Candidate, ...]:
        """Read what moderators may choose from for a date."""

    async def hold(self, delivery: Delivery, until: datetime) -> bool:
        """Keep others from asking moderators until then; False if another process did before."""

    async def remind(self, delivery: Delivery) -> bool:
        """Note that moderators are reminded; False if they were."""

    async def approved(self, channel: Channel) -> tuple[Quote, ...]:
        """Read what moderators approved of and was not posted, in the order they did."""

    async def judge(
        self, channel: Channel, quote: Quote, judgement: Judgement, by: str, now: datetime
    ) -> None:
        """Note what a moderator says of a quote, in place of what was said before."""

    async def forget(self, platform: str, workspace: str) -> None:
        """Delete all that is known of a workspace, as when Airquote is removed from it."""

    async def note_report(self, delivery: Delivery) -> bool:
        """Note that somebody objects to what was posted; False if somebody did before."""

    async def note_withdrawal(self, delivery: Delivery) -> bool:
        """Note that what was posted was withdrawn; False if it was before."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What can be quoted: all sayings of an index, best first, and its episodes."""

    sayings: Sequence[ScoredQuote]
    episodes: Sequence[Episode]


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take.

    `lease` is for one delivery and must be longer than `post`, one request to a platform, and
    `settle` together; `settle` is longer than `post`, after which nobody still sends what somebody
    else took over. `late` is when a quote is no longer worth posting.
    """

    lease: timedelta = timedelta(seconds=120)
    post: timedelta = timedelta(seconds=10)
    settle: timedelta = timedelta(seconds=15)
    late: timedelta = timedelta(hours=48)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class WeeklyContext:
    """All that deliveries need of the world; `posters` by the names of their platforms.

    `fleeting` says why nothing may be promised: what is written down would be lost. `on_delivered`
    is told of every state that is written of a quote.
    """

    ledger: Ledger
    posters: Mapping[str, Poster]
    pool: Callable[[], Awaitable[Pool]]
    clock: Callable[[], datetime] = _now
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    timing: Timing = field(default_factory=Timing)
    fleeting: str = ""
    on_delivered: Callable[[Delivered], object] = lambda _: None
