"""What each process does where several share the work."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import SAMPLE_EPISODES
from bot.posting.places import Channel
from bot.store.database import open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.weekly.models import Subscription
from bot.weekly.slots import Schedule
from tests.fakes.slack.delivery import Door, post
from tests.fakes.slack.member import SlackMember
from tests.fakes.slack.server import SlackServer, running_slack
from tests.fakes.slack.things import TEAM
from tests.fakes.slack.tokens import BOT_TOKEN
from tests.handlers.run.test_health import is_ready, read, read_until
from tests.process import Running, airquote, free_port, running

STARTED = r'^\{"event": "started"'
ROLES = ("web", "worker", "refresh")
SECRET = "a-signing-secret-of-nothing"  # noqa: S105
SENT = 'airquote_deliveries_total{platform="slack",state="sent"} 1.0'
NEWS = "0:00 the umbrella of the lighthouse keeper\n0:10 and nothing else\n"


@dataclass(frozen=True, slots=True)
class Parts:
    """A process for each part of the work, on one database and one cache folder."""

    slack: SlackServer
    processes: dict[str, Running]
    ports: dict[str, int]
    home: Path

    def answers(self, role: str) -> str:
        """Read which index a process says it answers from."""
        return read(self.ports[role], "/readyz")[1].splitlines()[-1]


async def subscribe_for_a_moment_ago(address: str, channel: str) -> None:
    """Let a channel's quote be due."""
    due = datetime.now(UTC) - timedelta(minutes=2)
    plan = Schedule(due.weekday(), due.time().replace(second=0, microsecond=0), "UTC")
    since = due - timedelta(days=1)
    async with open_database(address) as database:
        there = Channel("slack", TEAM, channel)
        await SqlDeliveryStore(database).subscribe(Subscription(there, plan, since, "U1"))


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """Everything in parts; the refresh process, which starts last, knows of no chat."""
    home, ports = tmp_path_factory.mktemp("parts"), {role: free_port() for role in ROLES}
    shutil.copytree(SAMPLE_EPISODES, home / "talks")
    with running_slack() as slack, ExitStack() as stack:
        slack.door = Door(f"http://127.0.0.1:{ports['web']}/slack/events", SECRET)
        shared = {
            "AIRQUOTE_EPISODES": str(home / "talks"),
            "AIRQUOTE_CACHE": str(home / "cache"),
            "DATABASE_URL": f"sqlite:///{home / 'airquote.db'}",
            "AIRQUOTE_REFRESH": "1",
        }
        chat = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
        }
        processes = {}
        for role, port in ports.items():
            variables = shared | ({} if role == "refresh" else chat) | {"PORT": str(port)}
            processes[role] = stack.enter_context(running(home, "--only", role, **variables))
            if role == "web":
                processes[role].wait_for("has no index yet: waiting")
        for each in processes.values():
            each.wait_for(STARTED)
        yield Parts(slack, processes, ports, home)


def test_each_does_its_part_and_all_answer_from_the_index_that_one_has_built(
    parts: Parts,
) -> None:
    slack = parts.slack
    channel = slack.workspace.add_channel("podcasts")
    member = SlackMember(slack, slack.workspace.add_person("Ida"), channel)
    asyncio.run(subscribe_for_a_moment_ago(f"sqlite:///{parts.home / 'airquote.db'}", channel))

    assert member.say("model registry").links
    slack.wait_for(lambda: slack.called("chat.postMessage"), "a quote", 60)
    assert len(slack.called("chat.postMessage")) == 1
    read_until(parts.ports["worker"], "/metrics", lambda _, text: SENT in text, 60)
    delivered = {role: SENT in read(port, "/metrics")[1] for role, port in parts.ports.items()}
    assert delivered == {"web": False, "worker": True, "refresh": False}
    for port in parts.ports.values():
        assert is_ready(read_until(port, "/readyz", lambda status, _: status == 200, 60))
    assert len({parts.answers(role) for role in ROLES}) == 1


def test_only_web_is_asked(parts: Parts) -> None:
    statuses = {
        role: post(f"http://127.0.0.1:{port}/slack/events", "", {})[0]
        for role, port in parts.ports.items()
    }

    assert statuses == {"web": 401, "worker": 404, "refresh": 404}


def test_an_index_that_a_command_has_made_current_is_taken_over_by_all(parts: Parts) -> None:
    before = parts.answers("web").removesuffix(".")
    home, talks = parts.home, parts.home / "talks"
    (talks / "lighthouse.txt").write_text(NEWS, encoding="utf-8")
    variables = {"AIRQUOTE_EPISODES": str(talks), "AIRQUOTE_CACHE": str(home / "cache")}
    airquote(home, "index", "build", **variables).check_returncode()
    after = {
        read_until(port, "/readyz", lambda _, text: before not in text, 60)[1]
        for port in parts.ports.values()
    }

    assert len({each.splitlines()[-1] for each in after}) == 1
