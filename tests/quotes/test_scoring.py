"""What speaks for a sentence as a quote, and what against it, in pairs that differ in one thing."""

import pytest

from bot.quotes.scoring import score_statement
from bot.quotes.word_usage import WordUsage

NONE: frozenset[str] = frozenset()
USAGE = WordUsage(
    nouns=frozenset({"baker", "bakers", "bread", "loaf", "loaves", "oven", "salt"}),
    topics=frozenset({"bread", "oven", "flour"}),
    jargon=frozenset({"levain", "autolyse"}),
    unusual=NONE,
    names=NONE,
    slips=NONE,
)


def score(text: str) -> float:
    rating = score_statement(text, USAGE)
    assert rating is not None
    return rating[0]


def reasons(text: str) -> tuple[str, ...]:
    rating = score_statement(text, USAGE)
    return rating[1] if rating else ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Once a sourdough is dead, it's hard to revive.", "warns of what is hard to undo"),
        ("It's easy to forget how slowly dough rises.", "warns of what is hard to undo"),
        ("Start with rye, even if wheat rises better.", "applies whatever happens"),
        ("Whether you sell rolls or cakes, you still sweep.", "applies whatever happens"),
        ("Most bakers are too busy kneading to taste bread.", "too much of something"),
        ("Bakers talk about flour, but water decides.", "contrasts two sides"),
        ("Kneading dough is like tuning a piano.", "uses a comparison"),
        ("Bakers wake early because bread needs hours.", "gives a reason"),
        ("If nobody bakes, nobody eats.", "“without this, not that”"),
        ("Profit shouldn't come at the cost of taste.", "gives a rule"),
        ("Just because bread is brown, it isn't done.", "denies a false conclusion"),
    ],
)
def test_a_claim_is_told_by_its_form(text: str, reason: str) -> None:
    assert reason in reasons(text)


@pytest.mark.parametrize(
    "text",
    [
        "A loaf is a thing of flour and of water.",
        "Bread rises in a warm room near a window.",
        "If people have a warm loaf, a slice goes round.",
        "Nobody sells bread in the village hall.",
    ],
)
def test_what_only_describes_claims_nothing_or_means_something_known_is_not_rated(
    text: str,
) -> None:
    assert score_statement(text, USAGE) is None


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        # A strong word makes a claim worth repeating.
        ("Nobody bakes without shame or flour.", "Nobody bakes without yeast or flour."),
        # So does a second negation.
        ("Nobody bakes well who cannot wait.", "Nobody bakes well who will wait."),
        # Everybody speaks of duties, promises and what is important.
        ("Nobody opens an oven that bakes.", "Nobody opens an oven you should bake."),
        ("Nobody says that salt is cheap.", "Nobody says that salt is key."),
        # A list is more than one claim.
        ("Nobody buys stale rolls with rusks.", "Nobody buys stale rolls and rusks."),
        # What is put behind a finished sentence weakens it.
        ("Nobody buys stale rolls in winter.", "Nobody buys stale rolls, especially in winter."),
        # "Only" half of a contrast needs the other half.
        ("Nobody who doesn't sleep bakes.", "Nobody who doesn't only sleep bakes."),
        # What all episodes speak of tells what it is about; what one speaks of is for a few.
        ("Nobody trusts cheap flour or barley.", "Nobody trusts cheap rye or barley."),
        ("Nobody trusts cheap rye or barley.", "Nobody trusts cheap levain or barley."),
        # What holds for everybody is what everybody knows.
        ("Most bakers do not trust cheap rye.", "All bakers do not trust cheap rye."),
        # Few words say little, and the same ones twice say less.
        (
            "Nobody bakes rye without her yeast or our flour.",
            "Nobody bakes rye without yeast or flour.",
        ),
        (
            "Nobody who kneads rye at home tonight bakes barley bread before breakfast.",
            "Nobody who bakes rye at home tonight bakes barley bread before breakfast.",
        ),
        # Whoever tells others step by step what they do claims nothing.
        (
            "Nobody sees what you sell if you wait or I sleep.",
            "Nobody sees what you sell if you wait or you sleep.",
        ),
        ("Nobody bakes rye; rolls sell.", "Nobody bakes rye. Rolls sell."),
        # Advice that nobody contradicts.
        ("It's hard to bake bread without shame.", "It's nice to bake bread without shame."),
        # "Faster", but than what?
        ("Nobody trusts a fast oven with bread.", "Nobody trusts a faster oven with bread."),
        # An answer that puts off says nothing.
        ("Nobody says rye is good or wrong.", "Nobody says rye is right or wrong."),
        ("Nobody waits for bread.", "Nobody really patiently waits for bread."),
    ],
)
def test_one_thing_makes_a_claim_better_or_worse(better: str, worse: str) -> None:
    assert score(better) > score(worse)


def test_the_other_side_of_a_contrast_need_not_have_been_spoken_of() -> None:
    assert reasons("What makes bread good is not the oven, but the patience.")
    assert reasons("What makes bread good is patience rather than the oven.")
    assert not reasons("What makes bread good is not water near the oven.")


def test_parts_of_what_has_been_set_up_as_one_of_its_kind_need_no_words_of_their_own() -> None:
    assert reasons("Nobody buys from a baker when the shelves are bare.")
    assert not reasons("Nobody buys a lot when the shelves are bare.")


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("That's why ovens matter.", "Ovens matter."),
        ("For example, rye takes a night.", "Rye takes a night."),
        ("Ovens matter.", "But ovens matter."),
    ],
)
def test_what_follows_tells_whether_a_claim_was_the_point(better: str, worse: str) -> None:
    def after(text: str) -> float:
        rating = score_statement("Nobody bakes without shame or flour.", USAGE, after=text)
        assert rating is not None
        return rating[0]

    assert after(better) > after(worse)


def test_strong_words_make_up_for_a_little_form_but_not_for_none() -> None:
    assert reasons("Salt is a secret to bakers.")
    assert not reasons("Salt is a mineral to bakers.")
    assert not reasons("Salt carries some secret of bakers.")


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("Nobody bakes without yeast or flour.", 4.05),
        ("Nobody bakes without shame or flour.", 5.15),
        ("Nobody bakes rye because bread needs hours.", 4.4),
        ("Nobody bakes bread that needs a calmer baker.", 3.4),
        ("Nobody trusts cheap flour but bakers talk about flour, but water decides.", 5.25),
        (
            "Nobody who kneads rye at home tonight bakes barley bread before breakfast without a"
            " baker of old who kneads rye or salt at home.",
            4.55,
        ),
    ],
)
def test_what_speaks_for_and_against_a_claim_adds_up(text: str, worth: float) -> None:
    last = score_statement(text, USAGE, last=True)

    assert score(text) == pytest.approx(worth)
    assert last is not None
    assert last[0] == pytest.approx(worth + 0.3)
