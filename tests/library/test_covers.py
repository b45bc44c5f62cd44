"""What a podcast looks like, by its files and by its feed."""

from pathlib import Path

import pytest

from bot.branding import Branding
from bot.library.covers import find_branding
from bot.library.fetch import fetch
from bot.models import Guest
from bot.sources import FeedSource, Folder, GitSource
from tests.fakes.web_server import WebServer
from tests.feeds import item, rss, transcript, vtt

ANN = Guest("annlee", "Ann Lee")
DAY = 86_400.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "episodes"
    (made / "people").mkdir(parents=True)
    return made


def found(folder: Path, cache: Path, guest: Guest = ANN) -> Branding:
    return find_branding([Folder(folder)], cache, guest)


def fetched_feed(server: WebServer, cache: Path, *, portrait: str = "/ann.jpg") -> FeedSource:
    """Fetch a feed that names a cover and a picture of a guest, which are not served yet."""
    server.serve("/1.vtt", vtt("Tea is green."))
    person = f'<podcast:person role="guest" img="{portrait}">Ann Lee</podcast:person>'
    image = '<itunes:image href="/cover.png"/>'
    server.serve("/feed.xml", rss(image, item(1, transcript("1.vtt"), person, base=server.url)))
    source = FeedSource(f"{server.url}/feed.xml")
    fetch(source, cache)
    return source


def test_a_cover_and_a_picture_in_the_folders_are_found(folder: Path, cache: Path) -> None:
    (folder / "Cover.JPG").write_bytes(b"cover")
    (folder / "people" / "annlee.png").write_bytes(b"ann")
    (folder / "people" / "Bo Ek.webp").write_bytes(b"bo")

    assert found(folder, cache) == Branding(cover=b"cover", portrait=b"ann")
    assert found(folder, cache, Guest("Bo Ek", "Bo Ek")).portrait == b"bo"
    assert found(folder, cache, Guest("cy", "Cy")).portrait == b""


def test_the_picture_that_a_page_names_is_found_on_its_site_and_nowhere_else(
    folder: Path, cache: Path, tmp_path: Path
) -> None:
    page = folder / "people" / "annlee.md"
    (folder / "images").mkdir()
    (folder / "images" / "ann.jpg").write_bytes(b"ann")
    (tmp_path / "secret.jpg").write_bytes(b"secret")

    page.write_text('---\ntitle: "Ann Lee"\npicture: "images/ann.jpg"\n---\n')
    assert found(folder, cache).portrait == b"ann"
    page.write_text("---\npicture: ../secret.jpg\n---\n")
    assert found(folder, cache).portrait == b""


def test_without_anything_there_are_no_looks_but_those_set(folder: Path, cache: Path) -> None:
    assert found(folder, cache) == Branding()
    set_ = find_branding([Folder(folder)], cache, None, "Tea Time", "#112233")
    assert set_ == Branding("Tea Time", "#112233")


def test_a_feed_names_a_podcast_its_cover_and_its_guests(server: WebServer, cache: Path) -> None:
    source = fetched_feed(server, cache)
    server.serve("/cover.png", b"cover")
    server.serve("/ann.jpg", b"ann")

    looks = find_branding([source], cache, ANN)
    assert looks == Branding("Tea Talk", cover=b"cover", portrait=b"ann")


def test_a_feed_whose_address_does_not_look_like_one_has_its_looks_too(
    server: WebServer, cache: Path
) -> None:
    fetched_feed(server, cache)
    server.files["/show"] = server.files["/feed.xml"]
    server.serve("/cover.png", b"cover")
    source = GitSource(f"{server.url}/show")
    fetch(source, cache)

    assert find_branding([source], cache) == Branding("Tea Talk", cover=b"cover")


def test_a_picture_is_fetched_once_a_day_and_used_as_it_was(server: WebServer, cache: Path) -> None:
    source = fetched_feed(server, cache)
    server.serve("/cover.png", b"cover")
    now = 1_700_000_000.0

    def cover(days: float) -> bytes:
        return find_branding([source], cache, clock=lambda: now + days * DAY).cover

    assert cover(0) == b"cover"
    server.serve("/cover.png", b"new")
    assert cover(0.5) == b"cover"
    assert cover(1.5) == b"new"
    server.serve("/cover.png", b"", status=500)
    assert cover(3) == b"new"


def test_what_cannot_be_fetched_is_left_out(server: WebServer, cache: Path) -> None:
    source = fetched_feed(server, cache, portrait="http://10.0.0.1/ann.jpg")

    looks = find_branding([source], cache, ANN)
    assert (looks.cover, looks.portrait) == (b"", b"")


def test_a_file_of_the_owners_comes_before_the_feeds(
    server: WebServer, cache: Path, folder: Path
) -> None:
    source = fetched_feed(server, cache)
    server.serve("/cover.png", b"cover")
    (folder / "cover.png").write_bytes(b"own")

    assert find_branding([source, Folder(folder)], cache).cover == b"own"
