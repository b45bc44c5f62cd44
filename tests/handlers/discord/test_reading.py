"""What the app makes of what members write: options of commands, and messages of every kind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from tests.apps.discord import App, answering
from tests.fakes.discord.server import DiscordServer

TEXT, SECTION, CONTAINER, ROW, BUTTON = 10, 9, 17, 1, 2
FIND = "Find in podcast"
Json = dict[str, Any]


@pytest.fixture
def asked() -> list[Request]:
    """What the app was asked."""
    return []


@pytest.fixture
def app(
    server: DiscordServer, library: Library, tmp_path: Path, asked: list[Request]
) -> Iterator[App]:
    """The app, which only notes what it is asked."""

    def note(_: Library, request: Request) -> Reply:
        asked.append(request)
        return Reply("Noted.")

    with answering(server, library, tmp_path, note) as app:
        # Who is answered here knows what was told before: of servers and their channels.
        server.slash("podcast help", user=server.add_user("Early")).wait_for_response()
        asked.clear()
        yield app


def text(content: str) -> Json:
    return {"type": TEXT, "id": 1, "content": content}


SNAPSHOT = {
    "type": 0,
    "content": "Who keeps **the registry**?",
    "embeds": [],
    "attachments": [],
    "timestamp": "2026-01-01T00:00:00+00:00",
    "edited_timestamp": None,
    "flags": 0,
    "components": [],
}
LINK = {"type": BUTTON, "id": 4, "style": 5, "label": "Open", "url": "https://a.test/"}
KINDS: dict[str, tuple[Json, str]] = {
    "an embed": (
        {
            "embeds": [
                {
                    "type": "rich",
                    "title": "A registry",
                    "description": "keeps *models*",
                    "fields": [{"name": "Where", "value": "in a folder", "inline": False}],
                }
            ]
        },
        "A registry\nkeeps *models*\nWhere in a folder",
    ),
    "a forwarded message": (
        {
            "message_reference": {"type": 1, "channel_id": "1", "message_id": "2"},
            "message_snapshots": [{"message": SNAPSHOT}],
        },
        "Who keeps **the registry**?",
    ),
    "a poll": (
        {
            "poll": {
                "question": {"text": "Which registry?"},
                "answers": [
                    {"answer_id": 1, "poll_media": {"text": "A folder"}},
                    {"answer_id": 2, "poll_media": {"text": "A service"}},
                ],
                "expiry": "2026-12-01T00:00:00+00:00",
                "allow_multiselect": False,
                "layout_type": 1,
            }
        },
        "Which registry?\nA folder\nA service",
    ),
    "components": (
        {
            "flags": 1 << 15,
            "components": [
                {
                    "type": CONTAINER,
                    "id": 9,
                    "components": [
                        text("A registry"),
                        {"type": SECTION, "id": 3, "components": [text("of models")]}
                        | {"accessory": LINK},
                        {"type": ROW, "id": 5, "components": [LINK | {"id": 6}]},
                    ],
                }
            ],
        },
        "A registry\nof models",
    ),
    "a described picture": (
        {
            "attachments": [
                {
                    "id": "1",
                    "filename": "a.png",
                    "size": 1,
                    "url": "https://a.test/a.png",
                    "proxy_url": "https://a.test/a.png",
                    "description": "A drawn registry",
                }
            ]
        },
        "A drawn registry",
    ),
}


@pytest.mark.parametrize(("about", "read"), KINDS.values(), ids=KINDS)
def test_every_kind_of_message_is_looked_for(
    server: DiscordServer, app: App, asked: list[Request], about: Json, read: str
) -> None:
    said = server.say("", user=server.add_user("Author"), **about)
    server.context_menu(FIND, said).wait_for_response()

    assert asked == [Request(Verb.FIND, read)]


def test_all_of_a_message_counts_for_a_nomination(
    server: DiscordServer, app: App, asked: list[Request]
) -> None:
    embed = {"type": "rich", "title": "A registry", "description": "keeps *models*"}
    said = server.say("", user=server.add_user("Author"), embeds=[embed])
    server.context_menu("Nominate quote", said).wait_for_response()

    assert asked == [Request(Verb.FIND, "A registry\nkeeps *models*")]


def test_what_belongs_to_words_is_read_with_them(
    server: DiscordServer, app: App, asked: list[Request]
) -> None:
    preview = {"type": "link", "title": "Registries", "url": "https://a.test/"}
    said = server.say("Look :eyes: https://a.test/", embeds=[preview])
    server.context_menu(FIND, said).wait_for_response()

    assert asked == [Request(Verb.FIND, "Look  https://a.test/\nRegistries")]


def test_an_empty_message_is_told_from_one_that_was_read(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    with answering(server, library, tmp_path):
        told = server.context_menu(FIND, server.say("")).wait_for_response()

    assert "There is no text to search for." in str(told)


def test_mentions_in_options_become_names(
    server: DiscordServer, app: App, asked: list[Request]
) -> None:
    guest, channel = server.add_user("Tomáš Vlček"), server.add_channel("registry")
    server.slash(
        "podcast search", {"query": f"<#{channel.id}> <#1>", "guest": f"<@{guest.id}>"}
    ).wait_for_response()

    assert asked == [Request(Verb.SEARCH, 'registry guest:"Tomáš Vlček"')]


def test_links_in_options_become_what_they_show(
    server: DiscordServer, app: App, asked: list[Request]
) -> None:
    options = {"query": "tea", "episode": "[A Talk](https://a.test/)", "speaker": "`Ann`"}
    server.slash("podcast search", options).wait_for_response()

    assert asked == [Request(Verb.SEARCH, 'tea episode:"A Talk" speaker:"Ann"')]


def test_a_mention_is_suggested_for_like_its_name(server: DiscordServer, app: App) -> None:
    guest = server.add_user("Tomáš")
    typed = {"query": "x", "guest": f"<@{guest.id}>"}
    choices = server.autocomplete("podcast search", typed)

    assert [each["value"] for each in choices] == ["Tomáš Vlček"]


def test_dates_and_the_order_narrow_a_search(
    server: DiscordServer, app: App, asked: list[Request]
) -> None:
    options = {"query": "tea", "after": "2023", "before": "2024-06", "sort": "newest"}
    server.slash("podcast search", options).wait_for_response()

    assert asked == [Request(Verb.SEARCH, 'tea after:"2023" before:"2024-06" sort:"newest"')]


def test_speakers_are_suggested_hosts_among_them(server: DiscordServer, app: App) -> None:
    choices = server.autocomplete("podcast search", {"query": "x", "speaker": ""})
    hosts = {each["value"] for each in choices} - {
        guest.name for each in app.library.index.episodes for guest in each.guests
    }

    assert "Tomáš Vlček" in {each["name"] for each in choices}
    assert hosts
