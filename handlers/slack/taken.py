"""What Slack has taken lately of what it may refuse, so that an acknowledgement may hold it.

An acknowledgement is the only answer that cannot be lost or come twice if a process is killed, but
nobody learns that it was refused. A picture that was taken will hardly be gone within the hour.
"""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

from cachetools import TTLCache

_SECONDS = 3600.0
_MOST = 10_000
# Charts are the newest blocks; not every workspace may know them.
_CHART = "data_visualization"


class Taken:
    """Remembers pictures and charts that Slack has taken, by the clock `now`."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._parts: TTLCache[str, bool] = TTLCache(_MOST, _SECONDS, now)

    def note(self, workspace: str, message: dict[str, Any]) -> None:
        """Remember that a workspace has taken a message."""
        self._parts.update((each, True) for each in _refusable(workspace, message))

    def holds(self, workspace: str, message: dict[str, Any]) -> bool:
        """Return whether a workspace will take a message, too."""
        return all(each in self._parts for each in _refusable(workspace, message))


def _refusable(workspace: str, part: object) -> Iterator[str]:
    """Name all in a message that may be refused."""
    if isinstance(part, list):
        for each in part:
            yield from _refusable(workspace, each)
    elif isinstance(part, dict):
        if "image_url" in part:
            yield str(part["image_url"])
        if part.get("type") == _CHART:
            yield f"{workspace} {_CHART}"
        for each in part.values():
            yield from _refusable(workspace, each)
