"""What may take the place of a live index, and what may not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.library.manifest import Counts, Evaluation, Manifest, SourceEntry
from bot.library.promotion import objections
from bot.models import Problem


def manifest(episodes: int = 100, passages: int = 1000, refused: int = 0) -> Manifest:
    """Make the manifest of an index of 100 files, some of which are refused."""
    names = [f"{number}.md" for number in range(100)]
    return Manifest(
        id="0123456789abcdef",
        built_at=datetime(2026, 11, 20, tzinfo=UTC),
        version="1.0",
        commit="",
        sources=tuple(
            SourceEntry(name, "", 10, "refused" if place < refused else "read")
            for place, name in enumerate(names)
        ),
        commits={},
        refused=tuple(Problem(name, "it is empty.") for name in names[:refused]),
        counts=Counts(episodes, passages, 10_000, 100_000),
        sha256="",
    )


def test_without_a_live_index_anything_may_answer() -> None:
    assert objections(manifest(0, 0, refused=100), None) == ""


def test_a_source_that_is_away_is_a_loss_and_back_again_it_is_growth() -> None:
    partial = replace(manifest(60, 600), missing=("git",))

    assert objections(manifest(), partial) == ""
    assert "40 episodes instead of 60" in objections(manifest(40, 400), partial)
    assert "60 episodes instead of 100" in objections(partial, manifest())


@pytest.mark.parametrize(
    ("episodes", "passages"),
    [(100, 1000), (80, 800), (100, 800), (80, 1000), (101, 1001), (300, 3000), (100, 9000)],
)
def test_growth_and_the_loss_of_a_fifth_are_taken_over(episodes: int, passages: int) -> None:
    assert objections(manifest(episodes, passages), manifest()) == ""


@pytest.mark.parametrize(
    ("episodes", "passages", "said"),
    [
        (79, 1000, "79 episodes instead of 100"),
        (79, 2000, "79 episodes instead of 100"),
        (100, 799, "799 passages instead of 1,000"),
        (300, 799, "799 passages instead of 1,000"),
        (0, 0, "0 episodes instead of 100"),
    ],
)
def test_a_greater_loss_is_refused_with_the_figures_and_the_way_out(
    episodes: int, passages: int, said: str
) -> None:
    reason = objections(manifest(episodes, passages), manifest())

    assert said in reason
    assert "20%" in reason
    assert "airquote index build --force" in reason


@pytest.mark.parametrize(
    ("live", "new", "fine"),
    [
        *((0, new, True) for new in (0, 1, 9)),
        *((1, new, new > 0) for new in range(9)),
        *((3, new, new > 1) for new in range(9)),
        *((8, new, new > 3) for new in range(20)),
        *((9, new, new > 4) for new in range(20)),
        *((10, new, new > 7) for new in range(20)),
    ],
)
def test_of_a_few_episodes_half_may_go_and_any_number_may_come(
    live: int, new: int, fine: bool
) -> None:
    assert (objections(manifest(new, 10 * new), manifest(live, 10 * live)) == "") == fine


@pytest.mark.parametrize(
    ("episodes", "passages", "fine"),
    [(2, 100, True), (3, 500, True), (3, 499, False), (5, 499, False), (5, 2000, True)],
)
def test_a_few_episodes_may_lose_the_longest_but_not_most_of_their_words(
    episodes: int, passages: int, fine: bool
) -> None:
    assert (objections(manifest(episodes, passages), manifest(3, 1000)) == "") == fine


@pytest.mark.parametrize(("files", "refused", "fine"), [(4, 1, True), (4, 2, True), (4, 3, False)])
def test_of_a_few_files_half_may_become_unreadable(files: int, refused: int, fine: bool) -> None:
    few = manifest()

    assert (
        objections(manifest(refused=refused), replace(few, sources=few.sources[:files])) == ""
    ) == fine


@pytest.mark.parametrize(
    ("refused", "before", "told"),
    [
        (10, 0, ""),
        (11, 0, "11 of 100 files can no longer be used, such as 0.md: it is empty."),
        (100, 0, "100 of 100 files"),
        (37, 30, ""),
        (38, 30, "8 of 70 files can no longer be used, such as 30.md"),
    ],
)
def test_more_than_a_tenth_of_files_that_became_unreadable_is_refused(
    refused: int, before: int, told: str
) -> None:
    reason = objections(manifest(refused=refused), manifest(refused=before))

    assert reason.startswith(told)
    assert bool(reason) == bool(told)


def test_new_files_that_cannot_be_read_are_no_loss() -> None:
    live = manifest()

    assert objections(manifest(refused=50), replace(live, sources=live.sources[50:])) == ""


@pytest.mark.parametrize(
    ("after", "before", "fine"),
    [(0.78, 0.80, True), (0.90, 0.80, True), (0.77, 0.80, False), (0.0, 0.03, False)],
)
def test_queries_may_be_answered_a_little_worse_but_not_more(
    after: float, before: float, fine: bool
) -> None:
    new = replace(manifest(), evaluation=Evaluation("queries", 50, after))
    reason = objections(new, replace(manifest(), evaluation=Evaluation("queries", 50, before)))

    assert (reason == "") == fine
    if not fine:
        assert f"MRR {after:.3f} instead of {before:.3f}" in reason


def test_figures_of_other_queries_are_not_compared() -> None:
    new = replace(manifest(), evaluation=Evaluation("queries", 50, 0.1))
    others = replace(manifest(), evaluation=Evaluation("other queries", 50, 0.9))

    assert objections(new, others) == ""
    assert objections(new, manifest()) == ""
