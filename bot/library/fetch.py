"""Fetch episodes from git repositories and feeds into folders that are read like any other.

Each commit has its own folder in the cache, `sources/<source>/<commit>`, which appears whole or not
at all and never changes. Only this module and `feed_store` write there: plain files with checked
names. Whoever sets AIRQUOTE_EPISODES chooses which repositories are fetched, so their addresses may
be inside a network; `web` decides for feeds.
"""

import os
import shutil
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bot.errors import AirquoteError, CacheError, ConfigError
from bot.files import exclusive, sha256_of
from bot.library import git
from bot.library.fetched import (
    READ_FROM,
    Fetched,
    commits_in,
    fetched_in,
    home_of,
    last_fetched,
    with_feed_files,
)
from bot.library.git import Limits, Repository, TreeEntry, over_limit
from bot.reporting import Notice, Progress, ignore
from bot.sources import FeedFile, FeedSource, Fetchable, Folder, GitSource, Source, may_be_feed
from bot.text import pluralize
from bot.transcripts.files import LARGEST_FILE, PEOPLE_FOLDERS, is_branding, is_ignored

_KINDS = {"120000": "symlink", "160000": "submodule"}
_STRANGE = "file with a strange name"
_TOO_LARGE = "file over 20 MB"
_PLURALS = {
    "symlink": "symlinks",
    "submodule": "submodules",
    _STRANGE: "files with strange names",
    _TOO_LARGE: "files over 20 MB",
}
# The longest path, in characters, and the longest name, in bytes, that most systems can hold.
_LONGEST_PATH = 200
_LONGEST_NAME = 255
_KEPT_COMMITS = 3
# After this many fetches, clone anew: the copy still holds what has been deleted since.
_MOST_PACKS = 40
_USUAL = Limits()


@dataclass(frozen=True, slots=True)
class _ChosenFiles:
    """Files to write, as paths with blob ids, and how many of each kind are left out."""

    files: dict[str, str]
    left_out: Counter[str]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The paths of sources; `failed` ones have their last local copy, or none."""

    paths: tuple[Path, ...]
    failed: tuple[str, ...] = ()


def _roots_of(folder: str) -> list[str]:
    """List what belongs to a folder of a repository: itself, and the people beside it."""
    if not folder:
        return [""]
    parent = folder.rpartition("/")[0]
    beside = sorted(f"{parent}/{name}".lstrip("/") for name in PEOPLE_FOLDERS)
    return [folder, *(path for path in beside if path != folder)]


def _choose_files(entries: Iterable[TreeEntry], folder: str) -> _ChosenFiles:
    """Choose the regular files that would be read in a local folder.

    Symlinks, submodules and names that could not be written safely everywhere are left out. What
    the reader passes over anyway is not worth counting.
    """
    files: dict[str, str] = {}
    taken: set[str] = set()  # some file systems do not tell small letters from capitals
    left_out: Counter[str] = Counter()
    for entry in entries:
        path = unicodedata.normalize("NFC", entry.path.decode("utf-8", "replace"))
        named = [name for name in _names_below(path, folder) if name.strip(".")]
        if any(is_ignored(name) for name in named) and not is_branding(named):
            continue
        if kind := _KINDS.get(entry.mode):
            left_out[kind] += 1
        elif not _is_safe(path) or path.casefold() in taken:
            left_out[_STRANGE] += 1
        else:
            files[path] = entry.id
            taken.add(path.casefold())
    return _ChosenFiles(files, left_out)


def _describe_left_out(left_out: Counter[str]) -> str:
    """Describe in half a sentence what is left out; "" for nothing."""
    return ", ".join(
        f"{number:,} {kind}" if number == 1 else f"{number:,} {_PLURALS[kind]}"
        for kind, number in sorted(left_out.items())
    )


def _names_below(path: str, folder: str) -> Iterator[str]:
    """List the folders and the file on the way to a path, below the requested folder."""
    parent = folder.rpartition("/")[0]
    above = folder if path.startswith(f"{folder}/") else parent
    yield from path.removeprefix(above).lstrip("/").split("/")


def _is_safe(path: str) -> bool:
    """Return whether a path stays in its folder and has no control or bidi character."""
    names = path.split("/")
    short = len(path) <= _LONGEST_PATH and all(len(n.encode()) <= _LONGEST_NAME for n in names)
    plain = path.isprintable() and not {*path} & {*"\\\N{REPLACEMENT CHARACTER}"}
    return short and plain and not {"", ".", ".."} & {*names}


def gather_sources(
    sources: Sequence[Source],
    cache: Path,
    on_notice: Notice = ignore,
    limits: Limits = _USUAL,
    on_progress: Progress = ignore,
) -> Gathered:
    """List the paths of all sources in order, after fetching those that are not local.

    A source that cannot be fetched is a notice if there is another one; otherwise, raise what
    `fetch` raises.
    """
    paths: list[Path] = []
    failed: list[str] = []
    errors: list[AirquoteError] = []
    for source in with_feed_files(sources):
        if isinstance(source, Folder):
            paths.append(source.path)
            continue
        try:
            fetched = fetch(source, cache, on_notice, limits, on_progress)
            paths += fetched.paths
            failed += [str(source)] if fetched.failed else []
        except AirquoteError as error:
            errors.append(error)
            failed.append(str(source))
    if errors and not any(path.exists() for path in paths):
        raise errors[0]
    for failure in errors:
        on_notice(f"{failure} Until then, its episodes are missing.")
    return Gathered(tuple(paths), tuple(failed))


def fetch(
    source: Fetchable,
    cache: Path,
    on_notice: Notice = ignore,
    limits: Limits = _USUAL,
    on_progress: Progress = ignore,
) -> Fetched:
    """Fetch the newest commit of a source, or what is new in a feed, unless there is a local copy.

    Where that fails, the last one fetched is used, with a notice. If there is none, it raises
    UnreachableError, ConfigError or, for a folder that cannot be written, CacheError.
    """
    home = home_of(source, cache)
    try:
        if isinstance(source, GitSource):
            return _fetch(source, home, on_notice, limits)
        return _fetch_feed(source, home, limits, on_progress)
    except AirquoteError as error:
        failure = error
    except OSError as error:
        reason = f"it cannot be written to ({error.strerror})."
        failure = CacheError(str(home), reason, "Make room there, or set AIRQUOTE_CACHE.")
    if isinstance(failure, ConfigError) and not commits_in(home):
        tried = _try_as_feed(source, cache, failure, limits, on_progress)
        if isinstance(tried, Fetched):
            return tried
        failure = tried
    last = last_fetched(source, cache)
    if not last:
        raise failure
    on_notice(f"{failure} Until then, it is read as it was on {last.when:%Y-%m-%d at %H:%M} UTC.")
    return replace(last, failed=True)


def _try_as_feed(
    source: Fetchable,
    cache: Path,
    failure: ConfigError,
    limits: Limits,
    on_progress: Progress,
) -> Fetched | ConfigError:
    """Fetch what is no repository as a feed, or return why that failed too."""
    feed = may_be_feed(source)
    if feed is None:
        return failure
    try:
        return _fetch_feed(feed, home_of(feed, cache), limits, on_progress)
    except ConfigError as error:
        if failure.reason != git.UNKNOWN:
            return failure
        reason = f"it is neither a git repository nor a feed: {error.reason}"
        return ConfigError(str(source), reason, error.remedy)
    except (AirquoteError, OSError):
        return failure


def _fetch(source: GitSource, home: Path, notice: Notice, limits: Limits) -> Fetched:
    home.mkdir(parents=True, exist_ok=True)
    repository = Repository(source, home / "repository.git", limits)
    with exclusive(home / "lock", limits.whole, limits.stop):
        commit = git.read_tip(repository)
        if not (home / commit).is_dir():
            commit = _bring(repository, home, notice)
        os.utime(home / commit)
        _tidy(home)
        if git.count_packs(repository) > _MOST_PACKS:
            shutil.rmtree(repository.folder, ignore_errors=True)
        return fetched_in(source, home / commit)


def _fetch_feed(
    source: FeedSource | FeedFile, home: Path, limits: Limits, on_progress: Progress
) -> Fetched:
    # Imported here, because it takes longer than all the rest, and git sources need none of it.
    from bot.library.feeds import bring_feed

    home.mkdir(parents=True, exist_ok=True)
    with exclusive(home / "lock", limits.whole, limits.stop):
        digest = sha256_of(source.path) if isinstance(source, FeedFile) else ""
        report = partial(on_progress, "Fetching transcripts")
        version = bring_feed(source, home, limits, report)
        os.utime(home / version)
        _tidy(home)
        if digest:
            (home / READ_FROM).write_text(digest, encoding="ascii")
        return fetched_in(source, home / version)


def _bring(repository: Repository, home: Path, notice: Notice) -> str:
    """Fetch a commit and write its files; clone anew once if the copy is damaged."""
    is_old = repository.folder.exists()
    try:
        return _bring_into(repository, home, notice)
    except AirquoteError as error:
        # The result may be incomplete or too large.
        shutil.rmtree(repository.folder, ignore_errors=True)
        if isinstance(error, ConfigError) or not is_old:
            raise
    return _bring_into(repository, home, notice)


def _bring_into(repository: Repository, home: Path, notice: Notice) -> str:
    source, limits = repository.source, repository.limits
    commit = git.fetch_tip(repository)
    if (home / commit).is_dir():
        return commit
    choice = _choose_files(
        git.list_tree(repository, commit, _roots_of(source.folder)), source.folder
    )
    if not any(_lies_in(path, source.folder) for path in choice.files):
        reason = f"there is no transcript in {source.folder or 'it'}."
        raise ConfigError(str(source), reason, "Check AIRQUOTE_EPISODES.")
    if len(choice.files) > limits.files:
        raise over_limit(repository, pluralize(limits.files, "file"))
    git.fetch_blobs(repository, [*choice.files.values()])
    _write(repository, _measured(repository, choice), home, commit)
    if left_out := _describe_left_out(choice.left_out):
        notice(f"{source}: left out: {left_out}.")
    return commit


def _measured(repository: Repository, choice: _ChosenFiles) -> dict[str, str]:
    """Leave out files too large for a transcript; raises ConfigError if the total is too large."""
    sizes = git.blob_sizes(repository, [*choice.files.values()])
    files, total = {}, 0
    for (path, blob), size in zip(choice.files.items(), sizes, strict=True):
        if size > LARGEST_FILE:
            choice.left_out[_TOO_LARGE] += 1
            continue
        files[path] = blob
        total += size
    if total > repository.limits.content:
        raise over_limit(repository, f"{repository.limits.content / 1e6:,.0f} MB of transcripts")
    return files


def _write(repository: Repository, files: dict[str, str], home: Path, commit: str) -> None:
    """Write files into the folder of a commit, which appears only when complete."""
    with tempfile.TemporaryDirectory(dir=home, prefix=".new-") as folder:
        whole = Path(folder, commit)
        whole.mkdir()
        with closing(git.read_blobs(repository, [*files.values()])) as contents:
            for path, content in zip(files, contents, strict=True):
                (whole / path).parent.mkdir(parents=True, exist_ok=True)
                with (whole / path).open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
        whole.rename(home / commit)


def _tidy(home: Path) -> None:
    """Remove old commits, and leftovers of killed processes."""
    old = [path for _, path in commits_in(home)[_KEPT_COMMITS:]]
    for path in (*old, *home.glob(".new-*")):
        shutil.rmtree(path, ignore_errors=True)


def _lies_in(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")
