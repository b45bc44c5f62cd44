"""`python -m bench.load.chaos`: post due quotes while processes are killed and answers are lost.

Two real processes deliver to a local server, which loses some requests before it reads them and
some replies after it has posted. Whoever is killed is started anew. The table says how often a
quote was seen by the server's own count, and what the database says. Time passes by a clock that
all processes share, and waits for each of them: a busy machine makes it last longer, and changes
nothing else.
"""

import argparse
import asyncio
import logging
import multiprocessing
import random
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import ClientSession
from rich import box
from rich.console import Console
from rich.table import Table

from bench.load.clock import SharedClock
from bench.load.lossy import (
    LOST_REPLIES,
    LOST_REQUESTS,
    SERVER,
    STRATEGIES,
    LossyPoster,
    Run,
    Server,
    Strategy,
)
from bot.models import Episode
from bot.posting.follows import PostingContext
from bot.posting.outbox import OPEN_STATES, Outbox, State, Timing
from bot.posting.places import Channel
from bot.quotes.models import QuotePool, ScoredQuote, Wording
from bot.store.database import open_database
from bot.store.decisions import SqlDecisionStore
from bot.store.deliveries import SqlDeliveryStore
from bot.store.follows import SqlFollowStore
from bot.store.outbox import SqlOutboxStore
from bot.store.people import SqlPeopleStore
from bot.store.votes import SqlThemeStore, SqlVoteStore
from bot.weekly.models import Subscription
from bot.weekly.ports import WeeklyContext
from bot.weekly.slots import Schedule
from bot.weekly.tick import tick
from bot.weekly.verdicts import Verdicts

_PROCESSES = 2
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
# All seconds are the clock's.
_STEP_SECONDS = 6.0
_PERIOD_SECONDS = 60.0
_KILLED_AFTER_SECONDS = 600.0
_TICK_SECONDS = 12.0
_LOOK_SECONDS = 300.0
# Who ends more often than this between two kills will never do anything else.
_MOST_STARTS = 20
# Most quotes are done within minutes; those found as "sending" after a kill take the longest.
_PATIENCE_SECONDS = 24 * 60 * 60.0
# `post` alone is measured on the wall: the server answers, or closes the connection, in any case.
_TIMING = Timing(
    lease=timedelta(minutes=10), post=timedelta(minutes=3), settle=timedelta(minutes=4)
)

_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often quotes were posted, what the database says, and what went wrong on the way."""

    once: int
    missed: int
    duplicated: int
    unknown: int
    unknown_posted: int
    kills: int
    lost_requests: int
    lost_replies: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all strategies and print the table; returns 1 if one does not keep what it promises."""
    options = _parse(arguments)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    console = Console(highlight=False)
    console.print(
        f"{options.periods} due quotes, {_PROCESSES} processes, {LOST_REQUESTS:.0%} of requests "
        f"and {LOST_REPLIES:.0%} of replies lost, seed {seed}"
    )
    outcomes = {}
    for number, strategy in enumerate(STRATEGIES):
        with TemporaryDirectory(prefix="airquote-chaos-") as folder:
            database = f"sqlite:///{Path(folder) / 'chaos.db'}"
            if options.databases:
                database = options.databases[number]
            with socket.create_server(("127.0.0.1", 0)) as listening:
                address = f"http://127.0.0.1:{listening.getsockname()[1]}"
                clock = SharedClock(MONDAY, _STEP_SECONDS, 1 + _PROCESSES)
                run = Run(strategy, options.periods, seed, database, address, clock)
                outcomes[strategy] = _run(run, listening)
    console.print(_table(outcomes))
    kept = all(_keeps(*each, options.periods) for each in outcomes.items())
    return 0 if kept else 1


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="of all chance; printed if it is not given")
    parser.add_argument("--periods", type=int, default=400, help="how many quotes are due")
    parser.add_argument(
        "--databases",
        nargs=len(STRATEGIES),
        help="empty databases, one for each strategy; SQLite files if none are given",
    )
    return parser.parse_args(arguments)


def _run(run: Run, listening: socket.socket) -> Outcome:
    """Deliver everything in the presence of a killer, and count."""
    _in_process(_subscribe, run)
    server = _start(Server(run).serve, listening)
    workers = _Workers(run, server)
    chance = random.Random(run.seed)  # noqa: S311 - it must come the same again
    kills = 0
    try:
        # By then all are due; who is left may finish in peace.
        while run.clock.seconds < run.periods * _PERIOD_SECONDS:
            workers.let_pass(chance.expovariate(1 / _KILLED_AFTER_SECONDS))
            workers.kill(chance.randrange(_PROCESSES))
            kills += 1
        while (states := asyncio.run(_read_states(run))) is None:
            workers.let_pass(_LOOK_SECONDS)
            if run.clock.seconds > run.periods * _PERIOD_SECONDS + _PATIENCE_SECONDS:
                raise RuntimeError("some quotes have no end")
        counts = asyncio.run(_fetch_counts(run))
    finally:
        workers.end()
        _kill(server)
    return _judge(run, states, counts, kills)


class _Workers:
    """The processes that post: one that ends, for whatever reason, is started anew."""

    def __init__(self, run: Run, server: BaseProcess) -> None:
        self._run = run
        self._server = server
        self._starts_left = _MOST_STARTS
        self._processes = [_start(_work, run, number) for number in range(_PROCESSES)]

    def let_pass(self, seconds: float) -> None:
        """Let some time pass."""
        until = self._run.clock.seconds + seconds
        self._starts_left = _MOST_STARTS
        while self._run.clock.seconds < until:
            self._run.clock.advance(self._start_ended)

    def kill(self, number: int) -> None:
        """Kill a process."""
        _kill(self._processes[number])

    def end(self) -> None:
        """Kill all, for good."""
        for each in self._processes:
            _kill(each)

    def _start_ended(self) -> None:
        if not self._server.is_alive() or self._starts_left < 0:
            raise RuntimeError("a process ends whenever it is started")
        for number, each in enumerate(self._processes):
            if not each.is_alive():
                self._starts_left -= 1
                self._processes[number] = _start(_work, self._run, number)


def _judge(
    run: Run, states: dict[str, State], counts: dict[str, dict[str, int]], kills: int
) -> Outcome:
    posted = [counts["posted"].get(key, 0) for key in states]
    unknown = [key for key, state in states.items() if state is State.UNKNOWN]
    return Outcome(
        once=posted.count(1),
        missed=run.periods - sum(map(bool, posted)),
        duplicated=sum(count > 1 for count in posted),
        unknown=len(unknown),
        unknown_posted=sum(key in counts["posted"] for key in unknown),
        kills=kills,
        lost_requests=counts["lost"].get("request", 0),
        lost_replies=counts["lost"].get("reply", 0),
    )


def _keeps(strategy: Strategy, outcome: Outcome, periods: int) -> bool:
    """Say whether nothing was posted twice and nothing that is missing is thought to be posted."""
    if strategy.certain:
        return outcome.once == periods
    reported = outcome.unknown - outcome.unknown_posted
    return outcome.duplicated == 0 and outcome.missed == reported


def _start(target: Callable[..., None], *arguments: object) -> BaseProcess:
    process = _FORK.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def _in_process(target: Callable[..., None], *arguments: object) -> None:
    process = _start(target, *arguments)
    process.join()


def _kill(process: BaseProcess) -> None:
    process.kill()
    process.join()


def _subscribe(run: Run) -> None:
    async def subscribe() -> None:
        async with open_database(run.database) as database:
            store = SqlDeliveryStore(database)
            for number in range(run.periods):
                hour, minute = divmod(number, 60)
                schedule = Schedule(0, time(hour, minute), "UTC")
                channel = Channel("chaos", "T1", f"C{number}")
                since = MONDAY - timedelta(days=1)
                await store.subscribe(Subscription(channel, schedule, since, "U1"))

    asyncio.run(subscribe())


def _work(run: Run, number: int) -> None:
    """Tick until somebody kills this process."""
    logging.disable(logging.CRITICAL)
    asyncio.run(_tick_for_good(run, number))


async def _tick_for_good(run: Run, number: int) -> None:
    async with open_database(run.database) as database, ClientSession() as session:

        async def write() -> None:
            async with database.write():
                pass

        posters = {"chaos": LossyPoster(run, session)}
        store, clock = SqlOutboxStore(database), run.clock
        outbox = Outbox(store, posters, clock.now, clock.sleep, _TIMING)
        posting = PostingContext(outbox, SqlFollowStore(database), SqlPeopleStore(database))
        deliveries, decisions = SqlDeliveryStore(database), SqlDecisionStore(database)
        votes, themes = SqlVoteStore(database), SqlThemeStore(database)
        context = WeeklyContext(
            posting, deliveries, decisions, votes, themes, _pool, Verdicts(decisions)
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(clock.keep_up(SERVER + 1 + number, write))
            while True:
                await tick(context)
                await clock.sleep(_TICK_SECONDS)


async def _pool(_: Channel) -> QuotePool:
    quotes = [
        ScoredQuote(f"q{n}", f"talk-{n}", 0.0, f"Guest {n}", f"It is {n}.", "", 5.0, ())
        for n in range(9)
    ]
    return QuotePool(
        quotes, [Episode(each.episode, each.episode) for each in quotes], lambda *_: Wording()
    )


async def _read_states(run: Run) -> dict[str, State] | None:
    """Read in which state each quote has ended; None if one has not."""
    async with open_database(run.database) as database:
        rows = await SqlDeliveryStore(database).deliveries(MONDAY - timedelta(days=1))
    if len(rows) < run.periods or any(row.message.state in OPEN_STATES for row in rows):
        return None
    return {row.message.key: row.message.state for row in rows}


async def _fetch_counts(run: Run) -> dict[str, dict[str, int]]:
    async with ClientSession() as session, session.get(f"{run.address}/counts") as response:
        counts: dict[str, dict[str, int]] = await response.json()
        return counts


def _table(outcomes: dict[Strategy, Outcome]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("recovery", no_wrap=True)
    for heading in ("once", "missed", "duplicated", "unknown", "(posted)", "kills", "lost"):
        table.add_column(heading, justify="right", no_wrap=True)
    for strategy, each in outcomes.items():
        figures = (each.once, each.missed, each.duplicated, each.unknown)
        posted = f"({each.unknown_posted})"
        lost = f"{each.lost_requests}+{each.lost_replies}"
        table.add_row(strategy.name, *map(str, figures), posted, str(each.kills), lost)
    return table


if __name__ == "__main__":
    sys.exit(main())
