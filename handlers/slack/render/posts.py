"""Render replies as channel posts that can be found again by their key."""

from dataclasses import replace

from bot.answers.replies import Card, Image, Reply, is_passage, quoted
from bot.text import one_line, truncate
from bot.translations import gettext
from handlers.slack.render.buttons import Surface, card_actions
from handlers.slack.render.cards import context_block, quoted_blocks
from handlers.slack.render.limits import ALT_TEXT
from handlers.slack.render.messages import compose_message, fallback_text, render_reply
from handlers.slack.render.rich_text import Parts, Payload, group_element, rich_text, section

# Never change it: posts of earlier versions are found by it. Members and other apps can read it.
EVENT_TYPE = "weekly_quote"
_READ = 600


def channel_post(reply: Reply, key: str, picture: str = "") -> Payload:
    """Render a reply for a channel; `picture` is a file id, "" for none.

    A single passage is shown as a quote of its speaker. `find_key` reads the key from the message.
    """
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"delivery": key}}
    if not is_passage(reply):
        return {**render_reply(reply, public=True), "metadata": metadata}
    (card,) = reply.cards
    shown = replace(card, buttons=reply.buttons)
    blocks = [
        *quoted_blocks(card),
        *_told(reply),
        *_image(reply.image, picture),
        *card_actions(shown, Surface.PUBLIC, gettext("the quote"), alone=True, best=True),
    ]
    pinged = f"\n<!subteam^{reply.ping}>" if group_element(reply.ping) else ""
    text = fallback_text(notification_text(card), reply.text) + pinged
    return {**compose_message(text, blocks), "metadata": metadata}


def notification_text(card: Card) -> str:
    """Write a quote to be read aloud or in a notification: its words, then who and where.

    Only the question that it replies to is before it.
    """
    asked = f"{card.question.speaker}: {card.question.snippet.text}" if card.question else ""
    said = one_line(card.snippet.text) if card.snippet else ""
    words_said = said if card.in_short else quoted(said)
    place = ", ".join(filter(None, [card.title, card.time]))
    parts = (one_line(asked), truncate(words_said, _READ), card.speaker, place)
    return " – ".join(filter(None, parts))


def _told(reply: Reply) -> Parts:
    """Say in small print what the post is, and mention the group that it notifies."""
    told = context_block(reply.text)
    group = group_element(reply.ping)
    return [*told, *(rich_text(section(group)) if group else [])]


def find_key(message: Payload) -> str:
    """Read the key of a message in Slack's history; "" if it has none."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("delivery") or "")


def find_picture(message: Payload) -> str:
    """Find the file id of the picture of a message in Slack's history; "" if it has none."""
    images = (block for block in message.get("blocks") or () if block.get("type") == "image")
    return next((str((each.get("slack_file") or {}).get("id") or "") for each in images), "")


def _image(image: Image | None, picture: str) -> Parts:
    if not (image and picture):
        return []
    alt_text = truncate(one_line(image.text), ALT_TEXT)
    return [{"type": "image", "slack_file": {"id": picture}, "alt_text": alt_text}]
