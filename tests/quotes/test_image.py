"""The quote of the week as a picture: what it shows, in which scripts, and that it fits."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import matplotlib
import pytest
import simcord
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.branding import Branding, CardWords, Design, Drawing, Shape, parse_style
from bot.quotes import image
from bot.quotes.fonts import NO_EMOJI
from bot.quotes.pictures import open_picture
from tests.process import ROOT

# The fonts of a preview of Discord stand for those of a system.
FONTS = (Path(simcord.__file__).parent / "preview" / "static" / "fonts",)
QUOTE = "The best model is the one you can explain to who answers for its mistakes."
LONG = " ".join([QUOTE] * 6)[:399] + "."
NAME = "Ada Lovelace"
TITLE = "Models for People"
# What chats cut off or lay a frame on.
MARGIN = 20
WIDTH, HEIGHT = 1200, 675
# The ground of the usual design.
BACKGROUND = "#17203a"
STYLES = [
    f"{design} {shape} {theme}"
    for design in Design
    for shape in Shape
    for theme in ("dark", "light")
]


def drawing(
    text: str = QUOTE,
    speaker: str = NAME,
    title: str = TITLE,
    folders: Sequence[Path] = (),
    style: str = "1",
    branding: Branding | None = None,
) -> Drawing:
    words = CardWords(text, speaker, title)
    return image.draw_quote(words, parse_style(style), branding, folders)


def draw_quote(text: str, speaker: str, title: str, folders: Sequence[Path]) -> bytes | None:
    return drawing(text, speaker, title, folders).png


def opened(png: bytes | None) -> Image.Image:
    assert png is not None
    return Image.open(BytesIO(png)).convert("RGB")


def drawn(
    text: str = QUOTE, speaker: str = NAME, title: str = TITLE, folders: Sequence[Path] = ()
) -> Image.Image:
    return opened(draw_quote(text, speaker, title, folders))


def painted(colour: str, size: tuple[int, int] = (300, 300), form: str = "PNG") -> bytes:
    """Make a picture of one colour."""
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, form)
    return written.getvalue()


def share_of(picture: Image.Image, colour: str) -> float:
    """Return the share of a picture that is nearly of a colour."""
    apart = ImageChops.difference(picture, Image.new("RGB", picture.size, colour))
    counted = apart.getcolors(picture.width * picture.height) or []
    near = sum(count for count, parts in counted if isinstance(parts, tuple) and max(parts) < 12)
    return near / (picture.width * picture.height)


@pytest.fixture
def emoji_font(tmp_path: Path) -> Iterator[Path]:
    """Make a font with one emoji, a red square, in the form of Windows'."""
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef", "face", "red"])
    builder.setupCharacterMap({0x1F600: "face"})
    pen = TTGlyphPen(None)
    for x, y in ((100, 0), (900, 0), (900, 800), (100, 800)):
        (pen.lineTo if (x, y) != (100, 0) else pen.moveTo)((x, y))
    pen.closePath()
    square, empty = pen.glyph(), TTGlyphPen(None).glyph()
    builder.setupGlyf({".notdef": empty, "face": square, "red": square})
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", "face", "red"], (1000, 0)))
    builder.setupHorizontalHeader(ascent=900, descent=-200)
    builder.setupNameTable({"familyName": "Emoji", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.setupCOLR({"face": [("red", 0)]}, version=0)
    builder.setupCPAL([[(1.0, 0.0, 0.0, 1.0)]])
    path = tmp_path / "fonts" / "Some Emoji.ttf"
    path.parent.mkdir()
    builder.save(path)
    yield path


def differences(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int]:
    """Find the box around what differs: left, top, right, bottom."""
    box = ImageChops.difference(one, other).getbbox()

    assert box is not None
    return box


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    return differences(picture, Image.new("RGB", picture.size, BACKGROUND))


def height_of_letters(picture: Image.Image) -> int:
    """Measure the first line of a quote, which ends where a row of pixels is empty again."""
    left, top, right, bottom = ink(picture)
    rows = picture.crop((left, top, right, bottom))
    for row in range(rows.height):
        if rows.crop((0, row, rows.width, row + 1)).getcolors(1) is not None:
            return row
    return rows.height


def test_a_quote_is_a_small_opaque_png_of_1200_by_675() -> None:
    png = draw_quote(LONG, NAME, TITLE, ())

    assert png is not None
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(png) < 200_000
    with Image.open(BytesIO(png)) as picture:
        assert (picture.size, picture.mode) == ((WIDTH, HEIGHT), "RGB")
        assert picture.size == (1200, 675)


def test_the_same_quote_is_the_same_picture() -> None:
    assert draw_quote(QUOTE, NAME, TITLE, ()) == draw_quote(QUOTE, NAME, TITLE, ())


def test_the_quote_its_speaker_and_the_title_are_what_is_drawn() -> None:
    whole = drawn()
    quote, name, title = (
        differences(whole, drawn(text=QUOTE.replace("mistakes", "mistaken"))),
        differences(whole, drawn(speaker="Ada Lovelady")),
        differences(whole, drawn(title="Models for Profit")),
    )

    assert quote[3] < name[1]
    assert name[3] < title[1]


def test_the_brand_is_on_every_picture() -> None:
    left, top, _, bottom = ink(drawn(speaker="", title="").crop((700, 590, WIDTH, HEIGHT)))

    assert left > 100
    assert bottom - top < 40


@pytest.mark.parametrize("text", ["No.", QUOTE, LONG, "observability " * 60, "W" * 400, "Å" * 30])
@pytest.mark.parametrize("speaker", ["", NAME, "Maximiliana Alexandra " * 9, "M" * 200])
@pytest.mark.parametrize("title", ["", TITLE, "What fifteen years have taught us " * 9])
def test_everything_stays_inside_the_margins(text: str, speaker: str, title: str) -> None:
    left, top, right, bottom = ink(drawn(text, speaker, title))

    assert min(left, top) >= MARGIN
    assert right <= WIDTH - MARGIN
    assert bottom <= HEIGHT - MARGIN


def test_a_short_quote_is_large_and_a_long_one_still_readable() -> None:
    short, long = drawn("Data is a product."), drawn(LONG)

    assert height_of_letters(short) >= 75
    assert 24 <= height_of_letters(long) < 44


@pytest.mark.parametrize(("speaker", "title"), [(NAME, TITLE), ("Grace Hopper " * 6, TITLE * 9)])
def test_four_hundred_characters_are_shown_whole(speaker: str, title: str) -> None:
    other = LONG[:-2] + "!."

    assert drawn(LONG, speaker, title).tobytes() != drawn(other, speaker, title).tobytes()


def test_what_is_longer_is_shortened_at_a_word() -> None:
    words = "observability " * 60

    assert drawn(words).tobytes() == drawn(words + "and more").tobytes()
    assert drawn(words).tobytes() != drawn(words[:100]).tobytes()


@pytest.mark.parametrize(
    "name",
    [
        "Євгенія Ґудзенко",
        "Ελένη Παπαδοπούλου",
        "Nguyễn Thị Ánh",
        "Şebnem Işığı",
        "Հայկ",
        "ნინო",
        "נועה לוי",
        "محمد الخوارزمي",
    ],
)
def test_the_packages_own_fonts_have_the_letters_of_a_name(name: str) -> None:
    assert draw_quote(QUOTE, name, TITLE, ()) not in (None, draw_quote(QUOTE, NAME, TITLE, ()))
    assert draw_quote(name, NAME, TITLE, ()) is not None


@pytest.mark.parametrize("text", ["山田 太郎", "张伟", "नेहा शर्मा"])
def test_other_letters_are_drawn_where_a_font_has_them_and_not_at_all_where_none_has(
    text: str,
) -> None:
    assert draw_quote(text, NAME, TITLE, ()) is None
    assert draw_quote(QUOTE, text, TITLE, ()) is None
    assert draw_quote(QUOTE, NAME, text, ()) == draw_quote(QUOTE, NAME, "", ())

    pictures = {
        draw_quote(text, NAME, TITLE, FONTS),
        draw_quote(QUOTE, text, TITLE, FONTS),
        draw_quote(QUOTE, NAME, text, FONTS),
    }
    assert len(pictures - {None, draw_quote(QUOTE, NAME, "", ())}) == 3


def test_a_font_that_draws_boxes_for_all_letters_has_none() -> None:
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"

    assert [*fonts.glob("LastResort*")]
    assert draw_quote("山田 太郎", NAME, TITLE, (fonts,)) is None


def test_a_plain_font_is_preferred_to_a_styled_one(tmp_path: Path) -> None:
    """Two of the fonts have the letters of Hindi, here under names that sort the other way."""
    plain, styled = tmp_path / "b", tmp_path / "a"
    for folder, name, font in (
        (plain, "B", "devanagari-v2.007"),
        (styled, "A-Bold", "latin-v2.015"),
    ):
        folder.mkdir()
        (folder / f"{name}.ttf").symlink_to(FONTS[0] / f"noto-sans-{font}.ttf")
    both, one, other = (
        draw_quote("नेहा", NAME, TITLE, (folder,)) for folder in (tmp_path, plain, styled)
    )

    assert None not in (one, other)
    assert both == one != other


def test_a_file_that_is_no_font_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "Broken.ttf").write_bytes(b"no font")

    assert draw_quote("张伟", NAME, TITLE, (tmp_path, tmp_path / "missing")) is None
    assert draw_quote("张伟", NAME, TITLE, (tmp_path, *FONTS)) is not None


@pytest.mark.parametrize(
    ("text", "speaker"),
    [("", NAME), (" \n", NAME), ("🚀", NAME), (QUOTE, "🦊"), (QUOTE, "\ue000"), ("\u200d", NAME)],
)
def test_without_words_there_is_no_picture(text: str, speaker: str) -> None:
    assert draw_quote(text, speaker, TITLE, ()) is None


def test_without_a_font_emoji_are_left_out_and_the_words_stay() -> None:
    with_emoji, plain = drawing("Ship it 🚀, then 👩🏽‍💻 rest."), drawing("Ship it, then rest.")

    assert with_emoji == Drawing(plain.png, (NO_EMOJI,))
    assert drawn(speaker="Ada 🦊").tobytes() == drawn(speaker="Ada").tobytes()


def test_with_a_font_emoji_are_in_colour(emoji_font: Path) -> None:
    plain = drawing("Ship it, then rest.", folders=[emoji_font.parent])
    with_emoji = drawing("Ship it 😀, then rest.", folders=[emoji_font.parent])

    assert with_emoji.notes == ()
    assert (
        share_of(opened(with_emoji.png), "#ff0000") > 0.002 > share_of(opened(plain.png), "#ff0000")
    )


def test_letters_without_a_font_are_named_with_what_to_install() -> None:
    nothing = drawing("नेहा शर्मा")

    assert nothing.png is None
    (note,) = nothing.notes
    assert note.startswith("There is no font with the Devanagari letters of “")
    assert note.endswith("”. Install one (on Debian, fonts-noto-core).")
    assert "CJK" in drawing("山田").notes[0]
    assert "fonts-noto-cjk" in drawing("山田").notes[0]


def test_a_title_without_a_font_is_left_out_and_that_is_said() -> None:
    plain, without = drawing(title=""), drawing(title="नेहा")

    assert without.png == plain.png
    assert "Devanagari" in without.notes[0]


def test_a_word_in_another_script_does_not_change_the_rest() -> None:
    whole, other = drawing("It is called नेहा now.", folders=FONTS), drawing(QUOTE)

    assert whole.png is not None
    assert whole.notes == other.notes == ()


@pytest.mark.parametrize("style", STYLES)
def test_each_design_keeps_its_margins_and_shows_what_it_has(style: str) -> None:
    cover, portrait = painted("#e4572e"), painted("#00ff00", (400, 600), "JPEG")
    branding = Branding("The Sample Rate", "", cover, portrait)
    pictures = [
        opened(drawing(text, style=style, branding=branding).png) for text in ("No.", QUOTE, LONG)
    ]

    square = (1080, 1080) if "square" in style else (1200, 675)
    assert {each.size for each in pictures} == {square}
    for each in pictures:
        assert share_of(each, "#00ff00") > (0.1 if "portrait" in style else 0.004)
        assert share_of(each, "#e4572e") > 0.002
        edge = each.crop((each.width - MARGIN, 0, each.width, each.height))
        assert len(edge.getcolors(1000) or ()) == 1
    without = opened(drawing(style=style, branding=replace(branding, name="")).png)
    assert differences(pictures[1], without)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"<svg/>"])
def test_what_is_no_picture_is_left_out(content: bytes) -> None:
    assert open_picture(content) is None
    assert drawing(branding=Branding(cover=content, portrait=content)) == drawing()


def test_a_picture_that_is_too_large_is_left_out() -> None:
    assert open_picture(painted("#123456", (7000, 7000))) is None


def test_the_colour_is_the_one_that_is_set_or_else_that_of_the_cover() -> None:
    cover = painted("#3ddc97")
    plain, covered, chosen = (
        drawing(style="poster light", branding=branding)
        for branding in (Branding(), Branding(cover=cover), Branding(colour="#ffb3c7", cover=cover))
    )

    assert share_of(opened(covered.png), "#3ddc97") > 0.6
    assert share_of(opened(chosen.png), "#ffb3c7") > 0.6
    assert plain.png not in (covered.png, chosen.png)


def test_a_time_is_shown() -> None:
    words = CardWords(QUOTE, NAME, TITLE, "12:54")
    timed, untimed = opened(image.draw_quote(words, folders=()).png), drawn()

    left, _, right, bottom = differences(timed, untimed.crop((0, 0, WIDTH, HEIGHT)))
    assert right <= WIDTH - MARGIN
    assert left > 0
    assert bottom > 0


@pytest.mark.parametrize("style", ["paper", "poster square", "portrait light"])
def test_the_question_of_a_host_is_above_the_quote(style: str) -> None:
    asked = CardWords(QUOTE, NAME, TITLE, question="Alexey: What is a model that nobody uses?")
    long = replace(asked, question="Alexey: " + "What is a model that nobody uses? " * 9)
    shown, cut, plain = (
        opened(image.draw_quote(words, parse_style(style), folders=()).png)
        for words in (asked, long, replace(asked, question=""))
    )
    left, top, right, bottom = differences(shown, plain)

    assert top > 0
    assert left > 0
    assert right <= shown.width - MARGIN
    assert bottom < shown.height - 90
    assert differences(cut, plain)[3] < shown.height - 90


def test_a_script_that_runs_leftwards_begins_at_the_right() -> None:
    left, _, right, _ = ink(drawn("נתונים.", "", "").crop((0, 0, WIDTH, 500)))
    mirrored = ink(drawn("Data.", "", "").crop((0, 0, WIDTH, 500)))

    assert right > WIDTH - 100
    assert left > mirrored[0]


def test_letters_that_join_are_joined() -> None:
    """Apart, the letters of a word would be as wide as they are one by one."""
    joined, apart = (
        ink(drawn(speaker=name, text="x").crop((0, 430, 900, 570)))
        for name in ("ببببببب", "ب\u200cب\u200cب\u200cب\u200cب\u200cب\u200cب")
    )

    assert joined[2] < apart[2]


WITHOUT_SHAPING = """
from PIL import _imagingft
_imagingft.HAVE_RAQM = False
from bot.branding import CardWords
from bot.quotes.image import draw_quote
for words in ("Data", "данные", "البيانات", "נתונים"):
    print(draw_quote(CardWords(words, "Ada", ""), folders=()).png is not None)
"""


def test_what_needs_shaping_is_not_drawn_where_nothing_shapes_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_SHAPING],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["True", "True", "False", "False"]


@settings(max_examples=40, deadline=None)
@given(st.text(), st.text(), st.text())
def test_any_text_makes_a_picture_or_none(text: str, speaker: str, title: str) -> None:
    png = draw_quote(text, speaker, title, ())

    assert png is None or png.startswith(b"\x89PNG")
