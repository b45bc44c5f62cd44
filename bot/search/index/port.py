"""The port between candidates and ranking: who finds passages, and who has their words.

What a ranking, a snippet or a reply reads of an index are arrays. Where all of them are at hand, as
they are by default, the engine has nothing to do. Another engine keeps the long ones elsewhere:
the index then has room for them, and whoever reads them says before what is needed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.arrays import Ints, Mask


@dataclass(frozen=True, slots=True)
class Wanted:
    """What makes a passage a candidate: its score is the sum of what it has.

    A stem of `words` adds BM25 with the idf given, one of `present` its share wherever it is said,
    one of `names` BM25 over the names with the idf given. The passages of each of `variants` have
    its share. Only what is `allowed` counts, None for all; if `phrased`, all of that does.
    """

    words: Mapping[int, float]
    present: Mapping[int, float]
    names: Mapping[int, float]
    variants: Sequence[tuple[Ints, float]]
    allowed: Mask | None
    phrased: bool


class Engine(Protocol):
    """Finds candidates, and brings what is needed of their words into the arrays of its index.

    Each method raises EngineError if nobody answers. If only a part does, `missed` says so.
    """

    def find_candidates(self, wanted: Wanted, count: int) -> Ints | None:
        """Find the passages with the highest scores above 0, ascending; None: the arrays tell."""

    def need_places(self, stems: Iterable[int], episodes: Ints | None = None) -> None:
        """Bring where stems are said, at least in some episodes, and in which form."""

    def need_holders(self, stems: Iterable[int]) -> None:
        """Bring which passages hold stems."""

    def need_cues(self, runs: Iterable[range]) -> None:
        """Bring the texts and words of runs of cues."""

    def missed(self) -> bool:
        """Say whether a part did not answer since this thread asked last."""


class Embedded:
    """The engine of an index that has everything in its own arrays."""

    def find_candidates(self, wanted: Wanted, count: int) -> Ints | None:
        """Leave it to the arrays."""

    def need_places(self, stems: Iterable[int], episodes: Ints | None = None) -> None:
        """Do nothing: they are there."""

    def need_holders(self, stems: Iterable[int]) -> None:
        """Do nothing: they are there."""

    def need_cues(self, runs: Iterable[range]) -> None:
        """Do nothing: they are there."""

    def missed(self) -> bool:
        """Return False: nobody is asked."""
        return False


EMBEDDED = Embedded()
