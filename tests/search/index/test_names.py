import pytest

from bot.models import Cue, Origin
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.index.names import full_name, full_names, name_matcher
from tests.builders import episode, find, index_of, slugs


@pytest.mark.parametrize(
    ("speaker", "name"),
    [
        ("Maria", "Maria Vechtomova"),
        ("MARIA", "Maria Vechtomova"),
        ("Maria Vechtomova", "Maria Vechtomova"),
        ("Raphael", "Raphaël Hoogvliets"),
        ("Vechtomova", "Vechtomova"),
        ("Alexey", "Alexey"),
        ("", ""),
        ("…", "…"),
    ],
)
def test_a_speaker_is_named_as_fully_as_the_guests_allow(speaker: str, name: str) -> None:
    talk = episode("talk", guests=("Maria Vechtomova", "Raphaël Hoogvliets"))

    assert full_name(speaker, talk) == name


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("raphael", True),
        ("HOOG", True),
        ("hoogvliets raphaël", True),
        ("vliets", False),
        ("raphael smith", False),
        ("", False),
        ("…", False),
    ],
)
def test_a_name_answers_to_the_beginnings_of_its_words(value: str, fits: bool) -> None:
    assert name_matcher(value)("Raphaël Hoogvliets") is fits


def test_an_everyday_word_is_no_name() -> None:
    talk = episode(
        "talk",
        "Mark the spot, or I mark it myself.",
        "Will you? I will, said Mark.",
        guests=("Mark Baker", "Will Vechtomova"),
        speaker="Mark",
    )

    assert build_index([talk]).name_terms == {"baker", "vechtomova"}


def test_a_name_that_is_often_written_small_elsewhere_is_no_name() -> None:
    talk = episode("talk", "Hello.", speaker="Rose", guests=("Rose Baker",))
    garden = episode("garden", "A rose is a rose.")

    assert "rose" in build_index([talk]).name_terms
    assert "rose" not in build_index([talk, garden]).name_terms


def test_captions_write_everything_small_and_tell_nothing() -> None:
    heard = Cue("maria said so and maria knows", 0, 9, "", Origin.CAPTIONS)

    assert "maria" in build_index([episode("talk", heard, guests=("Maria Vechtomova",))]).name_terms


@pytest.fixture(scope="module")
def index() -> Index:
    return index_of(
        episode("loud", "A registry, a registry, always a registry.", speaker="Bob"),
        episode("guest", "We run a registry.", speaker="Ann", guests=("Maria Vechtomova",)),
        episode("mention", "Maria has a registry, they say.", speaker="Bob"),
    )


@pytest.mark.parametrize("typed", ["maria registry", "vechtomova registry", "registry by MARIA"])
def test_a_name_prefers_the_episodes_of_its_person(index: Index, typed: str) -> None:
    assert slugs(find(index, typed).hits)[0] == "guest"


def test_a_name_prefers_what_its_person_says() -> None:
    cues = [
        Cue("Tell us of the registry.", 0, 10, "Bob"),
        Cue("Our registry is slow.", 10, 20, "Maria"),
    ]
    parts = index_of(
        episode("talk", *cues, guests=("Maria Vechtomova",), speaker=""), words=3, step=3
    )

    assert find(parts, "maria registry").hits[0].speaker == "Maria Vechtomova"


def test_a_name_alone_finds_those_who_are_spoken_of_too(index: Index) -> None:
    assert set(slugs(find(index, "maria").hits)) == {"guest", "mention"}


def test_a_word_that_is_also_a_name_finds_what_is_said() -> None:
    index = index_of(
        episode("talk", "We run a registry.", speaker="Mark", guests=("Mark Baker",)),
        episode("proofs", "You mark the proofs and mark them again."),
    )

    assert slugs(find(index, "mark the proofs").hits)[0] == "proofs"


@pytest.mark.corpus
@pytest.mark.parametrize("word", ["will", "mark", "may", "data", "host", "grace"])
def test_everyday_words_are_no_names_in_the_real_corpus(real_index: Index, word: str) -> None:
    assert word not in real_index.name_terms


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["alexey", "raphael", "vechtomova", "johanna"])
def test_names_are_names_in_the_real_corpus(real_index: Index, name: str) -> None:
    assert name in real_index.name_terms


@pytest.mark.parametrize(("times", "named"), [(20, True), (21, False)])
def test_what_captions_say_more_than_seldom_is_not_only_a_name(times: int, named: bool) -> None:
    heard = Cue("mark " * times, 0.0, 10.0, "", Origin.CAPTIONS)

    assert (
        "mark" in build_index([episode("talk", heard, guests=("Mark Olsen",))]).name_terms
    ) is named


@pytest.mark.parametrize(
    ("speaker", "name"),
    [("Micheal", "Michael Olsen"), ("Micha", "Michael Olsen"), ("Mila", "Mila")],
)
def test_a_name_that_is_spelled_much_alike_is_the_guests(speaker: str, name: str) -> None:
    talk = episode("talk", guests=("Michael Olsen",))

    assert full_names([speaker, "Ida"], talk) == {speaker: name, "Ida": "Ida"}
