"""The chat platforms of a process: connected again whenever they are lost, and how they stand."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.errors import ConfigError, UnreachableError
from handlers.platform import Platform

CONNECTED = ""
_LONGEST_PAUSE_SECONDS = 60.0
_NOT_YET = "it is not connected yet."

_log = logging.getLogger(__name__)

# Told what keeps a platform from being answered on, CONNECTED if nothing does.
Note = Callable[[str], None]


class Connections:
    """Platforms to answer on; `troubles` says of each what is wrong, CONNECTED if nothing is."""

    def __init__(self, platforms: Sequence[Platform]) -> None:
        self.platforms = tuple(platforms)
        self.troubles = {platform.name: _NOT_YET for platform in platforms}
        self._refusals: dict[str, ConfigError] = {}

    async def answer(self, on_started: Callable[[Sequence[str]], Awaitable[None]]) -> None:
        """Answer until all platforms have refused; raises ConfigError then.

        Once each was tried, `on_started` is called with the names of those that did not refuse.
        """
        async with asyncio.TaskGroup() as group:
            tried = [asyncio.Event() for _ in self.platforms]
            for platform, event in zip(self.platforms, tried, strict=True):
                group.create_task(self._answer_on(platform, event))
            for event in tried:
                await event.wait()
            if left := [each.name for each in self.platforms if each.name not in self._refusals]:
                await on_started(left)
        subjects = ", ".join(error.subject for error in self._refusals.values())
        raise ConfigError(subjects, "no chat is left to answer in.", "The log above says why.")

    async def stop(self, seconds: float) -> None:
        """Take nothing more in on any platform, and let what runs finish for so long."""
        stopping = (platform.stop(seconds) for platform in self.platforms)
        for outcome in await asyncio.gather(*stopping, return_exceptions=True):
            if isinstance(outcome, Exception):
                _log.error("This did not end as it should.", exc_info=outcome)

    async def _answer_on(self, platform: Platform, tried: asyncio.Event) -> None:
        """Answer on a platform; `tried` is set after the first try, and a refusal is kept."""

        def note(trouble: str) -> None:
            self.troubles[platform.name] = trouble
            tried.set()

        try:
            await keep_connected(platform, note)
        except ConfigError as error:
            _log.error("%s", error, extra={"platform": platform.name})
            self._refusals[platform.name] = error
            note(str(error))


async def keep_connected(
    platform: Platform, note: Note = lambda _: None, pause: float = 1.0
) -> None:
    """Start a platform, and again whenever its connection is lost; raises its ConfigError.

    Where it is away, it is tried after `pause` seconds, and after pauses that double up to a
    minute.
    """
    facts, wait = {"platform": platform.name}, pause
    while True:
        try:
            await platform.start()
        except UnreachableError as error:
            _log.warning("%s Next try in %g s.", error, wait, extra=facts)
            note(str(error))
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_PAUSE_SECONDS)
        else:
            _log.info("connected", extra=facts)
            note(CONNECTED)
            wait = pause
            await platform.serve()
            note(_NOT_YET)
