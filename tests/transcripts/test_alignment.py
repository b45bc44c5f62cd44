import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.transcripts.alignment import align, find_keyed_words, longest_rising, shingles


def pairs(left: str, right: str) -> list[tuple[str, str]]:
    """Align two texts and return the matched words."""
    words, others = find_keyed_words(left), find_keyed_words(right)
    at_left, at_right = align(words.keys, others.keys)
    return [
        (left[words.offsets[one] :].split()[0], right[others.offsets[two] :].split()[0])
        for one, two in zip(at_left, at_right, strict=True)
    ]


def test_words_are_the_same_whatever_their_case_marks_and_apostrophes() -> None:
    assert (
        find_keyed_words("Don’t, STOP!").keys.tolist()
        == find_keyed_words("dont stop").keys.tolist()
    )


def test_fillers_are_no_words_and_offsets_point_at_the_others() -> None:
    text = "Uh, so um we hmm went."

    assert [text[at:].split()[0] for at in find_keyed_words(text).offsets] == ["so", "we", "went."]


def test_equal_words_in_order_are_matched() -> None:
    assert pairs("We keep the model small.", "we keep the model small") == [
        ("We", "we"),
        ("keep", "keep"),
        ("the", "the"),
        ("model", "model"),
        ("small.", "small"),
    ]


def test_misheard_words_do_not_break_what_is_around_them() -> None:
    edited = "Our registry keeps every model with its metrics and the data it has seen."
    heard = "our red history keeps every model with it's metrics and the data it has seen"

    matched = pairs(edited, heard)

    assert ("keeps", "keeps") in matched
    assert ("its", "it's") in matched
    assert ("registry", "history") not in matched
    assert len(matched) == 13


def test_a_repeated_phrase_is_matched_where_it_stands() -> None:
    edited = "at the end of the day we ship. then we test. at the end of the day we rest."
    heard = "at the end of the day we ship um then we test at the end of the day we rest"

    assert [one.strip(".") for one, _ in pairs(edited, heard)] == [
        two for _, two in pairs(edited, heard)
    ]
    assert len(pairs(edited, heard)) == 19


def scattered(seed: int, count: int, vocabulary: int) -> str:
    """Return words of a vocabulary in a fixed order that looks random."""
    digests = (hashlib.sha256(f"{seed} {place}".encode()).digest() for place in range(count))
    return " ".join(f"w{int.from_bytes(digest[:4]) % vocabulary}" for digest in digests)


def test_a_passage_that_only_one_side_has_is_skipped() -> None:
    words = scattered(1, 900, 400).split()
    left, right = (
        find_keyed_words(" ".join(words[:300] + words[600:])),
        find_keyed_words(" ".join(words)),
    )

    at_left, at_right = align(left.keys, right.keys)
    moved = at_right - at_left

    assert len(at_left) > 590
    assert set(moved[at_left < 295].tolist()) == {0}
    assert set(moved[at_left > 305].tolist()) == {300}


def test_of_a_repeated_phrase_the_one_with_the_right_words_after_it_is_matched() -> None:
    left = find_keyed_words("one two three four alpha one two three four beta gamma delta")
    right = find_keyed_words("one two three four beta gamma delta")

    at_left, at_right = align(left.keys, right.keys)

    assert set((at_left - at_right).tolist()) == {5}
    assert len(at_left) >= 6


def test_a_phrase_said_elsewhere_does_not_drag_the_others_along() -> None:
    words = scattered(4, 300, 10_000)
    left, right = (
        find_keyed_words(f"one two three four {words}"),
        find_keyed_words(f"{words} one two three four"),
    )

    at_left, at_right = align(left.keys, right.keys)

    assert at_right.tolist() == list(range(300))
    assert (at_left - at_right == 4).all()


def test_small_words_are_matched_in_the_gap_they_stand_in() -> None:
    one, two, three = (scattered(seed, 8, 10_000) for seed in (5, 6, 7))

    matched = pairs(
        f"{one} saw it now {two} left it there {three}", f"{one} so it no {two} let it fair {three}"
    )

    assert len(matched) == 26
    assert matched.count(("it", "it")) == 2


def test_one_common_word_in_long_different_passages_is_no_match() -> None:
    edited = f"{scattered(8, 8, 9000)} {scattered(9, 60, 10_000)} model {scattered(10, 8, 9000)}"
    heard = f"{scattered(8, 8, 9000)} model {scattered(11, 60, 10_000)} {scattered(10, 8, 9000)}"

    assert len(pairs(edited, heard)) == 16


def test_different_talks_hardly_match() -> None:
    left, right = find_keyed_words(scattered(2, 1500, 60)), find_keyed_words(scattered(3, 1500, 60))

    at_left, _ = align(left.keys, right.keys)

    assert len(at_left) < 150


@pytest.mark.parametrize(("left", "right"), [("", ""), ("word", ""), ("", "some words here")])
def test_nothing_matches_nothing(left: str, right: str) -> None:
    assert pairs(left, right) == []


@given(st.lists(st.sampled_from("abcdef"), max_size=60), st.lists(st.sampled_from("abcdef")))
def test_matches_are_equal_words_and_rise_on_both_sides(left: list[str], right: list[str]) -> None:
    one, two = find_keyed_words(" ".join(left)), find_keyed_words(" ".join(right))

    at_left, at_right = align(one.keys, two.keys)

    assert (one.keys[at_left] == two.keys[at_right]).all()
    assert (np.diff(at_left) > 0).all()
    assert (np.diff(at_right) > 0).all()


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([], []),
        ([1.0, 2.0, 3.0], [0, 1, 2]),
        ([1.0, 99.0, 2.0, 3.0], [0, 2, 3]),
        ([5.0, 5.0, 1.0, 5.0], [0, 1, 3]),
    ],
)
def test_the_longest_rising_subsequence_leaves_the_outliers(
    values: list[float], kept: list[int]
) -> None:
    assert longest_rising(values) == kept


def test_equal_runs_of_words_have_equal_shingles() -> None:
    keys = find_keyed_words("a b c d a b c").keys

    runs = shingles(keys, 3)

    assert len(runs) == 5
    assert runs[0] == runs[4]
    assert len(set(runs.tolist())) == 4
    assert len(shingles(keys, 8)) == 0
