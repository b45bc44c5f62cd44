"""Links into players: at the second, in the order that was set, and safe in any markup."""

from dataclasses import replace

import pytest

from bot.models import Episode
from bot.players import (
    LONGEST_LINK,
    is_link,
    link_to,
    parse_apple,
    parse_link,
    parse_players,
    parse_spotify,
    parse_template,
)

SPOTIFY = "0123456789abcdefghijAB"
APPLE = "https://podcasts.apple.com/de/podcast/tea/id123?i=1000456"
PAGE = "https://tea.example/12"
AUDIO = "https://cdn.example/12.mp3"
TALK = Episode("talk-12", "A talk", season=2, number=12)
EVERYWHERE = replace(
    TALK,
    youtube="abcdefghijk",
    url=PAGE,
    audio=AUDIO,
    spotify=SPOTIFY,
    apple=APPLE,
    guid="g 1",
)


@pytest.mark.parametrize(
    ("known", "link"),
    [
        ({"youtube": "abcdefghijk"}, "https://youtu.be/abcdefghijk?t=70"),
        ({"audio": AUDIO}, f"{AUDIO}#t=70"),
        ({"audio": f"{AUDIO}?dl=1"}, f"{AUDIO}?dl=1#t=70"),
        ({"audio": f"{AUDIO}#old"}, f"{AUDIO}#t=70"),
        ({"url": PAGE}, f"{PAGE}#t=70"),
        ({"url": "https://tea.example/#/12"}, "https://tea.example/#/12"),
        ({"url": "https://www.youtube.com/watch?v=a&t=5"}, "https://www.youtube.com/watch?v=a&t=70"),
        ({"url": "https://pca.st/episode/12"}, "https://pca.st/episode/12?t=70"),
        ({"spotify": SPOTIFY}, f"https://open.spotify.com/episode/{SPOTIFY}?t=70"),
        ({"apple": APPLE}, f"{APPLE}&t=70"),
        ({"url": PAGE, "template": "{url}?start={time}"}, f"{PAGE}?start=0:01:10"),
        ({"template": "https://a.example/{slug}/{season}-{number}#{seconds}"},
         "https://a.example/talk-12/2-12#70"),
        ({"template": "{url}#t={seconds}", "audio": AUDIO}, f"{AUDIO}#t=70"),
        ({}, ""),
    ],
)  # fmt: skip
def test_a_link_leads_to_the_second(known: dict[str, str], link: str) -> None:
    assert link_to(replace(TALK, **known), 70.9) == link


@pytest.mark.parametrize(
    ("known", "link"),
    [
        ({"youtube": "abcdefghijk"}, "https://youtu.be/abcdefghijk"),
        ({"audio": AUDIO}, AUDIO),
        ({"spotify": SPOTIFY}, f"https://open.spotify.com/episode/{SPOTIFY}"),
        ({"url": PAGE, "template": "{url}#t={seconds}"}, f"{PAGE}#t=0"),
    ],
)
def test_a_link_without_a_second_leads_to_the_beginning(known: dict[str, str], link: str) -> None:
    assert link_to(replace(TALK, **known)) == link


@pytest.mark.parametrize(
    ("order", "link"),
    [
        ("", "https://youtu.be/abcdefghijk?t=70"),
        ("audio youtube", f"{AUDIO}#t=70"),
        ("apple,url", f"{APPLE}&t=70"),
        ("{url}?at={seconds} audio", f"{PAGE}?at=70"),
        ("https://player.example/{guid}?t={seconds}", "https://player.example/g%201?t=70"),
    ],
)
def test_the_owner_chooses_what_is_linked_to_first(order: str, link: str) -> None:
    assert link_to(replace(EVERYWHERE, players=parse_players(order)), 70) == link


def test_what_an_episode_lacks_is_passed_over() -> None:
    asked = replace(TALK, url=PAGE, players=parse_players("spotify {audio}#{seconds} youtube"))

    assert link_to(asked, 70) == f"{PAGE}#t=70"


def test_the_pattern_of_an_episode_comes_first() -> None:
    assert link_to(replace(EVERYWHERE, template="{audio}#{seconds}"), 70) == f"{AUDIO}#70"


def test_an_address_too_long_for_a_link_gives_way_to_another() -> None:
    long = f"https://cdn.example/{'x' * LONGEST_LINK}"

    assert link_to(replace(TALK, audio=long, url=PAGE), 70) == f"{PAGE}#t=70"


@pytest.mark.parametrize(
    ("text", "link"),
    [
        (f" {PAGE} ", PAGE),
        ("http://tea.example", "http://tea.example"),
        ("HTTPS://Tea.Example:8443/A", "https://tea.example:8443/A"),
        ("https://tea.example/a b(1).mp3", "https://tea.example/a%20b%281%29.mp3"),
        ("https://tea.example/ä?b=ü", "https://tea.example/%C3%A4?b=%C3%BC"),
        ("https://tee.exämple/12", "https://tee.xn--exmple-cua/12"),
        ("https://tea.example/%C3%A4", "https://tea.example/%C3%A4"),
        ("https://me:word@tea.example/12", ""),
        ("ftp://tea.example/12", ""),
        ("javascript:alert(1)", ""),
        ("/12.mp3", ""),
        ("https://", ""),
        ("https://[broken/12", ""),
        ("https://tea.example:99999/12", ""),
        (f"https://tea.example/{'x' * LONGEST_LINK}", ""),
    ],
)
def test_an_address_is_written_so_that_no_markup_takes_it_apart(text: str, link: str) -> None:
    assert parse_link(text) == link
    assert not link or is_link(link)


@pytest.mark.parametrize(
    "text",
    [
        SPOTIFY,
        f"spotify:episode:{SPOTIFY}",
        f"https://open.spotify.com/episode/{SPOTIFY}?si=abc",
        f"https://open.spotify.com/intl-de/episode/{SPOTIFY}",
    ],
)
def test_an_episode_on_spotify_is_known_by_its_id(text: str) -> None:
    assert parse_spotify(text) == SPOTIFY


def test_what_is_no_episode_on_spotify_is_nothing() -> None:
    assert [parse_spotify(text) for text in ("x", f"https://open.spotify.com/show/{SPOTIFY}")] == [
        "",
        "",
    ]


def test_an_episode_on_apple_podcasts_is_known_by_its_number() -> None:
    assert parse_apple(f"{APPLE}&uo=4") == APPLE
    assert parse_apple("https://podcasts.apple.com/de/podcast/tea/id123") == ""
    assert parse_apple("https://evil.example/podcast?i=1") == ""


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("{url}#t={seconds}", True),
        ("https://player.example/{guid}?t={seconds}", True),
        ("{url}", True),
        (PAGE, False),
        ("{url}#t={second}", False),
        ("{url", False),
        ("{url} {seconds}", False),
        ("javascript:{seconds}", False),
        ("{}", False),
    ],
)
def test_a_pattern_makes_an_address_of_what_is_known(text: str, fine: bool) -> None:
    assert parse_template(text) == (text if fine else "")


def test_an_order_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="“vimeo” is none of youtube, audio, spotify"):
        parse_players("youtube vimeo")
