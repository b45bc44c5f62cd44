"""Feeds as XML: what is read of an episode, and what is said of anything that is no feed."""

from datetime import date

import pytest

from bot.library.feed_xml import FeedError, FeedItem, TranscriptLink, read_feed
from bot.models import Chapter
from tests.feeds import item, rss, transcript

URL = "https://tea.example/feed.xml"


def read_one(*more: str) -> FeedItem:
    (episode,) = read_feed(rss(item(1, *more)).encode(), URL).items
    return episode


def test_an_episode_is_read_with_all_that_is_said_of_it() -> None:
    feed = read_feed(
        rss(
            '<atom:link rel="next" href="/feed?page=2"/>',
            '<itunes:image href="/cover.jpg"/>',
            item(
                1,
                "<itunes:season>2</itunes:season><itunes:episode>7</itunes:episode>",
                "<pubDate>Tue, 04 Mar 2025 08:00:00 +0000</pubDate>",
                "<podcast:person>Bo Host</podcast:person>",
                '<podcast:person role="Guest" group="cast" img="/a.jpg">Ann  Lee</podcast:person>',
                '<podcast:person role="guest">Cy</podcast:person>',
                "<description><![CDATA[<p>Green <b>tea</b> &amp; milk.</p>]]></description>",
                transcript("1.json", "application/json", "en"),
                transcript("/1.vtt"),
                '<podcast:chapters url="1.chapters.json" type="application/json+chapters"/>',
                '<psc:chapters><psc:chapter start="0:01:00" title="Leaves"/></psc:chapters>',
                '<atom:link rel="http://podlove.org/deep-link" href="/player?e=1&amp;t="/>',
            ),
        ).encode(),
        URL,
    )

    assert (feed.title, feed.language) == ("Tea Talk", "en-US")
    assert feed.next_page == "https://tea.example/feed?page=2"
    assert feed.cover == "https://tea.example/cover.jpg"
    assert feed.items == (
        FeedItem(
            guid="tea-1",
            title="All about tea 1",
            link="https://tea.example/1",
            audio="https://tea.example/1.mp3",
            deep_link="https://tea.example/player?e=1&t=",
            season=2,
            number=7,
            published=date(2025, 3, 4),
            guests=("Ann Lee", "Cy"),
            portraits=(("Ann Lee", "https://tea.example/a.jpg"),),
            description="Green tea & milk.",
            chapters=(Chapter("Leaves", 60.0),),
            chapters_url="https://tea.example/1.chapters.json",
            transcripts=(
                TranscriptLink("https://tea.example/1.json", "application/json", "en"),
                TranscriptLink("https://tea.example/1.vtt", "text/vtt"),
            ),
        ),
    )


@pytest.mark.parametrize(
    "name",
    [
        "https://podcastindex.org/namespace/1.0",
        "http://podcastindex.org/namespace/1.0/",
        "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
    ],
)
def test_the_namespace_has_several_names(name: str) -> None:
    written = rss(item(1, transcript("1.vtt"))).replace(
        "https://podcastindex.org/namespace/1.0", name
    )

    assert read_feed(written.encode(), URL).items[0].transcripts


def test_atom_is_read_too() -> None:
    written = (
        '<feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:podcast="https://podcastindex.org/namespace/1.0"><title>Tea</title><entry>'
        "<id>urn:tea:1</id><title>One</title><published>2025-03-04T08:00:00Z</published>"
        '<link href="https://tea.example/1"/>'
        '<link rel="enclosure" href="https://tea.example/1.mp3" type="audio/mpeg"/>'
        '<podcast:transcript url="1.vtt" type="text/vtt"/></entry></feed>'
    )

    (episode,) = read_feed(written.encode(), URL).items

    assert (episode.guid, episode.link) == ("urn:tea:1", "https://tea.example/1")
    assert episode.audio == "https://tea.example/1.mp3"
    assert episode.published == date(2025, 3, 4)
    assert episode.transcripts == (TranscriptLink("https://tea.example/1.vtt", "text/vtt"),)


def test_season_and_number_may_be_those_of_the_newer_namespace() -> None:
    episode = read_one(
        '<podcast:season name="Spring">3</podcast:season><podcast:episode>12</podcast:episode>'
    )

    assert (episode.season, episode.number) == (3, 12)


@pytest.mark.parametrize(
    "broken",
    [
        '<enclosure url="http://[half/1.mp3" type="audio/mpeg"/>',
        '<podcast:transcript url="http://[half/1.vtt"/>',
        "<podcast:transcript/>",
        '<atom:link rel="enclosure"/>',
        "<link>http://[half</link>",
        "<pubDate>some day</pubDate>",
        "<itunes:season>many</itunes:season>",
        '<psc:chapters><psc:chapter start="soon"/></psc:chapters>',
        "<podcast:person/>",
        "<unknown:thing>x</unknown:thing>",
    ],
)
def test_what_makes_no_sense_spoils_no_episode(broken: str) -> None:
    feed = read_feed(rss(item(1, broken), item(2, transcript("2.vtt"))).encode(), URL)

    assert [episode.title for episode in feed.items] == ["All about tea 1", "All about tea 2"]
    assert len(feed.items[1].transcripts) == 1


def test_what_comes_before_the_xml_is_passed_over() -> None:
    assert read_feed(b"\n\n  " + rss(item(1)).encode(), URL).items
    assert read_feed(b"\xef\xbb\xbf" + rss(item(1)).encode(), URL).items


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is not a feed"),
        ("WEBVTT", "it is not a feed"),
        ("<opml></opml>", "it is not a feed"),
        ("<!DOCTYPE html><title>Tea</title>", "it is a web page, not a feed"),
        (
            '<html><link rel="alternate" type="application/rss+xml" href="/feed.xml">',
            "it is a web page. Its feed is https://tea.example/feed.xml",
        ),
        (rss(item(1))[:-20], "its XML is broken in line 1"),
        ("<rss><channel>&nbsp;</channel></rss>", "its XML is broken in line 1: undefined entity"),
        ("<rss>" + "<a>" * 1000, "nested too deeply"),
        (
            rss("<item><guid>a</guid><title>b</title></item>" * 20_001),
            "it has more than 20,000 episodes",
        ),
        (
            '<!DOCTYPE rss [<!ENTITY a "tea"><!ENTITY b "&a;&a;">]><rss><channel><title>&b;'
            "</title></channel></rss>",
            "it declares entities",
        ),
        (
            '<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss><channel></channel></rss>',
            "it declares entities",
        ),
    ],
)
def test_what_is_no_feed_is_named(content: str, reason: str) -> None:
    with pytest.raises(FeedError, match=reason):
        read_feed(content.encode(), URL)


def test_markup_without_end_takes_no_time() -> None:
    description = "<![CDATA[" + "<a " * 300_000 + "]]>"
    episode = read_one(f"<description>{description}</description>")

    assert len(episode.description) <= 1000
