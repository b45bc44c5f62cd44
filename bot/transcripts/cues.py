"""The cues of a file, which are packed while nobody needs them, or read again if it is known.

A large podcast has millions of cues. As objects, they take ten times the memory of their file.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import overload

from bot.arrays import Longs
from bot.errors import CacheError
from bot.models import Cue, Origin
from bot.transcripts.alignment import find_keyed_words

# The first cues show whether a transcript has times, and of what kind.
_HEAD = 2
# Looked up, as the enumeration itself takes ten times as long.
_ORIGINS = {str(origin): origin for origin in Origin}
# Higher levels take several times as long, for a tenth less.
_LEVEL = 1


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

    All but the first are packed. If they are not, they are read on demand: a file may be known, or
    its cues were forgotten.
    """

    def __init__(self, facts: CuesFacts, packed: bytes = b"", words: Longs | None = None) -> None:
        self.facts = facts
        self._packed, self._words = packed, words
        self._read: Callable[[], FileCues] | None = None

    @property
    def words(self) -> Longs:
        """The keys of the words of the cues."""
        if self._words is None:
            self._words = _words_in(cue.text for cue in self)
        return self._words

    @property
    def known_words(self) -> Longs | None:
        """The words, if anybody has asked for them by now or before."""
        return self._words

    def forget_words(self) -> None:
        """Forget the words, which take as much memory as the file."""
        self._words = None

    def read_by(self, path: str, read: Callable[[], "FileCues"]) -> "FileCues":
        """Let the cues be read on demand; that they are others by then is a CacheError."""
        self._read = _Reading(path, self.facts, read)
        return self

    def forget(self) -> None:
        """Forget the cues, if they can be read again."""
        if self._read:
            self._packed = b""

    def _all(self) -> Sequence[Cue]:
        if not self._packed and self._read:
            self._packed = self._read()._packed
        return _unpack(self._packed)

    def __len__(self) -> int:
        return self.facts.count

    def __iter__(self) -> Iterator[Cue]:
        head = self.facts.head
        yield from head
        if len(self) > len(head):
            yield from islice(self._all(), len(head), None)

    @overload
    def __getitem__(self, at: int) -> Cue: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Cue]: ...
    def __getitem__(self, at: int | slice) -> Cue | Sequence[Cue]:
        return self.facts.head if at == slice(_HEAD) else self._all()[at]


def pack_cues(cues: Sequence[Cue], *, with_words: bool = False) -> FileCues:
    """Pack the cues of a file."""
    spoken = [(cue.text, cue.start, cue.end, cue.speaker, cue.source) for cue in cues]
    texts = [cue.text for cue in cues]
    written = _as_json(spoken)
    facts = CuesFacts(tuple(cues[:_HEAD]), len(cues), _digest(written), _digest(_as_json(texts)))
    words = _words_in(texts) if with_words else None
    return FileCues(facts, zlib.compress(written, _LEVEL), words=words)


def as_file_cues(cues: Sequence[Cue]) -> FileCues:
    """Return cues with what is known of them."""
    return cues if isinstance(cues, FileCues) else pack_cues(cues)


@dataclass(frozen=True, slots=True)
class _Reading:
    path: str
    facts: CuesFacts
    read: Callable[[], FileCues]

    def __call__(self) -> FileCues:
        cues = self.read()
        if cues.facts != self.facts:
            reason = "it was changed while it was read."
            raise CacheError(self.path, reason, "It is read again the next time.")
        return cues


def _unpack(packed: bytes) -> Sequence[Cue]:
    spoken = json.loads(zlib.decompress(packed))
    return [
        Cue(text, start, end, speaker, _ORIGINS[source])
        for text, start, end, speaker, source in spoken
    ]


def _words_in(texts: Iterable[str]) -> Longs:
    return find_keyed_words(" ".join(texts)).keys


def _as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def _digest(written: bytes) -> str:
    return hashlib.sha256(written).hexdigest()
