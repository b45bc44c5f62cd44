import gc
import hashlib
import io
import json
import os
import pickle
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests import Digests
from bot.errors import CacheError
from bot.models import Chapter, Cue, Origin, Problem
from bot.search.index import storage
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.index.lexicon import Lexicon, LexiconEntry
from bot.search.index.storage import load_index, read_arrays, save_index, write_arrays
from bot.search.index.version import INDEX_VERSION
from tests.builders import bakery, episode, find

PROBLEMS = (
    Problem("a/b.md", "line 3 has no time", "Add one.", 3, refused=False),
    Problem("née.txt", "is empty"),
)
QUERIES = ("registry", '"model registry"', "maria kafka", "guest:maria", "modle -live", "to be")


@pytest.fixture(scope="module")
def index() -> Index:
    return build_index(
        [
            episode(
                "talk",
                "We built a model registry.",
                "The model is live.",
                Cue("the Kafka part 🎉", None, None, "", Origin.CAPTIONS),
                "To be or not to be a model.",
                guests=("Maria Vechtomova",),
                chapters=(Chapter("Models", 0), Chapter("Café", 10)),
                published=date(2023, 6, 30),
                season=2,
                number=3,
                topics=("mlops",),
                paths=("talk.md", "talk.txt"),
            ),
            *bakery(),
        ]
    )


@pytest.fixture(scope="module")
def stored(index: Index, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cache") / "stored.index"
    save_index(index, PROBLEMS, path)
    return path


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache") / "spoilt.index"


def refuse(path: Path) -> CacheError:
    """Load an index that cannot be loaded and return the error, which says where and what next."""
    with pytest.raises(CacheError) as caught:
        load_index(path)
    assert str(path) in str(caught.value)
    assert caught.value.remedy == "It is rebuilt from the transcripts."
    return caught.value


def test_a_stored_index_answers_as_the_one_that_was_built(index: Index, stored: Path) -> None:
    loaded, problems = load_index(stored)

    assert problems == PROBLEMS
    assert loaded.episodes == index.episodes
    assert loaded.chapters == index.chapters
    assert loaded.cues(0) == index.cues(0)
    assert [find(loaded, typed) for typed in QUERIES] == [find(index, typed) for typed in QUERIES]


def test_a_lexicon_is_stored_and_used_as_before(tmp_path: Path) -> None:
    lexicon = Lexicon(
        (
            LexiconEntry("MLOps", ("ML Ops",), ("envelopes", "mail box"), ("push the envelopes",)),
            LexiconEntry("café", ("coffee house",)),
            LexiconEntry("Kubernetes"),
        )
    )
    heard = Cue("the mail box team", 0.0, 9.0, "", Origin.CAPTIONS)
    talks = [episode("talk", heard), episode("house", "A coffee house."), *bakery()]
    built = build_index(talks, lexicon)
    save_index(built, (), tmp_path / "lexicon.index")
    loaded, _ = load_index(tmp_path / "lexicon.index")

    assert loaded.lexicon == lexicon
    for typed in ("mlops", "café", "envelopes", "kubernetes"):
        assert find(loaded, typed) == find(built, typed)
    assert [hit.heard_as for hit in find(loaded, "mlops").hits] == ["mail box"]


def test_subjects_are_stored(index: Index, tmp_path: Path) -> None:
    subjects = ("Feature stores", "Café")
    save_index(replace(index, subjects=subjects), (), tmp_path / "subjects.index")

    assert load_index(tmp_path / "subjects.index")[0].subjects == subjects


def test_an_empty_index_is_stored_too(tmp_path: Path) -> None:
    save_index(build_index([]), (), tmp_path / "empty.index")

    loaded, problems = load_index(tmp_path / "empty.index")
    assert (loaded.episodes, problems) == ((), ())
    assert find(loaded, "registry").hits == ()


def test_lone_surrogates_in_facts_survive(tmp_path: Path) -> None:
    odd = Problem("bad\udcff.txt", "is no text", "Rename it.")
    save_index(build_index([]), [odd], tmp_path / "odd.index")

    assert load_index(tmp_path / "odd.index")[1] == (odd,)


@given(st.data())
def test_a_byte_changed_anywhere_is_noticed(
    stored: Path, spoilt: Path, data: st.DataObject
) -> None:
    content = bytearray(stored.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    spoilt.write_bytes(content)

    assert "damaged" in refuse(spoilt).reason


@given(st.data())
def test_a_file_cut_anywhere_is_noticed(stored: Path, spoilt: Path, data: st.DataObject) -> None:
    content = stored.read_bytes()
    spoilt.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])

    assert "damaged" in refuse(spoilt).reason


@given(st.binary(max_size=200))
def test_any_other_bytes_are_refused(spoilt: Path, content: bytes) -> None:
    spoilt.write_bytes(content)

    assert "damaged" in refuse(spoilt).reason


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ({"version": INDEX_VERSION + 1, "more": []}, f"newer version, {INDEX_VERSION + 1}"),
        ({"episodes": []}, "older version, 0"),
    ],
)
def test_another_version_is_refused_whatever_it_holds(
    tmp_path: Path, stored: dict[str, Any], said: str
) -> None:
    path = tmp_path / "other.index"
    write_arrays({"facts": np.frombuffer(json.dumps(stored).encode(), dtype=np.uint8)}, path)

    assert f"{said}, and this release reads {INDEX_VERSION}." in refuse(path).reason


def test_a_file_is_checked_once_and_again_when_it_changes(stored: Path, spoilt: Path) -> None:
    spoilt.write_bytes(stored.read_bytes())
    digests, status = Digests(), spoilt.stat()
    digests.remember(spoilt, status, stored.read_bytes()[:64].hex(), now=status.st_ctime_ns * 2)

    assert load_index(spoilt, digests)[1] == PROBLEMS
    content = bytearray(stored.read_bytes())
    content[-1] ^= 1
    spoilt.write_bytes(content)
    with pytest.raises(CacheError, match="damaged"):
        load_index(spoilt, digests)


def test_a_file_that_is_known_to_be_sound_is_not_checked(stored: Path, spoilt: Path) -> None:
    content = bytearray(stored.read_bytes())
    content[0] ^= 1  # the checksum
    spoilt.write_bytes(content)

    with pytest.raises(CacheError, match="damaged"):
        load_index(spoilt)
    assert load_index(spoilt, sound=True)[1] == PROBLEMS


def test_the_first_arrays_of_a_file_can_be_read_alone(stored: Path) -> None:
    arrays = read_arrays(stored, "")

    assert [*read_arrays(stored, "", most=2)] == [*arrays][:2]
    assert len(arrays) > 2


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refuse(tmp_path / "missing.index").reason
    assert "cannot be read" in refuse(tmp_path).reason


def checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).digest().ljust(64, b"\0")


def npz(**arrays: object) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)  # type: ignore[arg-type]
    return content.getvalue()


def npy(*arrays: Any) -> bytes:
    content = io.BytesIO()
    for array in arrays:
        content.write(bytes(-content.tell() % 64))
        np.save(content, array)
    return content.getvalue()


def facts(content: bytes) -> bytes:
    return npy(np.array(["facts"]), np.frombuffer(content, dtype=np.uint8))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not an archive",
        b"PK\x03\x04 nor this",
        npz(something=np.zeros(3)),
        npy(np.array(["something"]), np.zeros(3)),
        npy(np.array(["facts"])),
        npy(np.array("facts"), np.zeros(3)),
        npy(np.zeros(2), np.zeros(3), np.zeros(3)),
        npy(np.zeros(())),
        npy(np.array(["facts"]), np.zeros(3, dtype=np.uint8))[:-1],
        facts(b"[]"),
        facts(f'{{"version": {INDEX_VERSION}}}'.encode()),
        facts(b"no facts"),
        npy(np.array(["facts"]), np.array([{"a": 1}], dtype=object)),
    ],
)
def test_a_sound_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.index"
    path.write_bytes(checksum(content) + content)

    assert "something else" in refuse(path).reason


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def test_nothing_is_ever_unpickled(tmp_path: Path) -> None:
    bomb = Bomb(tmp_path / "exploded")
    packed = np.array([bomb], dtype=object)
    for content in (pickle.dumps(bomb), npz(facts=packed), npy(np.array(["facts"]), packed)):
        path = tmp_path / "bomb.index"
        path.write_bytes(checksum(content) + content)
        refuse(path)

    assert not bomb.path.exists()


def test_saving_makes_the_folder_and_leaves_one_file(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "new" / "cache" / "here.index"
    save_index(index, (), path)
    save_index(index, PROBLEMS, path)

    assert list(path.parent.iterdir()) == [path]
    assert load_index(path)[1] == PROBLEMS


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow past a thousand bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_failed_write_leaves_what_was_there_and_nothing_else(
    index: Index, tmp_path: Path
) -> None:
    path = tmp_path / "kept.index"
    save_index(build_index([]), PROBLEMS, path)
    before = path.read_bytes()

    with full_disk(), pytest.raises(OSError, match="File too large"):
        save_index(index, (), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_place_of_the_file_is_left_alone(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "folder.index"
    path.mkdir()

    with pytest.raises(OSError, match=path.name):
        save_index(index, (), path)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.corpus
def test_the_real_index_answers_the_same_once_stored(real_index: Index, tmp_path: Path) -> None:
    save_index(real_index, (), tmp_path / "real.index")
    loaded, _ = load_index(tmp_path / "real.index")

    for typed in ("feature store", '"machine learning" -python', "alexey mlops", "kuberntes"):
        assert find(loaded, typed) == find(real_index, typed)


def test_a_large_file_is_read_where_something_is_shown(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped, _ = load_index(stored)
    monkeypatch.setattr(storage, "_LARGE", 0)
    read, problems = load_index(stored)

    assert problems == PROBLEMS
    assert [find(read, typed) for typed in QUERIES] == [find(mapped, typed) for typed in QUERIES]
    for name in ("text", "starts", "lengths"):
        one, other = (getattr(each.transcripts, name) for each in (read, mapped))
        assert not np.may_share_memory(one[2:5], one)
        assert np.may_share_memory(other[2:5], other)
        for where in (slice(None), slice(3, 9), slice(4, 2), slice(-3, None), slice(0, 9, 2), 2):
            assert np.array_equal(one[where], other[where])


def times_open(path: Path) -> int:
    """Count how often this process has a file open, besides what is mapped."""
    gc.collect()
    known = path.stat()
    held = 0
    for file in range(4096):
        with suppress(OSError):
            held += os.path.samestat(os.fstat(file), known)
    return held


def test_a_large_file_stays_open_as_long_as_it_is_used(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "_LARGE", 0)
    before = times_open(stored)
    index, _ = load_index(stored)
    text = index.transcripts.text
    del index

    assert times_open(stored) > before
    assert text[:2].tobytes() == b"We"
    del text
    assert times_open(stored) == before
