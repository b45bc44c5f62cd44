"""Who hears of new episodes: people who follow words, and channels.

News is stored until it is told; one letter may hold several pieces.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.podcasts import ONLY_PODCAST
from bot.posting.bindings import Bindings
from bot.posting.outbox import Outbox, OutboxMessage
from bot.posting.places import Channel, Recipient, Requester, person_at
from bot.search.index.analysis import normalise

MOST_FOLLOWS = 20
"""How many queries one person may follow."""


@dataclass(frozen=True, slots=True)
class Follow:
    """A query that a person follows, as typed; `since` and `workspace` say when and where.

    `language` is the one they asked for it in. `podcasts` are the ids of those in which they follow
    it, where there are several; without, it is those of the workspace.
    """

    platform: str
    workspace: str
    person: str
    query: str
    since: datetime
    language: str = ""
    podcasts: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The query in its normal form."""
        return fold_query(self.query)

    @property
    def recipient(self) -> Recipient:
        """Return the follower."""
        return person_at(self.platform, self.person, self.workspace)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of news: an episode (a slug), and the words of the follow it is for, if any.

    Each recipient, episode and follow has one, so that nothing is told twice.
    """

    episode: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed message with the news for its recipient.

    `pieces` are those in the message if it may have been sent, else all that wait. `admin` is who
    switched announcements on in a channel, "" for a person. `language` is that of a person's last
    follow, "" for a channel.
    """

    message: OutboxMessage
    pieces: tuple[Piece, ...]
    admin: str = ""
    language: str = ""


def fold_query(query: str) -> str:
    """Bring a query into the form in which equal queries compare equal."""
    return " ".join(map(normalise, query.split()))


class FollowStore(Protocol):
    """Follows, channels and their news, shared by all processes; all methods raise StoreError.

    Only its owner can change a letter; the methods that do return whether they did.
    """

    async def follow(self, follow: Follow) -> bool:
        """Save a follow; return False if the person is at `MOST_FOLLOWS`.

        What they follow already, they then follow in further podcasts too.
        """

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
        """Store what is new in a library, and for whom, in one transaction; keep earlier news."""

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

    async def unreachable(self) -> tuple[Recipient, ...]:
        """Return the people whose letter was refused, and who have not been told so."""

    async def take_refusal(self, recipient: Recipient) -> str:
        """Return why a person's letter was refused, but only once; "" if it was not."""

    async def enclose(self, letter: Letter, pieces: Sequence[Piece]) -> bool:
        """Record the pieces of a letter before it is sent."""

    async def drop_pieces(self, letter: Letter, pieces: Sequence[Piece]) -> bool:
        """Record that some pieces have nothing left to tell."""


class PeopleStore(Protocol):
    """What is stored of people; all methods raise StoreError.

    Rows are counted by table if they are about the person alone, else by the column that names the
    person, as in "subscriptions.admin".
    """

    async def count(self, platform: str, person: str) -> Mapping[str, int]:
        """Count the rows that name a person."""

    async def forget(self, platform: str, person: str, workspace: str = "") -> Mapping[str, int]:
        """Delete all that names a person; return how many rows did.

        What they begin to follow in `workspace` meanwhile is kept whole, or not at all.
        """

    async def members(self) -> tuple[Requester, ...]:
        """List who is named in which workspace."""

    async def forget_member(self, member: Requester) -> None:
        """Delete what names a person in one workspace, and all if nothing is left to follow."""


@dataclass(frozen=True, slots=True)
class PostingContext:
    """What following and announcing depend on, and what people can have deleted.

    `ephemeral` says why nothing can be promised if the database does not last. `unreachable` are
    the people of `FollowStore.unreachable`, as last read. `bindings` say which podcasts a place is
    served.
    """

    outbox: Outbox
    follows: FollowStore
    people: PeopleStore
    ephemeral: str = ""
    unreachable: set[Recipient] = field(default_factory=set)
    bindings: Bindings = field(default_factory=lambda: Bindings([ONLY_PODCAST.id]))
