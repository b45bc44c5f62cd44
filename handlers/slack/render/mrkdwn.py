"""Slack's mrkdwn: read what members write, and escape what Airquote writes."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.answers.replies import Instant, split_instants
from handlers.markup import decode_markup, label_of
from handlers.slack.render.rich_text import DATE_FORMAT

_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_MARKUP = re.compile(r"<(?P<inside>[^<>]*)>|(?P<entity>&(?:amp|lt|gt);)")
_ENTITY = re.compile("|".join(_ENTITIES))
_ATTACHED = ("pretext", "title", "text", "blocks", "message_blocks")


def decode_mrkdwn(text: str) -> str:
    """Convert a text from Slack to plain text.

    Links become their label or address; emoji, and mentions of people, groups and channels, are
    left out. Each entity is decoded once.
    """
    return decode_markup(_MARKUP.sub(_meaning, text))


def read_message(message: dict[str, Any]) -> str:
    """Convert the text of a message, else that of its blocks and attachments, to plain text.

    Messages of apps and forwarded messages often have no text of their own.
    """
    text = message.get("text")
    if isinstance(text, str) and text.strip():
        return decode_mrkdwn(text)
    said = [*_words(message.get("blocks")), *_attached(message.get("attachments"))]
    return decode_mrkdwn("\n".join(said))


def escape_mrkdwn(text: str) -> str:
    """Escape a text so that Slack finds no mention or link in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_dated(text: str, instants: Iterable[Instant]) -> str:
    """Escape a text whose dates Slack shows in the reader's own time."""
    return "".join(
        _date(part, instant) if instant else escape_mrkdwn(part)
        for part, instant in split_instants(text, instants)
    )


def _date(text: str, instant: Instant) -> str:
    fallback = escape_mrkdwn(text).replace("|", "\u2758")
    return f"<!date^{int(instant.at.timestamp())}^{DATE_FORMAT}|{fallback}>"


def _meaning(found: re.Match[str]) -> str:
    if found["entity"]:
        return _ENTITIES[found["entity"]]
    target, _, label = found["inside"].partition("|")
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[0]], _meant(target, label))


def _meant(target: str, label: str) -> str:
    if target.startswith("!date"):
        return label
    return "" if target[:1] in ("@", "#", "!") else label_of(target, label)


def _attached(attachments: object) -> Iterator[str]:
    for each in attachments if isinstance(attachments, list) else ():
        if isinstance(each, dict):
            said = [words for part in _ATTACHED for words in _words(each.get(part))]
            yield from said or _words(each.get("fallback"))


def _words(part: object) -> Iterator[str]:
    """Yield all texts in a part of a message, except those of buttons."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for each in part:
            yield from _words(each)
    elif isinstance(part, dict) and part.get("type") != "button":
        for name in ("title", "text", "fields", "elements", "message", "blocks"):
            yield from _words(part.get(name))
