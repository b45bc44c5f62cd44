"""Sources of episodes: paths and addresses in one variable."""

import os
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.sources import (
    FeedSource,
    Folder,
    GitSource,
    Source,
    SourceRules,
    language_of,
    may_be_feed,
    parse_sources,
)

URL = "https://example.org/owner/repo.git"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("talks", Folder(Path("talks"))),
        ("talks/#1@home.md", Folder(Path("talks/#1@home.md"))),
        (URL, GitSource(URL)),
        (f"{URL}#_podcast", GitSource(URL, "_podcast")),
        (f"{URL}#/a/b/", GitSource(URL, "a/b")),
        (f"{URL}#a@next/two", GitSource(URL, "a", "next/two")),
        (f"{URL}#@main", GitSource(URL, "", "main")),
        (f"{URL}#a%40b%3Ac%20d@x", GitSource(URL, "a@b:c d", "x")),
        ("https://host:8443/a", GitSource("https://host:8443/a")),
        ("HTTPS://host/a", GitSource("https://host/a")),
        ("http://127.0.0.1:80/a", GitSource("http://127.0.0.1:80/a")),
        ("http://localhost/a", GitSource("http://localhost/a")),
        ("http://[::1]:80/a", GitSource("http://[::1]:80/a")),
        ("https://host/feed.xml", FeedSource("https://host/feed.xml")),
        ("http://host/feed/podcast/", FeedSource("http://host/feed/podcast/")),
        ("https://feeds.host.org/abc", FeedSource("https://feeds.host.org/abc")),
        ("https://host/?feed=podcast", FeedSource("https://host/?feed=podcast")),
        ("https://host/s/1/podcast/rss", FeedSource("https://host/s/1/podcast/rss")),
        ("https://host/show.rss?key=a%3Ab", FeedSource("https://host/show.rss?key=a%3Ab")),
        ("feed://host/show", FeedSource("https://host/show")),
        ("https://me:word@host/rss", FeedSource("https://host/rss", "me:word")),
        ("https://github.com/me/feed", GitSource("https://github.com/me/feed")),
        ("https://github.com/me/a/feed.xml", FeedSource("https://github.com/me/a/feed.xml")),
        ("https://host/feed.git", GitSource("https://host/feed.git")),
        ("https://host/feed#talks", GitSource("https://host/feed", "talks")),
        ("https://me:pa%3As@host/a#b", GitSource("https://host/a", "b", "", "me:pa%3As")),
    ],
)
def test_a_path_or_an_address_is_read(text: str, source: Source) -> None:
    assert parse_sources(text) == (source,)


def test_paths_and_addresses_are_joined_as_in_path() -> None:
    parts = ["one", "", f"{URL}#a@b", "/two.md", "https://me:word@host:1/c", "http://[::1]/d", "e"]

    assert parse_sources(os.pathsep.join(parts)) == (
        Folder(Path("one")),
        GitSource(URL, "a", "b"),
        Folder(Path("/two.md")),
        GitSource("https://host:1/c", credentials="me:word"),
        GitSource("http://[::1]/d"),
        Folder(Path("e")),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("file:///srv/talks.git", "file:// is not supported. Write only the folder's path"),
        ("ssh://git@host/a.git", "ssh:// is not supported. Use https"),
        ("git://host/a.git", "git:// is not supported. Use https"),
        ("git@host.org:owner/a.git", "git@host.org is an SSH address. Use its https"),
        ("http://host/a.git", "http://host is not safe: others could change"),
        ("http://127.0.0.1.host/a.git", "is not safe"),
        ("https://host", "not that of a git repository"),
        ("https://host/", "not that of a git repository"),
        ("https:///a", "not that of a git repository"),
        ("https://host/a?b=secret", "not that of a git repository"),
        ("https://host/a b", "not that of a git repository"),
        ("https://host/a\n", "not that of a git repository"),
        ("https://host/a\x07", "not that of a git repository"),
        ("https://host/a\u202e", "not that of a git repository"),
        ("https://me:secret@host:port/a", "not that of a git repository"),
        ("https://[secret/a", "not that of a git repository"),
        ("https://secret@host/a", "at host needs both a user and a password"),
        ("https://secret:@host/a", "at host needs both a user and a password"),
        ("https://me:secret@host/a#../b", "not folder@branch"),
        ("https://host/a#b//c", "not folder@branch"),
        ("https://host/a#b%0Ac", "not folder@branch"),
        ("https://host/a#@-x", "not folder@branch"),
        ("https://host/a#@a..b", "not folder@branch"),
        ("https://host/a#@a%3Ab", "not folder@branch"),
        ("https://host/a#@a*", "not folder@branch"),
    ],
)
def test_unsupported_addresses_are_refused_without_their_secrets(text: str, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_sources(text)

    assert caught.value.subject == "AIRQUOTE_EPISODES"
    assert reason in str(caught.value)
    assert caught.value.remedy
    assert "secret" not in str(caught.value)


def test_a_folder_that_looks_like_an_ssh_address_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ann@work").mkdir()
    monkeypatch.chdir(tmp_path)

    assert parse_sources("ann@work") == (Folder(Path("ann@work")),)


def test_a_source_is_printed_as_it_can_be_set_without_its_password() -> None:
    (source,) = parse_sources("https://me:pass%3Aword@host/a.git#talks@next")
    assert isinstance(source, GitSource)

    assert str(source) == "https://host/a.git#talks@next"
    assert str(GitSource(URL)) == URL
    assert "pass" not in repr(source)
    assert source.secrets == ("pass%3Aword", "pass:word")


def test_feeds_and_folders_are_joined_as_in_path() -> None:
    parts = ["https://host:8443/feed.xml?a=b", "talks", "https://me:word@host/rss"]

    assert parse_sources(os.pathsep.join(parts)) == (
        FeedSource("https://host:8443/feed.xml?a=b"),
        Folder(Path("talks")),
        FeedSource("https://host/rss", "me:word"),
    )


def test_what_is_named_no_repository_may_be_a_feed() -> None:
    assert may_be_feed(GitSource("https://host/show")) == FeedSource("https://host/show")
    assert may_be_feed(GitSource("https://host/show", "talks")) is None
    assert may_be_feed(GitSource(URL)) is None


def test_what_may_be_a_feed_keeps_the_rules_for_all_sources() -> None:
    rules = SourceRules(frozenset({"host"}), "de")

    (source, folder) = parse_sources(os.pathsep.join(["https://host/show", "talks"]), rules)

    assert isinstance(source, GitSource)
    assert may_be_feed(source) == FeedSource("https://host/show")
    assert getattr(may_be_feed(source), "rules", None) == rules
    assert language_of([source, folder]) == "de"
    assert language_of([]) == ""


def test_two_feeds_of_one_address_are_told_apart_without_their_keys() -> None:
    one, two = FeedSource("https://host/feed?id=1"), FeedSource("https://host/feed?id=2")

    assert str(one) != str(two)
    assert "id" not in str(one)
