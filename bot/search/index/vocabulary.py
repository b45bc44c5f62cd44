"""All terms of a corpus, each with its stem."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints
from bot.search.index.analysis import STOP_WORDS, normalise, split_words, stem_terms

# Term and stem 0 stand between two episodes, so that no phrase or pair reaches across.
BREAK = 0


@dataclass(frozen=True)
class Vocabulary:
    """Terms and stems by id: `stems[stem_of[t]]` is the stem of `terms[t]`; id 0 is the break."""

    terms: tuple[str, ...]
    stems: tuple[str, ...]
    stem_of: Ints

    @cached_property
    def term_ids(self) -> dict[str, int]:
        """The id of each term."""
        return {term: number for number, term in enumerate(self.terms)}

    @cached_property
    def stem_ids(self) -> dict[str, int]:
        """The id of each stem."""
        return {stem: number for number, stem in enumerate(self.stems)}

    @cached_property
    def is_content(self) -> NDArray[np.bool_]:
        """Whether each term is worth ranking: neither a stop word nor the break."""
        return np.array([term not in STOP_WORDS and bool(term) for term in self.terms])

    def stem_id(self, term: str) -> int | None:
        """Find the stem of any term, known or not; None where the corpus has no such stem."""
        known = self.term_ids.get(term)
        if known is not None:
            return int(self.stem_of[known])
        return self.stem_ids.get(stem_terms([term])[0])


class VocabularyBuilder:
    """Gives each term of a corpus an id; normalises each spelling only once."""

    def __init__(self) -> None:
        self._by_term: dict[str, int] = {"": BREAK}
        self._by_word: dict[str, int] = {}

    def add(self, text: str) -> list[int]:
        """Return the ids of a text's terms, in their order; a new term gets the next id."""
        known = self._by_word
        return [known[word] if word in known else self._learn(word) for word in split_words(text)]

    def build(self) -> Vocabulary:
        """Stem all terms so far."""
        terms = tuple(self._by_term)
        stems: dict[str, int] = {"": BREAK}
        stem_of = [stems.setdefault(stem, len(stems)) for stem in stem_terms(list(terms))]
        return Vocabulary(terms, tuple(stems), np.array(stem_of, dtype=np.int32))

    def _learn(self, word: str) -> int:
        term = normalise(word)
        number = self._by_term.setdefault(term, len(self._by_term))
        self._by_word[word] = number
        return number


def stem_documents(
    texts: Iterable[str], builder: VocabularyBuilder, vocabulary: Vocabulary
) -> list[Sequence[int]]:
    """List the stem ids of each text's content terms; all terms must have been added before."""
    documents: list[Sequence[int]] = []
    for text in texts:
        terms = np.array(builder.add(text), dtype=np.int32)
        documents.append(vocabulary.stem_of[terms[vocabulary.is_content[terms]]].tolist())
    return documents
