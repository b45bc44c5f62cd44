"""The port to a platform, as its callers see it."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Literal, Protocol

from bot.answers.replies import Reply
from bot.errors import AirquoteError
from bot.posting.places import Channel


class FailureKind(Enum):
    """What an error means for the message."""

    PERMANENT = "permanent"  # never posted: no such channel, no right to post
    UNAUTHORIZED = "unauthorized"  # not posted: something is wrong with the app, wherever it posts
    RATE_LIMITED = "rate limited"  # certainly not posted; retry later
    REFUSED = "refused"  # certainly not posted; the cause may pass
    AMBIGUOUS = "ambiguous"  # perhaps posted: a timeout, a lost connection, a server's error


LASTING = frozenset({FailureKind.PERMANENT, FailureKind.UNAUTHORIZED})
"""Failures that waiting does not resolve."""


class PostError(AirquoteError):
    """A message was not, or perhaps not, posted; `retry_after` is in seconds."""

    def __init__(
        self,
        kind: FailureKind,
        subject: str,
        reason: str,
        remedy: str = "",
        retry_after: float = 0.0,
    ) -> None:
        self.kind = kind
        self.retry_after = retry_after
        super().__init__(subject, reason, remedy)


class NotFound(Enum):
    """Why a message was not found."""

    ABSENT = "absent"  # it was certainly not posted
    CANNOT_TELL = "cannot tell"


# The platform's id of a message, or why there is none.
LookupResult = str | Literal[NotFound.ABSENT, NotFound.CANNOT_TELL]


class Poster(Protocol):
    """A platform to post on.

    No method may retry by itself, nor wait out a rate limit: it raises `PostError`. A request that
    takes longer than `Timing.post` is abandoned, its outcome unknown.
    """

    @property
    def platform(self) -> str:
        """Return the platform's name in `Channel`."""

    @property
    def nonce_seconds(self) -> float:
        """Return how long the platform drops messages with a known key; 0 for not at all."""

    @property
    def admins(self) -> Sequence[str]:
        """Return who looks after all channels, besides each one's admin."""

    async def post(self, channel: Channel, reply: Reply, key: str) -> str:
        """Post a reply and return the message's id; raise PostError on failure.

        A single passage is posted with the reply's image, if there is time.
        """

    async def find(self, channel: Channel, key: str, since: datetime) -> LookupResult:
        """Find the message with a key, no older than `since`; raise PostError on failure."""

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        """Replace a message with a reply; raise PostError on failure."""

    async def send(self, person: str, reply: Reply, key: str) -> None:
        """Message a person; raise PostError, PERMANENT if they cannot be reached."""

    async def why_not(self, channel: Channel, admin: str) -> str | None:
        """Say what an admin must do before posts are possible; return None if they are.

        Raise PostError if that is unknown.
        """


async def find_obstacle(poster: Poster, channel: Channel, admin: str) -> Reply | None:
    """Say what an admin must do before posts are possible; return None if they are."""
    try:
        obstacle = await poster.why_not(channel, admin)
    except PostError as error:
        return Reply("I could not find out whether I may post here.", (str(error),))
    return Reply(obstacle) if obstacle else None
