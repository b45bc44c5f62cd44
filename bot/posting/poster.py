"""A platform to post on, as seen by who has something to say there."""

from enum import Enum
from typing import Literal

from bot.errors import AirquoteError


class FailureKind(Enum):
    """What an error tells of the message that was not posted."""

    PERMANENT = "permanent"  # not posted, and never will be: no such channel, no right to post
    RATE_LIMITED = "rate limited"  # certainly not posted; it may be after a while
    REFUSED = "refused"  # certainly not posted; why may pass
    AMBIGUOUS = "ambiguous"  # perhaps posted: a timeout, a lost connection, a server's error


class PostError(AirquoteError):
    """A message was not posted, or nobody knows; `retry_after` is in seconds."""

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


# The platform's name of a message, or why there is none.
LookupResult = str | Literal[NotFound.ABSENT, NotFound.CANNOT_TELL]
