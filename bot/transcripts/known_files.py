"""What is known of files that were read before, by their paths and contents."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from bot.arrays import Longs
from bot.files import sha256_of
from bot.models import Cue, Problem
from bot.strict_yaml import YamlValue
from bot.transcripts.cues import CuesFacts, FileCues, as_file_cues
from bot.transcripts.files import SourceFile, attempt
from bot.transcripts.formats.fields import ParsedFile

FileContent: TypeAlias = ParsedFile | dict[str, YamlValue]
"""What is read of one file; a mapping may need other files to become a transcript."""


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

    def read(
        self, file: SourceFile, read: Callable[[SourceFile], FileContent]
    ) -> FileContent | Problem:
        """Read a file as `attempt` does, unless it is known."""
        facts = self._before.get((file.path, file.digest))
        found = _revive(facts) if facts else attempt(file.path, lambda: read(file))
        if facts:
            self._valid.append(facts)
        if isinstance(found, ParsedFile) and found.transcript:
            cues = self._wrap(file, facts.cues if facts else None, found.transcript.cues, read)
            found = replace(found, transcript=replace(found.transcript, cues=cues))
        if not facts and not isinstance(found, dict):
            self._new.append((file, found))
        return found

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

    def _wrap(
        self,
        file: SourceFile,
        facts: CuesFacts | None,
        cues: Sequence[Cue],
        read: Callable[[SourceFile], FileContent],
    ) -> FileCues:
        def read_again() -> Sequence[Cue]:
            found = attempt(file.path, lambda: read(file))
            transcript = found.transcript if isinstance(found, ParsedFile) else None
            return transcript.cues if transcript else ()

        words = self._words_before.get(facts.texts) if facts else None
        wrapped = FileCues(file.path, read_again if facts else lambda: cues, facts, words)
        self._cues.append(wrapped)
        return wrapped


def _describe(file: SourceFile, found: ParsedFile | Problem) -> FileFacts:
    if isinstance(found, Problem):
        return FileFacts(file.path, file.digest, problem=found)
    if found.transcript is None:
        return FileFacts(file.path, file.digest, found)
    cues = as_file_cues(found.transcript.cues).facts
    parsed = replace(found, transcript=replace(found.transcript, cues=()))
    return FileFacts(file.path, file.digest, parsed, cues)


def _revive(facts: FileFacts) -> ParsedFile | Problem:
    return facts.problem or facts.parsed or ParsedFile(None)
