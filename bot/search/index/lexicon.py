"""The lexicon: other ways to say a term, and what captions hear instead of it.

It is data, read once; the ranking looks a query's words up in it, and no transcript is rewritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.search.index.analysis import stem_terms, terms_of


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """A term, the variants that mean the `same`, and those that captions have `heard` instead.

    In a `blocked` phrase, a heard variant means what it says. The term and what is the
    `same` are found in all their forms, by stems; `heard` and `blocked` word for word, because
    another form of "analogs" is "analogy".
    """

    term: str
    same: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[str, ...]:
        """All ways to write what it means."""
        return (self.term, *self.same)


@dataclass(frozen=True)
class Lexicon:
    """Entries in the order of their file; no way to write a term belongs to two of them.

    `stems` are the `ways` if they are known already.
    """

    entries: tuple[LexiconEntry, ...] = ()
    stems: tuple[tuple[str, ...], ...] = field(default=(), compare=False)

    @cached_property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """The stems of all that the entries have `written`, in this order."""
        return self.stems or tuple(stems_of(text) for each in self.entries for text in each.written)

    @cached_property
    def by_stems(self) -> dict[tuple[str, ...], LexiconEntry]:
        """The entry of each term and of each variant with its meaning, by its stems."""
        entries = (entry for entry in self.entries for _ in entry.written)
        return dict(zip(self.ways, entries, strict=True))

    @cached_property
    def lengths(self) -> dict[str, int]:
        """How many words the longest of those has that begin with a stem."""
        lengths: dict[str, int] = {}
        for stems in self.by_stems:
            for first in stems[:1]:
                lengths[first] = max(len(stems), lengths.get(first, 0))
        return lengths


def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of a text's terms, by which two ways to write something are the same."""
    return tuple(stem_terms(terms_of(text)))


def find_entries(lexicon: Lexicon, words: Sequence[str]) -> list[tuple[int, int, LexiconEntry]]:
    """Find the entries that a query's terms name, as (first, past the last, entry) in their order.

    A run of terms names an entry if it has the stems of its term or of a variant with the same
    meaning; the longest run wins, and runs do not overlap.
    """
    stems = tuple(stem_terms(list(words)))
    found: list[tuple[int, int, LexiconEntry]] = []
    first = 0
    while first < len(stems):
        most = lexicon.lengths.get(stems[first], 0)
        lasts = range(min(len(stems), first + most), first, -1)
        last = next((last for last in lasts if stems[first:last] in lexicon.by_stems), None)
        if last is not None:
            found.append((first, last, lexicon.by_stems[stems[first:last]]))
        first = last or first + 1
    return found
