"""The cues of a file, which are read again only where they are needed if the file is known."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import overload

from bot.arrays import Longs
from bot.errors import CacheError
from bot.models import Cue
from bot.transcripts.alignment import find_keyed_words

# The first cues show whether a transcript has times, and of what kind.
_HEAD = 2


@dataclass(frozen=True, slots=True)
class CuesFacts:
    """What is known of cues without reading them: the first two, their number, and digests.

    `digest` is that of all they hold, `texts` that of their words alone.
    """

    head: tuple[Cue, ...]
    count: int
    digest: str
    texts: str


class FileCues(Sequence[Cue]):
    """The cues of a file, and what others are compared with, which is computed once.

    With `facts` from an earlier reading, all but the first are read on demand. Raises CacheError
    if they are others then.
    """

    def __init__(
        self,
        path: str,
        read: Callable[[], Sequence[Cue]],
        facts: CuesFacts | None = None,
        words: Longs | None = None,
    ) -> None:
        self._path, self._read = path, read
        self._facts, self._words = facts, words

    @cached_property
    def facts(self) -> CuesFacts:
        """What is known of the cues."""
        return self._facts or _describe(self._all)

    @property
    def words(self) -> Longs:
        """The keys of the words of the cues."""
        if self._words is None:
            self._words = find_keyed_words(" ".join(cue.text for cue in self)).keys
        return self._words

    @property
    def known_words(self) -> Longs | None:
        """The words, if anybody has asked for them by now or before."""
        return self._words

    @cached_property
    def _all(self) -> Sequence[Cue]:
        cues = self._read()
        if self._facts and _describe(cues) != self._facts:
            reason = "it was changed while it was read."
            raise CacheError(self._path, reason, "It is read again the next time.")
        return cues

    def __len__(self) -> int:
        return self.facts.count

    def __iter__(self) -> Iterator[Cue]:
        head = self.facts.head
        yield from head
        if len(self) > len(head):
            yield from islice(self._all, len(head), None)

    @overload
    def __getitem__(self, at: int) -> Cue: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Cue]: ...
    def __getitem__(self, at: int | slice) -> Cue | Sequence[Cue]:
        return self.facts.head if at == slice(_HEAD) else self._all[at]


def as_file_cues(cues: Sequence[Cue]) -> FileCues:
    """Return cues with what is known of them."""
    return cues if isinstance(cues, FileCues) else FileCues("", lambda: cues)


def _describe(cues: Sequence[Cue]) -> CuesFacts:
    spoken = [(cue.text, cue.start, cue.end, cue.speaker, cue.source) for cue in cues]
    texts = [cue.text for cue in cues]
    return CuesFacts(tuple(cues[:_HEAD]), len(cues), _digest(spoken), _digest(texts))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
