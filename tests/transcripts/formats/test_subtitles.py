"""WebVTT and SRT."""

from textwrap import dedent

import pytest

from bot.errors import TranscriptError
from bot.models import Cue, Origin, Problem, Transcript
from bot.transcripts.formats.subtitles import looks_like_subtitles, read_subtitles


def read(text: str) -> Transcript:
    """Read indented subtitles, in which a dot stands for a line with a single space."""
    written = dedent(text).replace("\n.\n", "\n \n")
    transcript = read_subtitles("talk.vtt", written).transcript
    assert transcript
    return transcript


def said(text: str) -> list[tuple[str, str]]:
    return [(cue.speaker, cue.text) for cue in read(text).cues]


def test_plain_webvtt_counts_as_captions() -> None:
    transcript = read(
        """\
        WEBVTT - a talk

        NOTE made by hand

        intro
        00:01.000 --> 00:04.000 align:start
        Hello &amp; <b>welcome</b>
        to the talk.

        00:00:04.000 --> 00:00:06.500
        [Music]

        01:00:04.250 --> 01:00:06.500
        Bye.
        """
    )

    assert transcript.source == Origin.CAPTIONS
    assert transcript.cues == (
        Cue("Hello & welcome to the talk.", 1, 4, "", Origin.CAPTIONS),
        Cue("Bye.", 3604.25, 3606.5, "", Origin.CAPTIONS),
    )


def test_voices_are_speakers_and_make_an_edited_transcript() -> None:
    transcript = read(
        """\
        WEBVTT

        00:00.000 --> 00:03.000
        <v Ann>Is it?</v>

        00:03.000 --> 00:07.000
        <v.loud Ben Miller>It is.</v> <v Ann>Good,
        very good.</v>

        00:07.000 --> 00:08.000
        (applause)
        """
    )

    assert transcript.source == Origin.EDITED
    assert [(cue.start, cue.speaker, cue.text) for cue in transcript.cues] == [
        (0, "Ann", "Is it?"),
        (3, "Ben Miller", "It is."),
        (pytest.approx(4.09, abs=0.01), "Ann", "Good, very good."),
    ]


def test_a_named_speaker_goes_on_until_the_next_name() -> None:
    text = """\
        1
        00:00:01,000 --> 00:00:02,000
        Ann: Is it?

        2
        00:00:02,000 --> 00:00:03,000
        I mean, really?

        3
        00:00:03,000 --> 00:00:05,000
        - Ben: Note: it is.
        - Ann: Good.

        4
        00:00:05,000 --> 00:00:06,000
        Ben: Right.
        """

    assert said(text) == [
        ("Ann", "Is it?"),
        ("Ann", "I mean, really?"),
        ("Ben", "Note: it is."),
        ("Ann", "Good."),
        ("Ben", "Right."),
    ]


def test_srt_is_read_with_points_and_without_numbers() -> None:
    transcript = read(
        """\
        00:00:01.000 --> 00:00:02.000
        One

        00:00:02.000 --> 00:00:03.000
        Two
        """
    )

    assert [(cue.text, cue.start, cue.end) for cue in transcript.cues] == [
        ("One", 1, 2),
        ("Two", 2, 3),
    ]


def test_srt_may_lack_hours_and_have_empty_lines_in_a_subtitle() -> None:
    text = "1\n00:03,500 --> 0:04,0\nOne\n\nmore\n2\n00:05,000 --> 00:06,000\n2024\n"

    assert [(cue.text, cue.start, cue.end) for cue in read(text).cues] == [
        ("One more", 3.5, 4),
        ("2024", 5, 6),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "00:00:36,000 => 00:00:47,000",
        "00:00:xx,000 -> 00:00:47,000",
        "00:00:zz --> 00:00:47.000",
        "O0:00:36,000 --> 00:00:47,000",
        "00:00:36,000 --> 00:00:4?,000",
        "00:00:36;000 —> 00:00:47,000",
        "00: 00: 36,000 -- > 00: 00: 47,000",
        "00:00:36,000 - 00:00:47,000",
        "00:00:36,000 -->",
        "00:00:36,000 --> 00:00:99,000",
        "--> 00:00:47,000",
        "00:00:36.000 ==> 00:00:47.000 align:start",
    ],
)
@pytest.mark.parametrize("heading", ["", "WEBVTT\n\n"])
def test_a_slip_in_a_line_of_times_is_named_and_loses_no_words(line: str, heading: str) -> None:
    text = (
        f"{heading}1\n00:00:30,000 --> 00:00:36,000\nOne\n\n2\n{line}\nTwo\n\n"
        "3\n00:00:47,000 --> 00:00:50,000\nThree\n"
    )

    parsed = read_subtitles("talk.srt", text)

    assert parsed.transcript
    assert [(cue.text, cue.start, cue.end) for cue in parsed.transcript.cues] == [
        ("One", 30, 36),
        ("Two", 36, 47),
        ("Three", 47, 50),
    ]
    assert parsed.notes == (
        Problem(
            "talk.srt",
            f"“{line}” is not a line of times: its words are put between those around it.",
            "Write it as 00:01:02,500 --> 00:01:05,000.",
            text[: text.index(line)].count("\n") + 1,
            refused=False,
        ),
    )


@pytest.mark.parametrize(
    "words", ["we go a --> b", "From 10:30 to 11:30", "Ann: see it -> 10:30", ">> 10:30", "10:30"]
)
def test_words_with_times_and_arrows_are_words(words: str) -> None:
    text = f"1\n00:00:01,000 --> 00:00:02,000\nOne\n{words}\n"

    parsed = read_subtitles("talk.srt", text)

    assert parsed.transcript and parsed.notes == ()
    assert len(parsed.transcript.cues[0].text) >= len("One 10:30")


def test_of_many_slips_the_first_are_named() -> None:
    cues = "".join(
        f"00:00:{n}0,000 => 00:00:{n}9,000\nWord {word}\n\n" for n, word in enumerate("abcde")
    )

    parsed = read_subtitles("talk.vtt", "WEBVTT\n\n" + cues)

    assert parsed.transcript and len(parsed.transcript.cues) == 5
    assert [note.line for note in parsed.notes] == [3, 6, 9, None]
    assert parsed.notes[-1].reason == "2 more lines of times cannot be read."


def test_without_any_times_nothing_is_read() -> None:
    with pytest.raises(TranscriptError, match=r"has times that can be read. Write them as"):
        read_subtitles("talk.vtt", "WEBVTT\n\n00:xx.000 --> 00:yy.000\nOne 1:00\n")


def test_an_empty_line_below_a_time_loses_nothing() -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,000\n\nOne\n\n2\n00:00:03,000 --> 00:00:04,000\n\nTwo\n"
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n\nOne\n\nname\n00:03.000 --> 00:04.000\n\nTwo\n"

    for text in (srt, vtt):
        parsed = read_subtitles("talk.vtt", text)
        assert parsed.transcript
        assert [(cue.start, cue.text) for cue in parsed.transcript.cues] == [(1, "One"), (3, "Two")]
        assert parsed.notes == ()


def test_an_arrow_in_the_words_is_no_time() -> None:
    text = "00:00:01,000 --> 00:00:02,000\nwe go a --> b\n\n00:00:03,000 --> 00:00:04,000\n--> c\n"

    assert said(text) == [("", "we go a --> b"), ("", "--> c")]


def test_notes_and_styles_are_no_speech() -> None:
    text = (
        "WEBVTT\n\nSTYLE\n::cue { color: red }\n\n00:01.000 --> 00:02.000\nOne\n\n"
        "NOTE two lines --> here\nand here\n\n00:03.000 --> 00:04.000\nTwo\n\nNOTE the end\n"
    )

    assert said(text) == [("", "One"), ("", "Two")]


def test_a_number_on_a_line_of_its_own_may_be_speech() -> None:
    text = "00:00:01,000 --> 00:00:02,000\n2024\n\n00:00:03,000 --> 00:00:04,000\nTwo\n"

    assert said(text) == [("", "2024"), ("", "Two")]


def test_rolling_captions_say_each_line_once() -> None:
    text = """\
        WEBVTT
        Kind: captions
        Language: en

        00:00:00.000 --> 00:00:02.000 align:start position:0%
        .
        hello<00:00:00.500><c> there</c>

        00:00:02.000 --> 00:00:02.010 align:start position:0%
        hello there
        .

        00:00:02.010 --> 00:00:04.000 align:start position:0%
        hello there
        yes<00:00:02.500><c> yes</c>

        00:00:04.000 --> 00:00:04.010 align:start position:0%
        yes yes
        .

        00:00:04.010 --> 00:00:06.000 align:start position:0%
        yes yes
        yes yes

        00:00:06.000 --> 00:00:06.010 align:start position:0%
        yes yes
        .
        """

    cues = read(text).cues

    assert [(cue.start, cue.text) for cue in cues] == [
        (0, "hello there"),
        (2.01, "yes yes"),
        (4.01, "yes yes"),
    ]


def test_a_header_may_say_the_language() -> None:
    text = "WEBVTT\nKind: captions\nLanguage: {}\n\n00:01.000 --> 00:02.000\nOne\n"

    assert read(text.format("de-DE")).language == "de"
    assert read(text.format("")).language == ""


def test_written_subtitles_may_repeat_themselves() -> None:
    words = ["Yes.", "Yes.", "No.", "No.", "Maybe.", "Well."]
    cues = "".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n{word}\n\n" for n, word in enumerate(words))

    assert [heard for _, heard in said("WEBVTT\n\n" + cues)] == words


def test_a_subtitle_ends_before_the_next_begins() -> None:
    text = """\
        WEBVTT

        00:00.000 --> 00:09.000
        One

        00:02.000 --> 00:01.000
        Two
        """

    assert [(cue.start, cue.end) for cue in read(text).cues] == [(0, 2), (2, 2)]


def test_subtitles_without_words_are_refused() -> None:
    with pytest.raises(TranscriptError, match=r"none of its subtitles has words."):
        read_subtitles("talk.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n[Music]\n")


def test_a_file_without_subtitles_is_told_from_one_with_wrong_times() -> None:
    with pytest.raises(TranscriptError, match=r"it has no subtitles with times."):
        read_subtitles("talk.vtt", "WEBVTT\n\nNOTE made at 10:30\n")


@pytest.mark.parametrize(
    ("text", "subtitles"),
    [
        ("WEBVTT\n", True),
        ("\nWEBVTT FILE\n", True),
        ("WEBVTTX\n", False),
        ("1\n00:00:01,000 --> 00:00:02,000\nHi\n", True),
        ("we go a --> b\n", False),
    ],
)
def test_subtitles_are_known_by_their_first_line_or_a_timing(text: str, subtitles: bool) -> None:
    assert looks_like_subtitles(text) is subtitles
