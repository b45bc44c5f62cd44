"""What can be read without its surroundings, where the rules must tell close cases apart."""

import pytest

from bot.quotes.standalone import OWN_STORY, dangles, is_ruled_out, opens_well, why_unfit
from bot.quotes.word_usage import WordUsage

NONE: frozenset[str] = frozenset()
USAGE = WordUsage(
    nouns=frozenset({"baker", "bakers", "bread", "loaf", "oven", "salt"}),
    names=NONE,
    slips=NONE,
)


@pytest.mark.parametrize(
    ("fit", "unfit"),
    [
        ("Salt is not only cheap but also old.", "Salt is cheap and also old."),
        ("Bread should serve bakers, not the other way around.", "Bread is for the other baker."),
        ("Weigh salt, because otherwise bread fails.", "Weigh salt, otherwise bread fails."),
        ("Bakers buy either rye or wheat.", "Bakers do not buy rye either."),
        ("Bakers need such a long night.", "Bakers need such nights."),
        ("Nobody else bakes so early on Sundays.", "Bakers sell something else on Sundays."),
        ("Nobody bakes when there is no salt.", "Nobody bakes when people go there."),
        ("If you know what salt you have, weigh it.", "If bread is all they have, weigh it."),
        ("Bakers skip salt; bread takes revenge.", "Bakers skip salt / bread takes revenge."),
        ("Bakers don't knead rye.", "Bakers don't not knead rye."),
    ],
)
def test_close_cases_are_told_apart(fit: str, unfit: str) -> None:
    assert why_unfit(fit, USAGE) == ""
    assert why_unfit(unfit, USAGE) != ""
    assert not is_ruled_out(fit)


def test_a_word_rules_a_sentence_out_unless_it_is_in_its_frame_or_forgiven() -> None:
    assert is_ruled_out("Bread is something she bakes.")
    assert is_ruled_out("I think that I like rye.")
    assert not is_ruled_out("I think that bakers like rye.")
    assert not is_ruled_out("I think that I like rye.", frozenset({OWN_STORY}))


@pytest.mark.parametrize(
    "text",
    [
        "Start with rye.",
        "Find a baker who waits.",
        "Even though rye is slow, bakers love rye.",
        "There is way more to rye than salt.",
        "There are many ways to ruin rye.",
        "For a baker rye is slow.",
    ],
)
def test_a_claim_may_open_with_advice_or_with_what_there_is(text: str) -> None:
    assert opens_well(text, USAGE)


@pytest.mark.parametrize("text", ["But rye is slow.", "Similarly, rye is slow.", "He waits."])
def test_what_goes_on_from_another_sentence_opens_nothing(text: str) -> None:
    assert not opens_well(text, USAGE)


@pytest.mark.parametrize(
    "text",
    [
        "RAG is not dead, but it needs an editor.",
        "Data scientists buy books even if they never read.",
    ],
)
def test_an_acronym_is_a_thing_and_workers_are_people(text: str) -> None:
    assert not dangles(text, USAGE)
    assert dangles(text.replace("RAG", "Rag").replace("scientists", "silos"), USAGE)


def test_that_opens_a_clause_or_points_outside() -> None:
    assert why_unfit("Bakers know that rye is slow.", USAGE) == ""
    assert why_unfit("Bakers sell that baker rye.", USAGE) == "points outside"
