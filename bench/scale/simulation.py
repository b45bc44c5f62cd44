"""The processes of one deployment as queues: each has one core, and shares what is to be posted.

The only home of SimPy.
"""

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy

from bench.scale.people import SECONDS, Day

_TICK_SECONDS = 30.0
# As many as `bot.weekly.tick` posts at once, and takes in one go.
_AT_ONCE, _TAKEN = 8, 500
# What a process does for one post is in pieces, between which it answers.
_PIECES = 12
# A bot may call Discord 50 times a second, however many processes it has.
_DISCORD_SECONDS = 1 / 50

_Steps = Generator[simpy.Event, Any, None]


@dataclass(frozen=True, slots=True)
class Costs:
    """What things cost, in seconds: processor time of a command and of a post, and a call.

    The time of a command varies as `spread` says, the sigma of a lognormal distribution.
    """

    command: float
    post: float
    call: float
    spread: float


@dataclass(slots=True)
class Outcome:
    """By how many seconds answers and posts were late, and how busy the processes were.

    `busy` is the share of the busiest minute in which the busiest process worked.
    """

    answers: list[float] = field(default_factory=list)
    posts: list[float] = field(default_factory=list)
    busy: float = 0.0


class _Deployment:
    """A few processes at work."""

    def __init__(self, processes: int, costs: Costs, day: Day, seed: int) -> None:
        self._env = simpy.Environment()
        self._costs = costs
        self._random = np.random.default_rng(seed)
        self._cores = [simpy.Resource(self._env) for _ in range(processes)]
        self._minutes = np.zeros((processes, int(SECONDS // 60) + 10))
        self._due = deque(
            sorted((at, platform) for platform, times in day.quotes.items() for at in times)
        )
        self._discord_free = 0.0
        self.outcome = Outcome()

    def run(self, commands: Sequence[float]) -> Outcome:
        """Let a day pass."""
        self._env.process(self._ask(commands))
        for number in range(len(self._cores)):
            self._env.process(self._tick(number))
        self._env.run(until=SECONDS)
        self.outcome.busy = float(self._minutes.max() / 60)
        return self.outcome

    def _ask(self, commands: Sequence[float]) -> _Steps:
        costs = self._costs
        mean = -(costs.spread**2) / 2
        seconds = costs.command * self._random.lognormal(mean, costs.spread, len(commands))
        chosen = self._random.integers(len(self._cores), size=len(commands))
        for at, cost, number in zip(commands, seconds, chosen, strict=True):
            yield self._env.timeout(at - self._env.now)
            self._env.process(self._answer(int(number), float(cost)))

    def _answer(self, number: int, cost: float) -> _Steps:
        asked = self._env.now
        yield from self._work(number, cost)
        self.outcome.answers.append(self._env.now - asked)

    def _tick(self, number: int) -> _Steps:
        yield self._env.timeout(self._random.uniform(0, _TICK_SECONDS))
        free = simpy.Resource(self._env, _AT_ONCE)
        while True:
            while taken := self._take():
                yield self._env.all_of(
                    [self._env.process(self._post(number, free, *each)) for each in taken]
                )
            yield self._env.timeout(_TICK_SECONDS)

    def _take(self) -> list[tuple[float, str]]:
        taken: list[tuple[float, str]] = []
        while self._due and self._due[0][0] <= self._env.now and len(taken) < _TAKEN:
            taken.append(self._due.popleft())
        return taken

    def _post(self, number: int, free: simpy.Resource, due: float, platform: str) -> _Steps:
        with free.request() as turn:
            yield turn
            for _ in range(_PIECES):
                yield from self._work(number, self._costs.post / _PIECES)
            if platform == "discord":
                self._discord_free = max(self._discord_free, self._env.now) + _DISCORD_SECONDS
                yield self._env.timeout(self._discord_free - self._env.now)
            yield self._env.timeout(self._costs.call)
            self.outcome.posts.append(self._env.now - due)

    def _work(self, number: int, seconds: float) -> _Steps:
        with self._cores[number].request() as turn:
            yield turn
            self._minutes[number, int(self._env.now // 60)] += seconds
            yield self._env.timeout(seconds)


def simulate(processes: int, costs: Costs, day: Day, seed: int = 1) -> Outcome:
    """Let some processes serve a day."""
    return _Deployment(processes, costs, day, seed).run(day.commands.tolist())
