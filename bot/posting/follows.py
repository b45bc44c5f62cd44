"""What is known of who hears of new episodes: people who follow words, and channels.

What there is to tell one of them is kept until it is told, in one letter for several pieces of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.posting.outbox import Outbox, OutboxMessage
from bot.posting.places import Channel, Recipient, person_at
from bot.search.index.analysis import normalise

MOST_FOLLOWS = 20
"""So many things a person may follow."""


@dataclass(frozen=True, slots=True)
class Follow:
    """What a person follows: a query as it was typed, `since` then and from that workspace."""

    platform: str
    workspace: str
    person: str
    query: str
    since: datetime

    @property
    def words(self) -> str:
        """The query in the one way in which all ways of typing it are the same."""
        return fold_query(self.query)

    @property
    def recipient(self) -> Recipient:
        """Who follows it."""
        return person_at(self.platform, self.person)


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to tell: an episode (a slug), and the words of the follow that it is for, if any.

    There is one for a recipient, an episode and a follow, so that nothing is told twice.
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
    """Write a query so that the ways in which it may be typed are one."""
    return " ".join(map(normalise, query.split()))


class FollowStore(Protocol):
    """Where it is written down who hears of what, for all processes; all raise StoreError.

    What changes a letter does so only for its owner, and says whether it did.
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
        """Note at once what is new in a library, and for whom; what was noted before stays."""

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
    """All that following and announcing need of the world.

    `ephemeral` says why nothing may be promised: what is written down would be lost.
    """

    outbox: Outbox
    follows: FollowStore
    ephemeral: str = ""

    @property
    def clock(self) -> Callable[[], datetime]:
        """What tells the time."""
        return self.outbox.clock
