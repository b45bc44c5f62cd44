"""The connection to Discord: refused, away, lost and broken, and begun as seldom as can be."""

import asyncio
import logging
import re
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ConfigError, UnreachableError
from bot.library.library import Library
from bot.service.request_queue import RequestQueue
from bot.service.saved_requests import BatchedRequestStore
from bot.service.sharing import Shares
from bot.store.database import open_database
from bot.store.feedback import Store
from handlers.discord.account import Account
from handlers.discord.gateway import Gateway
from handlers.discord.interaction import Backend
from handlers.discord.render.charts import ChartRenderer
from handlers.discord.shards import Pace
from handlers.in_flight import InFlight
from tests.apps.discord import App, answering, ports_on, settings_for, text_of
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.wire import Fault

_DAY = 24 * 60 * 60.0
# What the library ends with.
UNREADABLE = {"id": "no number"}


def start(server: DiscordServer, library: Library, folder: Path, token: str = "") -> None:
    """Start a gateway, and stop it."""
    set_up = settings_for(server, DISCORD_TOKEN=token or server.token)

    async def run() -> None:
        async with open_database(f"sqlite:///{folder / 'airquote.db'}") as database:
            store, weekly = Store(database, 0), ports_on(database, library)
            intake = RequestQueue(library, store)
            desk = Backend(
                intake,
                BatchedRequestStore(store),
                Shares(intake.claims),
                InFlight(),
                weekly,
                ChartRenderer(),
            )
            gateway = Gateway(Account(set_up, desk))
            try:
                await gateway.start()
            finally:
                await gateway.stop(1)

    asyncio.run(run())


def answers(server: DiscordServer) -> bool:
    asked = server.slash("podcast search", {"query": "registry"})
    return "“registry”" in text_of(asked.wait_for_response())


def test_a_wrong_token_is_refused_before_any_session_begins(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"DISCORD_TOKEN: Discord rejects it\. ") as caught:
        start(server, library, tmp_path, "wrong-token")
    assert "wrong-token" not in str(caught.value)
    assert server.gateway.identifies == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (4004, r"DISCORD_TOKEN: Discord rejects it \(4004\)"),
        (4013, r"Discord: it rejects an intent"),
        (4014, r"Discord: it disallows an intent \(4014\)"),
    ],
)
def test_a_session_that_is_ended_for_good_is_not_begun_anew(
    server: DiscordServer, app: App, code: int, said: str
) -> None:
    server.gateway.close(code)
    server.wait_for(lambda: app.refusal, "a refusal")

    assert re.match(said, str(app.refusal))
    assert len(server.gateway.identifies) == 1


def test_a_session_that_is_refused_is_not_asked_for_again(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    server.gateway._is_token = lambda _: False
    with pytest.raises(ConfigError, match=r"DISCORD_TOKEN: Discord rejects it \(4004\)"):
        start(server, library, tmp_path)
    assert len(server.gateway.identifies) == 1


def test_a_session_is_not_begun_when_discord_allows_no_more(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    server.api.starts |= {"remaining": 3, "reset_after": 7_200_000}
    with pytest.raises(UnreachableError, match=r"3 of 1,000 session starts are left until 20"):
        start(server, library, tmp_path)
    assert server.gateway.identifies == []


@pytest.mark.parametrize(
    "fault",
    [Fault(status=503), Fault(status=403), Fault(), Fault(status=429, retry_after=1, via=False)],
)
def test_a_discord_that_is_away_is_tried_again_later(
    server: DiscordServer, library: Library, tmp_path: Path, fault: Fault
) -> None:
    server.fail("get_my_user", fault, times=2)
    with pytest.raises(UnreachableError, match="it cannot be reached"):
        start(server, library, tmp_path)
    assert server.gateway.identifies == []


def test_commands_that_cannot_be_compared_are_no_reason_not_to_start(
    server: DiscordServer, library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail("list_application_commands", Fault(status=403))
    start(server, library, tmp_path)

    assert "could not be compared" in caplog.text
    assert len(server.gateway.identifies) == 1


def test_a_sync_that_is_due_is_said_once(
    server: DiscordServer, library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with server.changed:
        server.api.commands[0].pop()
    with answering(server, library, tmp_path):
        server.gateway.dispatch("GUILD_CREATE", UNREADABLE)
        server.wait_for_bot(identifies=2)
    due = [each for each in caplog.messages if "run “airquote discord sync”" in each]

    assert due == [
        "The commands have changed (added: “Nominate quote”): run “airquote discord sync”."
    ]


@pytest.mark.parametrize("disturb", ["reconnect", "resumable", "drop", "1000", "4000", "4009"])
def test_a_session_is_taken_up_again(server: DiscordServer, app: App, disturb: str) -> None:
    gateway = server.gateway
    acts: dict[str, Any] = {
        "reconnect": gateway.reconnect,
        "resumable": lambda: gateway.invalidate(resumable=True),
        "drop": gateway.drop,
    }
    acts.get(disturb, lambda: gateway.close(int(disturb)))()
    server.wait_for(lambda: gateway.resumes, "a RESUME")

    assert answers(server)
    assert len(gateway.identifies) == 1


@pytest.mark.parametrize("resumed", [False, True])
def test_a_session_that_is_lost_is_begun_anew(
    server: DiscordServer, app: App, resumed: bool
) -> None:
    if resumed:
        server.gateway.close(4000, forget=True)
    else:
        server.gateway.invalidate(resumable=False)
    server.wait_for_bot(identifies=2)

    assert answers(server)


def test_every_session_is_begun_when_the_pace_allows_it(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    asked: list[float] = []

    class Noted(Pace):
        def next_pause(self) -> float:
            asked.append(super().next_pause())
            return asked[-1]

    def make_paces() -> tuple[Pace, Pace]:
        return Noted(shortest=0.01), Pace(shortest=0.01, longest=0.01)

    with answering(server, library, tmp_path, make_paces=make_paces):
        server.gateway.invalidate(resumable=False)
        server.wait_for_bot(identifies=2)
        server.gateway.close(4000, forget=True)
        server.wait_for_bot(identifies=3)
        server.gateway.dispatch("GUILD_CREATE", UNREADABLE)
        server.wait_for_bot(identifies=4)

    assert asked == [0.0, 0.01, 0.02, 0.04]


def test_an_interaction_that_comes_twice_is_answered_once(server: DiscordServer, app: App) -> None:
    server.slash("podcast search", {"query": "registry"}).wait_for_response()
    (again,) = (
        payload["data"]
        for payload in server.gateway.sessions[-1].sent
        if payload["t"] == "INTERACTION_CREATE"
    )
    server.gateway.dispatch("INTERACTION_CREATE", again)

    assert answers(server)
    assert len(server.called("create_interaction_response")) == 2


def test_what_the_library_cannot_read_ends_nothing_but_itself(
    server: DiscordServer, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    server.gateway.dispatch("INTERACTION_CREATE", {"type": 2, "data": {"name": "secret plans"}})

    assert answers(server)
    assert len(server.gateway.identifies) == 1
    assert "An event could not be parsed." in caplog.messages
    assert "secret plans" not in caplog.text


def test_an_event_that_ends_the_library_is_followed_by_a_new_session(
    server: DiscordServer, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    server.gateway.dispatch("GUILD_CREATE", UNREADABLE)
    server.wait_for_bot(identifies=2)
    (warning,) = [each for each in caplog.records if each.levelno == logging.WARNING]

    assert answers(server)
    assert warning.exc_info


@pytest.mark.parametrize("burst", range(12))
def test_sessions_never_begin_a_thousand_times_a_day(burst: int) -> None:
    assert max(begun_in_a_day(burst, rest) for rest in range(0, 2000, 50)) < 700


def begun_in_a_day(burst: int, rest: float) -> int:
    """Count the sessions of which so many end at once and the next after a rest, and so on."""
    now, begun = 0.0, 0
    pace = Pace(now=lambda: now)
    for life in islice(cycle([0.0] * burst + [rest]), 1000):
        now += pace.next_pause()
        if now > _DAY:
            break
        begun += 1
        now += life
    return begun


def test_the_first_session_does_not_wait_and_neither_does_one_after_a_quiet_time() -> None:
    now = 0.0
    pace = Pace(shortest=2, longest=10, quiet=100, now=lambda: now)
    pauses = [pace.next_pause() for _ in range(5)]
    now += 500

    assert pauses == [0, 2, 4, 8, 10]
    assert pace.next_pause() == 0
