"""Tables."""

import pytest

from bot.errors import TranscriptError
from bot.transcripts.formats.tables import looks_like_table, read_table


def said(text: str) -> list[tuple[float | None, str, str]]:
    transcript = read_table("talk.csv", text).transcript
    assert transcript
    return [(cue.start, cue.speaker, cue.text) for cue in transcript.cues]


@pytest.mark.parametrize(
    "text",
    [
        "start\tend\ttext\n1000\t3000\tIs it really so?\n3000\t5000\tIt is.\n",
        "Start,End,Text\n1.0,3.0,Is it really so?\n3.0,5.0,It is.\n",
        'start_time;end_time;transcript\n0:01;0:03;"Is it really so?"\n0:03;0:05;It is.\n',
        "1.0\t3.0\tIs it really so?\n3.0\t5.0\tIt is.\n",
    ],
)
def test_columns_are_found_by_their_headings_or_their_content(text: str) -> None:
    assert looks_like_table(text)
    assert said(text) == [(1, "", "Is it really so?"), (3, "", "It is.")]


def test_a_column_or_the_words_name_the_speakers() -> None:
    column = 'Speaker,Timestamp,Text\n"Berg, Mia",0:01,"Well, so?"\nTom,0:03,It is.\n'
    words = "start,text\n1.0,Mia Berg: Well so?\n3.0,Tom: It is.\n"

    assert said(column) == [(1, "Mia Berg", "Well, so?"), (3, "Tom", "It is.")]
    assert said(words) == [(1, "Mia Berg", "Well so?"), (3, "Tom", "It is.")]


def test_rows_that_cannot_be_read_are_counted() -> None:
    parsed = read_table("talk.csv", "start,text\n1.0,Hello there.\nsoon,never\n")

    assert [note.reason for note in parsed.notes] == ["1 row cannot be read."]


def test_a_table_without_words_is_refused() -> None:
    with pytest.raises(TranscriptError, match="no row has both"):
        read_table("talk.csv", "start,text\nsoon,never\n")


@pytest.mark.parametrize("text", ["name,age\nAnn,3\n", "0:00 hi, you, there\n", "a,b,c\n", ""])
def test_other_tables_are_none(text: str) -> None:
    assert not looks_like_table(text)
