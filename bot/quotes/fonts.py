"""Find fonts for a text in any script, and draw lines in them.

A font of the package draws what it has. What it lacks comes from one font for each script, and
emoji from a font in colour.
"""

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from bot.files import DATA
from bot.quotes.typesetting import (
    needs_shaping,
    quotation_marks,
    runs_leftwards,
    split_emoji,
    tidy,
    visible,
    without_emoji,
    without_symbols,
)

_FONTS = DATA / "fonts"
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
_STYLED = re.compile(
    "black|heavy|medium|light|thin|ital|obli|mono|cond|display|kufi|looped|rashi|unjoined|ui-",
    re.IGNORECASE,
)
# These draw every letter as a box that names its script, or as an icon.
_UNFIT = re.compile(r"last\s?resort|emoji", re.IGNORECASE)
# Large enough to tell the missing-glyph box from any letter, even a square Chinese one.
_PROBE_SIZE = 48
_NO_LETTER = "\U0010ffff"
# The sizes of the pictures in fonts of emoji; those that can be scaled have all sizes.
_STRIKES = (109, 160, 136, 128, 96, 64)
_FACE = "\U0001f600"
_GREY = 8
_EMOJI_RISE = 0.82  # the share of an emoji that stands above the line
_EMOJI_SIZE = 1.1  # that of emoji, beside letters
# Names of scripts in Unicode's names of signs, and what Debian's packages with fonts are called.
_ASIAN = "BOPOMOFO FULLWIDTH HANGUL HIRAGANA IDEOGRAPHIC KATAKANA KATAKANA-HIRAGANA"
_TOGETHER = dict.fromkeys(_ASIAN.split(), "CJK")
_PACKAGES = {"CJK": "fonts-noto-cjk"}
_USUAL_PACKAGE = "fonts-noto-core"
NO_EMOJI = (
    "Emoji are left out: there is no font with them in colour (on Debian, fonts-noto-color-emoji)."
)


@dataclass(frozen=True, slots=True)
class Family:
    """A font of the package, another one for more letters, and what is like it elsewhere."""

    font: Path
    spare: Path
    bold: bool = False
    serif: bool = False


SERIF = Family(_FONTS / "Literata-Medium.ttf", _FONTS / "DejaVuSans.ttf", serif=True)
SANS = Family(_FONTS / "Manrope-Medium.ttf", _FONTS / "DejaVuSans.ttf")
BOLD = Family(_FONTS / "Manrope-ExtraBold.ttf", _FONTS / "DejaVuSans-Bold.ttf", bold=True)


class MissingFontError(Exception):
    """No font has some letters; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A text, and the fonts that cover it: `others` for the letters that `font` lacks.

    Chinese letters are drawn as in a `language`, as of `han_language`.
    """

    text: str
    font: Path
    others: Mapping[str, Path] = field(default_factory=dict)
    emoji: Path | None = None
    bold: bool = False
    notes: tuple[str, ...] = ()
    language: str | None = None


def choose_fonts(text: str, family: Family, folders: Sequence[Path]) -> Copy:
    """Find fonts that cover a text, and leave out emoji and symbols that no font has.

    Raise MissingFontError if no font has some letters, or if Pillow cannot join them.
    """
    whole = tidy(text)
    if needs_shaping(whole) and not features.check("raqm"):
        raise MissingFontError(
            f"{_script_of(whole)} letters cannot be joined: Pillow is installed without raqm."
        )
    emoji, notes = None, tuple[str, ...]()
    if any(is_emoji for _, is_emoji in split_emoji(whole)):
        emoji = _find_emoji(folders)
        if emoji is None:
            whole, notes = without_emoji(whole), (NO_EMOJI,)
    try:
        font, others = _cover(whole, family, folders)
    except MissingFontError:
        whole = without_symbols(whole) if emoji is None else whole
        font, others = _cover(whole, family, folders)
    return Copy(whole, font, others, emoji, family.bold, notes)


def _cover(text: str, family: Family, folders: Sequence[Path]) -> tuple[Path, Mapping[str, Path]]:
    """Find the font for most of a text, and those for the rest. Raise MissingFontError."""
    words = "".join(part for part, is_emoji in split_emoji(text) if not is_emoji)
    needed = visible("".join((words, "…", *quotation_marks(words))))
    font, lacking = family.font, _lacking(family.font, needed)
    letters = [sign for sign in words if sign.isalpha()]
    if 2 * sum(sign in lacking for sign in letters) > len(letters):
        # A single font sets a script best; what it lacks of marks, the usual one has.
        wanted = {sign for sign in lacking if sign in words}
        for path in _fonts(family, folders):
            if not _lacking(path, wanted):
                font = path
                break
    missing = _lacking(font, needed)
    usual = dict.fromkeys(missing - lacking, family.font)
    return font, {**usual, **dict(_others(missing & lacking, family, folders))}


def _others(
    signs: Iterable[str], family: Family, folders: Sequence[Path]
) -> Iterator[tuple[str, Path]]:
    """Find a font for all signs of each script. Raise MissingFontError."""
    scripts: dict[str, set[str]] = defaultdict(set)
    for sign in signs:
        scripts[_script_of(sign)].add(sign)
    for script, needed in scripts.items():
        fonts = (path for path in _fonts(family, folders) if not _lacking(path, needed))
        found = next(fonts, None)
        if found is None:
            package = _PACKAGES.get(script, _USUAL_PACKAGE)
            what = script if script == "CJK" else script.capitalize()
            raise MissingFontError(
                f"There is no font with the {what} letters of “{''.join(sorted(needed))[:20]}”. "
                f"Install one (on Debian, {package})."
            )
        yield from dict.fromkeys(needed, found).items()


def _script_of(text: str) -> str:
    """Return the name of the script of the first letter."""
    sign = next((each for each in text if each.isalpha()), text[:1])
    name = unicodedata.name(sign, "unknown").split(" ")[0]
    return _TOGETHER.get(name, name)


def system_folders() -> list[Path]:
    """List the folders in which systems keep fonts."""
    return [Path(os.path.expandvars(folder)).expanduser() for folder in _SYSTEM]


def _fonts(family: Family, folders: Sequence[Path]) -> Iterator[Path]:
    """List fonts, those first that look like a family: Noto's, the package's, then others."""

    def unlike(path: Path) -> tuple[bool, bool, bool, Path]:
        name = path.stem.casefold()
        other_weight = ("bold" in name) != family.bold
        return bool(_STYLED.search(name)), other_weight, ("serif" in name) != family.serif, path

    found = (path for path in _files_in(folders) if not _UNFIT.search(path.stem))
    alike = sorted(found, key=unlike)
    yield from (path for path in alike if path.stem.startswith("Noto"))
    yield family.spare
    yield from (path for path in alike if not path.stem.startswith("Noto"))


def _files_in(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from folder.rglob("*.[OoTt][Tt][CcFf]")


def _lacking(path: Path, signs: Iterable[str]) -> set[str]:
    """Return which signs a font has no letter for; all if it cannot be used."""
    try:
        font = ImageFont.truetype(path, _PROBE_SIZE, layout_engine=ImageFont.Layout.BASIC)
        missing = bytes(font.getmask(_NO_LETTER))
        return {sign for sign in signs if bytes(font.getmask(sign)) == missing}
    except OSError:
        # Not a font, or a bitmap font with fixed sizes.
        return set(signs) | {_NO_LETTER}


def _find_emoji(folders: Sequence[Path]) -> Path | None:
    """Find a font of emoji in colour."""
    named = (path for path in _files_in(folders) if "emoji" in path.stem.casefold())
    return next((path for path in sorted(named) if _is_coloured(path)), None)


def _is_coloured(path: Path) -> bool:
    try:
        drawn = _draw_emoji(_open_emoji(path), _FACE).convert("RGB")
    except (OSError, ValueError):
        return False
    return any(abs(red - blue) > _GREY for _, (red, _, blue) in drawn.getcolors(1 << 24) or ())  # type: ignore[misc] # RGB


def _open_emoji(path: Path) -> ImageFont.FreeTypeFont:
    """Open a font at a size that it has. Raise OSError."""
    for size in _STRIKES:
        with suppress(OSError):
            return ImageFont.truetype(path, size)
    raise OSError(f"{path} has no pictures of a known size")


def _draw_emoji(font: ImageFont.FreeTypeFont, emoji: str) -> Image.Image:
    """Draw one emoji as large as its font has it, without a margin."""
    box = font.getbbox(emoji, anchor="ls")
    size = (max(1, round(box[2] - box[0])), max(1, round(box[3] - box[1])))
    drawn = Image.new("RGBA", size)
    ImageDraw.Draw(drawn).text(
        (-box[0], -box[1]), emoji, "#808080", font, "ls", embedded_color=True
    )
    return drawn


class Typeface:
    """The fonts of a copy, opened at a size."""

    def __init__(self, copy: Copy, size: int) -> None:
        self.copy = copy
        self.size = size
        self.direction = None
        self._language = None
        if features.check("raqm"):
            self.direction = "rtl" if runs_leftwards(copy.text) else "ltr"
            self._language = copy.language
        paths = {copy.font, *copy.others.values()}
        self._fonts = {path: _open(path, size, bold=copy.bold) for path in paths}
        self._emoji = _open_emoji(copy.emoji) if copy.emoji else None
        self.ascent, self.descent = self._fonts[copy.font].getmetrics()
        self._widths: dict[str, float] = {}
        strange = [self._fonts[path] for path in paths if path.parent != _FONTS]
        self.least_leading = max((sum(font.getmetrics()) for font in strange), default=0)
        """The least distance of two lines, in which the letters of other fonts do not collide."""

    def measure(self, line: str) -> float:
        """Return the width of a line in pixels."""
        if line not in self._widths:
            self._widths[line] = sum(self._width(*run) for run in self._runs(line))
        return self._widths[line]

    def draw(
        self, picture: Image.Image, left: float, baseline: float, line: str, colour: str
    ) -> None:
        """Draw a line that begins, or in some scripts ends, at the left."""
        draw = ImageDraw.Draw(picture)
        runs = list(self._runs(line))
        for text, path in reversed(runs) if self.direction == "rtl" else runs:
            if path is None:
                self._paste(picture, left, baseline, text)
            else:
                face, where = self._fonts[path], (left, baseline)
                way, tongue = self.direction, self._language
                draw.text(where, text, colour, face, "ls", direction=way, language=tongue)
            left += self._width(text, path)

    def _runs(self, line: str) -> Iterator[tuple[str, Path | None]]:
        """Split a line by font; None for an emoji."""
        for part, is_emoji in split_emoji(line):
            if is_emoji and self._emoji:
                yield part, None
                continue
            signs = zip(part, self._fonts_of(part), strict=True)
            for path, run in groupby(signs, key=lambda each: each[1]):
                yield "".join(sign for sign, _ in run), path

    def _fonts_of(self, part: str) -> Iterator[Path]:
        """Yield the font of each sign; what only changes or separates letters stays with them."""
        others, font = self.copy.others, self.copy.font
        for sign in part:
            if unicodedata.category(sign)[0] in "LNPS" or sign in others:
                font = others.get(sign, self.copy.font)
            yield font

    def _width(self, text: str, path: Path | None) -> float:
        if path is not None:
            way, tongue = self.direction, self._language
            return float(self._fonts[path].getlength(text, direction=way, language=tongue))
        assert self._emoji  # noqa: S101 - no run is an emoji without it
        return self._emoji.getlength(text) * self._scale

    @property
    def _scale(self) -> float:
        return self.size * _EMOJI_SIZE / self._emoji.size if self._emoji else 0

    def _paste(self, picture: Image.Image, left: float, baseline: float, emoji: str) -> None:
        assert self._emoji  # noqa: S101 - as above
        drawn = _draw_emoji(self._emoji, emoji)
        size = [max(1, round(side * self._scale)) for side in drawn.size]
        small = drawn.resize((size[0], size[1]), Image.Resampling.LANCZOS)
        top = round(baseline - small.height * _EMOJI_RISE)
        gap = (self._width(emoji, None) - small.width) / 2
        picture.paste(small, (round(left + gap), top), small)


def _open(path: Path, size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(path, size)
    # Few fonts have more than one weight.
    with suppress(OSError, ValueError):
        font.set_variation_by_name("Bold" if bold else "Regular")
    return font
