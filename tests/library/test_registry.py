"""The registry: what an index was made of, which one is current, and how to go back."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import CacheError
from bot.files import sha256_of
from bot.library.job import Job, read_job, write_job
from bot.library.library import build_library, keep_library, open_library
from bot.library.manifest import Inspection, Manifest
from bot.library.promotion import promote_if_sound
from bot.library.registry import Registry, registry_of
from bot.models import Problem
from bot.sources import Folder
from bot.transcripts.files import FoundFiles, find_files
from tests.process import ROOT, environment

COUNTED = "Nobody hurries an oven. Good bread needs flour."


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    folder = tmp_path / "talks"
    folder.mkdir()
    (folder / "bread.txt").write_text(f"0:00 {COUNTED}\n1:00 {COUNTED}\n", encoding="utf-8")
    (folder / "letter.txt").write_text("Dear Ann, how are you?\n", encoding="utf-8")
    return folder


@pytest.fixture
def registry(talks: Path, tmp_path: Path) -> Registry:
    return registry_of([Folder(talks)], tmp_path / "cache")


def make(talks: Path, registry: Registry, words: str, **seen: object) -> Manifest:
    """Keep an index of a talk with some words of its own, which is current to nobody yet."""
    (talks / "bread.txt").write_text(f"0:00 {COUNTED}\n1:00 {words}\n", encoding="utf-8")
    inspection = Inspection(find_files([talks]), **seen)  # type: ignore[arg-type]
    return keep_library(build_library(inspection.found), inspection, registry)


def promote(talks: Path, registry: Registry, *texts: str) -> list[str]:
    """Make indexes of some words current, one after the other; name them."""
    made = [make(talks, registry, words).id for words in texts]
    for number in made:
        registry.promote(number, "checked")
    return made


def test_a_manifest_says_what_an_index_was_made_of(talks: Path, registry: Registry) -> None:
    found = make(
        talks, registry, COUNTED, commits={"git": "abc"}, last_good=frozenset({"bread.txt"})
    )
    manifest = registry.manifest(found.id)

    assert manifest == found
    assert [(each.path, each.status) for each in manifest.sources] == [
        ("bread.txt", "last good"),
        ("letter.txt", "refused"),
    ]
    bread = manifest.sources[0]
    assert bread.bytes == (talks / "bread.txt").stat().st_size
    assert bread.sha256 == sha256_of(talks / "bread.txt")
    assert manifest.commits == {"git": "abc"}
    assert [problem.path for problem in manifest.refused] == ["letter.txt"]
    counts = manifest.counts
    assert (counts.episodes, counts.passages, counts.cues, counts.words) == (1, 1, 2, 16)
    assert manifest.sha256 == sha256_of(registry.path_of(manifest.id))
    assert manifest.version
    assert manifest.evaluation is None


def test_the_last_one_promoted_is_current_and_the_others_are_earlier(
    talks: Path, registry: Registry
) -> None:
    assert registry.standing().id == ""
    one, two, three = promote(talks, registry, "one", "two", "three")
    registry.promote(one, "forced")
    standing = registry.standing()

    assert (standing.id, standing.earlier) == (one, (three, two))
    assert [promotion.id for promotion in standing.promotions] == [one, two, three, one]


def test_going_back_goes_further_each_time_and_never_to_where_one_came_from(
    talks: Path, registry: Registry
) -> None:
    one, two, three = promote(talks, registry, "one", "two", "three")

    assert registry.roll_back().id == two == registry.standing().id
    assert registry.roll_back().id == one == registry.standing().id
    with pytest.raises(CacheError, match="no earlier index"):
        registry.roll_back()
    assert registry.standing().id == one
    assert registry.standing().passed_over == (three, two)


def test_what_somebody_went_back_from_is_not_taken_over_unless_forced(
    talks: Path, registry: Registry
) -> None:
    one, two = promote(talks, registry, "one", "two")
    registry.roll_back()

    assert "rolled back" in promote_if_sound(two, registry)
    assert registry.standing().choose(two) == one
    assert promote_if_sound(two, registry, force=True) == ""
    assert registry.standing().id == two
    assert registry.standing().why_not(two) == ""


def test_what_is_refused_is_remembered_until_it_is_forced(talks: Path, registry: Registry) -> None:
    one, two = promote(talks, registry, "one")[0], make(talks, registry, "two").id
    registry.refuse(two, "It is too short.")

    assert promote_if_sound(two, registry) == "It is too short."
    assert registry.standing().choose(two) == one
    assert promote_if_sound(two, registry, force=True) == ""
    assert registry.standing().refusals == ()


def test_an_index_that_is_damaged_is_not_gone_back_to(talks: Path, registry: Registry) -> None:
    one, two, _ = promote(talks, registry, "one", "two", "three")
    path = registry.path_of(two)
    path.write_bytes(path.read_bytes()[:-1])

    assert registry.roll_back().id == one


def test_the_two_before_the_current_one_are_never_tidied_away(
    talks: Path, registry: Registry
) -> None:
    ids = promote(talks, registry, *map(str, range(5)))
    registry.roll_back()
    others = [make(talks, registry, f"other {number}").id for number in range(8)]
    registry.tidy()
    left = {path.stem for path in registry.cache.glob("*.index")}

    assert left == {*ids[-3:], *others[-4:]}
    assert {path.stem for path in registry.cache.glob("*.json")} == left
    assert registry.roll_back().id == ids[-3]


def test_each_podcast_has_a_current_index_of_its_own(talks: Path, registry: Registry) -> None:
    (made,) = promote(talks, registry, "one")
    elsewhere = registry_of([Folder(talks.parent)], registry.cache)

    assert registry_of([Folder(talks)], registry.cache).standing().id == made
    assert elsewhere.standing().id == ""


def test_what_was_written_before_there_were_versions_is_known_but_not_read(
    talks: Path, registry: Registry
) -> None:
    one, two = promote(talks, registry, "one", "two")
    path = registry.cache / f"{one}.json"
    stored = json.loads(path.read_bytes())
    del stored["index_version"]
    path.write_text(json.dumps(stored | {"code": "0123456789abcdef"}), encoding="utf-8")
    manifest = registry.manifest(one)

    assert manifest
    assert manifest.counts.episodes == 1
    assert "older version, 0" in manifest.unreadable
    assert (registry.reads(one), registry.reads(two)) == (False, True)
    with pytest.raises(CacheError, match="older version") as caught:
        registry.roll_back()
    assert caught.value.subject == str(registry.path_of(one))
    assert f"release that built it, {manifest.version}" in caught.value.remedy
    assert registry.standing().id == two


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'"text"', b"\xff", b'{"promotions": [1]}'])
def test_a_damaged_file_says_nothing(talks: Path, registry: Registry, content: bytes) -> None:
    (made,) = promote(talks, registry, "one")
    (current,) = registry.cache.glob("*.current")
    current.write_bytes(content)
    (registry.cache / f"{made}.json").write_bytes(content)

    assert registry.standing().id == ""
    assert registry.manifest(made) is None
    assert registry.manifests() == ()
    assert open_library([talks], registry.cache).id == made
    assert registry.standing().id == made
    assert registry.manifest(made)


def test_an_id_is_the_same_in_another_folder_locale_and_process(
    talks: Path, registry: Registry, tmp_path: Path
) -> None:
    (made,) = promote(talks, registry, "one")
    content = registry.path_of(made).read_bytes()
    elsewhere = tmp_path / "elsewhere"
    code = f"""
from pathlib import Path
from bot.library.library import open_library
open_library([Path({str(talks)!r})], Path({str(elsewhere)!r}))
"""
    odd = {"PYTHONHASHSEED": "7", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "TZ": "Asia/Tokyo"}
    run(code, tmp_path, **odd)

    assert (elsewhere / f"{made}.index").read_bytes() == content


def run(code: str, home: Path, **variables: str) -> None:
    words = [sys.executable, "-c", code]
    subprocess.run(words, cwd=home, env=environment(home, **variables), check=True)


PROMOTES = """
import sys
from pathlib import Path
from bot.library.registry import Registry

registry = Registry(Path(sys.argv[1]), ("a podcast",))
while True:
    for number in sys.argv[2:]:
        registry.promote(number, "checked")
        print(flush=True)
"""


def promoting(home: Path, cache: Path, ids: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a process that promotes some ids in turns until it is killed."""
    return subprocess.Popen(
        [sys.executable, "-c", PROMOTES, str(cache), *ids],
        cwd=home,
        env=environment(home) | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )


def kill_after(process: "subprocess.Popen[bytes]", lines: int) -> None:
    assert process.stdout is not None
    with process, process.stdout:
        for _ in range(lines):
            process.stdout.readline()
        process.kill()


@pytest.mark.parametrize("lines", range(1, 9))
def test_what_is_current_is_old_or_new_whenever_a_process_is_killed(
    home: Path, tmp_path: Path, lines: int
) -> None:
    cache = tmp_path / "cache"
    kill_after(promoting(home, cache, ["one", "two"]), lines)
    registry = Registry(cache, ("a podcast",))
    told = [promotion.id for promotion in registry.standing().promotions]

    assert told[:lines] == (["one", "two"] * 5)[:lines]
    assert len(told) >= lines
    registry.promote("three", "checked")  # nothing is locked for good
    assert registry.standing().id == "three"


def test_promotions_of_processes_that_run_together_are_all_kept(home: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    names = ["one", "two", "three"]
    processes = [promoting(home, cache, [name]) for name in names]
    with ThreadPoolExecutor() as threads:
        list(threads.map(lambda process: kill_after(process, 4), processes))
    stored = json.loads(next(cache.glob("*.current")).read_bytes())
    told = [promotion["id"] for promotion in stored["promotions"]]

    # Each has said so four times, and may have been killed between doing and saying it.
    assert len(told) >= 12
    assert all(told.count(name) >= 4 for name in names) or len(told) == 20


def _lose_manifest(registry: Registry, number: str) -> None:
    (registry.cache / f"{number}.json").unlink()


def _lose_index(registry: Registry, number: str) -> None:
    registry.path_of(number).unlink()


@pytest.mark.parametrize("lose", [_lose_manifest, _lose_index])
def test_what_is_left_of_half_an_index_is_made_whole_or_removed(
    talks: Path, registry: Registry, lose: Callable[[Registry, str], None]
) -> None:
    one, two = promote(talks, registry, "one", "two")
    lose(registry, one)
    lose(registry, two)

    assert open_library([talks], registry.cache).id == two
    make(talks, registry, "three")
    registry.tidy()
    assert registry.manifest(two)
    assert registry.has(two)
    assert registry.manifest(one) is None


def test_names_that_are_no_text_survive(talks: Path, registry: Registry) -> None:
    odd = Problem("bad\udcff.txt", "is no text", "Rename it.")
    manifest = replace(make(talks, registry, "one"), refused=(odd,), missing=("bad\udcff",))
    registry.register(manifest)
    inspection = Inspection(FoundFiles(problems=(odd,)), {"git": "abc"}, frozenset({"bad\udcff"}))
    job = Job(inspection, registry, "a model", Path("queries.jsonl"))

    assert registry.manifest(manifest.id) == manifest
    assert read_job(write_job(job)) == replace(job, queries=Path("queries.jsonl").resolve())
