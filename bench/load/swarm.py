"""`python -m bench.load.swarm`: several processes, one of which is killed every ten seconds.

The real processes answer commands from the local Slack, over HTTP and behind a balancer, and post
quotes that are due, all on one PostgreSQL. Whoever is killed is started anew. The table says how
often each command was answered and each quote posted, by the count of the local Slack; the exit
code is 1 if anything was lost, or done twice.
"""

import argparse
import asyncio
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Lock
from time import monotonic, sleep
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from bench.load.balancer import Balancer
from bot.posting.outbox import OPEN_STATES, State
from bot.posting.places import Channel
from bot.store.database import open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.weekly.models import Subscription
from bot.weekly.slots import Schedule
from tests.databases import find_program, postgresql_server
from tests.fakes.slack.delivery import Delivery, Door
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.things import TEAM, Interaction
from tests.fakes.slack.tokens import BOT_TOKEN, NEEDED, OPTIONAL
from tests.fakes.slack.workspace import Workspace
from tests.process import Running, free_port, running

_SECRET = "a-signing-secret-of-nothing"  # noqa: S105
_STARTED = '"started"'
_ASKED = (
    "model registry",
    "drift",
    "episodes",
    "quote",
    "on call",
    "xyzzy",
    "help",
    "mentions model",
)
# Below the ten questions a minute that everybody has.
_PER_MINUTE = 8
_ASKING_AT_ONCE = 16
_MINUTE = timedelta(minutes=1)
# A quote that was being sent is looked for once the lease of a killed process has ended.
_LAST_SECONDS = 300.0
_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Options:
    """How many processes, for how long, and what happens how often."""

    processes: int
    seconds: float
    rate: float
    quotes: int
    every: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often each command was answered, and each quote posted; what happened on the way.

    `waited` are the seconds to each response, `refused` the commands for which no process was there
    or in time, and `open` the quotes that have no end.
    """

    answers: Counter[int]
    posts: Counter[int]
    open: int
    kills: int
    repeated: int
    refused: Counter[int]
    waited: Sequence[float]

    @property
    def is_exact(self) -> bool:
        """Whether everything was done, and once."""
        return set(self.answers) == {1} and set(self.posts) == {1} and not self.open


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it and print the table; returns the exit code."""
    options = _parse(arguments)
    console = Console(highlight=False)
    console.print(
        f"{options.processes} processes, one killed every {options.every:g} s for "
        f"{options.seconds:g} s; {options.rate:g} commands a second, {options.quotes} due quotes; "
        f"{os.cpu_count()} cores for all"
    )
    outcome = run_swarm(options)
    console.print(_table(outcome))
    return 0 if outcome.is_exact else 1


def run_swarm(options: Options) -> Outcome:
    """Let processes be killed while they answer and post."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="airquote-swarm-")))
        address = stack.enter_context(_postgresql())
        workspace = _Workspace()
        slack = stack.enter_context(_slack(workspace))
        crowd = Crowd(slack, workspace, options.rate)
        quoted = asyncio.run(_subscribe(address, workspace, options))
        swarm = stack.enter_context(Swarm(home, address, slack, options.processes))
        crowd.ask_during(options.seconds, lambda passed: swarm.kill_every(options.every, passed))
        states = asyncio.run(_wait_for_all(address, options.quotes))
        return Outcome(
            crowd.count_answers(),
            Counter(_posts_in(workspace, each) for each in quoted),
            sum(each in OPEN_STATES for each in states),
            swarm.kills,
            swarm.balancer.repeated,
            crowd.refused,
            crowd.waited,
        )


class Swarm:
    """Processes behind a balancer, which start anew when they are killed."""

    def __init__(self, home: Path, address: str, slack: SlackServer, processes: int) -> None:
        self.kills = 0
        self._home = home
        self._ports = [free_port() for _ in range(processes)]
        self.balancer = Balancer(self._ports)
        self._slack = slack
        self._variables = {
            "AIRQUOTE_EPISODES": "",
            "AIRQUOTE_CACHE": str(home / "cache"),
            "DATABASE_URL": address,
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": _SECRET,
        }
        self._stacks = [ExitStack() for _ in self._ports]
        self._processes: list[Running] = []

    def __enter__(self) -> "Swarm":
        for number in range(len(self._ports)):
            # One after the other, as the first builds the index.
            self._processes.append(self._start(number))
            self._processes[number].wait_for(_STARTED)
        self.balancer.start()
        self._slack.door = Door(f"http://127.0.0.1:{self.balancer.port}/slack/events", _SECRET)
        return self

    def __exit__(self, *_: object) -> None:
        self.balancer.stop()
        for each in self._stacks:
            each.close()

    def kill_every(self, seconds: float, passed: float) -> None:
        """Kill the process whose turn it is, and start it anew, if so much time has passed."""
        if passed < (self.kills + 1) * seconds:
            return
        number = self.kills % len(self._ports)
        self._stacks[number].close()
        self._processes[number] = self._start(number)
        self.kills += 1

    def _start(self, number: int) -> Running:
        variables = {**self._variables, "PORT": str(self._ports[number])}
        return self._stacks[number].enter_context(running(self._home, **variables))


class Crowd:
    """People who ask at a steady rate, and what they see."""

    def __init__(self, slack: SlackServer, workspace: "_Workspace", rate: float) -> None:
        self.slack = slack
        self.waited: list[float] = []
        self.refused: Counter[int] = Counter()
        self._workspace = workspace
        self._rate = rate
        self._acts: list[Interaction] = []
        self._lock = Lock()
        count = max(1, round(rate * 60 / _PER_MINUTE))
        people = [workspace.add_person(f"Person {number}") for number in range(count)]
        self._people = [(each, workspace.add_channel(f"of-{each.lower()}")) for each in people]

    def ask_during(self, seconds: float, meanwhile: Callable[[float], None]) -> None:
        """Ask for some seconds; call `meanwhile` again and again with those that have passed."""
        begun, number = monotonic(), 0
        with ThreadPoolExecutor(_ASKING_AT_ONCE) as pool:
            while (passed := monotonic() - begun) < seconds:
                meanwhile(passed)
                if number < passed * self._rate:
                    pool.submit(self._ask, number)
                    number += 1
                else:
                    sleep(min(0.05, 1 / self._rate))

    def count_answers(self) -> Counter[int]:
        """Count how many commands were answered how often, once nothing more is to come."""
        with self._workspace.changed:
            return Counter(self._workspace.seen[act.trigger] for act in self._acts)

    def _ask(self, number: int) -> None:
        user, channel = self._people[number % len(self._people)]
        act = self.slack.workspace.interact(user, channel)
        with self._lock:
            self._acts.append(act)
        typed = _ASKED[number % len(_ASKED)]
        payload = self.slack.payloads.slash_command(act, "/podcast", typed)
        begun = monotonic()
        answered = self.slack.deliver("slash_commands", payload, act)
        self._note(answered, begun)

    def _note(self, answered: Delivery, begun: float) -> None:
        with self._lock:
            if answered.acks[0].status == 200:
                self.waited.append(monotonic() - begun)
            else:
                self.refused[answered.acks[0].status] += 1


class _Workspace(Workspace):
    """A workspace that counts the answers to each command."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()

    def answer(self, act: Interaction, body: dict[str, Any]) -> None:
        """Show a message, and count it."""
        super().answer(act, body)
        self.seen[act.trigger] += 1


@contextmanager
def _slack(workspace: Workspace) -> Iterator[SlackServer]:
    slack = SlackServer(scopes=(*NEEDED, *OPTIONAL), workspace=workspace)
    slack.start()
    try:
        yield slack
    finally:
        slack.stop()
    if slack.violations:
        raise RuntimeError(f"rules of Slack were broken: {slack.violations[:3]}")


@contextmanager
def _postgresql() -> Iterator[str]:
    initdb, pg_ctl = find_program("initdb"), find_program("pg_ctl")
    if not (initdb and pg_ctl):
        raise RuntimeError("there is no PostgreSQL here: install its server")
    with postgresql_server(initdb, pg_ctl) as address:
        yield address


async def _subscribe(address: str, workspace: Workspace, options: Options) -> list[str]:
    """Let quotes be due in channels of their own, in every minute of the run; name the channels."""
    begin = datetime.now(UTC).replace(second=0, microsecond=0)
    minutes = max(1, round(options.seconds / 60))
    channels = []
    async with open_database(address) as database:
        store = SqlDeliveryStore(database)
        for number in range(options.quotes):
            due = begin + (1 + number % minutes) * _MINUTE
            channel = workspace.add_channel(f"quotes-{number}")
            plan = Schedule(due.weekday(), due.time(), "UTC")
            there = Channel("slack", TEAM, channel)
            await store.subscribe(Subscription(there, plan, begin - timedelta(days=1), ""))
            channels.append(channel)
    return channels


async def _wait_for_all(address: str, quotes: int) -> list[State]:
    """Wait until every quote has come to an end, but not for ever; return their states."""
    until = monotonic() + _LAST_SECONDS
    async with open_database(address) as database:
        store = SqlDeliveryStore(database)
        while True:
            rows = await store.deliveries(datetime.now(UTC) - timedelta(days=1))
            states = [each.message.state for each in rows]
            ended = len(states) == quotes and not set(states) & set(OPEN_STATES)
            if ended or monotonic() > until:
                return states
            await asyncio.sleep(_LOOK_SECONDS)


def _posts_in(workspace: Workspace, channel: str) -> int:
    with workspace.changed:
        return sum(each.channel == channel for each in workspace.messages)


def _table(outcome: Outcome) -> Table:
    table = Table(box=box.SIMPLE, show_header=False)
    for name, counted in (("commands answered", outcome.answers), ("quotes posted", outcome.posts)):
        table.add_row(f"{name} once", f"{counted[1]:,}")
        table.add_row(f"{name} never", f"{counted[0]:,}")
        more = sum(count for times, count in counted.items() if times > 1)
        table.add_row(f"{name} more than once", f"{more:,}")
    table.add_row("quotes without an end", str(outcome.open))
    table.add_row("processes killed", str(outcome.kills))
    table.add_row("requests that the balancer repeated", str(outcome.repeated))
    for status, count in sorted(outcome.refused.items()):
        table.add_row(f"commands that the balancer refused with {status}", str(count))
    if len(outcome.waited) > 1:
        parts = quantiles(outcome.waited, n=100, method="inclusive")
        table.add_row("answered after, 50th percentile", f"{parts[49]:.3f} s")
        table.add_row("answered after, 99th", f"{parts[98]:.3f} s")
    return table


def _parse(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench.load.swarm", description=__doc__)
    parser.add_argument("--processes", type=int, default=3, help="how many share the work")
    parser.add_argument("--seconds", type=float, default=300.0, help="for how long")
    parser.add_argument("--rate", type=float, default=5.0, help="commands a second, of all")
    parser.add_argument("--quotes", type=int, default=60, help="how many quotes are due")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two kills")
    return Options(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
