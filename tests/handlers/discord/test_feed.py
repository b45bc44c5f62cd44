"""A podcast that has a feed and no videos, in Discord, by the real process."""

from pathlib import Path

from tests.fakes.discord.member import on_discord
from tests.fakes.web_server import web_server
from tests.feeds import item, rss, transcript, vtt


def test_a_hit_links_to_the_audio_at_the_second(home: Path) -> None:
    with web_server() as server:
        server.serve("/1.vtt", vtt("The kettle is made of copper."))
        server.serve("/feed.xml", rss(item(1, transcript("1.vtt"))))
        address, feed = f"sqlite:///{home / 'airquote.db'}", f"{server.url}/feed.xml"
        with on_discord(home, DATABASE_URL=address, AIRQUOTE_EPISODES=feed) as platform:
            found = platform.join().say("search copper kettle")

    assert "copper" in found.text
    assert ("▶ Listen at 1:10", "https://tea.example/1.mp3#t=68") in [
        (link.label, link.url) for link in found.links
    ]
