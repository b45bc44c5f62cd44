"""Several podcasts are told apart by their ids, also the episodes of one slug."""

from pathlib import Path

import pytest

from bot.podcasts import Podcast, split_name, whole_cache

TEA, ONLY = Podcast("tea", "The Tea Hour"), Podcast()


def test_an_episode_is_named_with_its_podcast_before_it() -> None:
    assert TEA.name_of("one") == "tea::one"
    assert split_name("tea::one") == ("tea", "one")


@pytest.mark.parametrize("podcast", [ONLY, Podcast("tea", "The Tea Hour", was_alone=True)])
def test_an_episode_of_the_only_podcast_is_named_by_its_slug(podcast: Podcast) -> None:
    assert podcast.name_of("one") == "one"
    assert split_name("one") == ("", "one")


def test_two_colons_in_a_slug_are_no_podcast() -> None:
    assert split_name("What is C++ std::move?") == ("", "What is C++ std::move?")


def test_each_podcast_has_a_folder_of_its_own_in_the_cache(tmp_path: Path) -> None:
    own = TEA.cache_in(tmp_path)

    assert own.parent.parent == tmp_path
    assert whole_cache(own) == tmp_path
    assert whole_cache(ONLY.cache_in(tmp_path)) == tmp_path
