"""Mentions as a picture, whatever the terms are."""

import asyncio
import struct
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from bot.answers.charts import Line, draw_apart, draw_bars, draw_seasons, lines_of, seasons_of
from bot.errors import AirquoteError
from bot.search.mentions import Mentions
from tests.process import ROOT, environment

SEASONS = ((1, 3), (2, 0), (3, 12), (5, 7))


def counted(term: str, seasons: tuple[tuple[int, int], ...] = SEASONS) -> Line:
    total = sum(times for _, times in seasons)
    (line,) = lines_of([Mentions(term, total, 1, seasons, (), None, None, 0)])
    return line


def size(png: bytes) -> tuple[int, int]:
    """Read the width and height in pixels from the header of a PNG."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert png.endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("number", [1, 2, 4, 5])
def test_a_chart_is_a_png_of_1200_by_600(number: int) -> None:
    assert size(draw_seasons([counted(f"term {n}") for n in range(number)])) == (1200, 600)


@pytest.mark.parametrize(
    "label",
    [
        "$x$",
        "$",
        r"\$ \frac{",
        "_",
        "_hidden",
        "<b>bold</b>",
        "{0} %s %(a)s",
        "🚀 rocket",
        "机器学习",
        "مرحبا",
        "\\",
        "long " * 60,
        "x" * 300,
    ],
)
@pytest.mark.parametrize("others", [0, 1])
def test_any_term_can_be_a_label(label: str, others: int) -> None:
    terms = [counted(label), *[counted("mlops")] * others]

    assert size(draw_seasons(terms)) == (1200, 600)


@pytest.mark.parametrize(
    ("one", "other"), [("$x$", "${x}$"), ("_hidden", ""), ("mlops", "llm"), ("🚀", "")]
)
def test_a_label_is_drawn_as_it_was_typed(one: str, other: str) -> None:
    """As formulas, "$x$" and "${x}$" would look the same, and "_hidden" as nothing."""
    for rest in ([], [counted("same")]):
        assert draw_seasons([counted(one), *rest]) != draw_seasons([counted(other), *rest])


@pytest.mark.parametrize("seasons", [(), ((17, 0),), ((17, 3),), ((1, 0), (2, 0)), ((1, 9**9),)])
def test_few_seasons_and_few_mentions_make_a_chart_too(
    seasons: tuple[tuple[int, int], ...],
) -> None:
    assert size(draw_seasons([counted("mlops", seasons)])) == (1200, 600)


def test_the_counts_are_what_is_drawn() -> None:
    more = tuple((season, times + season) for season, times in SEASONS)

    assert draw_seasons([counted("mlops")]) == draw_seasons([counted("mlops")])
    assert draw_seasons([counted("mlops")]) != draw_seasons([counted("mlops", more)])


def mentions(term: str, *times: int) -> Mentions:
    """Count a term in the seasons from the first on."""
    return Mentions(term, sum(times), 1, tuple(enumerate(times, 1)), (), None, None, 0)


def test_a_chart_begins_with_the_first_season_that_has_data() -> None:
    early, late = mentions("a", 0, 0, 4, 0, 2), mentions("b", 0, 0, 0, 0, 7)
    first, second = lines_of([early, late])

    assert seasons_of([early, late]) == [3, 4, 5]
    assert first.points == ((3, 4), (4, 0), (5, 2))
    assert second.points == ((3, 0), (4, 0), (5, 7))
    assert seasons_of([late]) == [4, 5]
    assert [row[:3] for row in draw_bars([late])] == ["S04", "S05"]
    assert not any(row.startswith("S01") for row in draw_bars([early, late]))
    assert draw_bars([mentions("d", 0, 0)]) == []


def test_a_chart_has_a_dark_ground_of_its_own() -> None:
    images = pytest.importorskip("PIL.Image")
    with images.open(BytesIO(draw_seasons([counted("a")]))) as picture:
        ground = picture.convert("RGBA").getpixel((0, 0))

    assert ground == (31, 32, 36, 255)


def test_a_chart_drawn_apart_is_the_same() -> None:
    lines = [counted("$x$"), counted("机器学习 “”")]

    assert asyncio.run(draw_apart(lines, seconds=60)) == draw_seasons(lines)


def test_why_nothing_is_drawn_apart_is_said() -> None:
    nonsense = [Line("tea", ((1,),))]  # type: ignore[arg-type]

    with pytest.raises(
        AirquoteError, match=r"^charts: the chart cannot be drawn \(ValueError\)\.$"
    ):
        asyncio.run(draw_apart(nonsense, seconds=60))


WITHOUT = "import sys; sys.argv[0] = 'airquote'; sys.modules['matplotlib'] = None; "
RAISES = """
from bot.answers.charts import draw_seasons
from bot.errors import ConfigError
try:
    draw_seasons([])
except ConfigError as error:
    print(error)
"""
SENTENCE = "charts: matplotlib is not installed. Install it with: pip install 'airquote[charts]'.\n"


def without_matplotlib(home: Path, code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT + code, *words],
        cwd=home,
        env=environment(home),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_without_matplotlib_the_error_says_how_to_get_it(home: Path) -> None:
    assert without_matplotlib(home, RAISES).stdout == SENTENCE


def test_without_matplotlib_the_command_ends_as_wrongly_configured(home: Path) -> None:
    main = "from handlers.cli import main; main()"
    done = without_matplotlib(home, main, "mentions", "model", "--chart", "model.png")
    plain = without_matplotlib(home, main, "mentions", "model")

    assert (done.returncode, done.stdout, done.stderr) == (78, plain.stdout, SENTENCE)
    assert not (home / "model.png").exists()
    assert plain.returncode == 0


def test_matplotlib_is_loaded_only_to_draw() -> None:
    code = "import sys, bot.answers.charts, handlers.cli.app; sys.exit('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)

    assert done.returncode == 0
