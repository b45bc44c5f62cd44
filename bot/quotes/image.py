"""Draw a quote as an image, in any script with a font. Only this module uses Pillow."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from itertools import chain
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from bot.files import DATA
from bot.quotes.typesetting import (
    Column,
    needs_shaping,
    quotation_marks,
    runs_leftwards,
    set_lines,
    set_shortened,
    tidy,
    visible,
    without_symbols,
)

WIDTH, HEIGHT = 1200, 675
_SIDE, _EDGE = 88, 60
# A dark background does not glare in dark mode and stands out in light mode.
BACKGROUND, TEXT, DIM, ACCENT = "#17203a", "#f7f4ec", "#b4bed2", "#f4b942"

_FONTS = DATA / "fonts"
_REGULAR, _BOLD = _FONTS / "DejaVuSans.ttf", _FONTS / "DejaVuSans-Bold.ttf"
_SYSTEM = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "$WINDIR/Fonts",
    "$LOCALAPPDATA/Microsoft/Windows/Fonts",
)
# Tried after plain fonts.
_STYLED = re.compile("bold|black|heavy|medium|light|thin|ital|obli|mono|serif|condensed", re.I)
# Draws every letter as a box that names its script.
_LAST_RESORT = re.compile(r"last\s?resort", re.I)
# Large enough to tell the missing-glyph box from any letter, even a square Chinese one.
_PROBE_SIZE = 48
_NO_LETTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class _Room:
    """The space for a text in pixels, and the font sizes to try, largest first."""

    width: int
    height: int
    sizes: range


@dataclass(frozen=True, slots=True)
class _Copy:
    """A text and a font that covers it."""

    text: str
    font: Path
    bold: bool


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that fit."""

    lines: Sequence[str]
    font: ImageFont.FreeTypeFont
    direction: str | None

    @property
    def height(self) -> int:
        return len(self.lines) * _leading(self.font)


# Chats show the image at less than half its size: 32 here is 13 there.
_QUOTE_SIZES = range(96, 31, -4)
_FOOT_WIDTH = WIDTH - 2 * _SIDE - 180
_NAME = _Room(_FOOT_WIDTH, 84, range(38, 29, -2))
_TITLE = _Room(_FOOT_WIDTH, 80, range(30, 25, -2))
_BRAND, _BRAND_SIZE = "Airquote", 26
_LEADING = 1.3
_RULE_WIDTH, _RULE_HEIGHT, _GAP = 72, 6, 24
_FOOT_GAP = 8


def draw_quote(
    text: str, speaker: str, title: str, folders: Sequence[Path] | None = None
) -> bytes | None:
    """Draw a quote, its speaker and the episode's title as a PNG of 1200 by 675 pixels.

    Return None if no font covers the quote or the name. Emoji are dropped, as is a title without
    a font. Besides the bundled fonts, search `folders`, by default the system's. That may take a
    second, so call this in a thread.
    """
    searched = _system_folders() if folders is None else folders
    quote, name = _choose(text, False, searched), _choose(speaker, True, searched)
    if quote is None or name is None or not quote.text:
        return None
    heading = _choose(title, False, searched)
    foot = [_fit(name, _NAME), *([_fit(heading, _TITLE)] if heading else [])]
    room = _Room(WIDTH - 2 * _SIDE, _rule_of(foot) - _GAP - _EDGE, _QUOTE_SIZES)
    opening, closing = quotation_marks(quote.text)
    return _draw(opening, _fit(quote, room, closing), foot)


def _rule_of(foot: Sequence[_Block]) -> int:
    """Return the top of the rule that separates the quote from the foot."""
    heights = [block.height + _FOOT_GAP for block in foot if block.lines]
    return HEIGHT - _EDGE + _FOOT_GAP - sum(heights) - _GAP - _RULE_HEIGHT


def _choose(text: str, bold: bool, folders: Sequence[Path]) -> _Copy | None:
    """Find a font that covers a text, with or without its symbols."""
    whole = tidy(text)
    if needs_shaping(whole) and not features.check("raqm"):
        return None
    candidates = dict.fromkeys((whole, without_symbols(whole)))
    for font in chain([_BOLD if bold else _REGULAR], _fonts_in(folders)):
        for candidate in candidates:
            if (visible(candidate) or not text.strip()) and _has_all(font, candidate):
                return _Copy(candidate, font, bold)
    return None


def _system_folders() -> list[Path]:
    return [Path(os.path.expandvars(folder)).expanduser() for folder in _SYSTEM]


def _fonts_in(folders: Sequence[Path]) -> Iterator[Path]:
    found = (path for folder in folders for path in folder.rglob("*.[OoTt][Tt][CcFf]"))
    plain_first = sorted(found, key=lambda path: (bool(_STYLED.search(path.stem)), path))
    yield from (path for path in plain_first if not _LAST_RESORT.search(path.stem))


def _has_all(path: Path, text: str) -> bool:
    try:
        font = ImageFont.truetype(path, _PROBE_SIZE, layout_engine=ImageFont.Layout.BASIC)
        missing = bytes(font.getmask(_NO_LETTER))
        needed = visible("".join((text, "…", *quotation_marks(text))))
        return all(bytes(font.getmask(sign)) != missing for sign in needed)
    except OSError:
        # Not a font, or a bitmap font with fixed sizes.
        return False


def _fit(copy: _Copy, room: _Room, closing: str = "") -> _Block:
    """Set a text as large as fits; shorten it if even the smallest size does not."""
    direction = _direction(copy.text)
    for size in room.sizes:
        font = _open(copy, size)
        measure = cache(partial(font.getlength, direction=direction))
        column = Column(measure, room.width, room.height // _leading(font))
        lines = set_lines(copy.text, column, closing)
        if lines is not None:
            return _Block(lines, font, direction)
    return _Block(set_shortened(copy.text, column, closing), font, direction)


def _direction(text: str) -> str | None:
    if not features.check("raqm"):
        return None
    return "rtl" if runs_leftwards(text) else "ltr"


def _open(copy: _Copy, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(copy.font, size)
    # Few fonts have more than one weight.
    with suppress(OSError, ValueError):
        font.set_variation_by_name("Bold" if copy.bold else "Regular")
    return font


def _leading(font: ImageFont.FreeTypeFont) -> int:
    """Return the height of a line in pixels."""
    return max(round(font.size * _LEADING), sum(font.getmetrics()))


def _draw(opening: str, quote: _Block, foot: Sequence[_Block]) -> bytes:
    picture = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUND)
    draw = ImageDraw.Draw(picture)
    side = "r" if quote.direction == "rtl" else "l"
    rule = _rule_of(foot)
    _write(draw, quote, side, (_EDGE + rule - _GAP - quote.height) // 2, TEXT, opening)
    edge = WIDTH - _SIDE - _RULE_WIDTH if side == "r" else _SIDE
    draw.rectangle((edge, rule, edge + _RULE_WIDTH - 1, rule + _RULE_HEIGHT - 1), ACCENT)
    below = rule + _RULE_HEIGHT + _GAP
    for block, colour in zip(foot, (TEXT, DIM), strict=False):
        _write(draw, block, side, below, colour)
        below += (block.height + _FOOT_GAP) if block.lines else 0
    brand = ImageFont.truetype(_BOLD, _BRAND_SIZE)
    other, anchor = (_SIDE, "ls") if side == "r" else (WIDTH - _SIDE, "rs")
    draw.text((other, HEIGHT - _EDGE - 10), _BRAND, DIM, brand, anchor)
    drawn = BytesIO()
    picture.save(drawn, format="png", optimize=True)
    return drawn.getvalue()


def _write(
    draw: ImageDraw.ImageDraw, block: _Block, side: str, top: int, colour: str, opening: str = ""
) -> None:
    """Write lines from the edge; the opening mark hangs outside it."""
    edge = WIDTH - _SIDE if side == "r" else _SIDE
    ascent, descent = block.font.getmetrics()
    leading = _leading(block.font)
    baseline = top + (leading - ascent - descent) // 2 + ascent
    hung = (edge, baseline), opening, ACCENT, block.font
    draw.text(*hung, "ls" if side == "r" else "rs", direction=block.direction)
    for line in block.lines:
        written = (edge, baseline), line, colour, block.font
        draw.text(*written, f"{side}s", direction=block.direction)
        baseline += leading
