"""Mentions by season -> Slack's own chart, a block that the library has no model of."""

from collections.abc import Sequence

from bot.answers.charts import seasons_of
from bot.search.mentions import Mentions
from bot.text import one_line, truncate
from bot.translations import gettext
from handlers.slack.render.limits import CHART_CATEGORIES, CHART_LABEL, CHART_SERIES
from handlers.slack.render.rich_text import Parts, Payload

# One term is counted in bars; several are compared by lines, which do not cover each other.
_ONE, _SEVERAL = "bar", "line"


def chart_blocks(mentions: Sequence[Mentions]) -> Parts:
    """Draw how often each term is mentioned, if there are several seasons.

    More than 20 seasons are joined. What Slack's chart cannot show is not drawn at all.
    """
    seasons = seasons_of(mentions)
    counted = [each for each in mentions if one_line(each.term)]
    if len(seasons) < 2 or not 0 < len(counted) <= CHART_SERIES:
        return []
    if not any(each.total for each in counted):
        return []
    bins = _bins(seasons)
    names = _names([each.term for each in counted])
    chart = {
        "type": _ONE if len(counted) == 1 else _SEVERAL,
        "series": [_series(name, each, bins) for name, each in zip(names, counted, strict=True)],
        "axis_config": {"categories": list(map(_label, bins)), "y_label": gettext("Mentions")},
    }
    return [{"type": "data_visualization", "title": gettext("Mentions by season"), "chart": chart}]


def _series(name: str, counted: Mentions, bins: Sequence[Sequence[int]]) -> Payload:
    times = dict(counted.by_season)
    points = [(_label(each), sum(times.get(season, 0) for season in each)) for each in bins]
    return {"name": name, "data": [{"label": label, "value": value} for label, value in points]}


def _bins(seasons: Sequence[int]) -> list[Sequence[int]]:
    """Join neighbouring seasons, so many that all fit."""
    size = -(-len(seasons) // CHART_CATEGORIES)
    return [seasons[first : first + size] for first in range(0, len(seasons), size)]


def _label(seasons: Sequence[int]) -> str:
    first, last = seasons[0], seasons[-1]
    return f"S{first:02}" if first == last else f"S{first:02}–{last:02}"


def _names(terms: Sequence[str]) -> list[str]:
    """Shorten terms to what a legend holds; each is another one."""
    names: list[str] = []
    for number, term in enumerate(terms, start=1):
        name = truncate(one_line(term), CHART_LABEL)
        if name in names:
            name = f"{truncate(name, CHART_LABEL - 3)} {number}"
        names.append(name)
    return names
