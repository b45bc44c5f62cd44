"""The settings of pictures, as they are typed."""

import pytest

from bot.branding import CardStyle, Design, Shape, Theme, parse_colour, parse_style


@pytest.mark.parametrize(
    ("typed", "style"),
    [
        ("", None),
        ("0", None),
        ("off", None),
        ("1", CardStyle()),
        ("true", CardStyle()),
        ("paper", CardStyle(Design.PAPER)),
        ("Portrait, square LIGHT", CardStyle(Design.PORTRAIT, Shape.SQUARE, Theme.LIGHT)),
        ("1 square", CardStyle(shape=Shape.SQUARE)),
    ],
)
def test_a_style_is_read(typed: str, style: CardStyle | None) -> None:
    assert parse_style(typed) == style


def test_a_word_without_a_meaning_is_named() -> None:
    with pytest.raises(ValueError, match="“round” is neither 1 nor one of paper, poster, "):
        parse_style("paper round")


@pytest.mark.parametrize(
    ("typed", "colour"),
    [("", ""), ("#E4572E", "#e4572e"), ("e4572e", "#e4572e"), (" #fa0 ", "#ffaa00")],
)
def test_a_colour_is_read(typed: str, colour: str) -> None:
    assert parse_colour(typed) == colour


@pytest.mark.parametrize("typed", ["orange", "#12", "#12345g", "#1234567"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="it is not a colour such as #e4572e"):
        parse_colour(typed)
