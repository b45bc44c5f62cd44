"""What is said of a card on every platform, and at what length; sizes are in characters."""

from bot.models import Origin
from bot.text import pluralize

# Titles and names that are longer than these say nothing more.
TITLE = 150
FACT = 100
SNIPPET = 700
DETAIL = 400
MOST_DETAILS = 10
# Nobody reads on for longer than this; the video is better then.
TURN = 1500


def shared_by(named: bool) -> str:
    """Say of a passage that it is shared; where the member is `named`, this goes behind them."""
    return " shared from the podcast:" if named else "Shared from the podcast:"


def more_chapters(left: int) -> str:
    """Say how many chapters there is no room for; "" if there is room for all."""
    return f"… and {pluralize(left, 'more chapter')}" if left else ""


def remark(source: Origin | None, heard_as: str) -> str:
    """Say of captions that a machine wrote them, and what it wrote for the words; "" of others."""
    if source is not Origin.CAPTIONS:
        return ""
    return "Automatic captions" + (f", heard as “{heard_as}”" if heard_as else "")
