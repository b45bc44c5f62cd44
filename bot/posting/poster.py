"""The interface of a platform to post on."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from enum import Enum
from typing import Literal, Protocol

from bot.answers.replies import Reply
from bot.errors import AirquoteError
from bot.posting.places import Channel, Recipient
from bot.translations import gettext


class FailureKind(Enum):
    """What an error says about the message."""

    PERMANENT = "permanent"  # never posted: no such channel, no right to post
    UNAUTHORIZED = "unauthorized"  # not posted: something is wrong with the app, wherever it posts
    BLOCKED = "blocked"  # not posted: a filter refuses these words, but perhaps not others
    RATE_LIMITED = "rate limited"  # certainly not posted; retry later
    REFUSED = "refused"  # certainly not posted; the cause may pass
    AMBIGUOUS = "ambiguous"  # perhaps posted: a timeout, a lost connection, a server's error


LASTING = frozenset({FailureKind.PERMANENT, FailureKind.UNAUTHORIZED, FailureKind.BLOCKED})
"""Failures that waiting does not end."""


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

    No method may retry, or wait when rate-limited: it raises `PostError` instead.
    A request is cancelled after `Timing.post`; it may or may not have posted by then.
    """

    @property
    def platform(self) -> str:
        """Return the platform's name in `Channel`."""

    @property
    def nonce_seconds(self) -> float:
        """For how long the platform posts one key only once; 0 if it does not check keys."""

    def admins_of(self, workspace: str) -> Sequence[str]:
        """Return who looks after all channels of a workspace, besides each one's admin."""

    async def post(self, channel: Channel, reply: Reply, key: str) -> str:
        """Post a reply in a channel and return the message's id; raises PostError.

        A single passage is posted with the reply's image, if there is time.
        """

    async def find(self, channel: Channel, key: str, since: datetime) -> LookupResult:
        """Find the message with a key, no older than `since`; raise PostError on failure."""

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        """Replace the whole content of a message; raises PostError."""

    async def close_poll(self, channel: Channel, message: str) -> Sequence[int] | None:
        """End the poll of a message and count the votes for each answer; raises PostError.

        None if the platform has no polls, or the message none.
        """

    async def send(self, person: Recipient, reply: Reply, key: str) -> None:
        """Message a person; raise PostError, PERMANENT if they cannot be reached."""

    async def stand_ins(self, channel: Channel) -> Sequence[str]:
        """Return admins of a channel's workspace, the first to ask first; raises PostError.

        Empty if the platform does not say who they are.
        """

    async def has_left(self, workspace: str, person: str) -> bool:
        """Return whether a person is known to have left a workspace; raise PostError."""

    async def language_of(self, recipient: Recipient) -> str:
        """Return a language of `bot.translations.languages`: a person's, or that of a channel.

        "" if the platform does not say; if the settings fix a language, it is that for all. Raises
        PostError.
        """

    async def find_group(self, channel: Channel, named: str) -> str:
        """Find the id of a role or user group to notify, by its id or name.

        Raises PostError that says what is wrong with it.
        """

    async def lacks(self, channel: Channel, *, thread: bool, pin: bool, ping: str) -> Sequence[str]:
        """Say in sentences what the app lacks for a thread, a pin or a notification there.

        Empty if it lacks nothing, as far as can be known. Raises PostError.
        """

    async def open_thread(self, channel: Channel, message: str, name: str, text: str) -> None:
        """Open a thread at a message, by a name or with a text; raises PostError."""

    async def pin(self, channel: Channel, message: str, earlier: str = "") -> None:
        """Pin a message in place of an earlier one, if any; raises PostError."""

    async def why_not(self, channel: Channel, admin: str, *, plain: bool = False) -> str | None:
        """Say what an admin must do before the app can post there; None if it can already.

        If `plain`, posts have neither video nor picture. Raises PostError if that cannot be found
        out.
        """


@asynccontextmanager
async def within(limit: timedelta, subject: str) -> AsyncIterator[None]:
    """Limit the time for a request to a platform; raise PostError, AMBIGUOUS, after it."""
    try:
        async with asyncio.timeout(limit.total_seconds()):
            yield
    except TimeoutError as error:
        reason = gettext("there was no answer in time.")
        raise PostError(FailureKind.AMBIGUOUS, subject, reason) from error


async def find_obstacle(
    posters: Mapping[str, Poster], channel: Channel, admin: str, *, plain: bool = False
) -> Reply | None:
    """Tell an admin what keeps the app from posting in a channel; None if nothing does.

    If `plain`, the posts have neither video nor picture.
    """
    try:
        obstacle = await posters[channel.platform].why_not(channel, admin, plain=plain)
    except PostError as error:
        return Reply(gettext("I could not find out whether I may post here."), (str(error),))
    return Reply(obstacle) if obstacle else None
