from datetime import date

import pytest

from bot.models import Cue, Filter, Query
from bot.search.budget import Budget
from bot.search.filters import apply_filters, episode_matcher, explain_episode
from bot.search.index.build import build_index
from tests.builders import bakery, episode, find, slugs

INDEX = build_index(
    [
        episode(
            "one-registry",
            "Raphaël asks about a registry.",
            "A registry keeps models.",
            speaker="Raphaël",
            guests=("Raphaël Hoogvliets",),
            season=1,
            number=2,
            title="MLOps as a Team",
            published=date(2022, 5, 1),
        ),
        episode(
            "two-registries",
            Cue("Your registry is slow.", 0, 10, "Host"),
            Cue("Our registry is fast.", 10, 20, "Maria"),
            guests=("Maria Vechtomova", "Ann Zhou"),
            season=2,
            number=2,
            title="Pragmatic Café",
            published=date(2023, 6, 30),
        ),
        episode("undated-registry", "Nobody dates a registry.", title="Undated"),
        *bakery(),
    ]
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("guest:raphael", ["one-registry"]),
        ("guest:RAPHAËL", ["one-registry"]),
        ("guest:hoogvliets", ["one-registry"]),
        ("guest:hoog", ["one-registry"]),
        ('guest:"vechtomova maria"', ["two-registries"]),
        ("guest:mariavechtomova", ["two-registries"]),
        ("guest:MariaVechtomova", ["two-registries"]),
        ("guest:zhou", ["two-registries"]),
        ('speaker:"maria vechtomova"', ["two-registries"]),
        ("speaker:host", ["two-registries"]),
        ("speaker:raphael", ["one-registry"]),
        ("episode:s01e02", ["one-registry"]),
        ("episode:S2E2", ["two-registries"]),
        ("episode:2x02", ["two-registries"]),
        ('episode:"ep. #2"', ["one-registry", "two-registries"]),
        ('episode:"Staffel 2 Folge 2"', ["two-registries"]),
        ("episode:one-registry", ["one-registry"]),
        ('episode:"mlops team"', ["one-registry"]),
        ("episode:cafe", ["two-registries"]),
        ("season:1", ["one-registry"]),
        ("season:02", ["two-registries"]),
        ("season:０２", ["two-registries"]),
        ("after:2023", ["two-registries"]),
        ("before:2022-12", ["one-registry"]),
        ("after:2022-05-01 before:2023-07-01", ["one-registry", "two-registries"]),
        ("after:2022-05-01 before:2023-06-30", ["one-registry"]),
        ("season:2 guest:maria", ["two-registries"]),
        ("season:1 guest:maria", []),
    ],
)
def test_filters_narrow_what_is_found(typed: str, expected: list[str]) -> None:
    results = find(INDEX, f"registry {typed}")

    assert sorted(set(slugs(results.hits))) == expected
    assert results.problems == ()


def test_a_speaker_is_not_any_guest() -> None:
    assert find(INDEX, "registry speaker:zhou").hits == ()


def test_a_speaker_narrows_to_what_they_say() -> None:
    apart = build_index(
        [
            episode("talk", Cue("A registry.", 0, 9, "Ann"), Cue("My registry.", 9, 18, "Bob")),
            *bakery(),
        ],
        words=2,
        step=2,
    )

    assert [hit.speaker for hit in find(apart, "registry speaker:bob").hits] == ["Bob"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("guest:rafael", "No guest is called “rafael”. Nearest: Raphaël Hoogvliets"),
        ("guest:vechtomowa", "Maria Vechtomova"),
        ("speaker:rapael", "Raphaël Hoogvliets"),
        ("guest:host", "No guest is called “host”."),
        ("episode:mlop", "MLOps as a Team"),
        ("episode:s09e01", "No episode matches “s09e01”."),
        ("season:7", "There is no season 7 here; known seasons: 1 to 2."),
        ("episode:two-registrys", "No episode matches “two-registrys”. Nearest: Pragmatic Café"),
        ("episode:nosuchwordatall", "Type its number, as in s01e04, or words from its title."),
        (
            "guest:xyz",
            "No guest is called “xyz”. "
            "Some guests here: Raphaël Hoogvliets · Maria Vechtomova · Ann Zhou.",
        ),
        ("speaker:xyz", "Some speakers here: Raphaël Hoogvliets · Host · Maria Vechtomova."),
        ("speaker:zhou", "No words here are marked as Ann Zhou's; guest:zhou finds the episodes."),
        ('speaker:"ann zhou"', 'guest:"ann zhou" finds the episodes.'),
        ("after:2024", "No episode here has a date in that span."),
        ("after:2023 before:2022", "No episode here has a date in that span."),
    ],
)
def test_a_value_that_fits_nothing_is_answered_with_the_nearest(typed: str, told: str) -> None:
    results = find(INDEX, f"registry {typed}")

    (problem,) = results.problems
    assert told in problem
    assert results.hits == ()


@pytest.mark.parametrize(
    ("seasons", "told"), [((3, 3), "known season: 3."), ((None, None), "no season is known.")]
)
def test_seasons_are_named_as_far_as_there_are_any(
    seasons: tuple[int | None, ...], told: str
) -> None:
    talks = [episode(f"t{n}", "A registry.", season=season) for n, season in enumerate(seasons)]
    (problem,) = find(build_index(talks), "registry season:7").problems

    assert problem.endswith(told)


def test_nearest_titles_are_told_apart_whatever_is_in_them() -> None:
    talks = [episode(f"t{n}", "Hi.", title=f"Tea, {name}") for n, name in enumerate("ab")]

    assert explain_episode(build_index(talks), "teas").endswith("Nearest: Tea, a · Tea, b.")


def test_episodes_without_dates_are_in_no_span() -> None:
    found = slugs(find(INDEX, "registry after:1900").hits)

    assert "undated-registry" not in found
    assert "one-registry" in found


def test_a_query_without_filters_allows_everything() -> None:
    query = Query("registry", words=("registry",))

    assert apply_filters(INDEX, query, Budget.of(INDEX)).allowed is None


@pytest.mark.parametrize(
    ("field", "names"), [("guest", True), ("episode", True), ("speaker", False), ("season", False)]
)
def test_guest_and_episode_ask_for_certain_episodes(field: str, names: bool) -> None:
    filtered = apply_filters(INDEX, Query("", filters=(Filter(field, "2"),)), Budget.of(INDEX))

    assert filtered.names_episode is names


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("S01E02", True),
        (" s1e2 ", True),
        ("s01e03", False),
        ("TEAM mlops", True),
        ("team kafka", False),
        ("talk-on-teams", True),
        ("Talk-On-Teams", True),
    ],
)
def test_an_episode_answers_to_its_code_slug_and_words(value: str, fits: bool) -> None:
    talk = episode("talk-on-teams", season=1, number=2, title="MLOps as a Team")

    assert episode_matcher(value)(talk) is fits
