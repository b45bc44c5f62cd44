"""Fresh episodes: what has changed is built apart, checked and swapped in, or nothing changes."""

import asyncio
import json
import logging
import os
import signal
import subprocess
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import AirquoteError, UnreachableError
from bot.library.job import BuildLimits
from bot.library.library import Library, open_current, open_found, open_library
from bot.library.manifest import Inspection
from bot.library.promotion import promote_if_sound
from bot.library.refresh import Refresher
from bot.library.registry import Registry, registry_of
from bot.library.scan import scan_sources
from bot.sources import Folder
from bot.transcripts.files import find_files
from tests.asking import search

NAMES = ("tea", "wine", "milk", "juice", "cocoa", "water", "coffee", "beer", "cider", "soup")
Pairs = list[tuple[str, str]]


def write(talks: Path, name: str, words: str, minutes: int = 5) -> None:
    lines = [f"{minute}:00 {words} {minute} minutes\n" for minute in range(minutes)]
    (talks / f"{name}.txt").write_text("".join(lines), encoding="utf-8")


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    folder = tmp_path / "talks"
    folder.mkdir()
    for name in NAMES:
        write(folder, name, f"a glass of {name} in the morning")
    return folder


@pytest.fixture
def registry(talks: Path, tmp_path: Path) -> Registry:
    return registry_of([Folder(talks)], tmp_path / "cache")


class Serving:
    """What answers while it is kept fresh, with every swap: the library before and after."""

    def __init__(self, talks: Path, registry: Registry, **options: Any) -> None:
        found = Inspection(find_files([talks]))
        self.library = open_current(registry) or open_found(found, registry)
        self.swaps: Pairs = []
        find = options.pop("find", lambda: scan_sources([Folder(talks)], registry.cache))
        self.refresher = Refresher(self.library, registry, find, self._swapped, **options)

    async def _swapped(self, old: Library, new: Library) -> None:
        assert old is self.library
        self.library = new
        self.swaps.append((old.id, new.id))

    def look(self) -> Library | None:
        return asyncio.run(self.refresher.look())

    def finds(self, typed: str) -> bool:
        return bool(search(self.library, typed).cards)


@pytest.fixture
def serving(talks: Path, registry: Registry) -> Serving:
    return Serving(talks, registry)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]


def test_a_new_episode_is_swapped_in(talks: Path, registry: Registry, serving: Serving) -> None:
    before = serving.library.id
    write(talks, "kefir", "a glass of kefir in the evening")
    new = serving.look()

    assert new is serving.library is serving.refresher.live
    assert serving.swaps == [(before, new.id)]
    assert serving.finds("kefir")
    assert new.quotes is not None
    assert [promotion.why for promotion in registry.standing().promotions] == ["opened", "checked"]
    assert registry.verified(new.id)
    assert new.id == open_library([talks], registry.cache).id


def test_links_of_what_is_swapped_in_lead_where_the_owner_wants(
    talks: Path, registry: Registry
) -> None:
    serving = Serving(talks, registry, players=("url", "youtube"))
    write(talks, "kefir", "a glass of kefir in the evening")
    new = serving.look()

    assert new is not None
    assert {each.players for each in new.index.episodes} == {("url", "youtube")}


def test_however_many_episodes_come_they_are_swapped_in(
    talks: Path, registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    for name in NAMES[3:]:
        (talks / f"{name}.txt").unlink()
    serving = Serving(talks, registry)
    for name in NAMES[3:]:
        write(talks, name, f"a glass of {name} in the morning")

    assert serving.look() is serving.library
    assert serving.finds("soup")
    (talks / "soup.txt").unlink()
    assert serving.look() is serving.library
    assert not serving.finds("soup")
    assert warnings(caplog) == []


def test_nothing_is_swapped_while_nothing_changes(talks: Path, serving: Serving) -> None:
    write(talks, "kefir", "a glass of kefir in the evening")
    serving.look()

    assert serving.look() is None
    assert len(serving.swaps) == 1


def test_a_loss_is_refused_once_and_taken_over_when_forced(
    talks: Path, registry: Registry, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    for name in NAMES[:3]:
        (talks / f"{name}.txt").unlink()

    assert serving.look() is None
    (warning,) = warnings(caplog)
    assert "7 episodes instead of 10" in warning
    assert "airquote index build --force" in warning
    (refusal,) = registry.standing().refusals
    written = registry.path_of(refusal.id).stat().st_mtime_ns
    assert serving.look() is None
    assert warnings(caplog) == [warning]
    assert registry.path_of(refusal.id).stat().st_mtime_ns == written
    assert serving.refresher.refused == refusal.id
    assert promote_if_sound(refusal.id, registry, force=True) == ""
    new = serving.look()
    assert new is not None
    assert new.id == refusal.id
    assert serving.refresher.refused == ""


def test_what_this_release_cannot_read_is_left_alone_until_something_may_take_its_place(
    talks: Path, registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    older = open_library([talks], registry.cache).id
    manifest = registry.manifest(older)
    assert manifest
    registry.register(replace(manifest, index_version=0))
    registry.path_of(older).write_bytes(b"of another release")
    for name in NAMES[:3]:
        (talks / f"{name}.txt").unlink()
    serving = Serving(talks, registry)

    assert serving.finds("soup")
    assert registry.standing().id == older
    for _ in range(3):
        assert serving.look() is None
    (warning,) = warnings(caplog)
    assert "7 episodes instead of 10" in warning
    assert serving.refresher.refused == serving.library.id
    for name in NAMES[:3]:
        write(talks, name, f"a cup of {name} in the evening")
    assert serving.look() is serving.library
    assert registry.standing().id == serving.library.id != older


def test_a_running_process_follows_who_goes_back_and_stays_until_transcripts_change(
    talks: Path, registry: Registry, serving: Serving
) -> None:
    first = serving.library.id
    write(talks, "kefir", "a glass of kefir in the evening")
    second = serving.look()
    registry.roll_back()
    back = serving.look()

    assert second is not None
    assert back is not None
    assert back.id == first
    assert serving.look() is None
    assert serving.refresher.refused == ""
    write(talks, "tea", "a pot of tea in the evening")
    third = serving.look()
    assert third is not None
    assert third.id not in (first, second.id)
    assert serving.swaps == [(first, second.id), (second.id, first), (first, third.id)]


def test_files_that_are_no_transcripts_do_not_keep_a_new_episode_away(
    talks: Path, serving: Serving
) -> None:
    for number in range(30):
        (talks / f"letter-{number}.txt").write_text("Dear Ann, how are you?\n", encoding="utf-8")
    write(talks, "kefir", "a glass of kefir in the evening")

    assert serving.look() is not None
    assert serving.finds("kefir")


def test_a_file_that_is_spoilt_keeps_its_last_good_version(
    talks: Path, registry: Registry, serving: Serving
) -> None:
    (talks / "wine.txt").write_text("Dear Ann, how are you?\n", encoding="utf-8")
    write(talks, "kefir", "a glass of kefir in the evening")
    new = serving.look()

    assert new is not None
    assert serving.finds("kefir")
    assert serving.finds("wine")
    manifest = registry.manifest(new.id)
    assert manifest is not None
    assert {e.path: e.status for e in manifest.sources}["wine.txt"] == "last good"
    assert manifest.refused == ()


def test_a_file_that_would_end_the_process_keeps_its_last_good_version(
    talks: Path, registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    serving = Serving(talks, registry, limits=BuildLimits(file_megabytes=30))
    write(talks, "kefir", "a glass of kefir in the evening")
    write(talks, "tea", "a bathtub of tea " * 1_000, minutes=600)

    assert serving.look() is not None
    assert serving.finds("kefir")
    assert serving.finds("a glass of tea")
    assert not serving.finds("bathtub")
    (warning,) = warnings(caplog)
    assert warning == "tea.txt: reading it takes more than 30 MB of memory. It is refused."
    write(talks, "kvass", "a glass of kvass in the evening")
    assert serving.look() is not None
    assert serving.finds("kvass")
    assert warnings(caplog) == [warning]


def test_an_index_that_answers_worse_is_refused(
    talks: Path, registry: Registry, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = {"query": "wine", "episode": "wine", "start": 0, "end": 300}
    queries = tmp_path / "queries.jsonl"
    queries.write_text(json.dumps(wanted) + "\n", encoding="utf-8")
    serving = Serving(talks, registry, queries=queries)
    before = serving.library.id
    write(talks, "wine", "a glass of something else in the morning")

    assert serving.look() is None
    assert "MRR 0.000 instead of 1.000" in warnings(caplog)[0]
    manifest = registry.manifest(before)
    assert manifest is not None
    assert manifest.evaluation is not None
    assert (manifest.evaluation.queries, manifest.evaluation.mrr) == (1, 1.0)
    write(talks, "wine", "a glass of wine in the evening")
    assert serving.look() is not None


def test_a_source_that_cannot_be_had_changes_nothing(
    talks: Path, registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    away = True

    def find() -> Inspection:
        if away:
            raise UnreachableError("git.example", "does not answer.")
        return Inspection(find_files([talks]))

    serving = Serving(talks, registry, find=find)

    assert serving.look() is None
    (warning,) = warnings(caplog)
    assert warning == (
        f"git.example: does not answer. The index {serving.library.id} goes on answering; "
        "the next look tries again."
    )
    before = serving.refresher.succeeded_at
    away = False
    assert serving.look() is None
    assert serving.refresher.succeeded_at > before


@pytest.mark.parametrize("facts", [{"failed": ("git",)}, {"missing": ("git",)}])
def test_a_look_that_does_not_find_all_sources_is_no_success(
    talks: Path, registry: Registry, facts: dict[str, tuple[str, ...]]
) -> None:
    found = [facts, facts, {}]
    serving = Serving(talks, registry, find=lambda: Inspection(find_files([talks]), **found.pop(0)))
    first = serving.refresher.succeeded_at
    write(talks, "kefir", "a glass of kefir in the evening")

    assert serving.look() is not None
    assert serving.look() is None
    assert serving.refresher.succeeded_at == first
    assert serving.look() is None
    assert serving.refresher.succeeded_at > first


def test_a_source_that_was_missing_at_the_start_is_taken_over_once_it_is_there(
    talks: Path, registry: Registry, tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    for name in NAMES:
        write(more, f"more-{name}", f"an evening with {name}, in the other folder")
    found = Inspection(find_files([talks]), missing=("git",))
    open_found(found, registry)
    serving = Serving(talks, registry, find=lambda: Inspection(find_files([talks, more])))

    assert serving.look() is not None
    assert len(serving.library.index.episodes) == 2 * len(NAMES)


async def builder_of_this_process() -> int:
    """Wait for the process that builds, and give its id."""
    while True:
        words = ("pgrep", "-P", str(os.getpid()), "-f", "bot.library.build_job")
        listed = await asyncio.to_thread(subprocess.run, words, capture_output=True, check=False)
        if listed.stdout:
            return int(listed.stdout.split()[0])
        await asyncio.sleep(0.01)


async def disturb(
    serving: Serving, disturbance: Callable[[int], Coroutine[Any, Any, None]]
) -> Library | None:
    """Look, and do something to the process that builds as soon as there is one."""
    looking = asyncio.create_task(serving.refresher.look())
    await disturbance(await asyncio.wait_for(builder_of_this_process(), 30))
    return await looking


def test_a_builder_that_is_killed_changes_nothing_and_the_next_look_builds(
    talks: Path,
    registry: Registry,
    serving: Serving,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def kill(builder: int) -> None:
        os.kill(builder, signal.SIGKILL)

    before = registry.standing()
    write(talks, "kefir", "a glass of kefir in the evening")

    assert asyncio.run(disturb(serving, kill)) is None
    assert "could not be built: it ended with -9" in warnings(caplog)[0]
    assert registry.standing() == before
    assert serving.look() is not None
    assert serving.finds("kefir")


def test_a_build_that_takes_too_long_is_ended(
    talks: Path, registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    serving = Serving(talks, registry, limits=BuildLimits(seconds=0.05))
    write(talks, "kefir", "a glass of kefir in the evening")

    assert serving.look() is None
    assert "it took more than 0.05 s" in warnings(caplog)[0]
    listed = subprocess.run(
        ("pgrep", "-P", str(os.getpid()), "-f", "bot.library.build_job"), check=False
    )
    assert listed.returncode == 1


def test_a_look_that_is_cancelled_ends_its_builder(talks: Path, serving: Serving) -> None:
    async def look_and_cancel() -> int:
        looking = asyncio.create_task(serving.refresher.look())
        builder = await asyncio.wait_for(builder_of_this_process(), 30)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        return builder

    write(talks, "kefir", "a glass of kefir in the evening")
    with pytest.raises(ProcessLookupError):
        os.kill(asyncio.run(look_and_cancel()), 0)


def test_files_that_change_while_they_are_read_wait_for_the_next_look(
    talks: Path, registry: Registry, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async def change(_: int) -> None:
        write(talks, "kefir", "a glass of kefir at noon")

    write(talks, "kefir", "a glass of kefir in the evening")

    assert asyncio.run(disturb(serving, change)) is None
    assert "kefir.txt: it was changed while the index was made" in warnings(caplog)[0]
    assert serving.look() is not None
    assert serving.finds("kefir noon")


def test_a_damaged_index_is_replaced_by_an_earlier_one_and_built_again(
    talks: Path, registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    first = open_library([talks], registry.cache)
    write(talks, "tea", "a pot of tea in the evening")
    second = open_library([talks], registry.cache)
    registry.path_of(second.id).write_bytes(b"damaged")
    serving = Serving(talks, registry)

    assert serving.library.id == first.id
    new = serving.look()
    assert new is not None
    assert new.id == second.id
    assert "damaged" in warnings(caplog)[0]
    assert registry.verified(second.id)


def test_who_went_back_to_an_index_that_is_damaged_stays_where_they_are(
    talks: Path, registry: Registry, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    first = serving.library.id
    write(talks, "kefir", "a glass of kefir in the evening")
    serving.look()
    registry.roll_back()
    registry.path_of(first).write_bytes(b"damaged")

    assert serving.look() is None
    assert "damaged" in warnings(caplog)[0]
    assert serving.finds("kefir")


def test_two_processes_that_look_at_once_agree(talks: Path, registry: Registry) -> None:
    one, other = Serving(talks, registry), Serving(talks, registry)
    write(talks, "kefir", "a glass of kefir in the evening")

    async def look() -> None:
        await asyncio.gather(one.refresher.look(), other.refresher.look())

    asyncio.run(look())

    assert one.library.id == other.library.id == registry.standing().id
    assert one.finds("kefir")
    assert other.finds("kefir")


def test_a_look_tells_who_swaps_only_once_it_can_answer(talks: Path, registry: Registry) -> None:
    async def fail(_: Library, __: Library) -> None:
        raise AirquoteError("the followers", "cannot be told.")

    live = open_library([talks], registry.cache)
    tell: Callable[[Library, Library], Awaitable[None]] = fail
    refresher = Refresher(live, registry, lambda: Inspection(find_files([talks])), tell)
    write(talks, "kefir", "a glass of kefir in the evening")

    with pytest.raises(AirquoteError, match="cannot be told"):
        asyncio.run(refresher.look())
    assert search(refresher.live, "kefir").cards
