"""Mentions as an image that is attached to a message."""

import asyncio
import logging
from collections.abc import Sequence
from typing import TypeAlias

from cachetools import LRUCache

from bot.answers.charts import Line, can_draw, draw_apart, lines_of, seasons_of
from bot.errors import AirquoteError
from bot.search.mentions import Mentions
from bot.translations import language_spoken

CHART_NAME = "mentions.png"
# With this many charts waiting, further requests get text instead: a chart takes half a second.
_MAX_WAITING = 4
# Whoever has waited this long gets text, too.
_SECONDS = 10.0
# About 40 kB each.
_MAX_REMEMBERED = 64

# The language of the words in it, and what it shows.
_Drawing: TypeAlias = tuple[str, tuple[Line, ...]]

_log = logging.getLogger(__name__)


class ChartRenderer:
    """Draws charts in a worker process, one at a time, and caches the latest."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._begun: dict[_Drawing, asyncio.Task[bytes | None]] = {}
        self._drawn: LRUCache[_Drawing, bytes] = LRUCache(_MAX_REMEMBERED)

    async def draw(self, mentions: Sequence[Mentions]) -> bytes | None:
        """Draw how often each term is mentioned in each season, as a PNG.

        None if there is nothing to compare, matplotlib is not installed, or it would take too
        long: the message shows the counts as text then.
        """
        if len(seasons_of(mentions)) < 2 or not any(counted.total for counted in mentions):
            return None
        drawing = language_spoken(), lines_of(mentions)
        if drawing in self._drawn:
            return self._drawn[drawing]
        if drawing not in self._begun:
            if len(self._begun) >= _MAX_WAITING or not can_draw():
                return None
            self._begun[drawing] = asyncio.create_task(self._draw(drawing))
            self._begun[drawing].add_done_callback(lambda _: self._begun.pop(drawing))
        # Shielded, because others may be waiting for the same chart.
        return await asyncio.shield(self._begun[drawing])

    async def _draw(self, drawing: _Drawing) -> bytes | None:
        _, lines = drawing
        try:
            async with asyncio.timeout(self._seconds), self._turn:
                self._drawn[drawing] = await draw_apart(lines, self._seconds)
        except (AirquoteError, TimeoutError, OSError) as error:
            _log.warning(
                "A chart is replaced by text: %s", str(error) or "drawing it takes too long."
            )
            return None
        return self._drawn[drawing]
