"""The socket to Slack: opened, watched, replaced and closed, with a Slack of our own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from slack_bolt.async_app import AsyncApp

from bot.errors import ConfigError, UnreachableError
from bot.setting_types import Secret
from handlers.in_flight import InFlight
from handlers.run.connections import keep_connected
from handlers.slack.client import create_client
from handlers.slack.socket_mode import GRACE_SECONDS, SocketMode
from handlers.token_watch import TokenWatch
from tests.fakes.slack.server import Fault, SlackServer, running_slack
from tests.fakes.slack.tokens import APP_TOKEN, BOT_TOKEN
from tests.weekly_world import Clock, Platform

T = TypeVar("T")
Scene = Callable[[SocketMode], Awaitable[T]]
Deed = Callable[[], Awaitable[None]]
# Under a second, as the library counts whole ones before it mends anything itself.
SHORT_GRACE = 0.6


def command_app(
    api_url: str, bot: str, running: InFlight, before: Deed | None, begin: Deed | None
) -> AsyncApp:
    """Build an app with the command; it does `before`, is acked, and does `begin`."""
    app = AsyncApp(client=create_client(api_url, Secret(bot), retry=False))

    @app.command("/podcast")
    async def command(ack: Any) -> None:
        with running:
            if before:
                await before()
            await ack()
            if begin:
                await begin()

    return app


def with_sockets(
    api_url: str,
    scene: Scene[T],
    *,
    bot: str = BOT_TOKEN,
    app: str = APP_TOKEN,
    grace: float = GRACE_SECONDS,
    begin: Deed | None = None,
    before: Deed | None = None,
) -> T:
    """Play a scene with sockets that stop at its end."""

    async def run() -> T:
        running = InFlight()
        bolt = command_app(api_url, bot, running, before, begin)
        poster, watch = Platform(Clock()), TokenWatch("slack")
        sockets = SocketMode(bolt, Secret(app), running, poster, watch, grace)
        try:
            return await scene(sockets)
        finally:
            async with asyncio.timeout(5):
                await sockets.stop(1)

    return asyncio.run(run())


async def start(sockets: SocketMode) -> None:
    await sockets.start()


async def in_thread(work: Callable[[], T]) -> T:
    return await asyncio.to_thread(work)


def ask(slack: SlackServer, *, wait: bool = True) -> Any:
    """Let somebody type the command."""
    channel = slack.workspace.add_channel("podcasts")
    act = slack.workspace.interact(slack.workspace.add_person("Ida"), channel)
    payload = slack.payloads.slash_command(act, "/podcast", "model registry")
    return slack.deliver("slash_commands", payload, act, wait=wait)


def test_a_connection_takes_commands(slack: SlackServer) -> None:
    async def scene(sockets: SocketMode) -> Any:
        await sockets.start()
        return await in_thread(lambda: ask(slack))

    delivery = with_sockets(slack.api_url, scene)

    assert [ack.status for ack in delivery.acks] == [200]
    assert len(slack.called("apps.connections.open")) == 1


@pytest.mark.parametrize(
    ("method", "error", "variable"),
    [
        ("auth.test", "invalid_auth", "SLACK_BOT_TOKEN"),
        ("auth.test", "account_inactive", "SLACK_BOT_TOKEN"),
        ("auth.test", "token_revoked", "SLACK_BOT_TOKEN"),
        ("apps.connections.open", "invalid_auth", "SLACK_APP_TOKEN"),
        ("apps.connections.open", "not_allowed_token_type", "SLACK_APP_TOKEN"),
        ("apps.connections.open", "missing_scope", "SLACK_APP_TOKEN"),
    ],
)
def test_a_refused_token_is_named_at_once(
    slack: SlackServer, method: str, error: str, variable: str
) -> None:
    slack.fail(method, Fault(error=error))

    with pytest.raises(ConfigError, match=rf"^{variable}: .*\({error}\)\. Copy ") as caught:
        with_sockets(slack.api_url, start)
    assert "fake" not in str(caught.value)
    assert len(slack.called(method)) == 1


def test_two_refused_tokens_are_named_together(slack: SlackServer) -> None:
    slack.fail("auth.test", Fault(error="invalid_auth"))
    slack.fail("apps.connections.open", Fault(error="token_expired"))

    with pytest.raises(ConfigError) as caught:
        with_sockets(slack.api_url, start)
    first, *lines = str(caught.value).splitlines()
    assert first == "SLACK_BOT_TOKEN, SLACK_APP_TOKEN: both are rejected."
    assert [line.partition(" ")[0] for line in lines] == ["SLACK_BOT_TOKEN:", "SLACK_APP_TOKEN:"]


def test_a_refused_token_is_named_although_slack_then_breaks_off(slack: SlackServer) -> None:
    slack.fail("auth.test", Fault(error="invalid_auth"))
    slack.fail("apps.connections.open", Fault(status=503))

    with pytest.raises(ConfigError, match=r"^SLACK_BOT_TOKEN: Slack rejects it"):
        with_sockets(slack.api_url, start)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(status=503),
        Fault(status=429, retry_after=1),
        Fault(error="internal_error"),
        Fault(drop=True),
    ],
    ids=["500", "503", "429", "internal_error", "dropped"],
)
@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
def test_what_may_pass_is_no_wrong_setting(slack: SlackServer, method: str, fault: Fault) -> None:
    slack.fail(method, fault)

    with pytest.raises(UnreachableError, match="cannot be reached"):
        with_sockets(slack.api_url, start)


def test_a_host_that_is_not_there_may_be_there_later() -> None:
    with running_slack() as gone:
        address = gone.api_url

    with pytest.raises(UnreachableError, match=r"cannot be reached.*HTTPS_PROXY"):
        with_sockets(address, start)


def test_slack_is_tried_again_until_it_is_there(slack: SlackServer) -> None:
    slack.fail("auth.test", Fault(status=503), times=2)
    slack.fail("apps.connections.open", Fault(drop=True))

    async def scene(sockets: SocketMode) -> Any:
        keeping = asyncio.create_task(keep_connected(sockets, pause=0.01))
        await in_thread(slack.wait_for_socket)
        delivery = await in_thread(lambda: ask(slack))
        keeping.cancel()
        return delivery

    delivery = with_sockets(slack.api_url, scene)

    assert delivery.acks
    assert [call.answer for call in slack.called("apps.connections.open")] == ["dropped", "ok"]


def test_a_silent_connection_is_given_up(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    slack.sockets.fall_silent()

    async def scene(sockets: SocketMode) -> None:
        await sockets.start()
        async with asyncio.timeout(10):
            await sockets.serve()

    with_sockets(slack.api_url, scene, grace=SHORT_GRACE)

    assert "gone silent" in caplog.text
    slack.wait_for(lambda: not slack.sockets.open, "the last socket to close")


def test_a_connection_that_is_heard_of_is_kept(slack: SlackServer) -> None:
    async def scene(sockets: SocketMode) -> int:
        await sockets.start()
        serving = asyncio.create_task(sockets.serve())
        done, _ = await asyncio.wait([serving], timeout=2 * SHORT_GRACE)
        serving.cancel()
        return len(done)

    assert with_sockets(slack.api_url, scene, grace=SHORT_GRACE) == 0
    assert slack.sockets.connected == 1


def test_a_revoked_token_ends_the_service_while_it_runs(slack: SlackServer) -> None:
    async def scene(sockets: SocketMode) -> None:
        keeping = asyncio.create_task(keep_connected(sockets, pause=0.01))
        await in_thread(slack.wait_for_socket)
        slack.fail("auth.test", Fault(error="token_revoked"))
        slack.sockets.fall_silent()
        async with asyncio.timeout(10):
            await keeping

    with pytest.raises(ConfigError, match="it was revoked"):
        with_sockets(slack.api_url, scene, grace=SHORT_GRACE)


@pytest.mark.parametrize("reason", ["warn", "refresh"])
def test_a_connection_about_to_end_is_replaced_before_it_does(
    slack: SlackServer, reason: str
) -> None:
    async def scene(sockets: SocketMode) -> tuple[list[Any], int]:
        await sockets.start()
        serving = asyncio.create_task(sockets.serve())
        await in_thread(getattr(slack.sockets, reason))
        await in_thread(lambda: slack.wait_for_socket(2))
        # Slack sends to both, and nothing is lost.
        deliveries = [await in_thread(lambda: ask(slack)) for _ in range(4)]
        open_at_once = len(slack.sockets.open)
        serving.cancel()
        return deliveries, open_at_once

    deliveries, open_at_once = with_sockets(slack.api_url, scene)

    assert all(delivery.acks for delivery in deliveries)
    assert open_at_once == 2
    slack.wait_for(lambda: not slack.sockets.open, "both sockets to close")


def test_a_connection_that_was_replaced_does_not_come_back(slack: SlackServer) -> None:
    async def scene(sockets: SocketMode) -> Any:
        await sockets.start()
        serving = asyncio.create_task(sockets.serve())
        await in_thread(slack.sockets.warn)
        await in_thread(lambda: slack.wait_for_socket(2))
        await in_thread(slack.sockets.close_first)
        # The library would connect again before it reads on.
        await in_thread(lambda: slack.wait_for(lambda: len(slack.sockets.open) == 1, "the end"))
        delivery = await in_thread(lambda: ask(slack))
        serving.cancel()
        return delivery

    delivery = with_sockets(slack.api_url, scene)

    assert delivery.acks
    assert len(slack.called("apps.connections.open")) == 2


def test_a_connection_lives_on_where_no_other_is_to_be_had(slack: SlackServer) -> None:
    async def scene(sockets: SocketMode) -> Any:
        await sockets.start()
        serving = asyncio.create_task(sockets.serve())
        slack.fail("auth.test", Fault(status=503))
        await in_thread(slack.sockets.warn)
        await in_thread(lambda: slack.wait_for(lambda: len(slack.called("auth.test")) > 1, "a try"))
        delivery = await in_thread(lambda: ask(slack))
        serving.cancel()
        return delivery

    assert with_sockets(slack.api_url, scene).acks
    assert slack.sockets.connected == 1


def test_the_end_waits_for_what_has_begun(slack: SlackServer) -> None:
    told: list[str] = []
    begun = asyncio.Event()

    async def begin() -> None:
        begun.set()
        await asyncio.sleep(0.2)
        told.append("answered")

    async def scene(sockets: SocketMode) -> bool:
        await sockets.start()
        await in_thread(lambda: ask(slack))
        await begun.wait()
        return bool(told)

    answered_before = with_sockets(slack.api_url, scene, begin=begin)

    assert not answered_before
    assert told == ["answered"]
    slack.wait_for(lambda: not slack.sockets.open, "the socket to close")


def test_what_is_at_hand_when_the_end_comes_is_acknowledged(slack: SlackServer) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def before() -> None:
        begun.set()
        await go_on.wait()

    async def scene(sockets: SocketMode) -> tuple[Any, bool]:
        await sockets.start()
        delivery = await in_thread(lambda: ask(slack, wait=False))
        await begun.wait()
        ending = asyncio.create_task(sockets.stop(1))
        await asyncio.wait([ending], timeout=0.1)
        acknowledged_before = bool(delivery.acks)
        go_on.set()
        await ending
        return delivery, acknowledged_before

    delivery, acknowledged_before = with_sockets(slack.api_url, scene, before=before)

    assert not acknowledged_before
    slack.wait_for(lambda: not slack.sockets.open, "the socket to close")
    assert [ack.status for ack in delivery.acks] == [200]


def test_the_end_does_not_wait_for_ever(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    stuck = asyncio.Event()

    async def begin() -> None:
        with suppress(asyncio.CancelledError):
            await stuck.wait()

    async def scene(sockets: SocketMode) -> None:
        await sockets.start()
        await in_thread(lambda: ask(slack))
        async with asyncio.timeout(5):
            await sockets.stop(0.01)

    with_sockets(slack.api_url, scene, begin=begin)

    assert "Some answers were not finished in time." in caplog.text


def test_no_token_is_logged_or_shown(slack: SlackServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    client = create_client(slack.api_url, Secret(BOT_TOKEN))

    async def scene(sockets: SocketMode) -> str:
        await sockets.start()
        return repr(sockets)

    shown = with_sockets(slack.api_url, scene)

    assert "has been established" in caplog.text
    for token in (BOT_TOKEN, APP_TOKEN):
        assert token not in f"{caplog.text} {shown} {client!r}"
