"""The last good version of each file, for use when a newer version cannot be read.

Versions are kept in the folder `good` of the cache, named by the location of the file and the
SHA-256 of its content. Without them, an unreadable file is simply missing.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot.files import newest_files
from bot.models import Problem
from bot.reporting import ignore
from bot.transcripts.files import KINDS, FoundFiles, OnFile, SourceFile, kind_of

LARGEST_KEPT = 200_000_000
"""Bytes of all versions together; the least recently used are removed first."""

_NAME = re.compile("[0-9a-f]{32}-[0-9a-f]{64}")
_FALLBACK = "The last good version is used."


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of a file."""

    digest: str
    path: Path


def with_last_good(found: FoundFiles, cache: Path, on_file: OnFile = ignore) -> FoundFiles:
    """Replace files that cannot be read now by their last good versions.

    A note gives the reason for each. Only files that have changed since `keep_last_good` are
    read; `on_file` is called before.
    """
    versions = _find_versions(cache)
    if not versions:
        return found
    problems, sources = list(found.problems), _fetched_folder(cache)
    read = {
        kind: tuple(
            _readable_version(file, kind, versions, problems, sources, on_file)
            for file in getattr(found, kind)
        )
        for kind in KINDS
    }
    refused = []
    for file in found.refused:
        version = versions.get(_key(file, sources))
        if not version or not _is_whole(version):
            refused.append(file)
        else:
            read[kind_of(file)] += (replace(file, digest=version.digest, kept=version.path),)
            problems = [_as_note(each) if each.path == file.path else each for each in problems]
    files, catalogs, people = (read[kind] for kind in KINDS)
    return replace(
        found,
        files=files,
        catalogs=catalogs,
        people=people,
        problems=tuple(problems),
        refused=tuple(refused),
    )


def keep_last_good(
    found: FoundFiles, problems: Sequence[Problem], cache: Path, largest: int = LARGEST_KEPT
) -> None:
    """Keep the files that were read as their last good versions; `problems` are those of reading.

    A refused file keeps its older version. What yt-dlp says of videos is not kept: it is large, and
    of little use. Raises OSError.
    """
    # Imported late: it reads YAML, as no search does.
    from bot.transcripts.formats.episode_facts import is_facts_file

    lost = {problem.path for problem in problems if problem.loses_file}
    good = [
        file for file in found.to_read if file.path not in lost and not is_facts_file(file.path)
    ]
    versions, sources = _find_versions(cache), _fetched_folder(cache)
    folder = cache / "good"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as new:
        for file in good:
            key = _key(file, sources)
            _keep(file, versions.get(key), Path(new, f"{key}-{file.digest}"), folder)
    _prune(cache, largest)


def last_good_paths(found: FoundFiles) -> frozenset[str]:
    """Return the paths of files that are replaced by their last good versions."""
    return frozenset(file.path for file in found.to_read if file.kept)


def _readable_version(
    file: SourceFile,
    kind: str,
    versions: dict[str, _Version],
    problems: list[Problem],
    sources: Path,
    on_file: OnFile,
) -> SourceFile:
    """Return a file, or its last good version and a new problem if it cannot be read."""
    version = versions.get(_key(file, sources))
    if not version or version.digest == file.digest:
        return file
    # Imported late: usually no file has changed, so that none is read.
    from bot.transcripts.reader import read_transcripts

    files, catalogs, people = ((file,) if each == kind else () for each in KINDS)
    read = read_transcripts(FoundFiles(files, catalogs, people), on_file=on_file)
    refusals = (each for each in read.problems if each.loses_file and each.path == file.path)
    refusal = next(refusals, None)
    if not refusal or not _is_whole(version):
        return file
    problems.append(_as_note(refusal))
    return replace(file, digest=version.digest, kept=version.path)


def _as_note(problem: Problem) -> Problem:
    """Turn a refusal into a note that the last good version is used."""
    if not problem.refused:
        return problem
    return replace(problem, reason=f"{problem.reason} {_FALLBACK}", refused=False)


def _keep(file: SourceFile, version: _Version | None, new: Path, folder: Path) -> None:
    if version and version.digest == file.digest:
        with suppress(FileNotFoundError):
            os.utime(version.path)
        return
    try:
        data = file.location.read_bytes()
    except OSError:
        return
    if hashlib.sha256(data).hexdigest() != file.digest:
        return  # changed since it was read, so it may be unreadable
    new.write_bytes(data)
    new.replace(folder / new.name)
    if version:
        version.path.unlink(missing_ok=True)


def _find_versions(cache: Path) -> dict[str, _Version]:
    """Find all versions; if another process has left two of one file, the newer one."""
    named = ((path.name.partition("-"), path) for path in reversed(_newest_first(cache)))
    return {key: _Version(digest, path) for (key, _, digest), path in named}


def _newest_first(cache: Path) -> list[Path]:
    versions = (cache / "good").glob("*-*")
    return newest_files(path for path in versions if _NAME.fullmatch(path.name))


def _is_whole(version: _Version) -> bool:
    try:
        return hashlib.sha256(version.path.read_bytes()).hexdigest() == version.digest
    except OSError:
        return False


def _prune(cache: Path, largest: int) -> None:
    """Remove the least recently used versions until the others fit."""
    total = 0
    for path in _newest_first(cache):
        with suppress(FileNotFoundError):
            total += path.stat().st_size
            if total > largest:
                path.unlink()


def _fetched_folder(cache: Path) -> Path:
    """Return the folder of fetched repositories."""
    return (cache / "sources").resolve()


def _key(file: SourceFile, sources: Path) -> str:
    """Return a key for a file's location, without the folder that changes with each commit."""
    names = _names_in_place(file.location, sources)
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _names_in_place(location: Path, sources: Path) -> Iterator[str]:
    if location.is_relative_to(sources):
        source, _, *below = location.relative_to(sources).parts
        yield from (source, *below)
    else:
        yield str(location)
