"""What was fetched for a feed, kept between fetches: contents by digest, and facts by address."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.files import size_of, write_atomically
from bot.library.web import Visit
from bot.stored_json import parse_stored

_STATE = "state.json"


@dataclass(slots=True)
class KnownFile:
    """What is known of a file on the web.

    `digest` is that of its content, "" if it was never got; `at` is when it was last asked for, in
    seconds since 1970. `trouble` says why it was not got then, and is `lasting` if asking again
    soon will not help. `place` is where it was at last, and `next_page` the page after it, if it is
    one of a feed.
    """

    etag: str = ""
    modified: str = ""
    digest: str = ""
    at: float = 0.0
    trouble: str = ""
    lasting: bool = False
    place: str = ""
    next_page: str = ""

    @property
    def visit(self) -> Visit:
        """What tells a server whether the file has changed."""
        return Visit(self.etag, self.modified)


@dataclass(slots=True)
class FeedState:
    """What is known of a feed: its files by address, and the folder that was made of them.

    `pages` are the digests of the feed's pages from which the folder `version` was made; there is
    nothing to ask for but these before `due`.
    """

    files: dict[str, KnownFile] = field(default_factory=dict)
    pages: tuple[str, ...] = ()
    version: str = ""
    due: float = 0.0


class FeedStore:
    """Keeps what was fetched for a feed in the folder `home`; `state` is loaded from it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.state = _load(home / _STATE)
        self._used: set[str] = set()

    def known(self, url: str) -> KnownFile:
        """Return what is known of an address, and note that it is used."""
        self._used.add(url)
        return self.state.files.setdefault(url, KnownFile())

    def keep(self, content: bytes) -> str:
        """Keep a content; return its digest."""
        digest = hashlib.sha256(content).hexdigest()
        if self.read(digest) is None:
            write_atomically(self._path_of(digest), content)
        return digest

    def read(self, digest: str) -> bytes | None:
        """Return a content that was kept; None if it is gone or damaged."""
        if not digest:
            return None
        try:
            content = self._path_of(digest).read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == digest else None

    def size(self) -> int:
        """Return how many bytes are kept."""
        return size_of(self.home / "files")

    def make_folder(self, files: Mapping[str, str]) -> str:
        """Make a folder of files, by name and digest, unless there is one; return its name.

        It appears only when it is complete, and takes no room for what other folders have.
        """
        listing = json.dumps(sorted(files.items()))
        version = hashlib.sha256(listing.encode()).hexdigest()
        if not (self.home / version).is_dir():
            with tempfile.TemporaryDirectory(dir=self.home, prefix=".new-") as folder:
                whole = Path(folder, version)
                whole.mkdir()
                for name, digest in files.items():
                    _link(self._path_of(digest), whole / name)
                whole.rename(self.home / version)
        return version

    def forget_unused(self) -> None:
        """Forget the files that `known` was not asked for, and remove their contents."""
        self.state.files = {
            url: known for url, known in self.state.files.items() if url in self._used
        }
        kept = {known.digest for known in self.state.files.values()}
        for path in (self.home / "files").glob("*"):
            if path.name not in kept:
                with suppress(OSError):
                    path.unlink()

    def save(self) -> None:
        """Write what is known."""
        write_atomically(self.home / _STATE, json.dumps(asdict(self.state)).encode())

    def _path_of(self, digest: str) -> Path:
        return self.home / "files" / digest


def _load(path: Path) -> FeedState:
    """Load what is known; nothing if the file is missing or damaged."""
    try:
        return parse_stored(path.read_bytes(), FeedState)
    except (OSError, ValueError):
        return FeedState()


def _link(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where that is not possible."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
