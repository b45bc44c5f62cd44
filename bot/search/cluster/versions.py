"""The versions of podcasts in a cluster: written whole, then made current, or current again.

All podcasts share one index, each on its own shards by routing. A version is there once it has an
alias, and another alias of its podcast leads to the current one: both change in an instant.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path

from bot.errors import CacheError
from bot.files import write_atomically
from bot.reporting import Progress
from bot.search.cluster.client import Cluster, Json
from bot.search.cluster.documents import (
    DOCUMENTS_VERSION,
    MAPPING,
    Version,
    count_documents,
    documents_of,
)
from bot.search.cluster.engine import Archive
from bot.search.index.index import Index

# No podcast's id begins so: that of the only podcast of a deployment.
_ONLY = "_only"
_STAGE = "Writing to the cluster"
# In bytes of a file.
_PART = 1 << 20


class Versions:
    """The versions of one podcast in a cluster."""

    def __init__(self, cluster: Cluster, podcast: str) -> None:
        self._cluster = cluster
        self._podcast = podcast or _ONLY
        self._index = f"{cluster.address.name}-{DOCUMENTS_VERSION}"
        self._current = f"{cluster.address.name}.{self._podcast}"

    def archive(self, index_id: str) -> Archive:
        """Return where the words of a version are."""
        version = Version(self._podcast, index_id)
        return Archive(self._cluster, version, self._alias(index_id), self._podcast)

    def ids(self) -> frozenset[str]:
        """List the ids of the versions that are there."""
        before = f"{self._current}."
        found = self._cluster.aliases(f"{before}*")
        return frozenset(alias.removeprefix(before) for alias in found)

    def current(self) -> str:
        """Return the id of the current version, "" if there is none."""
        limited = self._cluster.aliases(self._current).get(self._current, {})
        named = str(limited.get("term", {}).get("part_of", ""))
        return named.removeprefix(f"{self._podcast}.")

    def push(
        self, index_id: str, index: Index, files: Mapping[str, Path], report: Progress
    ) -> None:
        """Write a version, with files that go with it; an unfinished one is written again."""
        cluster, version = self._cluster, Version(self._podcast, index_id)
        cluster.create_index(self._index, _index_body(cluster))
        actions = (self._routed(each) for each in self._documents(index, version, files))
        of = count_documents(index)
        cluster.write(self._index, actions, lambda done: report(_STAGE, min(done, of), of))
        cluster.change_aliases([self._adding(self._alias(index_id), index_id)])
        report(_STAGE, of, of)

    def promote(self, index_id: str, keep: Iterable[str]) -> tuple[str, ...]:
        """Make a version current, and drop all but those to keep; return what was dropped.

        The version before stays, too: other processes still answer from it.
        """
        before = self.current()
        if before == index_id:
            return ()
        self._cluster.change_aliases(
            [self._removing(self._current), self._adding(self._current, index_id)]
        )
        gone = tuple(self.ids() - {index_id, before, *keep})
        for each in gone:
            self._drop(each)
        return gone

    def _drop(self, index_id: str) -> None:
        """Delete a version: first what leads to it, then its documents."""
        self._cluster.change_aliases([self._removing(self._alias(index_id))])
        held = _part_of(Version(self._podcast, index_id))
        self._cluster.delete(self._index, held, self._podcast)

    def fetch_file(self, index_id: str, name: str, path: Path) -> None:
        """Fetch a file that goes with a version; raises CacheError if it is not there."""
        archive = self.archive(index_id)
        parts: list[bytes] = []
        for number in count():
            document = archive.version.file(name, number)
            found = self._cluster.fetch(archive.alias, [document], archive.routing).found
            if document not in found:
                break
            parts.append(b64decode(found[document]["columns"]))
        if not parts:
            raise CacheError(str(path), f"the cluster has no {name} of the index {index_id}.")
        write_atomically(path, *parts)

    def _alias(self, index_id: str) -> str:
        return f"{self._current}.{index_id}"

    def _adding(self, alias: str, index_id: str) -> Json:
        limited = _part_of(Version(self._podcast, index_id))
        added = {"index": self._index, "alias": alias, "filter": limited, "routing": self._podcast}
        return {"add": added}

    def _removing(self, alias: str) -> Json:
        return {"remove": {"index": self._index, "alias": alias, "must_exist": False}}

    def _routed(self, document: Json) -> Json:
        return {**document, "routing": self._podcast}

    def _documents(
        self, index: Index, version: Version, files: Mapping[str, Path]
    ) -> Iterator[Json]:
        yield from documents_of(index, version)
        for name, path in files.items():
            content = path.read_bytes()
            for number, at in enumerate(range(0, len(content), _PART)):
                yield {
                    "_id": version.file(name, number),
                    "part_of": version.name,
                    "columns": b64encode(content[at : at + _PART]).decode(),
                }


def _part_of(version: Version) -> Json:
    return {"term": {"part_of": version.name}}


def _index_body(cluster: Cluster) -> Json:
    address = cluster.address
    settings: Json = {"number_of_shards": address.shards, "number_of_replicas": address.replicas}
    if 1 < address.spread < address.shards:
        # Otherwise, neighbouring numbers for the routing are of the same shard.
        settings["number_of_routing_shards"] = address.shards
        settings["routing_partition_size"] = address.spread
    # Whoever writes a version refreshes at its end.
    return {"settings": settings | {"refresh_interval": "30s"}, "mappings": MAPPING}
