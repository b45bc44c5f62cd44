"""What is measured of an excerpt: each number by what changes it, and nothing else."""

from dataclasses import asdict

import pytest

from bot.quotes.evidence import find_claims, measure
from bot.quotes.excerpts import Excerpt, Sentence
from bot.quotes.patterns import OPPOSITES_WEIGHT

PLAIN = "Bakers sell bread near parks"


def excerpt(*texts: str, after: str = "", last: bool = False) -> Excerpt:
    sentences = (Sentence(number, text, "Ann") for number, text in enumerate(texts))
    return Excerpt(tuple(sentences), after, last)


def changed(one: Excerpt, other: Excerpt) -> dict[str, float]:
    """Return by how much what is measured of two excerpts differs."""
    before, after = asdict(measure(one)), asdict(measure(other))
    return {name: after[name] - before[name] for name in before if after[name] != before[name]}


@pytest.mark.parametrize(
    ("text", "name", "worth"),
    [
        ("Nobody sells bread near parks.", "negations", 1),
        ("Bakers cannot sell bread without parks.", "negations", 2),
        ("Bakers never sell bread without parks, not once.", "negations", 2),
        ("Bakers sell a bread near an old park.", "articles", 2),
        ("You sell your bread near parks.", "addresses", 2),
        ("Bakers usually sell bread near parks.", "flaws", 2),
        ("I think bakers sell bread near parks.", "framed", 1),
        ("So bakers sell bread near parks.", "trimmed", 1),
    ],
)
def test_words_are_counted_by_what_they_do(text: str, name: str, worth: float) -> None:
    assert changed(excerpt(f"{PLAIN}."), excerpt(text))[name] == pytest.approx(worth)


@pytest.mark.parametrize(
    ("after", "last", "goes_on"),
    [
        ("But it rains.", False, True),
        ("It rains.", False, False),
        ("But does it rain?", True, False),
        ("", True, False),
    ],
)
def test_who_goes_on_with_a_conjunction_is_not_done(after: str, last: bool, goes_on: bool) -> None:
    assert measure(excerpt(f"{PLAIN}.", after=after, last=last)).goes_on == goes_on


def test_each_sentence_after_the_first_is_counted() -> None:
    assert measure(excerpt("Bread is old.", "It lasts.", "So do bakers.")).more_sentences == 2


def test_words_are_measured_on_the_average() -> None:
    found = measure(excerpt("The bread of bakers."))

    assert found.content_words == 2
    assert found.content_share == 0.5
    assert found.word_length == pytest.approx((3 + 5 + 2 + 6) / 4)


def test_the_first_form_of_a_claim_counts_in_full_and_the_next_ones_less() -> None:
    rule, reason = "Never buy old bread", "gives a reason"
    alone = measure(excerpt(f"{rule}.")).claim
    both = measure(excerpt(f"{rule}, because yeast lives.")).claim

    assert alone == 1.6
    assert both == pytest.approx(1.6 + 0.4 * 1.0)
    assert find_claims(f"{rule}, because yeast lives.").reasons == ("gives a rule", reason)
    assert measure(excerpt(f"{PLAIN}.")).claim == 0


def test_opposites_are_a_claim_that_names_both() -> None:
    text = "Some sell easy bread where others sell hard bread."

    assert measure(excerpt(text)).claim == OPPOSITES_WEIGHT
    assert find_claims(text).reasons == ("opposites: “easy” and “hard”",)


def test_the_numbers_come_in_the_order_of_their_names() -> None:
    found = measure(excerpt("Nobody sells a bread."))

    assert found.vector.tolist() == [float(each) for each in asdict(found).values()]
