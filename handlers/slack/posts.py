"""Replies -> posts in a channel, which can be found again."""

from bot.answers.replies import Image, Reply, is_passage
from bot.text import one_line, truncate
from handlers.slack.render.buttons import Surface, action_blocks
from handlers.slack.render.cards import told_blocks
from handlers.slack.render.limits import ALT_TEXT
from handlers.slack.render.messages import compose_message, fallback_text, read_card, render_reply
from handlers.slack.render.rich_text import Parts, Payload, words

# Not to be changed: by it, posts of earlier versions are found. Members and other apps can read it.
EVENT_TYPE = "weekly_quote"


def channel_post(reply: Reply, key: str, picture: str = "") -> Payload:
    """Show a reply to everybody; `picture` is the id of a file, "" if there is none.

    A passage that is all there is to say is told as what its speaker says. The message carries the
    key by which `find_key` knows it again.
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
    """Read the key that a message carries, as Slack's history tells it; "" if it has none."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("delivery") or "")


def find_picture(message: Payload) -> str:
    """Find the id of the picture in a message, as Slack's history tells it; "" if it has none."""
    images = (block for block in message.get("blocks") or () if block.get("type") == "image")
    return next((str((each.get("slack_file") or {}).get("id") or "") for each in images), "")


def _image(image: Image | None, picture: str) -> Parts:
    if not (image and picture):
        return []
    alt_text = truncate(one_line(image.text), ALT_TEXT)
    return [{"type": "image", "slack_file": {"id": picture}, "alt_text": alt_text}]
