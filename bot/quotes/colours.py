"""Colours of pictures: contrast as WCAG 2 defines it, and palettes around a podcast's colour."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.branding import Theme

Rgb = tuple[int, int, int]

WHITE, BLACK = "#ffffff", "#000000"
# The contrast of small text, and of large letters and marks.
READABLE, VISIBLE = 4.5, 3.0
_STRONG, _CLEAR = 7.0, 5.8
_STEP = 0.04
# Amber on navy, and terracotta on paper.
_USUAL = {Theme.DARK: "#f4b942", Theme.LIGHT: "#b4451f"}
_GROUNDS = {Theme.DARK: "#17203a", Theme.LIGHT: "#f6f1e6"}
# What a colour is mixed into, and how much of it.
_TINTED = {Theme.DARK: ("#13151d", 0.1), Theme.LIGHT: ("#fbfaf6", 0.05)}
_BOLD = {Theme.DARK: "#22346b", Theme.LIGHT: "#f4b942"}
_INKS = {Theme.DARK: "#f7f4ec", Theme.LIGHT: "#211d18"}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a picture; each is readable on the ground."""

    ground: str
    ink: str
    dim: str
    accent: str


def contrast(one: str, other: str) -> float:
    """Compute the contrast of two colours, 1 to 21."""
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """Mix a share, 0 to 1, of another colour into one."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return as_hex(tuple(round(a + (b - a) * share) for a, b in pairs))


def rgb(colour: str) -> Rgb:
    """Return the parts of a colour."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue


def as_hex(parts: tuple[int, ...]) -> str:
    """Write the parts of a colour as "#rrggbb"."""
    return "#" + "".join(f"{each:02x}" for each in parts)


def with_contrast(colour: str, ground: str, least: float) -> str:
    """Return a colour, or the nearest shade of it with enough contrast with a ground."""
    towards = max((WHITE, BLACK), key=lambda end: contrast(end, ground))
    return next(each for each in _shades(colour, towards) if contrast(each, ground) >= least)


def calm_palette(colour: str, theme: Theme) -> Palette:
    """Make a palette with a ground that has a hint of a colour; "" for the usual one."""
    ground, ink = _GROUNDS[theme], _INKS[theme]
    if colour:
        base, share = _TINTED[theme]
        ground = mix(base, colour, share)
        ground = _pushed(ground, ink, _STRONG)
    accent = with_contrast(colour or _USUAL[theme], ground, READABLE)
    return Palette(ground, ink, _dim(ink, ground), accent)


def bold_palette(colour: str, theme: Theme) -> Palette:
    """Make a palette with the colour itself as the ground, lighter or darker by the theme."""
    ink = _INKS[theme]
    ground = _pushed(colour or _BOLD[theme], ink, _CLEAR)
    other = WHITE if theme is Theme.DARK else BLACK
    accent = with_contrast(mix(ground, other, 0.4), ground, VISIBLE)
    return Palette(ground, ink, _dim(ink, ground), accent)


def _dim(ink: str, ground: str) -> str:
    """Return a quieter ink, for what is read second."""
    return with_contrast(mix(ink, ground, 0.3), ground, READABLE + 1)


def _pushed(ground: str, ink: str, least: float) -> str:
    """Move a ground away from the ink until there is enough contrast."""
    away = BLACK if _luminance(ink) > 0.5 else WHITE
    return next(each for each in _shades(ground, away) if contrast(ink, each) >= least)


def _shades(colour: str, towards: str) -> Iterator[str]:
    steps = round(1 / _STEP)
    return (mix(colour, towards, step / steps) for step in range(steps + 1))


def _luminance(colour: str) -> float:
    parts = (part / 255 for part in rgb(colour))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
