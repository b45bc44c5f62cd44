"""A search by meaning alone: the words need not be said, but filters hold."""

import pytest

from bot.search.index.index import Index
from bot.search.meaning import search_by_meaning
from bot.search.query import parse_query
from bot.search.semantic import SemanticIndex
from tests.builders import episode, index_of, slugs
from tests.search.test_semantic import find, semantic_of, talks


@pytest.fixture(scope="module")
def index() -> Index:
    return index_of(*talks())


@pytest.fixture(scope="module")
def semantic(index: Index) -> SemanticIndex:
    return semantic_of(index)


def near(index: Index, typed: str, semantic: SemanticIndex, page: int = 0) -> list[str]:
    return slugs(search_by_meaning(index, parse_query(typed), semantic, 2, page).hits)


@pytest.mark.parametrize("typed", ['"driving a vehicle"', "jalopmobile"])
def test_what_no_search_finds_is_found_by_meaning(
    index: Index, semantic: SemanticIndex, typed: str
) -> None:
    assert find(index, typed, semantic) == ()
    assert near(index, typed, semantic) == ["road"]


def test_filters_and_exclusions_hold(index: Index, semantic: SemanticIndex) -> None:
    assert near(index, '"a good physician" season:2', semantic) == ["ward"]
    assert near(index, '"a good physician" season:1', semantic) == []
    assert near(index, '"a good physician" -surgeon', semantic) == []


def test_an_episode_leaves_room_for_others() -> None:
    cars = [f"This automobile is number {number}." for number in range(3)]
    index = index_of(
        episode("road", *cars), episode("rail", "No vehicle, no money."), words=5, step=5
    )
    semantic = semantic_of(index)

    first, second = near(index, "driving", semantic), near(index, "driving", semantic, page=1)

    assert first == ["road", "road"]
    assert sorted(second) == ["rail", "road"]
    assert slugs(search_by_meaning(index, parse_query("driving"), semantic, 3).hits) == [
        "road",
        "road",
        "rail",
    ]
