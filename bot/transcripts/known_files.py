"""What is known of files that were read before, by their paths and contents."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from bot.arrays import Longs
from bot.files import sha256_of
from bot.models import Origin, Problem
from bot.strict_yaml import YamlValue
from bot.transcripts.cues import CuesFacts, FileCues, as_file_cues, pack_cues
from bot.transcripts.files import SourceFile, attempt
from bot.transcripts.formats.fields import ParsedFile

FileContent: TypeAlias = ParsedFile | dict[str, YamlValue]
"""What is read of one file; a mapping may need other files to become a transcript."""
_Read: TypeAlias = Callable[[SourceFile], FileContent]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was read of a file, with its cues apart, or what is wrong with it."""

    path: str
    digest: str
    parsed: ParsedFile | None = None
    cues: CuesFacts | None = None
    problem: Problem | None = None


class KnownFiles:
    """What is known of the files that were read before, and of those that are read now.

    Words come by the digest of the texts they are from.
    """

    def __init__(
        self,
        before: Iterable[FileFacts] = (),
        words: Mapping[str, Longs] = MappingProxyType({}),
    ) -> None:
        self._before = {(each.path, each.digest): each for each in before}
        self._words_before = words
        self._valid: list[FileFacts] = []
        self._new: list[tuple[SourceFile, ParsedFile | Problem]] = []
        self._cues: list[FileCues] = []

    @property
    def changed(self) -> bool:
        """Return whether anything is not as before."""
        return (
            bool(self._new)
            or len(self._valid) < len(self._before)
            or self.words().keys() != self._words_before.keys()
        )

    def find(self, file: SourceFile, read: _Read) -> ParsedFile | Problem | None:
        """Return what was read of a file before, None if nothing; `read` reads it again."""
        facts = self._before.get((file.path, file.digest))
        if facts is None:
            return None
        self._valid.append(facts)
        found = facts.problem or facts.parsed or ParsedFile(None)
        if isinstance(found, Problem) or found.transcript is None or facts.cues is None:
            return found
        words = self._words_before.get(facts.cues.texts)
        cues = FileCues(facts.cues, words=words).read_by(file.path, partial(_read_cues, read, file))
        self._cues.append(cues)
        return replace(found, transcript=replace(found.transcript, cues=cues))

    def add(self, file: SourceFile, found: FileContent | Problem, read: _Read) -> None:
        """Remember what `read_packed` has read of a file; `read` reads it again."""
        if isinstance(found, dict):
            return
        self._new.append((file, found))
        if isinstance(found, ParsedFile) and found.transcript:
            cues = as_file_cues(found.transcript.cues)
            self._cues.append(cues.read_by(file.path, partial(_read_cues, read, file)))

    def facts(self) -> tuple[FileFacts, ...]:
        """List all facts, without those of files that have been changed since they were found."""
        new = (
            _describe(file, found)
            for file, found in self._new
            if sha256_of(file.kept or file.location) == file.digest
        )
        return (*self._valid, *new)

    def words(self) -> dict[str, Longs]:
        """Return all words that anybody has asked for."""
        words = ((cues.facts.texts, cues.known_words) for cues in self._cues)
        return {digest: each for digest, each in words if each is not None}

    def forget_words(self) -> None:
        """Forget all words, once nobody compares files any more."""
        self._words_before = {}
        for cues in self._cues:
            cues.forget_words()

    def forget_cues(self) -> None:
        """Forget all cues, once they are hardly needed any more."""
        for cues in self._cues:
            cues.forget()


def read_packed(read: _Read, file: SourceFile) -> FileContent | Problem:
    """Read a file as `attempt` does, pack its cues, and find the words of an edited transcript.

    Those are compared with others in any case.
    """
    found = attempt(file.path, partial(read, file))
    if isinstance(found, ParsedFile) and found.transcript:
        edited = found.transcript.source is Origin.EDITED
        cues = pack_cues(found.transcript.cues, with_words=edited)
        return replace(found, transcript=replace(found.transcript, cues=cues))
    return found


def _read_cues(read: _Read, file: SourceFile) -> FileCues:
    found = read_packed(read, file)
    transcript = found.transcript if isinstance(found, ParsedFile) else None
    return as_file_cues(transcript.cues if transcript else ())


def _describe(file: SourceFile, found: ParsedFile | Problem) -> FileFacts:
    if isinstance(found, Problem):
        return FileFacts(file.path, file.digest, problem=found)
    if found.transcript is None:
        return FileFacts(file.path, file.digest, found)
    cues = as_file_cues(found.transcript.cues).facts
    parsed = replace(found, transcript=replace(found.transcript, cues=()))
    return FileFacts(file.path, file.digest, parsed, cues)
