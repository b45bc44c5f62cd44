"""The mending of edited transcripts."""

import pytest

from bot.transcripts.formats.jekyll import Turn, mend_turns, read_turns

PARAGRAPH = "We began with a single model and a notebook, and it took us a year to get any further."


def test_items_are_translated_with_the_seconds_before_the_time() -> None:
    turns = read_turns(
        [
            {"header": "Where it began"},
            {"line": "Hello\n there.", "sec": "60", "time": "1:07", "who": "Ann:"},
            {"line": "=Well,", "time": "1:10"},
            {"line": "Yes.", "sec": "37:567", "time": "37:56"},
            {"line": "So.", "who": "Ben"},
            {"other": "x"},
            "text",
        ]
    )

    assert turns == [
        Turn(heading="Where it began"),
        Turn("Hello there.", "", 60, "Ann"),
        Turn("Well,", "", 70),
        Turn("Yes.", "", 2276),
        Turn("So.", speaker="Ben"),
    ]


@pytest.mark.parametrize(
    ("written", "speaker"),
    [
        ("Alexey.", "Alexey"),
        ("Zoë.:", "Zoë"),
        ("J.", "J."),
        ("Jr.", "Jr."),
        ("Bob Ray Jr.", "Bob Ray Jr."),
        ("R2D2.", "R2D2."),
    ],
)
def test_a_full_stop_is_no_part_of_a_name(written: str, speaker: str) -> None:
    assert read_turns([{"line": "So.", "who": written}]) == [Turn("So.", speaker=speaker)]


def test_a_line_that_stands_twice_is_kept_where_it_has_its_time() -> None:
    known = Turn("And why?", "", 9, "Ann")

    assert mend_turns([Turn("And why?"), known]) == ([known], 0)


def test_a_heading_before_a_doubled_line_is_doubled_with_it() -> None:
    heading, known = Turn(heading="Reasons"), Turn("And why?", "", 9, "Ann")

    assert mend_turns([heading, Turn("And why?"), heading, known]) == ([heading, known], 0)


def test_two_people_may_say_the_same() -> None:
    turns = [Turn("Bye.", "", 8, "Ann"), Turn("Bye.", "", 9, "Ben"), Turn("Bye.")]

    assert mend_turns(turns) == (turns, 0)


def test_speech_in_the_place_of_a_name_is_said_before_its_line() -> None:
    turns = [
        Turn("Go on.", "", 1, "Ben"),
        Turn("It helped.", "", 5, PARAGRAPH),
        Turn("A lot.", "", None, PARAGRAPH),
        Turn("Thanks.", "", 30, "Ann"),
    ]

    mended, moved = mend_turns(turns)

    assert moved == 1
    assert mended == [
        turns[0],
        Turn(PARAGRAPH, "", 5, "Ben"),
        Turn("It helped.", "", 5, "Ben"),
        Turn("A lot.", "", None, "Ben"),
        turns[3],
    ]


def test_between_two_turns_of_one_speaker_it_was_the_other_who_spoke() -> None:
    turns = [
        Turn("Hello.", "", 0, "Ben"),
        Turn("How was it?", "", 1, "Ann"),
        Turn("It helped.", "", 5, PARAGRAPH),
        Turn("Thanks.", "", 30, "Ann"),
    ]

    mended, _ = mend_turns(turns)

    assert [turn.speaker for turn in mended] == ["Ben", "Ann", "Ben", "Ben", "Ann"]


def test_among_three_nobody_is_guessed() -> None:
    turns = [
        Turn("Hello.", "", 0, "Ben"),
        Turn("Hello.", "", 0, "Cleo"),
        Turn("How was it?", "", 1, "Ann"),
        Turn("It helped.", "", 5, PARAGRAPH),
        Turn("Thanks.", "", 30, "Ann"),
    ]

    assert mend_turns(turns)[0][3] == Turn(PARAGRAPH, "", 5, "")


def test_a_name_that_became_a_line_says_who_speaks_next() -> None:
    turns = [
        Turn("Hard to say.", "", 1, "Ben"),
        Turn("Ann", "", 5, PARAGRAPH),
        Turn("And now?", "", 5, PARAGRAPH),
        Turn("Now less.", "", 9, "Ben"),
        Turn("I see.", "", 12, "Ann"),
    ]

    mended, _ = mend_turns(turns)

    assert [(turn.text, turn.speaker) for turn in mended[1:3]] == [
        (PARAGRAPH, "Ben"),
        ("And now?", "Ann"),
    ]
