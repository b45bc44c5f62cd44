"""Text without times."""

import pytest

from bot.models import Origin, Transcript
from bot.transcripts.formats.untimed_text import has_turns, looks_like_speech, read_untimed_text

PROSE = "Welcome back, today we look at alerting rules. So whom do they wake? Nobody at night. " * 2


def read(text: str) -> Transcript:
    parsed = read_untimed_text("talk.txt", text)
    assert parsed.transcript
    return parsed.transcript


def said(text: str) -> list[tuple[str, str]]:
    return [(cue.speaker, cue.text) for cue in read(text).cues]


@pytest.mark.parametrize(
    "text",
    [
        "Mia: Welcome back.\nTom: Thanks.\nMia: So?\n",
        "Mia:\nWelcome back.\n\nTom:\nThanks.\n\nMia:\nSo?\n",
        "Mia\nWelcome back.\n\nTom\nThanks.\n\nMia\nSo?\n",
        "# A\n\n**Mia:** Welcome back.\n\n**Break:** \\[12:10\\]\n\n**Tom:** Thanks.\n\nMia: So?\n",
    ],
)
def test_turns_have_the_names_they_begin_with(text: str) -> None:
    assert said(text) == [("Mia", "Welcome back."), ("Tom", "Thanks."), ("Mia", "So?")]
    assert read(text).source is Origin.EDITED


def test_who_is_introduced_in_full_has_that_name_all_along() -> None:
    assert said("Mia Berg: Welcome.\n\nTom: Thanks.\n\nMia: So?\n\nTom: So.\n\nMia: Bye.\n") == [
        ("Mia Berg", "Welcome."),
        ("Tom", "Thanks."),
        ("Mia Berg", "So?"),
        ("Tom", "So."),
        ("Mia Berg", "Bye."),
    ]


def test_what_is_written_and_not_said_is_left_out() -> None:
    text = (
        "Slides: https://slides.example/1\n\nMia: See the [map](https://maps.example). [Tom\n"
        "laughs]\n\nTom: *Well*, at `eu_1`.\n\nMia: So?\n"
    )

    assert said(text) == [("Mia", "See the map."), ("Tom", "Well, at eu_1."), ("Mia", "So?")]


def test_prose_is_read_as_captions_that_nobody_says() -> None:
    transcript = read(f"{PROSE}\n\n{PROSE}")

    assert transcript.source is Origin.CAPTIONS
    assert {cue.speaker for cue in transcript.cues} == {""}


def test_a_paragraph_of_an_hour_is_cut_between_sentences() -> None:
    cues = read(PROSE * 400).cues

    assert all(len(cue.text) <= 2000 and cue.text.endswith("night.") for cue in cues)
    assert " ".join(cue.text for cue in cues) == (PROSE * 400).strip()


@pytest.mark.parametrize(
    ("text", "speech"),
    [
        (PROSE, True),
        ("Mia: Welcome.\nTom: Thanks.\nMia: So?\n", True),
        ("春天，我们把计费系统迁移了（周末）。比想象中简单！为什么？因为队列是空的。" * 2, True),
        ("Once upon a time.", False),
        (f"{'The times of these files are those of the first cut, ' * 3}not of the last.", False),
        ("and then we went on to look at alerting rules and so on " * 20, True),
        ("for (x = 0; x < 9; x++) { y[x] = f(x) | g(x); } // " * 9, False),
        ("a b c d e f g h i j k l m n o p q r s t u v w x y z", False),
    ],
)
def test_speech_is_known_by_its_length_and_its_signs(text: str, speech: bool) -> None:
    assert looks_like_speech(text) is speech


def test_words_without_the_end_of_a_sentence_are_cut_between_words() -> None:
    words = " ".join(f"rule {n}" for n in range(6000))

    pieces = [words for _, words in said(f"{PROSE}\n\n{words}")]

    assert " ".join(pieces[1:]) == words
    assert max(map(len, pieces)) <= 4000


def test_a_report_is_no_conversation() -> None:
    points = "".join(f"- **Point {n}**: it is whole\n" for n in range(9))
    report = (
        f"# Review\n\n{points}\n**Tool A:** It is whole.\n\n**Tool B:** So.\n\n**Tool A:** No.\n"
    )

    assert not has_turns(report)
    assert has_turns(report.partition("is whole\n\n")[2])
