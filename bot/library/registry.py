"""The registry: the indexes in the cache folder, what each is built from, and which is current.

Beside each `<id>.index` lies its manifest `<id>.json`. What may change is one small file for each
set of sources, `<sources>.current`: the promotions, of which the last is current. All of that
outlives a release: an index of another version stays known, although this one cannot read it.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from bot.errors import CacheError
from bot.files import DATA, exclusive, is_file, newest_files, sha256_of, sweep, write_atomically
from bot.library.manifest import (
    CurrentIndex,
    Manifest,
    Promotion,
    Refusal,
    as_manifest,
    as_standing,
)
from bot.search.index.version import INDEX_VERSION
from bot.sources import Folder, Source
from bot.transcripts.files import FoundFiles, fingerprint

EARLIER = 2
"""How many indexes that were current before are kept for a rollback."""

# How many other indexes are kept, and how many sets of sources.
_KEPT = 4
_PODCASTS = 4
# How much of a commit's hash is shown.
_SHORT = 10
_UNREADABLE = (OSError, ValueError)
# What is built in and shapes every index.
_FACTS = ("catalog.yaml", "lexicon.yaml")
_INDEX, _MANIFEST, _CURRENT, _PARTS = ".index", ".json", ".current", ".parts"


@dataclass(frozen=True, slots=True)
class Registry:
    """The indexes of some sources in a cache folder that other processes change too.

    Where there are several podcasts, `podcast` is the id of one: another may have the same sources,
    but read them in another language, measure with other queries, or be rolled back.
    """

    cache: Path
    sources: tuple[str, ...]
    podcast: str = ""

    @property
    def name(self) -> str:
        """What stands for these sources, the same on every machine that names them alike."""
        named = "\0".join(self.sources) + (f"\0\0{self.podcast}" if self.podcast else "")
        return sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def _current(self) -> Path:
        return self.cache / f"{self.name}{_CURRENT}"

    @property
    def parts(self) -> Path:
        """The folder for what is made of each file and episode of these sources."""
        return self._current.with_suffix(_PARTS)

    def standing(self) -> CurrentIndex:
        """Read which index is current and why; empty if the file is missing or damaged."""
        try:
            return as_standing(self._current.read_bytes())
        except _UNREADABLE:
            return CurrentIndex()

    def pointer(self) -> bytes:
        """Read the file that says which index is current, as it is; empty if there is none."""
        try:
            return self._current.read_bytes()
        except OSError:
            return b""

    def adopt(self, pointer: bytes) -> None:
        """Make current what is so elsewhere, by the file from there; raises OSError."""
        with self._alone():
            write_atomically(self._current, pointer)
        self.tidy()

    def path_of(self, index_id: str) -> Path:
        """Return the path of an index."""
        return self.cache / f"{index_id}{_INDEX}"

    def has(self, index_id: str) -> bool:
        """Return whether the cache holds an index."""
        return is_file(self.path_of(index_id))

    def describes(self, index_id: str) -> bool:
        """Return whether the cache holds the manifest of an index."""
        return is_file(self.cache / f"{index_id}{_MANIFEST}")

    def manifest(self, index_id: str) -> Manifest | None:
        """Read the manifest of an index; None if it is missing or damaged."""
        try:
            return as_manifest((self.cache / f"{index_id}{_MANIFEST}").read_bytes())
        except _UNREADABLE:
            return None

    def reads(self, index_id: str) -> bool:
        """Return whether this release can read an index, as far as its manifest says."""
        manifest = self.manifest(index_id)
        return not (manifest and manifest.unreadable)

    def manifests(self) -> tuple[Manifest, ...]:
        """Read the manifests of all indexes in the cache, newest first."""
        index_ids = [path.stem for path in self.cache.glob(f"*{_INDEX}")]
        read = filter(None, map(self.manifest, index_ids))
        return tuple(sorted(read, key=lambda each: each.built_at, reverse=True))

    def register(self, manifest: Manifest) -> None:
        """Write the manifest of an index in the cache; raises OSError."""
        path = self.cache / f"{manifest.id}{_MANIFEST}"
        write_atomically(path, _as_json(asdict(manifest)))

    def promote(self, index_id: str, why: str) -> None:
        """Make an index current, and remove old ones; raises OSError."""
        self._change(lambda standing: standing.promoted(_promotion(index_id, why)))
        self.tidy()

    def refuse(self, index_id: str, reason: str) -> None:
        """Record that an index failed its checks, so that it is not built again."""
        refusal = Refusal(index_id, datetime.now(UTC), reason)
        self._change(lambda standing: standing.refused(refusal))

    def roll_back(self) -> Manifest:
        """Make the newest earlier index current that is intact and readable; return its manifest.

        What was current is not promoted again before the transcripts change. Raises CacheError if
        no index is left to go back to, and OSError.
        """
        rolled: list[Manifest] = []

        def change(standing: CurrentIndex) -> CurrentIndex:
            unreadable = []
            for manifest in filter(None, map(self.verified, standing.usable[1:])):
                if not manifest.unreadable:
                    rolled.append(manifest)
                    return standing.rolled_back(_promotion(manifest.id, "rollback"))
                unreadable.append(manifest)
            raise self._no_way_back(unreadable)

        self._change(change)
        return rolled[-1]

    def _no_way_back(self, unreadable: Sequence[Manifest]) -> CacheError:
        if not unreadable:
            reason = "there is no earlier index to go back to."
            return CacheError(str(self.cache), reason, "Nothing has changed.")
        before = unreadable[0]
        commit_of = f" of commit {before.commit[:_SHORT]}" if before.commit else ""
        remedy = (
            "Nothing has changed. Go back with the release that built it, "
            f"{before.version}{commit_of}, or fix the transcripts and run: airquote index build"
        )
        return CacheError(str(self.path_of(before.id)), before.unreadable, remedy)

    def verified(self, index_id: str) -> Manifest | None:
        """Return the manifest of an index if its file is intact; else None."""
        manifest = self.manifest(index_id)
        sound = manifest and manifest.sha256 == sha256_of(self.path_of(index_id))
        return manifest if sound else None

    def tidy(self) -> None:
        """Remove the oldest indexes, except current ones and those kept for a rollback.

        Another process may be doing the same.
        """
        pointers = newest_files(self.cache.glob(f"*{_CURRENT}"))
        for forgotten in pointers[_PODCASTS:]:
            forgotten.unlink(missing_ok=True)
            shutil.rmtree(forgotten.with_suffix(_PARTS), ignore_errors=True)
        kept = {index_id for path in pointers[:_PODCASTS] for index_id in _kept_by(path)}
        for path in newest_files(self.cache.glob(f"*{_INDEX}"))[_KEPT:]:
            if path.stem not in kept:
                path.unlink(missing_ok=True)
        for path in self.cache.glob(f"*{_MANIFEST}"):
            # An index is written before its manifest, and removed before it.
            if not path.with_suffix(_INDEX).exists() and self.manifest(path.stem):
                path.unlink(missing_ok=True)
        sweep(self.cache)

    def touch(self) -> None:
        """Mark these sources as in use, so that their indexes are kept."""
        with suppress(OSError):
            os.utime(self._current)

    def _change(self, change: Callable[[CurrentIndex], CurrentIndex]) -> None:
        with self._alone():
            standing = change(self.standing())
            stored = asdict(standing) | {"sources": self.sources}
            write_atomically(self._current, _as_json(stored))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from changing which index is current."""
        self.cache.mkdir(parents=True, exist_ok=True)
        with exclusive(self.cache / "lock"):
            yield


class Shared(Protocol):
    """Indexes that processes on several machines share; all methods raise CacheError."""

    def publish(self, registry: Registry) -> bool:
        """Make the current index of a cache current for all."""

    def fetch(self, registry: Registry, *, earlier: bool = False) -> bool:
        """Bring the current index of all into a cache; with `earlier`, also those before it."""


def library_id(found: FoundFiles) -> str:
    """Hash all that shapes a library: its files, the built-in facts and the index version."""
    digest = sha256(f"{INDEX_VERSION}\0{fingerprint(found)}".encode())
    for name in _FACTS:
        digest.update((DATA / name).read_bytes())
    return digest.hexdigest()[:16]


def registry_of(sources: Sequence[Source], cache: Path, podcast: str = "") -> Registry:
    """Return the registry of some sources, however their paths are written.

    `podcast` is the id of the one that has them, where there are several.
    """
    names = (str(each.path.resolve() if isinstance(each, Folder) else each) for each in sources)
    return Registry(cache, tuple(names), podcast)


def _promotion(index_id: str, why: str) -> Promotion:
    return Promotion(index_id, datetime.now(UTC), why)


def _kept_by(pointer: Path) -> Iterable[str]:
    try:
        standing = as_standing(pointer.read_bytes())
    except _UNREADABLE:
        return ()
    return (standing.id, *standing.earlier[:EARLIER])


def _as_json(facts: object) -> bytes:
    text = json.dumps(facts, default=str, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "surrogatepass")
