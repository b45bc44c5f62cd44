"""Which files of a commit are written to the disk here, and under which names."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.corpus.files import PEOPLE_FOLDERS, is_passed_over
from bot.git import Entry

_KINDS = {"120000": "symlink", "160000": "submodule"}
_STRANGE = "file with a strange name"
TOO_LARGE = "file over 20 MB"
_PLURALS = {
    "symlink": "symlinks",
    "submodule": "submodules",
    _STRANGE: "files with strange names",
    TOO_LARGE: "files over 20 MB",
}
# The longest path, in characters, and the longest name, in bytes, that most systems can hold.
_LONGEST_PATH = 200
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Choice:
    """Files to write: where, and the id of what is in them. What is left out is counted by kind."""

    files: dict[str, str]
    left_out: Counter[str]


def roots_of(folder: str) -> list[str]:
    """Name all that belongs to a folder of a repository: itself, and the people beside it."""
    if not folder:
        return [""]
    parent = folder.rpartition("/")[0]
    beside = sorted(f"{parent}/{name}".lstrip("/") for name in PEOPLE_FOLDERS)
    return [folder, *(path for path in beside if path != folder)]


def choose_files(entries: Iterable[Entry], folder: str) -> Choice:
    """Choose the regular files that could be read if they lay in a folder of this machine.

    Symlinks, submodules and names that could not be written safely everywhere are left out. What
    the reader passes over anyway is not worth counting.
    """
    files: dict[str, str] = {}
    taken: set[str] = set()  # some file systems do not tell small letters from capitals
    left_out: Counter[str] = Counter()
    for entry in entries:
        path = unicodedata.normalize("NFC", entry.path.decode("utf-8", "replace"))
        if any(is_passed_over(name) for name in _names_below(path, folder) if name.strip(".")):
            continue
        if kind := _KINDS.get(entry.mode):
            left_out[kind] += 1
        elif not _is_safe(path) or path.casefold() in taken:
            left_out[_STRANGE] += 1
        else:
            files[path] = entry.id
            taken.add(path.casefold())
    return Choice(files, left_out)


def describe(left_out: Counter[str]) -> str:
    """Say in half a sentence what is left out; "" for nothing."""
    return ", ".join(
        f"{number:,} {kind}" if number == 1 else f"{number:,} {_PLURALS[kind]}"
        for kind, number in sorted(left_out.items())
    )


def _names_below(path: str, folder: str) -> Iterator[str]:
    """Name the folders and the file on the way to a path, below what was asked for."""
    parent = folder.rpartition("/")[0]
    above = folder if path.startswith(f"{folder}/") else parent
    yield from path.removeprefix(above).lstrip("/").split("/")


def _is_safe(path: str) -> bool:
    """Say whether a path stays below a folder and can be shown: no control, no bidi character."""
    names = path.split("/")
    short = len(path) <= _LONGEST_PATH and all(len(n.encode()) <= _LONGEST_NAME for n in names)
    plain = path.isprintable() and not {*path} & {*"\\\N{REPLACEMENT CHARACTER}"}
    return short and plain and not {"", ".", ".."} & {*names}
