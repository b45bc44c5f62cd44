"""Fetching feeds from a local server, with all that goes wrong."""

import json
import re
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from bot.errors import ConfigError, UnreachableError
from bot.library.feeds import bring_feed
from bot.library.fetch import fetch, gather_sources
from bot.library.fetched import Fetched, is_fetched, last_fetched
from bot.library.git import Limits
from bot.library.scan import scan_cached_sources, scan_sources
from bot.library.web import WebLimits
from bot.models import Episode
from bot.reporting import ignore
from bot.sources import FeedFile, FeedSource, Folder, GitSource, SourceRules
from bot.transcripts.files import find_files
from bot.transcripts.merge import merge_transcripts
from bot.transcripts.reader import ReadResult, read_transcripts
from tests.fakes.web_server import WebServer, web_server
from tests.feeds import item, rss, transcript, vtt


@pytest.fixture
def source(server: WebServer) -> FeedSource:
    return FeedSource(f"{server.url}/feed.xml")


def serve_feed(server: WebServer, *parts: str) -> None:
    server.serve("/feed.xml", rss(*parts))


def serve_talks(server: WebServer, *numbers: int) -> None:
    """Serve a feed of some episodes with their transcripts."""
    for number in numbers:
        server.serve(f"/{number}.vtt", vtt(f"Tea number {number} is green."))
    serve_feed(
        server,
        *(item(each, transcript(f"{each}.vtt"), base=server.url) for each in numbers),
    )


def files_of(fetched: Fetched) -> set[str]:
    (folder,) = fetched.paths
    return {path.name for path in folder.iterdir()}


def read(fetched: Fetched | tuple[Path, ...]) -> ReadResult:
    return read_transcripts(find_files(fetched.paths if isinstance(fetched, Fetched) else fetched))


def episodes_of(read: ReadResult) -> tuple[Episode, ...]:
    return merge_transcripts(read.transcripts, read.people)[0]


def notes_of(fetched: Fetched) -> list[str]:
    return [problem.reason for problem in read(fetched).problems]


def bring(source: FeedSource, home: Path, *, days: float = 0) -> Path:
    """Fetch a feed with little patience, some days after the first time; return the folder."""
    limits = WebLimits(silence=1, whole=5)
    now = 1_700_000_000 + 86_400 * days
    return home / bring_feed(source, home, Limits(), ignore, limits, lambda: now)


def test_an_episode_has_its_transcript_and_what_the_feed_says_of_it(
    server: WebServer, source: FeedSource, cache: Path
) -> None:
    server.serve("/1.vtt", vtt("Tea is green."))
    chapters = {"chapters": [{"startTime": 0, "title": "Hello"}, {"startTime": 60, "title": "Tea"}]}
    server.serve("/c.json", json.dumps(chapters))
    more = (
        transcript("1.vtt"),
        "<itunes:season>2</itunes:season><itunes:episode>3</itunes:episode>",
        "<pubDate>Tue, 04 Mar 2025 08:00:00 +0000</pubDate>",
        '<podcast:person role="guest">Ann Lee</podcast:person>',
        '<podcast:chapters url="c.json" type="application/json+chapters"/>',
    )
    serve_feed(server, item(1, *more))

    (episode,) = episodes_of(read(fetch(source, cache)))

    assert (episode.slug, episode.title) == ("tea-talk-tea-1", "All about tea 1")
    assert (episode.season, episode.number, str(episode.published)) == (2, 3, "2025-03-04")
    assert [guest.name for guest in episode.guests] == ["Ann Lee"]
    assert (episode.url, episode.audio) == ("https://tea.example/1", "https://tea.example/1.mp3")
    assert [chapter.title for chapter in episode.chapters] == ["Hello", "Tea"]
    assert episode.cues[-1].text == "Tea is green."


@pytest.mark.parametrize(
    ("language", "said", "note"),
    [
        ("", "Tea is green.", "English is used, and the rest (French, German) is left out."),
        ("de", "Der Tee ist warm.", "German is used, and the rest (English, French) is left out."),
        (
            "it",
            "Le bon thé.",
            "French is used, as none in Italian can be read, and the rest (English, German) is "
            "left out.",
        ),
    ],
)
def test_of_transcripts_in_several_languages_the_podcasts_is_read(
    server: WebServer, source: FeedSource, cache: Path, language: str, said: str, note: str
) -> None:
    texts = {"fr": "Le bon thé.", "en-GB": "Tea is green.", "de": "Der Tee ist warm."}
    for tag, words in texts.items():
        server.serve(f"/{tag}.vtt", vtt(words))
    links = (transcript(f"{tag}.vtt", language=tag) for tag in texts)
    serve_feed(server, item(1, *links), item(2, transcript("fr.vtt", language="fr")))

    fetched = fetch(replace(source, rules=SourceRules(language=language)), cache)

    assert episodes_of(read(fetched))[0].cues[-1].text == said
    assert notes_of(fetched)[0] == (
        f"1 of its episodes has transcripts in several languages: what is in {note}"
    )


def test_what_has_not_changed_is_not_fetched_again(
    server: WebServer, source: FeedSource, cache: Path
) -> None:
    serve_talks(server, 1, 2)
    first = fetch(source, cache)
    assert server.asked() == [("/1.vtt", 200), ("/2.vtt", 200), ("/feed.xml", 200)]

    again = fetch(source, cache)
    assert server.asked() == [("/feed.xml", 304)]
    assert again.commit == first.commit

    serve_talks(server, 1, 2, 3)
    later = fetch(source, cache)
    assert server.asked() == [("/3.vtt", 200), ("/feed.xml", 200)]
    assert later.commit != first.commit
    assert len(files_of(later)) == 4


def test_a_transcript_is_asked_for_again_after_a_day(
    server: WebServer, source: FeedSource, tmp_path: Path
) -> None:
    serve_talks(server, 1, 2)
    first = bring(source, tmp_path)
    server.asked()
    server.serve("/2.vtt", vtt("Tea number 2 is white."))

    assert bring(source, tmp_path, days=0.9) == first
    assert server.asked() == [("/feed.xml", 304)]

    later = bring(source, tmp_path, days=1.1)
    assert server.asked() == [("/1.vtt", 304), ("/2.vtt", 200), ("/feed.xml", 304)]
    assert episodes_of(read((later,)))[1].cues[-1].text == "Tea number 2 is white."


@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        (("1.html", "1.srt", "1.vtt", "1.json"), ".json"),
        (("1.html", "1.srt", "1.vtt"), ".vtt"),
        (("1.html", "1.srt"), ".srt"),
        (("1.json?gone", "1.srt"), ".srt"),
        (("page", "1.vtt"), ".vtt"),
    ],
)
def test_the_best_transcript_that_can_be_read_is_taken(
    server: WebServer, source: FeedSource, cache: Path, offered: tuple[str, ...], taken: str
) -> None:
    server.serve("/1.vtt", vtt("Tea."))
    server.serve("/1.srt", "1\n00:00:01,000 --> 00:00:04,000\nTea.\n")
    server.serve("/1.json", '{"segments": [{"startTime": 1, "body": "Tea."}]}')
    server.serve("/1.html", "<cite>Ann</cite><time>0:01</time><p>Tea.</p>")
    server.serve("/page", "<!DOCTYPE html><title>Please log in</title>")
    kinds = {"json": "application/json", "srt": "application/x-subrip", "html": "text/html"}
    links = [
        transcript(each, kinds.get(each.split("?")[0].rpartition(".")[2], "text/vtt"))
        for each in offered
    ]
    serve_feed(server, item(1, *links))

    (name,) = files_of(fetch(source, cache)) - {"feed.info.json"}

    assert name == f"tea-talk-tea-1{taken}"


def test_the_transcript_in_the_language_of_the_podcast_is_taken(
    server: WebServer, source: FeedSource, cache: Path
) -> None:
    server.serve("/de.json", '{"segments": [{"startTime": 1, "body": "Tee."}]}')
    server.serve("/en.vtt", vtt("Tea."))
    german = transcript("de.json", "application/json", "de")
    serve_feed(server, item(1, german, transcript("en.vtt", language="en")))

    assert "tea-talk-tea-1.vtt" in files_of(fetch(source, cache))


def test_pages_of_a_feed_are_followed_and_an_episode_counts_once(
    server: WebServer, source: FeedSource, cache: Path
) -> None:
    for number in (1, 2, 3):
        server.serve(f"/{number}.vtt", vtt(f"Tea {number}."))
    talks = [item(each, transcript(f"{each}.vtt")) for each in range(4)]
    serve_feed(server, '<atom:link rel="next" href="/2.xml"/>', talks[3], talks[2])
    server.serve("/2.xml", rss('<atom:link rel="next" href="/feed.xml"/>', talks[2], talks[1]))

    fetched = fetch(source, cache)
    assert len(files_of(fetched)) == 4
    assert server.asked()[-2:] == [("/3.vtt", 200), ("/feed.xml", 200)]

    assert fetch(source, cache).commit == fetched.commit
    assert server.asked() == [("/2.xml", 304), ("/feed.xml", 304)]


def test_a_page_that_is_missing_is_told_and_the_others_are_read(
    server: WebServer, source: FeedSource, cache: Path
) -> None:
    server.serve("/1.vtt", vtt("Tea."))
    serve_feed(server, '<atom:link rel="next" href="/2.xml"/>', item(1, transcript("1.vtt")))

    fetched = fetch(source, cache)

    assert "tea-talk-tea-1.vtt" in files_of(fetched)
    assert "its page 2 cannot be read: it is not there (404)." in notes_of(fetched)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"status": 404}, "1.vtt: it is not there (404)."),
        ({"status": 403}, "1.vtt: access to it is denied (403)."),
        ({"status": 500}, "1.vtt: its server answers with 500."),
        ({"silent": True}, "1.vtt: it does not answer in time."),
        ({"torn": True, "body": b"WEBVTT"}, "1.vtt: its answer breaks off"),
        ({"endless": True}, "1.vtt: it has more than 20 MB."),
        ({"status": 302, "location": "/1.vtt"}, "1.vtt: it redirects without end."),
        ({"status": 302, "location": "ftp://host/1.vtt"}, "1.vtt: its address is not one of the"),
        ({"status": 302, "location": "http://10.0.0.1/1.vtt"}, "is inside a network."),
        ({"status": 302, "location": "http://127.0.0.1:9/1.vtt"}, "is inside a network."),
        ({"status": 302, "location": "http://[::ffff:10.0.0.1]/"}, "is inside a network."),
        ({"body": b"<!DOCTYPE html>"}, "1.vtt is not a transcript."),
        ({"body": b"\x00\x01"}, "1.vtt is not a transcript."),
    ],
)
def test_an_episode_that_fails_is_named_and_stops_no_other(
    server: WebServer, tmp_path: Path, fault: dict[str, object], reason: str
) -> None:
    serve_talks(server, 1, 2)
    body = fault.pop("body", b"")
    assert isinstance(body, bytes)
    server.serve("/1.vtt", body, **fault)
    source = FeedSource(f"{server.url}/feed.xml")

    result = read((bring(source, tmp_path),))

    (note,) = result.problems
    assert [episode.title for episode in episodes_of(result)] == ["All about tea 2"]
    assert note.path == str(source)
    assert note.reason.startswith("“All about tea 1” has no transcript that can be used: ")
    assert reason in note.reason


@pytest.mark.parametrize(
    ("title", "called"), [("Slow hands", "“Slow hands”"), (" ", "an untitled")]
)
def test_a_broken_transcript_is_named_by_its_episode_and_address(
    server: WebServer, source: FeedSource, cache: Path, title: str, called: str
) -> None:
    server.serve("/1.json?key=secret", '{"segments": [\n{"body": "Tea}]}')
    serve_feed(server, item(1, transcript("1.json?key=secret"), title=title))

    (problem,) = read(fetch(source, cache)).problems

    assert problem.line == 2
    assert problem.reason.startswith(called)
    assert f" ({server.url}/1.json): the JSON is broken: " in problem.reason


def test_an_untitled_episode_without_a_transcript_is_named_by_its_guid(
    server: WebServer, source: FeedSource, cache: Path
) -> None:
    serve_feed(server, item(1, transcript("1.vtt"), title=" "))

    (note,) = notes_of(fetch(source, cache))

    assert note.startswith("the untitled episode tea-1 has no transcript that can be used: ")


def test_a_transcript_that_fails_later_is_used_as_it_was(
    server: WebServer, source: FeedSource, tmp_path: Path
) -> None:
    serve_talks(server, 1)
    first = bring(source, tmp_path)
    server.serve("/1.vtt", "", status=500)

    assert bring(source, tmp_path, days=1.1) == first


def test_a_transcript_that_is_taken_away_is_used_no_more(
    server: WebServer, source: FeedSource, tmp_path: Path
) -> None:
    serve_talks(server, 1, 2)
    bring(source, tmp_path)
    server.serve("/1.vtt", "", status=410)

    for days in (1.1, 1.2):
        folder = bring(source, tmp_path, days=days)
        assert {path.name for path in folder.iterdir()} == {
            "feed.info.json",
            "tea-talk-tea-2.vtt",
        }


def test_what_will_not_be_there_soon_is_asked_for_again_after_a_day(
    server: WebServer, source: FeedSource, tmp_path: Path
) -> None:
    serve_talks(server, 1, 2, 3)
    server.serve("/1.vtt", "", status=404)
    server.serve("/2.vtt", "", status=503)
    bring(source, tmp_path)
    server.asked()

    bring(source, tmp_path, days=0.1)
    assert server.asked() == [("/2.vtt", 503), ("/feed.xml", 304)]

    bring(source, tmp_path, days=1.1)
    assert server.asked() == [("/1.vtt", 404), ("/2.vtt", 503), ("/3.vtt", 304), ("/feed.xml", 304)]


def test_the_transcript_of_a_new_episode_is_asked_for_each_time(
    server: WebServer, source: FeedSource, tmp_path: Path
) -> None:
    published = "<pubDate>Tue, 14 Nov 2023 08:00:00 +0000</pubDate>"
    serve_feed(server, item(1, published, transcript("1.vtt")))
    bring(source, tmp_path)
    server.serve("/1.vtt", vtt("Tea."))

    assert (bring(source, tmp_path, days=0.1) / "tea-talk-tea-1.vtt").is_file()


@pytest.mark.parametrize(
    ("fault", "error", "reason"),
    [
        ({"status": 404}, ConfigError, "it cannot be fetched: it is not there (404). Check AIR"),
        ({"status": 503}, UnreachableError, "it cannot be fetched: its server answers with 503."),
        ({"endless": True}, ConfigError, "it has more than 20 MB."),
        ({"body": b"<html>"}, ConfigError, "it is a web page, not a feed."),
        ({"body": b"hello"}, ConfigError, "it is not a feed."),
        ({"body": rss("<item>").encode()[:-5]}, ConfigError, "its XML is broken"),
        (
            {"status": 301, "location": "http://192.168.0.1/feed.xml"},
            ConfigError,
            "192.168.0.1 is at 192.168.0.1, which is inside a network. If it is yours, add the host"
            " to AIRQUOTE_INTERNAL_HOSTS.",
        ),
        ({"status": 301, "location": "file:///etc/passwd"}, ConfigError, "not one of the web"),
    ],
)
def test_a_feed_that_cannot_be_read_is_an_error_and_then_read_as_it_was(
    server: WebServer,
    source: FeedSource,
    cache: Path,
    fault: dict[str, object],
    error: type[Exception],
    reason: str,
) -> None:
    body = fault.pop("body", b"")
    assert isinstance(body, bytes)
    server.serve("/feed.xml", body, **fault)
    with pytest.raises(error, match=re.escape(reason)):
        fetch(source, cache)

    serve_talks(server, 1)
    first = fetch(source, cache)
    server.serve("/feed.xml", body, **fault)
    notices: list[str] = []
    later = fetch(source, cache, notices.append)

    assert (later.commit, later.failed) == (first.commit, True)
    assert reason in notices[0]
    assert "Until then, it is read as it was on" in notices[0]


def test_a_server_that_is_away_is_said_to_be(cache: Path) -> None:
    with pytest.raises(UnreachableError, match="it cannot be reached"):
        fetch(FeedSource("http://127.0.0.1:9/feed.xml"), cache)


def test_fetching_ends_when_the_process_does(
    server: WebServer, source: FeedSource, cache: Path
) -> None:
    server.serve("/feed.xml", "", silent=True)
    stop = Event()
    stop.set()

    with pytest.raises(UnreachableError, match="fetching it was stopped"):
        fetch(source, cache, limits=Limits(stop=stop))


def test_a_password_is_sent_to_its_host_alone(server: WebServer, cache: Path) -> None:
    with web_server() as other:
        other.serve("/feed.xml", rss())
        server.serve("/feed.xml", "", status=302, location=f"{other.url}/feed.xml")
        host = f"127.0.0.1:{server.port}"
        hosts = SourceRules(frozenset({"127.0.0.1"}))
        fetch(FeedSource(f"http://{host}/feed.xml", "me:wo%3Ard", hosts), cache)

    assert server.headers[0]["Authorization"] == "Basic bWU6d286cmQ="
    assert "Authorization" not in other.headers[0]
    assert server.headers[0]["User-Agent"].startswith("Airquote/")


def test_a_subscribers_key_is_in_no_link(server: WebServer, cache: Path) -> None:
    server.serve("/1.vtt", vtt("Tea."))
    url = "https://tea.example/1.mp3?auth=sub-12345678"
    talk = item(1, transcript("1.vtt")).replace("https://tea.example/1.mp3", url)
    server.serve("/feed.xml?auth=sub-12345678", rss(talk))
    source = FeedSource(f"{server.url}/feed.xml?auth=sub-12345678")

    fetched = fetch(source, cache)

    (episode,) = episodes_of(read(fetched))
    assert (episode.audio, episode.url) == ("", "https://tea.example/1")
    assert source.secrets == ("sub-12345678", "sub-12345678")
    assert "sub-" not in str(source)
    (folder,) = fetched.paths
    assert "sub-" not in (folder / "feed.info.json").read_text("utf-8")


def test_what_comes_compressed_counts_as_large_as_it_is(
    server: WebServer, source: FeedSource, cache: Path
) -> None:
    serve_talks(server, 1, 2)
    server.serve("/1.vtt", b"x" * 20_000_001, zipped=True)

    assert "1.vtt: it has more than 20 MB." in " ".join(notes_of(fetch(source, cache)))


def test_a_feed_is_not_fetched_beyond_a_limit(
    server: WebServer, source: FeedSource, cache: Path
) -> None:
    serve_talks(server, *range(20))
    small = Limits(content=len(server.files["/feed.xml"].body) + 1000)

    fetched = fetch(source, cache, limits=small)
    assert 3 < len(files_of(fetched)) < 20
    assert "the feed is over the limit of 0 MB." in " ".join(notes_of(fetched))


def test_a_feed_in_a_file_is_a_source(server: WebServer, cache: Path, tmp_path: Path) -> None:
    serve_talks(server, 1)
    path = tmp_path / "feed.xml"
    path.write_bytes(
        server.files["/feed.xml"].body.replace(b'"1.vtt"', f'"{server.url}/1.vtt"'.encode())
    )

    gathered = gather_sources([Folder(path)], cache)

    (episode,) = episodes_of(read(gathered.paths))
    assert episode.title == "All about tea 1"
    assert is_fetched(FeedFile(path), cache)
    server.asked()

    scan_cached_sources([Folder(path)], cache)
    assert server.asked() == []

    path.write_text(path.read_text("utf-8").replace("All about", "Everything on"), "utf-8")
    assert not is_fetched(FeedFile(path), cache)
    scan_cached_sources([Folder(path)], cache)
    assert server.asked() == []  # the transcript is there


def test_a_local_feed_names_files_beside_it_and_no_others(cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "show"
    folder.mkdir()
    (tmp_path / "secret.vtt").write_text(vtt("Secret."), "utf-8")
    (folder / "1.vtt").write_text(vtt("Tea."), "utf-8")
    path = folder / "feed.rss"
    talks = [item(1, transcript("1.vtt")), item(2, transcript("../secret.vtt"))]
    path.write_text(rss(*talks), "utf-8")

    fetched = fetch(FeedFile(path), cache)

    assert files_of(fetched) == {"feed.info.json", "tea-talk-tea-1.vtt"}
    assert "it is not in the folder of the feed." in " ".join(notes_of(fetched))


def test_a_broken_address_in_a_local_feed_stops_no_other_episode(
    cache: Path, tmp_path: Path
) -> None:
    (tmp_path / "1.vtt").write_text(vtt("Tea."), "utf-8")
    path = tmp_path / "feed.rss"
    broken = "http://localhost:99999/2.vtt"
    path.write_text(rss(item(1, transcript("1.vtt")), item(2, transcript(broken))), "utf-8")

    fetched = fetch(FeedFile(path), cache)

    assert files_of(fetched) == {"feed.info.json", "tea-talk-tea-1.vtt"}
    assert "its address is not one of the web." in " ".join(notes_of(fetched))


@pytest.mark.parametrize("given", ["feed.xml", ""])
def test_a_file_beside_a_local_feed_is_read_rather_than_fetched(
    cache: Path, tmp_path: Path, given: str
) -> None:
    folder = tmp_path / "show"
    folder.mkdir()
    (folder / "1.vtt").write_text(vtt("Tea."), "utf-8")
    (folder / "feed.xml").write_text(
        rss(item(1, transcript("https://nowhere.invalid/files/1.vtt?key=2"))), "utf-8"
    )

    result = read(gather_sources([Folder(folder / given)], cache).paths)

    (episode,) = episodes_of(result)
    assert (episode.slug, episode.title) == ("tea-talk-tea-1", "All about tea 1")
    assert result.problems == ()


def test_a_feed_in_a_folder_is_no_file_that_is_passed_over(cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "show"
    folder.mkdir()
    (folder / "feed.xml").write_text(rss(), "utf-8")
    (folder / "other.vtt").write_text(vtt("Tea."), "utf-8")

    found = scan_cached_sources([Folder(folder)], cache).found

    assert [file.location.name for file in found.files if file.location.parent == folder] == [
        "other.vtt"
    ]


def test_a_feed_on_the_web_names_no_local_file(
    server: WebServer, source: FeedSource, cache: Path
) -> None:
    serve_talks(server, 1)
    serve_feed(server, item(1, transcript("file:///etc/passwd")))

    assert "its address is not one of the web." in " ".join(notes_of(fetch(source, cache)))


def test_a_feed_in_a_folder_is_read_with_the_other_files(
    server: WebServer, cache: Path, tmp_path: Path
) -> None:
    serve_talks(server, 1)
    body = server.files["/feed.xml"].body.decode().replace('"1.vtt"', f'"{server.url}/1.vtt"')
    folder = tmp_path / "show"
    folder.mkdir()
    (folder / "feed.xml").write_text(body, "utf-8")
    (folder / "other.xml").write_text("<tt/>", "utf-8")
    (folder / "milk.txt").write_text("Milk\n0:00 milk is white\n0:05 and cold", "utf-8")

    inspection = scan_sources([Folder(folder)], cache)

    titles = {each.title for each in episodes_of(read_transcripts(inspection.found))}
    assert titles == {"All about tea 1", "Milk"}
    assert list(inspection.commits) == [str(folder / "feed.xml")]


def test_captions_of_an_episode_without_a_transcript_get_what_the_feed_says(
    server: WebServer, source: FeedSource, cache: Path, tmp_path: Path
) -> None:
    serve_feed(server, item(1), item(2))
    (tmp_path / "2.vtt").write_text(vtt("Whisper heard tea."), "utf-8")

    gathered = gather_sources([source, Folder(tmp_path / "2.vtt")], cache)
    result = read(gathered.paths)

    (episode,) = episodes_of(result)
    assert (episode.title, episode.audio) == ("All about tea 2", "https://tea.example/2.mp3")
    assert [each.reason for each in result.problems] == [
        "2 of its episodes have no transcript in it. Only what else has their words is searched."
    ]


def test_an_address_that_does_not_look_like_a_feed_is_tried_as_one(
    server: WebServer, cache: Path
) -> None:
    serve_talks(server, 1)
    server.files["/show"] = server.files["/feed.xml"]
    source = GitSource(f"{server.url}/show")

    fetched = fetch(source, cache)

    assert len(files_of(fetched)) == 2
    assert last_fetched(source, cache) == fetched
    assert scan_cached_sources([source], cache).missing == ()


def test_what_is_used_no_more_is_removed(
    server: WebServer, source: FeedSource, cache: Path
) -> None:
    serve_talks(server, 1, 2)
    fetch(source, cache)
    serve_talks(server, 2)

    fetch(source, cache)

    assert len(list(cache.glob("sources/*/files/*"))) == 3  # the feed, a transcript, the facts


def test_what_is_neither_a_repository_nor_a_feed_is_named(server: WebServer, cache: Path) -> None:
    page = '<!DOCTYPE html><link type="application/rss+xml" rel="alternate" href="/tea.xml">'
    server.serve("/show", page)

    with pytest.raises(ConfigError, match=f"nor a feed: .*Its feed is {server.url}/tea.xml"):
        fetch(GitSource(f"{server.url}/show"), cache)


def test_addresses_are_relative_to_where_a_feed_is_at_last(server: WebServer, cache: Path) -> None:
    server.serve("/new/feed.xml", rss(item(1, transcript("1.vtt"))))
    server.serve("/new/1.vtt", vtt("Tea."))
    server.serve("/feed.xml", "", status=301, location="/new/feed.xml")

    fetched = fetch(FeedSource(f"{server.url}/feed.xml"), cache)

    assert "tea-talk-tea-1.vtt" in files_of(fetched)


def test_two_feeds_are_one_podcast(server: WebServer, cache: Path) -> None:
    words = " ".join(f"Word {number} is about tea." for number in range(40))
    for path, said in (("/1.vtt", words), ("/2.vtt", "Milk is white."), ("/other.vtt", "Wine.")):
        server.serve(path, vtt(said))
    long = item(1, transcript("1.vtt")).replace("tea-1", "0123456789-abcdef-tea")
    server.serve("/a.xml", rss(long, item(2, transcript("2.vtt"))))
    other = item(2, transcript("other.vtt"), title="Wine and more", base="https://wine.example")
    server.serve("/b.xml", rss(long, other).replace("Tea Talk", "Wine Talk"))
    sources = [FeedSource(f"{server.url}/a.xml"), FeedSource(f"{server.url}/b.xml")]

    episodes = episodes_of(read(gather_sources(sources, cache).paths))

    assert sorted((each.slug, each.title) for each in episodes) == [
        ("0123456789-abcdef-tea", "All about tea 1"),
        ("tea-talk-tea-2", "All about tea 2"),
        ("wine-talk-tea-2", "Wine and more"),
    ]


def test_progress_is_reported(server: WebServer, source: FeedSource, cache: Path) -> None:
    serve_talks(server, 1, 2)
    told: list[tuple[str, int, int]] = []

    fetch(source, cache, on_progress=lambda *step: told.append(step))

    assert told == [("Fetching transcripts", 1, 2), ("Fetching transcripts", 2, 2)]


def test_a_damaged_copy_is_fetched_again(
    server: WebServer, source: FeedSource, cache: Path
) -> None:
    serve_talks(server, 1)
    fetched = fetch(source, cache)
    for path in cache.glob("sources/*/files/*"):
        path.write_bytes(b"damaged")
    (state,) = cache.glob("sources/*/state.json")
    server.asked()

    assert fetch(source, cache).commit == fetched.commit
    state.write_bytes(b"damaged")
    assert fetch(source, cache).commit == fetched.commit
    assert ("/1.vtt", 200) in server.asked()
