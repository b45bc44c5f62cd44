"""The quotes of several podcasts: each names its episode so that it is clear whose it is."""

import pytest

from bot.library.library import Library
from bot.weekly.pools import pool_of, pool_of_all
from tests.two_podcasts import open_podcasts


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, ...]:
    """Two podcasts whose only episodes have the same slug."""
    return open_podcasts(tmp_path_factory.mktemp("two"))


def test_quotes_of_episodes_of_one_slug_are_told_apart(two: tuple[Library, ...]) -> None:
    pool = pool_of_all(two)

    assert {each.episode for each in pool.quotes} == {"tea::harvest", "wine::harvest"}
    assert [each.slug for each in pool.episodes] == ["tea::harvest", "wine::harvest"]
    for quote in pool.quotes:
        assert pool.find_wording(quote.episode, quote.text) == quote.wording
        other = {"tea::harvest": "wine::harvest", "wine::harvest": "tea::harvest"}[quote.episode]
        assert pool.find_wording(other, quote.text) is None


def test_quotes_about_something_and_at_some_moments_are_found_in_each(
    two: tuple[Library, ...],
) -> None:
    pool = pool_of_all(two)
    tea, wine = (next(q for q in pool.quotes if q.episode.startswith(n)) for n in ("tea", "wine"))

    assert pool.find_about("leaves") == {tea.id}
    assert pool.find_about("hobby") == {tea.id, wine.id}
    assert pool.find_at([("wine::harvest", wine.start or 0.0)]) == {wine.id}
    assert pool.find_at([("harvest", wine.start or 0.0)]) == frozenset()


def test_the_quotes_of_the_only_podcast_are_as_ever(library: Library) -> None:
    assert pool_of_all([library]).episodes == pool_of(library).episodes
