"""The rules about sentences: each is found in its examples, and not beyond."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.quotes.flaws import FLAWS
from bot.quotes.patterns import MERITS
from bot.quotes.rules import Rule, phrases, read_for_rules
from bot.quotes.standalone import DEFECTS

TABLES = {"merits": MERITS, "flaws": FLAWS, "defects": DEFECTS}
END = ("", "s", "'s", ",", ".")
RULES = [
    pytest.param(rule, id=f"{table}-{number}-{rule.name}")
    for table, rules in TABLES.items()
    for number, rule in enumerate(rules)
]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_found_in_its_examples_only(rule: Rule) -> None:
    missed = [each for each in rule.examples if not rule.pattern.search(read_for_rules(each))]
    too_much = [each for each in rule.counterexamples if rule.pattern.search(read_for_rules(each))]

    assert len(set(rule.examples)) >= 3
    assert (missed, too_much) == ([], [])


@pytest.mark.parametrize("table", [MERITS, FLAWS], ids=["merits", "flaws"])
def test_no_two_rules_have_one_name(table: tuple[Rule, ...]) -> None:
    assert len({rule.name for rule in table}) == len(table)


EVERY = [rule for rules in TABLES.values() for rule in rules]
WORDS = sorted(
    {word for rule in EVERY for text in rule.examples for word in text.split()}
    | {f"{word}{end}" for rule in EVERY for word in rule.pattern.needed for end in END}
    | {
        f"{stem}{end}"
        for rule in EVERY
        for stem in rule.pattern.stems
        for end in (*END, "s", "ing")
    }
)


@pytest.mark.parametrize("rule", RULES)
@given(text=st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
@settings(max_examples=50)
def test_to_look_at_the_words_first_changes_nothing(rule: Rule, text: str) -> None:
    pattern, read = rule.pattern.pattern, read_for_rules(text)
    found = pattern.findall(read.written if rule.pattern.exact else read.small)

    assert rule.pattern.count(read) == len(found)
    assert (rule.pattern.search(read) is None) == (found == [])


@pytest.mark.parametrize("rule", [rule for rule in EVERY if rule.pattern.enough])
def test_a_word_that_is_enough_is_found_among_others(rule: Rule) -> None:
    texts = [f"rye {word} rye" for word in rule.pattern.enough]

    assert [text for text in texts if not rule.pattern.search(read_for_rules(text))] == []


def test_words_of_a_choice_are_enough_unless_they_are_part_of_something_else() -> None:
    assert phrases(r"rye don't old_oven wheat\w* salt, also(?<!but_also)").enough == {
        "rye",
        "don't",
    }


def test_of_a_choice_of_words_one_is_needed_unless_it_is_a_part_of_something_else() -> None:
    pattern = phrases(
        "(?:this|last)_(?:week|month) that_(?:of|kind) (?:(?:hot|cold)_rye)? (?:cake|roll)_?pan"
    )

    assert pattern.needed == {"week", "month"}


def test_words_with_any_ending_are_looked_for_where_their_stems_are() -> None:
    pattern = phrases(r"rye wheat\w* bread\w*")

    assert pattern.stems == ("wheat", "bread")
    assert pattern.search(read_for_rules("Wheaten rolls.")) is not None
    assert pattern.search(read_for_rules("Spelt rolls.")) is None
    assert phrases(r"rye wheat\w* of_it").stems == ()


def test_what_is_needed_are_the_longest_words_without_patterns() -> None:
    pattern = phrases(
        r"rye old_ovens? (?:dough|bread)_rises wheat\w* of_it also(?<!but_also) salt,"
    )

    assert pattern.needed == {"rye", "oven", "ovens", "rises", "also", "salt"}
    assert pattern.others is not None
    for text in ("Old ovens!", "Wheaten rolls.", "Out of it.", "B rises", "but also"):
        read = read_for_rules(text)
        assert (pattern.search(read) is None) == (pattern.pattern.search(read.small) is None)
