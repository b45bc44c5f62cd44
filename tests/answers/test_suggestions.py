"""What a form suggests, and the query it makes of its fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.suggestions import (
    FilledForm,
    Suggestion,
    compose_query,
    episode_value,
    fill_form,
    seasons,
    suggest_episodes,
    suggest_guests,
    suggest_speakers,
)
from bot.library.library import Library
from bot.models import Filter
from bot.search.budget import Budget
from bot.search.filters import apply_filters
from bot.search.index.index import Index
from bot.search.query import parse_query
from tests.builders import episode, index_of

LONG = "An Endless Title About Everything That Was Ever Said of Registries, and More of It Still"
MARIA, TOMAS = "Maria Vechtomova", "Tomáš Vlček"


@pytest.fixture(scope="module")
def library() -> Library:
    index = index_of(
        episode("one", "A registry.", guests=(MARIA,), season=1, number=1, title="First Steps"),
        episode("two", "A registry.", guests=(TOMAS,), season=1, number=2, title=LONG),
        episode("three", "A registry.", guests=(TOMAS, MARIA), season=2, number=1, title="Steps"),
        episode("four", "A registry.", guests=(TOMAS, 'Al "Ace" Bo'), season=2, number=1),
        episode("x" * 80, "A registry.", season=3, title="Unnamed", guests=("A" * 80, "✨")),
    )
    return Library("made-up", index, ())


def labels(choices: tuple[Suggestion, ...]) -> list[str]:
    return [choice.label for choice in choices]


def test_guests_of_most_episodes_come_first(library: Library) -> None:
    assert labels(suggest_guests(library, "", 2)) == [TOMAS, MARIA]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tomas", [TOMAS]),
        ("VL", [TOMAS]),
        ("v", [TOMAS, MARIA]),
        ("m v", [MARIA]),
        ("vectomova", [MARIA]),
        ("qqqq", []),
    ],
)
def test_guests_are_found_by_how_their_names_begin_or_look(
    library: Library, typed: str, found: list[str]
) -> None:
    assert labels(suggest_guests(library, typed, 5)) == found


def test_the_newest_episodes_come_first(library: Library) -> None:
    newest = ["S03 · Unnamed", "S02E01 · Steps", "S02E01 · Four", f"S01E02 · {LONG[:55]}…"]

    assert labels(suggest_episodes(library, "", 4)) == newest


@pytest.mark.parametrize(
    ("typed", "value"),
    [("first st", "s01e01"), ("s01e02", "s01e02"), ("mar fi", "s01e01"), ("frist", "s01e01")],
)
def test_episodes_are_found_by_title_number_and_guest(
    library: Library, typed: str, value: str
) -> None:
    assert suggest_episodes(library, typed, 1)[0].value == value


def test_a_number_alone_is_that_of_an_episode_in_any_season(library: Library) -> None:
    assert labels(suggest_episodes(library, "1", 5))[:3] == [
        "S02E01 · Steps",
        "S02E01 · Four",
        "S01E01 · First Steps",
    ]


def test_numbers_and_names_as_they_were_typed_come_before_longer_ones() -> None:
    index = index_of(
        *(episode(f"talk-{n}", "A registry.", season=9, number=n) for n in (12, 121, 120)),
        episode("old", "A registry.", season=1, number=12, guests=("Ann Lee",)),
        episode("new", "A registry.", season=2, number=3, guests=("Anna Bo",)),
        episode("newer", "A registry.", season=2, number=4, guests=("Anna Bo",)),
    )
    library = Library("made-up", index, ())
    codes = [each.split(" ")[0] for each in labels(suggest_episodes(library, "12", 25))]

    assert codes == ["S09E12", "S01E12", "S09E121", "S09E120"]
    assert labels(suggest_episodes(library, "e3", 1)) == ["S02E03 · New"]
    assert labels(suggest_guests(library, "ann", 5)) == ["Ann Lee", "Anna Bo"]


def test_a_label_is_as_long_as_a_platform_shows_it(library: Library) -> None:
    (titled, *_) = suggest_episodes(library, "endless", 1, 100)
    (named,) = suggest_guests(library, "aaa", 1, 100)

    assert titled.label == f"S01E02 · {LONG}"
    assert named.label == "A" * 80


def test_an_episode_without_a_number_of_its_own_goes_by_its_slug(library: Library) -> None:
    assert {choice.value for choice in suggest_episodes(library, "s02e01", 5)} == {"three", "four"}


def test_seasons_are_listed_the_latest_first(library: Library) -> None:
    assert [(choice.label, choice.value) for choice in seasons(library)] == [
        ("Season 3", "3"),
        ("Season 2", "2"),
        ("Season 1", "1"),
    ]


@given(typed=st.text(max_size=20), limit=st.integers(1, 30))
def test_whatever_is_typed_all_that_is_suggested_fits_and_finds_something(
    library: Library, typed: str, limit: int
) -> None:
    guests, episodes = (
        suggest_guests(library, typed, limit),
        suggest_episodes(library, typed, limit),
    )

    for choices, field in ((guests, "guest"), (episodes, "episode"), (seasons(library), "season")):
        assert len(choices) <= limit or field == "season"
        for choice in choices:
            assert 0 < len(choice.label) <= 75
            assert 0 < len(choice.value) <= 75
            query = parse_query(compose_query("", **{field: choice.value}))
            assert apply_filters(library.index, query, Budget.of(library.index)).problems == ()


def test_an_episode_without_number_or_short_slug_goes_by_its_title(library: Library) -> None:
    assert suggest_episodes(library, "unnam", 5) == (Suggestion("S03 · Unnamed", "Unnamed"),)


def test_what_can_be_suggested_is_made_once_however_often_somebody_types(library: Library) -> None:
    for suggest in (suggest_guests, suggest_speakers, suggest_episodes):
        first, again = (suggest(library, typed, 1)[0] for typed in ("", ""))
        assert first is again


@pytest.mark.corpus
def test_everybody_and_everything_of_the_real_podcast_can_be_chosen(real_index: Index) -> None:
    library = Library("real", real_index, ())
    guests = {guest.name for each in real_index.episodes for guest in each.guests}

    assert {choice.value for choice in suggest_guests(library, "", 9_999)} == guests
    assert len(suggest_episodes(library, "", 9_999)) == len(real_index.episodes)


@pytest.mark.parametrize(
    ("typed", "season", "value"),
    [
        ("2", None, "s01e02"),
        (" 2 ", 1, "s01e02"),
        ("1", 1, "s01e01"),
        ("1", None, "1"),
        ("2", 2, "2"),
        ("99", None, "99"),
        ("²", None, "s01e02"),
        ("first steps", None, "first steps"),
        ("", None, ""),
    ],
)
def test_a_number_that_is_typed_is_that_of_the_only_episode_with_it(
    library: Library, typed: str, season: int | None, value: str
) -> None:
    assert episode_value(library, typed, season) == value


def test_the_fields_of_a_form_are_a_query(library: Library) -> None:
    written = compose_query(" feature store ", guest=TOMAS, episode="s01e02", season="1")
    query = parse_query(written)

    assert written == 'feature store guest:"Tomáš Vlček" episode:"s01e02" season:"1"'
    assert query.filters == (
        Filter("guest", TOMAS),
        Filter("episode", "s01e02"),
        Filter("season", "1"),
    )
    assert query.problems == ()
    assert compose_query("tea") == "tea"


@pytest.mark.parametrize(
    ("words", "written"),
    [("green tea", '"green tea"'), ('he said “tea"', '"he said tea"'), (' "" ', '""'), ("", "")],
)
def test_exact_words_are_one_phrase(words: str, written: str) -> None:
    assert compose_query(words, exact=True) == written


@given(st.text(max_size=60))
def test_no_words_swallow_a_filter(words: str) -> None:
    query = parse_query(compose_query(words, guest=TOMAS, season="17"))

    assert query.filters[-2:] == (Filter("guest", TOMAS), Filter("season", "17"))


@pytest.mark.parametrize(
    ("typed", "filled"),
    [
        ("feature store", FilledForm("feature store")),
        (
            'tea guest:"Tomáš Vlček" episode:"s01e02" season:"1"',
            FilledForm(
                "tea",
                Suggestion(TOMAS, TOMAS),
                Suggestion(
                    "S01E02 · An Endless Title About Everything That Was Ever Said of…", "s01e02"
                ),
                Suggestion("Season 1", "1"),
            ),
        ),
        ("tea season:99 -wine", FilledForm("tea season:99 -wine")),
        ('"a b" speaker:ida', FilledForm('"a b" speaker:ida')),
        ("guest:ann guest:bo", FilledForm("guest:bo", Suggestion("ann", "ann"))),
        ("tea episode:qqqq", FilledForm("tea episode:qqqq")),
        ("", FilledForm()),
    ],
)
def test_a_form_is_filled_with_what_was_typed(
    library: Library, typed: str, filled: FilledForm
) -> None:
    assert fill_form(library, typed) == filled


def test_a_filled_form_is_the_same_query_again(library: Library) -> None:
    typed = '"a b" -c guest:maria season:1 episode:two after:2023'
    form = fill_form(library, typed)
    fields = (form.guest, form.episode, form.season)
    again = compose_query(form.words, *(each.value if each else "" for each in fields))

    assert {*parse_query(again).filters} == {*parse_query(typed).filters}
    assert parse_query(again).phrases == parse_query(typed).phrases
    assert parse_query(again).after == parse_query(typed).after
