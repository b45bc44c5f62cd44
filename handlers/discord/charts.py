"""Mentions as a picture that is attached to a message."""

import logging
from collections.abc import Sequence

from bot.bars import seasons_of
from bot.charts import draw_seasons
from bot.errors import ConfigError
from bot.mentions import Mentions

CHART_NAME = "mentions.png"

_log = logging.getLogger(__name__)


def draw_chart(mentions: Sequence[Mentions]) -> bytes | None:
    """Draw how often each term is mentioned, by season, as a PNG; this takes about 0.2 s.

    None where there is nothing to compare, or where matplotlib is not installed.
    """
    if len(seasons_of(mentions)) < 2 or not any(counted.total for counted in mentions):
        return None
    try:
        return draw_seasons(mentions)
    except ConfigError as error:
        _log.debug("The chart is text: %s", error)
        return None
