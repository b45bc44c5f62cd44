"""Replies -> messages for Discord.

Text from transcripts, titles and queries is escaped, so that Discord parses nothing in it.
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
from handlers.discord.render.cards import Block, Link, card_block, shared_text
from handlers.discord.render.charts import CHART_NAME
from handlers.discord.render.custom_ids import ButtonIds
from handlers.discord.render.limits import (
    BUTTON_LABEL,
    COMPONENTS,
    CONTENT,
    DESCRIPTION,
    ROW_BUTTONS,
    TEXT_CHARACTERS,
)
from handlers.discord.render.markdown import (
    channel,
    code,
    literal,
    member,
    preformatted,
    rename_commands,
    small_print,
)

# With a video beside each, five passages would exceed Discord's limit; see `_fitting`.
PAGE = 4
_SENTENCE = 500
_NOTE = 300
# The most that sentence, notes and chart may take together, so that a card always fits.
_HEAD = 1800
_LEFT_OUT = 100
_NOTHING = "Nothing to show."

Item = ui.Item[Any]
Offer = Link | Button


class MessageLayout(ui.LayoutView):
    """The components of a message, whose buttons need no listener: `AnswerButton` handles them.

    discord.py would keep listening for each message, for 15 minutes or until the process ends.
    """

    def is_dispatchable(self) -> bool:
        """Return that nothing listens for this message."""
        return False


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message: its components and files, and the requests to save for its buttons, by key."""

    view: MessageLayout
    files: tuple[discord.File, ...]
    kept: Mapping[str, str]


def render_reply(reply: Reply, owner: int, chart: bytes | None = None) -> RenderedMessage:
    """Render a reply for the member whose id is `owner`; `chart` is a PNG of its mentions.

    Cards beyond Discord's limits are left out, and a sentence says so.
    """
    notes = tuple(map(rename_commands, reply.notes))
    reply = replace(reply, text=rename_commands(reply.text), notes=notes)
    ids = ButtonIds(owner)
    head = _head(reply, with_bars=not chart)
    foot = offered(reply.buttons)
    room = TEXT_CHARACTERS - len(head) - _LEFT_OUT
    titled = not reply.names_card
    blocks = [_offering(card_block(card, room, n, titled=titled)) for n, card in numbered(reply)]
    # One each for the container, the head, the note on what is left out, and the separator.
    free = COMPONENTS - 4 - bool(chart) - _row_size(foot)
    shown, roomy = _fitting(blocks, free, room)
    items: list[Item] = [ui.TextDisplay(head), *(_pictures(reply) if chart else ())]
    items += [item for block in shown for item in _block(block, ids, roomy=roomy)]
    items += _left_out(len(blocks) - len(shown))
    items += [ui.Separator()] if len(shown) > 1 and foot else []
    items += _row(foot, ids)
    return RenderedMessage(_framed(items), _files(chart), ids.kept)


def render_shared(reply: Reply, sharer: str) -> str:
    """Render a reply's passage for everybody, shared by the member called `sharer`.

    As plain text, because only below that, Discord embeds the video.
    """
    if not reply.cards:
        return literal(reply.text, CONTENT) or _NOTHING
    return shared_text(reply.cards[0], sharer)


def _head(reply: Reply, *, with_bars: bool) -> str:
    """Write the sentence and its notes; notes above cards are in small print."""
    sentence = literal(reply.text, _SENTENCE) or _NOTHING
    if reply.channel.isascii() and reply.channel.isdecimal():
        sentence = f"{sentence} {channel(reply.channel)}"
    for each in filter(str.isdecimal, reply.people):
        sentence = f"{sentence} {member(each)}"
    bars = preformatted(draw_bars(reply.mentions)) if with_bars else ""
    notes = [one_line(note) for note in notes_beside(reply)]
    if reply.cards:
        lines = [f"### {sentence}", bars, *(small_print(literal(note, _NOTE)) for note in notes)]
    else:
        lines = [sentence, bars, *map(_note, notes)]
    written = ""
    for line in filter(None, lines):
        if len(written) + len(line) < _HEAD:
            written += f"\n{line}" if written else line
    return written


def _note(note: str) -> str:
    """Format a command and its description, such as "/podcast episodes: list the episodes"."""
    if not note.startswith((COMMAND, rename_commands(f"{COMMAND}weekly"))):
        return literal(note, _NOTE)
    command, _, rest = truncate(note, _NOTE).partition(": ")
    return f"- {code(command)} {literal(rest, _NOTE)}".rstrip()


def _offering(block: Block) -> Block:
    """Reduce the buttons of a block to those that are shown."""
    return replace(block, buttons=tuple(offered(block.buttons)))


def _fitting(blocks: Sequence[Block], free: int, room: int) -> tuple[Sequence[Block], bool]:
    """Take as many blocks as fit, and return whether their videos fit beside the text.

    For four passages they do: 1 container, 1 head, 4 times 7, 1 separator and 5 below are 36
    components of 40; for five, it would be 43. In the row of the other buttons, a video takes
    one component instead of three, which makes 38 for five passages.
    """
    for roomy in (True, False):
        # If all fit, nothing has to be said of what is left out.
        if sum(_size(block, roomy=roomy) for block in blocks) == free + 1:
            free += 1
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
    """Split buttons into the one beside the text, if any, and those below it."""
    buttons: list[Offer] = [block.watch] if block.watch else []
    buttons = [*buttons, *block.buttons][:ROW_BUTTONS]
    if len(buttons) == 1 or (block.watch and roomy):
        return buttons[0], buttons[1:]
    return None, buttons


def _block(block: Block, ids: ButtonIds, *, roomy: bool) -> list[Item]:
    beside, below = _arranged(block, roomy=roomy)
    text = ui.TextDisplay[Any](block.text or _NOTHING)
    shown: Item = ui.Section(text, accessory=render_button(beside, ids)) if beside else text
    more = [ui.TextDisplay[Any](block.below)] if block.below else []
    return [shown, *more, *_row(below, ids)]


def _row(buttons: Sequence[Offer], ids: ButtonIds) -> list[Item]:
    return [ui.ActionRow(*(render_button(each, ids) for each in buttons))] if buttons else []


def render_button(offer: Offer, ids: ButtonIds) -> ui.Button[Any]:
    """Render a button; `ids` belongs to its message."""
    label = truncate(one_line(offer.label), BUTTON_LABEL)
    if isinstance(offer, Link):
        return ui.Button(label=label, url=offer.url)
    return ui.Button(label=label, custom_id=ids.name(offer))


def offered(buttons: Sequence[Button]) -> list[Button]:
    """Leave out the empty form, which Discord's commands replace, and what does not fit."""
    labelled = [
        each
        for each in buttons
        if one_line(each.label) and (each.kind is not ButtonKind.FORM or each.request.text)
    ]
    return [each for each in labelled if len(pack(each.request)) <= MAX_PACKED][:ROW_BUTTONS]


def _left_out(number: int) -> list[Item]:
    if not number:
        return []
    text = f"{number:,} more did not fit. Please narrow your search."
    return [ui.TextDisplay(small_print(text))]


def _pictures(reply: Reply) -> list[Item]:
    said = truncate(one_line(" ".join([reply.text, *reply.notes])), DESCRIPTION)
    return [
        ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{CHART_NAME}", description=said))
    ]


def _files(chart: bytes | None) -> tuple[discord.File, ...]:
    return (discord.File(BytesIO(chart), CHART_NAME),) if chart else ()


def _framed(items: Sequence[Item]) -> MessageLayout:
    """Frame the items, unless there is only one."""
    view = MessageLayout(timeout=None)
    for item in [ui.Container(*items)] if len(items) > 1 else items:
        view.add_item(item)
    return view
