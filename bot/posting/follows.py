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
"""How many things one person may follow."""


@dataclass(frozen=True, slots=True)
class Follow:
    """A query that a person follows, as typed, with the time and workspace."""

    platform: str
    workspace: str
    person: str
    query: str
    since: datetime

    @property
    def words(self) -> str:
        """Return the query normalized, to compare it with others."""
        return fold_query(self.query)

    @property
    def recipient(self) -> Recipient:
        """Return the follower."""
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
        """Return the recipient."""
        return self.message.recipient


def fold_query(query: str) -> str:
    """Normalize a query, so that different spellings of it compare equal."""
    return " ".join(map(normalise, query.split()))


class FollowStore(Protocol):
    """Where it is written down who hears of what, for all processes; all raise StoreError.

    What changes a letter does so only for its owner, and says whether it did.
    """

    async def follow(self, follow: Follow, most: int) -> bool:
        """Save a follow; return False if the person is at the limit."""

    async def follows_of(self, recipient: Recipient) -> tuple[Follow, ...]:
        """Return a person's follows, oldest first."""

    async def follows(self) -> tuple[Follow, ...]:
        """Return all follows."""

    async def unfollow(self, recipient: Recipient, words: str | None) -> bool:
        """Delete a person's follow, or all for None; return False if there was none."""

    async def announce(self, channel: Channel, admin: str, now: datetime) -> bool:
        """Switch announcements on; return False if they already were."""

    async def announces(self, channel: Channel) -> bool:
        """Return whether a channel gets announcements."""

    async def stop_announcing(self, channel: Channel) -> bool:
        """Switch announcements off; return False if they already were."""

    async def channels(self) -> tuple[Recipient, ...]:
        """Return the channels that get announcements."""

    async def is_noted(self, library: str) -> bool:
        """Return whether a library's news was recorded."""

    async def known_episodes(self) -> Mapping[str, frozenset[str]]:
        """Return all digests of each slug ever seen."""

    async def note(
        self,
        library: str,
        digests: Mapping[str, str],
        news: Iterable[tuple[Recipient, Piece]],
        now: datetime,
    ) -> None:
        """Record a library's news and its recipients at once, keeping earlier records."""

    async def waiting(self, now: datetime, told_before: datetime) -> tuple[Recipient, ...]:
        """List who can be notified now; people only if they got no letter since."""

    async def claim_letter(
        self,
        recipient: Recipient,
        owner: str,
        now: datetime,
        lease: datetime,
        told_before: datetime,
    ) -> Letter | None:
        """Claim what waits for a recipient from `waiting`; return None if it is taken."""

    async def enclose(self, letter: Letter, pieces: Sequence[Piece]) -> bool:
        """Record the pieces of a letter before it is sent."""

    async def drop_pieces(self, letter: Letter, pieces: Sequence[Piece]) -> bool:
        """Record that some pieces have nothing left to tell."""


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
        """Return the clock."""
        return self.outbox.clock
