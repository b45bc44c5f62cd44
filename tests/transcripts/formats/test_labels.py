"""Labels of speakers in the words of a transcript."""

import pytest

from bot.models import Cue, Origin
from bot.transcripts.formats.labels import (
    Label,
    Labels,
    bare_names,
    find_labels,
    origin_of_cues,
    split_label,
    take_label,
)


def named(*lines: str) -> Labels:
    return find_labels([line] for line in lines)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("Ann: Hello: you.", Label("Ann", "", "Hello: you.")),
        ("Ann Doe (host): Hello.", Label("Ann Doe", "host", "Hello.")),
        ("[Ann Doe]: Hello.", Label("Ann Doe", "", "Hello.")),
        ("**Ann Doe:** Hello.", Label("Ann Doe", "", "Hello.", bold=True)),
        ("[SPEAKER_00]: Hello.", Label("SPEAKER_00", "", "Hello.")),
        ("[SPEAKER_00] Hello.", Label("SPEAKER_00", "", "Hello.")),
        ("(speaker 0) Hello.", Label("speaker 0", "", "Hello.")),
        ("speaker 0: Hello.", Label("speaker 0", "", "Hello.")),
        ("Doe, Ann: Hello.", Label("Ann Doe", "", "Hello.")),
        ("Davis, Jr.: Hello.", Label("Davis, Jr.", "", "Hello.")),
        ("Luc van der Berg:", Label("Luc van der Berg", "", "")),
        ("小李：你好", Label("小李", "", "你好")),
        ("小李： 你好", Label("小李", "", "你好")),
        ("so: no", None),
        ("One thing is: no", None),
        ("[door opens] Hello.", None),
        ("(Exit Fanfare: Brass)", None),
        ("[Slide Two: A Queue]", None),
        ("It was 10:30.", None),
        ("https://example.org", None),
    ],
)
def test_a_label_is_split_from_the_words_after_it(line: str, label: Label | None) -> None:
    assert split_label(line) == label


def test_a_name_that_comes_again_and_again_is_a_label() -> None:
    lines = ["Ann: Hello.", "Well then", "Ben: Yes.", "I say", "Ann: so", "go on", "Ben: fine"]

    assert named(*lines) == Labels(frozenset({"Ann", "Ben"}))


def test_names_may_come_once_where_nearly_every_line_has_one() -> None:
    lines = ["Ann Miller: Hello.", "Luc van der Berg: Hi.", "Speaker 3: Me too."]

    assert named(*lines).names == {"Ann Miller", "Luc van der Berg", "Speaker 3"}


def test_who_speaks_once_is_named_where_names_are_in_bold() -> None:
    turns = ["**Ann Doe:** Yes.", "So it is.", "And so it stays.", "**Ben Roe:** No."] * 9
    once = "**Cleo Fox:** Perhaps."

    assert named(*turns, once).names == {"Ann Doe", "Ben Roe", "Cleo Fox"}
    assert named(*turns, once.replace("*", "")).names == {"Ann Doe", "Ben Roe"}


@pytest.mark.parametrize(
    "places",
    [
        {2: "Acme Cloud", 5: "Acme Cloud"},  # an advertisement, twice
        {0: "Acme Cloud", 6: "Acme Cloud"},  # it begins the file, too
        {3: "Acme Cloud", 4: "Note", 8: "Acme Cloud", 9: "Note"},  # two of them
        {0: "Remember"},
        {0: "Acme", 2: "Acme", 4: "Acme", 6: "Note", 8: "Note"},  # nobody answers anybody
        {0: "Ann", 1: "Ben", 2: "Ann", 3: "Ben"},  # and then no more for 96 lines
    ],
)
def test_a_few_labels_name_nobody(places: dict[int, str]) -> None:
    length = 100 if 3 in places and places[3] == "Ben" else 10
    lines = [f"{places[n]}: words" if n in places else f"words {n}" for n in range(length)]

    assert named(*lines) == Labels()


def test_four_labels_do_not_name_the_speaker_of_hundreds_of_lines() -> None:
    lines = ["so it goes"] * 955
    for place, name in ((300, "Ann"), (405, "Ben"), (406, "Ann"), (700, "Ben")):
        lines[place] = f"{name}: well"

    assert named(*lines) == Labels()


def test_labels_that_run_through_a_long_file_count() -> None:
    lines = [f"{'Ann' if n % 24 else 'Ben'}: so" if n % 12 == 0 else "words" for n in range(600)]

    assert named(*lines).names == {"Ann", "Ben"}


def test_who_is_called_by_the_first_name_has_the_full_one() -> None:
    labels = named("Ann Doe (host): a", "Ben: b", "Ann: c", "Ben Roe: d", "Ann: e", "Ben Poe: f")

    assert dict(labels.full) == {"Ann": "Ann Doe"}
    assert labels.hosts() == ("Ann Doe",)
    assert labels.guests() == ("Ben", "Ben Poe", "Ben Roe")


def test_numbers_are_no_last_names() -> None:
    assert named(*["Part: a", "Part 1: b", "Part: c", "Part 1: d"]).full == ()


def test_roles_say_who_is_a_guest() -> None:
    labels = named("Ann (host): a", "Ben (Guest): b", "Ann (host): c", "Cy: d")

    assert (labels.hosts(), labels.guests()) == (("Ann",), ("Ben",))


def test_where_only_hosts_are_marked_the_others_are_guests() -> None:
    labels = named("Ann (Host): a", "Ben: b", "Speaker 3: c")

    assert labels.guests() == ("Ben",)


def test_a_name_goes_on_until_what_may_be_a_label() -> None:
    labels = Labels(frozenset({"Ann"}))

    assert take_label("Ann: Hello.", labels) == ("Ann", "Hello.")
    assert take_label("and so on", labels, "Ann") == ("Ann", "and so on")
    assert take_label("Ben: Hello.", labels, "Ann") == ("", "Ben: Hello.")


def test_lines_of_their_own_are_names_if_some_come_again() -> None:
    assert bare_names([["Ann Doe", "a"], ["Ben", "b"], ["Ann Doe", "c"]]) == {"Ann Doe", "Ben"}
    assert bare_names([["Ann Doe", "a"], ["Ben", "b"], ["Cy", "c"]]) == frozenset()
    assert bare_names([["Yes", "a"], ["well then", "b"], ["Yes", "c"]]) == frozenset()


@pytest.mark.parametrize(
    ("speakers", "origin"),
    [
        (("Ann", "Ben"), Origin.EDITED),
        (("Ann", ""), Origin.EDITED),
        (("Ann", "", ""), Origin.CAPTIONS),
        (("SPEAKER_00", "Speaker 1"), Origin.CAPTIONS),
    ],
)
def test_words_are_edited_if_most_have_a_name(speakers: tuple[str, ...], origin: Origin) -> None:
    assert origin_of_cues([Cue("words", 0, 1, speaker) for speaker in speakers]) is origin


def test_what_stands_before_an_address_is_nobody() -> None:
    lines = [f"{name}: What a rule says, in a few words." for name in ("Ann", "Ben") * 6]
    lines[5:5] = ["Rule Eight: https://example.org/8"] * 2

    labels = named(*lines)

    assert labels.names == {"Ann", "Ben"}


def test_music_is_nobody_whatever_part_of_the_show_it_is() -> None:
    lines = ["Begin Exit Music: Jazz", *["Ann: Hello.", "Ben: Yes."] * 6, "Begin Exit Music: Jazz"]

    assert named(*lines).names == {"Ann", "Ben"}
