"""Mentions as a picture that is attached to a message."""

import asyncio
import logging
from collections.abc import Sequence

from bot.bars import seasons_of
from bot.charts import Line, can_draw, draw_apart, lines_of
from bot.errors import AirquoteError
from bot.mentions import Mentions
from bot.once import Latest

CHART_NAME = "mentions.png"
# Who comes when so many wait sees the counts as text at once: one takes half a second.
_MOST_WAITING = 4
# Whoever waits longer does, too.
_SECONDS = 10.0
# About 40 KB each.
_MOST_REMEMBERED = 64

_log = logging.getLogger(__name__)


class Charts:
    """Draws charts one at a time, in another process, and remembers the latest."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._drawing = asyncio.Lock()
        self._waiting = 0
        self._drawn: Latest[tuple[Line, ...], bytes] = Latest(_MOST_REMEMBERED)

    async def draw(self, mentions: Sequence[Mentions]) -> bytes | None:
        """Draw how often each term is mentioned, by season, as a PNG.

        None where there is nothing to compare, where matplotlib is not installed, and where it
        would take too long: the message shows the counts as text then.
        """
        if len(seasons_of(mentions)) < 2 or not any(counted.total for counted in mentions):
            return None
        lines = lines_of(mentions)
        if lines in self._drawn:
            return self._drawn[lines]
        if self._waiting >= _MOST_WAITING or not can_draw():
            return None
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                return await self._draw(lines)
        except (AirquoteError, TimeoutError, OSError) as error:
            _log.warning("A chart is shown as text: %s", str(error) or "it takes too long.")
            return None
        finally:
            self._waiting -= 1

    async def _draw(self, lines: tuple[Line, ...]) -> bytes:
        async with self._drawing:
            if lines not in self._drawn:  # by who asked for the same before
                self._drawn[lines] = await draw_apart(lines, self._seconds)
            return self._drawn[lines]
