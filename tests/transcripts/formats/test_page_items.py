"""The mending of edited transcripts."""

import pytest

from bot.transcripts.formats.jekyll import PageItem, read_items, repair_items

PARAGRAPH = "We began with a single model and a notebook, and it took us a year to get any further."


def test_items_are_translated_with_the_seconds_before_the_time() -> None:
    turns = read_items(
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
        PageItem(heading="Where it began"),
        PageItem("Hello there.", "", 60, "Ann"),
        PageItem("Well,", "", 70),
        PageItem("Yes.", "", 2276),
        PageItem("So.", speaker="Ben"),
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
    assert read_items([{"line": "So.", "who": written}]) == [PageItem("So.", speaker=speaker)]


def test_a_line_that_stands_twice_is_kept_where_it_has_its_time() -> None:
    known = PageItem("And why?", "", 9, "Ann")

    assert repair_items([PageItem("And why?"), known]) == ([known], 0)


def test_a_heading_before_a_doubled_line_is_doubled_with_it() -> None:
    heading, known = PageItem(heading="Reasons"), PageItem("And why?", "", 9, "Ann")

    assert repair_items([heading, PageItem("And why?"), heading, known]) == ([heading, known], 0)


def test_two_people_may_say_the_same() -> None:
    turns = [PageItem("Bye.", "", 8, "Ann"), PageItem("Bye.", "", 9, "Ben"), PageItem("Bye.")]

    assert repair_items(turns) == (turns, 0)


def test_speech_in_the_place_of_a_name_is_said_before_its_line() -> None:
    turns = [
        PageItem("Go on.", "", 1, "Ben"),
        PageItem("It helped.", "", 5, PARAGRAPH),
        PageItem("A lot.", "", None, PARAGRAPH),
        PageItem("Thanks.", "", 30, "Ann"),
    ]

    mended, moved = repair_items(turns)

    assert moved == 1
    assert mended == [
        turns[0],
        PageItem(PARAGRAPH, "", 5, "Ben"),
        PageItem("It helped.", "", 5, "Ben"),
        PageItem("A lot.", "", None, "Ben"),
        turns[3],
    ]


def test_between_two_turns_of_one_speaker_it_was_the_other_who_spoke() -> None:
    turns = [
        PageItem("Hello.", "", 0, "Ben"),
        PageItem("How was it?", "", 1, "Ann"),
        PageItem("It helped.", "", 5, PARAGRAPH),
        PageItem("Thanks.", "", 30, "Ann"),
    ]

    mended, _ = repair_items(turns)

    assert [turn.speaker for turn in mended] == ["Ben", "Ann", "Ben", "Ben", "Ann"]


def test_among_three_nobody_is_guessed() -> None:
    turns = [
        PageItem("Hello.", "", 0, "Ben"),
        PageItem("Hello.", "", 0, "Cleo"),
        PageItem("How was it?", "", 1, "Ann"),
        PageItem("It helped.", "", 5, PARAGRAPH),
        PageItem("Thanks.", "", 30, "Ann"),
    ]

    assert repair_items(turns)[0][3] == PageItem(PARAGRAPH, "", 5, "")


def test_a_name_that_became_a_line_says_who_speaks_next() -> None:
    turns = [
        PageItem("Hard to say.", "", 1, "Ben"),
        PageItem("Ann", "", 5, PARAGRAPH),
        PageItem("And now?", "", 5, PARAGRAPH),
        PageItem("Now less.", "", 9, "Ben"),
        PageItem("I see.", "", 12, "Ann"),
    ]

    mended, _ = repair_items(turns)

    assert [(turn.text, turn.speaker) for turn in mended[1:3]] == [
        (PARAGRAPH, "Ben"),
        ("And now?", "Ann"),
    ]
