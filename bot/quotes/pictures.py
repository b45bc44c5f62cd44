"""Covers and portraits: open them safely, crop them, and find the colour of a cover."""

from colorsys import rgb_to_hsv
from io import BytesIO

from PIL import Image, ImageDraw, ImageOps

from bot.quotes.colours import as_hex

# Larger ones would take too long, or too much memory.
_MOST_PIXELS = 40_000_000
_FORMATS = ("PNG", "JPEG", "WEBP")
_SMALL = (64, 64)
_COLOURS = 24
_SMOOTH = 4  # masks are drawn so many times larger, then made smaller
# Greys and what is nearly black or white make no accent.
_LEAST_SATURATION, _LEAST_VALUE = 0.3, 0.25
# Faces are above the middle.
_FACES = (0.5, 0.3)


def open_picture(content: bytes) -> Image.Image | None:
    """Open a PNG, JPEG or WebP; None if it is none of them, too small or too large."""
    if not content:
        return None
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as found:
            if found.width * found.height > _MOST_PIXELS or min(found.size) < 2:
                return None
            found.draft("RGB", (1500, 1500))
            upright = ImageOps.exif_transpose(found).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    ground = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(ground, upright).convert("RGB")


def cropped(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Scale a picture and cut off what does not fit, mostly at the bottom to keep faces."""
    return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS, centering=_FACES)


def rounded_mask(width: int, height: int, radius: float) -> Image.Image:
    """Return a mask for a rectangle with smooth, round corners."""
    large = Image.new("L", (width * _SMOOTH, height * _SMOOTH))
    box = (0, 0, large.width - 1, large.height - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, radius * _SMOOTH, fill=255)
    return large.resize((width, height), Image.Resampling.LANCZOS)


def play_mask(width: int, height: int) -> Image.Image:
    """Return a mask for the play sign, a triangle with smooth edges."""
    large = Image.new("L", (width * _SMOOTH, height * _SMOOTH))
    ImageDraw.Draw(large).polygon([(0, 0), (0, large.height), (large.width, large.height / 2)], 255)
    return large.resize((width, height), Image.Resampling.LANCZOS)


def main_colour(cover: Image.Image) -> str:
    """Return the most striking colour of a cover; "" if it has none."""
    small = cover.resize(_SMALL).quantize(_COLOURS, Image.Quantize.MEDIANCUT).convert("RGB")
    best, best_weight = "", 0.0
    for count, found in small.getcolors(_SMALL[0] * _SMALL[1]) or ():
        if not isinstance(found, tuple):
            continue
        _, saturation, value = rgb_to_hsv(*(part / 255 for part in found[:3]))
        if saturation < _LEAST_SATURATION or value < _LEAST_VALUE:
            continue
        # A small bright spot says more than a large dull area.
        weight = count**0.5 * saturation * value
        if weight > best_weight:
            best, best_weight = as_hex(tuple(found[:3])), weight
    return best
