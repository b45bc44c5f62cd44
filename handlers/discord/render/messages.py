"""Replies -> messages for Discord.

Text from transcripts, titles and queries is escaped, so that Discord parses nothing in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.answers.buttons import open_buttons, shared_label
from bot.answers.charts import draw_bars, notes_beside
from bot.answers.help import COMMAND
from bot.answers.public import for_anybody
from bot.answers.replies import FOLDED, MAX_SNIPPET, Button, ButtonKind, Instant, Reply, numbered
from bot.answers.requests import fits
from bot.text import one_line, truncate
from bot.translations import gettext, ngettext
from handlers.discord.command_names import rename_commands
from handlers.discord.render.cards import (
    Block,
    Link,
    card_block,
    describe_passage,
    shared_text,
    watch_link,
)
from handlers.discord.render.charts import CHART_NAME
from handlers.discord.render.custom_ids import EVERYBODY, MENU, ButtonIds
from handlers.discord.render.limits import (
    BUTTON_LABEL,
    COMPONENTS,
    CONTENT,
    DESCRIPTION,
    MENU_LABEL,
    MENU_OPTIONS,
    ROW_BUTTONS,
    TEXT_CHARACTERS,
)
from handlers.discord.render.markdown import (
    channel,
    code,
    literal,
    member,
    preformatted,
    small_print,
)

# With a picture beside each, five passages would exceed Discord's limit; see `_fitting`.
PAGE = 4
_SENTENCE = 500
_NOTE = 300
# The most that sentence, notes and chart may take together, so that a card always fits.
_HEAD = 1800
_LEFT_OUT = 100
# The most characters of each passage: the fewer, the more of them fit.
_SAID = (MAX_SNIPPET, 400, 250, 150)
# The colour at the edge of an answer, as in the pictures of quotes.
_ACCENT = 0xF4B942

Item = ui.Item[Any]
Offer = Link | Button


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message: its components and files, and the requests to save for its buttons, by key."""

    view: ui.LayoutView
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
    foot = offered(reply.buttons, owner)
    room = TEXT_CHARACTERS - len(head) - _LEFT_OUT
    blocks = _blocks(reply, owner, room)
    folded = len(blocks) > 1 and any(map(_folded, blocks))
    bare = [_without_menu(each) for each in blocks] if folded else blocks
    # One each for the container, the head, the note on what is left out, and the last separator.
    free = COMPONENTS - 4 - bool(chart) - _row_size(foot) - 2 * folded
    fitting = _fitting(bare, free, room)
    shown = len(fitting.blocks)
    menu = _menu_of(reply, blocks[:shown]) if folded else []
    items: list[Item] = [ui.TextDisplay(head), *(_pictures(reply) if chart else ())]
    items += _lined_up(fitting, ids)
    items += _left_out(len(blocks) - shown)
    items += [ui.Separator()] if shown > 1 and (foot or menu) else []
    items += _menu(menu, ids)
    items += button_row(foot, ids)
    return RenderedMessage(framed(items), _files(chart), ids.kept)


def _blocks(reply: Reply, owner: int, room: int) -> list[Block]:
    """Render the cards, with what is said as long as all of them fit."""
    blocks: list[Block] = []
    offers = [tuple(offered(card.buttons, owner)) for card in reply.cards]
    for most in _SAID:
        blocks = [
            replace(
                card_block(card, room, n, titled=not reply.names_card, said=most), buttons=offer
            )
            for (n, card), offer in zip(numbered(reply), offers, strict=True)
        ]
        if sum(map(_length, blocks)) <= room:
            break
    return blocks


def _length(block: Block) -> int:
    return len(block.text) + len(block.below) + len(block.place)


def render_shared(reply: Reply, sharer: str) -> tuple[str, ui.View]:
    """Render a reply's passage for everybody, shared by the member called `sharer`.

    As plain text, because only below that, Discord embeds the video.
    """
    if not reply.cards:
        return literal(reply.text, CONTENT) or nothing(), plain_view(())
    (card, *_) = reply.cards
    return shared_text(card, sharer), plain_view((watch_link(card), *open_buttons(card)))


def say_shared(view: ui.LayoutView, custom_id: str) -> None:
    """Say “Shared” on the button with an id, and on the option that stands for it."""
    for item in view.walk_children():
        if isinstance(item, ui.Button) and item.custom_id == custom_id:
            item.label, item.disabled = shared_label(), True
        elif isinstance(item, ui.Select):
            for option in item.options:
                if option.value == custom_id:
                    number, dot, _ = option.label.partition(". ")
                    option.label = f"{number}{dot}{shared_label()}" if dot else shared_label()


def plain_view(offers: Iterable[Offer | None]) -> ui.View:
    """Build the buttons below plain text, which everybody may press."""
    ids, view = ButtonIds(EVERYBODY), ui.View(timeout=None)
    for offer in offers:
        if offer:
            view.add_item(render_button(offer, ids))
    stop_listening(view)
    return view


def nothing() -> str:
    """Say that there is nothing to show, as Discord accepts no empty message."""
    return gettext("Nothing to show.")


def _head(reply: Reply, *, with_bars: bool) -> str:
    """Write the sentence and its notes; notes above cards are in small print."""
    sentence = literal(reply.text, _SENTENCE, reply.instants) or nothing()
    if reply.channel.isascii() and reply.channel.isdecimal():
        sentence = f"{sentence} {channel(reply.channel)}"
    for each in filter(str.isdecimal, reply.people):
        sentence = f"{sentence} {member(each)}"
    bars = preformatted(draw_bars(reply.mentions)) if with_bars else ""
    notes = [one_line(note) for note in notes_beside(reply)]
    if reply.cards:
        title = any(card.snippet or card.turns for card in reply.cards)
        lines = [
            sentence if title else f"### {sentence}",
            bars,
            *(small_print(literal(note, _NOTE, reply.instants)) for note in notes),
        ]
    else:
        lines = [sentence, bars, *(_note(note, reply.instants) for note in notes)]
    written = ""
    for line in filter(None, lines):
        if len(written) + len(line) < _HEAD:
            written += f"\n{line}" if written else line
    return written


def _note(note: str, instants: Iterable[Instant]) -> str:
    """Format a command and its description, such as "/podcast episodes: list the episodes"."""
    if not note.startswith((COMMAND, rename_commands(f"{COMMAND}weekly"))):
        return literal(note, _NOTE, instants)
    command, _, rest = truncate(note, _NOTE).partition(": ")
    return f"- {code(command)} {literal(rest, _NOTE)}".rstrip()


def _menu_of(reply: Reply, blocks: Sequence[Block]) -> list[tuple[str, str, Button]]:
    """List what can be done with the passages of a list: a label, which passage, and the button."""
    entries: list[tuple[str, str, Button]] = []
    for (number, card), block in zip(numbered(reply), blocks, strict=False):
        if folded := _folded(block):
            passage = describe_passage(card)
            entries += [(f"{number}. {each.label}", passage, each) for each in folded]
    return entries[:MENU_OPTIONS]


def _folded(block: Block) -> list[Button]:
    return [each for each in block.buttons if block.is_passage and each.kind in FOLDED]


def _without_menu(block: Block) -> Block:
    if not block.is_passage:
        return block
    return replace(block, buttons=tuple(b for b in block.buttons if b.kind not in FOLDED))


def _menu(entries: Sequence[tuple[str, str, Button]], ids: ButtonIds) -> list[Item]:
    """Build a menu whose options carry what the buttons would."""
    if not entries:
        return []
    options = [
        discord.SelectOption(
            label=truncate(one_line(label), MENU_LABEL),
            description=truncate(one_line(passage), MENU_LABEL) or None,
            value=ids.name(button),
        )
        for label, passage, button in entries
    ]
    kinds = {button.kind for _, _, button in entries}
    choose = gettext("Read on, or find more like one of these")
    if ButtonKind.SHARE in kinds:
        choose = gettext("Read on, share, or find more like one of these")
    return [ui.ActionRow(ui.Select(custom_id=MENU, placeholder=choose, options=options))]


@dataclass(frozen=True, slots=True)
class _Fitting:
    """The blocks that fit, and whether their pictures and the lines between passages do."""

    blocks: Sequence[Block]
    pictured: bool = False
    lined: bool = True


def _fitting(blocks: Sequence[Block], free: int, room: int) -> _Fitting:
    """Take as many blocks as fit.

    For four passages, pictures do: 4 times 6 and 3 separators, besides the 12 of container, head,
    note, last separator, a menu and a row of four buttons, are 39 components of 40. Without
    pictures, eight passages would fit. Five candidates for moderators, with five buttons each, fit
    without lines between them, and need no note on what is left out.
    """
    for pictured, lined in ((True, True), (False, True), (False, False)):
        size = _size_of_all(blocks, pictured=pictured, lined=lined)
        if size <= free + (not lined) and sum(map(_length, blocks)) <= room:
            return _Fitting(blocks, pictured, lined)
    left, characters, fitting = free, room, 0
    for block in blocks:
        left -= _size(block, pictured=False) + bool(fitting and block.is_passage)
        characters -= _length(block)
        if left < 0 or characters < 0:
            break
        fitting += 1
    return _Fitting(blocks[:fitting])


def _size_of_all(blocks: Sequence[Block], *, pictured: bool, lined: bool) -> int:
    """Count the components of blocks, with the lines between passages."""
    lines = sum(block.is_passage for block in blocks[1:]) if lined else 0
    return lines + sum(_size(block, pictured=pictured) for block in blocks)


def _size(block: Block, *, pictured: bool) -> int:
    """Count the components of a block."""
    beside, below = _arranged(block)
    if not block.is_passage:
        return (3 if beside else 1) + bool(block.below) + _row_size(below)
    texts = bool(block.text) + bool(block.below)
    if pictured and block.picture and block.place:
        return texts + 3 + _row_size(below)
    return texts + bool(block.place and not block.text) + _row_size(below)


def _row_size(buttons: Sequence[Offer]) -> int:
    return 1 + len(buttons) if buttons else 0


def _arranged(block: Block) -> tuple[Offer | None, Sequence[Offer]]:
    """Split buttons into the one beside the text, if any, and those below it."""
    buttons: list[Offer] = [block.watch] if block.watch else []
    buttons = [*buttons, *block.buttons][:ROW_BUTTONS]
    if block.text and not block.is_passage and (len(buttons) == 1 or block.watch):
        return buttons[0], buttons[1:]
    return None, buttons


def _lined_up(fitting: _Fitting, ids: ButtonIds) -> Iterator[Item]:
    for at, block in enumerate(fitting.blocks):
        if at and block.is_passage and fitting.lined:
            yield ui.Separator()
        yield from _block(block, ids, pictured=fitting.pictured)


def _block(block: Block, ids: ButtonIds, *, pictured: bool) -> list[Item]:
    beside, below = _arranged(block)
    if block.is_passage:
        return [*_passage(block, pictured=pictured), *button_row(below, ids)]
    more: list[Item] = [ui.TextDisplay(block.below)] if block.below else []
    if not block.text and (more or below):
        return [*more, *button_row(below, ids)]  # the sentence above says everything already
    text = ui.TextDisplay[Any](block.text or nothing())
    shown: Item = ui.Section(text, accessory=render_button(beside, ids)) if beside else text
    return [shown, *more, *button_row(below, ids)]


def _passage(block: Block, *, pictured: bool) -> list[Item]:
    """Show what is said on the whole width; only where it is from has a picture beside it."""
    if pictured and block.picture and block.place:
        place = ui.TextDisplay[Any](block.place)
        texts = [block.text, block.below]
        above, below = ([ui.TextDisplay[Any](text)] if text else [] for text in texts)
        return [*above, ui.Section(place, accessory=ui.Thumbnail(block.picture)), *below]
    first = "\n".join(filter(None, [block.text, block.place]))
    return [ui.TextDisplay[Any](text) for text in (first, block.below) if text]


def button_row(buttons: Sequence[Offer], ids: ButtonIds) -> list[Item]:
    """Render buttons in a row, if there are any; `ids` belongs to their message."""
    return [ui.ActionRow(*(render_button(each, ids) for each in buttons))] if buttons else []


def render_button(offer: Offer, ids: ButtonIds) -> ui.Button[Any]:
    """Render a button; `ids` belongs to its message."""
    label = truncate(one_line(offer.label), BUTTON_LABEL)
    if isinstance(offer, Link):
        return ui.Button(label=label, url=offer.url)
    return ui.Button(label=label, custom_id=ids.name(offer))


def offered(buttons: Sequence[Button], owner: int = EVERYBODY) -> list[Button]:
    """Leave out the empty form, which Discord's commands replace, and what does not fit."""
    shown = for_anybody(buttons) if owner == EVERYBODY else buttons
    labelled = [
        each
        for each in shown
        if one_line(each.label) and (each.kind is not ButtonKind.FORM or each.request.text)
    ]
    return [each for each in labelled if fits(each.request)][:ROW_BUTTONS]


def _left_out(number: int) -> list[Item]:
    if not number:
        return []
    text = ngettext(
        "{n} more did not fit. Please narrow your search.",
        "{n} more did not fit. Please narrow your search.",
        number,
    )
    return [ui.TextDisplay(small_print(text))]


def _pictures(reply: Reply) -> list[Item]:
    said = truncate(one_line(" ".join([reply.text, *reply.notes])), DESCRIPTION)
    return [
        ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{CHART_NAME}", description=said))
    ]


def _files(chart: bytes | None) -> tuple[discord.File, ...]:
    return (discord.File(BytesIO(chart), CHART_NAME),) if chart else ()


def framed(items: Sequence[Item]) -> ui.LayoutView:
    """Frame the items, unless there is only one."""
    view = ui.LayoutView(timeout=None)
    for item in [ui.Container(*items, accent_colour=_ACCENT)] if len(items) > 1 else items:
        view.add_item(item)
    stop_listening(view)
    return view


def stop_listening(view: ui.View | ui.LayoutView | ui.Modal) -> None:
    """Keep the library from listening for buttons and forms, which we recognize by their ids.

    It would do so for 15 minutes or until the process ends.
    """
    view.stop()
