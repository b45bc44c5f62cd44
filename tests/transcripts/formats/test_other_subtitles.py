"""Less common subtitles."""

import pytest

from bot.errors import TranscriptError
from bot.transcripts.formats.other_subtitles import (
    looks_like_other_subtitles,
    read_other_subtitles,
)

ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


def test_comments_and_drawings_are_no_speech() -> None:
    text = (
        f"{ASS}Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,later\n"
        "Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\p1}m 0 0 l 9 9{\\p0}\n"
        "Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\i1}Hello\\Nthere{\\i0}\n"
    )

    transcript = read_other_subtitles("talk.ass", text).transcript

    assert transcript
    assert [(cue.start, cue.text) for cue in transcript.cues] == [(5, "Hello there")]


def test_frames_without_a_rate_are_those_of_film() -> None:
    transcript = read_other_subtitles(
        "talk.sub", "{240}{480}Hello|there\n{480}{500}So.\n"
    ).transcript

    assert transcript
    assert [cue.text for cue in transcript.cues] == ["Hello there", "So."]
    assert transcript.cues[0].start == pytest.approx(10, abs=0.1)


def test_subtitles_without_words_are_refused() -> None:
    with pytest.raises(TranscriptError, match="it has no subtitles"):
        read_other_subtitles("talk.ass", ASS)


@pytest.mark.parametrize(
    ("text", "known"),
    [(ASS, True), ("<SAMI>", True), ("{1}{2}a", True), ("[1][2]a", True), ('{"a": 1}', False)],
)
def test_they_are_known_by_how_they_begin(text: str, known: bool) -> None:
    assert looks_like_other_subtitles(text) is known
