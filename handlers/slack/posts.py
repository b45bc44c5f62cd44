"""Replies -> posts in a channel, which can be found again."""

from bot.replies import Image, Reply, is_passage
from bot.text import one_line, truncate
from handlers.slack.blocks import composed, fallback, message, read_card
from handlers.slack.buttons import Place, action_blocks
from handlers.slack.cards import told_blocks
from handlers.slack.limits import ALT_TEXT
from handlers.slack.rich_text import Json, Parts, words

# Not to be changed: by it, posts of earlier versions are found. Members and other apps can read it.
EVENT_TYPE = "weekly_quote"


def channel_post(reply: Reply, key: str, picture: str = "") -> Json:
    """Show a reply to everybody; `picture` is the id of a file, "" if there is none.

    A passage that is all there is to say is told as what its speaker says. The message carries the
    key by which `find_key` knows it again.
    """
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"delivery": key}}
    if not is_passage(reply):
        return {**message(reply, public=True), "metadata": metadata}
    (card,) = reply.cards
    blocks = [
        *told_blocks(card, words(reply.text, bold=True)),
        *_image(reply.image, picture),
        *action_blocks(reply.actions, Place.PUBLIC),
    ]
    text = fallback(f"{reply.text}: {read_card(card)}")
    return {**composed(text, blocks), "metadata": metadata}


def find_key(message: Json) -> str:
    """Read the key that a message carries, as Slack's history tells it; "" if it has none."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("delivery") or "")


def find_picture(message: Json) -> str:
    """Find the id of the picture in a message, as Slack's history tells it; "" if it has none."""
    images = (block for block in message.get("blocks") or () if block.get("type") == "image")
    return next((str((each.get("slack_file") or {}).get("id") or "") for each in images), "")


def _image(image: Image | None, picture: str) -> Parts:
    if not (image and picture):
        return []
    alt_text = truncate(one_line(image.text), ALT_TEXT)
    return [{"type": "image", "slack_file": {"id": picture}, "alt_text": alt_text}]
