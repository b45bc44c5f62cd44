"""Scan the sources for their current files."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event

from bot.digests import Digests
from bot.library.fetched import gather_cached, is_fetched, last_fetched, with_feed_files
from bot.library.manifest import Inspection
from bot.reporting import Notice, Progress, ignore
from bot.sources import FeedFile, Fetchable, Folder, Source, language_of
from bot.transcripts import last_good
from bot.transcripts.files import FoundFiles, OnFile, find_files


def inspect_paths(
    paths: Sequence[Path],
    cache: Path,
    commits: Mapping[str, str] | None = None,
    language: str = "",
) -> Inspection:
    """Find the files below some paths, as they are now; read only those that have changed."""
    digests = digests_in(cache)
    found = find_files(paths, digests, language)
    digests.save()
    return Inspection(found, commits or {})


def digests_in(cache: Path) -> Digests:
    """Return the digests that a cache keeps."""
    return Digests(cache / "digests.json")


def with_last_good_files(
    inspection: Inspection, cache: Path, on_file: OnFile = ignore
) -> Inspection:
    """Replace unreadable files by their last good versions, as `with_last_good` does."""
    found = inspection.found
    with suppress(OSError):  # no cache, no versions
        found = last_good.with_last_good(found, cache, on_file)
    return replace(inspection, found=found, last_good=last_good.last_good_paths(found))


def scan_sources(
    sources: Sequence[Source],
    cache: Path,
    on_notice: Notice = ignore,
    on_progress: Progress = ignore,
    *,
    stop: Event | None = None,
) -> Inspection:
    """Scan sources as they are now; raises what `gather_sources` raises.

    Once `stop` is set, nothing more is fetched.
    """
    # Imported here, because it takes longer than a search, which fetches nothing.
    from bot.library.fetch import gather_sources
    from bot.library.git import Limits

    for each in sources:
        if isinstance(each, Folder) and not each.path.exists():
            on_notice(f"AIRQUOTE_EPISODES: there is no {each.path}; the rest is read.")
    limits = Limits(stop=stop or Event())
    gathered = gather_sources(sources, cache, on_notice, limits, on_progress)
    found = _inspect(gathered.paths, sources, cache)
    return replace(found, missing=_missing(sources, cache), failed=gathered.failed)


def scan_cached_sources(
    sources: Sequence[Source],
    cache: Path,
    on_notice: Notice = ignore,
    on_progress: Progress = ignore,
) -> Inspection:
    """Scan the local copies of sources; fetch only those that never were."""
    if not all(is_fetched(each, cache) for each in _fetchable(sources)):
        return scan_sources(sources, cache, on_notice, on_progress)
    found = _inspect(gather_cached(sources, cache), sources, cache)
    return replace(found, missing=_missing(sources, cache))


def without_feeds(found: FoundFiles, sources: Sequence[Source]) -> FoundFiles:
    """Leave out the feeds among files: what they name is fetched, and read from there."""
    feeds = {each.path.resolve() for each in _fetchable(sources) if isinstance(each, FeedFile)}
    return replace(found, files=tuple(each for each in found.files if each.location not in feeds))


def _inspect(paths: Sequence[Path], sources: Sequence[Source], cache: Path) -> Inspection:
    inspection = inspect_paths(paths, cache, _commits(sources, cache), language_of(sources))
    return replace(inspection, found=without_feeds(inspection.found, sources))


def _commits(sources: Sequence[Source], cache: Path) -> dict[str, str]:
    """Return the commits of the repositories and feeds with a local copy."""
    fetched = [(str(each), last_fetched(each, cache)) for each in _fetchable(sources)]
    return {name: each.commit for name, each in fetched if each}


def _missing(sources: Sequence[Source], cache: Path) -> tuple[str, ...]:
    """List the sources without a local copy."""
    here = _commits(sources, cache)
    folders = [each.path for each in sources if isinstance(each, Folder)]
    fetchable = map(str, _fetchable(sources))
    gone = (str(path) for path in folders if not path.exists())
    return (*gone, *(name for name in fetchable if name not in here))


def _fetchable(sources: Sequence[Source]) -> list[Fetchable]:
    found = with_feed_files(sources)
    return [each for each in found if not isinstance(each, Folder)]
