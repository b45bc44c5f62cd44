"""The lexicon: other ways to say a term, and what captions hear instead of it.

It is data, read once; the ranking looks a query's words up in it, and no transcript is rewritten.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.errors import TranscriptError
from bot.search.index.analysis import clean_text, stem_terms, terms_of
from bot.strict_yaml import Plain, items_of, load_yaml

BUILT_IN_LEXICON = Path(__file__).parents[3] / "data" / "lexicon.yaml"
"""The entries that ship with Airquote."""

_KEYS = ("same", "heard", "not")


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """A term, the variants that mean the `same`, and those that captions have `heard` instead.

    `blocked` phrases hold a heard variant that means what it says there. The term and what is the
    `same` are found in all their forms, by stems; `heard` and `blocked` word for word, because
    another form of "analogs" is "analogy".
    """

    term: str
    same: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """Entries in the order of their file; no way to write a term belongs to two of them."""

    entries: tuple[LexiconEntry, ...] = ()

    @cached_property
    def by_stems(self) -> dict[tuple[str, ...], LexiconEntry]:
        """The entry of each term and of each variant with its meaning, by its stems."""
        return {stems_of(text): entry for entry in self.entries for text in _written(entry)}

    @cached_property
    def longest(self) -> int:
        """How many words the longest of those has; 0 for an empty lexicon."""
        return max(map(len, self.by_stems), default=0)


def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of a text's terms, by which two ways to write something are the same."""
    return tuple(stem_terms(terms_of(text)))


def read_lexicon(text: str, path: str) -> Lexicon:
    """Read a lexicon: a mapping from terms to lists of variants under `same`, `heard` and `not`.

    Raises TranscriptError that names the entry where a key or a value is none of these, where two
    entries have the same term or variant of that meaning, and where a phrase under `not` blocks
    nothing.
    """
    loaded = load_yaml(text, path) or {}
    if not isinstance(loaded, dict):
        raise TranscriptError(path, "it is not a mapping of terms.", "Begin lines with terms.")
    entries = tuple(_read_entry(term, facts, path) for term, facts in loaded.items())
    _refuse_shared(entries, path)
    return Lexicon(entries)


def read_built_in_lexicon() -> Lexicon:
    """Read the lexicon that ships with Airquote; empty where it was left out."""
    if not BUILT_IN_LEXICON.is_file():
        return Lexicon()
    return read_lexicon(BUILT_IN_LEXICON.read_text(encoding="utf-8"), BUILT_IN_LEXICON.name)


def find_entries(lexicon: Lexicon, words: Sequence[str]) -> list[tuple[int, int, LexiconEntry]]:
    """Find the entries that a query's terms name, as (first, past the last, entry) in their order.

    A run of terms names an entry if it has the stems of its term or of a variant with the same
    meaning; the longest run wins, and runs do not overlap.
    """
    stems = tuple(stem_terms(list(words)))
    found: list[tuple[int, int, LexiconEntry]] = []
    first = 0
    while first < len(stems):
        lasts = range(min(len(stems), first + lexicon.longest), first, -1)
        last = next((last for last in lasts if stems[first:last] in lexicon.by_stems), None)
        if last is not None:
            found.append((first, last, lexicon.by_stems[stems[first:last]]))
        first = last or first + 1
    return found


def _written(entry: LexiconEntry) -> tuple[str, ...]:
    return (entry.term, *entry.same)


def _read_entry(term: str, facts: Plain, path: str) -> LexiconEntry:
    term = clean_text(term)
    subject = f'the entry "{term}"'
    if not terms_of(term):
        raise TranscriptError(path, f"{subject} is no word.", "Write a word or a phrase.")
    if not isinstance(facts, dict):
        raise TranscriptError(path, f"{subject} has no lists.", f"Use {', '.join(_KEYS)}.")
    unknown = sorted(set(facts) - set(_KEYS))
    if unknown:
        reason = f'{subject} has an unknown key "{unknown[0]}".'
        raise TranscriptError(path, reason, f"Use {', '.join(_KEYS)}.")
    same, heard, blocked = (tuple(_texts(facts, key, subject, path)) for key in _KEYS)
    entry = LexiconEntry(term, same, heard, blocked)
    _refuse_idle(entry, subject, path)
    return entry


def _texts(facts: dict[str, Plain], key: str, subject: str, path: str) -> Iterator[str]:
    for item in items_of(facts, key):
        text = clean_text(item) if isinstance(item, str) else ""
        if not terms_of(text):
            reason = f'{subject} has something under "{key}" that is no word.'
            raise TranscriptError(path, reason, "Write a list of words or phrases.")
        yield text


def _refuse_idle(entry: LexiconEntry, subject: str, path: str) -> None:
    heard = [terms_of(text) for text in entry.heard]
    for phrase in entry.blocked:
        if not any(_holds(terms_of(phrase), each) for each in heard):
            reason = f'{subject} has "{phrase}" under "not", but nothing under "heard" is in it.'
            raise TranscriptError(path, reason, "Write the phrase with the variant it blocks.")


def _holds(phrase: list[str], part: list[str]) -> bool:
    """Say whether a phrase is longer than a part of it, and holds it in a row."""
    starts = range(len(phrase) - len(part) + 1)
    return len(phrase) > len(part) and any(phrase[n : n + len(part)] == part for n in starts)


def _refuse_shared(entries: Sequence[LexiconEntry], path: str) -> None:
    owners: dict[tuple[str, ...], LexiconEntry] = {}
    for entry in entries:
        for text in _written(entry):
            owner = owners.setdefault(stems_of(text), entry)
            if owner is not entry:
                reason = f'"{text}" belongs to the entries "{owner.term}" and "{entry.term}".'
                raise TranscriptError(path, reason, "Keep it in one of them.")
