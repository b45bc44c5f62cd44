"""Mentions as a picture: lines by season. The only home of matplotlib, which is an extra."""

from collections.abc import Sequence
from io import BytesIO

from bot.errors import ConfigError
from bot.mentions import Mentions

_INCHES = (8.0, 4.0)
_DOTS_PER_INCH = 150


def draw_seasons(mentions: Sequence[Mentions]) -> bytes:
    """Draw how often each term is mentioned, by season, as a PNG.

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
    for counted in mentions:
        seasons = [season for season, _ in counted.by_season]
        times = [number for _, number in counted.by_season]
        # What was typed is no markup: a "$" would begin a formula.
        label = counted.term.replace("$", r"\$")
        axes.plot(seasons, times, marker="o", label=label)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    drawn = BytesIO()
    figure.savefig(drawn, format="png")
    return drawn.getvalue()
