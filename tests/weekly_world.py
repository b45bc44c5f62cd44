"""A world for the quote of the week: a clock that is set, a platform that loses things, quotes."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import text

from bot.answers.replies import Card, Reply, is_passage
from bot.models import Episode
from bot.posting.follows import PostingContext
from bot.posting.outbox import Outbox, State
from bot.posting.places import Channel, Recipient
from bot.posting.poster import FailureKind, LookupResult, NotFound, Poster, PostError
from bot.quotes.models import QuotePool, ScoredQuote, Wording
from bot.store.database import Database, open_database
from bot.store.decisions import SqlDecisionStore
from bot.store.deliveries import SqlDeliveryStore
from bot.store.follows import SqlFollowStore
from bot.store.outbox import SqlOutboxStore
from bot.store.people import SqlPeopleStore
from bot.store.votes import SqlThemeStore, SqlVoteStore
from bot.weekly.models import Delivery, Subscription
from bot.weekly.ports import NoticeKind, WeeklyContext
from bot.weekly.slots import Schedule
from bot.weekly.tick import tick
from bot.weekly.verdicts import Verdicts

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE, HOUR, DAY, WEEK = (timedelta(seconds=n) for n in (60, 3600, 86400, 604800))
HERE = Channel("slack", "T1", "C1")
PLAN = Schedule(0, time(9), "UTC")
REVIEWED = replace(PLAN, review=True)
NONCE_SECONDS = 180.0

# What befalls a post: nothing, the request is lost, or the answer to it is.
Fault = PostError | None
LOST_REQUEST = PostError(FailureKind.AMBIGUOUS, "C1", "the connection was lost.")
LOST_REPLY = PostError(FailureKind.AMBIGUOUS, "C1", "the answer was lost.")
SERVER_AWAY = PostError(FailureKind.REFUSED, "C1", "nobody answers.")
SLOW_DOWN = PostError(FailureKind.RATE_LIMITED, "C1", "too many messages.", retry_after=400)
GONE = PostError(FailureKind.PERMANENT, "C1", "the channel is archived.", "Choose another one.")


def scored_quote(name: str, guest: str = "", score: float = 4.0) -> ScoredQuote:
    """Make a quote with an id that is its name, in an episode of its own."""
    guest = guest or f"Guest {name}"
    reasons = ("short", "a claim")
    return ScoredQuote(name, f"talk-{name}", 61.5, guest, f"It is {name}.", "Tea", score, reasons)


def quoted_text(reply: Reply) -> str:
    """Read the words of the only quote in a reply."""
    (card,) = reply.cards
    return card.snippet.text if card.snippet else ""


def quote_id(card: Card) -> str:
    """Name the quote on a card by what its episode is called here."""
    return card.episode.removeprefix("talk-")


def scored_quotes(count: int = 12) -> tuple[ScoredQuote, ...]:
    """Make quotes of as many guests, the best first."""
    return tuple(scored_quote(f"q{number:02}", score=6 - number / 10) for number in range(count))


def subscription(
    channel: Channel = HERE, schedule: Schedule = PLAN, since: datetime = SUNDAY
) -> Subscription:
    """Subscribe a channel."""
    return Subscription(channel, schedule, since, "U1")


@dataclass
class Clock:
    """A wall clock that stands still unless it is set."""

    now: datetime = MONDAY + MINUTE

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Message:
    """A message as people see it."""

    channel: Channel
    key: str
    text: str
    at: datetime


# What people are told of, by what the sentence says.
NOTICES = {
    NoticeKind.SHORTLIST: "Choose the quote of the week for ",
    NoticeKind.REMINDER: "(Nobody has chosen the quote of the week|Every quote I offered) for ",
    NoticeKind.NOMINATED: "Somebody nominated a quote for ",
    NoticeKind.SECOND: "One of you approved this quote for ",
    NoticeKind.NO_VOTE: "I could not ask the channel to vote on ",
    NoticeKind.UNDECIDED: "No quote was posted on ",
    NoticeKind.CHANGED: "The words of a quote approved for ",
    NoticeKind.GONE: "A quote approved for .* is no longer",
    NoticeKind.REPORTED: "Someone reported the quote of the week of ",
    NoticeKind.LATE: "The quote of the week for .* too late",
    NoticeKind.NOTHING_LEFT: "(I have no quote to offer for|No quote for) ",
    NoticeKind.RUN_OUT: "The quote for .* was the last good one",
    NoticeKind.PLAIN: "The quote for .* is posted, but not with all",
    NoticeKind.UNSURE: "The quote of the week for .* may or may not have been posted",
    NoticeKind.FAILED: "The quote of the week for .* could not be posted",
    NoticeKind.PAUSED: "I have paused the quote of the week",
}


@dataclass
class Platform:
    """A platform with channels; `faults` befall the next posts, one each.

    It knows keys again for `nonce_seconds`, and lets messages be looked for if it is `readable`.
    `before` and `after` are called around the moment at which a message is there. `letters` are
    what is no quote: to whom, under which key. What is said of quotes is `told`, and `told_to` are
    those who read it. Nobody `unreachable` reads anything; `others` are further admins, `languages`
    those of people and channels, by their ids, and `left` members who have left a workspace.
    """

    clock: Clock
    platform: str = "slack"
    admins: Sequence[str] = ()
    nonce_seconds: float = 0.0
    readable: bool = True
    faults: list[Fault] = field(default_factory=list)
    look_faults: list[PostError] = field(default_factory=list)
    edit_faults: list[PostError] = field(default_factory=list)
    tell_faults: list[PostError] = field(default_factory=list)
    leave_faults: list[PostError] = field(default_factory=list)
    poll_faults: list[PostError] = field(default_factory=list)
    polled: Sequence[int] | None = None
    left: set[tuple[str, str]] = field(default_factory=set)
    messages: list[Message] = field(default_factory=list)
    requests: list[tuple[Channel, str]] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    told: list[tuple[NoticeKind, Reply]] = field(default_factory=list)
    told_to: list[str] = field(default_factory=list)
    told_keys: list[tuple[str, str]] = field(default_factory=list)
    threads: list[tuple[str, str]] = field(default_factory=list)
    pins: list[tuple[str, str]] = field(default_factory=list)
    pings: list[str] = field(default_factory=list)
    lacking: Sequence[str] = ()
    extra_faults: list[PostError] = field(default_factory=list)
    unreachable: Sequence[str] = ()
    others: Sequence[str] = ()
    languages: Mapping[str, str] = field(default_factory=dict)
    edited: list[tuple[str, Reply]] = field(default_factory=list)
    letters: list[tuple[str, str, Reply]] = field(default_factory=list)
    before: Callable[[], Awaitable[Any]] | None = None
    after: Callable[[], Awaitable[Any]] | None = None

    async def post(self, channel: Channel, reply: Reply, key: str) -> str:
        if not is_passage(reply):
            await self._deliver(channel.id, reply, key)
            return f"a{len(self.letters)}"
        text = quoted_text(reply)
        self.pings += [reply.ping] if reply.ping else []
        self.requests.append((channel, text))
        self.headings.append(reply.text)
        fault = self.faults.pop(0) if self.faults else None
        if self.before:
            await self.before()
        if fault and fault is not LOST_REPLY:
            raise fault
        number = self._known(channel, key)
        if number is None:
            self.messages.append(Message(channel, key, text, self.clock()))
            number = len(self.messages) - 1
        if self.after:
            await self.after()
        if fault:
            raise fault
        return f"m{number}"

    async def find(self, channel: Channel, key: str, since: datetime) -> LookupResult:
        if self.look_faults:
            raise self.look_faults.pop(0)
        if not self.readable:
            return NotFound.CANNOT_TELL
        for number, message in enumerate(self.messages):
            if (message.channel, message.key) == (channel, key) and message.at >= since:
                return f"m{number}"
        return NotFound.ABSENT

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        if self.edit_faults:
            raise self.edit_faults.pop(0)
        self.edited.append((message, reply))

    async def close_poll(self, channel: Channel, message: str) -> Sequence[int] | None:
        if self.poll_faults:
            raise self.poll_faults.pop(0)
        return self.polled

    async def has_left(self, workspace: str, person: str) -> bool:
        if self.leave_faults:
            raise self.leave_faults.pop(0)
        return (workspace, person) in self.left

    async def language_of(self, recipient: Recipient) -> str:
        return self.languages.get(recipient.id, "")

    async def find_group(self, channel: Channel, named: str) -> str:
        if named == "nobody":
            raise PostError(FailureKind.PERMANENT, "Slack", "There is no group “nobody”.")
        return named if named.startswith("S") else f"S{named.upper()}"

    async def lacks(self, channel: Channel, *, thread: bool, pin: bool, ping: str) -> Sequence[str]:
        return self.lacking if ping or pin or thread else ()

    async def open_thread(self, channel: Channel, message: str, name: str, text: str) -> None:
        if self.extra_faults:
            raise self.extra_faults.pop(0)
        self.threads.append((message, name))

    async def pin(self, channel: Channel, message: str, earlier: str = "") -> None:
        if self.extra_faults:
            raise self.extra_faults.pop(0)
        self.pins.append((message, earlier))

    async def why_not(self, channel: Channel, admin: str, *, plain: bool = False) -> str | None:
        return None

    async def stand_ins(self, channel: Channel) -> Sequence[str]:
        return self.others

    def admins_of(self, workspace: str) -> Sequence[str]:
        return self.admins

    async def send(self, recipient: Recipient, reply: Reply, key: str) -> None:
        person = recipient.id
        if person in self.unreachable:
            raise PostError(FailureKind.PERMANENT, "A direct message", "messages are closed.")
        notices = (each for each, said in NOTICES.items() if re.match(said, reply.text))
        if (notice := next(notices, None)) is None:
            await self._deliver(person, reply, key)
            return
        if self.tell_faults:
            raise self.tell_faults.pop(0)
        if self.nonce_seconds and (person, key) in self.told_keys:
            return
        self.told_keys.append((person, key))
        self.told.append((notice, reply))
        self.told_to.append(person)

    async def _deliver(self, to: str, reply: Reply, key: str) -> None:
        fault = self.faults.pop(0) if self.faults else None
        if self.before:
            await self.before()
        if fault and fault is not LOST_REPLY:
            raise fault
        known = self.nonce_seconds and key in (each for _, each, _ in self.letters)
        if not known:
            self.letters.append((to, key, reply))
        if self.after:
            await self.after()
        if fault:
            raise fault

    @property
    def texts(self) -> list[str]:
        """What people read, in its order."""
        return [message.text for message in self.messages]

    @property
    def notices(self) -> list[NoticeKind]:
        """What admins and moderators were told of."""
        return [notice for notice, _ in self.told]

    @property
    def offered(self) -> list[tuple[str, ...]]:
        """The ids of the quotes that people were told of, each time."""
        return [tuple(map(quote_id, reply.cards)) for _, reply in self.told]

    def most_in_one_place(self) -> int:
        """Count the messages of the channel and key that have most."""
        return max(Counter((each.channel, each.key) for each in self.messages).values(), default=0)

    def _known(self, channel: Channel, key: str) -> int | None:
        window = timedelta(seconds=self.nonce_seconds)
        for number, message in enumerate(self.messages):
            known = (message.channel, message.key) == (channel, key)
            if known and abs(self.clock() - message.at) < window:
                return number
        return None


def context_on(
    database: Database,
    posters: Mapping[str, Poster],
    pool: Callable[[Channel], Awaitable[QuotePool]],
    ephemeral: str = "",
    **facts: Any,
) -> WeeklyContext:
    """Make what the quote of the week needs, on a database; `facts` are those of the outbox."""
    outbox = Outbox(SqlOutboxStore(database), posters, **facts)
    posting = PostingContext(outbox, SqlFollowStore(database), SqlPeopleStore(database), ephemeral)
    decisions = SqlDecisionStore(database)
    return WeeklyContext(
        posting,
        SqlDeliveryStore(database),
        decisions,
        SqlVoteStore(database),
        SqlThemeStore(database),
        pool,
        Verdicts(decisions),
    )


def changed(context: WeeklyContext, **facts: Any) -> WeeklyContext:
    """Change fields of the outbox."""
    outbox = replace(context.posting.outbox, **facts)
    return replace(context, posting=replace(context.posting, outbox=outbox))


@dataclass
class World:
    """Everything, so that a test can go on from one moment to another.

    Episodes are made up for the quotes in the `pool`, but for the `talks`. What else
    is said in episodes is `said`.
    """

    database: Database
    platform: Platform
    clock: Clock
    pool: Sequence[ScoredQuote] = field(default_factory=lambda: scored_quotes())
    talks: Sequence[Episode] = ()
    said: Sequence[tuple[str, str]] = ()

    @property
    def outbox(self) -> SqlOutboxStore:
        """The messages on their way."""
        return SqlOutboxStore(self.database)

    @property
    def deliveries(self) -> SqlDeliveryStore:
        """Subscriptions and deliveries."""
        return SqlDeliveryStore(self.database)

    @property
    def decisions(self) -> SqlDecisionStore:
        """What moderators decide."""
        return SqlDecisionStore(self.database)

    @property
    def follows(self) -> SqlFollowStore:
        """Who hears of new episodes."""
        return SqlFollowStore(self.database)

    @property
    def posting(self) -> PostingContext:
        """What following and announcing need."""
        return self.context.posting

    @property
    def context(self) -> WeeklyContext:
        """What the quote of the week needs."""
        return self.context_with()

    def context_with(self, ephemeral: str = "", **facts: Any) -> WeeklyContext:
        """Make what the quote of the week needs; `facts` are further fields of the outbox."""

        async def pool(_: Channel) -> QuotePool:
            made_up = [Episode(each.episode, each.episode) for each in self.pool]
            return QuotePool(
                self.pool, [*self.talks, *made_up], self._find_wording, find_at=self._find_at
            )

        async def pause(seconds: float) -> None:
            await asyncio.sleep(0)

        facts = {"clock": self.clock, "pause": pause, **facts}
        posters = facts.pop("posters", {"slack": self.platform})
        return context_on(self.database, posters, pool, ephemeral, **facts)

    def _find_at(self, moments: Iterable[tuple[str, float]]) -> frozenset[str]:
        """Name the quotes that begin at moments."""
        wanted = frozenset(moments)
        return frozenset(each.id for each in self.pool if (each.episode, each.start) in wanted)

    def _find_wording(self, episode: str, words: str) -> Wording | None:
        """Tell how an episode has the words of a quote, if it still contains them."""
        found = [each for each in self.pool if (each.episode, each.text) == (episode, words)]
        if found:
            return found[0].wording
        return Wording() if (episode, words) in self.said else None

    async def tick(self, passed: timedelta = timedelta()) -> None:
        """Let time pass and tick."""
        self.clock.now += passed
        await tick(self.context)

    async def tick_on(self, span: timedelta, step: timedelta = MINUTE / 2) -> None:
        """Tick every so often for a while."""
        end = self.clock.now + span
        while self.clock.now < end:
            await self.tick(step)

    async def rows(self) -> tuple[Delivery, ...]:
        """Read all deliveries, in the order of their slots."""
        return await self.deliveries.deliveries(datetime(2000, 1, 1, tzinfo=UTC))

    async def states(self) -> list[State]:
        """Read what became of all deliveries."""
        return [row.message.state for row in await self.rows()]


@asynccontextmanager
async def opened(address: str, *subscriptions: Subscription, **facts: Any) -> AsyncIterator[World]:
    """Open a world on a database in which channels are subscribed; `facts` are the platform's."""
    clock = Clock()
    async with open_database(address) as database:
        world = World(database, Platform(clock, **facts), clock)
        for each in subscriptions:
            await world.deliveries.subscribe(each)
        yield world


def in_world(
    address: str,
    use: Callable[[World], Awaitable[Any]],
    *subscriptions: Subscription,
    **facts: Any,
) -> Any:
    """Do something in a world; one channel is subscribed if none are given."""

    async def run() -> Any:
        async with opened(address, *(subscriptions or (subscription(),)), **facts) as world:
            return await use(world)

    return asyncio.run(run())


async def drop_deliveries(address: str) -> None:
    """Damage a database, so that whoever looks for a delivery cannot."""
    await drop_table(address, "deliveries")


async def drop_table(address: str, name: str) -> None:
    """Damage a database, so that whoever needs one of its tables cannot go on."""
    async with open_database(address) as database, database.write() as connection:
        await connection.execute(text(f"DROP TABLE {name}"))
