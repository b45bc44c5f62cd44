"""Mentions as a picture: lines by season. The only home of matplotlib, which is an extra.

`python -m bot.charts` draws the lines that standard input has as JSON to standard output, for who
has others to answer meanwhile: see `draw_apart`.
"""

import json
import sys
import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from bot.errors import AirquoteError, ConfigError
from bot.workers import run_worker

if TYPE_CHECKING:
    from bot.search.mentions import Mentions

_INCHES = (8.0, 4.0)
_DOTS_PER_INCH = 150
# Terms are told apart without colours too.
_MARKERS = "osD^"
# What leaves room for the lines.
_LONGEST_LABEL = 40


class Line(NamedTuple):
    """What is drawn of a term: its name, and its season and times for each point."""

    label: str
    points: tuple[tuple[int, int], ...]


def lines_of(mentions: "Sequence[Mentions]") -> tuple[Line, ...]:
    """Say what is drawn of mentions."""
    return tuple(Line(_shorten(counted.term), counted.by_season) for counted in mentions)


def can_draw() -> bool:
    """Say whether matplotlib is installed, without loading it."""
    return find_spec("matplotlib") is not None


async def draw_apart(lines: Sequence[Line], seconds: float) -> bytes:
    """Draw as `draw_seasons` does, in a process of its own; it takes about half a second.

    Raises TimeoutError after `seconds`, and AirquoteError with the kind of what went wrong.
    """
    ended = await run_worker("bot.charts", json.dumps(lines).encode(), seconds)
    if ended.code:
        kind = ended.errors.decode(errors="replace").strip().rpartition("\n")[2]
        raise AirquoteError("charts", f"one cannot be drawn ({kind or ended.code}).")
    return ended.output


def draw_seasons(lines: Sequence[Line]) -> bytes:
    """Draw how often each term is mentioned, by season, as a PNG of 1200 by 600 pixels.

    Raises ConfigError where matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator
    except ImportError as error:
        remedy = "Install it with: pip install 'airquote[charts]'."
        raise ConfigError("charts", "matplotlib is not installed.", remedy) from error
    figure = Figure(figsize=_INCHES, dpi=_DOTS_PER_INCH, layout="constrained")
    axes = figure.add_subplot(xlabel="Season", ylabel="Mentions")
    for number, line in enumerate(lines):
        seasons = [season for season, _ in line.points]
        times = [count for _, count in line.points]
        axes.plot(seasons, times, marker=_MARKERS[number % len(_MARKERS)], clip_on=False)
    axes.set_ylim(0, max(1, axes.get_ylim()[1]))
    axes.spines[["top", "right"]].set_visible(False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    # What was typed is no markup, so it is set as a text where "$" begins no formula and "_" hides
    # nothing.
    labels = [line.label for line in lines]
    if len(labels) == 1:
        axes.set_title(labels[0], parse_math=False)
    else:
        placeholders = [str(number) for number in range(len(labels))]
        legend = figure.legend(
            axes.lines, placeholders, loc="outside upper center", ncols=2, frameon=False
        )
        for text, label in zip(legend.get_texts(), labels, strict=True):
            text.set(text=label, parse_math=False)
    drawn = BytesIO()
    with warnings.catch_warnings():
        # A sign that no font has, such as an emoji, is drawn as a box.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(drawn, format="png")
    return drawn.getvalue()


def _shorten(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1].rstrip() + "…"


def main() -> None:
    """Draw what standard input asks for."""
    lines = [Line(label, points) for label, points in json.load(sys.stdin.buffer)]
    try:
        drawn = draw_seasons(lines)
    except Exception as error:  # noqa: BLE001 - it may quote what was typed, which nobody logs
        sys.exit(type(error).__name__)
    sys.stdout.buffer.write(drawn)


if __name__ == "__main__":
    main()
