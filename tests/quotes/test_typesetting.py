"""Texts of any script as lines of a picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quotes.typesetting import (
    Column,
    han_language,
    needs_shaping,
    pieces_of,
    quotation_marks,
    runs_leftwards,
    set_lines,
    set_shortened,
    split_emoji,
    tidy,
    without_emoji,
    without_symbols,
)

SENTENCE = "a quote has to be broken into lines that are about as long as each other"


def column(width: int, most_lines: int = 99) -> Column:
    """Make a column in which every sign is one wide."""
    return Column(len, width, most_lines)


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("Ship it 👩🏽‍💻🇺🇦 now", "Ship it 👩🏽‍💻🇺🇦 now"),
        ("one\ufffdtwo", "one two"),
        ("two\nlines\t and\u2003more", "two lines and more"),
        ("don't and O'Neil", "don’t and O’Neil"),
        ('so "buy" it', "so ‘buy’ it"),
        ('צה"ל ודו"ח', 'צה"ל ודו"ח'),
        ("\u202etxt.exe\u202c", "txt.exe"),
        ("a\u00adb\u200bc\x00d\ud800", "abcd"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("cafe\u0301", "café"),
        ("z" + "\u0310" * 30, "z\u0310\u0310"),
        ("one – two", "one\u00a0– two"),
        ("prix\u202f: 10\u00a0€", "prix\u00a0: 10\u00a0€"),
    ],
)
def test_a_tidy_text_is_one_line_of_words(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Ship it 🚀!", "Ship it!"),
        ("Ship it 👩🏽‍💻🇺🇦 now", "Ship it now"),
        ("one🚀two", "one two"),
        ("🚀 Ship it", "Ship it"),
        ("Coffee ☕ is ❤️ and 1️⃣.", "Coffee is and."),
        ("© 2026 ♥ ✓", "© 2026 ♥ ✓"),
    ],
)
def test_emoji_are_dropped_with_the_space_before_them(text: str, without: str) -> None:
    assert without_emoji(text) == without


def test_an_emoji_of_several_characters_is_one() -> None:
    emoji = ["👩🏽‍💻", "🇺🇦", "1️⃣", "❤️‍🔥", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☕"]

    assert split_emoji("".join(emoji)) == [(each, True) for each in emoji]
    assert split_emoji("a 🚀 b") == [("a ", False), ("🚀", True), (" b", False)]


def test_symbols_are_left_out_and_the_signs_of_mathematics_are_not() -> None:
    assert without_symbols("✪ 2 ≤ 3 ❤\ufe0f, 5 €") == "2 ≤ 3, 5 €"


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Data", "“”"),
        ("Данные в MLOps", "«»"),
        ("Δεδομένα", "«»"),
        ("البيانات", "«»"),
        ("נתונים", "””"),
        ("機械学習の本番", "「」"),
        ("机器学习", "“”"),
        ("데이터", "“”"),
        ("What の means", "“”"),
        ("42", "“”"),
    ],
)
def test_quotation_marks_go_with_the_script(text: str, marks: str) -> None:
    assert "".join(quotation_marks(text)) == marks


@pytest.mark.parametrize(
    ("text", "leftwards", "shaped"),
    [
        ("Data", False, False),
        ("«البيانات» in MLOps", True, True),
        ("10 נתונים", True, True),
        ("10 models", False, False),
        ("Dr. محمد", False, True),
        ("डेटा", False, True),
        ("ข้อมูล", False, True),
        ("Dữ liệu, данные, 数据, 데이터", False, False),
    ],
)
def test_a_text_says_how_it_has_to_be_written(text: str, leftwards: bool, shaped: bool) -> None:
    assert (runs_leftwards(text), needs_shaping(text)) == (leftwards, shaped)


def test_lines_are_few_and_about_equally_long() -> None:
    lines = set_lines(SENTENCE, column(60))

    assert lines == ["a quote has to be broken into lines", "that are about as long as each other"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("良いデータ。", 5, ["良いデー", "タ。"]),
        ("あ「本番」", 2, ["あ", "「本", "番」"]),
        ("four four four four", 9, ["four four", "four four"]),
        ("word—word", 5, ["word—", "word"]),
        ("10\u00a0€ each", 6, ["10\u00a0€", "each"]),
    ],
)
def test_lines_break_where_a_script_lets_them(text: str, width: int, lines: list[str]) -> None:
    assert set_lines(text, column(width)) == lines


def test_a_closing_mark_stays_on_the_last_line() -> None:
    assert set_lines("four four", column(9), "”") == ["four", "four”"]
    assert set_lines("", column(9), "”") == []


def test_a_word_wider_than_a_line_is_broken_between_its_signs() -> None:
    assert set_lines("z\u0310z\u0310z\u0310", column(4)) == ["z\u0310z\u0310", "z\u0310"]


def test_what_does_not_fit_is_shortened_after_a_word() -> None:
    assert set_lines(SENTENCE, column(20, 2)) is None
    assert set_shortened(SENTENCE, column(20, 2), "”") == [
        "a quote has to be",
        "broken into lines…”",
    ]
    assert set_shortened("one, two", column(6, 1)) == ["one…"]
    assert set_shortened("良いデータは複雑", column(5, 1)) == ["良いデー…"]


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" —「」。あ中z-")))
def test_the_pieces_of_a_text_are_the_whole_text(text: str) -> None:
    assert "".join(pieces_of(text)) == text
    assert "".join(set_lines(text, column(7)) or []).replace(" ", "") == text.replace(" ", "")


# What is set has been tidied, so nothing ends with a space.
@given(
    st.text(st.sampled_from("ab —「」。あ中-")).map(str.strip),
    st.integers(8, 30),
    st.integers(1, 4),
)
def test_lines_stay_inside_their_column(text: str, width: int, most_lines: int) -> None:
    room = column(width, most_lines)
    lines = set_lines(text, room, "”") or set_shortened(text or "a", room, "”")

    assert len(lines) <= most_lines
    # The closing mark may hang into the margin.
    assert max(len(line) for line in lines) <= width + 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("今天的关门", "zh-Hans"),
        ("今天的關門", "zh-Hant"),
        ("今の関門", "ja"),
        ("오늘 關門", "ko"),
        ("Mr 王 says", "zh-Hans"),
        ("No letters of these – “at all”.", None),
        ("", None),
    ],
)
def test_chinese_letters_tell_for_which_language_they_are_drawn(
    text: str, language: str | None
) -> None:
    assert han_language(text) == language
