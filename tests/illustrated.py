"""Posts of quotes with their pictures, drawn in the package's own fonts."""

import asyncio
from collections.abc import Sequence

from bot.answers.replies import Reply
from bot.branding import CardWords, Drawing
from bot.models import Episode, Guest
from bot.quotes.image import draw_quote
from bot.weekly.models import Quote
from bot.weekly.pictures import illustrate, picture_words


def illustrated(reply: Reply, episodes: Sequence[Episode], quote: Quote) -> Reply:
    """Add the picture of a quote to its post."""

    def draw(words: CardWords, _: Guest | None) -> Drawing:
        return draw_quote(words, folders=())

    return asyncio.run(illustrate(reply, draw, *picture_words(episodes, quote)))
