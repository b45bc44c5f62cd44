"""The quote of the week -> Slack's messages: as it is posted, and once it is withdrawn."""

from bot.answers.replies import Card, Reply
from bot.text import one_line, truncate
from bot.weekly.messages import withdrawn
from handlers.slack.render.buttons import Surface, action_blocks
from handlers.slack.render.cards import told_blocks
from handlers.slack.render.limits import ALT_TEXT
from handlers.slack.render.messages import compose_message, fallback_text, read_card, render_reply
from handlers.slack.render.rich_text import Json, Parts, words

# Not to be changed: by it, posts of earlier versions are found. Members and other apps can read it.
EVENT_TYPE = "weekly_quote"


def weekly_post(reply: Reply, key: str, picture: str = "") -> Json:
    """Show the quote of a reply to everybody; `picture` is the id of a file, "" if there is none.

    The message carries the key by which `find_key` knows it again.
    """
    card = reply.cards[0]
    blocks = [
        *told_blocks(card, words(reply.text, bold=True)),
        *_image(card, picture),
        *action_blocks(reply.buttons, Surface.PUBLIC),
    ]
    text = fallback_text(f"{reply.text}: {read_card(card)}")
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"delivery": key}}
    return {**compose_message(text, blocks), "metadata": metadata}


def withdrawn_post() -> Json:
    """Show that a quote was withdrawn, in place of it."""
    return render_reply(withdrawn(), public=True)


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


def _image(card: Card, picture: str) -> Parts:
    if not picture:
        return []
    return [{"type": "image", "slack_file": {"id": picture}, "alt_text": _alt_text(card)}]


def _alt_text(card: Card) -> str:
    """Say what the picture of a quote shows: its words and who says them."""
    said = one_line(card.snippet.text) if card.snippet else ""
    return truncate(f"“{said}”" + (f" – {card.speaker}" if card.speaker else ""), ALT_TEXT)
