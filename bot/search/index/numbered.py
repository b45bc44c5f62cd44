"""Words by number and numbers by word, in arrays: ready as soon as they are mapped."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints

_BLANK = -1


@dataclass(frozen=True, eq=False)
class Numbered(Mapping[str, int]):
    """The number of each of some words; a dictionary would have to be filled first.

    Word `n` is `text[starts[n]:starts[n + 1] - 1]` in UTF-8; a line break follows each. `slots` is
    a hash table with open addresses: a word is in the slot of its hash, or in the next that is
    free.
    """

    text: NDArray[np.uint8]
    starts: Ints
    slots: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __iter__(self) -> Iterator[str]:
        text = self.text.tobytes().decode("utf-8", "surrogatepass")
        return iter(text.split("\n")[:-1])

    def __getitem__(self, word: str) -> int:
        number = self.find(word)
        if number is None:
            raise KeyError(word)
        return number

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.find(word) is not None

    @cached_property
    def _found(self) -> dict[str, int]:
        """The words that were looked for and are there, so that each is hashed but once."""
        return {}

    @cached_property
    def _views(self) -> tuple[memoryview, memoryview, memoryview]:
        """The arrays as Python reads single numbers fastest."""
        return self.text.data, self.starts.data, self.slots.data

    def find(self, word: str) -> int | None:
        """Find the number of a word; None for another word. Like `get`, but much faster."""
        if (known := self._found.get(word)) is not None:
            return known
        text, starts, slots = self._views
        written = word.encode("utf-8", "surrogatepass")
        slot = crc32(written) % len(slots)
        while (number := slots[slot]) != _BLANK:
            if text[starts[number] : starts[number + 1] - 1] == written:
                return self._found.setdefault(word, int(number))
            slot = (slot + 1) % len(slots)
        return None


def number_words(words: Iterable[str]) -> Numbered:
    """Number distinct words without line breaks in their order, from 0."""
    written = [word.encode("utf-8", "surrogatepass") for word in words]
    starts = np.cumsum([0, *(len(word) + 1 for word in written)], dtype=np.int32)
    slots = [_BLANK] * (2 * len(written) + 1)
    for number, word in enumerate(written):
        slot = crc32(word) % len(slots)
        while slots[slot] != _BLANK:
            slot = (slot + 1) % len(slots)
        slots[slot] = number
    text = np.frombuffer(b"".join(word + b"\n" for word in written), dtype=np.uint8)
    return Numbered(text, starts, np.array(slots, dtype=np.int32))
