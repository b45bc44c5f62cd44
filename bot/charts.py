"""Mentions as a picture: lines by season. The only home of matplotlib, which is an extra."""

import warnings
from collections.abc import Sequence
from io import BytesIO

from bot.errors import ConfigError
from bot.mentions import Mentions

_INCHES = (8.0, 4.0)
_DOTS_PER_INCH = 150
# Terms are told apart without colours too.
_MARKERS = "osD^"
# What leaves room for the lines.
_LONGEST_LABEL = 40


def draw_seasons(mentions: Sequence[Mentions]) -> bytes:
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
    for number, counted in enumerate(mentions):
        seasons = [season for season, _ in counted.by_season]
        times = [count for _, count in counted.by_season]
        axes.plot(seasons, times, marker=_MARKERS[number % len(_MARKERS)], clip_on=False)
    axes.set_ylim(0, max(1, axes.get_ylim()[1]))
    axes.spines[["top", "right"]].set_visible(False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    # What was typed is no markup, so it is set as a text where "$" begins no formula and "_" hides
    # nothing.
    labels = [_shorten(counted.term) for counted in mentions]
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
