"""The form of a rule about sentences: a pattern with a name, a weight and examples."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """What a pattern says about a sentence it is found in.

    It is found in all `examples`, and in none of the `counterexamples`.
    """

    name: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...] = ()
    weight: float = 1.0


def any_of(words: str) -> re.Pattern[str]:
    """Compile a pattern that matches any of the space-separated words.

    A word may itself be a pattern; an underscore stands for a space.
    """
    choices = "|".join(word.replace("_", " ") for word in words.split())
    return re.compile(rf"\b(?:{choices})(?![\w'])", re.IGNORECASE)


def matching(pattern: str) -> re.Pattern[str]:
    """Compile a case-insensitive pattern."""
    return re.compile(pattern, re.IGNORECASE)
