"""`python -m bench.load.swarm`: several processes, one of which is killed every ten seconds.

The real processes answer commands from the local Slack and Discord, over HTTP and behind a
balancer, and post quotes that are due there, all on one PostgreSQL. Whoever is killed is started
anew. The table says how often each command was answered and each quote posted, by the count of the
local platforms; the exit code is 1 if anything was lost, or done twice.
"""

import argparse
import asyncio
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from rich import box
from rich.console import Console
from rich.table import Table

from bench.load.balancer import Balancer
from bench.load.communities import PLATFORMS, Community, communities
from bench.load.postgresql import postgresql
from bot.posting.outbox import OPEN_STATES, State
from bot.posting.places import Channel
from bot.store.database import open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.weekly.models import Subscription
from bot.weekly.slots import Schedule
from tests.process import Running, airquote, free_port, running

_STARTED = '"started"'
_ASKED = (
    ("search", "model registry"),
    ("search", "drift"),
    ("episodes", ""),
    ("quote", ""),
    ("search", "on call"),
    ("search", "xyzzy"),
    ("help", ""),
    ("mentions", "model"),
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
    platforms: Sequence[str] = PLATFORMS


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often each command was answered, and each quote posted; what happened on the way.

    The `communities` know how often each command was answered, and `open` are the quotes that have
    no end.
    """

    communities: Sequence[Community]
    posts: Counter[int]
    open: int
    kills: int
    ended: int
    repeated: int

    @property
    def is_exact(self) -> bool:
        """Whether everything was done, and once."""
        answers = (each.count_answers() for each in self.communities)
        return all(set(each) == {1} for each in (*answers, self.posts)) and not self.open


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it and print the table; returns the exit code."""
    options = _parse(arguments)
    console = Console(highlight=False)
    console.print(
        f"{options.processes} processes, one killed every {options.every:g} s for "
        f"{options.seconds:g} s; {options.rate:g} commands a second, {options.quotes} due quotes "
        f"on {' and '.join(options.platforms)}; "
        f"{os.cpu_count()} cores for all"
    )
    outcome = run_swarm(options)
    console.print(_table(outcome))
    return 0 if outcome.is_exact else 1


def run_swarm(options: Options) -> Outcome:
    """Let processes be killed while they answer and post."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="airquote-swarm-")))
        address = stack.enter_context(postgresql())
        places = stack.enter_context(communities(options.platforms))
        crowd = Crowd(places, options.rate)
        quoted = asyncio.run(_subscribe(address, places, options))
        swarm = stack.enter_context(Swarm(home, address, places, options.processes))
        crowd.ask_during(options.seconds, lambda passed: swarm.tend(options.every, passed))
        states = asyncio.run(_wait_for_all(address, options.quotes))
        return Outcome(
            places,
            Counter(place.count_posts(channel) for channel, place in quoted.items()),
            sum(each in OPEN_STATES for each in states),
            swarm.kills,
            swarm.ended,
            swarm.balancer.repeated,
        )


class Swarm:
    """Processes behind a balancer, which start anew when they are killed, or have `ended`."""

    def __init__(
        self, home: Path, address: str, places: Sequence[Community], processes: int
    ) -> None:
        self.kills = self.ended = 0
        self._home = home
        self._ports = [free_port() for _ in range(processes)]
        self.balancer = Balancer(self._ports)
        self._places = places
        self._variables = {
            "AIRQUOTE_EPISODES": "",
            "AIRQUOTE_CACHE": str(home / "cache"),
            "DATABASE_URL": address,
            **{name: value for each in places for name, value in each.variables.items()},
        }
        self._stacks = [ExitStack() for _ in self._ports]
        self._processes: list[Running] = []

    def __enter__(self) -> "Swarm":
        if "DISCORD_TOKEN" in self._variables:
            airquote(self._home, "discord", "sync", **self._variables).check_returncode()
        for number in range(len(self._ports)):
            # One after the other, as the first builds the index.
            self._processes.append(self._start(number))
            self._processes[number].wait_for(_STARTED)
        self.balancer.start()
        for each in self._places:
            each.open(f"http://127.0.0.1:{self.balancer.port}")
        return self

    def __exit__(self, *_: object) -> None:
        self.balancer.stop()
        for each in self._stacks:
            each.close()

    def tend(self, seconds: float, passed: float) -> None:
        """Kill the process whose turn it is, if so much time has passed; keep all running."""
        for number, each in enumerate(self._processes):
            if each.ended:
                self.ended += 1
                print(each.output.splitlines()[-1])
                self._restart(number)
        if passed >= (self.kills + 1) * seconds:
            self._restart(self.kills % len(self._ports))
            self.kills += 1

    def _restart(self, number: int) -> None:
        self._stacks[number].close()
        self._processes[number] = self._start(number)

    def _start(self, number: int) -> Running:
        variables = {**self._variables, "PORT": str(self._ports[number])}
        return self._stacks[number].enter_context(running(self._home, **variables))


class Crowd:
    """People in all communities who ask at a steady rate."""

    def __init__(self, communities: Sequence[Community], rate: float) -> None:
        self._communities = communities
        self._rate = rate
        self._people = max(1, round(rate / len(communities) * 60 / _PER_MINUTE))

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

    def _ask(self, number: int) -> None:
        turn, place = divmod(number, len(self._communities))
        self._communities[place].ask(turn % self._people, *_ASKED[turn % len(_ASKED)])


async def _subscribe(
    address: str, places: Sequence[Community], options: Options
) -> dict[Channel, Community]:
    """Let quotes be due in channels of their own, in every minute of the run; name the channels."""
    begin = datetime.now(UTC).replace(second=0, microsecond=0)
    minutes = max(1, round(options.seconds / 60))
    channels = {}
    async with open_database(address) as database:
        store = SqlDeliveryStore(database)
        for number in range(options.quotes):
            due = begin + (1 + number % minutes) * _MINUTE
            place = places[number % len(places)]
            channel = place.add_channel(f"quotes-{number}")
            plan = Schedule(due.weekday(), due.time(), "UTC")
            await store.subscribe(Subscription(channel, plan, begin - timedelta(days=1), ""))
            channels[channel] = place
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


def _table(outcome: Outcome) -> Table:
    table = Table(box=box.SIMPLE, show_header=False)
    for name, counted in _counts(outcome):
        table.add_row(f"{name} once", f"{counted[1]:,}")
        table.add_row(f"{name} never", f"{counted[0]:,}")
        more = sum(count for times, count in counted.items() if times > 1)
        table.add_row(f"{name} more than once", f"{more:,}")
    table.add_row("quotes without an end", str(outcome.open))
    table.add_row("processes killed", str(outcome.kills))
    table.add_row("processes that ended by themselves", str(outcome.ended))
    table.add_row("requests that the balancer repeated", str(outcome.repeated))
    for each in outcome.communities:
        for status, count in sorted(each.refused.items()):
            table.add_row(f"{each.name}: commands refused with {status}", str(count))
        if len(each.waited) > 1:
            parts = quantiles(each.waited, n=100, method="inclusive")
            table.add_row(f"{each.name}: answered after, 50th percentile", f"{parts[49]:.3f} s")
            table.add_row(f"{each.name}: answered after, 99th", f"{parts[98]:.3f} s")
    return table


def _counts(outcome: Outcome) -> Iterator[tuple[str, Counter[int]]]:
    for each in outcome.communities:
        yield f"{each.name}: commands answered", each.count_answers()
    yield "quotes posted", outcome.posts


def _parse(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench.load.swarm", description=__doc__)
    parser.add_argument("--processes", type=int, default=3, help="how many share the work")
    parser.add_argument("--seconds", type=float, default=300.0, help="for how long")
    parser.add_argument("--rate", type=float, default=5.0, help="commands a second, of all")
    parser.add_argument("--quotes", type=int, default=60, help="how many quotes are due")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two kills")
    parser.add_argument("--platforms", nargs="+", choices=PLATFORMS, default=PLATFORMS)
    return Options(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
