from collections.abc import Iterator

import pytest

from bot.models import Chapter, Episode
from bot.search.engine import SearchResults
from bot.search.index.index import Index
from tests.builders import cues_of, episode, find, index_of, long_talks, slugs


def pages(index: Index, typed: str, limit: int) -> Iterator[SearchResults]:
    """Turn the pages of an answer until there are no more."""
    for page in range(200):
        results = find(index, typed, limit, page)
        yield results
        if not results.more:
            return
    pytest.fail("the pages never end")


def wordy(slug: str, *lengths: int) -> Episode:
    """Make an episode whose chapters say "registry" once, in so many other words."""
    lines = [f"A registry{' word' * length}." for length in lengths]
    chapters = tuple(Chapter(f"Part {number}", 10.0 * number) for number in range(len(lines)))
    return episode(slug, *lines, chapters=chapters, season=1)


def two_alike() -> Index:
    """Index two talks that are as much about a registry; the shorter a part, the better."""
    return index_of(wordy("one", 2, 8, 11, 17), wordy("two", 4, 6, 13, 15))


def test_a_page_shows_at_most_two_passages_of_an_episode() -> None:
    index = two_alike()

    shown = [slugs(results.hits) for results in pages(index, "registry", 5)]
    assert shown == [["one", "two", "two", "one"]] * 2


@pytest.mark.parametrize(("limit", "of_one"), [(4, 2), (5, 3), (6, 3), (8, 4)])
def test_an_episode_that_the_best_passages_agree_on_leads_half_of_the_page(
    limit: int, of_one: int
) -> None:
    # Two passages of "two" are better than the fourth of "one".
    index = index_of(wordy("one", 2, 3, 4, 40, 41), wordy("two", 5, 5, 40, 41), wordy("three", 60))

    shown = find(index, "registry", limit).hits
    assert slugs(shown)[: of_one + 2] == ["one"] * of_one + ["two"] * 2
    assert slugs(shown).count("two") == 2


@pytest.mark.parametrize("narrowed", ["episode:long", "guest:maria"])
def test_a_page_may_be_full_of_one_episode_that_was_asked_for(narrowed: str) -> None:
    results = find(long_talks(), f"registry {narrowed}", limit=5)

    assert slugs(results.hits) == ["long"] * 5
    assert results.more


@pytest.mark.parametrize("narrowed", ["", "season:1", "speaker:ann"])
def test_other_filters_leave_the_page_mixed(narrowed: str) -> None:
    assert slugs(find(two_alike(), f"registry {narrowed}").hits).count("one") == 2


def test_the_third_passage_of_an_episode_comes_on_the_next_page() -> None:
    first, second = [results.hits for results in pages(two_alike(), "registry", 5)]

    assert [hit.chapter for hit in first if hit.episode.slug == "one"] == ["Part 0", "Part 1"]
    assert [hit.chapter for hit in second if hit.episode.slug == "one"] == ["Part 2", "Part 3"]


def test_what_waited_for_the_next_page_comes_before_what_is_worse() -> None:
    index = index_of(
        wordy("one", 2, 8, 11, 17),
        wordy("two", 4, 6, 13, 15),
        *(wordy(f"worse-{n}", 60) for n in (0, 1)),
    )

    first, second = [slugs(results.hits) for results in pages(index, "registry", 5)]
    assert first == ["one", "two", "two", "one", "worse-0"]
    assert second == ["one", "two", "two", "one", "worse-1"]


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
@pytest.mark.parametrize(
    ("typed", "parts"), [("registry", 13), ("registry episode:long", 9), ('"a registry"', 13)]
)
def test_pages_together_show_each_passage_once_and_none_overlap(
    typed: str, parts: int, limit: int
) -> None:
    index = long_talks()

    hits = [hit for results in pages(index, typed, limit) for hit in results.hits]
    cues = [number for hit in hits for number in cues_of(index, hit)]
    assert len(cues) == len(set(cues))
    assert len([hit for hit in hits if hit.chapter.startswith("Part")]) == parts


def test_pages_do_not_change_with_how_often_they_are_turned() -> None:
    index = long_talks()

    one_by_one = [results.hits for results in pages(index, "registry", 4)]
    assert [find(index, "registry", 4, page).hits for page in range(len(one_by_one))] == one_by_one
    assert find(index, "registry", 4, len(one_by_one)).hits == ()
    assert find(index, "registry", 4, 10**9) == find(index, "registry", 4, len(one_by_one))


def test_a_last_full_page_is_the_last() -> None:
    index = index_of(episode("one", "A registry."), episode("two", "A registry."))

    assert not find(index, "registry", limit=2).more
    assert find(index, "registry", limit=1).more
    assert not find(index, "registry", limit=1, page=1).more


def test_a_page_goes_on_counting_from_what_the_pages_before_show() -> None:
    shown = list(pages(long_talks(), "registry", 5))
    lengths = [len(results.hits) for results in shown]

    assert set(lengths[:-1]) != {5}
    assert [results.first for results in shown] == [
        1 + sum(lengths[:number]) for number in range(len(shown))
    ]
