"""The score of a quote: what was measured of it, and what readers said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.quotes.evidence import Evidence
from bot.quotes.models import GOOD_SCORE
from bot.quotes.ranker import (
    EVEN_SCORE,
    NAMES,
    OPINIONS,
    UNSEEN_READER,
    WEIGHTS,
    Ranker,
    ReaderVerdict,
    load_ranker,
    read_opinions,
    read_weights,
)

NOTHING = Evidence(*[0.0] * (len(NAMES) - 1))
POST, EDIT, NO = ReaderVerdict.POST, ReaderVerdict.EDIT, ReaderVerdict.NO


def ranker(**verdicts: list[ReaderVerdict]) -> Ranker:
    return Ranker(np.array([2.0, 0.5, *[0.0] * (len(NAMES) - 2)]), verdicts)


def test_a_score_is_the_base_and_what_each_number_adds() -> None:
    assert ranker().score(NOTHING, "a") == 2.0
    assert ranker().score(replace(NOTHING, claim=3.0), "a") == 3.5


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ([POST], []),
        ([POST, POST], [POST]),
        ([POST, POST], [POST, EDIT]),
        ([POST, EDIT], [POST, NO]),
        ([POST, NO], [EDIT, NO]),
        ([EDIT, EDIT], [EDIT, NO]),
        ([EDIT, NO], [NO, NO]),
    ],
)
def test_the_better_readers_find_a_quote_the_higher_its_score(
    better: list[ReaderVerdict], worse: list[ReaderVerdict]
) -> None:
    known = ranker(better=better, **({"worse": worse} if worse else {}))

    assert known.score(NOTHING, "better") > known.score(NOTHING, "worse")


def test_what_two_readers_agree_on_decides() -> None:
    strong, known = replace(NOTHING, claim=4.0), ranker(yes=[POST, POST], no=[NO, NO])

    assert known.score(NOTHING, "yes") > EVEN_SCORE
    assert known.score(strong, "no") < GOOD_SCORE


def test_what_was_measured_still_counts_once_a_quote_was_read() -> None:
    known = ranker(one=[POST], other=[POST])

    assert known.score(replace(NOTHING, claim=2.0), "one") > known.score(NOTHING, "other")


def test_moderators_are_told_how_many_readers_would_post_it() -> None:
    assert ranker(a=[POST, NO]).reasons("a") == ("1 of 2 readers would post it",)
    assert ranker().reasons("a") == ()


def test_the_shipped_ranker_learns_nothing_from_the_unseen_reader() -> None:
    opinions = list(read_opinions(OPINIONS))
    others = {each.id for each in opinions if each.reader != UNSEEN_READER}

    assert load_ranker().verdicts.keys() == others
    assert sum(map(len, load_ranker().verdicts.values())) == sum(
        each.reader != UNSEEN_READER for each in opinions
    )


def test_weights_are_read_by_their_names(tmp_path: Path) -> None:
    path = tmp_path / "weights.yaml"
    names = reversed(NAMES)
    path.write_text("".join(f"{name}: {NAMES.index(name)}\n" for name in names))

    assert read_weights(path).tolist() == list(range(len(NAMES)))
    assert len(read_weights(WEIGHTS)) == len(NAMES)
