"""Slack's way of writing text: what members meant by it, and how to say ours literally."""

import re

_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_MARKUP = re.compile(r"<(?P<inside>[^<>]*)>|(?P<entity>&(?:amp|lt|gt);)")
_ENTITY = re.compile("|".join(_ENTITIES))


def decode(text: str) -> str:
    """Read what a member meant by a text that Slack sent: entities, links and mentions.

    A link is its label or address, a channel its name, a person the name or nothing; what calls
    everybody is left out. Each entity is decoded once.
    """
    return _MARKUP.sub(_meaning, text)


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
