"""What is asked of the `git` program: which commit is newest, what is in it, and its files' bytes.

There is never a work tree, so no hook and no filter runs and no symlink comes into being. With
`bot.git_process`, the only home of git.
"""

import re
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

from bot.errors import ConfigError
from bot.git_process import Repository, damaged, piped, run

_TIP = "refs/airquote/tip"


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a commit; `mode` tells files from symlinks and submodules."""

    mode: str
    id: str
    path: bytes


def read_tip(repository: Repository) -> str:
    """Ask the source for its newest commit's id. Raises UnreachableError and ConfigError."""
    answer = run(
        repository, ["ls-remote", "--", repository.source.url, repository.ref], online=True
    )
    for line in answer.decode("ascii", "replace").splitlines():
        commit, _, name = line.partition("\t")
        if name == repository.ref and re.fullmatch("[0-9a-f]{40,64}", commit):
            return commit
    wanted = f"branch {repository.source.branch}" if repository.source.branch else "commit"
    raise ConfigError(str(repository.source), f"there is no {wanted}.", "Check AIRQUOTE_EPISODES.")


def fetch_tip(repository: Repository) -> str:
    """Fetch the newest commit and its folders, without what is in files; what its id is."""
    if not repository.folder.exists():
        run(repository, ["init", "--quiet", "--bare", "--template=", str(repository.folder)])
    depth = ("--depth=1", "--filter=blob:none")
    run(repository, [*_fetching(*depth), "origin", f"+{repository.ref}:{_TIP}"], online=True)
    return run(repository, ["rev-parse", "--verify", _TIP]).decode("ascii").strip()


def list_entries(repository: Repository, commit: str, paths: Sequence[str]) -> list[Entry]:
    """List all that a commit has below some paths; "" is everything."""
    named = ["--", *paths] if all(paths) else []
    listing = run(repository, ["ls-tree", "-r", "-z", "--full-tree", commit, *named])
    facts = (line.partition(b"\t") for line in listing.split(b"\0") if line)
    entries = ((about.decode("ascii").split(), path) for about, _, path in facts)
    return [Entry(mode, number, path) for (mode, _, number), path in entries]


def fetch_contents(repository: Repository, ids: Sequence[str]) -> None:
    """Fetch what is in files, all in one go; what is there already is not fetched again."""
    known = run(repository, ["rev-list", "--objects", "--missing=print", "--no-object-names", _TIP])
    absent = {line[1:] for line in known.decode("ascii").splitlines() if line.startswith("?")}
    if missing := [number for number in ids if number in absent]:
        words = (*_fetching("--filter=blob:none"), "--stdin", "origin")
        run(repository, words, _lines(missing), online=True)


def measure(repository: Repository, ids: Sequence[str]) -> list[int]:
    """Say how many bytes are in files that have been fetched. Raises CacheError."""
    form = "--batch-check=%(objectsize)"
    answer = run(repository, ["cat-file", form], _lines(ids)).decode("ascii").splitlines()
    if len(answer) != len(ids) or not all(size.isdigit() for size in answer):
        raise damaged(repository, "a file is missing")
    return [int(size) for size in answer]


def read_contents(repository: Repository, ids: Sequence[str]) -> Generator[bytes, None, None]:
    """Read what is in files, in the order of their ids. Raises CacheError."""
    with piped(repository, ["cat-file", "--batch"], _lines(ids)) as output:
        for number in ids:
            name, _, size = output.readline().decode("ascii").strip().rpartition(" blob ")
            content = output.read(int(size)) if name == number else b""
            if name != number or len(content) < int(size):
                raise damaged(repository, f"{number} is missing")
            yield content
            output.read(1)


def count_packs(repository: Repository) -> int:
    """Count the files that fetching has left in the copy: each adds one or two."""
    return sum(1 for _ in (repository.folder / "objects" / "pack").glob("*.pack"))


def _fetching(*options: str) -> tuple[str, ...]:
    return ("fetch", "--no-tags", "--no-write-fetch-head", "--progress", *options)


def _lines(ids: Iterable[str]) -> str:
    return "".join(f"{number}\n" for number in ids)
