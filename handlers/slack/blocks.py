"""Replies -> Slack's messages.

Words of transcripts, titles and queries are in rich text or plain text, where nothing is parsed.
"""

from collections.abc import Iterator, Sequence

from bot.answers.charts import draw_bars, notes_beside
from bot.answers.help import COMMAND
from bot.answers.replies import Card, Reply, join_names, numbered
from bot.text import one_line, truncate
from handlers.slack.buttons import Place, action_blocks
from handlers.slack.cards import card_blocks, shared_blocks, small
from handlers.slack.limits import MESSAGE_BLOCKS, MESSAGE_CHARACTERS
from handlers.slack.rich_text import (
    Json,
    Parts,
    bullets,
    channel,
    code,
    preformatted,
    rich_text,
    section,
    words,
)
from handlers.slack.text import escape

_SENTENCE = 500
_NOTE = 300
_MOST_NOTES = 16
# The plain text of a message is read aloud, and a notification shows its beginning.
_FALLBACK = 1500
_READ_SNIPPET = 200
_NOTHING = "Nothing to show."
_LINE: Json = {"type": "divider"}
_LATEST = [_LINE, *rich_text(section(words("Latest episodes", bold=True)))]


def message(reply: Reply, public: bool = False) -> Json:
    """Show a reply in a message, which everybody sees if it is `public`.

    Cards beyond Slack's limits are left out, and a sentence says so.
    """
    read = fallback(reply.text, *reply.notes[:_MOST_NOTES], *_read_out(reply))
    text = read + (f"\n<#{reply.channel}>" if channel(reply.channel) else "")
    place = Place.PUBLIC if public else Place.PRIVATE
    room = MESSAGE_CHARACTERS - len(text)
    return composed(text, reply_blocks(reply, place, MESSAGE_BLOCKS, room))


def shared(reply: Reply, sharer: str) -> Json:
    """Show a reply's passage to everybody, in the name of the member whose id is `sharer`."""
    if not reply.cards:
        return message(reply, public=True)
    text = fallback(f"Shared from the podcast: {read_card(reply.cards[0])}")
    return composed(text, shared_blocks(reply.cards[0], sharer))


def composed(text: str, blocks: Parts) -> Json:
    """Put blocks into a message; `text` is what notifications and screen readers say."""
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def reply_blocks(reply: Reply, place: Place, most_blocks: int, most_characters: int) -> Parts:
    """Lay a reply out: its sentence and notes, then its cards, then what can be done next.

    In App Home, what can be done belongs to how to ask, and comes before the cards.
    """
    head, foot = _head(reply, place), action_blocks(reply.buttons, place)
    cards = _cards(reply, place)
    if place is Place.HOME:
        head, foot = [*head, *foot, *(_LATEST if cards else [])], []
    elif len(cards) > 1 and foot:
        foot = [_LINE, *foot]
    rest = [*head, *_left_out(len(cards)), *foot]
    shown = _fitting(cards, most_blocks - len(rest), most_characters - characters(rest))
    left = len(cards) - len(shown)
    return [*head, *(block for card in shown for block in card), *_left_out(left), *foot]


def characters(part: object) -> int:
    """Count the characters of all texts that blocks show."""
    if isinstance(part, list):
        return sum(map(characters, part))
    if not isinstance(part, dict):
        return 0
    text = part.get("text")
    return sum(map(characters, part.values())) + (len(text) if isinstance(text, str) else 0)


def fallback(*lines: str) -> str:
    """Write lines for notifications and screen readers; what looks like a link is none there."""
    text = "\n".join(filter(None, map(one_line, lines)))
    return escape(truncate(text, _FALLBACK)).replace("://", ":\u2060//") or _NOTHING


def read_card(card: Card) -> str:
    """Write a card as it is read aloud: “A title, Ann at 12:54: “What she says.””."""
    who = join_names([card.speaker] if card.speaker else card.guests)
    facts = [card.label, card.title, " at ".join(filter(None, [who, card.time]))]
    said = truncate(one_line(card.snippet.text), _READ_SNIPPET) if card.snippet else ""
    return ", ".join(filter(None, facts)) + (f": “{said}”" if said else "")


def _head(reply: Reply, place: Place) -> Parts:
    """Begin with the sentence; notes are in small print where there is something else to read."""
    text = truncate(one_line(reply.text), _SENTENCE) or _NOTHING
    about = channel(reply.channel)
    sentence = section(words(text + " " * bool(about), bold=reply.names_card), about)
    notes = [truncate(one_line(note), _NOTE) for note in notes_beside(reply)[:_MOST_NOTES]]
    if reply.cards and place is not Place.HOME:
        return [*rich_text(sentence, preformatted(draw_bars(reply.mentions))), *small(*notes)]
    commands = [_command(note) for note in notes if note.startswith(COMMAND)]
    others = [section(words(note)) for note in notes if not note.startswith(COMMAND)]
    return rich_text(sentence, bullets(commands), *others)


def _command(note: str) -> Parts:
    """Set a command apart from what it does: "/podcast episodes: the list of them"."""
    command, _, rest = note.partition(": ")
    return [*code(command), *words(f"  {rest}")]


def _cards(reply: Reply, place: Place) -> list[Parts]:
    """Show the cards, with a line above each passage that is not the only one."""
    if reply.names_card:
        return [card_blocks(card, place, titled=False) for card in reply.cards]
    lines = [_LINE] if len(reply.cards) > 1 and any(card.snippet for card in reply.cards) else []
    return [[*lines, *card_blocks(card, place, number)] for number, card in numbered(reply)]


def _fitting(cards: Sequence[Parts], blocks: int, most_characters: int) -> list[Parts]:
    """Take cards for as long as there is room for them."""
    fitting = []
    for card in cards:
        blocks -= len(card)
        most_characters -= characters(card)
        if blocks < 0 or most_characters < 0:
            break
        fitting.append(card)
    return fitting


def _left_out(number: int) -> Parts:
    if not number:
        return []
    return small(f"{number:,} more did not fit here. Please ask for less at once.")


def _read_out(reply: Reply) -> Iterator[str]:
    for number, card in numbered(reply):
        yield ("" if number is None else f"{number}. ") + read_card(card)
