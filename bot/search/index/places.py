"""Where each stem is said, and which of them follow each other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.arrays import (
    Ints,
    Longs,
    batches,
    count_each,
    pair_up,
    run_starts,
    stretches,
    take_slots,
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where each number is said: those of `n` are `places[starts[n]:starts[n + 1]]`, ascending."""

    starts: Ints
    places: Ints

    def of(self, number: int) -> Ints:
        """List the places of a number, ascending."""
        return self.places[self.starts[number] : self.starts[number + 1]]


def find_places(numbers: Ints, size: int) -> Places:
    """Find the places of each number below `size`."""
    starts = np.concatenate(([0], np.cumsum(count_each(numbers, size))))
    free, places = starts[:-1].copy(), np.empty(len(numbers), dtype=np.int32)
    # numpy sorts small integers by their digits, several times as fast.
    kind = np.dtype(np.uint16 if size <= 1 << 16 else np.int32)
    for some in stretches(len(numbers)):
        keys: NDArray[np.integer] = numbers[some].astype(kind)
        order = np.argsort(keys, kind="stable")
        places[take_slots(keys[order], free)] = order + some.start
    return Places(starts.astype(np.int32), places)


def count_pairs(terms: NDArray[np.integer], stem_of: Ints, known: Places) -> tuple[Longs, Ints]:
    """Count the pairs of neighbouring stems that there are more than once, by the stems' places.

    A pair is one stem times how many there are, plus the other.
    """
    size, found = len(known.starts) - 1, [np.empty((2, 0), dtype=np.int64)]
    for first, past in batches(known.starts):
        places = known.places[known.starts[first] : known.starts[past]]
        places = places[places < len(terms) - 1]
        stems, others = (stem_of[terms[at]] for at in (places, places + np.int32(1)))
        pairs = pair_up(stems, others, size, size)
        pairs.sort()
        firsts = run_starts(pairs)
        counts = np.diff(firsts, append=len(pairs))
        often = counts > 1
        found.append(np.stack((pairs[firsts[often]].astype(np.int64), counts[often])))
    joined = np.concatenate(found, axis=1)
    return joined[0], joined[1].astype(np.int32)
