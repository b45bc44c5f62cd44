"""Render replies as channel posts that can be found again by their key."""

from bot.answers.replies import Image, Reply, is_passage
from bot.text import one_line, truncate
from handlers.slack.render.buttons import Surface, action_blocks
from handlers.slack.render.cards import told_blocks
from handlers.slack.render.limits import ALT_TEXT
from handlers.slack.render.messages import compose_message, fallback_text, read_card, render_reply
from handlers.slack.render.rich_text import Parts, Payload, words

# Never change it: posts of earlier versions are found by it. Members and other apps can read it.
EVENT_TYPE = "weekly_quote"


def channel_post(reply: Reply, key: str, picture: str = "") -> Payload:
    """Render a reply for a channel; `picture` is a file id, "" for none.

    A single passage is shown as a quote of its speaker. `find_key` reads the key from the message.
    """
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"delivery": key}}
    if not is_passage(reply):
        return {**render_reply(reply, public=True), "metadata": metadata}
    (card,) = reply.cards
    blocks = [
        *told_blocks(card, words(reply.text, bold=True)),
        *_image(reply.image, picture),
        *action_blocks(reply.buttons, Surface.PUBLIC),
    ]
    text = fallback_text(f"{reply.text}: {read_card(card)}")
    return {**compose_message(text, blocks), "metadata": metadata}


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
