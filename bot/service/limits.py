"""What may be done so often."""

from collections import deque
from collections.abc import Callable, Hashable
from time import monotonic

from cachetools import TTLCache


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
