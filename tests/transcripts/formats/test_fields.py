"""Parsing the values in transcript files."""

from datetime import date

import pytest

from bot.models import Cue
from bot.transcripts.formats.fields import (
    clean_line,
    first_words,
    language_in_name,
    parse_day,
    parse_number,
    parse_seconds,
    parse_youtube,
    stem_of,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("3600", 3600),
        ("1:00", 60),
        ("75:10", 4510),
        ("1:02:03", 3723),
        ("00:00:01.500", 1.5),
        ("0:01,25", 1.25),
        (" 9:\n46 ", 586),
    ],
)
def test_a_time_is_read_as_seconds(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "1:60", "37:567", "1:60:00", "-1:00", "1:2:3:4", "soon", "٣"])
def test_a_text_that_is_no_time_has_no_seconds(text: str) -> None:
    assert parse_seconds(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "rMq63r3zi4c",
        "rMq63r3zi4c&t",
        "rMq63r3zi4c&t=60s",
        " rMq63r3zi4c ",
        "https://www.youtube.com/watch?v=rMq63r3zi4c&t=60",
        "https://www.youtube.com/watch?list=PL1&v=rMq63r3zi4c",
        "https://youtu.be/rMq63r3zi4c?t=60",
        "https://www.youtube.com/live/rMq63r3zi4c",
    ],
)
def test_a_video_id_is_found_in_an_id_or_an_address(text: str) -> None:
    assert parse_youtube(text) == "rMq63r3zi4c"


@pytest.mark.parametrize(
    "text", ["", "TODO", "rMq63r3zi4", "rMq63r3zi4cX", "{{ id }}", "rMq63r3zi4é"]
)
def test_a_text_without_a_video_id_gives_none(text: str) -> None:
    assert parse_youtube(text) == ""


@pytest.mark.parametrize(
    ("text", "number"), [("4", 4), (" 12 ", 12), ("four", None), ("9" * 5000, None)]
)
def test_a_number_is_small_and_whole(text: str, number: int | None) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("2024-02-29T10:00", date(2024, 2, 29)),
        ("2023-02-29", None),
    ],
)
def test_a_day_is_one_that_exists(text: str, day: date | None) -> None:
    assert parse_day(text) == day


def test_unseen_characters_become_spaces() -> None:
    assert clean_line("a\tb\n c\x07d\ud800e\u202ef \u00a0") == "a b c d e f"


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("s01/feature-stores.md", "feature-stores"),
        ("2021-03-05-feature-stores.md", "feature-stores"),
        ("_s12e08.md", "_s12e08"),
        ("rMq63r3zi4c.en.vtt", "rMq63r3zi4c"),
        ("rMq63r3zi4c.en-orig.vtt", "rMq63r3zi4c"),
        ("rMq63r3zi4c.es-419.vtt", "rMq63r3zi4c"),
        ("rMq63r3zi4c.zh-Hans-CN.vtt", "rMq63r3zi4c"),
        ("rMq63r3zi4c.en-eEY6OEpapPo.vtt", "rMq63r3zi4c"),
        ("talk.transcript.json", "talk"),
        ("talk.en.sdh.srt", "talk"),
        ("talk.captions.German.srt", "talk"),
        ("talk.raw.srt", "talk.raw"),
        ("talk.mp3.srt", "talk"),
        ("talk.wav.de.json", "talk"),
        ("talk.at.de.srt", "talk.at"),
        ("gpt-4.5-at-work.md", "gpt-4.5-at-work"),
        ("2021-03-05-.md", "2021-03-05-"),
    ],
)
def test_a_stem_has_no_date_no_language_and_no_extension(path: str, stem: str) -> None:
    assert stem_of(path) == stem


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("talk.vtt", ""),
        ("talk.en-US.vtt", "en"),
        ("talk.pt-BR.auto.vtt", "pt"),
        ("talk.en-eEY6OEpapPo.vtt", "en"),
        ("talk.ger.srt", "de"),
        ("talk.German.srt", "de"),
        ("talk.DE.srt", "de"),
        ("talk.jp.srt", "ja"),
        ("talk.transcript.vtt", ""),
        ("talk.Raw.srt", ""),
    ],
)
def test_the_end_of_a_name_tells_the_language(path: str, language: str) -> None:
    assert language_in_name(path) == language


def test_the_first_words_are_cut_at_a_word() -> None:
    cues = [Cue("one two"), Cue("three four")]

    assert first_words(cues, 9) == "one two"
    assert first_words(cues, 13) == "one two three"
    assert first_words(cues) == "one two three four"
    assert first_words([Cue("x" * 100)], 9) == "x" * 9
