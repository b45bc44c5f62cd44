"""Transcripts in JSON."""

import json
from typing import Any

import pytest

from bot.errors import TranscriptError
from bot.models import Cue, Origin, Transcript
from bot.transcripts.formats.segments_json import looks_like_json, read_json


def read(document: Any) -> Transcript:
    transcript = read_json("talk.json", json.dumps(document)).transcript
    assert transcript
    return transcript


def words(*said: tuple[str, float, str]) -> list[dict[str, Any]]:
    """Return Podcasting 2.0 segments of (word, start, speaker), each 0.25 seconds long."""
    return [
        {"body": word, "startTime": start, "endTime": start + 0.25, "speaker": speaker}
        for word, start, speaker in said
    ]


def test_podcasting_with_speakers_is_an_edited_transcript() -> None:
    transcript = read(
        {
            "version": "1.0.0",
            "segments": [
                {"speaker": "Ann", "startTime": 0.5, "endTime": 2, "body": "Is it really so?"},
                {"speaker": "Ben", "startTime": 2, "endTime": 4.75, "body": "It &amp; they are."},
            ],
        }
    )

    assert transcript.source == Origin.EDITED
    assert transcript.cues == (
        Cue("Is it really so?", 0.5, 2, "Ann"),
        Cue("It & they are.", 2, 4.75, "Ben"),
    )


def test_words_are_put_together_by_speaker_and_pause() -> None:
    segments = words(
        ("Is", 0, "Ann"),
        ("it", 0.3, "Ann"),
        ("?", 0.6, "Ann"),
        ("It", 0.9, "Ben"),
        ("is.", 1.2, "Ben"),
        ("Well", 9, "Ben"),
    )

    assert [
        (cue.text, cue.start, cue.end, cue.speaker) for cue in read({"segments": segments}).cues
    ] == [
        ("Is it?", 0, 0.85, "Ann"),
        ("It is.", 0.9, 1.45, "Ben"),
        ("Well", 9, 9.25, "Ben"),
    ]


def test_words_are_put_together_to_the_length_of_a_caption() -> None:
    segments = words(*(("word", n * 0.25, "") for n in range(100)))

    cues = read({"segments": segments}).cues

    assert all(100 < len(cue.text) <= 120 for cue in cues[:-1])
    assert " ".join(cue.text for cue in cues).split() == ["word"] * 100


def test_a_sentence_of_some_length_ends_a_cue() -> None:
    said = "This is a sentence of more than forty signs. And this"
    segments = words(*((word, n * 0.25, "") for n, word in enumerate(said.split())))

    assert [cue.text for cue in read({"segments": segments}).cues] == [
        "This is a sentence of more than forty signs.",
        "And this",
    ]


def test_whisper_segments_made_up_for_silence_are_skipped() -> None:
    document = {
        "text": " So it begins here. Thank you.",
        "language": "en",
        "segments": [
            {"id": 0, "start": 0, "end": 4, "text": " So it begins here.", "no_speech_prob": 0.9,
             "avg_logprob": -0.3},
            {"id": 1, "start": 4, "end": 9, "text": " Thank you.", "no_speech_prob": 0.9,
             "avg_logprob": -1.3},
        ],
    }  # fmt: skip

    parsed = read_json("talk.json", json.dumps(document))

    assert parsed.transcript
    assert parsed.transcript.cues == (Cue("So it begins here.", 0, 4, "", Origin.CAPTIONS),)
    assert [note.reason for note in parsed.notes] == ["1 segment made up for silence: skipped."]


def test_whisperx_names_its_speakers_and_stays_captions() -> None:
    segment = {
        "start": 0.1,
        "end": 2.5,
        "text": " So it begins here.",
        "speaker": "SPEAKER_00",
        "words": [{"word": "So", "start": 0.1, "end": 0.3, "score": 0.9, "speaker": "SPEAKER_00"}],
    }

    assert read({"segments": [segment], "word_segments": []}).cues == (
        Cue("So it begins here.", 0.1, 2.5, "SPEAKER_00", Origin.CAPTIONS),
    )


def test_times_may_be_texts_and_ends_may_be_missing() -> None:
    segments = [
        {"start": "0:01.5", "text": "One and two and three."},
        {"start": 5, "end": 4, "text": "Four and five and six."},
        {"start": None, "text": "Seven and eight."},
        {"start": 7, "text": " "},
        {"start": True, "text": "Nine and ten."},
        "never",
    ]

    parsed = read_json("talk.json", json.dumps({"segments": segments}))

    assert parsed.transcript
    assert [(cue.start, cue.end) for cue in parsed.transcript.cues] == [
        (1.5, None),
        (5, None),
        (5, 5),
        (7, 7),
    ]
    assert [note.reason for note in parsed.notes] == [
        "2 segments without a time: read at the time of the segment before."
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('{\n"segments": [,]}', 2, "broken"),
        ('{"segments": []}', None, "no segments"),
        ('{"name": "left-pad", "version": "1.0.0"}', None, "no segments"),
        ('{"segments": {"text": "a"}}', None, "both words and a time"),
        ('{"segments": [{"text": "a"}]}', None, "both words and a time"),
        ('{"segments": [{"text": "a", "start": NaN}]}', None, "not that of a transcript"),
        ('{"segments": ' + "[" * 200_000, None, "not that of a transcript"),
        ('{"segments": [{"start": 1, "text": "' + "x" * 20_001 + '"}]}', None, "20,001"),
    ],
)
def test_other_json_is_refused(text: str, line: int | None, reason: str) -> None:
    with pytest.raises(TranscriptError, match=reason) as caught:
        read_json("talk.json", text)

    assert caught.value.line == line


def test_segments_without_words_are_counted_unless_they_are_empty() -> None:
    segments = [
        {"startTime": 1, "endTime": 2, "body": "One and two and three.", "speaker": "Ann"},
        {"startTime": 2, "endTime": 3, "txt": "Lost and never found.", "speaker": "Ann"},
        {"startTime": 3, "endTime": 4, "txt": "Lost again."},
        {"startTime": 4, "endTime": 5, "body": ""},
        {"startTime": 5, "endTime": 6, "body": None},
        {"startTime": 6, "endTime": 7, "body": "[Music]"},
    ]

    parsed = read_json("talk.json", json.dumps({"segments": segments}))

    assert [(note.reason, note.remedy) for note in parsed.notes] == [
        ("2 segments with a time but no words: skipped.", "Name their words as the others do.")
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('{"a": "b', 1, "a text has no quotation mark at its end, at character 7 of the line."),
        ('{"a": "b\n"}', 1, "a text has a line break or another control character in it, at"),
        ('{"a": "C:\\quit"}', 1, "a backslash in a text stands before the wrong character, at"),
        ('{"a": "\\u12"}', 1, "a backslash in a text stands before the wrong character, at"),
        ('{"a": 1,\nb: 2}', 2, "a name in double quotation marks is missing, at character 1 of"),
        ('{"a": }', 1, "a value is missing, at character 7 of the line."),
        ('{"a": 1\n"b": 2}', 2, "a comma is missing, at character 1 of the line."),
        ('{"a" 1}', 1, "a colon is missing, at character 6 of the line."),
        ('{"a": 1}\n]', 2, "something stands after its end, at character 1 of the line."),
        ('{"a": [\n', 2, "it ends before it is complete."),
        ('{"a": [1', 1, "it ends before it is complete."),
    ],
)
def test_what_is_wrong_with_json_is_said_in_a_sentence(text: str, line: int, reason: str) -> None:
    with pytest.raises(TranscriptError) as caught:
        read_json("talk.json", text)

    assert caught.value.reason.startswith(f"the JSON is broken: {reason}")
    assert caught.value.line == line


def test_json_is_known_by_its_brace() -> None:
    assert looks_like_json('\n {"segments": []}')
    assert not looks_like_json("[Music]\n0:00 hi")


def test_words_without_a_time_go_on_with_the_ones_before() -> None:
    words = [("In", 1.0), ("2024.", None), ("we", 2.0), ("had", 2.2), ("30", None), ("hosts", 2.9)]
    listed = [
        {"word": word} if start is None else {"word": word, "start": start, "end": start + 0.2}
        for word, start in words
    ]

    parsed = read_json("talk.json", json.dumps({"words": listed}))

    assert parsed.transcript
    assert [cue.text for cue in parsed.transcript.cues] == ["In 2024. we had 30 hosts"]


def test_turns_without_times_are_read_if_they_say_who_speaks() -> None:
    turns = [
        {"text": "(Intro music)"},
        {"speaker": "Ann Doe", "text": "Welcome to the show."},
        {"speaker": "Ben Roe", "text": "Glad to be here."},
        {"speaker": "Ann Doe", "text": "Tell us about the queue."},
    ]

    parsed = read_json("talk.json", json.dumps({"title": "Queues", "transcript": turns}))

    assert parsed.transcript
    assert parsed.transcript.metadata.title == "Queues"
    assert [(cue.start, cue.speaker, cue.text) for cue in parsed.transcript.cues] == [
        (None, "Ann Doe", "Welcome to the show."),
        (None, "Ben Roe", "Glad to be here."),
        (None, "Ann Doe", "Tell us about the queue."),
    ]
