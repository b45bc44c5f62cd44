"""What queries cost: contenders in turns, so that all see the same machine."""

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import process_time

from bench.search.material import Asked

Answer = Callable[[Asked], object]


@dataclass(frozen=True, slots=True)
class Speed:
    """CPU seconds of a query, over all queries, each query counting with its median."""

    median: float
    percentile_95: float


def time_queries(
    contenders: Mapping[str, Answer], queries: Sequence[Asked], rounds: int
) -> dict[str, Speed]:
    """Ask every contender every query, one after the other, in several rounds.

    A round before the first is not counted: it fills what is computed at first use.
    """
    taken: dict[str, list[list[float]]] = {name: [[] for _ in queries] for name in contenders}
    gc.collect()
    gc.freeze()  # else each contender pays for the others' millions of objects
    for number in range(rounds + 1):
        for place, asked in enumerate(queries):
            for name, answer in contenders.items():
                seconds = _seconds(answer, asked)
                if number:
                    taken[name][place].append(seconds)
    gc.unfreeze()
    return {name: _speed([median(times) for times in taken[name]]) for name in contenders}


def _seconds(answer: Answer, asked: Asked) -> float:
    begun = process_time()
    answer(asked)
    return process_time() - begun


def _speed(seconds: Sequence[float]) -> Speed:
    if len(seconds) < 2:
        return Speed(seconds[0], seconds[0])
    return Speed(median(seconds), quantiles(seconds, n=20, method="inclusive")[18])
