"""Indexes that processes on several machines share: in a bucket, or in a folder.

The only home of obstore. Below the address lie, for each podcast and set of sources, the same small
file that says in the cache folder which index is current, and a folder for each index with its
files. The small file is written last, so that whoever reads it finds all that it names.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from bot.errors import CacheError
from bot.files import is_file, newest_files, write_stream
from bot.library.manifest import CurrentIndex, as_standing
from bot.library.registry import EARLIER, Registry
from bot.search.embeddings import VECTORS_SUFFIX
from bot.sources import expand_home

BUCKET = "s3://"
"""How the address of a bucket begins."""

_NONE: Mapping[str, str] = MappingProxyType({})
# The library raises the second one, whatever it says.
_MISSING = (NotFoundError, FileNotFoundError)
_RETRY = "The next look tries again."
_NETWORK = "Check the network, and the address and the keys of the bucket."


class SharedIndexes:
    """The indexes at an address such as `s3://bucket/folder`, or in a folder.

    `options` are those of a bucket, by the names of the library; what is not in them comes from the
    environment, or from the machine's role. All methods raise CacheError. It is a
    `bot.library.refresh.Shared`.
    """

    def __init__(self, address: str, options: Mapping[str, str] = _NONE) -> None:
        self._address = address
        with _explained(address):
            self._store = _open(address, options)

    def publish(self, registry: Registry) -> bool:
        """Upload the current index of a cache, then make it current for all.

        Return whether anything has changed.
        """
        pointer, standing = registry.pointer(), registry.standing()
        if not standing.id or pointer == self._read(registry):
            return False
        with _explained(self._address):
            for path in _files_of(standing.id, registry.cache):
                name = f"{registry.name}/{standing.id}/{path.name}"
                if not self._has(name):
                    obstore.put(self._store, name, path)
            obstore.put(self._store, _pointer_of(registry), pointer)
            self._tidy(registry, standing)
        return True

    def fetch(self, registry: Registry, *, earlier: bool = False) -> bool:
        """Bring the current index of all into a cache; with `earlier`, also those before it.

        Return whether anything has changed.
        """
        pointer = self._read(registry)
        if not pointer:
            return False
        standing = as_standing(pointer)
        wanted = standing.usable[: 1 + EARLIER if earlier else 1]
        missing = [each for each in wanted if not registry.verified(each)] if earlier else wanted
        if not earlier and pointer == registry.pointer() and registry.has(standing.id):
            return False
        for index_id in missing:
            self._download(registry, index_id)
        registry.adopt(pointer)
        return True

    def _download(self, registry: Registry, index_id: str) -> None:
        """Bring the files of an index into a cache, its manifest last."""
        folder = f"{registry.name}/{index_id}/"
        with _explained(self._address):
            # As a registry writes them.
            for name in sorted(self._list(folder), key=lambda each: each.endswith(".json")):
                path = registry.cache / Path(name).name
                if not is_file(path):
                    write_stream(path, obstore.get(self._store, name).stream())
        if not registry.verified(index_id):
            registry.path_of(index_id).unlink(missing_ok=True)
            raise CacheError(self._address, f"the index {index_id} is damaged there.", _RETRY)

    def _read(self, registry: Registry) -> bytes:
        """Read which index is current for all; empty if there is none yet."""
        with _explained(self._address):
            try:
                return bytes(obstore.get(self._store, _pointer_of(registry)).bytes())
            except _MISSING:
                return b""

    def _list(self, folder: str) -> Iterator[str]:
        """Name what is in a folder, and in those below it."""
        return (each["path"] for batch in obstore.list(self._store, folder) for each in batch)

    def _has(self, name: str) -> bool:
        try:
            obstore.head(self._store, name)
        except _MISSING:
            return False
        return True

    def _tidy(self, registry: Registry, standing: CurrentIndex) -> None:
        """Delete the indexes that are neither current nor kept for a rollback."""
        kept = {standing.id, *standing.earlier[:EARLIER]}
        listed = self._list(f"{registry.name}/")
        old = [name for name in listed if PurePosixPath(name).parent.name not in kept]
        if old:
            obstore.delete(self._store, old)


def _pointer_of(registry: Registry) -> str:
    return f"{registry.name}.current"


def _files_of(index_id: str, cache: Path) -> Iterator[Path]:
    """List what belongs to an index, and the newest vectors, which others need not compute."""
    yield from sorted(each for each in cache.glob(f"{index_id}*") if each.is_file())
    yield from newest_files(cache.glob(f"*{VECTORS_SUFFIX}"))[:1]


def _open(address: str, options: Mapping[str, str]) -> ObjectStore:
    if not address.startswith(BUCKET):
        return LocalStore(expand_home(Path(address)).resolve(), mkdir=True, automatic_cleanup=True)
    place = urlsplit(address)
    plain = options.get("endpoint", "").startswith("http://")
    return S3Store(
        place.netloc,
        prefix=place.path.strip("/") or None,
        config=dict(options),  # type: ignore[arg-type] # its names are those that its library knows
        client_options={"allow_http": plain, "timeout": "60s"},
        # By default, the library would go on for three minutes.
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=15)},
    )


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """Turn errors of the library into one that names the address and none of the keys."""
    try:
        yield
    except BaseError as error:
        kind = type(error).__name__.removesuffix("Error")
        reason = f"the shared indexes cannot be read or written there ({kind})."
        raise CacheError(address, reason, _NETWORK) from error
    except OSError as error:
        raise CacheError(address, f"{error.strerror or error}.", _NETWORK) from error
