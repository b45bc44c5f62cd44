"""One passage as a post: a text, so that its video can be played below it.

The buttons below the text are for everybody.
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
from handlers.discord.render.custom_ids import EVERYBODY, ButtonIds, parse_custom_id
from handlers.discord.render.limits import CONTENT, DESCRIPTION
from handlers.discord.render.markdown import literal
from handlers.discord.render.messages import offered, render_button


def post_text(reply: Reply) -> str:
    """Write a reply's sentence as a heading, and its card below."""
    heading = f"### {literal(reply.text, MAX_FACT)}"
    return posted_text(reply.cards[0], heading) if reply.cards else heading


def plain_text(reply: Reply) -> str:
    """Write a reply's sentence alone."""
    return literal(reply.text, CONTENT)


def post_buttons(reply: Reply) -> ui.View:
    """Make the buttons of a post, which everybody may press."""
    ids, buttons = ButtonIds(EVERYBODY), ui.View(timeout=None)
    for offer in offered(reply.buttons):
        buttons.add_item(render_button(offer, ids))
    # Nobody else shall listen to them: their ids say all there is to know.
    buttons.stop()
    return buttons


def post_picture(image: Image) -> discord.File:
    """Attach a picture, which is read out to those who cannot see it."""
    said = truncate(one_line(image.text), DESCRIPTION)
    return discord.File(BytesIO(image.png), image.name, description=said)


def carries(message: discord.Message, key: str) -> bool:
    """Say whether a message is the post of a key: one of its buttons says so."""
    for pressed in map(parse_custom_id, _ids(message.components)):
        request = pressed and unpack(f"[{pressed.carried}]")
        if request and key in request.text.split():
            return True
    return False


def _ids(components: Iterable[Any]) -> Iterator[str]:
    for row in components:
        for each in getattr(row, "children", ()):
            yield getattr(each, "custom_id", None) or ""
