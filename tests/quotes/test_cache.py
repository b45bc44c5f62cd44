"""What can be quoted is found once, kept, and found again where that is not to be had."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from bot.library.library import Library, quotes_of, with_quotes
from bot.quotes.cache import find_quotes
from bot.quotes.extraction import extract_quotes
from bot.quotes.word_usage import learn_word_usage
from bot.weekly.pools import pool_of
from tests.builders import episode, index_of

CLAIM = "Nobody sells bread without salt, because people remember a bad loaf."
OTHER = "A “cheap” oven is not a bargain – ever."


@pytest.fixture
def library() -> Library:
    lines = (CLAIM, "Yes.", CLAIM.replace("bread", "cake"))
    talk = episode("talk", *lines, speaker="Zoë Ray", guests=("Zoë Ray",))
    made = Library("made-up", index_of(talk, episode("other", OTHER)), ())
    assert len(extract_quotes(made.index)) == 2  # else, every test here compares nothing
    return made


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def kept(cache: Path) -> Path:
    """Name the only file in the cache."""
    (path,) = cache.iterdir()
    return path


def again(library: Library) -> Library:
    """Make the same library anew, of which nothing is known yet."""
    talks = [
        episode(each.slug, *library.index.cues(number), guests=each.guests)
        for number, each in enumerate(library.index.episodes[:2])
    ]
    return Library(library.id, index_of(*talks), ())


def test_what_is_kept_is_what_was_found(library: Library, cache: Path) -> None:
    library = Library("made-up", index_of(episode("talk", CLAIM, guests=("Ann",))), ())
    first = with_quotes(library, cache)
    before = kept(cache).stat()
    later = with_quotes(library, cache)

    assert first.quotes == later.quotes == extract_quotes(library.index)
    assert first.quotes
    assert kept(cache).stat().st_mtime_ns == before.st_mtime_ns
    assert first.word_usage == later.word_usage == learn_word_usage(library.index)
    assert (later.id, later.index) == (library.id, library.index)


def test_what_is_kept_is_taken_instead_of_looking_again(library: Library, cache: Path) -> None:
    """Another index of the same id has nothing to quote, but is not looked into."""
    found = with_quotes(library, cache)
    silent = Library(library.id, index_of(episode("talk", "Nothing.")), ())
    again = with_quotes(silent, cache)

    assert again.quotes == found.quotes
    assert again.word_usage == found.word_usage != learn_word_usage(silent.index)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\x00", b"0" * 64 + b"\n{}"])
def test_a_damaged_file_is_noticed_and_replaced(
    library: Library, cache: Path, content: bytes
) -> None:
    notices: list[str] = []
    found = with_quotes(library, cache).quotes
    sound = kept(cache).read_bytes()
    kept(cache).write_bytes(content)

    assert with_quotes(library, cache, notices.append).quotes == found
    assert kept(cache).read_bytes() == sound
    assert notices == [
        f"{kept(cache)}: the stored quotes are damaged. The quotes are looked for again."
    ]


def test_a_file_of_another_form_is_noticed_and_replaced(library: Library, cache: Path) -> None:
    notices: list[str] = []
    found = with_quotes(library, cache).quotes
    content = b'{"quotes": 1}'
    kept(cache).write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)

    assert with_quotes(library, cache, notices.append).quotes == found
    assert notices == [
        f"{kept(cache)}: the stored quotes have another form. The quotes are looked for again."
    ]


def test_a_file_cut_short_is_never_taken(library: Library, cache: Path) -> None:
    found = with_quotes(library, cache).quotes
    sound = kept(cache).read_bytes()

    for length in range(0, len(sound), max(1, len(sound) // 20)):
        kept(cache).write_bytes(sound[:length])
        assert with_quotes(library, cache).quotes == found


def test_a_file_that_cannot_be_read_is_noticed(library: Library, cache: Path) -> None:
    notices: list[str] = []
    with_quotes(library, cache)
    path = kept(cache)
    path.unlink()
    path.mkdir()

    assert with_quotes(library, cache, notices.append).quotes == extract_quotes(library.index)
    assert notices[0].startswith(f"{path}: cannot be read (")


def test_a_cache_that_cannot_be_written_is_a_notice(library: Library, tmp_path: Path) -> None:
    notices: list[str] = []
    (tmp_path / "file").touch()
    found = with_quotes(library, tmp_path / "file", notices.append).quotes

    assert found == extract_quotes(library.index)
    (notice,) = notices
    assert notice.startswith(f"{tmp_path / 'file'}: the quotes cannot be kept (")


def test_what_older_code_found_or_is_of_no_index_is_removed(library: Library, cache: Path) -> None:
    cache.mkdir()
    for name in (
        *("made-up-0123.quotes", "gone-0123.quotes", "here-0123.quotes"),
        *("here.index", "made-up.index", "made-up.json", "other.current"),
    ):
        (cache / name).touch()
    with_quotes(library, cache)
    names = {path.name for path in cache.iterdir()}
    (new,) = {name for name in names if name.startswith("made-up-")}

    assert names == {
        *(new, "here-0123.quotes", "here.index"),
        *("made-up.index", "made-up.json", "other.current"),
    }
    assert new != "made-up-0123.quotes"


def test_several_threads_may_ask_at_once(library: Library, cache: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: with_quotes(library, cache).quotes, range(8)))

    assert found == [extract_quotes(library.index)] * 8
    assert with_quotes(again(library), cache).quotes == found[0]


def test_without_a_look_before_the_look_is_taken_now(library: Library, cache: Path) -> None:
    found = extract_quotes(library.index)

    assert library.quotes is None
    assert quotes_of(library) == found
    assert pool_of(library).quotes == found
    assert pool_of(library).episodes == library.index.episodes
    assert pool_of(with_quotes(library, cache)).quotes == found


def three_talks(*more: str) -> Library:
    talks = [
        episode(
            bread, CLAIM.replace("bread", bread), *(more if bread == "rye" else ()), guests=("Ann",)
        )
        for bread in ("rye", "cake", "toast")
    ]
    return Library(f"made-up-{len(more)}", index_of(*talks), ())


def test_of_a_changed_podcast_only_the_changed_episodes_are_looked_into(cache: Path) -> None:
    """What is kept of the others is told from what would be found by a mark in it."""
    before, after = three_talks(), three_talks("And nobody counts slices, because they are hungry.")
    found = find_quotes(before.index)
    marked = {key: places[:0] for key, places in found.places.items()}

    again = find_quotes(after.index, marked)
    whole = find_quotes(after.index, found.places)

    assert {quote.episode for quote in again.quotes} == {"rye"}
    assert whole == find_quotes(after.index)
    assert len(whole.quotes) > len(again.quotes)


def test_what_other_indexes_had_is_taken_from_the_cache(cache: Path) -> None:
    first = with_quotes(three_talks(), cache)
    (cache / f"{first.id}.index").touch()
    path = kept_quotes(cache)
    content = json.loads(path.read_bytes().partition(b"\n")[2])
    content["places"] = {key: [] for key in content["places"]}
    written = json.dumps(content).encode()
    path.write_bytes(sha256(written).hexdigest().encode() + b"\n" + written)

    later = with_quotes(three_talks("Well, nobody knows."), cache)

    assert {quote.episode for quote in later.quotes or ()} <= {"rye"}
    assert three_talks("Well, nobody knows.").id == later.id


def kept_quotes(cache: Path) -> Path:
    (path,) = cache.glob("*.quotes")
    return path
