"""The library: built once, kept under the name of what it was made of, never trusted blindly."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.library.build import read_corpus
from bot.library.library import Library, open_current, open_library
from bot.library.registry import Registry, library_id, registry_of
from bot.sources import Folder
from bot.transcripts.files import find_files
from tests.asking import search
from tests.process import ROOT, command, environment

FACTS = "tea.txt:\n  title: Green tea\n  youtube: abcdefghijA\n"

ID_OF_SAMPLE = """
from bot.config import SAMPLE_EPISODES
from bot.transcripts.files import find_files
from bot.library.library import library_id
print(library_id(find_files([SAMPLE_EPISODES])))
"""


def talk(words: str) -> str:
    return "".join(f"{minute}:00 {words} {minute} minutes\n" for minute in range(5))


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    folder = tmp_path / "talks"
    folder.mkdir()
    (folder / "catalog.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "tea.txt").write_text(talk("green tea in a cold kettle"), encoding="utf-8")
    (folder / "wine.txt").write_text(talk("red wine from an old cellar"), encoding="utf-8")
    (folder / "milk.txt").write_text(talk("warm milk on the kitchen table"), encoding="utf-8")
    (folder / "juice.txt").write_text(talk("fresh juice before a morning walk"), encoding="utf-8")
    return folder


class Witness:
    """Opens a library and remembers what was told meanwhile."""

    def __init__(self) -> None:
        self.progress: list[tuple[str, int, int]] = []
        self.notices: list[str] = []

    def tell(self, sentence: str) -> None:
        self.notices.append(sentence)

    def open(self, folder: Path, cache: Path) -> Library:
        def report(what: str, done: int, total: int) -> None:
            self.progress.append((what, done, total))

        return open_library([folder], cache, report, self.notices.append)


@pytest.fixture
def witness() -> Witness:
    return Witness()


def kept_in(cache: Path) -> set[str]:
    """Name the indexes and manifests of a cache."""
    others = {"good", "lock", "digests.json"}
    return {
        path.name for path in cache.iterdir() if path.suffix not in (".current", ".parts")
    } - others


def titles(library: Library, typed: str) -> list[str]:
    return [card.title for card in search(library, typed).cards]


def test_the_first_use_builds_and_shows_progress(
    talks: Path, tmp_path: Path, witness: Witness
) -> None:
    library = witness.open(talks, tmp_path / "cache" / "deep")

    assert titles(library, "kettle") == ["Green tea"]
    assert kept_in(tmp_path / "cache" / "deep") == {f"{library.id}.index", f"{library.id}.json"}
    reading = [(done, total) for what, done, total in witness.progress if "Reading" in what]
    assert reading == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert {what for what, _, _ in witness.progress} > {"Reading transcripts"}
    assert witness.notices == []


def test_later_starts_load_what_the_first_built(
    talks: Path, tmp_path: Path, witness: Witness
) -> None:
    built = open_library([talks], tmp_path / "cache")
    loaded = witness.open(talks, tmp_path / "cache")

    assert loaded.id == built.id
    assert loaded.problems == built.problems != ()
    assert search(loaded, "kettle") == search(built, "kettle")
    assert (witness.progress, witness.notices) == ([], [])


def _change(folder: Path) -> None:
    (folder / "tea.txt").write_text(talk("black tea in a hot kettle"), encoding="utf-8")


def _change_facts(folder: Path) -> None:
    (folder / "catalog.yaml").write_text(FACTS.replace("Green", "Black"), encoding="utf-8")


def _add(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "beer.txt").write_text(talk("pale beer in a tall glass"), encoding="utf-8")


def _add_a_guest(folder: Path) -> None:
    (folder / "people").mkdir()
    page = "---\ntitle: Ann Lee\n---\n"
    (folder / "people" / "annlee.md").write_text(page, encoding="utf-8")


def _remove(folder: Path) -> None:
    (folder / "wine.txt").unlink()


def _rename(folder: Path) -> None:
    (folder / "wine.txt").rename(folder / "red.txt")


@pytest.mark.parametrize("change", [_change, _change_facts, _add, _add_a_guest, _remove, _rename])
def test_whatever_changes_is_seen_at_the_next_start(
    talks: Path, tmp_path: Path, witness: Witness, change: Callable[[Path], None]
) -> None:
    before = open_library([talks], tmp_path / "cache")
    change(talks)
    after = witness.open(talks, tmp_path / "cache")

    assert after.id != before.id
    assert witness.progress
    assert witness.notices == []


def test_a_change_that_is_undone_needs_no_building(
    talks: Path, tmp_path: Path, witness: Witness
) -> None:
    first = open_library([talks], tmp_path / "cache")
    kept = (talks / "tea.txt").read_bytes()
    _change(talks)
    open_library([talks], tmp_path / "cache")
    (talks / "tea.txt").write_bytes(kept)

    assert witness.open(talks, tmp_path / "cache").id == first.id
    assert witness.progress == []


def test_the_id_is_that_of_the_content_wherever_it_lies(talks: Path, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(talks, tmp_path / "other" / "place")

    assert library_id(find_files([talks])) == library_id(find_files([elsewhere]))


def run(code: str, root: Path = ROOT, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env=environment(root, **variables) | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_id_depends_on_neither_hash_seed_nor_locale() -> None:
    plain = run(ID_OF_SAMPLE, PYTHONHASHSEED="1", LC_ALL="C.UTF-8")

    assert len(plain.strip()) == 16
    assert run(ID_OF_SAMPLE, PYTHONHASHSEED="2", LC_ALL="POSIX", PYTHONUTF8="0") == plain


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a library is made with, to be changed."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("bot", "data"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    return folder


@pytest.mark.parametrize(
    ("name", "counts"),
    [("data/catalog.yaml", True), ("data/lexicon.yaml", True), ("bot/search/query.py", False)],
)
def test_the_built_in_facts_are_part_of_the_id_but_no_code(
    checkout: Path, name: str, counts: bool
) -> None:
    before = run(ID_OF_SAMPLE, checkout)
    with (checkout / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")

    assert (run(ID_OF_SAMPLE, checkout) != before) is counts


def _truncate(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _flip(content: bytes) -> bytes:
    return content[:-100] + bytes([content[-100] ^ 1]) + content[-99:]


@pytest.mark.parametrize("damage", [_truncate, _flip, lambda _: b"", lambda _: b"not an index"])
def test_a_damaged_index_is_built_again_with_a_notice(
    talks: Path, tmp_path: Path, witness: Witness, damage: Callable[[bytes], bytes]
) -> None:
    cache = tmp_path / "cache"
    first = open_library([talks], cache)
    path = cache / f"{first.id}.index"
    path.write_bytes(damage(path.read_bytes()))
    again = witness.open(talks, cache)
    later = Witness()

    assert titles(again, "kettle") == ["Green tea"]
    (notice,) = witness.notices
    assert str(path) in notice
    assert "damaged" in notice
    assert titles(later.open(talks, cache), "kettle") == ["Green tea"]
    assert (later.progress, later.notices) == ([], [])


@pytest.mark.parametrize("name", ["a-file/cache", "x" * 300])
def test_a_cache_folder_that_cannot_be_is_a_notice(
    talks: Path, tmp_path: Path, witness: Witness, name: str
) -> None:
    (tmp_path / "a-file").touch()
    library = witness.open(talks, tmp_path / name)

    assert titles(library, "kettle") == ["Green tea"]
    (notice,) = witness.notices
    assert str(tmp_path / name) in notice
    assert "cannot be kept" in notice


def test_only_the_newest_indexes_are_kept_and_nothing_else_is_touched(
    talks: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "mine.txt").touch()
    ids = []
    for number in range(6):
        (talks / "tea.txt").write_text(talk(f"tea number {number}"), encoding="utf-8")
        ids.append(open_library([talks], cache).id)

    newest = {f"{each}{suffix}" for each in ids[-4:] for suffix in (".index", ".json")}
    assert kept_in(cache) == {"mine.txt", *newest}


def test_processes_that_build_at_the_same_time_do_no_harm(tmp_path: Path, witness: Witness) -> None:
    words = command("search", "model registry")
    started = [
        subprocess.Popen(
            words,
            cwd=tmp_path,
            env=environment(tmp_path, AIRQUOTE_CACHE="cache"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    outcomes = [(*process.communicate(), process.returncode) for process in started]

    assert outcomes[0][0]
    assert outcomes == [(outcomes[0][0], b"", 0)] * 3
    kept = kept_in(tmp_path / "cache")
    sample = witness.open(ROOT / "data" / "episodes", tmp_path / "cache")
    assert kept == {f"{sample.id}.index", f"{sample.id}.json"}
    assert (witness.progress, witness.notices) == ([], [])


def registry(talks: Path, cache: Path) -> Registry:
    return registry_of([Folder(talks)], cache)


def two_versions(talks: Path, cache: Path) -> tuple[Library, Library]:
    first = open_library([talks], cache)
    _change(talks)
    return first, open_library([talks], cache)


def test_what_is_opened_is_current_from_then_on(talks: Path, tmp_path: Path) -> None:
    first, second = two_versions(talks, tmp_path / "cache")
    standing = registry(talks, tmp_path / "cache").standing()

    assert (standing.id, standing.earlier) == (second.id, (first.id,))
    assert [promotion.why for promotion in standing.promotions] == ["opened", "opened"]


def test_sources_are_the_same_however_their_path_is_written(
    talks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = open_library([talks], tmp_path / "cache")
    monkeypatch.chdir(talks)

    assert registry(Path("../talks"), tmp_path / "cache").standing().id == built.id


def test_a_loss_of_transcripts_is_searched_but_not_made_current(
    talks: Path, tmp_path: Path
) -> None:
    before = open_library([talks], tmp_path / "cache")
    for path in sorted(talks.glob("*.txt"))[1:]:
        path.unlink()
    after = open_library([talks], tmp_path / "cache")

    assert len(after.index.episodes) == 1
    assert registry(talks, tmp_path / "cache").standing().id == before.id


def test_who_went_back_searches_the_earlier_index_until_transcripts_change(
    talks: Path, tmp_path: Path, witness: Witness
) -> None:
    cache = tmp_path / "cache"
    first, second = two_versions(talks, cache)
    registry(talks, cache).roll_back()
    back = witness.open(talks, cache)

    assert (back.id, witness.progress) == (first.id, [])
    (notice,) = witness.notices
    assert first.id in notice
    assert "it was rolled back" in notice
    (talks / "wine.txt").write_text(talk("white wine from an old cellar"), encoding="utf-8")
    assert open_library([talks], cache).id not in (first.id, second.id)


def test_the_live_index_opens_without_a_look_at_the_transcripts(
    talks: Path, tmp_path: Path, witness: Witness
) -> None:
    built = open_library([talks], tmp_path / "cache")
    opened = open_current(registry(talks, tmp_path / "cache"), witness.tell)

    assert opened
    assert (opened.id, witness.notices) == (built.id, [])
    assert titles(opened, "kettle") == ["Green tea"]


def test_without_an_index_nothing_is_current(talks: Path, tmp_path: Path) -> None:
    assert open_current(registry(talks, tmp_path / "cache")) is None


@pytest.mark.parametrize("damage", [_truncate, _flip, lambda _: b""])
def test_for_a_damaged_live_index_an_earlier_one_stands_in(
    talks: Path, tmp_path: Path, witness: Witness, damage: Callable[[bytes], bytes]
) -> None:
    cache = tmp_path / "cache"
    first, second = two_versions(talks, cache)
    path = cache / f"{second.id}.index"
    path.write_bytes(damage(path.read_bytes()))
    opened = open_current(registry(talks, cache), witness.tell)

    assert opened
    assert opened.id == first.id
    damaged, standing_in = witness.notices
    assert str(path) in damaged
    assert first.id in standing_in


def test_an_index_of_files_that_change_meanwhile_is_not_kept(
    talks: Path, tmp_path: Path, witness: Witness
) -> None:
    def change(what: str, done: int, _: int) -> None:
        if what == "Reading transcripts" and done == 1:
            _change(talks)

    library = open_library([talks], tmp_path / "cache", change, witness.tell)

    (notice,) = witness.notices
    assert "tea.txt" in notice
    assert not registry(talks, tmp_path / "cache").has(library.id)


def test_a_corpus_is_read_with_its_problems(talks: Path) -> None:
    (talks / "letter.txt").write_text("Dear Ann, how are you?\n", encoding="utf-8")
    corpus = read_corpus(find_files([talks]))

    assert [episode.title for episode in corpus.episodes if episode.youtube] == ["Green tea"]
    assert len(corpus.episodes) == 4
    assert [problem.path for problem in corpus.problems if problem.refused] == ["letter.txt"]
