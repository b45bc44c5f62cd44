"""The picture of a posted quote."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answers.replies import Image, Reply, asked_before, clock_time
from bot.branding import CardWords, Drawing
from bot.config import Settings
from bot.models import Episode, Guest
from bot.podcasts import split_name
from bot.text import one_line
from bot.translations import gettext
from bot.weekly.messages import question_line
from bot.weekly.models import Quote

# Draws what a guest, if there is a page or an entry for them, said.
Draw = Callable[[CardWords, Guest | None], Drawing]

# The longest a post waits for its picture, whose parts may have to be fetched.
_DRAWING_SECONDS = 10.0
_NAME = "quote-of-the-week.png"

_log = logging.getLogger(__name__)


def make_draw(settings: Settings) -> Draw | None:
    """Return what draws pictures as the settings say; None if no pictures are wanted."""
    style = settings.card_style
    if style is None:
        return None
    looks = {each.podcasts[0].prefix: each for each in settings.of_each}

    def draw(words: CardWords, guest: Guest | None) -> Drawing:
        # Slow to import, and needed only where posts have pictures.
        from bot.library.covers import find_branding
        from bot.quotes.image import draw_quote

        own = looks.get(words.podcast, settings)
        branding = find_branding(own.sources, own.cache_folder, guest, own.podcast, own.colour)
        return draw_quote(words, style, branding)

    return draw


def picture_words(episodes: Sequence[Episode], quote: Quote) -> tuple[CardWords, Guest | None]:
    """Return what the picture of a quote says, and the guest on it."""
    episode = next((each for each in episodes if each.slug == quote.episode), None)
    title, guests = (episode.title, episode.guests) if episode else (quote.episode, ())
    guest = next((each for each in guests if each.name == quote.speaker), None)
    asked = question_line(asked_before(quote.wording.question))
    podcast, _ = split_name(quote.episode)
    words = CardWords(quote.text, quote.speaker, title, clock_time(quote.start), asked, podcast)
    return words, guest


async def illustrate(
    reply: Reply, draw: Draw, words: CardWords, guest: Guest | None = None
) -> Reply:
    """Add the picture of a quote, if it can be drawn within seconds; log what it lacks."""
    try:
        async with asyncio.timeout(_DRAWING_SECONDS):
            drawing = await asyncio.to_thread(draw, words, guest)
    except Exception:  # noqa: BLE001 - the quote matters more than its picture
        _log.warning("The quote has no picture.", exc_info=True)
        return reply
    missing = (
        "The picture of a quote lacks something." if drawing.png else "A quote has no picture."
    )
    for note in drawing.notes:
        _log.warning("%s %s", missing, note)
    if drawing.png is None:
        return reply
    return replace(reply, image=Image(_NAME, drawing.png, _describe(words)))


def _describe(words: CardWords) -> str:
    said, asked = one_line(words.text), f"{words.question} – " if words.question else ""
    if not words.speaker:
        return asked + gettext("“{words}”", words=said)
    return asked + gettext("“{words}” – {speaker}", words=said, speaker=words.speaker)
