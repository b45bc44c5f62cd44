"""What is seen of the work as it is done: plain facts, for whoever counts them."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What came of a command."""

    ANSWERED = "answered"
    NOTHING = "nothing"  # was found
    LIMITED = "limited"  # to so many a minute
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answered:
    """A command that came in, and what came of it after how many seconds.

    `is_zero_hit` says that it was a query whose first page is empty.
    """

    platform: str
    command: str
    outcome: Outcome
    seconds: float
    hits: int = 0
    is_zero_hit: bool = False
