"""All terms of a corpus, each with its stem."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, Mask, counts_before
from bot.languages import ENGLISH
from bot.search.index.analysis import normalise, split_words, stem_terms, stop_words
from bot.search.index.bm25 import Documents, as_documents
from bot.search.index.numbered import Numbered, number_words

# Term and stem 0 stand between two episodes, so that no phrase or pair reaches across.
BREAK = 0


@dataclass(frozen=True)
class Vocabulary:
    """The ids of terms and stems: `stems[stem_of[t]]` is the stem of `terms[t]`; 0 is the break.

    `languages` are the codes of the corpus's languages, the most frequent first. A term belongs to
    the one in which it is said most: `terms[t]` to `languages[language_of[t]]`. `is_content` says
    whether a term is worth ranking: neither a stop word nor the break.
    """

    term_ids: Numbered
    stem_ids: Numbered
    stem_of: Ints
    language_of: NDArray[np.uint8]
    is_content: Mask
    languages: tuple[str, ...] = (ENGLISH,)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """All terms in the order of their ids."""
        return tuple(self.term_ids)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """All stems in the order of their ids."""
        return tuple(self.stem_ids)

    def stem_id(self, term: str) -> int | None:
        """Find the stem of any term, known or not; None where the corpus has no such stem.

        An unknown term may be of any language of the corpus.
        """
        if known := self._look_up(term):
            return known[0]
        return self.find_stems([term])[0]

    def find_stems(self, terms: Sequence[str]) -> list[int | None]:
        """Find the stems of some terms, as `stem_id` does; faster than one by one."""
        known = (self._look_up(term) for term in terms)
        found = [facts[0] if facts else None for facts in known]
        for language in self.languages:
            unknown = [at for at, stem in enumerate(found) if stem is None]
            if not unknown:
                break
            stems = stem_terms([terms[at] for at in unknown], language)
            for at, stem in zip(unknown, stems, strict=True):
                found[at] = self.stem_ids.find(stem)
        return found

    def content_terms(self, terms: Iterable[str]) -> list[str]:
        """Keep the terms that are worth ranking: all but the stop words of their language."""
        return [term for term in terms if self.is_ranked(term)]

    def is_ranked(self, term: str) -> bool:
        """Return whether a term is worth ranking: no stop word of its language."""
        if known := self._look_up(term):
            return known[1]
        return term not in stop_words(self.languages[self.language_of[BREAK]])

    def _look_up(self, term: str) -> tuple[int, bool] | None:
        """Return the stem of a term of the corpus, and whether it is content."""
        if known := self._looked_up.get(term):
            return known
        number = self.term_ids.find(term)
        if number is None:
            return None
        facts = int(self.stem_of[number]), bool(self.is_content[number])
        return self._looked_up.setdefault(term, facts)

    @cached_property
    def _looked_up(self) -> dict[str, tuple[int, bool]]:
        """What was looked up so far of the corpus's own terms, none of them anybody's secret."""
        return {}


class VocabularyBuilder:
    """Gives each term of a corpus an id; normalises each spelling only once."""

    def __init__(self) -> None:
        self._by_term = defaultdict[str, int](None, {"": BREAK})
        self._by_term.default_factory = self._by_term.__len__
        self._by_word: dict[str, int] = {}

    def add(self, text: str) -> list[int]:
        """Return the ids of a text's terms, in their order; a new term gets the next id."""
        known = self._by_word
        return [known[word] if word in known else self._learn(word) for word in split_words(text)]

    def number(self, terms: Sequence[str]) -> Ints:
        """Return the ids of some terms; a new one gets the next id."""
        return np.fromiter(map(self._by_term.__getitem__, terms), np.int32, len(terms))

    def __len__(self) -> int:
        return len(self._by_term)

    def build(
        self, languages: tuple[str, ...] = (ENGLISH,), said: NDArray[np.integer] | None = None
    ) -> Vocabulary:
        """Stem all terms so far, each in the language in which it is said most.

        `said` counts how often each language, a row each, says each of the first terms.
        """
        terms = list(self._by_term)
        language_of = np.zeros(len(terms), dtype=np.uint8)
        if said is not None:
            language_of[: said.shape[1]] = said.argmax(axis=0)
        stemmed = [stem_terms(terms, language) for language in languages]
        chosen = (stemmed[row][at] for at, row in enumerate(language_of.tolist()))
        stems: dict[str, int] = {"": BREAK}
        stem_of = [stems.setdefault(stem, len(stems)) for stem in chosen]
        numbers = np.array(stem_of, dtype=np.int32)
        content = _is_content(terms, language_of, languages)
        return Vocabulary(
            number_words(terms), number_words(stems), numbers, language_of, content, languages
        )

    def _learn(self, word: str) -> int:
        term = normalise(word)
        return self._by_word.setdefault(word, self._by_term[term])


def _is_content(
    terms: Sequence[str], language_of: NDArray[np.uint8], languages: Sequence[str]
) -> Mask:
    stops = [stop_words(language) for language in languages]
    pairs = zip(terms, language_of.tolist(), strict=True)
    return np.array([bool(term) and term not in stops[language] for term, language in pairs])


def stem_documents(documents: Sequence[Sequence[int]], vocabulary: Vocabulary) -> Documents:
    """Keep the stem ids of the content terms of documents, which consist of term ids."""
    said = as_documents(documents)
    content = vocabulary.is_content[said.terms]
    before = counts_before(content)
    firsts, lasts = before[said.firsts], before[said.firsts + said.lengths]
    return Documents(vocabulary.stem_of[said.terms[content]], firsts, lasts - firsts)
