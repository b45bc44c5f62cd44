"""Render a passage as a post: plain text, so that Discord embeds a player for its video.

Everybody may press the buttons below it.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.answers.replies import MAX_FACT, Image, Reply
from bot.answers.requests import unpack
from bot.text import one_line, truncate
from handlers.discord.render.cards import posted_text
from handlers.discord.render.custom_ids import parse_custom_id
from handlers.discord.render.limits import CONTENT, DESCRIPTION
from handlers.discord.render.markdown import literal
from handlers.discord.render.messages import offered, plain_view


def post_text(reply: Reply) -> str:
    """Render the sentence of a reply as a heading, and its card below."""
    heading = f"### {literal(reply.text, MAX_FACT)}"
    return posted_text(reply.cards[0], heading) if reply.cards else heading


def plain_text(reply: Reply) -> str:
    """Render the sentence of a reply without its cards."""
    return literal(reply.text, CONTENT)


def post_buttons(reply: Reply) -> ui.View:
    """Build the buttons of a post."""
    return plain_view(offered(reply.buttons))


def post_picture(image: Image) -> discord.File:
    """Build the attachment of a picture, with its description for screen readers."""
    said = truncate(one_line(image.text), DESCRIPTION)
    return discord.File(BytesIO(image.png), image.name, description=said)


def carries(message: discord.Message, key: str) -> bool:
    """Return whether a message is the post with a key, which one of its buttons carries."""
    for pressed in map(parse_custom_id, _ids(message.components)):
        request = pressed and unpack(f"[{pressed.carried}]")
        if request and key in request.text.split():
            return True
    return False


def _ids(components: Iterable[Any]) -> Iterator[str]:
    for row in components:
        for each in getattr(row, "children", ()):
            yield getattr(each, "custom_id", None) or ""
