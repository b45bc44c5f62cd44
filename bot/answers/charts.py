"""Charts of mentions: text bars narrow enough for a phone, and a line chart by season.

The only module that uses matplotlib, an extra. `python -m bot.answers.charts` reads a language and
lines as JSON from standard input and writes a PNG to standard output, so that drawing does not hold
up the process that answers people: see `draw_apart`.
"""

import json
import sys
import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO
from typing import Any, NamedTuple

from bot.answers.replies import Reply
from bot.errors import AirquoteError, ConfigError
from bot.search.mentions import Mentions, describe_seasons
from bot.text import one_line, truncate
from bot.translations import format_number, gettext, language_spoken, speaking
from bot.workers import run_worker

# Markers tell terms apart without colour. A chart brings its own ground, to be read in light
# and in dark chats: on it, each line has a contrast of at least 7 to 1, the text of 13 to 1.
_GROUND, _INK, _GRID = "#1f2024", "#e6e7ea", "#43454d"
_LINES = "['#f4b942', '#5cc8ff', '#ff8fab', '#7ee2a8']"
# As matplotlib's own configuration names it.
_LOOK: dict[Any, Any] = {
    "figure.figsize": (8.0, 4.0),
    "figure.dpi": 150,
    "figure.facecolor": _GROUND,
    "axes.facecolor": _GROUND,
    "axes.prop_cycle": f"cycler(color={_LINES}, marker=['o', 's', 'D', '^'])",
    "lines.linewidth": 2.5,
    "lines.markersize": 8,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": _GRID,
    "axes.edgecolor": _GRID,
    **{f"axes.spines.{side}": False for side in ("top", "right", "left")},
    "axes.labelcolor": _INK,
    "axes.labelsize": 13,
    "axes.titlecolor": _INK,
    "axes.titlesize": 16,
    **{f"{axis}tick.color": _INK for axis in "xy"},
    **{f"{axis}tick.labelsize": 13 for axis in "xy"},
    **{f"{axis}tick.major.size": 0 for axis in "xy"},
    "legend.fontsize": 14,
    "legend.frameon": False,
    "legend.labelcolor": _INK,
}
# Leaves room for the lines.
_LONGEST_LABEL = 40
_COLUMNS = 60
# A phone shows about 40 characters without wrapping, enough for two terms.
_WIDEST = 18
_GAP = 2


class Line(NamedTuple):
    """A term's line; each point is a season and a count."""

    label: str
    points: tuple[tuple[int, int], ...]


def draw_bars(mentions: Sequence[Mentions]) -> list[str]:
    """Draw how often each term is mentioned, a row per season and a column per term.

    Within a single season, each term has a row, and a single term has no chart.
    """
    seasons = seasons_of(mentions)
    if not any(counted.total for counted in mentions):
        return []
    if len(seasons) > 1:
        return _by_season(mentions, seasons)
    return _by_term(mentions) if len(mentions) > 1 else []


def notes_beside(reply: Reply) -> list[str]:
    """Return a reply's notes, except those that repeat the chart."""
    drawn = {line for counted in reply.mentions for line in describe_seasons(counted)}
    return [note for note in reply.notes if note not in drawn]


def seasons_of(mentions: Sequence[Mentions]) -> list[int]:
    """List the seasons in order, from the first in which anything is mentioned; none without any.

    If that is the last one, the one before is listed too, to compare with.
    """
    counts = [each for counted in mentions for each in counted.by_season]
    if not any(times for _, times in counts):
        return []
    first = min(season for season, times in counts if times)
    seasons = sorted({season for season, _ in counts})
    return [each for each in seasons if each >= first or each in seasons[-2:]]


def lines_of(mentions: Sequence[Mentions]) -> tuple[Line, ...]:
    """Return the lines to draw for mentions."""
    seasons = set(seasons_of(mentions))
    return tuple(
        Line(
            truncate(counted.term, _LONGEST_LABEL),
            tuple(each for each in counted.by_season if each[0] in seasons),
        )
        for counted in mentions
    )


def can_draw() -> bool:
    """Return whether matplotlib is installed, without importing it."""
    return find_spec("matplotlib") is not None


async def draw_apart(lines: Sequence[Line], seconds: float) -> bytes:
    """Run `draw_seasons` in a process of its own, which takes about half a second.

    It speaks the language that is spoken here. Raise TimeoutError after `seconds`, and
    AirquoteError with the kind of any other error.
    """
    ended = await run_worker(
        "bot.answers.charts", json.dumps([language_spoken(), lines]).encode(), seconds
    )
    if ended.code:
        kind = ended.errors.decode(errors="replace").strip().rpartition("\n")[2]
        raise AirquoteError("charts", f"the chart cannot be drawn ({kind or ended.code}).")
    return ended.output


def draw_seasons(lines: Sequence[Line]) -> bytes:
    """Draw how often each term is mentioned, by season, as a PNG of 1200 by 600 pixels.

    Raise ConfigError if matplotlib is not installed.
    """
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine
        from matplotlib.ticker import MaxNLocator
    except ImportError as error:
        remedy = "Install it with: pip install 'airquote[charts]'."
        raise ConfigError("charts", "matplotlib is not installed.", remedy) from error
    drawn = BytesIO()
    with rc_context(_LOOK), warnings.catch_warnings():
        # A character missing from the font, such as an emoji, is drawn as a box.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.12))
        axes = figure.add_subplot(xlabel=gettext("Season"), ylabel=gettext("Mentions"))
        for line in lines:
            seasons = [season for season, _ in line.points]
            axes.plot(seasons, [times for _, times in line.points], clip_on=False)
        axes.set_ylim(0, max(1, axes.get_ylim()[1]))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        # Labels are what people typed, not markup: with `parse_math` off, "$" starts no formula. A
        # legend would also hide a label that starts with "_", so it is set afterwards.
        if len(lines) == 1:
            axes.set_title(lines[0].label, parse_math=False)
        else:
            numbers = [str(number) for number in range(len(lines))]
            legend = figure.legend(axes.lines, numbers, loc="outside upper center", ncols=2)
            for text, line in zip(legend.get_texts(), lines, strict=True):
                text.set(text=line.label, parse_math=False)
        figure.savefig(drawn, format="png")
    return drawn.getvalue()


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
    """Draw a bar and its number; any count above zero is visible."""
    longest = width - len(f" {format_number(highest)}")
    length = max(1, round(times / highest * longest)) if times else 0
    return f"{'█' * length} {format_number(times)}".lstrip()


def _main() -> None:
    """Draw the lines read from standard input, in the language named before them."""
    language, read = json.load(sys.stdin.buffer)
    lines = [Line(label, points) for label, points in read]
    try:
        with speaking(language):
            drawn = draw_seasons(lines)
    except Exception as error:  # noqa: BLE001 - it may quote what was typed, which nobody logs
        sys.exit(type(error).__name__)
    sys.stdout.buffer.write(drawn)


if __name__ == "__main__":
    _main()
