"""`airquote run`: the process as a host starts and ends it, and what it says in its log."""

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import pytest

from bot.config import SAMPLE_EPISODES
from bot.errors import ConfigError, UnreachableError
from bot.models import ZeroHit
from bot.service.request_queue import PER_MINUTE
from bot.store.feedback import open_store
from handlers.run.connections import CONNECTED, Connections, keep_connected
from tests.apps.discord import is_private, text_of
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.wire import Fault as DiscordFault
from tests.fakes.slack.calls import RESPONSE_URL
from tests.fakes.slack.server import Fault, SlackServer, running_slack
from tests.fakes.slack.tokens import APP_TOKEN, BOT_TOKEN, settings_for_one
from tests.process import Running, airquote, environment, free_port, running

FAILED, WRONG_CONFIGURATION = 1, 78
TOKENS = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
STARTED = r'^\{"event": "started"'

T = TypeVar("T")

STUCK = """
import time
from concurrent.futures import ThreadPoolExecutor
from handlers.run import service
from handlers.run.platforms import load_chat_settings

ThreadPoolExecutor().submit(time.sleep, 60)
service.run_service(load_chat_settings())
"""


class Platform:
    """A platform that does, at each start, what is next: it refuses, is away, or connects.

    Connected it stays until it is told to end, or for ever.
    """

    def __init__(self, name: str, *starts: Exception | None, ends: bool = False) -> None:
        self.name = name
        self.connected = 0
        self._starts = list(starts)
        self._ends = ends

    async def start(self) -> None:
        outcome = self._starts.pop(0)
        if outcome:
            raise outcome
        self.connected += 1

    async def serve(self) -> None:
        if not self._ends:
            await asyncio.Event().wait()

    async def stop(self, seconds: float) -> None:
        self.connected = 0


async def eventually(read: Callable[[], Awaitable[T]], holds: Callable[[T], bool]) -> T:
    """Wait until something holds of what is read, and give that."""
    async with asyncio.timeout(20):
        while True:
            if holds(found := await read()):
                return found
            await asyncio.sleep(0.01)


def refusal(variable: str) -> ConfigError:
    return ConfigError(variable, "it is wrong.", "Mend it.")


def on(slack: SlackServer, **variables: str) -> dict[str, str]:
    return {**settings_for_one(slack.api_url), **variables}


def on_discord(server: DiscordServer, **variables: str) -> dict[str, str]:
    addresses = {"DISCORD_API_URL": server.api_url, "DISCORD_GATEWAY_URL": server.gateway_url}
    return {**addresses, "DISCORD_TOKEN": server.token, **variables}


def ask(slack: SlackServer, typed: str) -> None:
    """Let somebody type the command."""
    channel = slack.workspace.add_channel("podcasts")
    act = slack.workspace.interact(slack.workspace.add_person("Ida"), channel)
    slack.deliver("slash_commands", slack.payloads.slash_command(act, "/podcast", typed), act)


def events(process: Running) -> list[str]:
    return re.findall(r'^\{"event": "([^"]*)"', process.output, re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Started:
    """A process that has started, and the port it listens on."""

    process: Running
    port: int


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """A process that is not set up as it should be, but well enough to start."""
    home, port = tmp_path_factory.mktemp("home"), free_port()
    (home / "talks").mkdir()
    (home / "talks" / "tea.txt").write_text("0:00 green tea\n0:10 black tea\n", encoding="utf-8")
    (home / "talks" / "bad.vtt").write_text("WEBVTT\n\nno time\n", encoding="utf-8")
    variables = {
        "AIRQUOTE_EPISODES": f"{SAMPLE_EPISODES}:talks:nowhere",
        "DYNO": "worker.1",
        "PORT": str(port),
    }
    with running_slack() as slack, running(home, **on(slack, **variables)) as process:
        process.wait_for(STARTED)
        yield Started(process, port)


def test_one_line_says_what_has_started(started: Started) -> None:
    facts = json.loads(started.process.wait_for(STARTED).string)

    assert events(started.process).count("started") == 1
    assert re.fullmatch(r"[0-9a-f]{16}", facts["index"])
    assert {name: facts[name] for name in ("version", "episodes", "platforms", "level")} == {
        "version": version("airquote"),
        "episodes": 7,
        "platforms": ["slack"],
        "level": "info",
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order(
    home: Path, slack: SlackServer, number: signal.Signals
) -> None:
    with running(home, **on(slack)) as process:
        process.wait_for(STARTED)
        code = process.stop(number)

    assert code == 0
    assert events(process)[-1] == "stopped"
    assert slack.sockets.open == []


def test_a_second_signal_does_not_cut_the_end_short(home: Path, slack: SlackServer) -> None:
    slack.fail(RESPONSE_URL, Fault(status=429, retry_after=1))
    with running(home, **on(slack)) as process:
        process.wait_for(STARTED)
        ask(slack, "model registry")
        slack.wait_for(lambda: slack.called(RESPONSE_URL), "the first try")
        process.send(signal.SIGTERM)
        slack.wait_for(lambda: not slack.sockets.open, "the socket to close")
        code = process.stop(signal.SIGTERM)

    assert code == 0
    assert [call.answer for call in slack.called(RESPONSE_URL)] == ["ratelimited", "ok"]


def test_a_signal_ends_it_while_it_still_reads(home: Path, slack: SlackServer) -> None:
    with running(home, **on(slack)) as process:
        process.wait_for("Reading transcripts")
        code = process.stop()

    assert code == 0
    assert events(process)[-1] == "stopped"


def test_a_search_that_never_ends_does_not_keep_it(home: Path, slack: SlackServer) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STUCK],
        cwd=home,
        env=environment(home, **on(slack)),
        stderr=subprocess.DEVNULL,
    )
    try:
        slack.wait_for_socket()
        process.terminate()

        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def test_a_slack_that_is_away_is_no_reason_to_end(home: Path) -> None:
    with running_slack() as gone:
        address = gone.api_url
    with running(home, **TOKENS, SLACK_API_URL=address) as process:
        warning = process.wait_for("cannot be reached").string
        process.wait_for(STARTED)
        code = process.stop()

    assert code == 0
    assert json.loads(warning)["level"] == "warning"
    assert "Traceback" not in process.output


def test_it_says_that_it_is_healthy(started: Started) -> None:
    connection = HTTPConnection("127.0.0.1", started.port, timeout=10)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    told = answer.status, answer.read()
    connection.close()

    assert told == (200, b"ok")


def test_a_path_that_is_missing_beside_others_is_logged(started: Started) -> None:
    line = started.process.wait_for("there is no nowhere").string

    assert json.loads(line)["level"] == "warning"


def test_a_file_that_cannot_be_read_is_named(started: Started) -> None:
    started.process.wait_for(r"bad\.vtt: refused: it has no subtitles")


def test_a_database_that_its_host_throws_away_is_warned_of(started: Started) -> None:
    started.process.wait_for(r"DATABASE_URL: Heroku throws the file .* away at each restart")


def test_neither_tokens_nor_messages_are_logged_at_any_level(
    home: Path, slack: SlackServer
) -> None:
    with running(home, **on(slack, LOG_LEVEL="DEBUG")) as process:
        process.wait_for(STARTED)
        ask(slack, "gooseberry marmalade")
        slack.wait_for(lambda: slack.called(RESPONSE_URL), "an answer")
        process.stop()

    assert "answered" in events(process)
    for secret in (BOT_TOKEN, APP_TOKEN, "gooseberry", "marmalade"):
        assert secret not in process.output


# On Discord.


def test_it_answers_on_both_platforms(
    home: Path, slack: SlackServer, discord: DiscordServer
) -> None:
    with running(home, **on(slack), **on_discord(discord)) as process:
        started = json.loads(process.wait_for(STARTED).string)
        ask(slack, "model registry")
        slack.wait_for(lambda: slack.called(RESPONSE_URL), "an answer")
        told = discord.slash("podcast search", {"query": "model registry"}).wait_for_response()
        code = process.stop()

    assert code == 0
    assert started["platforms"] == ["slack", "discord"]
    assert "model registry" in text_of(told)
    assert is_private(told)
    assert discord.gateway.close_codes == [1000]


def test_on_discord_neither_tokens_nor_messages_nor_people_are_logged(
    home: Path, discord: DiscordServer
) -> None:
    token = discord.token = "bm9ib2R5.cmVhZHM.nobody-reads-this"  # noqa: S105, of nothing
    with running(home, **on_discord(discord, LOG_LEVEL="DEBUG")) as process:
        process.wait_for(STARTED)
        asked = discord.slash("podcast search", {"query": "gooseberry marmalade"})
        asked.wait_for_response()
        process.stop()

    assert "answered" in events(process)
    hidden = (token, "gooseberry", "marmalade", asked.interaction.token, str(discord.user.id))
    for secret in hidden:
        assert secret not in process.output


def test_what_is_asked_of_discord_is_answered_before_the_end(
    home: Path, discord: DiscordServer
) -> None:
    discord.fail("create_interaction_response", DiscordFault(status=429, retry_after=1))
    with running(home, **on_discord(discord)) as process:
        process.wait_for(STARTED)
        asked = discord.slash("podcast search", {"query": "model registry"})
        discord.wait_for(lambda: discord.called("create_interaction_response"), "the first try")
        process.send(signal.SIGTERM)
        told = asked.wait_for_response()
        code = process.wait()

    assert code == 0
    assert "model registry" in text_of(told)
    assert events(process)[-1] == "stopped"


def test_a_token_that_discord_refuses_is_one_line_of_the_log(
    home: Path, discord: DiscordServer
) -> None:
    wrong = on_discord(discord) | {"DISCORD_TOKEN": "wrong"}
    done = airquote(home, "run", **wrong)
    *log, last = done.stderr.splitlines()
    errors = [json.loads(line)["event"] for line in log if '"error"' in line]

    assert done.returncode == WRONG_CONFIGURATION
    assert [error.split(". ")[0] for error in errors] == ["DISCORD_TOKEN: Discord rejects it"]
    assert last.startswith("DISCORD_TOKEN: no platform is left to answer on.")
    assert "Traceback" not in done.stderr
    assert discord.gateway.identifies == []


def test_a_discord_that_comes_back_is_answered_on(home: Path, discord: DiscordServer) -> None:
    discord.fail("get_my_user", DiscordFault(status=503), times=2)
    with running(home, **on_discord(discord)) as process:
        process.wait_for("it answers with 503")
        discord.wait_for_bot()
        told = discord.slash("podcast search", {"query": "model registry"}).wait_for_response()
        process.stop()

    assert "model registry" in text_of(told)
    assert "Traceback" not in process.output


# What is wrong from the start.


def test_two_processes_answer_each_question_once(home: Path, discord: DiscordServer) -> None:
    with running(home, **on_discord(discord)) as one, running(home, **on_discord(discord)) as other:
        for process in (one, other):
            process.wait_for(STARTED)
        discord.wait_for_bot(2)
        asker = discord.add_user("Ida")
        for _ in range(PER_MINUTE + 1):
            asked = discord.slash("podcast search", {"query": "model registry"}, user=asker)
            told = text_of(asked.wait_for_response())
        for process in (one, other):
            process.stop()
    outcomes = re.findall(r'"outcome": "(\w+)"', one.output + other.output)

    assert sorted(outcomes) == ["answered"] * PER_MINUTE + ["limited"]
    assert "I answer 10 questions a minute per person." in told


def test_without_a_chat_it_says_what_to_set(home: Path) -> None:
    done = airquote(home, "run")

    assert done.returncode == WRONG_CONFIGURATION
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("SLACK_BOT_TOKEN, SLACK_APP_TOKEN, DISCORD_TOKEN: none of them is set")
    assert "airquote search" in line


def test_everything_that_is_wrong_is_said_at_once(home: Path) -> None:
    secrets = {"SLACK_BOT_TOKEN": "xapp-hidden", "SLACK_SIGNING_SECRET": "xoxb-hidden"}
    wrong = {"PORT": "-1", "SLACK_API_URL": "hidden", "DATABASE_URL": "mysql://hidden"}
    done = airquote(home, "run", **secrets, **wrong)
    headline, *lines = done.stderr.splitlines()

    assert done.returncode == WRONG_CONFIGURATION
    assert headline == "Settings: 5 problems."
    assert [line.split(":")[0] for line in lines] == [
        "SLACK_API_URL",
        "PORT",
        "DATABASE_URL",
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
    ]
    assert "hidden" not in done.stderr


def test_a_refused_token_is_one_line_of_the_log(home: Path, slack: SlackServer) -> None:
    slack.fail("auth.test", Fault(error="account_inactive"))
    done = airquote(home, "run", **on(slack))
    *log, last = done.stderr.splitlines()
    errors = [json.loads(line) for line in log if '"error"' in line]

    assert done.returncode == WRONG_CONFIGURATION
    assert [error["event"].split(" (")[0] for error in errors] == [
        "SLACK_BOT_TOKEN: its app was uninstalled, or its workspace is gone"
    ]
    assert last.startswith("SLACK_BOT_TOKEN: no platform is left to answer on.")
    assert slack.sockets.connected == 0


def test_a_taken_port_ends_the_start(home: Path, slack: SlackServer) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104, as the process does
        taken.listen()
        number = taken.getsockname()[1]
        done = airquote(home, "run", **on(slack, PORT=str(number)))

    # Whatever starts it may try again: who has the port may just be ending.
    assert done.returncode == FAILED
    assert done.stderr.splitlines()[-1].startswith(f"PORT: cannot listen on {number}")
    assert "Traceback" not in done.stderr


def test_a_database_that_cannot_be_used_ends_the_start(home: Path, slack: SlackServer) -> None:
    (home / "kept.db").write_bytes(b"no database" * 1000)
    done = airquote(home, "run", **on(slack, DATABASE_URL="sqlite:///kept.db"))

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("kept.db: it is damaged")
    assert slack.called("auth.test") == []


# What is too old.


def test_what_has_grown_old_is_forgotten(home: Path, slack: SlackServer) -> None:
    address = f"sqlite:///{home / 'kept.db'}"
    now = datetime.now(UTC)

    async def note() -> None:
        async with open_store(address, 365) as store:
            for days, query in ((31, "white tea"), (1, "green tea")):
                await store.add_zero_hit(ZeroHit(now - timedelta(days=days), "abc", "x", query))

    async def left() -> tuple[ZeroHit, ...]:
        async with open_store(address, 365) as store:
            return await eventually(store.zero_hits, lambda rows: len(rows) == 1)

    asyncio.run(note())
    days = {"DATABASE_URL": address, "AIRQUOTE_KEEP_QUERIES_DAYS": "30"}
    with running(home, **on(slack, **days)) as process:
        process.wait_for(STARTED)
        (kept,) = asyncio.run(left())

    assert kept.query == "green tea"


# Several platforms, of which some have troubles.


def test_a_platform_that_refuses_leaves_the_others_up(caplog: pytest.LogCaptureFixture) -> None:
    good, bad = Platform("good", None), Platform("bad", refusal("BAD_TOKEN"))
    connections = Connections([bad, good])

    async def run() -> tuple[list[str], int]:
        started: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

        async def note(names: Sequence[str]) -> None:
            started.set_result(list(names))

        answering = asyncio.create_task(connections.answer(note))
        async with asyncio.timeout(10):
            names = await started
        answering.cancel()
        return names, good.connected

    names, connected = asyncio.run(run())
    (refused,) = [record for record in caplog.records if record.levelname == "ERROR"]

    assert (names, connected) == (["good"], 1)
    assert (refused.getMessage(), vars(refused)["platform"]) == (str(refusal("BAD_TOKEN")), "bad")
    assert connections.troubles == {"good": CONNECTED, "bad": str(refusal("BAD_TOKEN"))}


def test_when_all_have_refused_it_ends() -> None:
    platforms = [Platform(name, refusal(name.upper())) for name in ("one", "two")]
    started: list[Sequence[str]] = []

    async def note(names: Sequence[str]) -> None:
        started.append(names)

    with pytest.raises(ConfigError, match="ONE, TWO: no platform is left"):
        asyncio.run(Connections(platforms).answer(note))
    assert started == []


def test_a_lost_connection_is_started_anew_and_pauses_grow_between_tries(
    caplog: pytest.LogCaptureFixture,
) -> None:
    away = [UnreachableError("chat", "it is away.")] * 3
    platform = Platform("chat", *away, None, *away[:1], None, refusal("TOKEN"), ends=True)
    troubles: list[str] = []

    with pytest.raises(ConfigError, match="TOKEN"):
        asyncio.run(keep_connected(platform, troubles.append, 0.01))
    pauses = re.findall(r"Retrying in ([\d.]+) s", caplog.text)
    assert pauses == ["0.01", "0.02", "0.04", "0.01"]
    assert platform.connected == 2
    assert [bool(each) for each in troubles] == [True, True, True, False, True, True, False, True]
