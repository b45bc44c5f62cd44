"""Why a quote was chosen, in the language of whoever reads it."""

import pytest

from bot.quotes.editing import mark_edit
from bot.quotes.evidence import find_claims
from bot.quotes.lookup import explain_languages
from bot.quotes.patterns import MERITS
from bot.quotes.reasons import say_reason
from bot.quotes.standalone import DEFECTS
from bot.translations import speaking
from tests.builders import episode

KEPT = {
    "gives a reason": "nennt einen Grund",
    "opposites: “easy” and “hard”": "Gegensätze: „easy“ und „hard“",
    "2 of 3 readers would post it": "2 von 3 Lesern würden es posten",
    "By my own rules, I would not have offered it: narration.": (
        "Nach meinen eigenen Regeln hätte ich es nicht angeboten: eine Erzählung."
    ),
    "kept by an earlier version": "kept by an earlier version",
}


@pytest.mark.parametrize("kept", KEPT)
def test_reasons_are_kept_in_english_and_said_in_german(kept: str) -> None:
    assert say_reason(kept) == kept
    with speaking("de"):
        assert say_reason(kept) == KEPT[kept]


def test_every_rule_has_a_name_in_german() -> None:
    with speaking("de"):
        assert [
            each.name for each in (*MERITS, *DEFECTS) if say_reason(each.name) == each.name
        ] == []


def test_reasons_are_found_in_english_whatever_is_spoken() -> None:
    with speaking("de"):
        assert "gives a reason" in find_claims("You must rest dough, because yeast lives.").reasons


def test_edits_and_other_languages_are_explained_in_german() -> None:
    with speaking("de"):
        assert mark_edit("Bread is bread.", "Bread is bread [or").problems == (
            "Eine Klammer ist nicht geschlossen: Schreib, was du hinzufügst, [in solche Klammern].",
        )
        assert explain_languages([episode("a", language="de"), episode("b")]) == (
            "Was ein gutes Zitat ist, weiß ich nur auf Englisch, und 1 von 2 Folgen ist auf "
            "Deutsch."
        )
