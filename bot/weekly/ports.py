"""What the quote of the week depends on: a pool of quotes, and stores shared by processes."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.posting.follows import PostingContext
from bot.posting.outbox import OutboxMessage
from bot.posting.places import Channel
from bot.quotes.models import QuotePool
from bot.weekly.models import (
    Barred,
    Candidate,
    Delivered,
    Delivery,
    Flag,
    Judgement,
    LastSent,
    Posted,
    Quote,
    Subscription,
)
from bot.weekly.pictures import Draw
from bot.weekly.slots import Slot
from bot.weekly.verdicts import Verdicts, VerdictStore


class NoticeKind(StrEnum):
    """What admins and moderators are notified of."""

    SHORTLIST = "shortlist"  # moderators: choose one
    NOMINATED = "nominated"  # moderators: a member proposes one
    SECOND = "second"  # moderators: one of them has approved it, and another has to
    REMINDER = "reminder"  # moderators: nobody has chosen yet
    UNDECIDED = "undecided"  # moderators: nobody has chosen, so nothing was posted
    CHANGED = "changed"  # moderators: approved words were corrected since
    GONE = "gone"  # moderators: an approved quote is no longer in the podcast
    REPORTED = "reported"  # moderators: someone objects to the post
    LATE = "late"  # the admin: it is too late for this one
    RUN_OUT = "run out"  # the admin: what comes next was posted before
    NOTHING_LEFT = "nothing left"  # the admin: there is no quote to post
    UNSURE = "unsure"  # the admin: unclear whether it was posted
    NO_VOTE = "no vote"  # the admin: the channel was not asked to vote
    FAILED = "failed"  # the admin: the platform refused the post, for the first time in a row
    PLAIN = "plain"  # the admin: it was posted, but something that should come with it is missing
    PAUSED = "paused"  # the admin: nothing is posted until it is switched on again


class DeliveryStore(Protocol):
    """Subscriptions and deliveries; all methods raise StoreError.

    The state of a delivery is that of its message in the outbox.
    """

    async def subscribe(self, subscription: Subscription) -> None:
        """Replace a channel's subscription, and drop what waited for the former one."""

    async def find_subscription(self, channel: Channel) -> Subscription | None:
        """Find the subscription of a channel."""

    async def subscriptions(self) -> tuple[Subscription, ...]:
        """Return all subscriptions."""

    async def subscriptions_in(self, platform: str, workspace: str) -> tuple[Subscription, ...]:
        """Return the subscriptions of a workspace."""

    async def take_due(
        self, platforms: Collection[str], now: datetime, until: datetime
    ) -> tuple[Subscription, ...]:
        """Return the next subscriptions to look at now, and hide them from others until then.

        A time further ahead than LONGEST_REST is due too: the clock that it is from was wrong.
        """

    async def deliveries_of(
        self, channels: Sequence[Channel], since: datetime
    ) -> tuple[Delivery, ...]:
        """Return the deliveries of channels with a slot no older, oldest first."""

    async def open_deliveries(self) -> tuple[Delivery, ...]:
        """Return what is claimed or being sent, in all channels."""

    async def rest(self, looks: Sequence[tuple[Subscription, datetime]]) -> None:
        """Store when to look at subscriptions next, except those that were changed meanwhile."""

    async def last_sent(self) -> tuple[LastSent, ...]:
        """Return what is known of each platform's latest quotes."""

    async def last_delivery(self, channel: Channel) -> Delivery | None:
        """Find the latest due delivery of a channel."""

    async def find_delivery(self, key: str) -> Delivery | None:
        """Find a delivery by its key."""

    async def deliveries(self, since: datetime) -> tuple[Delivery, ...]:
        """Return the deliveries with a slot no older, and all open ones."""

    async def deliveries_in(
        self, platform: str, workspace: str, since: datetime
    ) -> tuple[Delivery, ...]:
        """Return the same of a workspace."""

    async def claim(
        self, channel: Channel, slot: Slot, owner: str, now: datetime, lease: datetime
    ) -> Delivery | None:
        """Claim a delivery that is new, waiting, or open with an expired lease.

        Return None if it is done or another process owns it. An open one keeps its state.
        """

    async def reopen(self, channel: Channel, day: date) -> bool:
        """Reopen a failed or skipped delivery; return False if it was neither."""

    async def choose(self, delivery: Delivery, quote: Quote) -> bool:
        """Store the quote before it is sent; False if the delivery is another's."""

    async def history(self, channel: Channel) -> tuple[Posted, ...]:
        """Return what was, or may have been, posted in a channel."""

    async def wait(
        self, channel: Channel, slot: Slot, candidates: Sequence[Candidate]
    ) -> Delivery | None:
        """Add a delivery for moderators to choose; None if there is one already."""

    async def hold(self, delivery: Delivery, until: datetime, missed: str = "") -> bool:
        """Reserve asking moderators until then; return False if another process already has.

        `missed` says why not all of them could be asked.
        """

    async def flag(self, delivery: Delivery, flag: Flag) -> bool:
        """Set a flag of a delivery; return False if it was set before."""

    async def archive(self, since: datetime, until: datetime) -> tuple[Delivery, ...]:
        """Return what was sent from one moment up to another and not withdrawn, oldest first."""

    async def workspaces(self, platform: str) -> frozenset[str]:
        """Return the workspaces of a platform with quotes, announcements or chosen podcasts."""

    async def forget(self, platform: str, workspace: str, left: datetime | None = None) -> bool:
        """Delete all data of a workspace, as when Airquote is removed from it.

        In Slack, that includes its tokens; and it may be an organization with all its workspaces.
        Nothing is deleted, and False returned, if it has installed Airquote anew since it `left`.
        """


class DecisionStore(VerdictStore, Protocol):
    """Moderators' decisions; all methods raise StoreError."""

    async def candidates(self, channel: Channel, day: date) -> tuple[Candidate, ...]:
        """Return the candidates for a date."""

    async def offer(self, channel: Channel, slot: Slot, candidates: Sequence[Candidate]) -> None:
        """Add candidates for a date, besides those it has."""

    async def approved(self, channel: Channel) -> tuple[Quote, ...]:
        """Read the approved quotes that were not posted, first approved first."""

    async def barred(self, channel: Channel, since: datetime) -> Barred:
        """Return what may not be chosen: never in the workspace, or skipped here since then."""

    async def judge(
        self, channel: Channel, quote: Quote, judgement: Judgement, by: str, now: datetime
    ) -> None:
        """Store a moderator's decision on a quote, in place of an earlier one."""

    async def edit(self, channel: Channel, day: date, quote: Quote) -> None:
        """Replace the words of a candidate, which nobody has approved then."""

    async def add_approval(self, channel: Channel, quote_id: str, by: str, now: datetime) -> int:
        """Record that a moderator approves a quote; return how many do, until it is judged."""


class VoteStore(Protocol):
    """Votes of members on the quote of a date, and their ballots; all methods raise StoreError."""

    async def open_vote(
        self, channel: Channel, slot: Slot, candidates: Sequence[Candidate]
    ) -> tuple[Candidate, ...]:
        """Put candidates to the vote, unless others are; return those that are."""

    async def claim_ballot(self, message: OutboxMessage, now: datetime) -> OutboxMessage | None:
        """Claim the message with a ballot; None if it is done or another process owns it."""

    async def find_ballot(self, key: str) -> OutboxMessage | None:
        """Find the message with a ballot by its key."""

    async def vote(self, delivery: Delivery, quote_id: str, person: str) -> bool:
        """Record a member's vote, in place of an earlier one; False if votes were counted."""

    async def count_votes(self, channel: Channel, day: date) -> Mapping[str, int]:
        """Count the votes for each quote so far, by its id."""

    async def close_vote(self, delivery: Delivery, counts: Mapping[str, int]) -> bool:
        """Store the result and delete the votes; return False if that was done before."""


class ThemeStore(Protocol):
    """What the quotes of a month are about; all methods raise StoreError."""

    async def set_theme(self, channel: Channel, month: str, words: str) -> None:
        """Set the theme of a month such as "2026-12"; "" for none."""

    async def themes(self, channel: Channel) -> Mapping[str, str]:
        """Return the themes of a channel by month."""


async def _always(_: Channel) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class WeeklyContext:
    """What the quote of the week depends on.

    `pool` has the quotes of the podcasts that a channel is served, and waits for them; `is_ready`
    is False if that may take minutes, as one must be built first. With `draw`, posts have a
    picture of their quote where possible. `on_delivered` is called with every written state of a
    quote.
    """

    posting: PostingContext
    deliveries: DeliveryStore
    decisions: DecisionStore
    votes: VoteStore
    themes: ThemeStore
    pool: Callable[[Channel], Awaitable[QuotePool]]
    verdicts: Verdicts
    is_ready: Callable[[Channel], Awaitable[bool]] = _always
    draw: Draw | None = None
    on_delivered: Callable[[Delivered], object] = lambda _: None
