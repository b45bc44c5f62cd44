"""What may happen once: each event is handled, each passage shared a single time.

The only home of cachetools.
"""

from collections.abc import Hashable

from cachetools import TTLCache


class Claims:
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
