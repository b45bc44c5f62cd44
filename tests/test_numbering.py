"""What texts call seasons, episodes and days."""

from datetime import date

import pytest

from bot.numbering import find_day, numbering_of_title, read_numbering, read_season


@pytest.mark.parametrize(
    ("text", "season", "number"),
    [
        ("S03E07", 3, 7),
        ("s3 e7", 3, 7),
        ("Season 3, Episode 7", 3, 7),
        ("Staffel 3 Folge 7", 3, 7),
        ("3. Staffel, 7. Folge", 3, 7),
        ("Saison 3 : épisode 7", 3, 7),
        ("3e saison, épisode 7", 3, 7),
        ("Temporada 3 Episodio 7", 3, 7),
        ("3ª temporada, capítulo 7", 3, 7),
        ("Stagione 3 Puntata 7", 3, 7),
        ("seizoen 3 aflevering 7", 3, 7),
        ("第3季第7集", 3, 7),
        ("Folge 7", None, 7),
        ("épisode 7", None, 7),
        ("ep. 7", None, 7),
        ("7. Folge", None, 7),
        ("第7回", None, 7),
        ("7화", None, 7),
    ],
)
def test_an_episode_is_numbered_in_many_languages(
    text: str, season: int | None, number: int
) -> None:
    found = read_numbering(text)

    assert found is not None
    assert (found.season, found.number) == (season, number)


@pytest.mark.parametrize("text", ["7", "12 episodes", "folge mir", "Season 3", "Eps", "step 7"])
def test_other_numbers_and_words_call_no_episode(text: str) -> None:
    assert read_numbering(text) is None


@pytest.mark.parametrize("text", ["S3", "season 3", "Staffel 3", "3. Staffel", "saison 3", "第3季"])
def test_a_season_is_named_in_many_languages(text: str) -> None:
    assert read_season(text) == 3
    assert read_season("3 seasons") is None


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("S3E7: Bread", (3, 7)),
        ("Bread – Staffel 3 Folge 7", (3, 7)),
        ("The Show #42: Bread", (None, 42)),
        ("Bread (#42)", (None, 42)),
        ("Bread | Ep. 42", (None, 42)),
        ("Épisode 42 – Le pain", (None, 42)),
        ("Folge 42 Brot", (None, 42)),
        ("#1 reason for bread", None),
        ("Episode 5 of our favourite series", None),
        ("Our 12 episodes of bread", None),
        ("Bread in 2024", None),
    ],
)
def test_a_title_has_the_number_of_its_episode_but_not_of_other_things(
    title: str, numbers: tuple[int | None, int] | None
) -> None:
    found = numbering_of_title(title)

    assert (found and (found.season, found.number)) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-12",
        "20240312",
        "2024.03.12",
        "12.3.2024",
        "12 mars 2024",
        "le 12 mars 2024",
        "12. März 2024",
        "12 de marzo de 2024",
        "12 di 12 marzo 2024",
        "March 12th, 2024",
        "12 March 2024",
        "12 марта 2024",
        "2024年3月12日",
    ],
)
def test_a_day_is_written_in_many_languages(text: str) -> None:
    found = find_day(text)

    assert found is not None
    assert found[0] == date(2024, 3, 12)


@pytest.mark.parametrize("text", ["31.02.2024", "1 out of 2024", "99990101", "3/4/2024", "May"])
def test_what_is_no_day_or_could_be_two_is_none(text: str) -> None:
    assert find_day(text) is None


def test_the_first_of_a_french_month_is_a_day() -> None:
    assert (find_day("1er mai 2024") or [None])[0] == date(2024, 5, 1)
