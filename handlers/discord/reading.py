"""What members mean by what they write: options of commands, and messages of every kind."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import discord

from handlers.discord.interaction import BotInteraction
from handlers.discord.render.markdown import decode_markdown

_MENTIONED = re.compile(r"<(?:@[!&]?|#)(\d{1,20})>")
_KINDS = ("users", "members", "roles", "channels")


def read_option(native: BotInteraction, typed: str) -> str:
    """Convert an option to plain text: mentions become names, and links their labels."""
    named = _MENTIONED.sub(lambda found: _name_of(native, found[1]), typed)
    return decode_markdown(named).strip()


def text_of_message(message: discord.Message) -> str:
    """Return all that can be read in a message, as plain text.

    Apart from its own words, these are forwarded messages, a poll, the components and embeds of
    bots, the previews of links, and descriptions of pictures. The labels of buttons do not count.
    """
    parts = [*_said(message), *_asked(message.poll)]
    for each in message.message_snapshots:
        parts += _said(each)
    return "\n".join(filter(None, (decode_markdown(part).strip() for part in parts)))


def _name_of(native: BotInteraction, number: str) -> str:
    """Return the name behind a mention, as Discord sends it along or the server is known to have.

    "" if the mention tells nobody's name.
    """
    data: Mapping[str, Any] = native.data or {}
    resolved = data.get("resolved") or {}
    about: dict[str, Any] = {}
    for kind in _KINDS:
        about |= (resolved.get(kind) or {}).get(number, {})
    name = about.get("nick") or about.get("global_name") or about.get("name")
    if name or native.guild is None:
        return str(name or about.get("username") or "")
    guild, wanted = native.guild, int(number)
    known = guild.get_channel_or_thread(wanted) or guild.get_role(wanted)
    return known.name if known else str(about.get("username") or "")


def _said(message: discord.Message | discord.MessageSnapshot) -> Iterator[str]:
    yield message.content
    yield from _shown(message.components)
    for embed in message.embeds:
        yield from _embedded(embed)
    yield from (each.description or "" for each in message.attachments)


def _asked(poll: discord.Poll | None) -> Iterator[str]:
    if poll:
        yield poll.question
        yield from (answer.text for answer in poll.answers)


def _embedded(embed: discord.Embed) -> Iterator[str]:
    yield embed.title or ""
    yield embed.description or ""
    for each in embed.fields:
        yield f"{each.name or ''} {each.value or ''}"


def _shown(components: Iterable[Any]) -> Iterator[str]:
    """Yield the texts of components, and the descriptions of their pictures."""
    for each in components:
        if isinstance(each, discord.TextDisplay):
            yield each.content
        elif isinstance(each, discord.ThumbnailComponent):
            yield each.description or ""
        elif isinstance(each, discord.MediaGalleryComponent):
            yield from (item.description or "" for item in each.items)
        elif isinstance(each, discord.Container | discord.SectionComponent):
            yield from _shown(each.children)
            if isinstance(each, discord.SectionComponent):
                yield from _shown([each.accessory])
