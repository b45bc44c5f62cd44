"""A rate limiter by sliding window. It knows nothing of requests: its keys may be anything."""

from collections import deque
from collections.abc import Callable, Hashable
from time import monotonic

from cachetools import TTLCache


class RateLimiter:
    """Allows each of `max_keys` keys `times` within any `seconds`."""

    def __init__(
        self, times: int, seconds: float, max_keys: int, clock: Callable[[], float] = monotonic
    ) -> None:
        self.times = times
        self._seconds = seconds
        self._clock = clock
        # A library that counts in a timer thread of its own held up every acknowledgement.
        self._taken: TTLCache[Hashable, deque[float]] = TTLCache(max_keys, seconds, clock)

    def take(self, key: Hashable) -> float:
        """Use one of a key's times; return 0, or the seconds to wait if none is left."""
        now = self._clock()
        taken = self._taken.get(key) or deque()
        while taken and now - taken[0] >= self._seconds:
            taken.popleft()
        if len(taken) >= self.times:
            return self._seconds - (now - taken[0])
        taken.append(now)
        self._taken[key] = taken  # storing it again renews its time to live
        return 0.0
