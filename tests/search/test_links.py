"""Links as people copy them, and the episodes they lead to."""

import pytest

from bot.search.links import find_links, read_link, without_links
from bot.search.query import parse_query
from tests.builders import episode

TALK = episode("tea-talk", "Said.", youtube="aB3-efgh_jk")


@pytest.mark.parametrize(
    ("address", "second"),
    [
        ("https://youtu.be/aB3-efgh_jk", None),
        ("youtu.be/aB3-efgh_jk?si=xyz&t=95", 95.0),
        ("https://www.youtube.com/watch?v=aB3-efgh_jk&t=1h2m3s", 3723.0),
        ("HTTPS://M.YouTube.com/watch?list=PL1&v=aB3-efgh_jk#t=2m", 120.0),
        ("www.youtube.com/live/aB3-efgh_jk?t=7s", 7.0),
        ("https://www.youtube-nocookie.com/embed/aB3-efgh_jk?start=12", 12.0),
        ("https://youtu.be/aB3-efgh_jk?t=soon", None),
        ("https://podcast.example/episodes/tea-talk.html#t=30", 30.0),
        ("http://podcast.example/tea-talk/", None),
    ],
)
def test_a_link_leads_to_its_episode_and_second(address: str, second: float | None) -> None:
    (link,) = find_links(f"see ({address}), please")

    assert link.leads_to(TALK)
    assert link.second == second


@pytest.mark.parametrize(
    "address",
    [
        "https://youtu.be/aB3-efgh_jK",
        "https://youtu.be/tea-talk",
        "https://podcast.example/tea-talk/comments",
        "https://youtu.be.example/aB3-efgh_jk",
        "https://[::1/aB3-efgh_jk",
        "https://youtu.be/",
    ],
)
def test_a_link_to_something_else_leads_to_no_episode(address: str) -> None:
    assert not any(link.leads_to(TALK) for link in find_links(address))


def test_an_episode_without_a_video_is_behind_no_link() -> None:
    link = read_link("https://youtu.be/watch?v=")

    assert link is not None
    assert not link.leads_to(episode("bare", "Said."))


@pytest.mark.parametrize("text", ["youtube", "www", "https:", "feature store", "tea.example/x"])
def test_words_are_no_links(text: str) -> None:
    assert find_links(text) == []
    assert without_links(text) == text


def test_links_are_never_words_to_search_for() -> None:
    query = parse_query("green https://youtu.be/aB3 tea www.example.org/oolong")

    assert query.words == ("green", "tea")
    assert parse_query("tea (https://example.org/oolong) note:www.example.org").words == (
        "tea",
        "note",
    )
    assert parse_query("episode:https://youtu.be/aB3").filters[0].value == "https://youtu.be/aB3"
