"""What the request queue reports about each request, apart from it, for metrics to count."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The outcome of a request."""

    ANSWERED = "answered"
    NOTHING = "nothing"  # nothing was found
    QUIET = "quiet"  # a message that asks nothing
    LIMITED = "limited"  # asked too often
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answered:
    """A request, its outcome, and the seconds it took.

    `is_zero_hit` marks a query whose first page is empty.
    """

    platform: str
    command: str
    outcome: Outcome
    seconds: float
    hits: int = 0
    is_zero_hit: bool = False
