"""The `git` program: a hardened process, and the few commands Airquote needs.

The process gets an environment in which no user or system setting counts: no hooks, no credential
helpers, no prompts, no redirects, one protocol, and no network for commands on the local copy. A
process that hangs or grows over a limit is killed. There is never a work tree, so no hook or filter
runs and no symlink is created. The only home of git.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event
from typing import IO

from bot.errors import AirquoteError, CacheError, ConfigError, UnreachableError
from bot.files import size_of
from bot.sources import GitSource, basic_authorization

# How this machine reaches the web, which is the same for all programs on it.
_KEPT = re.compile(r"PATH|SYSTEMROOT|TMPDIR|TE?MP|(GIT_SSL|SSL)_C\w+|(HTTPS?|ALL|NO)_PROXY", re.I)
_OPTIONS = (
    "core.hooksPath=/dev/null",
    "core.askPass=",
    "core.bigFileThreshold=16m",  # larger ones are streamed rather than held in memory
    "credential.helper=",
    "protocol.file.allow=never",
    "http.followRedirects=false",
    "fetch.unpackLimit=1",  # keep what came as one file, which can be measured
    "fetch.negotiationAlgorithm=noop",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "maintenance.auto=false",
)
_TIP = "refs/airquote/tip"
_LOOK_SECONDS = 0.1
_LARGEST_LISTING = 32_000_000
_REFUSED = re.compile(r"Authentication failed|could not read (?:Username|Password)|error: 40[13]\b")
UNKNOWN = "there is no such repository."
"""The reason why an address cannot be fetched that is none of a repository."""

_UNKNOWN = re.compile(r"not found$|error: (?:404|410)\b")
_ELSEWHERE = re.compile(r"base from redirection|error: 30\d\b")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken from a source, in seconds, files and bytes.

    `silence` is for how long nothing may arrive; `download` counts what is sent compressed. Once
    `stop` is set, nothing more is waited for.
    """

    silence: float = 60
    whole: float = 900
    download: int = 1_000_000_000
    content: int = 500_000_000
    files: int = 20_000
    stop: Event = field(default_factory=Event, compare=False)


@dataclass(frozen=True, slots=True)
class Repository:
    """A source and its bare copy in a folder, which need not exist before it is fetched."""

    source: GitSource
    folder: Path
    limits: Limits

    @property
    def ref(self) -> str:
        """The source's name for the wanted branch."""
        return f"refs/heads/{self.source.branch}" if self.source.branch else "HEAD"


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One name in a commit; `mode` tells files from symlinks and submodules."""

    mode: str
    id: str
    path: bytes


def _run_git(
    repository: Repository, words: Sequence[str], given: str = "", *, online: bool = False
) -> bytes:
    """Run a command and return its output; without `online`, it may not connect to the source.

    Raises UnreachableError or ConfigError if the source is to blame, CacheError if the copy is.
    """
    with TemporaryFile() as stdin, TemporaryFile() as output, TemporaryFile() as errors:
        stdin.write(given.encode("ascii"))
        stdin.seek(0)
        process = _start(repository, words, stdin, output, errors, online=online)
        try:
            code = _watch(process, repository, output, errors)
        finally:
            _end(process)
        errors.seek(0)
        said = errors.read(1_000_000).decode("utf-8", "replace")
        if code:
            raise (
                _refused(repository, said)
                if online
                else _damaged_copy(repository, _last_line(said))
            )
        output.seek(0)
        return output.read()


@contextmanager
def _pipe_git(repository: Repository, words: Sequence[str], given: str) -> Iterator[IO[bytes]]:
    """Run a command while its output is read."""
    with TemporaryFile() as stdin:
        stdin.write(given.encode("ascii"))
        stdin.seek(0)
        process = _start(repository, words, stdin, subprocess.PIPE)
        assert process.stdout  # noqa: S101 - it is a pipe
        try:
            yield process.stdout
        finally:
            _end(process)
            process.stdout.close()


def _start(
    repository: Repository,
    words: Sequence[str],
    stdin: IO[bytes],
    output: IO[bytes] | int,
    errors: IO[bytes] | int = subprocess.DEVNULL,
    *,
    online: bool = False,
) -> "subprocess.Popen[bytes]":
    program = shutil.which("git")
    if not program:
        reason = "fetching it needs the program git, which is not installed."
        raise ConfigError(str(repository.source), reason, "Install git.")
    settings = [*_OPTIONS, f"http.lowSpeedTime={max(1, round(repository.limits.silence))}"]
    remote = [f"remote.origin.url={repository.source.url}", "http.lowSpeedLimit=1"]
    options = [part for each in (*settings, *remote) for part in ("-c", each)]
    return subprocess.Popen(  # noqa: S603 - no shell, and no word of it begins with a dash
        [program, *options, f"--git-dir={repository.folder}", *words],
        stdin=stdin,
        stdout=output,
        stderr=errors,
        env=_environment(repository, os.environ, online=online),
        start_new_session=True,
    )


def _environment(
    repository: Repository, inherited: Mapping[str, str], *, online: bool
) -> dict[str, str]:
    scheme = repository.source.url.partition(":")[0]
    environment = {name: value for name, value in inherited.items() if _KEPT.fullmatch(name)}
    environment |= {
        "HOME": str(repository.folder),  # where no .netrc is
        "LC_ALL": "C",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": scheme if online else "",
    }
    if online and repository.source.credentials:
        authorization = basic_authorization(repository.source.credentials)
        # Not in the address, which every user of the machine could see in the list of processes.
        environment |= {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"http.{repository.source.url}.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: {authorization}",
        }
    return environment


def _watch(
    process: "subprocess.Popen[bytes]",
    repository: Repository,
    output: IO[bytes],
    errors: IO[bytes],
) -> int:
    """Wait for a process while data arrives, within the limits; return its exit code."""
    limits, source = repository.limits, str(repository.source)
    begun = moved = time.monotonic()
    before = -1
    while process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(_LOOK_SECONDS)
        listed, told = (os.fstat(file.fileno()).st_size for file in (output, errors))
        now, downloaded = time.monotonic(), size_of(repository.folder / "objects" / "pack")
        arrived = downloaded + listed + told
        if downloaded > limits.download:
            raise over_limit(repository, f"{limits.download / 1e6:,.0f} MB to download")
        if listed > _LARGEST_LISTING:
            raise over_limit(repository, f"{_LARGEST_LISTING / 1e6:,.0f} MB of file names")
        if limits.stop.is_set():
            raise UnreachableError(source, "fetching it was stopped.")
        if arrived != before:
            before, moved = arrived, now
        if now - moved > limits.silence:
            raise UnreachableError(source, f"nothing came for {limits.silence:g} seconds.")
        if now - begun > limits.whole:
            raise UnreachableError(source, f"it did not finish within {limits.whole:g} seconds.")
    return process.returncode


def over_limit(repository: Repository, limit: str) -> ConfigError:
    """Say that a source is over a limit."""
    remedy = "Name a folder of it that holds the transcripts alone."
    return ConfigError(str(repository.source), f"it is over the limit of {limit}.", remedy)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and those it has started, if they still run."""
    if process.poll() is None:
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
    process.wait()


def _refused(repository: Repository, said: str) -> AirquoteError:
    source, last = str(repository.source), _last_line(said)
    check = "Check AIRQUOTE_EPISODES."
    if _REFUSED.search(said):
        remedy = "A private one needs https://user:token@host/… in AIRQUOTE_EPISODES."
        return ConfigError(source, "it cannot be read without the right password.", remedy)
    if _ELSEWHERE.search(said):
        reason = "it sends readers to another address."
        return ConfigError(source, reason, "Put that one into AIRQUOTE_EPISODES.")
    if _UNKNOWN.search(last):
        return ConfigError(source, UNKNOWN, check)
    return UnreachableError(source, f"it cannot be fetched ({last}).")


def _damaged_copy(repository: Repository, reason: str) -> CacheError:
    """Say that the copy cannot be used, so that it is deleted."""
    return CacheError(str(repository.folder), f"the copy is damaged ({reason}).", "Remove it.")


def _last_line(said: str) -> str:
    """Return the most telling line, without what cannot be shown."""
    lines = [line for line in re.split(r"[\r\n]+", said) if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines[-1:]
    line = telling[0] if telling else "no reason is given"
    line = re.sub(r"\A(?:fatal|error): (?:unable to access '[^']*': )?", "", line)
    return "".join(letter for letter in line if letter.isprintable())[:200].rstrip(".")


def read_tip(repository: Repository) -> str:
    """Ask the source for its newest commit's id. Raises UnreachableError and ConfigError."""
    answer = _run_git(
        repository, ["ls-remote", "--", repository.source.url, repository.ref], online=True
    )
    for line in answer.decode("ascii", "replace").splitlines():
        commit, _, name = line.partition("\t")
        if name == repository.ref and re.fullmatch("[0-9a-f]{40,64}", commit):
            return commit
    wanted = f"branch {repository.source.branch}" if repository.source.branch else "commit"
    raise ConfigError(str(repository.source), f"there is no {wanted}.", "Check AIRQUOTE_EPISODES.")


def fetch_tip(repository: Repository) -> str:
    """Fetch the newest commit and its folders without the contents of files; return its id."""
    if not repository.folder.exists():
        _run_git(repository, ["init", "--quiet", "--bare", "--template=", str(repository.folder)])
    depth = ("--depth=1", "--filter=blob:none")
    _run_git(repository, [*_fetching(*depth), "origin", f"+{repository.ref}:{_TIP}"], online=True)
    return _run_git(repository, ["rev-parse", "--verify", _TIP]).decode("ascii").strip()


def list_tree(repository: Repository, commit: str, paths: Sequence[str]) -> list[TreeEntry]:
    """List everything that a commit has below some paths; "" is all of it."""
    named = ["--", *paths] if all(paths) else []
    listing = _run_git(repository, ["ls-tree", "-r", "-z", "--full-tree", commit, *named])
    facts = (line.partition(b"\t") for line in listing.split(b"\0") if line)
    entries = ((about.decode("ascii").split(), path) for about, _, path in facts)
    return [TreeEntry(mode, blob, path) for (mode, _, blob), path in entries]


def fetch_blobs(repository: Repository, ids: Sequence[str]) -> None:
    """Fetch the contents of files in one request, except those that were fetched before."""
    known = _run_git(
        repository, ["rev-list", "--objects", "--missing=print", "--no-object-names", _TIP]
    )
    absent = {line[1:] for line in known.decode("ascii").splitlines() if line.startswith("?")}
    if missing := [blob for blob in ids if blob in absent]:
        words = (*_fetching("--filter=blob:none"), "--stdin", "origin")
        _run_git(repository, words, _lines(missing), online=True)


def blob_sizes(repository: Repository, ids: Sequence[str]) -> list[int]:
    """Return the sizes of fetched files in bytes. Raises CacheError."""
    form = "--batch-check=%(objectsize)"
    answer = _run_git(repository, ["cat-file", form], _lines(ids)).decode("ascii").splitlines()
    if len(answer) != len(ids) or not all(size.isdigit() for size in answer):
        raise _damaged_copy(repository, "a file is missing")
    return [int(size) for size in answer]


def read_blobs(repository: Repository, ids: Sequence[str]) -> Generator[bytes, None, None]:
    """Read the contents of files, in the order of their ids. Raises CacheError."""
    with _pipe_git(repository, ["cat-file", "--batch"], _lines(ids)) as output:
        for blob in ids:
            name, _, size = output.readline().decode("ascii").strip().rpartition(" blob ")
            content = output.read(int(size)) if name == blob else b""
            if name != blob or len(content) < int(size):
                raise _damaged_copy(repository, f"{blob} is missing")
            yield content
            output.read(1)


def count_packs(repository: Repository) -> int:
    """Count the packs in the copy: each fetch adds one or two."""
    return sum(1 for _ in (repository.folder / "objects" / "pack").glob("*.pack"))


def _fetching(*options: str) -> tuple[str, ...]:
    return ("fetch", "--no-tags", "--no-write-fetch-head", "--progress", *options)


def _lines(ids: Iterable[str]) -> str:
    return "".join(f"{blob}\n" for blob in ids)
