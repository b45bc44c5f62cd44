"""Render a passage as a post: plain text, so that Discord embeds a player for its video.

Everybody may press the buttons below it.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.answers.replies import Image, Poll, Reply, numbered
from bot.answers.requests import unpack
from bot.text import one_line, truncate
from handlers.discord.render.cards import numbered_text, posted_text, watch_link
from handlers.discord.render.custom_ids import parse_custom_id
from handlers.discord.render.limits import (
    CONTENT,
    DESCRIPTION,
    POLL_ANSWER,
    POLL_HOURS,
    POLL_QUESTION,
    ROW_BUTTONS,
)
from handlers.discord.render.markdown import joined, literal, role, small_print
from handlers.discord.render.messages import nothing, offered, plain_view

_SENTENCE = 300
# The most that the question above the quotes of a poll may take.
_QUESTION = 320


def post_text(reply: Reply) -> str:
    """Render the card of a reply, whose words come first, and its sentence below in small print.

    Notifications show the first words. Before the link there is whom the post notifies.
    """
    if not reply.cards:
        return literal(reply.text, CONTENT, reply.instants) or nothing()
    told = small_print(joined(literal(reply.text, _SENTENCE, reply.instants), _pinged(reply)))
    return posted_text(reply.cards[0], told) or nothing()


def mentions_of(reply: Reply) -> discord.AllowedMentions:
    """Allow a post to notify the role it names, and nobody else."""
    none = discord.AllowedMentions.none()
    if _pinged(reply):
        none.roles = [discord.Object(int(reply.ping))]
    return none


def _pinged(reply: Reply) -> str:
    return role(reply.ping) if reply.ping.isascii() and reply.ping.isdecimal() else ""


def poll_text(reply: Reply) -> str:
    """Write what a poll is about: the sentence of a reply, and its cards with their numbers."""
    most = (CONTENT - _QUESTION) // max(1, len(reply.cards))
    asked = f"### {literal(reply.text, _QUESTION - len('### '), reply.instants)}"
    return "\n".join([asked, *(numbered_text(card, n, most) for n, card in numbered(reply) if n)])


def post_poll(poll: Poll) -> discord.Poll:
    """Build a poll with a single choice."""
    hours = min(max(poll.hours, 1), POLL_HOURS)
    built = discord.Poll(truncate(poll.question, POLL_QUESTION), timedelta(hours=hours))
    for answer in poll.answers:
        built.add_answer(text=truncate(one_line(answer), POLL_ANSWER))
    return built


def plain_text(reply: Reply) -> str:
    """Render the sentence of a reply without its cards."""
    return literal(reply.text, CONTENT, reply.instants)


def post_buttons(reply: Reply) -> ui.View:
    """Build the buttons of a post, the first of which plays the passage."""
    watch = map(watch_link, reply.cards[:1])
    return plain_view((*watch, *offered(reply.buttons)[: ROW_BUTTONS - 1]))


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
