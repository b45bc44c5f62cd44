"""The form of a rule about sentences: a pattern with a name, a weight and examples.

Most sentences have none of the words that a pattern looks for, and finding that out takes far less
time than searching them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import eq

TWICE = "\N{DITTO MARK}"
"""Stands among the words of a text in which a word or two may be said twice in a row."""

_WORD = re.compile(r"\w+")
_LOOKAROUND = re.compile(r"\(\?<?[=!][^()]*\)")
_GROUP = re.compile(r"\([^()]*\)")
_STEM = re.compile(r"([a-z']+)\\w\*")
# A choice of plain words between spaces.
_WORDS = re.compile(r"(?:\A|(?<=_))\(\?:([a-z|]+)\)(?=_(?!\?)|\Z)")
_SPACE, _NO_LETTERS = "_", "\0"
_PLAIN_WORD = re.compile(r"[a-z']+")
_PLAIN = re.compile(r"[a-z']+[,.]?|([a-z']+)[a-z]\?")
# Nearly every sentence has these, so to need one says nothing.
_EVERYWHERE = frozenset(["a", "in", "it", "of", "that", "the", "to"])


@dataclass(frozen=True, slots=True)
class RuleText:
    """A text as rules read it: as it is written, in small letters, and its words."""

    written: str
    small: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class RulePattern:
    """What a rule looks for, in small letters unless it is `exact`.

    Where a text has no word that is `needed`, only the `others` can be found, if there are any, and
    only where the text has one of the `stems`, if there are any. If nothing is known to be needed,
    `needed` is empty. Each word of `enough` is found wherever it stands between spaces.
    """

    pattern: re.Pattern[str]
    needed: frozenset[str] = frozenset()
    others: re.Pattern[str] | None = None
    stems: tuple[str, ...] = ()
    exact: bool = False
    enough: frozenset[str] = frozenset()

    def search(self, text: RuleText) -> re.Match[str] | None:
        """Find the first match in a text."""
        pattern = self._possible_in(text)
        return pattern.search(text.written if self.exact else text.small) if pattern else None

    def count(self, text: RuleText) -> int:
        """Count the matches in a text."""
        pattern = self._possible_in(text)
        return len(pattern.findall(text.written if self.exact else text.small)) if pattern else 0

    def _possible_in(self, text: RuleText) -> re.Pattern[str] | None:
        """Return what may be found in a text with these words; None if nothing may."""
        if not self.needed.isdisjoint(text.words):
            return self.pattern
        if self.stems and not any(map(text.small.__contains__, self.stems)):
            return None
        return self.others if self.needed else self.pattern


@dataclass(frozen=True, slots=True)
class Rule:
    """What a pattern says about a sentence it is found in.

    It is found in all `examples`, and in none of the `counterexamples`.
    """

    name: str
    pattern: RulePattern
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...] = ()
    weight: float = 1.0


def read_for_rules(text: str) -> RuleText:
    """Return a text as rules read it."""
    small = text.lower()
    words = _WORD.findall(small)
    known = frozenset(words)
    if len(known) < len(words) and _repeats(words):
        known |= {TWICE}
    return RuleText(text, small, known)


def _repeats(words: list[str]) -> bool:
    """Tell whether a word comes again at once or after one other, as words said twice do."""
    return any(map(eq, words, words[1:])) or any(map(eq, words, words[2:]))


def phrases(words: str) -> RulePattern:
    """Look for any of the space-separated words, as `any_of` does, in small letters."""
    needed = {word: _needed_for(word) for word in words.split()}
    others = [word for word, keys in needed.items() if not keys]
    stems = [found[1] for word in others if (found := _STEM.fullmatch(word))]
    return RulePattern(
        re.compile(_choice(needed)),
        frozenset[str]().union(*needed.values()),
        re.compile(_choice(others)) if others and len(others) < len(needed) else None,
        tuple(stems) if len(stems) == len(others) else (),
        enough=frozenset(filter(_PLAIN_WORD.fullmatch, needed)),
    )


def wording(pattern: str, needed: str = "", stems: str = "", enough: str = "") -> RulePattern:
    """Look for a pattern in small letters.

    One of the words `needed` is in all that matches, or one of the `stems`, if there are any. Each
    of the words that are `enough` matches on its own.
    """
    return RulePattern(
        re.compile(pattern),
        frozenset(needed.split()),
        stems=tuple(stems.split()),
        enough=frozenset(enough.split()),
    )


def exactly(pattern: str, needed: str = "") -> RulePattern:
    """Look for a pattern that has capitals; one of the words `needed` is in all that matches."""
    return RulePattern(re.compile(pattern), frozenset(needed.split()), exact=True)


def any_of(words: str) -> re.Pattern[str]:
    """Compile a pattern that matches any of the space-separated words.

    A word may itself be a pattern; an underscore stands for a space.
    """
    return re.compile(_choice(words.split()), re.IGNORECASE)


def matching(pattern: str) -> re.Pattern[str]:
    """Compile a case-insensitive pattern."""
    return re.compile(pattern, re.IGNORECASE)


def _choice(words: Iterable[str]) -> str:
    choices = "|".join(word.replace(_SPACE, " ") for word in words)
    return rf"\b(?:{choices})(?![\w'])"


def _needed_for(word: str) -> frozenset[str]:
    """Return words of which one is in all that a part of a choice matches; none if unknown."""
    plain = _LOOKAROUND.sub("", word).replace("_?", _NO_LETTERS)
    while plain != (plain := _GROUP.sub(_NO_LETTERS, plain)):
        pass
    pieces = [*map(_forms_of, plain.split(_SPACE)), *_choices_in(word)]
    telling = [forms for forms in pieces if forms and not forms & _EVERYWHERE]
    return max(telling, key=_rarity, default=frozenset[str]())


def _rarity(forms: frozenset[str]) -> tuple[int, int, int]:
    """Guess how rarely a text has one of some words: long ones are rare, and so are few."""
    lengths = [*map(len, forms)]
    return min(lengths), -len(lengths), max(lengths)


def _choices_in(word: str) -> Iterator[frozenset[str]]:
    """Yield the choices of plain words between spaces that are no part of something else."""
    for found in _WORDS.finditer(word):
        before = word[: found.start()]
        if before.count("(") == before.count(")"):
            yield frozenset(found[1].split("|"))


def _forms_of(piece: str) -> frozenset[str]:
    """Return the longest word of a piece without patterns but a last letter that may be absent."""
    found = _PLAIN.fullmatch(piece)
    if not found:
        return frozenset()
    forms = (found[1], piece[:-1]) if found[1] else (piece,)
    return frozenset(max(_WORD.findall(form), key=len) for form in forms)
