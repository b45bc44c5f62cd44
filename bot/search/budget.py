"""What a query may cost, in units of work: the same query always has the same answer."""

from enum import StrEnum
from typing import Self

from bot.search.index.index import Index
from bot.search.index.port import EMBEDDED, Engine
from bot.translations import gettext_noop

# What a query in a small podcast may cost, and how many words must be said for a unit more: a query
# takes twice as long in a podcast ten times as large, not ten times.
_FEWEST_UNITS = 500_000
_WORDS_A_UNIT = 18

STEP = 1_500
"""The units that a step over arrays takes, however small they are."""


class Task(StrEnum):
    """A part of answering a query that takes the longer, the more is asked for.

    Its value says that it was not finished.
    """

    CHECK_SPELLING = gettext_noop("I did not check the spelling of every word.")
    APPLY_FILTERS = gettext_noop("I did not apply every filter.")
    FIND_PHRASES = gettext_noop("I did not look for every phrase.")
    FIND_WORDS = gettext_noop("I did not search for every word.")
    LEAVE_OUT = gettext_noop("I did not leave out every -word.")
    COUNT = gettext_noop("I did not count everything.")
    REACH_ALL = gettext_noop("One part of the archive did not answer.")


class Budget:
    """The units that are left for a query, and the tasks that they were not enough for.

    A unit is the time to read one number from an array, about 20 ns. Queries as people type them
    take a quarter of the budget at most; `bench.search.worst` shows what the most expensive take.
    """

    def __init__(self, units: int, engine: Engine = EMBEDDED) -> None:
        self._left = units
        self._engine = engine
        self._unfinished: dict[Task, None] = {}

    @classmethod
    def of(cls, index: Index) -> Self:
        """Return what a single query of an index may cost."""
        index.engine.missed()  # whatever was asked before is no concern of this query
        units = _FEWEST_UNITS + len(index.transcripts.terms) // _WORDS_A_UNIT
        return cls(units, index.engine)

    def allows(self, units: int, task: Task) -> bool:
        """Spend units on a task, or note that there are too few left to finish it."""
        if units > self._left:
            self._unfinished[task] = None
            return False
        self._left -= units
        return True

    @property
    def unfinished(self) -> tuple[Task, ...]:
        """The tasks that were not finished."""
        if self._engine.missed():
            self._unfinished[Task.REACH_ALL] = None
        return tuple(self._unfinished)
