"""Mentions as lines of text with bars, narrow enough for a phone."""

from collections.abc import Sequence

from bot.replies import Reply
from bot.search.mentions import Mentions, tell_seasons
from bot.text import one_line, truncate

_COLUMNS = 60
# What a phone shows without breaking lines is about 40: two terms fit there.
_WIDEST = 18
_GAP = 2


def draw_bars(mentions: Sequence[Mentions]) -> list[str]:
    """Draw how often each term is mentioned: a row for each season, a column for each term.

    Without several seasons, each term has a row; there is nothing to draw for a single term then.
    """
    seasons = seasons_of(mentions)
    if not any(counted.total for counted in mentions):
        return []
    if len(seasons) > 1:
        return _by_season(mentions, seasons)
    return _by_term(mentions) if len(mentions) > 1 else []


def notes_beside(reply: Reply) -> list[str]:
    """Take a reply's notes without those that say what the chart shows."""
    drawn = {line for counted in reply.mentions for line in tell_seasons(counted)}
    return [note for note in reply.notes if note not in drawn]


def seasons_of(mentions: Sequence[Mentions]) -> list[int]:
    """List the seasons for which there are counts, in order."""
    return sorted({season for counted in mentions for season, _ in counted.by_season})


def _by_season(mentions: Sequence[Mentions], seasons: Sequence[int]) -> list[str]:
    names = [f"S{season:02}" for season in seasons]
    lead = max(map(len, names)) + _GAP
    width = min(_WIDEST, (_COLUMNS - lead) // len(mentions) - _GAP)
    counts = [dict(counted.by_season) for counted in mentions]
    highest = max(times for each in counts for times in each.values())
    titles = [truncate(one_line(counted.term), width) for counted in mentions]
    rows = [["", *titles]] if len(mentions) > 1 else []
    for name, season in zip(names, seasons, strict=True):
        rows.append([name, *(_bar(each.get(season, 0), highest, width) for each in counts)])
    return [_row(cells, lead, width + _GAP) for cells in rows]


def _by_term(mentions: Sequence[Mentions]) -> list[str]:
    names = [truncate(one_line(counted.term), _WIDEST) for counted in mentions]
    lead = max(map(len, names)) + _GAP
    highest = max(counted.total for counted in mentions)
    return [
        _row([name, _bar(counted.total, highest, _WIDEST)], lead, 0)
        for name, counted in zip(names, mentions, strict=True)
    ]


def _row(cells: Sequence[str], lead: int, width: int) -> str:
    first, *others = cells
    return (first.ljust(lead) + "".join(cell.ljust(width) for cell in others)).rstrip()


def _bar(times: int, highest: int, width: int) -> str:
    """Draw a bar and its number; whatever is above zero is seen."""
    longest = width - len(f" {highest:,}")
    length = max(1, round(times / highest * longest)) if times else 0
    return f"{'█' * length} {times:,}".lstrip()
