import numpy as np
import pytest

from bot.search.index.analysis import stem_terms
from bot.search.index.vectors import (
    ByteVectors,
    lengths_of,
    load_word_table,
    pack_halves,
    to_bytes,
    to_units,
    unpack_halves,
)
from tests.builders import episode, index_of


def cosine(one: str, two: str) -> float:
    table = load_word_table()
    first, second = table.units(table.find(stem_terms([one, two])))
    return float(first @ second)


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("salary", "wage", "kitchen"),
        ("hire", "recruit", "river"),
        ("begin", "start", "hospital"),
        ("automobile", "vehicle", "doctor"),
    ],
)
def test_words_of_like_meaning_are_near(word: str, near: str, far: str) -> None:
    assert cosine(word, near) > 0.3 > cosine(word, far)


def test_the_table_has_no_words_that_say_nothing() -> None:
    found = load_word_table().find(["the", "xyzzyqwertz", "salari", ""])

    assert [row >= 0 for row in found.tolist()] == [False, False, True, False]


@pytest.mark.parametrize("count", [0, 1, 9000])
def test_bytes_keep_the_direction_of_vectors(count: int) -> None:
    vectors = np.random.default_rng(1).normal(size=(count, 64)).astype(np.float32)
    units = to_units(vectors)
    rows = to_bytes(vectors)

    (found,) = ByteVectors(rows, lengths_of(rows)).cosines(to_units(np.ones((1, 64), np.float32)))

    np.testing.assert_allclose(found, units.sum(axis=1) / 8, atol=0.01)


def test_vectors_of_zeros_are_like_nothing() -> None:
    rows = to_bytes(np.zeros((2, 4), dtype=np.float32))

    found = ByteVectors(rows, lengths_of(rows)).cosines(np.zeros((1, 4), dtype=np.float32))

    assert found.tolist() == [[0, 0]]


def test_half_bytes_keep_most_of_the_direction() -> None:
    vectors = np.random.default_rng(1).normal(size=(500, 64)).astype(np.float32)

    again = to_units(unpack_halves(pack_halves(vectors)))

    assert float((again * to_units(vectors)).sum(axis=1).min()) > 0.98


def test_an_index_knows_the_vectors_of_its_stems_but_not_of_stop_words() -> None:
    index = index_of(episode("road", "The automobile and the xyzzyqwertz."))
    known = {index.vocabulary.stems[stem] for stem in index.stem_vectors.stems.tolist()}

    assert "automobil" in known
    assert not {"the", "xyzzyqwertz", ""} & known
    np.testing.assert_allclose(index.stem_vectors.lengths, lengths_of(index.stem_vectors.rows))


def test_windows_hold_each_word_once() -> None:
    lines = [" ".join(f"w{n}x{m}" for m in range(10 + n * 37 % 50)) + "." for n in range(60)]
    index = index_of(episode("long", *lines), words=120, step=30)

    held = [
        cue
        for first, last in zip(index.windows.firsts, index.windows.lasts, strict=True)
        for cue in range(first, last)
    ]
    places, shares = index.passage_windows

    assert held == list(range(len(index.transcripts.episodes)))
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    assert places.max() < len(index.windows.firsts)
