"""Replies -> messages for Slack.

Text from transcripts, titles and queries is rich text or plain text, in which nothing is parsed.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.answers.charts import draw_bars, notes_beside
from bot.answers.help import COMMAND, MENTION
from bot.answers.replies import Card, Instant, Reply, credit, numbered, split_instants
from bot.text import one_line, truncate
from bot.translations import gettext, ngettext
from handlers.slack.render.buttons import Surface, action_blocks
from handlers.slack.render.cards import card_blocks, context_block, shared_blocks
from handlers.slack.render.charts import chart_blocks
from handlers.slack.render.limits import MESSAGE_BLOCKS, MESSAGE_CHARACTERS
from handlers.slack.render.mrkdwn import escape_dated
from handlers.slack.render.rich_text import (
    Parts,
    Payload,
    bullets,
    channel_element,
    code_element,
    dated_words,
    person,
    preformatted_block,
    rich_text,
    section,
    words,
)

_SENTENCE = 500
_NOTE = 300
_MAX_NOTES = 16
# Screen readers read the fallback text, and notifications show its start.
_FALLBACK = 1500
_READ_SNIPPET = 200
_LINE: Payload = {"type": "divider"}


def render_reply(reply: Reply, public: bool = False, *, charts: bool = True) -> Payload:
    """Render a reply as a message; if it is `public`, everybody sees it.

    Mentions by season are drawn as a chart of Slack's, or without `charts`, in letters. Cards
    beyond Slack's limits are left out, and a sentence says so.
    """
    lines = reply.text, *reply.notes[:_MAX_NOTES], *_read_out(reply)
    read = fallback_text(*lines, instants=reply.instants)
    text = read + _read_about(reply)
    place = Surface.PUBLIC if public else Surface.PRIVATE
    room = MESSAGE_CHARACTERS - len(text)
    blocks = reply_blocks(reply, place, MESSAGE_BLOCKS, room, charts=charts)
    return compose_message(text, blocks)


def render_shared(reply: Reply, sharer: str) -> Payload:
    """Render a reply's passage for everybody, shared by the member whose id is `sharer`."""
    if not reply.cards:
        return render_reply(reply, public=True)
    text = fallback_text(
        gettext("Shared from the podcast: {passage}", passage=read_card(reply.cards[0]))
    )
    return compose_message(text, shared_blocks(reply.cards[0], sharer))


def compose_message(text: str, blocks: Parts) -> Payload:
    """Build a message from blocks, with the fallback text for notifications and screen readers."""
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def reply_blocks(
    reply: Reply, place: Surface, most_blocks: int, most_characters: int, *, charts: bool = False
) -> Parts:
    """Arrange a reply: the sentence and notes, then the cards, then the buttons.

    Only messages take `charts`.
    """
    head, foot = _head(reply, charts=charts), action_blocks(reply.buttons, place)
    cards = _cards(reply, place)
    if len(cards) > 1 and foot:
        foot = [_LINE, *foot]
    rest = [*head, *_left_out(len(cards)), *foot]
    shown = _fitting(cards, most_blocks - len(rest), most_characters - count_characters(rest))
    left = len(cards) - len(shown)
    return [*head, *(block for card in shown for block in card), *_left_out(left), *foot]


def count_characters(part: Any) -> int:  # noqa: ANN401, JSON of any shape
    """Count the characters of all texts in blocks."""
    characters, parts = 0, [part]
    while parts:  # a call for each part would cost a third of rendering a reply
        part = parts.pop()
        for name, each in part.items() if type(part) is dict else enumerate(part):
            kind = type(each)
            if kind is dict or kind is list:
                parts.append(each)
            elif name == "text" and isinstance(each, str):
                characters += len(each)
    return characters


def fallback_text(*lines: str, instants: Iterable[Instant] = ()) -> str:
    """Write lines for notifications and screen readers, in which nothing becomes a link."""
    text = truncate("\n".join(filter(None, map(one_line, lines))), _FALLBACK)
    return escape_dated(text, instants).replace("://", ":\u2060//") or _nothing()


def read_card(card: Card) -> str:
    """Write a card to be read aloud: “Ann at 12:54, A title: “What she says.””."""
    who = " ".join(filter(None, credit(card)))
    at = gettext("{who} at {time}", who=who, time=card.time) if who and card.time else ""
    facts = [card.label, at or who or card.time, card.title]
    said = truncate(one_line(card.snippet.text), _READ_SNIPPET) if card.snippet else ""
    said = said if card.in_short or not said else gettext("“{words}”", words=said)
    return ": ".join(filter(None, [", ".join(filter(None, facts)), said]))


def _head(reply: Reply, *, charts: bool) -> Parts:
    """Render the sentence and its notes; notes above cards are in small print."""
    text = truncate(one_line(reply.text), _SENTENCE) or _nothing()
    about = _about(reply)
    said = dated_words(text + " " * bool(about), reply.instants, bold=reply.names_card)
    sentence = section(said, about)
    notes = [truncate(one_line(note), _NOTE) for note in notes_beside(reply)[:_MAX_NOTES]]
    if reply.cards:
        chart = chart_blocks(reply.mentions) if charts else []
        bars = [] if chart else preformatted_block(draw_bars(reply.mentions))
        # Small print has no dates in the reader's own time.
        dated = [n for n in notes if any(at for _, at in split_instants(n, reply.instants))]
        lines = (section(dated_words(note, reply.instants)) for note in dated)
        small = context_block(*(note for note in notes if note not in dated))
        return [*rich_text(sentence, *lines, bars), *chart, *small]
    typed = (COMMAND, MENTION)
    commands = [_command(note) for note in notes if note.startswith(typed)]
    others = [
        section(dated_words(note, reply.instants)) for note in notes if not note.startswith(typed)
    ]
    return rich_text(sentence, bullets(commands), *others)


def _about(reply: Reply) -> Parts:
    """Mention the channel and the members that a reply is about."""
    mentions = [channel_element(reply.channel), *map(person, reply.people)]
    parts = [part for each in mentions if each for part in (*words(", "), *each)]
    return parts[1:]


def _read_about(reply: Reply) -> str:
    """Mention the same in plain text."""
    channel = [f"<#{reply.channel}>"] if channel_element(reply.channel) else []
    mentions = [*channel, *(f"<@{each}>" for each in reply.people if person(each))]
    return "\n" + ", ".join(mentions) if mentions else ""


def _command(note: str) -> Parts:
    """Format a command and its description, such as "/podcast episodes: list the episodes"."""
    command, _, rest = note.partition(": ")
    return [*code_element(command), *words(f"  {rest}")]


def _cards(reply: Reply, place: Surface) -> list[Parts]:
    """Render the cards, with a divider above each passage if there are several."""
    if reply.names_card:
        return [card_blocks(card, place, titled=False) for card in reply.cards]
    alone = len(reply.cards) == 1
    lines = [] if alone or not any(card.snippet for card in reply.cards) else [_LINE]
    return [
        [*lines, *card_blocks(card, place, number, alone=alone, best=not at)]
        for at, (number, card) in enumerate(numbered(reply))
    ]


def _fitting(cards: Sequence[Parts], blocks: int, most_characters: int) -> list[Parts]:
    """Take as many cards as fit."""
    fitting = []
    for card in cards:
        blocks -= len(card)
        most_characters -= count_characters(card)
        if blocks < 0 or most_characters < 0:
            break
        fitting.append(card)
    return fitting


def _left_out(number: int) -> Parts:
    if not number:
        return []
    told = ngettext(
        "{n} more did not fit. Please narrow your search.",
        "{n} more did not fit. Please narrow your search.",
        number,
    )
    return context_block(told)


def _nothing() -> str:
    return gettext("Nothing to show.")


def _read_out(reply: Reply) -> Iterator[str]:
    for number, card in numbered(reply):
        yield ("" if number is None else f"{number}. ") + read_card(card)
