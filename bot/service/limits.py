"""What is done once, or so often: events are handled, passages shared, charts drawn.

The only home of cachetools.
"""

from collections import deque
from collections.abc import Callable, Hashable
from time import monotonic
from typing import TypeVar

from cachetools import LRUCache, TTLCache

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class RecentItems(LRUCache[K, T]):
    """What was made for each key, of which the `most` that were wanted last are remembered."""

    def __init__(self, most: int) -> None:
        super().__init__(most)


class ExpiringSet:
    """Keys of which each can be taken once, until it is released, `seconds` pass or `most` came."""

    def __init__(self, most: int, seconds: float) -> None:
        self._taken: TTLCache[Hashable, bool] = TTLCache(most, seconds)

    def __contains__(self, key: Hashable) -> bool:
        """Say whether somebody has a key."""
        return key in self._taken

    def take(self, key: Hashable) -> bool:
        """Take a key; False if somebody has it."""
        if key in self:
            return False
        self._taken[key] = True
        return True

    def release(self, key: Hashable) -> None:
        """Let a key be taken again."""
        self._taken.pop(key, None)


class RateLimiter:
    """So many times for each key within any `seconds`; `most` keys are remembered."""

    def __init__(
        self, times: int, seconds: float, most: int, clock: Callable[[], float] = monotonic
    ) -> None:
        self.times = times
        self._seconds = seconds
        self._clock = clock
        # A library that counts with a timer in a thread of its own held up every acknowledgement.
        self._taken: TTLCache[Hashable, deque[float]] = TTLCache(most, seconds, clock)

    def take(self, key: Hashable) -> float:
        """Take one of a key's times; 0 if there was one, else in how many seconds there will be."""
        now = self._clock()
        taken = self._taken.get(key) or deque()
        while taken and now - taken[0] >= self._seconds:
            taken.popleft()
        if len(taken) >= self.times:
            return self._seconds - (now - taken[0])
        taken.append(now)
        self._taken[key] = taken  # and with it, for how long they are remembered
        return 0.0
