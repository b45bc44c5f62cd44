"""What people of a podcast said of quotes moves those like them, a little."""

from dataclasses import replace

import pytest

from bot.quotes.models import ScoredQuote
from bot.quotes.taste import MOST_SHIFT, with_taste

LIKINGS = {"short": 1.0, "long": 0.0}
SHORT, LONG = (1.0, 0.0, 5.0), (1.0, 2.0, 5.0)


def quote(name: str, evidence: tuple[float, ...], score: float = 3.0) -> ScoredQuote:
    return ScoredQuote(name, "talk", 0.0, "Ann", name, "", score, (), evidence=evidence)


QUOTES = tuple(
    quote(f"{name}{number}", evidence)
    for number in range(20)
    for name, evidence in (("short", SHORT), ("long", LONG))
)


def moved(liked: dict[str, float]) -> dict[str, float]:
    """Return by how much the quotes that nobody judged change."""
    after = with_taste(QUOTES, liked)
    assert [each.id for each in after] == [each.id for each in QUOTES]
    return {
        each.id: round(each.score - before.score, 2)
        for each, before in zip(after, QUOTES, strict=True)
        if each.id not in liked
    }


def judged(count: int) -> dict[str, float]:
    """Like the first short quotes, and not the first long ones."""
    return {
        f"{name}{n}": float(name == "short") for name in ("short", "long") for n in range(count)
    }


def test_quotes_like_those_that_were_liked_rise_and_the_others_sink() -> None:
    shifts = moved(judged(4))

    assert shifts["short19"] > 0.05
    assert shifts["long19"] < -0.05


def test_more_verdicts_move_more_but_never_more_than_a_bound() -> None:
    few, many, all_but_one = (moved(judged(count))["short19"] for count in (1, 5, 19))

    assert 0 < few < many <= all_but_one <= MOST_SHIFT


def test_who_likes_everything_or_nothing_moves_nothing() -> None:
    for liking in (0.0, 1.0):
        assert set(moved(dict.fromkeys(judged(3), liking)).values()) == {0.0}


@pytest.mark.parametrize("liked", [{}, {"gone": 1.0}])
def test_without_verdicts_on_its_quotes_nothing_moves(liked: dict[str, float]) -> None:
    assert with_taste(QUOTES, liked) == QUOTES


def test_what_was_not_measured_does_not_move() -> None:
    unknown = replace(QUOTES[0], id="new", evidence=())
    after = with_taste((*QUOTES, unknown), judged(5))

    assert after[-1] == unknown
