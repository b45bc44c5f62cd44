"""Slack's way of writing text: what members meant by it, and how to say ours literally."""

import re
from collections.abc import Iterator
from typing import Any

_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_MARKUP = re.compile(r"<(?P<inside>[^<>]*)>|(?P<entity>&(?:amp|lt|gt);)")
_ENTITY = re.compile("|".join(_ENTITIES))
_ATTACHED = ("pretext", "title", "text", "blocks", "message_blocks")


def decode(text: str) -> str:
    """Read what a member meant by a text that Slack sent: entities, links and mentions.

    A link is its label or address, a channel its name, a person the name or nothing; what calls
    everybody is left out. Each entity is decoded once.
    """
    return _MARKUP.sub(_meaning, text)


def text_of(message: dict[str, Any]) -> str:
    """Find what a message says: its text, else the words of its blocks and attachments.

    A message of an app often has no text, and neither has one that is passed on.
    """
    text = message.get("text")
    if isinstance(text, str) and text.strip():
        return text
    return "\n".join([*_words(message.get("blocks")), *_attached(message.get("attachments"))])


def escape(text: str) -> str:
    """Write a text so that Slack's mrkdwn finds no mention and no link in angle brackets in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _meaning(found: re.Match[str]) -> str:
    if found["entity"]:
        return _ENTITIES[found["entity"]]
    target, _, label = found["inside"].partition("|")
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[0]], _meant(target, label))


def _meant(target: str, label: str) -> str:
    kind = target[:1]
    if target.startswith(("!here", "!channel", "!everyone")):
        return ""
    if kind in ("@", "#", "!"):
        return label
    return label or target


def _attached(attachments: object) -> Iterator[str]:
    for each in attachments if isinstance(attachments, list) else ():
        if isinstance(each, dict):
            said = [words for part in _ATTACHED for words in _words(each.get(part))]
            yield from said or _words(each.get("fallback"))


def _words(part: object) -> Iterator[str]:
    """Find all texts in a part of a message, but not those of its buttons."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for each in part:
            yield from _words(each)
    elif isinstance(part, dict) and part.get("type") != "button":
        for name in ("title", "text", "fields", "elements", "message", "blocks"):
            yield from _words(part.get(name))
