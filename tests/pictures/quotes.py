"""Draw the pictures of quotes in the documents: python -m tests.pictures.quotes

The words are the sample podcast's; its cover and the guest are made up here.
"""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from bot.branding import Branding, CardWords, parse_style
from bot.quotes.image import draw_quote

_DOCS = Path(__file__).parents[2] / "docs"
_WIDTH = 600
_COLOURS = 128
_BARS = (120, 260, 420, 300, 480, 220, 360, 140)
_WORDS = {
    "portrait": CardWords(
        "If you can't keep a spreadsheet, no product will save you, because the habit is the "
        "product.",
        "Tomáš Vlček",
        "Sample: A Model Registry People Actually Use",
        "6:14",
    ),
    "paper": CardWords(
        "A retraining schedule should come from a curve, not from a feeling.",
        "Lindiwe Marsh",
        "Sample: Four Alerts Instead of Forty Dashboards",
        "5:54",
    ),
    "poster": CardWords(
        "If you can't beat last week's number, you don't have a model, you have a hobby.",
        "Carmen Ibarrola",
        "Sample: Beat Last Week's Number First",
        "1:13",
    ),
}
_STYLES = {"portrait": "portrait light", "paper": "paper", "poster": "poster square light"}


def made_up_cover() -> bytes:
    """Draw a cover: the bars of a sound in a disc."""
    cover = Image.new("RGB", (900, 900), "#f26b4a")
    draw = ImageDraw.Draw(cover)
    draw.ellipse((150, 150, 750, 750), fill="#fff1dc")
    for number, height in enumerate(_BARS):
        left = 220 + number * 62
        box = (left, 450 - height / 2, left + 34, 450 + height / 2)
        draw.rounded_rectangle(box, 17, fill="#1f2a44")
    return as_png(cover)


def made_up_guest() -> bytes:
    """Draw somebody who does not exist."""
    guest = Image.new("RGB", (800, 800), "#9fb8c8")
    draw = ImageDraw.Draw(guest)
    draw.ellipse((-200, 300, 600, 1100), fill="#b7cbd6")
    draw.ellipse((120, 560, 680, 1200), fill="#34495e")
    draw.rectangle((340, 480, 460, 640), fill="#c28f6c")
    draw.ellipse((250, 190, 550, 570), fill="#d9a47f")
    draw.pieslice((225, 140, 575, 480), 180, 360, fill="#3b2a20")
    for left in (320, 450):
        draw.ellipse((left, 360, left + 30, 390), fill="#2b1d14")
    draw.arc((340, 410, 460, 500), 20, 160, fill="#8a4a3a", width=8)
    return as_png(guest.filter(ImageFilter.GaussianBlur(2)))


def as_png(picture: Image.Image) -> bytes:
    """Write a picture as a PNG."""
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def main() -> None:
    """Draw the pictures, small enough for a document."""
    branding = Branding("The Sample Rate", "", made_up_cover(), made_up_guest())
    for name, words in _WORDS.items():
        drawing = draw_quote(words, parse_style(_STYLES[name]), branding, ())
        if drawing.png is None:
            raise SystemExit(f"{name}: {drawing.notes}")
        drawn = Image.open(BytesIO(drawing.png))
        size = (_WIDTH, round(drawn.height * _WIDTH / drawn.width))
        small = drawn.resize(size, Image.Resampling.LANCZOS).quantize(_COLOURS)
        small.save(_DOCS / f"quote-{name}.png", optimize=True)


if __name__ == "__main__":
    main()
