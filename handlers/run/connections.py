"""Keep the chat platforms connected, and know the state of each."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.errors import ConfigError, UnreachableError
from bot.posting.poster import Poster
from handlers.platform import UNDIVIDED, Platform
from handlers.token_watch import TokenWatch

CONNECTED = ""
_LONGEST_PAUSE_SECONDS = 60.0
_NOT_YET = "it is not connected yet."

_log = logging.getLogger(__name__)

# Receives a platform's trouble, CONNECTED if there is none.
Note = Callable[[str], None]


class Connections:
    """The platforms to answer on; `troubles` holds that of each connection, CONNECTED if none."""

    def __init__(self, platforms: Sequence[Platform]) -> None:
        self.platforms = tuple(platforms)
        self.troubles = {platform.name: _NOT_YET for platform in platforms}
        self._refusals: dict[str, ConfigError] = {}

    def find_troubles(self) -> dict[str, str]:
        """Return the trouble of each platform with its connection or token, CONNECTED if none.

        The parts of a platform that is divided follow it.
        """
        found: dict[str, str] = {}
        for platform in self.platforms:
            name, parts = platform.name, platform.parts
            lost = next(iter(parts.values())) if parts and all(parts.values()) else ""
            found[name] = self.troubles[name] or platform.watch.trouble or lost
            if len(parts) > 1:
                found |= {f"{name} {part}": trouble for part, trouble in parts.items()}
        return found

    async def answer(self, on_started: Callable[[Sequence[str]], Awaitable[None]]) -> None:
        """Answer until every platform has rejected its settings; raises ConfigError then.

        After the first attempts, `on_started` is called with the names of the platforms left.
        Without any platform, it is called at once: then only assistants ask.
        """
        if not self.platforms:
            await on_started(())
            await asyncio.Event().wait()
        async with asyncio.TaskGroup() as group:
            tried = [asyncio.Event() for _ in self.platforms]
            for platform, event in zip(self.platforms, tried, strict=True):
                group.create_task(self._answer_on(platform, event))
            for event in tried:
                await event.wait()
            if left := [each.name for each in self.platforms if each.name not in self._refusals]:
                await on_started(left)
        subjects = ", ".join(error.subject for error in self._refusals.values())
        raise ConfigError(subjects, "no platform is left to answer on.", "The log above says why.")

    async def stop(self, seconds: float) -> None:
        """Stop all platforms, giving running answers some seconds to finish."""
        stopping = (platform.stop(seconds) for platform in self.platforms)
        for outcome in await asyncio.gather(*stopping, return_exceptions=True):
            if isinstance(outcome, Exception):
                _log.error("A platform failed to stop.", exc_info=outcome)

    async def _answer_on(self, platform: Platform, tried: asyncio.Event) -> None:
        """Answer on a platform; set `tried` after the first attempt, and record a ConfigError."""

        def note(trouble: str) -> None:
            self.troubles[platform.name] = trouble
            tried.set()

        try:
            await keep_connected(platform, note)
        except ConfigError as error:
            _log.error("%s", error, extra={"platform": platform.name})
            self._refusals[platform.name] = error
            note(str(error))


class PostingOnly:
    """A platform on which this process posts, while others answer."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    @property
    def name(self) -> str:
        """The platform's name in the logs."""
        return self._platform.name

    @property
    def poster(self) -> Poster:
        """What posts messages there."""
        return self._platform.poster

    @property
    def watch(self) -> TokenWatch:
        """What knows whether the platform accepts the token."""
        return self._platform.watch

    @property
    def parts(self) -> Mapping[str, str]:
        """The parts of a connection that there is none of."""
        return UNDIVIDED

    async def start(self) -> None:
        """Log in to post; raises ConfigError if refused, UnreachableError if it may work later."""
        await self._platform.log_in()

    async def serve(self) -> None:
        """Wait for ever: what is posted needs no connection that lasts."""
        await asyncio.Event().wait()

    async def stop(self, seconds: float) -> None:
        """Log out."""
        await self._platform.stop(seconds)

    async def log_in(self) -> None:
        """Log in to post, as `start` does."""
        await self._platform.log_in()


async def keep_connected(
    platform: Platform, note: Note = lambda _: None, pause: float = 1.0
) -> None:
    """Start a platform, and restart it whenever its connection is lost; raises its ConfigError.

    If it is unreachable, retry after `pause` seconds, doubling the pause up to a minute.
    """
    facts, wait = {"platform": platform.name}, pause
    while True:
        try:
            await platform.start()
        except UnreachableError as error:
            _log.warning("%s Retrying in %g s.", error, wait, extra=facts)
            note(str(error))
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_PAUSE_SECONDS)
        else:
            _log.info("connected", extra=facts)
            note(CONNECTED)
            wait = pause
            await platform.serve()
            note(_NOT_YET)
