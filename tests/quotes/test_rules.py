"""The rules about sentences: each is found in its examples, and not beyond."""

import pytest

from bot.quotes.flaws import FLAWS
from bot.quotes.patterns import MERITS
from bot.quotes.rules import Rule
from bot.quotes.standalone import DEFECTS

TABLES = {"merits": MERITS, "flaws": FLAWS, "defects": DEFECTS}
RULES = [
    pytest.param(rule, id=f"{table}-{number}-{rule.name}")
    for table, rules in TABLES.items()
    for number, rule in enumerate(rules)
]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_found_in_its_examples_only(rule: Rule) -> None:
    missed = [each for each in rule.examples if not rule.pattern.search(each)]
    too_much = [each for each in rule.counterexamples if rule.pattern.search(each)]

    assert len(set(rule.examples)) >= 3
    assert (missed, too_much) == ([], [])


@pytest.mark.parametrize("table", [MERITS, FLAWS], ids=["merits", "flaws"])
def test_no_two_rules_have_one_name(table: tuple[Rule, ...]) -> None:
    assert len({rule.name for rule in table}) == len(table)
