"""A podcast that has a feed and no videos, in Slack, by the real process."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.slack.member import SlackPlatform, on_slack
from tests.fakes.slack.tokens import NEEDED, OPTIONAL
from tests.fakes.web_server import WebServer, web_server
from tests.feeds import item, rss, transcript, vtt


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as facts:
        facts.serve("/1.vtt", vtt("The kettle is made of copper."))
        facts.serve("/feed.xml", rss(item(1, transcript("1.vtt"))))
        yield facts


@pytest.fixture
def platform(home: Path, server: WebServer) -> Iterator[SlackPlatform]:
    address, feed = f"sqlite:///{home / 'airquote.db'}", f"{server.url}/feed.xml"
    with on_slack(home, DATABASE_URL=address, AIRQUOTE_EPISODES=feed) as platform:
        platform.slack.scopes = (*NEEDED, *OPTIONAL)
        yield platform


def test_a_hit_links_to_the_audio_and_a_new_episode_is_announced(
    platform: SlackPlatform, server: WebServer
) -> None:
    ida = platform.join()
    platform.slack.workspace.admins.add(ida.user)
    assert "copper" in ida.say("copper kettle").text
    said = json.dumps([each.blocks for each in platform.slack.workspace.messages])
    assert "https://tea.example/1.mp3#t=68" in said
    assert "Listen at 1:10" in said

    assert "From now on" in ida.say("announce on").text
    server.serve("/2.vtt", vtt("The spoon is made of silver."))
    talks = [item(number, transcript(f"{number}.vtt")) for number in (2, 1)]
    server.serve("/feed.xml", rss(*talks))
    platform.restart()
    sent = platform.slack.called
    platform.slack.wait_for(lambda: len(sent("chat.postMessage")) == 1, "a post")

    (post,) = (each for each in ida.screen() if not each.private)
    assert post.text.startswith("New episode")
    assert "All about tea 2" in post.text
    assert "silver" in ida.say("silver spoon").text
