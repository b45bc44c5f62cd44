"""From the address of a feed to an answer with a link, as an owner types it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.web_server import WebServer, web_server
from tests.feeds import item, rss, transcript, vtt
from tests.process import airquote


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as facts:
        facts.serve("/1.vtt", vtt("The kettle is made of copper."))
        talks = [item(1, transcript("1.vtt")), item(2, transcript("2.vtt")), item(3)]
        facts.serve("/feed.xml", rss(*talks))
        yield facts


def test_a_feed_is_searched_in_one_command(home: Path, server: WebServer) -> None:
    variables = {"AIRQUOTE_EPISODES": f"{server.url}/feed.xml"}
    first = airquote(home, "search", "--json", "copper kettle", **variables)
    server.asked()
    again = airquote(home, "search", "copper kettle", **variables)

    (hit,) = json.loads(first.stdout)["hits"]
    assert (hit["title"], hit["url"]) == ("All about tea 1", "https://tea.example/1.mp3#t=68")
    assert first.stderr == ""
    assert "▶ 1:10 https://tea.example/1.mp3#t=68" in again.stdout
    assert server.asked() == []  # it is searched as it was fetched


@pytest.mark.parametrize("named", ["argument", "variable"])
def test_a_check_names_what_is_missing(home: Path, server: WebServer, named: str) -> None:
    url = f"{server.url}/feed.xml"
    done = (
        airquote(home, "check", url)
        if named == "argument"
        else airquote(home, "check", AIRQUOTE_EPISODES=url)
    )

    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "1 episode: 1 from captions. No file refused.",
        f"{url}: note: “All about tea 2” has no transcript that can be used: {server.url}/2.vtt:"
        " it is not there (404).",
        f"{url}: note: 1 of its episodes has no transcript in it. Only what else has their words"
        " is searched.",
    ]


def test_a_feed_that_is_none_is_a_sentence(home: Path, server: WebServer) -> None:
    server.serve("/feed.xml", "<!DOCTYPE html><title>Tea</title>")
    done = airquote(home, "check", f"{server.url}/feed.xml")

    assert done.returncode != 0
    assert done.stdout == ""
    assert f"{server.url}/feed.xml: it is a web page, not a feed." in done.stderr
    assert "Traceback" not in done.stderr


def test_the_doctor_fetches_a_feed(home: Path, server: WebServer) -> None:
    done = airquote(home, "doctor", AIRQUOTE_EPISODES=f"{server.url}/feed.xml")

    assert "ok    Transcripts: 1 episode can be searched." in done.stdout
    assert "Traceback" not in done.stderr


def test_an_index_is_built_of_what_is_new_in_a_feed(home: Path, server: WebServer) -> None:
    variables = {"AIRQUOTE_EPISODES": f"{server.url}/feed.xml"}
    airquote(home, "index", "build", **variables)
    server.serve("/2.vtt", vtt("The spoon is made of silver."))
    built = airquote(home, "index", "build", **variables)
    found = airquote(home, "search", "silver spoon", **variables)

    assert built.returncode == 0
    assert "All about tea 2" not in found.stdout  # what was not there is asked for after a day

    server.serve("/4.vtt", vtt("The spoon is made of silver."))
    server.serve("/feed.xml", rss(item(1, transcript("1.vtt")), item(4, transcript("4.vtt"))))
    airquote(home, "index", "build", **variables)
    found = airquote(home, "search", "silver spoon", **variables)
    assert "All about tea 4" in found.stdout
