"""What queries look up and what follows from the rest of an index.

It is computed once, when an index is built, and stored with it, so that the first query after
opening one takes no longer than the next.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Floats, Ints, Longs, SmallFloats, count_each
from bot.models import Episode
from bot.search.index.analysis import terms_of
from bot.search.index.passages import Passages, Transcripts, overlaps
from bot.search.index.places import Places, count_pairs
from bot.search.index.vectors import Windows
from bot.search.index.vocabulary import Vocabulary

# A term this frequent is assumed to be spelled right, even in a small podcast.
FREQUENT = 2
# How many kinds of letters are told apart. All of a to z differ.
_KINDS = 32


@dataclass(frozen=True, slots=True)
class Lookups:
    """Columns that follow from the other parts of an index.

    Passage `p` is of episode `episodes[p]` and chapter `chapters[p]` (counted over the corpus, -1
    for none), and holds the terms from `begins[p]` up to and without `ends[p]`. It lies in the
    windows `windows[p]`, with the share `shares[p]` of its words in each. The terms of episode `e`
    begin at `bounds[e]` and end before `bounds[e + 1]`. `idf` rates each stem; see `Index.idf`.
    `term_counts` says how often each term is said; `frequent` are the terms that are spelled right,
    by length and then by letters, and `letters` is what `sum_letters` makes of them. The stems of
    `pairs`, as one times the number of stems plus the other, follow each other `pair_counts` times;
    those that do only once are left out.
    """

    episodes: Ints
    chapters: Ints
    begins: Ints
    ends: Ints
    windows: Ints
    shares: SmallFloats
    bounds: Ints
    idf: Floats
    term_counts: Ints
    frequent: Ints
    letters: NDArray[np.uint64]
    pairs: Longs
    pair_counts: Ints

    def count_pair(self, one: int, two: int) -> int:
        """Count how often a stem follows another directly; 1 stands for less than twice."""
        pair = one * len(self.idf) + two
        at = int(self.pairs.searchsorted(pair))
        found = at < len(self.pairs) and self.pairs[at] == pair
        return int(self.pair_counts[at]) if found else 1


def derive_lookups(
    transcripts: Transcripts,
    passages: Passages,
    windows: Windows,
    vocabulary: Vocabulary,
    stem_places: Places,
    idf: Floats,
    names: frozenset[str],
    episodes: int,
) -> Lookups:
    """Compute the columns of a corpus of so many episodes; terms in `names` are spelled right."""
    numbers = np.arange(episodes + 1, dtype=np.int32)
    lying, shares = overlaps(transcripts, passages, Passages(windows.firsts, windows.lasts))
    counts = count_each(transcripts.terms, len(vocabulary.terms)).astype(np.int32)
    pairs, pair_counts = count_pairs(vocabulary.stem_of[transcripts.terms], stem_places)
    frequent = _spelled_right(vocabulary.terms, counts, names)
    return Lookups(
        episodes=transcripts.episodes[passages.firsts],
        chapters=transcripts.chapters[passages.firsts],
        begins=transcripts.firsts[passages.firsts],
        ends=transcripts.firsts[passages.lasts],
        windows=lying,
        shares=shares,
        bounds=transcripts.firsts[transcripts.episodes.searchsorted(numbers)],
        idf=idf,
        term_counts=counts,
        frequent=frequent,
        letters=sum_letters([vocabulary.terms[number] for number in frequent.tolist()]),
        pairs=pairs,
        pair_counts=pair_counts,
    )


def compute_idf(total: int, held: NDArray[np.number[Any]]) -> Floats:
    """Compute the IDF of terms that so many of all passages contain; see `Index.idf`."""
    weights: Floats = np.log1p((total - held + 0.5) / (held + 0.5))
    return weights


def sum_letters(terms: Sequence[str]) -> NDArray[np.uint64]:
    """Sum the letters of each term up in 64 bits, of which a mistake in it changes two at most.

    Letters are of 32 kinds. A bit says whether a term has any of a kind, another whether it has
    two.
    """
    letters = np.frombuffer("".join(terms).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    owners = np.arange(len(terms)).repeat([len(term) for term in terms])
    kinds = owners * _KINDS + letters % _KINDS
    counts = np.bincount(kinds, minlength=len(terms) * _KINDS).reshape(-1, _KINDS)
    bits = np.packbits(np.hstack((counts > 0, counts > 1)), axis=1)
    return bits.view(np.uint64)[:, 0]


def titles_and_guests(episodes: Iterable[Episode]) -> frozenset[str]:
    """List the titles and guests of episodes by their terms, with blanks between them."""
    named = (name for each in episodes for name in (each.title, *(g.name for g in each.guests)))
    return frozenset(" ".join(terms_of(name)) for name in dict.fromkeys(named))


def _spelled_right(terms: Sequence[str], counts: Ints, names: frozenset[str]) -> Ints:
    """List the terms too frequent to be errors of a transcript, and all names, by length."""
    known = [
        number
        for number, (term, count) in enumerate(zip(terms, counts.tolist(), strict=True))
        if count >= FREQUENT or term in names
    ]
    known.sort(key=lambda number: (len(terms[number]), terms[number]))
    return np.array(known, dtype=np.int32)
