"""Draw a quote as a picture, in one of three designs and in any script with a font."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot.branding import Branding, CardStyle, CardWords, Design, Drawing, Shape
from bot.quotes.colours import Palette, bold_palette, calm_palette, mix
from bot.quotes.fonts import (
    BOLD,
    SANS,
    SERIF,
    Copy,
    Family,
    MissingFontError,
    Typeface,
    choose_fonts,
    system_folders,
)
from bot.quotes.pictures import cropped, main_colour, open_picture, play_mask, rounded_mask
from bot.quotes.typesetting import (
    Column,
    han_language,
    quotation_marks,
    set_lines,
    set_shortened,
    visible,
)

SIZES = {Shape.WIDE: (1200, 675), Shape.SQUARE: (1080, 1080)}
# Chats show a picture at less than half its size: 34 here is 14 there.
_SMALLEST = 34
_LARGEST = {Design.PAPER: 104, Design.POSTER: 108, Design.PORTRAIT: 84}
_MORE_IN_SQUARE = 8
_LEADING = {SERIF: 1.24, BOLD: 1.18, SANS: 1.3}
_SIDE, _EDGE = 84, 60
_GAP = 32
_COVER, _FACE = 60, 96
_HEAD_SIZES, _NAME_SIZES, _TITLE_SIZES = range(26, 21, -2), range(36, 27, -2), range(26, 23, -1)
_QUESTION_SIZES = range(34, 27, -2)
_TIME_SIZE, _BRAND_SIZE = 24, 18
_BRAND = "Airquote"
_RULE = (64, 6)
_PANEL = {Shape.WIDE: (424, 675), Shape.SQUARE: (440, 440)}
_GIANT = 640


@dataclass(frozen=True, slots=True)
class _Room:
    """The space for a text in pixels, and the font sizes to try, largest first."""

    width: int
    height: int
    sizes: range


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that fit."""

    lines: Sequence[str]
    face: Typeface
    leading: int

    @property
    def height(self) -> int:
        return len(self.lines) * self.leading


@dataclass(frozen=True, slots=True)
class _Area:
    """A part of the picture in which words are set."""

    left: int
    top: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class _Copies:
    """All texts with their fonts; None for what has none, or is not there."""

    quote: Copy
    speaker: Copy
    title: Copy | None
    name: Copy | None
    time: Copy | None
    question: Copy | None


@dataclass(frozen=True, slots=True)
class _Look:
    """The design that was chosen, with the pictures that were found."""

    design: Design
    shape: Shape
    palette: Palette
    cover: Image.Image | None
    portrait: Image.Image | None


def draw_quote(
    words: CardWords,
    style: CardStyle | None = None,
    branding: Branding | None = None,
    folders: Sequence[Path] | None = None,
) -> Drawing:
    """Draw a quote, who said it, and where.

    Nothing is drawn if no font covers the quote or the name, or if there are no words. A title, a
    podcast's name and emoji without a font are left out. Besides the package's fonts, search
    `folders`, by default the system's. That may take seconds, so call this in a thread.
    """
    style, branding = style or CardStyle(), branding or Branding()
    searched = system_folders() if folders is None else folders
    notes: list[str] = []
    look = _look(style, branding)
    try:
        copies = _choose(words, branding, look, searched, notes)
    except MissingFontError as error:
        return Drawing(None, (str(error),))
    if not visible(copies.quote.text):
        return Drawing(None)
    if words.speaker.strip() and not visible(copies.speaker.text):
        return Drawing(None)
    return Drawing(_draw(look, copies), tuple(dict.fromkeys(notes)))


def _look(style: CardStyle, branding: Branding) -> _Look:
    cover, portrait = open_picture(branding.cover), open_picture(branding.portrait)
    design = style.design or (Design.PORTRAIT if portrait else Design.PAPER)
    if design is Design.PORTRAIT and not portrait:
        design = Design.PAPER
    colour = branding.colour or (main_colour(cover) if cover else "")
    make = bold_palette if design is Design.POSTER else calm_palette
    return _Look(design, style.shape, make(colour, style.theme), cover, portrait)


def _choose(
    words: CardWords,
    branding: Branding,
    look: _Look,
    folders: Sequence[Path],
    notes: list[str],
) -> _Copies:
    """Choose the fonts, and note what is left out. Raise MissingFontError."""
    # A name alone does not tell Japanese from Chinese; the rest of the picture may.
    written = han_language(" ".join((words.text, words.speaker, words.title, branding.name)))

    def need(text: str, family: Family) -> Copy:
        copy = choose_fonts(text, family, folders)
        notes.extend(copy.notes)
        return replace(copy, language=written)

    def want(text: str, family: Family) -> Copy | None:
        try:
            copy = need(text, family)
        except MissingFontError as error:
            notes.append(str(error))
            return None
        return copy if copy.text else None

    quoting = BOLD if look.design is Design.POSTER else SERIF
    return _Copies(
        need(words.text, quoting),
        need(words.speaker, BOLD),
        want(words.title, SANS),
        want(branding.name, BOLD),
        want(words.time, BOLD),
        want(words.question, SANS),
    )


def _draw(look: _Look, copies: _Copies) -> bytes:
    leftwards = Typeface(copies.quote, _SMALLEST).direction == "rtl"
    canvas = _Canvas(SIZES[look.shape], look.palette, leftwards=leftwards)
    area = _area(look)
    if look.design is Design.POSTER:
        _draw_giant_mark(canvas, copies.quote)
    if look.design is Design.PORTRAIT and look.portrait:
        _draw_panel(canvas, look.portrait, look.shape)
    if look.design is Design.PORTRAIT and look.shape is Shape.SQUARE:
        middle = _draw_corner(canvas, look, copies, area)
    else:
        top = _draw_head(canvas, look, copies, area)
        middle = replace(area, top=top, height=_draw_foot(canvas, look, copies, area) - top)
    _draw_words(canvas, look, copies, middle)
    return canvas.as_png()


def _draw_words(canvas: "_Canvas", look: _Look, copies: _Copies, area: _Area) -> None:
    """Draw the quote in the middle of an area, below the question that it answers."""
    asking = _Room(area.width, area.height // 4, _QUESTION_SIZES)
    asked = _fit(copies.question, SANS, asking) if copies.question else None
    taken = asked.height + _GAP // 2 if asked else 0
    family = BOLD if look.design is Design.POSTER else SERIF
    opening, closing = quotation_marks(copies.quote.text)
    largest = _LARGEST[look.design] + (_MORE_IN_SQUARE if look.shape is Shape.SQUARE else 0)
    room = _Room(area.width, area.height - _GAP // 2 - taken, range(largest, _SMALLEST - 1, -2))
    quote = _fit(copies.quote, family, room, closing)
    top = area.top + (area.height - taken - quote.height) // 2
    if asked:
        canvas.write(asked, area.left, area.width, top, look.palette.dim)
    canvas.write(quote, area.left, area.width, top + taken, look.palette.ink, opening)


def _area(look: _Look) -> _Area:
    """Return where words may be: beside the portrait, if that is large."""
    width, height = SIZES[look.shape]
    left = _SIDE
    if look.design is Design.PORTRAIT and look.shape is Shape.WIDE:
        left = _PANEL[look.shape][0] + _SIDE - 12
    return _Area(left, _EDGE, width - left - _EDGE - 8, height - 2 * _EDGE + 6)


def _draw_corner(canvas: "_Canvas", look: _Look, copies: _Copies, area: _Area) -> _Area:
    """Draw head and foot beside a portrait in the corner; return where the quote is."""
    width, height = _PANEL[look.shape]
    left = width + 44
    beside = _Area(left, area.top, area.left + area.width - left, height - area.top - 12)
    _draw_head(canvas, look, copies, beside)
    _draw_foot(canvas, look, copies, beside, signed=False)
    canvas.sign(area)
    top = height + _GAP + 6
    return replace(area, top=top, height=area.bottom - _GAP - top)


def _draw_panel(canvas: "_Canvas", portrait: Image.Image, shape: Shape) -> None:
    """Show the guest from edge to edge."""
    width, height = _PANEL[shape]
    canvas.paste(cropped(portrait, width, height), 0, 0)
    if shape is Shape.WIDE:
        canvas.box(width, 0, 6, height, canvas.palette.accent)
    else:
        canvas.box(0, height, width, 6, canvas.palette.accent)


def _draw_giant_mark(canvas: "_Canvas", quote: Copy) -> None:
    """Draw a huge quotation mark that hardly differs from the ground."""
    opening, _ = quotation_marks(quote.text)
    if opening not in "“”«":
        return
    block = _Block([opening], Typeface(Copy(opening, SERIF.font), _GIANT), _GIANT)
    colour = mix(canvas.palette.ground, canvas.palette.ink, 0.07)
    width = round(block.face.measure(opening))
    canvas.write(block, canvas.width - width - 20, width, canvas.height - 300, colour)


def _draw_head(canvas: "_Canvas", look: _Look, copies: _Copies, area: _Area) -> int:
    """Draw the podcast's cover and name, and the time; return where what follows begins."""
    left, right = area.left, area.left + area.width
    if copies.time:
        right -= canvas.pill(copies.time, right, area.top, _COVER) + _GAP
    if look.cover:
        frame = mix(canvas.palette.ground, canvas.palette.ink, 0.18)
        canvas.box(left - 2, area.top - 2, _COVER + 4, _COVER + 4, frame, radius=12)
        canvas.paste(cropped(look.cover, _COVER, _COVER), left, area.top, radius=10)
        left += _COVER + 18
    if copies.name:
        name = _fit(copies.name, BOLD, _Room(right - left, _COVER + 8, _HEAD_SIZES))
        above = (_COVER - name.height) // 2
        canvas.write(name, left, right - left, area.top + above, canvas.palette.dim)
    shown = look.cover or copies.name or copies.time
    return area.top + (_COVER + _GAP if shown else 0)


def _draw_foot(
    canvas: "_Canvas", look: _Look, copies: _Copies, area: _Area, *, signed: bool = True
) -> int:
    """Draw who said it in which episode; return where that begins."""
    face = look.portrait if look.design is not Design.PORTRAIT else None
    left = area.left + (_FACE + 24 if face else 0)
    width = area.left + area.width - left - (canvas.sign(area) + _GAP if signed else 0)
    name = _fit(copies.speaker, BOLD, _Room(width, 84, _NAME_SIZES))
    title = _fit(copies.title, SANS, _Room(width, 68, _TITLE_SIZES)) if copies.title else None
    height = name.height + (title.height + 4 if title else 0)
    height = max(height, _FACE) if face else height
    top = area.bottom - height
    if face:
        canvas.paste(cropped(face, _FACE, _FACE), area.left, top + (height - _FACE) // 2, _FACE / 2)
    else:
        canvas.box(area.left, top - 26, *_RULE, canvas.palette.accent, radius=3)
    below = top + (height - name.height - (title.height + 4 if title else 0)) // 2
    canvas.write(name, left, width, below, canvas.palette.ink)
    if title:
        canvas.write(title, left, width, below + name.height + 4, canvas.palette.dim)
    return top - (0 if face else 26 + _RULE[1]) - _GAP


def _fit(copy: Copy, family: Family, room: _Room, closing: str = "") -> _Block:
    """Set a text as large as fits; shorten it if even the smallest size does not."""
    for size in room.sizes:
        face = Typeface(copy, size)
        leading = max(round(size * _LEADING[family]), face.least_leading)
        column = Column(face.measure, room.width, max(1, room.height // leading))
        lines = set_lines(copy.text, column, closing)
        if lines is not None:
            return _Block(lines, face, leading)
    return _Block(set_shortened(copy.text, column, closing), face, leading)


class _Canvas:
    """A picture to draw on; one that reads `leftwards` is mirrored."""

    def __init__(self, size: tuple[int, int], palette: Palette, *, leftwards: bool) -> None:
        self.palette = palette
        self.width, self.height = size
        self._leftwards = leftwards
        self._picture = Image.new("RGB", size, palette.ground)

    def box(
        self, left: int, top: int, width: int, height: int, colour: str, radius: int = 0
    ) -> None:
        """Draw a rectangle."""
        self.paste(Image.new("RGB", (width, height), colour), left, top, radius)

    def paste(self, picture: Image.Image, left: int, top: int, radius: float = 0) -> None:
        """Show a picture, with round corners."""
        place = (self._mirrored(left, picture.width), top)
        mask = rounded_mask(*picture.size, radius) if radius else None
        self._picture.paste(picture, place, mask)

    def write(
        self, block: _Block, left: int, width: int, top: int, colour: str, opening: str = ""
    ) -> None:
        """Write lines in a column from where they begin; the opening mark hangs outside it."""
        face = block.face
        baseline = top + (block.leading - face.ascent - face.descent) // 2 + face.ascent
        edge = self._mirrored(left, width) + (width if self._leftwards else 0)
        for number, line in enumerate(block.lines):
            start = edge - face.measure(line) if self._leftwards else edge
            if opening and not number:
                hung = edge if self._leftwards else edge - face.measure(opening)
                face.draw(self._picture, hung, baseline, opening, self.palette.accent)
            face.draw(self._picture, start, baseline, line, colour)
            baseline += block.leading

    def pill(self, time: Copy, right: int, top: int, height: int) -> int:
        """Draw a time behind a play sign, ending at `right`; return the width of both."""
        face = Typeface(time, _TIME_SIZE)
        words, sign, pad = round(face.measure(time.text)), 16, 20
        tall = height - 14
        width = words + sign + 10 + 2 * pad
        top += (height - tall) // 2
        left = self._mirrored(right - width, width)
        filled = mix(self.palette.ground, self.palette.ink, 0.08)
        self._picture.paste(filled, (left, top), rounded_mask(width, tall, tall / 2))
        middle = top + tall / 2
        place = (left + pad, round(middle - 9))
        self._picture.paste(self.palette.accent, place, play_mask(sign, 18))
        baseline = round(middle + _TIME_SIZE * 0.36)
        face.draw(self._picture, left + pad + sign + 10, baseline, time.text, self.palette.ink)
        return width

    def sign(self, area: _Area) -> int:
        """Write the name of the program, small, where lines end; return its width."""
        brand = Typeface(Copy(_BRAND, SANS.font), _BRAND_SIZE)
        width = round(brand.measure(_BRAND))
        left = self._mirrored(area.left + area.width - width, width)
        brand.draw(self._picture, left, area.bottom - 8, _BRAND, self.palette.dim)
        return width

    def as_png(self) -> bytes:
        """Return the picture as a PNG."""
        drawn = BytesIO()
        self._picture.save(drawn, format="png", optimize=True)
        return drawn.getvalue()

    def _mirrored(self, left: int, width: int) -> int:
        return self.width - left - width if self._leftwards else left
