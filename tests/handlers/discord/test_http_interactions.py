"""Discord over HTTP: requests signed rightly, wrongly or not at all, and answered as any other."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from io import BytesIO
from pathlib import Path
from threading import Condition
from typing import Any

import pytest

from bot.answers.replies import Reply
from bot.answers.requests import Request
from bot.errors import ConfigError
from bot.library.library import Library
from bot.posting.places import Recipient, RecipientKind
from bot.search.mentions import Mentions
from handlers.discord.account import Account
from handlers.discord.endpoint import INTERACTIONS_PATH
from handlers.discord.http_interactions import (
    HttpInteractions,
    build_interactions_handler,
)
from handlers.http import HttpResponse, Server, open_session
from tests.apps.discord import (
    App,
    Slow,
    answering,
    comes_true,
    is_private,
    labels,
    settings_for,
    text_of,
)
from tests.apps.discord_weekly import SAID, admin_of, place_of, post, posting
from tests.fakes.discord.endpoint import Endpoint
from tests.fakes.discord.interactions import DEFER
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import ANNOUNCEMENTS, CROSSPOSTED, FORUM, MEMBER, SEND_MESSAGES
from tests.process import free_port

Json = dict[str, Any]
PING = b'{"type": 1}'
COMMAND = b'{"type": 2, "id": "1"}'
FIVE_MINUTES = 300


@pytest.fixture
def app(server: DiscordServer, library: Library, tmp_path: Path) -> Iterator[App]:
    """The app, to which Discord sends requests."""
    with answering(server, library, tmp_path, over_http=True) as app:
        yield app
    assert server.gateway.identifies == []


@pytest.fixture
def discord() -> Endpoint:
    """The side of Discord that signs requests."""
    return Endpoint(Condition())


async def accept(_: Json) -> HttpResponse:
    """Let calls answer an interaction."""
    return HttpResponse(status=202)


def send(
    endpoint: Endpoint,
    body: bytes,
    headers: dict[str, str],
    receive: Callable[[Json], Awaitable[HttpResponse]] = accept,
) -> tuple[int, str]:
    """Send a request to a process that listens, and give its answer."""

    async def run() -> tuple[int, str]:
        port = free_port()
        server = Server(port)
        server.add(INTERACTIONS_PATH, build_interactions_handler(endpoint.public_key, receive))
        await server.start()
        try:
            async with open_session() as session:
                url = f"http://127.0.0.1:{port}{INTERACTIONS_PATH}"
                async with session.post(url, data=BytesIO(body), headers=headers) as answer:
                    return answer.status, await answer.text()
        finally:
            await server.stop()

    return asyncio.run(run())


def test_a_ping_is_answered(discord: Endpoint) -> None:
    status, text = send(discord, PING, discord.headers(PING))

    assert (status, json.loads(text)) == (200, {"type": 1})


def test_what_discord_has_signed_is_received(discord: Endpoint) -> None:
    received: list[Json] = []

    async def receive(payload: Json) -> HttpResponse:
        received.append(payload)
        return HttpResponse(status=202)

    assert send(discord, COMMAND, discord.headers(COMMAND), receive) == (202, "")
    assert received == [json.loads(COMMAND)]


@pytest.mark.parametrize(
    "change",
    [
        {"X-Signature-Ed25519": ""},
        {"X-Signature-Ed25519": "0" * 128},
        {"X-Signature-Ed25519": "no hexadecimal digits"},
        {"X-Signature-Ed25519": "é" * 128},
        {"X-Signature-Timestamp": ""},
        {"X-Signature-Timestamp": "1700000000"},
        {"X-Signature-Timestamp": "soon"},
    ],
)
def test_what_nobody_has_signed_is_refused(discord: Endpoint, change: dict[str, str]) -> None:
    assert send(discord, PING, discord.headers(PING) | change)[0] == 401


def test_the_signature_of_another_body_or_key_is_refused(discord: Endpoint) -> None:
    stranger = Endpoint(discord.changed)

    assert send(discord, COMMAND, discord.headers(PING))[0] == 401
    assert send(discord, PING, stranger.headers(PING))[0] == 401


@pytest.mark.parametrize("late", [-FIVE_MINUTES - 10, FIVE_MINUTES + 10], ids=["old", "early"])
def test_a_request_of_another_time_is_refused(
    discord: Endpoint, late: int, caplog: pytest.LogCaptureFixture
) -> None:
    headers = discord.headers(PING, at=time.time() + late)

    assert send(discord, PING, headers)[0] == 401
    assert "is the clock right?" in caplog.text


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"[" * 100_000, b"{"])
def test_what_is_signed_but_no_interaction_is_refused(discord: Endpoint, body: bytes) -> None:
    assert send(discord, body, discord.headers(body))[0] == 400


def test_a_body_that_is_too_large_is_refused(discord: Endpoint) -> None:
    body = b" " * (2 * 1024 * 1024)

    assert send(discord, body, discord.headers(body))[0] == 413


def test_a_command_its_buttons_and_suggestions_are_answered(
    server: DiscordServer, app: App
) -> None:
    found = server.slash("podcast search", {"query": "registry"}).wait_for_response()
    more = server.click(found, "Context").wait_for_response()
    choices = server.autocomplete("podcast search", {"query": "x", "guest": "tom"})

    assert "“registry”" in text_of(found)
    assert is_private(found)
    assert "Useful" in labels(found)
    assert more["id"] != found["id"]
    assert [each["name"] for each in choices] == ["Tomáš Vlček"]
    # The press shows the menu as it was, and the answer follows by a call.
    assert server.endpoint.statuses == [200, 202, 200]


def test_whoever_would_be_answered_too_late_is_told_so_in_their_language(
    server: DiscordServer, app: App
) -> None:
    app.is_behind = True
    german = server.add_user("Jan", locale="de")
    busy = server.slash("podcast search", {"query": "registry"}, user=german).wait_for_response()
    choices = server.autocomplete("podcast search", {"query": "x", "guest": "tom"})
    app.is_behind = False
    found = server.slash("podcast search", {"query": "registry"}).wait_for_response()

    assert text_of(busy).startswith("Ich habe gerade alle Hände voll zu tun.")
    assert is_private(busy)
    assert choices == []
    assert "“registry”" in text_of(found)


def test_what_is_sent_twice_is_answered_once(server: DiscordServer, app: App) -> None:
    asked = server.slash("podcast search", {"query": "registry"})
    asked.wait_for_response()
    server.endpoint.deliver(asked.interaction.event(server.api.application))
    server.wait_for(lambda: len(server.endpoint.statuses) == 2, "the second delivery")

    assert server.endpoint.statuses == [200, 200]
    assert len(server.seen()) == 1


def test_what_was_left_without_an_answer_is_answered_by_another_process(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    stuck = Slow()
    try:
        with answering(server, library, tmp_path, stuck, over_http=True):
            asked = server.slash("podcast search", {"query": "registry"})
            with answering(server, library, tmp_path, over_http=True):
                server.endpoint.deliver(asked.interaction.event(server.api.application))
                found = asked.wait_for_response()
            stuck.let.set()
    finally:
        stuck.let.set()

    assert "“registry”" in text_of(found)
    assert len(server.seen()) == 1


def test_an_answer_that_takes_longer_is_announced_and_comes_by_a_call(
    server: DiscordServer,
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("responses", "interaction"):
        monkeypatch.setattr(f"handlers.discord.{module}.HOLDING_SECONDS", 0.05)
    slow = Slow()
    with answering(server, library, tmp_path, slow, over_http=True):
        asked = server.slash("podcast search", {"query": "registry"})
        assert asked.wait_for_acknowledgement() == DEFER
        slow.let.set()
        told = asked.wait_for_response()

    assert text_of(told) == "At last."
    assert is_private(told)
    assert server.endpoint.statuses == [202]


def test_an_answer_with_a_file_comes_by_a_call(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    counted = Mentions("tea", 7, 1, ((1, 2), (2, 5)), (), None, None, 0)

    def count(_: Library, __: Request) -> Reply:
        return Reply("Tea is mentioned.", mentions=(counted,))

    with answering(server, library, tmp_path, count, over_http=True):
        told = server.slash("podcast mentions", {"terms": "tea"}).wait_for_response()
        server.wait_for(lambda: server.endpoint.statuses, "the response")

    assert [each["filename"] for each in told["attachments"]] == ["mentions.png"]
    assert server.endpoint.statuses == [202]


def test_the_response_is_held_until_what_follows_it_is_done(
    server: DiscordServer, app: App
) -> None:
    found = server.slash("podcast search", {"query": "registry"}).wait_for_response()
    shared = server.click(found, "Share").wait_for_followup()
    server.wait_for(lambda: len(server.endpoint.statuses) == 2, "the response")

    assert not is_private(shared)
    assert server.endpoint.statuses == [200, 202]


def test_what_cannot_be_read_harms_nothing_else(
    server: DiscordServer, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    server.endpoint.deliver({"type": 2, "data": {"name": "secret plans"}})
    server.wait_for(lambda: server.endpoint.statuses, "the delivery")

    assert server.slash("podcast search", {"query": "drift"}).wait_for_response()
    assert "An event could not be parsed." in caplog.messages
    assert "secret plans" not in caplog.text


def test_a_form_that_one_process_opened_is_taken_by_another(
    server: DiscordServer, library: Library, tmp_path: Path, app: App
) -> None:
    found = server.slash("podcast search", {"query": "zyxwvut season:1"}).wait_for_response()
    change = server.click(found, "Change Search")
    field = change.wait_for_modal()["components"][0]["component"]
    with answering(server, library, tmp_path, over_http=True):
        again = change.submit(**{field["custom_id"]: "drift"}).wait_for_response()

    assert "“drift”" in text_of(again)


def test_a_passage_is_nominated_in_a_form_of_another_process(
    server: DiscordServer, library: Library, tmp_path: Path, app: App
) -> None:
    said = server.say("I wonder how the model registry works for all those bakeries")
    nominating = server.context_menu("Nominate quote", said)
    field = nominating.wait_for_modal()["components"][0]["component"]
    with answering(server, library, tmp_path, over_http=True):
        filled = nominating.submit(**{field["custom_id"]: field["value"]})
        told = text_of(filled.wait_for_response())

    assert "out of date" not in told
    assert "earlier version" not in told


def test_a_form_of_another_version_is_answered(server: DiscordServer, app: App) -> None:
    found = server.slash("podcast search", {"query": "zyxwvut season:1"}).wait_for_response()
    change = server.click(found, "Change Search")
    modal = change.wait_for_modal()
    field = modal["components"][0]["component"]["custom_id"]
    assert change.interaction.modal
    change.interaction.modal["custom_id"] = "6f2ac0"
    told = change.submit(**{field: "drift"}).wait_for_response()

    assert text_of(told) == "That button is from an earlier version. Please search again."


# Posts, without anything that only the gateway tells.


def switch_on(server: DiscordServer, **options: Any) -> str:
    asked = server.slash(
        "podcast-admin weekly on",
        {"day": "mon", "time": "9:00", "zone": "Europe/Berlin", **options},
        user=admin_of(server),
    )
    return text_of(asked.wait_for_response())


def test_a_weekly_quote_is_switched_on(server: DiscordServer, app: App) -> None:
    assert "on Mondays at 09" in switch_on(server)
    assert server.called("get_guild")


def test_what_is_missing_to_post_is_said(server: DiscordServer, app: App) -> None:
    channel = server.allow(server.channel, MEMBER & ~SEND_MESSAGES)

    assert "I lack these permissions: Send Messages." in switch_on(server)
    server.allow(channel, MEMBER)
    assert "on Mondays at 09" in switch_on(server)


def test_permissions_in_a_thread_are_those_of_its_channel(server: DiscordServer, app: App) -> None:
    thread = server.add_channel("talks", parent=server.channel.id)

    assert "on Mondays at 09" in switch_on(server, channel=thread)


def test_a_post_goes_to_a_forum(server: DiscordServer, library: Library, tmp_path: Path) -> None:
    forum = server.add_channel("talks", kind=FORUM)
    with posting(server, library, tmp_path, over_http=True) as app:
        message = post(app, channel=forum)

    assert message["channel_id"] == message["id"]
    assert SAID in text_of(message)


def test_a_post_is_published_and_in_the_language_of_its_server(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    guild = server.add_guild("Freunde", locale="de")
    news = server.add_channel("neues", guild=guild, kind=ANNOUNCEMENTS)
    with posting(server, library, tmp_path, over_http=True) as app:
        message = post(app, channel=news)
        place = place_of(news)
        recipient = Recipient(place.platform, place.workspace, RecipientKind.CHANNEL, place.id)
        language = app.do(app.account.poster.language_of(recipient))

    assert message["flags"] & CROSSPOSTED
    assert language == "de"


def test_a_server_that_removed_the_bot_is_forgotten(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    other = server.add_guild("Elsewhere")
    elsewhere = server.add_channel("elsewhere", guild=other)
    with answering(server, library, tmp_path, over_http=True):
        switch_on(server)
        asked = {"day": "mon", "time": "9:00", "zone": "UTC"}
        server.slash(
            "podcast-admin weekly on", asked, user=admin_of(server), channel=elsewhere
        ).wait_for_response()
    server.drop(other)
    with answering(server, library, tmp_path, over_http=True) as app:
        deliveries = app.weekly.deliveries
        server.wait_for(lambda: server.called("list_my_guilds"), "a list of servers")
        gone = str(other.id)
        assert comes_true(lambda: gone not in app.do(deliveries.workspaces("discord")))
        assert app.do(deliveries.workspaces("discord")) == {str(server.guild.id)}


def test_a_key_of_another_application_is_refused(server: DiscordServer, app: App) -> None:
    account = Account(settings_for(server), app.account.backend)
    other = HttpInteractions(account, Endpoint(server.changed).public_key, lambda: False)

    with pytest.raises(ConfigError, match="DISCORD_PUBLIC_KEY: it is not that of the application"):
        app.do(other.start())
