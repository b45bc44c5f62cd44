"""Find transcript files, and hash those that have changed."""

import hashlib
import logging
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TypeVar

from bot.digests import Digests
from bot.errors import TranscriptError
from bot.models import Problem
from bot.text import one_line, truncate
from bot.transcripts.other_files import (
    PassedOver,
    count_passed_over,
    describe_binary,
    kind_by_name,
)

LARGEST_FILE = 20_000_000
"""Bytes; the longest known transcripts have a hundredth of that."""
PEOPLE_FOLDERS = frozenset({"people", "_people"})
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
COVER = re.compile(r"cover\.(?:png|jpe?g|webp)", re.IGNORECASE)
"""The name of a podcast's cover in its folder."""

KINDS = ("files", "catalogs", "people")
"""The kinds of files to read, by the fields of FoundFiles."""
_CATALOGS = frozenset({"catalog.yaml", "catalog.yml"})
_SNIFFED_BYTES = 8192
# Each folder in a folder takes a few calls on Python's stack.
_DEEPEST = 50
_Read = TypeVar("_Read")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read; `path` is relative to the given folder, with forward slashes.

    `digest` is the SHA-256 of its content, in hex. If an older version is used, `kept` is the
    location of that version and `digest` its digest.
    """

    path: str
    location: Path
    digest: str
    kept: Path | None = None


OnFile = Callable[[SourceFile], None]
"""Called with a file that is about to be read."""


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """All files below the given paths, in a fixed order: transcripts, catalogs, people.

    `refused` are transcripts that cannot be read, for the reasons in `problems`. `passed_over` are
    those of other kinds. `language` is the code of the podcast's language, "" if the owner has not
    said it.
    """

    files: tuple[SourceFile, ...] = ()
    catalogs: tuple[SourceFile, ...] = ()
    people: tuple[SourceFile, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: tuple[SourceFile, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    language: str = ""

    @property
    def to_read(self) -> tuple[SourceFile, ...]:
        """The files of all kinds."""
        return (*self.files, *self.catalogs, *self.people)


def refuse_file(found: FoundFiles, digest: str, reason: str, remedy: str) -> FoundFiles:
    """Move a file of that content, if there is one, from those to read to those refused."""
    refused = [file for file in found.to_read if file.digest == digest]

    def others(files: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
        return tuple(file for file in files if file.digest != digest)

    problems = [Problem(file.path, reason, remedy) for file in refused]
    return replace(
        found,
        files=others(found.files),
        catalogs=others(found.catalogs),
        people=others(found.people),
        problems=(*found.problems, *problems),
        refused=(*found.refused, *refused),
    )


def kind_of(file: SourceFile) -> str:
    """Return which of KINDS a file belongs to, by its path."""
    folders, name = PurePosixPath(file.path).parts[:-1], file.location.name
    if PEOPLE_FOLDERS.intersection(folders):
        return "people"
    return "catalogs" if name in _CATALOGS else "files"


def find_files(
    paths: Sequence[Path], digests: Digests | None = None, language: str = ""
) -> FoundFiles:
    """List and hash the files below some folders, or given by name.

    Hidden files and obvious non-transcripts (images, code, a README) are ignored, unless given by
    name. Pages about people come from a folder named `people` or `_people` that is given, inside
    a given folder or beside a given path. A file reached twice counts once. With the `digests` of
    an earlier call, only changed files are read.
    """
    walk = _Walk([path.resolve() for path in paths if path.is_dir()], digests or Digests())
    for path in paths:
        walk.enter(path)
    for path in paths:
        walk.enter_people_beside(path.resolve())
    read = tuple(walk.files), tuple(walk.catalogs), tuple(walk.people)
    passed_over = count_passed_over(walk.passed_over)
    return FoundFiles(*read, tuple(walk.problems), tuple(walk.refused), passed_over, language)


def is_ignored(name: str) -> bool:
    """Tell whether a file in a folder is ignored: it is hidden, or obviously no transcript."""
    return name.startswith(".") or bool(kind_by_name(name))


def is_branding(names: Sequence[str]) -> bool:
    """Tell whether a file is a podcast's cover or a picture of a person.

    `names` are those of the folders that it is in, below the podcast's own, and then the file's.
    """
    *folders, name = names
    if any(folder.startswith(".") for folder in folders):
        return False
    is_cover = not folders and COVER.fullmatch(name)
    is_person = PEOPLE_FOLDERS.intersection(folders) and name.lower().endswith(PICTURE_ENDINGS)
    return bool(is_cover or is_person)


def fingerprint(found: FoundFiles) -> str:
    """Return a digest of all names, contents and problems, and of the language."""
    total = hashlib.sha256()
    for files in (found.files, found.catalogs, found.people):
        for file in files:
            total.update(f"{file.path}\0{file.digest}\0".encode())
        total.update(b"\1")
    total.update(repr(found.problems).encode())
    if found.language:
        total.update(f"\2{found.language}".encode())
    return total.hexdigest()


def attempt(path: str, read: Callable[[], _Read]) -> _Read | Problem:
    """Return what `read` makes of a file, or the problem if it fails, whatever the error is.

    Only MemoryError is raised: then the process cannot go on, whichever file it reads.
    """
    try:
        return read()
    except TranscriptError as error:
        return Problem(error.subject, error.reason, error.remedy, error.line)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a format's reader may have forgotten any case
        _log.debug("%s cannot be read.", path, exc_info=True)
        reason = (
            f"reading it failed ({type(error).__name__}: {truncate(one_line(str(error)), 100)})."
        )
        return Problem(path, reason, "Export it again; if that does not help, report it.")


def read_text(file: SourceFile) -> str:
    """Return a file's text with "\\n" between lines. Raises TranscriptError."""
    try:
        data = (file.kept or file.location).read_bytes()
    except OSError as error:
        raise TranscriptError(file.path, f"it cannot be read: {error.strerror}.") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TranscriptError(file.path, "it is saved as UTF-16.", "Save it as UTF-8.", 1)
    if b"\0" in data:
        line = 1 + data.count(b"\n", 0, data.index(b"\0"))
        raise TranscriptError(file.path, "it contains a NUL byte.", "Remove it.", line)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        reason = f"byte {data[error.start]:#04x} is not UTF-8."
        raise TranscriptError(file.path, reason, "Save it as UTF-8.", line) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Walk:
    """A walk through folders that remembers which files it has visited."""

    def __init__(self, roots: Sequence[Path], digests: Digests) -> None:
        self.roots = roots
        self.digests = digests
        self.seen: set[tuple[int, int]] = set()
        self.files: list[SourceFile] = []
        self.catalogs: list[SourceFile] = []
        self.people: list[SourceFile] = []
        self.refused: list[SourceFile] = []
        self.problems: list[Problem] = []
        self.passed_over: list[tuple[str, str]] = []

    def enter(self, path: Path) -> None:
        """Take a given path: a folder with everything below it, or a file with its catalog."""
        if path.is_dir():
            self.enter_folder(path.resolve(), "", path.resolve().name in PEOPLE_FOLDERS)
        elif path.is_file():
            path = path.resolve()
            for beside in (path.with_name(name) for name in sorted(_CATALOGS)):
                if beside.is_file():
                    self.take(beside, beside.name, self.catalogs)
            self.take(path, _printable(path.name), self.list_for(path.name, people=False))
        else:
            self.refuse(str(path), "no such file or folder.", "Check the path.")

    def enter_people_beside(self, path: Path) -> None:
        for folder in (path.parent / name for name in sorted(PEOPLE_FOLDERS)):
            if folder.is_dir():
                self.roots = [*self.roots, folder]
                self.enter_folder(folder, f"{folder.name}/", people=True)

    def enter_folder(self, folder: Path, prefix: str, people: bool) -> None:
        if prefix.count("/") > _DEEPEST:
            return self.refuse(prefix, "it is in too many folders.", "Move it up.")
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
            new = self.is_new(folder.stat())
        except OSError as error:
            return self.refuse(prefix or str(folder), f"it cannot be opened: {error.strerror}.")
        for entry in entries if new else ():
            path = f"{prefix}{_printable(entry.name)}"
            if entry.name.startswith(".") or not self.may_follow(entry, path):
                continue
            if entry.is_dir():
                self.enter_folder(
                    Path(entry.path), f"{path}/", people or entry.name in PEOPLE_FOLDERS
                )
            elif entry.is_file() and (kind := kind_by_name(entry.name)):
                if not is_branding(path.split("/")):
                    self.passed_over.append((kind, path))
            elif entry.is_file():
                self.take(Path(entry.path), path, self.list_for(entry.name, people))
        return None

    def may_follow(self, entry: os.DirEntry[str], path: str) -> bool:
        """Tell whether an entry is no symlink, or one whose target is in a given folder."""
        if not entry.is_symlink():
            return True
        target = Path(os.path.realpath(entry.path))
        if not target.exists():
            self.refuse(path, "it is a symlink that leads nowhere.", "Remove it.")
        elif not any(target.is_relative_to(root) for root in self.roots):
            self.refuse(path, "it is a symlink out of the folder.", "Copy the file here.")
        else:
            return True
        return False

    def take(self, location: Path, path: str, into: list[SourceFile]) -> None:
        """Hash a file and add it, unless it was visited before or is too large or binary."""
        try:
            status = location.stat()
            if not self.is_new(status):
                return
            digest = self.digests.find(location, status) or self.digest(location, status)
        except OSError as error:
            problem = Problem(path, f"it cannot be read: {error.strerror}.")
        except TranscriptError as error:
            problem = Problem(path, error.reason, error.remedy)
        else:
            into.append(SourceFile(path, location, digest))
            return
        self.problems.append(problem)
        if into is self.files:
            self.refused.append(SourceFile(path, location, ""))

    def digest(self, location: Path, status: os.stat_result) -> str:
        """Return a file's digest. Raises OSError, or TranscriptError if it is large or binary."""
        with location.open("rb") as file:
            beginning = file.read(_SNIFFED_BYTES)
            other = describe_binary(location.name, beginning)
            if other and (other.is_known or status.st_size <= LARGEST_FILE):
                raise TranscriptError(str(location), other.reason, other.remedy)
            if status.st_size > LARGEST_FILE:
                reason = f"it has {status.st_size / 1e6:.0f} MB; a transcript has at most 20 MB."
                raise TranscriptError(str(location), reason, "Split it.")
            data = beginning + file.read()
        digest = hashlib.sha256(data).hexdigest()
        self.digests.remember(location, status, digest)
        return digest

    def list_for(self, name: str, people: bool) -> list[SourceFile]:
        if people:
            return self.people
        return self.catalogs if name in _CATALOGS else self.files

    def is_new(self, status: os.stat_result) -> bool:
        identity = (status.st_dev, status.st_ino)
        if identity in self.seen:
            return False
        self.seen.add(identity)
        return True

    def refuse(self, path: str, reason: str, remedy: str = "") -> None:
        self.problems.append(Problem(path, reason, remedy))


def _printable(name: str) -> str:
    """Return a file name that can be shown, since a name may contain any byte but a slash."""
    if name.isprintable():
        return name
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name
    )
