"""Who hears of new episodes: people who follow words, and channels.

News is stored until it is told; one letter may hold several pieces.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.posting.outbox import Outbox, OutboxMessage
from bot.posting.places import Channel, Recipient, person_at
from bot.search.index.analysis import normalise

MOST_FOLLOWS = 20
"""How many queries a person may follow."""


@dataclass(frozen=True, slots=True)
class Follow:
    """A query that a person follows, as typed; `since` and `workspace` say when and where."""

    platform: str
    workspace: str
    person: str
    query: str
    since: datetime

    @property
    def words(self) -> str:
        """The query in its normal form."""
        return fold_query(self.query)

    @property
    def recipient(self) -> Recipient:
        """Who follows it."""
        return person_at(self.platform, self.person)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of news: an episode (a slug), and the words of the follow it is for, if any.

    Each recipient, episode and follow has one, so that nothing is told twice.
    """

    episode: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed message on what waits for its recipient.

    If it may have been sent, `pieces` are those that were in it, else all that wait. `admin` is who
    switched announcements on in a channel, "" for a person.
    """

    message: OutboxMessage
    pieces: tuple[Piece, ...]
    admin: str = ""

    @property
    def recipient(self) -> Recipient:
        """Who gets it."""
        return self.message.recipient


def fold_query(query: str) -> str:
    """Bring a query into the form in which equal queries compare equal."""
    return " ".join(map(normalise, query.split()))


class FollowStore(Protocol):
    """Follows, channels and their news, shared by all processes; all methods raise StoreError.

    Only its owner can change a letter; the methods that do return whether they did.
    """

    async def follow(self, follow: Follow, most: int) -> bool:
        """Keep what a person follows; False if they follow that many things already."""

    async def follows_of(self, recipient: Recipient) -> tuple[Follow, ...]:
        """Read what a person follows, oldest first."""

    async def follows(self) -> tuple[Follow, ...]:
        """Read what everybody follows."""

    async def unfollow(self, recipient: Recipient, words: str | None) -> bool:
        """Delete what a person follows, all of it for None; False if they did not."""

    async def announce(self, channel: Channel, admin: str, now: datetime) -> bool:
        """Tell a channel of new episodes; False if it is told already."""

    async def announces(self, channel: Channel) -> bool:
        """Say whether a channel is told of new episodes."""

    async def stop_announcing(self, channel: Channel) -> bool:
        """Stop telling a channel; False if it was not told."""

    async def channels(self) -> tuple[Recipient, ...]:
        """Read which channels are told."""

    async def is_noted(self, library: str) -> bool:
        """Say whether what is new in a library was noted."""

    async def known_episodes(self) -> Mapping[str, frozenset[str]]:
        """Read which episodes there have been: all digests of each slug."""

    async def note(
        self,
        library: str,
        digests: Mapping[str, str],
        news: Iterable[tuple[Recipient, Piece]],
        now: datetime,
    ) -> None:
        """Store what is new in a library, and for whom, in one transaction; keep earlier news."""

    async def waiting(self, now: datetime, told_before: datetime) -> tuple[Recipient, ...]:
        """Name those to whom something can be told now, people if they were told nothing since."""

    async def claim_letter(
        self,
        recipient: Recipient,
        owner: str,
        now: datetime,
        lease: datetime,
        told_before: datetime,
    ) -> Letter | None:
        """Take what waits for a recipient, as `waiting` names them; None if it is another's."""

    async def enclose(self, letter: Letter, pieces: Sequence[Piece]) -> bool:
        """Note, before it is sent, which pieces are in a letter."""

    async def drop_pieces(self, letter: Letter, pieces: Sequence[Piece]) -> bool:
        """Note that there is nothing to tell of some pieces any more."""


@dataclass(frozen=True, slots=True)
class PostingContext:
    """What following and announcing depend on.

    `ephemeral` says why nothing can be promised if the database does not last.
    """

    outbox: Outbox
    follows: FollowStore
    ephemeral: str = ""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The clock of the outbox."""
        return self.outbox.clock
