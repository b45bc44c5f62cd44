"""How the process stands: what it says of itself over HTTP, and what it keeps to itself."""

import asyncio
import json
import logging
import re
import shutil
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from bot.config import SAMPLE_EPISODES
from bot.errors import AirquoteError, StoreError, UnreachableError
from bot.library.library import Library, open_library
from bot.library.manifest import Inspection
from bot.library.refresh import Refresher
from bot.library.registry import registry_of
from bot.library.scan import inspect_paths
from bot.logs import make_redactor
from bot.sources import Folder
from bot.store.deliveries import SqlDeliveryStore
from handlers.http import Server, open_session
from handlers.run.connections import CONNECTED, Connections
from handlers.run.health import MAX_LAG_SECONDS, MAX_TICK_SECONDS, Health, Lag, Watched, watching
from handlers.run.metrics import CONTENT_TYPE, Metrics, counting_warnings
from handlers.token_watch import TokenWatch
from tests.apps.discord import text_of
from tests.databases import own_server
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.wire import Fault as DiscordFault
from tests.fakes.slack.calls import RESPONSE_URL
from tests.fakes.slack.server import Fault, SlackServer
from tests.fakes.slack.tokens import APP_TOKEN, BOT_TOKEN, settings_for_one
from tests.process import Running, airquote, free_port, running
from tests.weekly_world import DAY, MONDAY, World, drop_table, opened, subscription

STARTED = r'^\{"event": "started"'
PATIENCE_SECONDS = 20.0


class Chat:
    """A platform that is told of, but never connects."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.watch = TokenWatch(name)
        self.parts: dict[str, str] = {}


class Process:
    """What is watched in a test, each part of which can be broken."""

    def __init__(self, world: World, cache: Path) -> None:
        self.world = world
        self.library = open_library([SAMPLE_EPISODES], cache)
        self.registry = registry_of([Folder(SAMPLE_EPISODES)], cache)
        self.connections = Connections([Chat("slack"), Chat("discord")])  # type: ignore[list-item]
        self.connections.troubles = {"slack": CONNECTED, "discord": CONNECTED}
        self.metrics = Metrics()
        self.now = 0.0
        self.health = self.watch()
        self.found: Inspection | AirquoteError = inspect_paths([SAMPLE_EPISODES], cache)

    def watch(self, secrets: tuple[str, ...] = ()) -> Health:
        return Health(self.watched(secrets), self.metrics, fresh=0.0, now=lambda: self.now)

    def watched(self, secrets: tuple[str, ...] = ()) -> Watched:
        return Watched(
            self.connections,
            self.world.context,
            lambda: [(self.library, self.registry)],
            make_redactor(secrets),
        )

    def refresher(self) -> Refresher:
        """Look for episodes where `found` is what there is."""

        async def swap(_: Library, new: Library) -> None:
            self.library = new

        clock = self.world.context.posting.outbox.clock
        return Refresher(self.library, self.registry, self._find, swap, clock=clock)

    def _find(self) -> Inspection:
        if isinstance(self.found, AirquoteError):
            raise self.found
        return self.found

    async def failing(self) -> dict[str, str]:
        return {part: said for part, said in (await self.health.check()).items() if said}


def in_process(
    address: str, cache: Path, use: Callable[[Process], Awaitable[Any]], *, ticked: bool = True
) -> Any:
    """Do something with a process in which all is well, and where a tick was done if `ticked`."""

    async def run() -> Any:
        async with opened(address, subscription()) as world:
            process = Process(world, cache)
            if ticked:
                await process.health.noting(world.tick)()
            return await use(process)

    return asyncio.run(run())


async def get(port: int, path: str) -> tuple[int, str, str]:
    async with (
        open_session() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.text(), response.headers["Content-Type"]


def test_where_all_is_well_every_part_is_ready(database: str, tmp_path: Path) -> None:
    async def use(process: Process) -> dict[str, str]:
        return await process.health.check()

    parts = in_process(database, tmp_path, use)

    assert parts == dict.fromkeys(
        ["database", "index", "episodes", "quotes", "slack", "discord"], ""
    )


def test_a_database_that_cannot_be_read_is_named_and_explained_in_the_log_alone(
    database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(process: Process) -> dict[str, str]:
        await drop_table(database, "subscriptions")
        await process.failing()
        return await process.failing()

    failing = in_process(database, tmp_path, use)
    explained = [each.getMessage() for each in caplog.records if "could not be read." in each.msg]

    assert failing == {"database": "it cannot be read; the log says why."}
    assert len(explained) == 1
    assert "subscriptions" in explained[0]


def test_a_database_whose_server_is_away_is_named_until_it_is_back(tmp_path: Path) -> None:
    with own_server() as (address, control):

        async def use(process: Process) -> list[dict[str, str]]:
            await asyncio.to_thread(control, "stop")
            away = await process.failing()
            await asyncio.to_thread(control, "restart")
            return [away, await process.failing()]

        away, back = in_process(address, tmp_path, use)

    assert away == {"database": "it cannot be read; the log says why."}
    assert back == {}


def test_a_database_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.run.health._DATABASE_SECONDS", 0.1)

    async def use(process: Process) -> dict[str, str]:
        async def hang(*_: object) -> None:
            await asyncio.sleep(60)

        monkeypatch.setattr(SqlDeliveryStore, "last_sent", hang)
        return await process.failing()

    failing = in_process(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, use)

    assert failing == {"database": "it cannot be read; the log says why."}


def test_a_platform_none_of_whose_shards_is_connected_is_not_either(tmp_path: Path) -> None:
    async def use(process: Process) -> tuple[dict[str, str], dict[str, str]]:
        chat: Any = process.connections.platforms[1]
        chat.parts = {"shard 0": "its connection is lost.", "shard 1": ""}
        one = await process.failing()
        chat.parts |= {"shard 1": "it is away."}
        return one, await process.failing()

    one, both = in_process(f"sqlite:///{tmp_path / 'airquote.db'}", tmp_path, use)

    assert one == {"discord shard 0": "its connection is lost."}
    assert both.keys() == {"discord", "discord shard 0", "discord shard 1"}


def test_a_platform_with_a_trouble_is_named_with_it_and_without_secrets(tmp_path: Path) -> None:
    async def use(process: Process) -> dict[str, str]:
        process.connections.troubles["discord"] = "https://me:hidden@proxy: nobody says sesame42."
        process.health = process.watch(("sesame42",))
        await process.health.noting(process.world.tick)()
        return await process.failing()

    failing = in_process(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, use)

    assert failing == {"discord": "https://me:[redacted]@proxy: nobody says [redacted]."}


def test_an_index_that_stands_in_for_the_current_one_is_named_once_it_should_not(
    tmp_path: Path,
) -> None:
    async def use(process: Process) -> list[dict[str, str]]:
        process.world.clock.now = process.registry.standing().promotions[-1].at
        process.library = replace(process.library, id="an-earlier-one")
        early = await process.failing()
        process.world.clock.now += timedelta(hours=3)
        return [early, await process.failing()]

    early, late = in_process(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, use)

    assert early == {}
    assert late["index"].startswith("an-earlier-one is in use instead of ")


def test_an_index_without_episodes_is_not_ready(tmp_path: Path) -> None:
    async def use(process: Process) -> dict[str, str]:
        empty = replace(process.library.index, episodes=())
        process.library = Library("empty", empty, ())
        return await process.failing()

    failing = in_process(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, use)

    assert failing == {"index": "it contains no episodes."}


def test_looks_for_new_episodes_that_go_on_failing_are_named_once_they_should_not(
    tmp_path: Path,
) -> None:
    async def use(process: Process) -> list[dict[str, str]]:
        process.found = UnreachableError("git.example", "does not answer.")
        refresher = process.refresher()
        process.health.watch_episodes(lambda: [refresher])
        await refresher.look()
        early = await process.failing()
        process.world.clock.now += timedelta(hours=3)
        await refresher.look()
        late = await process.failing()
        process.found = inspect_paths([SAMPLE_EPISODES], tmp_path)
        await refresher.look()
        return [early, late, await process.failing()]

    early, late, mended = in_process(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, use)

    assert (early, mended) == ({}, {})
    assert list(late) == ["episodes"]
    assert re.fullmatch(
        r"the last complete refresh was at [-\d]{10} [:\d]{5} UTC; see the log\.",
        late["episodes"],
    )


def test_a_newer_index_that_is_not_taken_over_is_named_until_it_is(tmp_path: Path) -> None:
    async def use(process: Process) -> list[dict[str, str]]:
        talks = tmp_path / "talks"
        talks.mkdir()
        shutil.copy(SAMPLE_EPISODES / "feature-stores.vtt", talks)
        process.found = inspect_paths([talks], tmp_path)
        refresher = process.refresher()
        process.health.watch_episodes(lambda: [refresher])
        await refresher.look()
        refused = await process.failing()
        process.found = inspect_paths([SAMPLE_EPISODES], tmp_path)
        await refresher.look()
        return [refused, await process.failing()]

    refused, mended = in_process(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, use)

    assert list(refused) == ["episodes"]
    assert refused["episodes"].endswith(
        " is newer but was not promoted; “airquote index list” says why."
    )
    assert mended == {}


def test_quotes_that_nobody_looks_for_are_not_ready(tmp_path: Path) -> None:
    async def use(process: Process) -> list[dict[str, str]]:
        async def fail() -> None:
            raise StoreError("a.db", "it is locked.")

        before = await process.failing()
        with pytest.raises(StoreError):
            await process.health.noting(fail)()
        after_failure = await process.failing()
        await process.health.noting(process.world.tick)()
        process.now += MAX_TICK_SECONDS
        well = await process.failing()
        process.now += 1
        return [before, after_failure, well, await process.failing()]

    before, after_failure, well, late = in_process(
        f"sqlite:///{tmp_path / 'a.db'}", tmp_path, use, ticked=False
    )

    assert before == after_failure == {"quotes": "the scheduler has not run yet."}
    assert well == {}
    assert late == {"quotes": "the scheduler has not run for 121 s."}


def test_metrics_say_the_same_as_the_parts(database: str, tmp_path: Path) -> None:
    async def use(process: Process) -> tuple[str, float]:
        process.connections.troubles["discord"] = "it is away."
        await process.failing()
        return process.metrics.render().decode(), process.world.clock.now.timestamp()

    text, sent = in_process(database, tmp_path, use)

    for part, is_up in [("database", 1), ("index", 1), ("quotes", 1), ("slack", 1), ("discord", 0)]:
        assert f'airquote_part_ready{{part="{part}"}} {is_up}.0' in text
    assert 'airquote_platform_connected{platform="slack"} 1.0' in text
    assert 'airquote_platform_connected{platform="discord"} 0.0' in text
    assert "airquote_index_episodes 6.0" in text
    for name in ("last_sent", "waiting_since"):
        (line,) = [each for each in text.splitlines() if each.startswith(f"airquote_{name}_t")]
        assert float(line.split()[1]) == sent
    assert "airquote_index_built_timestamp_seconds{" in text


def test_who_waits_for_a_quote_on_a_platform_that_is_not_set_up_is_not_told_of(
    tmp_path: Path,
) -> None:
    async def use(process: Process) -> str:
        elsewhere = replace(subscription().channel, platform="discord")
        await process.world.deliveries.subscribe(subscription(elsewhere, since=MONDAY - 30 * DAY))
        await process.failing()
        return process.metrics.render().decode()

    text = in_process(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, use)

    assert 'airquote_waiting_since_timestamp_seconds{platform="slack"}' in text
    assert 'airquote_waiting_since_timestamp_seconds{platform="discord"}' not in text


def test_every_change_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def use(process: Process) -> None:
        for trouble in ("", "it is away.", "it is away.", "", ""):
            process.connections.troubles["slack"] = trouble
            await process.health.check()

    in_process(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, use)
    told = [each for each in caplog.records if each.name == "handlers.run.health"]

    assert [each.getMessage() for each in told] == ["not ready", "ready"]
    assert vars(told[0])["parts"] == {"slack": "it is away."}


def test_an_event_loop_that_was_held_up_is_late() -> None:
    async def run() -> Lag:
        lag = Lag(period=0.001)
        measuring = asyncio.create_task(lag.measure())
        await asyncio.sleep(0.01)
        time.sleep(0.2)  # noqa: ASYNC251, it is to be held up
        while True:
            if lag.worst > 0.1 > lag.latest:
                measuring.cancel()
                return lag
            await asyncio.sleep(0)

    async def patient() -> Lag:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await run()

    lag = asyncio.run(patient())

    assert lag.worst > 0.1 > lag.latest


def test_what_stands_is_shown_over_http(tmp_path: Path) -> None:
    port = free_port()

    async def use(process: Process) -> list[tuple[int, str, str]]:
        async with AsyncExitStack() as stack:
            server = Server(port)
            watched = process.watched()
            health = await stack.enter_async_context(watching(server, watched, process.metrics))
            await server.start()
            stack.push_async_callback(server.stop)
            shown = [await get(port, path) for path in ("/healthz", "/readyz", "/metrics")]
            health.lag.note(MAX_LAG_SECONDS + 1)
            return [*shown, await get(port, "/healthz"), await get(port, "/metrics")]

    well, ready, metrics, late, lagging = in_process(
        f"sqlite:///{tmp_path / 'a.db'}", tmp_path, use
    )

    assert well[:2] == (200, "ok")
    assert ready[0] == 503
    assert re.fullmatch(
        "quotes: the scheduler has not run yet\\.\nThis process answers from the index \\w{16}\\.",
        ready[1],
    )
    assert (metrics[0], metrics[2]) == (200, CONTENT_TYPE)
    assert 'airquote_deliveries_total{platform="discord",state="failed"} 0.0' in metrics[1]
    assert late[:2] == (503, "The event loop lags by 6.0 s.")
    assert "airquote_event_loop_lag_seconds 6.0" in lagging[1]


@pytest.mark.parametrize("level", [logging.INFO, logging.ERROR])
def test_what_a_library_warns_of_is_counted_even_where_it_is_not_shown(
    level: int, caplog: pytest.LogCaptureFixture
) -> None:
    counted: list[int] = []
    log = logging.getLogger("somebody.http")
    caplog.set_level(level)
    caplog.handler.setLevel(logging.NOTSET)
    with counting_warnings(["somebody.http"], "Too much", lambda: counted.append(1)):
        log.warning("Too much: %s", "of it")
        log.warning("Another")
        log.info("Too much, by far")
    log.warning("Too much again")

    shown = [each.getMessage() for each in caplog.records]
    assert len(counted) == 1
    assert ("Too much: of it" in shown) == (level == logging.INFO)


def test_who_asks_again_at_once_is_told_the_same(tmp_path: Path) -> None:
    async def use(process: Process) -> list[dict[str, str]]:
        health = Health(process.watched(), process.metrics, fresh=1.0, now=lambda: process.now)
        first, *_ = await asyncio.gather(*(health.check() for _ in range(5)))
        process.connections.troubles["slack"] = "it is away."
        process.now += 0.9
        second = await health.check()
        process.now += 0.1
        return [first, second, await health.check()]

    first, second, third = in_process(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, use)

    assert first is second
    assert (second["slack"], third["slack"]) == (CONNECTED, "it is away.")


# The real process.


def on_both(slack: SlackServer, discord: DiscordServer, port: int) -> dict[str, str]:
    return {
        "PORT": str(port),
        **settings_for_one(slack.api_url),
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "DISCORD_TOKEN": discord.token,
    }


def read(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def read_until(
    port: int, path: str, holds: Callable[[int, str], bool], seconds: float = PATIENCE_SECONDS
) -> tuple[int, str]:
    """Read a path until something holds of what it shows."""
    until = time.monotonic() + seconds
    while True:
        found = read(port, path)
        if holds(*found):
            return found
        assert time.monotonic() < until, found
        time.sleep(0.05)


def ask(slack: SlackServer, typed: str) -> None:
    """Let somebody type the command in Slack, and wait for the answer."""
    channel, before = slack.workspace.add_channel("podcasts"), len(slack.called(RESPONSE_URL))
    act = slack.workspace.interact(slack.workspace.add_person("Ida"), channel)
    slack.deliver("slash_commands", slack.payloads.slash_command(act, "/podcast", typed), act)
    slack.wait_for(
        lambda: any(call.answer == "ok" for call in slack.called(RESPONSE_URL)[before:]),
        "an answer",
    )


def answers(process: Running) -> list[dict[str, Any]]:
    """Read what was logged of commands."""
    lines = [json.loads(line) for line in process.output.splitlines() if line.startswith("{")]
    return [each for each in lines if each["event"] in ("answered", "not answered")]


def test_a_platform_that_refuses_leaves_the_other_up_and_the_process_says_so(
    home: Path, slack: SlackServer, discord: DiscordServer
) -> None:
    port = free_port()
    wrong = on_both(slack, discord, port) | {"DISCORD_TOKEN": "wrong.token.of-nothing"}
    with running(home, **wrong) as process:
        process.wait_for(STARTED)
        ready = read_until(port, "/readyz", lambda _, text: "quotes" not in text)
        ask(slack, "model registry")
        metrics = read(port, "/metrics")[1]
        health = read(port, "/healthz")

    assert ready[0] == 503
    assert ready[1].startswith("discord: DISCORD_TOKEN: Discord rejects it.")
    assert len(ready[1].splitlines()) == 2
    assert "wrong.token.of-nothing" not in ready[1]
    assert health == (200, "ok")
    assert 'airquote_platform_connected{platform="slack"} 1.0' in metrics
    assert 'airquote_platform_connected{platform="discord"} 0.0' in metrics
    assert 'command="search",outcome="answered",platform="slack"} 1.0' in metrics


def test_a_platform_that_comes_back_makes_the_process_ready(
    home: Path, slack: SlackServer, discord: DiscordServer
) -> None:
    port = free_port()
    discord.fail("get_my_user", DiscordFault(status=503), times=2)
    with running(home, **on_both(slack, discord, port)) as process:
        process.wait_for(STARTED)
        away = read(port, "/readyz")
        back = read_until(port, "/readyz", lambda status, _: status == 200)

    assert away[0] == 503
    assert "discord: Discord: it cannot be reached (it answers with 503)." in away[1]
    assert is_ready(back)


def test_each_shard_is_told_of(home: Path, slack: SlackServer, discord: DiscordServer) -> None:
    port, discord.api.shards = free_port(), 2
    discord.gateway.away.add(1)
    with running(home, **on_both(slack, discord, port)) as process:
        process.wait_for(STARTED)
        _, lost = read_until(port, "/readyz", lambda _, text: "discord shard 1: " in text)
        metrics = read(port, "/metrics")[1]
        discord.gateway.away.clear()
        back = read_until(port, "/readyz", lambda status, _: status == 200)

    assert "discord shard 0: " not in lost
    assert "\ndiscord: " not in f"\n{lost}"
    assert 'airquote_part_ready{part="discord shard 0"} 1.0' in metrics
    assert 'airquote_part_ready{part="discord shard 1"} 0.0' in metrics
    assert 'airquote_platform_connected{platform="discord"} 1.0' in metrics
    assert is_ready(back)


def is_ready(said: tuple[int, str]) -> bool:
    """Whether every part works; which index answers is said in any case."""
    return said[0] == 200 and said[1].startswith("ok\nThis process answers from the index ")


def mention(slack: SlackServer) -> None:
    """Let somebody mention the bot in Slack."""
    channel, person = slack.workspace.add_channel("podcasts"), slack.workspace.add_person("Ida")
    body = {"text": "<@U0AIRQUOTE> model registry"}
    asked = slack.workspace.post(channel, body, person)
    slack.deliver("events_api", slack.payloads.app_mention(asked))


def test_a_token_that_slack_no_longer_accepts_is_said_until_it_does(
    home: Path, slack: SlackServer, discord: DiscordServer
) -> None:
    port = free_port()
    revoked = Fault(error="token_revoked")
    with running(home, **on_both(slack, discord, port)) as process:
        process.wait_for(STARTED)
        ready = read_until(port, "/readyz", lambda status, _: status == 200)
        # Each answer is tried, then the reason, then the reason in a direct message.
        slack.fail("chat.postMessage", revoked, times=4)
        slack.fail("chat.postEphemeral", revoked, times=2)
        for _ in range(2):
            mention(slack)
        process.wait_for("Nobody could be told", 2)
        away = read_until(port, "/readyz", lambda status, _: status == 503)
        mention(slack)
        back = read_until(port, "/readyz", lambda status, _: status == 200)
        errors = [line for line in process.output.splitlines() if '"level": "error"' in line]

    assert is_ready(ready)
    assert is_ready(back)
    said = away[1].splitlines()[0]
    assert said.startswith("slack: SLACK_BOT_TOKEN: it was revoked (token_revoked). Copy ")
    assert [json.loads(each)["event"] for each in errors] == [said.removeprefix("slack: ")]
    assert "Traceback" not in process.output


def test_a_process_says_that_newer_episodes_are_not_taken_over(
    home: Path, slack: SlackServer, discord: DiscordServer
) -> None:
    port, talks = free_port(), home / "talks"
    shutil.copytree(SAMPLE_EPISODES, talks)
    variables = on_both(slack, discord, port) | {"AIRQUOTE_EPISODES": str(talks)}
    airquote(home, "index", "build", **variables).check_returncode()
    for talk in sorted(each for each in talks.iterdir() if each.is_file())[2:]:
        talk.unlink()
    with running(home, **variables) as process:
        process.wait_for(STARTED)
        refused = read_until(port, "/readyz", lambda _, text: text.startswith("episodes: "))
        airquote(home, "index", "build", "--force", **variables).check_returncode()
        accepted = read_until(port, "/readyz", lambda _, text: not text.startswith("episodes: "))

    assert refused[0] == 503
    assert "not promoted; “airquote index list” says why." in refused[1]
    assert is_ready(accepted)


def test_commands_and_limits_are_counted_without_a_word_of_what_was_asked(
    home: Path, slack: SlackServer, discord: DiscordServer
) -> None:
    port = free_port()
    slack.fail(RESPONSE_URL, Fault(status=429, retry_after=1))
    discord.fail("create_interaction_response", DiscordFault(status=429, retry_after=0.1))
    with running(home, **on_both(slack, discord, port)) as process:
        process.wait_for(STARTED)
        ask(slack, "gooseberry marmalade")
        told = discord.slash("podcast search", {"query": "model registry"}).wait_for_response()
        read_until(port, "/readyz", lambda status, _: status == 200)
        shown = "".join(read(port, path)[1] for path in ("/metrics", "/readyz", "/healthz"))
        first, second = answers(process)

    assert "model registry" in text_of(told)
    for line in (
        'airquote_commands_total{command="search",outcome="nothing",platform="slack"} 1.0',
        'airquote_commands_total{command="search",outcome="answered",platform="discord"} 1.0',
        "airquote_zero_hits_total 1.0",
        'airquote_rate_limited_total{platform="slack"} 1.0',
        'airquote_rate_limited_total{platform="discord"} 1.0',
        'airquote_command_seconds_count{command="search",platform="discord"} 1.0',
    ):
        assert line in shown
    assert (first["outcome"], second["outcome"]) == ("nothing", "answered")
    assert (first["hits"], second["hits"] > 0) == (0, True)
    secrets = (BOT_TOKEN, APP_TOKEN, discord.token, "gooseberry", "marmalade", "registry")
    people = (str(discord.user.id), "Ida")
    for hidden in (*secrets, *people):
        assert hidden not in shown
