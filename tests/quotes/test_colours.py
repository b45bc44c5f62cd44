"""Palettes around any colour: everything on them can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.branding import Theme
from bot.quotes.colours import (
    READABLE,
    VISIBLE,
    bold_palette,
    calm_palette,
    contrast,
    mix,
    with_contrast,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#e4572e", "#e4572e") == 1


def test_a_mix_is_between_two_colours() -> None:
    assert mix("#000000", "#ff8000", 0.5) == "#804000"
    assert (mix("#123456", "#ffffff", 0), mix("#123456", "#ffffff", 1)) == ("#123456", "#ffffff")


@given(COLOURS, COLOURS)
def test_any_colour_can_be_made_readable_on_any_ground(colour: str, ground: str) -> None:
    assert contrast(with_contrast(colour, ground, READABLE), ground) >= READABLE


@given(COLOURS | st.just(""), st.sampled_from(Theme))
def test_whatever_is_on_a_palette_can_be_read(colour: str, theme: Theme) -> None:
    calm, bold = calm_palette(colour, theme), bold_palette(colour, theme)

    assert contrast(calm.ink, calm.ground) >= 7
    assert contrast(calm.accent, calm.ground) >= READABLE
    assert contrast(bold.ink, bold.ground) >= READABLE
    assert contrast(bold.accent, bold.ground) >= VISIBLE
    for each in (calm, bold):
        assert contrast(each.dim, each.ground) >= READABLE


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert bold_palette("#3ddc97", Theme.LIGHT).ground == "#3ddc97"
    assert calm_palette("#f4b942", Theme.DARK).accent == "#f4b942"
