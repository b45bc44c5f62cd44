"""Replies -> Discord's messages.

Words of transcripts, titles and queries are escaped, so that nothing in them is parsed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.answers.charts import draw_bars, notes_beside
from bot.answers.help import COMMAND
from bot.answers.replies import Button, ButtonKind, Reply, numbered
from bot.answers.requests import MAX_PACKED, pack
from bot.text import one_line, truncate
from handlers.discord.cards import Block, Link, card_block, shared_text
from handlers.discord.charts import CHART_NAME
from handlers.discord.ids import ButtonIds
from handlers.discord.limits import (
    BUTTON_LABEL,
    COMPONENTS,
    CONTENT,
    DESCRIPTION,
    ROW_BUTTONS,
    TEXT_CHARACTERS,
)
from handlers.discord.text import channel, code, literal, preformatted, small

# With their videos beside them, five would need more components than Discord takes; see `_fitting`.
PAGE = 4
_SENTENCE = 500
_NOTE = 300
# The sentence, its notes and a chart have so much together: there is always room for a card.
_HEAD = 1800
_LEFT_OUT = 100
_NOTHING = "Nothing to show."

Item = ui.Item[Any]
Offer = Link | Button


class Layout(ui.LayoutView):
    """The components of a message, whose buttons say by their ids all there is to know.

    discord.py would listen to each message that it sends, for 15 minutes or until it ends.
    """

    def is_dispatchable(self) -> bool:
        """Say that nothing listens here."""
        return False


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its components and files, and what has to be kept for its buttons, by key."""

    view: Layout
    files: tuple[discord.File, ...]
    kept: Mapping[str, str]


def message(reply: Reply, owner: int, chart: bytes | None = None) -> Message:
    """Show a reply to the person whose id is `owner`; `chart` is a picture of its mentions.

    Cards beyond Discord's limits are left out, and a sentence says so.
    """
    ids = ButtonIds(owner)
    head = _head(reply, with_bars=not chart)
    foot = offered(reply.buttons)
    room = TEXT_CHARACTERS - len(head) - _LEFT_OUT
    titled = not reply.names_card
    blocks = [_offering(card_block(card, room, n, titled=titled)) for n, card in numbered(reply)]
    # The container, the head, what is left out and the line below it are one each.
    free = COMPONENTS - 4 - bool(chart) - _row_size(foot)
    shown, roomy = _fitting(blocks, free, room)
    items: list[Item] = [ui.TextDisplay(head), *(_pictures(reply) if chart else ())]
    items += [item for block in shown for item in _block(block, ids, roomy=roomy)]
    items += _left_out(len(blocks) - len(shown))
    items += [ui.Separator()] if len(shown) > 1 and foot else []
    items += _row(foot, ids)
    return Message(_framed(items), _files(chart), ids.kept)


def shared(reply: Reply, sharer: str) -> str:
    """Write a reply's passage for everybody, in the name of the member called `sharer`.

    A text rather than components: only below a text, Discord shows the video to play.
    """
    if not reply.cards:
        return literal(reply.text, CONTENT) or _NOTHING
    return shared_text(reply.cards[0], sharer)


def _head(reply: Reply, *, with_bars: bool) -> str:
    """Begin with the sentence; notes are in small print where there is something else to read."""
    sentence = literal(reply.text, _SENTENCE) or _NOTHING
    if reply.channel.isascii() and reply.channel.isdecimal():
        sentence = f"{sentence} {channel(reply.channel)}"
    bars = preformatted(draw_bars(reply.mentions)) if with_bars else ""
    notes = [one_line(note) for note in notes_beside(reply)]
    if reply.cards:
        lines = [f"### {sentence}", bars, *(small(literal(note, _NOTE)) for note in notes)]
    else:
        lines = [sentence, bars, *map(_note, notes)]
    written = ""
    for line in filter(None, lines):
        if len(written) + len(line) < _HEAD:
            written += f"\n{line}" if written else line
    return written


def _note(note: str) -> str:
    """Set a command apart from what it does: "/podcast episodes: the list of them"."""
    if not note.startswith(COMMAND):
        return literal(note, _NOTE)
    command, _, rest = truncate(note, _NOTE).partition(": ")
    return f"- {code(command)} {literal(rest, _NOTE)}".rstrip()


def _offering(block: Block) -> Block:
    """Leave a block only the buttons that are offered, for whoever counts them."""
    return replace(block, buttons=tuple(offered(block.buttons)))


def _fitting(blocks: Sequence[Block], free: int, room: int) -> tuple[Sequence[Block], bool]:
    """Take blocks for as long as there is room, and say whether their videos stand beside them.

    Four passages have room for that: 1 container, 1 head, 4 times 7, 1 line and 5 below are 36
    components of 40, where five would be 43. In the row of the other buttons, a video is no more
    than its button: five are 38 then.
    """
    for roomy in (True, False):
        left, characters, fitting = free, room, 0
        for block in blocks:
            left -= _size(block, roomy=roomy)
            characters -= len(block.text) + len(block.below)
            if left < 0 or characters < 0:
                break
            fitting += 1
        if fitting == len(blocks):
            return blocks, roomy
    return blocks[:fitting], False


def _size(block: Block, *, roomy: bool) -> int:
    """Count the components of a block."""
    beside, below = _arranged(block, roomy=roomy)
    return (3 if beside else 1) + bool(block.below) + _row_size(below)


def _row_size(buttons: Sequence[Offer]) -> int:
    return 1 + len(buttons) if buttons else 0


def _arranged(block: Block, *, roomy: bool) -> tuple[Offer | None, Sequence[Offer]]:
    """Say which button is beside a text and which are below it; one that is alone is beside it."""
    buttons: list[Offer] = [block.watch] if block.watch else []
    buttons = [*buttons, *block.buttons][:ROW_BUTTONS]
    if len(buttons) == 1 or (block.watch and roomy):
        return buttons[0], buttons[1:]
    return None, buttons


def _block(block: Block, ids: ButtonIds, *, roomy: bool) -> list[Item]:
    beside, below = _arranged(block, roomy=roomy)
    text = ui.TextDisplay[Any](block.text or _NOTHING)
    shown: Item = ui.Section(text, accessory=button(beside, ids)) if beside else text
    more = [ui.TextDisplay[Any](block.below)] if block.below else []
    return [shown, *more, *_row(below, ids)]


def _row(buttons: Sequence[Offer], ids: ButtonIds) -> list[Item]:
    return [ui.ActionRow(*(button(each, ids) for each in buttons))] if buttons else []


def button(offer: Offer, ids: ButtonIds) -> ui.Button[Any]:
    """Make a button, of which the ids of its message are kept in `ids`."""
    label = truncate(one_line(offer.label), BUTTON_LABEL)
    if isinstance(offer, Link):
        return ui.Button(label=label, url=offer.url)
    return ui.Button(label=label, custom_id=ids.name(offer))


def offered(buttons: Sequence[Button]) -> list[Button]:
    """Leave out the form: who types a command has its fields before them."""
    labelled = [
        each for each in buttons if each.kind is not ButtonKind.FORM and one_line(each.label)
    ]
    return [each for each in labelled if len(pack(each.request)) <= MAX_PACKED][:ROW_BUTTONS]


def _left_out(number: int) -> list[Item]:
    if not number:
        return []
    text = f"{number:,} more did not fit here. Please ask for less at once."
    return [ui.TextDisplay(small(text))]


def _pictures(reply: Reply) -> list[Item]:
    said = truncate(one_line(" ".join([reply.text, *reply.notes])), DESCRIPTION)
    return [
        ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{CHART_NAME}", description=said))
    ]


def _files(chart: bytes | None) -> tuple[discord.File, ...]:
    return (discord.File(BytesIO(chart), CHART_NAME),) if chart else ()


def _framed(items: Sequence[Item]) -> Layout:
    """Put items in a frame, unless there is but a sentence."""
    view = Layout(timeout=None)
    for item in [ui.Container(*items)] if len(items) > 1 else items:
        view.add_item(item)
    return view
