"""Which files there are to read, and whether they may be."""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import TranscriptError
from bot.models import Problem

LARGEST_FILE = 20_000_000
"""Bytes; the longest transcripts known are a hundredth of it."""

_PEOPLE = frozenset({"people", "_people"})
_CATALOGS = frozenset({"catalog.yaml", "catalog.yml"})
_LOOKED_AT = 8192

# What lies beside transcripts in a repository or a podcast's folder: nobody wants to hear of it.
_OTHER_FILES = re.compile(
    r".*\.(?:7z|aac|avi|bmp|bz2|cfg|css|csv|db|docx?|epub|flac|gif|gz|heic|html?|ico|ini|ipynb|"
    r"jpe?g|js|jsonl|lock|log|m4a|mkv|mov|mp[34]|mpe?g|od[tps]|ogg|opus|parquet|pdf|png|pptx?|pyc?|"
    r"rar|rb|rss|s[ac]ss|sh|sqlite|svg|tar|tgz|tiff?|toml|ts|tsv|wav|web[mp]|woff2?|xlsx?|xml|xz|"
    r"zip|zst)"
    r"|(?:authors|changelog|code_of_conduct|contributing|copying|dockerfile|gemfile|licen[cs]e|"
    r"makefile|notice|procfile|readme|requirements|security)(?:\.\w+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: `path` is relative to the folder that was given, with forward slashes.

    `digest` is the SHA-256 of its content, in hex.
    """

    path: str
    location: Path
    digest: str


@dataclass(frozen=True, slots=True)
class Found:
    """All there is below the given paths, in a fixed order: transcripts, catalogs, people."""

    files: tuple[SourceFile, ...] = ()
    catalogs: tuple[SourceFile, ...] = ()
    people: tuple[SourceFile, ...] = ()
    problems: tuple[Problem, ...] = ()


def find_files(paths: Sequence[Path]) -> Found:
    """List and hash the files below some folders, or given by name.

    Hidden files and what is plainly no transcript (images, code, a README) are passed over, but a
    file given by name is always taken. Pages about people come from a folder named `people` or
    `_people` that is given, inside a given folder or beside a given path. A file reached twice
    counts once.
    """
    walk = _Walk([path.resolve() for path in paths if path.is_dir()])
    for path in paths:
        walk.enter(path)
    for path in paths:
        walk.enter_people_beside(path.resolve())
    return Found(tuple(walk.files), tuple(walk.catalogs), tuple(walk.people), tuple(walk.problems))


def fingerprint(found: Found) -> str:
    """Return a digest of everything found: of names, contents and what was refused."""
    total = hashlib.sha256()
    for files in (found.files, found.catalogs, found.people):
        for file in files:
            total.update(f"{file.path}\0{file.digest}\0".encode())
        total.update(b"\1")
    total.update(repr(found.problems).encode())
    return total.hexdigest()


def read_text(file: SourceFile) -> str:
    """Return a file's text, with newlines alone between lines. Raises TranscriptError."""
    try:
        data = file.location.read_bytes()
    except OSError as error:
        raise TranscriptError(file.path, f"cannot be read: {error.strerror}.") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TranscriptError(file.path, "it is saved as UTF-16.", "Save it as UTF-8.", 1)
    if b"\0" in data:
        line = 1 + data.count(b"\n", 0, data.index(b"\0"))
        raise TranscriptError(file.path, "there is a NUL byte in it.", "Remove it.", line)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        reason = f"byte {data[error.start]:#04x} is not UTF-8."
        raise TranscriptError(file.path, reason, "Save it as UTF-8.", line) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Walk:
    """A walk through folders that remembers where it has been."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self.roots = roots
        self.seen: set[tuple[int, int]] = set()
        self.files: list[SourceFile] = []
        self.catalogs: list[SourceFile] = []
        self.people: list[SourceFile] = []
        self.problems: list[Problem] = []

    def enter(self, path: Path) -> None:
        """Take a path that was given: a folder with all below it, or a file with its catalog."""
        if path.is_dir():
            self.enter_folder(path.resolve(), "", path.resolve().name in _PEOPLE)
        elif path.is_file():
            path = path.resolve()
            for beside in (path.with_name(name) for name in sorted(_CATALOGS)):
                if beside.is_file():
                    self.take(beside, beside.name, self.catalogs)
            self.take(path, _printable(path.name), self.list_for(path.name, people=False))
        else:
            self.refuse(str(path), "there is no such file or folder.", "Check the path.")

    def enter_people_beside(self, path: Path) -> None:
        for folder in (path.parent / name for name in sorted(_PEOPLE)):
            if folder.is_dir():
                self.roots = [*self.roots, folder]
                self.enter_folder(folder, f"{folder.name}/", people=True)

    def enter_folder(self, folder: Path, prefix: str, people: bool) -> None:
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
            new = self.is_new(folder.stat())
        except OSError as error:
            return self.refuse(prefix or str(folder), f"cannot be opened: {error.strerror}.")
        for entry in entries if new else ():
            path = f"{prefix}{_printable(entry.name)}"
            if entry.name.startswith(".") or not self.may_follow(entry, path):
                continue
            if entry.is_dir():
                self.enter_folder(Path(entry.path), f"{path}/", people or entry.name in _PEOPLE)
            elif entry.is_file() and not _OTHER_FILES.fullmatch(entry.name):
                self.take(Path(entry.path), path, self.list_for(entry.name, people))
        return None

    def may_follow(self, entry: os.DirEntry[str], path: str) -> bool:
        """Let a symlink pass when its target lies in one of the given folders."""
        if not entry.is_symlink():
            return True
        target = Path(os.path.realpath(entry.path))
        if not target.exists():
            self.refuse(path, "a symlink that leads nowhere.", "Remove it.")
        elif not any(target.is_relative_to(root) for root in self.roots):
            self.refuse(path, "a symlink that leads out of the folder.", "Copy the file here.")
        else:
            return True
        return False

    def take(self, location: Path, path: str, into: list[SourceFile]) -> None:
        """Hash a file and add it, unless it is known already, too large or binary."""
        try:
            status = location.stat()
            fits = status.st_size <= LARGEST_FILE
            data = location.read_bytes() if fits and self.is_new(status) else None
        except OSError as error:
            return self.refuse(path, f"cannot be read: {error.strerror}.")
        if not fits:
            size = f"{status.st_size / 1e6:.0f} MB"
            return self.refuse(path, f"{size}: over 20 MB is no transcript.", "Split it.")
        if data is None:
            return None
        if b"\0" in data[:_LOOKED_AT] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return self.refuse(path, "a binary file, not a transcript.", "Remove it.")
        return into.append(SourceFile(path, location, hashlib.sha256(data).hexdigest()))

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
    """Return a file name that can be shown: it may hold any byte but a slash."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name
    )
