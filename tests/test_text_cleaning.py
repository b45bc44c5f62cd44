"""Texts made fit to be shown."""

from hypothesis import given
from hypothesis import strategies as st

from bot.text import clean, one_line

ANY = st.text(st.characters(exclude_categories=()))


@given(ANY)
def test_clean_text_can_travel_and_keeps_all_that_is_seen(text: str) -> None:
    cleaned = clean(text)

    assert cleaned.encode().decode() == cleaned
    assert "\x00" not in cleaned
    assert [each for each in text if each.isprintable()] == [
        each for each in cleaned if each.isprintable()
    ]


def test_what_turns_the_direction_of_a_line_is_dropped() -> None:
    assert clean("\u202eevil\u202c \u200fשלום") == "evil \u200fשלום"


def test_a_line_has_no_breaks_and_no_blanks_at_its_ends() -> None:
    assert one_line("  a\n\tb \x00 c ") == "a b c"
