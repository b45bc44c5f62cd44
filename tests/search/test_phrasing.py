"""Seasons, dates and names as people say them, and the filters that are meant."""

from datetime import date

import pytest

from bot.search.index.index import Index
from bot.search.phrasing import write_filters, write_guest
from tests.builders import episode, index_of


@pytest.fixture(scope="module")
def index() -> Index:
    return index_of(
        episode(
            "one",
            "Kafka and the market.",
            "Anna is a friend of Mark.",
            "We mark the market.",
            "A mark is a mark.",
            guests=("Anna Bell", "Mark Two"),
            season=1,
            published=date(2022, 5, 1),
        ),
        episode("two", "Kafka.", guests=("Anna Claus",), season=2, published=date(2023, 7, 1)),
    )


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("kafka in season 2", "kafka season:2"),
        ("kafka from the season 2?", "kafka season:2"),
        ("kafka season 99", "kafka season:99"),
        ("season 2", "season:2"),
        ("kafka since 2023", "kafka after:2023"),
        ("kafka since March 2023", "kafka after:2023-03"),
        ("kafka since 2023-03", "kafka after:2023-03"),
        ("kafka before 2023", "kafka before:2023"),
        ("kafka until 2022", "kafka before:2023"),
        ("kafka until December 2022", "kafka before:2023"),
        ("kafka in 2022", "kafka after:2022 before:2023"),
        ("kafka in May 2022", "kafka after:2022-05 before:2022-06"),
        ("kafka between 2021 and 2022.", "kafka after:2021 before:2023"),
        ("kafka from 2022 to 2023", "kafka after:2022 before:2024"),
        ("kafka in the 2nd season", "kafka season:2"),
        ("kafka since Jul. 2023", "kafka after:2023-07"),
        ("kafka in Staffel 2", "kafka season:2"),
        ("Kafka in der 2. Staffel?", "Kafka season:2"),
        ("Staffel 2", "season:2"),
        ("kafka seit 2023", "kafka after:2023"),
        ("kafka seit Mai 2022", "kafka after:2022-05"),
        ("kafka vor 2023", "kafka before:2023"),
        ("kafka bis 2022", "kafka before:2023"),
        ("kafka im Jahr 2022", "kafka after:2022 before:2023"),
        ("kafka zwischen 2021 und 2022.", "kafka after:2021 before:2023"),
        ("kafka von 2022 bis 2023", "kafka after:2022 before:2024"),
    ],
)
def test_a_season_or_dates_at_the_end_are_filters(index: Index, said: str, meant: str) -> None:
    assert write_filters(index, said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "kafka in 2012",  # no episode is that old: somebody speaks of it
        "in 2022 we bought kafka",
        "since 2023",
        "the season of kafka",
        "kafka in season two",
        '"kafka in season 2"',
        "“kafka since 2023”",
        "kafka since 2023-77",
        "room 2023",
        "",
    ],
)
def test_other_words_stay_words(index: Index, said: str) -> None:
    assert write_filters(index, said) == said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("claus", 'guest:"Anna Claus"'),
        ("Anna Bell", 'guest:"Anna Bell"'),
        ("by anna", 'guest:"anna"'),
        ("from Anna Claus", 'guest:"Anna Claus"'),
        ("by mark", 'guest:"Mark Two"'),
        ("kafka by anna bell", 'kafka guest:"Anna Bell"'),
        ("von Anna Bell", 'guest:"Anna Bell"'),
        ("kafka von anna bell", 'kafka guest:"Anna Bell"'),
    ],
)
def test_a_name_is_who_is_to_be_quoted(index: Index, said: str, meant: str) -> None:
    assert write_guest(index, said) == meant


@pytest.mark.parametrize(
    "said",
    ["mark", "kafka", "by zoe", "by the market", "guest:anna", '"by anna"', "kafka bell", ""],
)
def test_what_may_be_a_word_is_no_name(index: Index, said: str) -> None:
    assert write_guest(index, said) == said
