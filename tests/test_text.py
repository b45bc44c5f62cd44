"""Texts are cut between words and cleaned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import clean, is_numbered_speaker, one_line, truncate


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("green tea", 9, "green tea"),
        ("green tea", 8, "green…"),
        ("green tea", 6, "green…"),
        ("green tea", 5, "gree…"),
        ("green, tea", 9, "green…"),
        ("green – tea", 10, "green…"),
        ("greentea", 4, "gre…"),
        (" greentea", 4, " gr…"),
        ("green tea", 1, "…"),
        ("green tea", 0, ""),
        ("", 0, ""),
    ],
)
def test_a_text_is_cut_between_words(text: str, limit: int, short: str) -> None:
    assert truncate(text, limit) == short


@given(st.text(), st.integers(-1, 50))
def test_a_text_is_never_longer_than_it_may_be(text: str, limit: int) -> None:
    short = truncate(text, limit)

    assert len(short) <= max(limit, 0)
    assert short == text or not short or short.endswith("…")


ANY = st.text(st.characters(exclude_categories=()))


@given(ANY)
def test_clean_text_can_be_encoded_and_keeps_all_printable_characters(text: str) -> None:
    cleaned = clean(text)

    assert cleaned.encode().decode() == cleaned
    assert "\x00" not in cleaned
    assert [each for each in text if each.isprintable()] == [
        each for each in cleaned if each.isprintable()
    ]


def test_marks_that_change_the_direction_of_text_are_dropped() -> None:
    assert clean("\u202eevil\u202c \u200fשלום") == "evil \u200fשלום"


def test_one_line_has_no_breaks_and_no_spaces_at_its_ends() -> None:
    assert one_line("  a\n\tb \x00 c\x07d ") == "a b cd"


@pytest.mark.parametrize(
    ("name", "numbered"),
    [
        *(("SPEAKER_00", True), ("Speaker 1", True), ("speaker A", True), ("spk_0", True)),
        *(("S1", True), ("Unknown Speaker", True), ("Sprecher 2", True), ("Speaker", True)),
        *(("Ann", False), ("Ann Speaker", False), ("Speakerman", False), ("Host", False)),
        *(("S", False), ("Channing", False)),
    ],
)
def test_a_numbered_speaker_has_no_name(name: str, numbered: bool) -> None:
    assert is_numbered_speaker(name) is numbered
