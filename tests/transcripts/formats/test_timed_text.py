"""Caption dumps."""

import pytest

from bot.errors import TranscriptError
from bot.models import Cue, Origin, Transcript
from bot.transcripts.formats.timed_text import looks_like_timed_text, read_timed_text


def read(text: str) -> Transcript:
    transcript = read_timed_text("talk.txt", text).transcript
    assert transcript
    return transcript


def said(text: str) -> list[tuple[float | None, str]]:
    return [(cue.start, cue.text) for cue in read(text).cues]


def test_each_line_is_a_cue_that_ends_where_the_next_begins() -> None:
    transcript = read("0:00 hi everyone\n59:58 and so\n1:00:02 bye")

    assert transcript.source == Origin.CAPTIONS
    assert transcript.first_line == "hi everyone and so bye"
    assert transcript.cues == (
        Cue("hi everyone", 0, 3598, "", Origin.CAPTIONS),
        Cue("and so", 3598, 3602, "", Origin.CAPTIONS),
        Cue("bye", 3602, None, "", Origin.CAPTIONS),
    )


@pytest.mark.parametrize(
    "text",
    [
        "0:05 one two\n75:10 three\n",
        "\n\n  00:05  one two\r\n75:10 three".replace("\r", ""),
        "[00:00:05] one two\n(1:15:10) three\n",
        "0:05\none\ntwo\n\n1:15:10\nthree\n",
        "0:05 - one two\n1:15:10 – three\n",
        "0:05\tone two\n1:15:10.0\tthree\n",
        "[5.00 -> 9.20] one two\n[4510.0s --> 4511.50s] three\n",
        "[5.00 → 9.20] one two [4510.00 → 4511.50] three\n",
    ],
)
def test_times_are_read_in_the_ways_people_copy_them(text: str) -> None:
    assert said(text) == [(5, "one two"), (4510, "three")]


def test_the_first_line_before_the_times_is_the_title() -> None:
    transcript = read("A talk:  one\nhttps://youtu.be/abcdefghi_0\n\n0:00 hi\n")

    assert transcript.metadata.title == "A talk: one"
    assert transcript.metadata.youtube == "abcdefghi_0"
    assert read("0:00 hi\n").metadata.title == ""


def test_cues_of_one_second_share_it() -> None:
    assert said("0:01 a\n0:01 b\n0:02 c\n") == [(1, "a"), (1.5, "b"), (2, "c")]


@pytest.mark.parametrize(
    "words",
    [
        "[Music]",
        "[laughter and gasps]",
        "[clears throat]",
        "(upbeat music)",
        "[\u00a0__\u00a0]",
        "[applause sound]",
        "[ring alert]",
        "[??]",
        "[unintelligible 00:12:03.20]",
        "[12:03]",
        "__",
        "♪",
    ],
)
def test_sounds_are_not_speech(words: str) -> None:
    text = f"0:00 hi\n0:02 {words}\n0:04 there {words} you\n"

    assert said(text) == [(0, "hi"), (4, "there you")]
    assert read(text).cues[0].end == 2


def test_brackets_may_hold_speech() -> None:
    assert said("0:00 [door opens]\n0:02 it [the model] with [the sound] is (so far) fine\n") == [
        (2, "it [the model] with [the sound] is (so far) fine")
    ]


def test_a_change_of_speaker_begins_a_cue() -> None:
    assert said("0:00 is it true? >> yes and no\n0:10 >> well\n") == [
        (0, "is it true?"),
        (pytest.approx(5.238, abs=0.01), "yes and no"),
        (10, "well"),
    ]


def test_entities_are_decoded_and_other_signs_stay() -> None:
    assert said("0:00 AT&amp;T isn&#39;t R&D (yet)\n") == [(0, "AT&T isn't R&D (yet)")]


@pytest.mark.parametrize(
    ("last", "heard"),
    [
        ("bye everyone80", "bye everyone"),
        ("use gpt4", "use gpt4"),
        ("on s3", "on s3"),
        ("80", "80"),
    ],
)
def test_a_count_is_taken_off_the_last_word_if_the_word_is_known(last: str, heard: str) -> None:
    assert said(f"0:00 Everyone here\n0:04 {last}\n")[-1] == (4, heard)


def test_numbers_inside_a_dump_stay() -> None:
    assert said("0:00 the gpt family\n0:04 like gpt4\n0:05 bye\n")[1] == (4, "like gpt4")


def test_times_that_go_backwards_leave_an_open_end() -> None:
    assert [cue.end for cue in read("0:09 a\n0:05 b\n").cues] == [None, None]


def test_times_without_words_are_refused() -> None:
    with pytest.raises(TranscriptError, match="no words"):
        read_timed_text("talk.txt", "0:00 [Music]\n0:05\n")


@pytest.mark.parametrize(
    ("text", "captions"),
    [
        ("0:00 hi\n", True),
        ("A title\n\n0:00 hi\n", True),
        ("We met at 10:30 and\n" * 20, False),
        ("line\n" * 10 + "0:00 hi\n", False),
        ("10:30", True),
        ("1:1 talks\n", False),
    ],
)
def test_captions_are_known_by_a_time_near_their_start(text: str, captions: bool) -> None:
    assert looks_like_timed_text(text) is captions


@pytest.mark.parametrize(
    "form",
    [
        *("{who}\t{at}\n{text}\n", "{who}, {at}\n{text}\n", "{who} | {at}\n{text}\n"),
        *("{who} ({at}): {text}", "{who} [{at}] {text}", "- **{who}** ({at}): {text}"),
        *("{who} (host) {at}\n{text}\n", "## {who} [{at}]\n\n{text}\n"),
        *("{at} {who}: {text}", "({at}) {who}: {text}", "[{at} - 0:59] {who}: {text}"),
        *("{at} {who}\n{text}\n", "{at}\n{who}\n{text}\n", "{at}\n{who}: {text}\n"),
        *("{who}\n{at}\n{text}\n", "**{who}:**\n{at}\n{text}\n"),
        *("[{who}] [{at}] {text}", "[{who} {at}] {text}", "**[{at}] {who}:** {text}"),
    ],
)
def test_names_and_times_stand_beside_each_other_in_many_ways(form: str) -> None:
    turns = (
        ("Ann Doe", "0:00", "Is it so?"),
        ("Ben", "0:04", "It is."),
        ("Ann Doe", "0:08", "Good."),
    )
    transcript = read("\n".join(form.format(who=who, at=at, text=text) for who, at, text in turns))

    assert transcript.source == Origin.EDITED
    assert [(cue.start, cue.speaker, cue.text) for cue in transcript.cues] == [
        (0, "Ann Doe", "Is it so?"),
        (4, "Ben", "It is."),
        (8, "Ann Doe", "Good."),
    ]


def test_an_advertisement_at_a_time_is_nobody() -> None:
    text = "0:00 welcome\n0:04 Acme Cloud: try it\n0:08 so\n0:12 yes\n0:16 Acme Cloud: try it\n"

    assert read(text).source == Origin.CAPTIONS
    assert said(text)[1] == (4, "Acme Cloud: try it")


def test_a_list_of_chapters_is_no_transcript() -> None:
    with pytest.raises(TranscriptError, match="list of chapters"):
        read_timed_text("talk.txt", "00:00 Intro\n05:10 What went wrong\n12:40 The fix\n")


def test_who_made_a_transcript_says_nothing_in_it() -> None:
    text = "Ann  0:00\nHello.\n\nBen  0:04\nBye.\n\nTranscribed by https://otter.ai\n"

    assert said(text)[-1] == (4, "Bye.")


def test_a_name_in_bold_after_the_time_says_who_speaks() -> None:
    text = (
        "(Intro music: Jazz)\n\n"
        "0:00:12.9 **Ann Doe** Welcome to the show.\n\n"
        "0:00:27.3 **Ben Roe** Glad to be here.\n\n"
        "0:00:30 And one more thing.\n\n"
        "0:00:38.0 **Ann Doe** Tell us about the queue.\n"
    )

    transcript = read_timed_text("a.txt", text).transcript

    assert transcript is not None
    assert [(cue.speaker, cue.text) for cue in transcript.cues] == [
        ("Ann Doe", "Welcome to the show."),
        ("Ben Roe", "Glad to be here."),
        ("Ben Roe", "And one more thing."),
        ("Ann Doe", "Tell us about the queue."),
    ]
    assert transcript.metadata.title == ""


def test_words_in_bold_that_are_no_label_stay_as_they_are() -> None:
    assert said("0:00 We use queues.\n0:04 **Docker** is one more tool.\n0:09 Bye.\n")[1] == (
        4,
        "Docker is one more tool.",
    )


def test_notes_that_name_a_time_here_and_there_are_no_transcript() -> None:
    notes = [f"- **Point {n}:** well put" for n in range(8)]
    times = ["Opening (0:01): greetings are whole", "Middle (4:34): a name is misheard"]

    assert not looks_like_timed_text("\n".join(["# Review", *notes, times[0], *notes, times[1]]))
    assert looks_like_timed_text("\n".join(["# Review", *notes[:3], *times]))
    assert looks_like_timed_text("\n".join(f"- {time}" for time in times * 6))


def test_words_of_markdown_are_read_without_its_marks() -> None:
    words = "a *small* [map](https://maps.example/Old_Town_(York)) of `main()`, __s_ and 2 * 3 * 4"

    assert said(f"0:00 {words}\n0:09 f*** it\n") == [
        (0, "a small map of main(), s_ and 2 * 3 * 4"),
        (9, "f*** it"),
    ]


def turns(first: str, *, opening: str = "Welcome to the show. ") -> str:
    """Write a conversation whose first time comes after some turns."""
    return (
        f"Ann Doe: {opening}\nBen Roe: {opening}\n"
        f"Ann Doe: [{first}] So.\nBen Roe: Yes.\nAnn Doe: [{first[:-1]}9] Bye.\n"
    )


def test_what_is_said_before_the_first_time_begins_at_the_start() -> None:
    transcript = read(turns("1:00", opening="Welcome to the show. " * 8))

    assert [(cue.start, cue.speaker) for cue in transcript.cues] == [
        (0, "Ann Doe"),
        (30, "Ben Roe"),
        (60, "Ann Doe"),
        (pytest.approx(61, abs=1), "Ben Roe"),
        (69, "Ann Doe"),
    ]
    assert transcript.metadata.title == ""


@pytest.mark.parametrize("first", ["0:10", "1:00"])
def test_a_list_of_who_speaks_is_not_speech(first: str) -> None:
    opening = "host" if first == "1:00" else "Welcome to the show. " * 8

    assert said(turns(first, opening=opening))[0][1] == "So."


def test_turns_after_a_time_last_until_the_next_one() -> None:
    half = "We looked at every queue there was. " * 8
    text = f"Ann: [0:00] {half}\nBen: {half}\nAnn: [1:00] Bye.\nBen: [1:04] Bye.\n"

    assert [cue.start for cue in read(text).cues] == [0, 30, 60, 64]


def test_a_pause_before_the_next_time_does_not_delay_a_turn() -> None:
    text = "Ann: [0:00] Is it so?\nBen: It is so.\nAnn: [9:00] Bye.\nBen: [9:04] Bye.\n"

    assert [cue.start for cue in read(text).cues][1] < 5


def test_times_here_and_there_in_brackets_are_those_of_their_paragraphs() -> None:
    turn = "Ann Doe: We looked at every queue there was.\n\n"
    text = f"{turn * 12}[4:10] And then at the next.\n\n{turn * 9}[8:20] So it was.\n"

    assert looks_like_timed_text(text)
    assert not looks_like_timed_text(text.replace("[8:20] ", ""))


def test_a_lecture_is_cut_into_parts_with_times_of_their_own() -> None:
    sentence = "We looked at every queue there was, and measured how long it got. "
    cues = read(f"**[00:10] Ann Doe:** {sentence * 500}\n\n**[40:10] Ann Doe:** Thanks.\n").cues

    assert " ".join(cue.text for cue in cues[:-1]) == (sentence * 500).strip()
    assert all(len(cue.text) < 3000 and cue.text.endswith("got.") for cue in cues[:-1])
    starts = [cue.start for cue in cues]
    assert starts == sorted(starts) and (starts[0], starts[-1]) == (10, 2410)
    assert starts[len(cues) // 2] == pytest.approx(1210, abs=150)
