"""Correct terms that do not occur in the corpus by those that do."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from bot.languages import ENGLISH
from bot.search.budget import STEP, Budget, Task
from bot.search.chat_words import empty_words
from bot.search.index.analysis import normalise, stem_terms, stop_words
from bot.search.index.index import Index
from bot.search.index.lookups import FREQUENT, sum_letters
from bot.search.variants import find_run

# Shorter words have too many neighbours; longer ones may contain two mistakes.
_SHORTEST = 4
_TWO_MISTAKES_FROM = 8
# One letter in place of another makes a short word another word: "Geld" is no misspelt "gold".
_SURE_FROM = 7
# A correction with one mistake less wins over a word that is up to e**4 times as frequent.
_PER_MISTAKE = 4.0
# Out of 100; below it, a longer text is similar to anything.
_LEAST_LIKENESS = 70
# No choice is much longer, and each character takes time to compare.
_LONGEST = 75
# How many choices are compared as a whole at most, and by how many kinds of pairs they are chosen.
_COMPARED = 500
_PAIRS = 512
# The cost of comparing a term with the known ones, and of taking it apart at a letter.
_UNITS_A_TERM = 4 * STEP
_UNITS_A_LETTER = 150
# What the forms of a word differ in.
_ENDING = re.compile(r"(?:e|e?s|e?d|ing)$")
# Two words are joined if the joined word is this many times as frequent as the pair.
_CLEARLY = 10


@dataclass(frozen=True, slots=True)
class Spelling:
    """Corrections of misspelt words, and words that others may have been meant for."""

    corrections: dict[str, tuple[str, ...]]
    offered: dict[str, tuple[str, ...]]


def check_spelling(index: Index, words: Sequence[str], budget: Budget) -> Spelling:
    """Correct the words of a query that are surely misspelt, and offer the other corrections.

    Where most words are unknown, and not surely misspelt, nothing is corrected: the query is in
    another language, or about something else.
    """
    likely = correct_terms(index, index.vocabulary.content_terms(words), budget)
    if not likely:
        return Spelling({}, {})
    sure = {term: meant for term, meant in likely.items() if _is_sure(term, meant)}
    strange = [word for word in words if word not in sure and not _is_known(index, word)]
    if 2 * len(strange) > len(words):
        return Spelling({}, likely)
    return Spelling(sure, {term: likely[term] for term in likely if term not in sure})


def correct_terms(index: Index, terms: Sequence[str], budget: Budget) -> dict[str, tuple[str, ...]]:
    """Find the likeliest correction of each unknown term that has a similar known one.

    A form of a known word is known, and an everyday word is right. A correction may be two words
    ("featurestore" -> "feature", "store").
    """
    corrections = {}
    for term in dict.fromkeys(terms):
        if len(term) < _SHORTEST or term[0].isdigit():
            continue
        if _is_form(index, term) or is_everyday(index, term):
            continue
        affordable = budget.allows(_UNITS_A_TERM + _UNITS_A_LETTER * len(term), Task.CHECK_SPELLING)
        if affordable and (meant := _correct(index, term)):
            corrections[term] = meant
    return corrections


def join_terms(
    index: Index, words: Sequence[str], budget: Budget
) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Join neighbours that the corpus writes as one word ("data bricks"); return words and joins.

    In the joins, the first word maps to the joined one and the second to nothing.
    """
    joined: list[str] = []
    corrections: dict[str, tuple[str, ...]] = {}
    for word in words:
        last = joined[-1] if joined and joined[-1] not in corrections else ""
        if last and _is_one_word(index, last, word, budget):
            corrections |= {last: (last + word,), word: ()}
            joined[-1] += word
        else:
            joined.append(word)
    return joined, corrections


def is_everyday(index: Index, term: str) -> bool:
    """Return whether a term is a word of everyday language that carries no subject."""
    languages = index.vocabulary.languages
    if any(term in stop_words(language) for language in languages):
        return True
    return languages[0] == ENGLISH and stem_terms([term])[0] in empty_words()


def nearest(value: str, choices: Sequence[str], count: int = 3) -> list[str]:
    """List the choices most similar to a value, best first, if they are similar at all.

    The beginning of the value is compared with each word of the choices, and with those whole
    choices that share most pairs of letters with it.
    """
    # Loaded here, as in `_respell`: most queries are spelled right.
    from rapidfuzz import fuzz, process

    known, wanted = _prepare(tuple(choices)), normalise(value[:_LONGEST])
    alike = _with_same_pairs(known, wanted)
    whole = process.extract(
        wanted,
        [known.texts[place] for place in alike],
        scorer=fuzz.WRatio,
        limit=count,
        score_cutoff=_LEAST_LIKENESS,
    )
    scores = {alike[at]: score for _, score, at in whole}
    for _, score, word in process.extract(
        wanted, known.words, scorer=fuzz.ratio, limit=None, score_cutoff=_LEAST_LIKENESS
    ):
        for place in known.holding[word]:
            scores[place] = max(score, scores.get(place, 0.0))
    best = sorted(scores, key=lambda place: (-scores[place], place))
    return [choices[place] for place in best[:count]]


def find_meant(typed: str, words: Iterable[str], shortest: int) -> str:
    """Return the word that begins with what was typed, or else has one mistake less; "" if none.

    What is shorter than `shortest` is near to too many words, and means none.
    """
    from rapidfuzz.distance import OSA

    word = typed.casefold()
    if len(word) < shortest:
        return ""
    begun = (each for each in words if each.startswith(word))
    slips = (each for each in words if len(each) >= _SHORTEST and OSA.distance(word, each) == 1)
    return next(begun, "") or next(slips, "")


@dataclass(frozen=True, slots=True)
class _Known:
    """Choices prepared for comparison: their texts, and each word with the choices it is in.

    `pairs` are the pairs of letters in each text; see `_pair_letters`.
    """

    texts: tuple[str, ...]
    words: tuple[str, ...]
    holding: tuple[tuple[int, ...], ...]
    pairs: NDArray[np.uint64]


# A podcast has thousands of titles, the same for every query.
@lru_cache(maxsize=16)
def _prepare(choices: tuple[str, ...]) -> _Known:
    texts = tuple(map(normalise, choices))
    places: dict[str, dict[int, None]] = {}
    for place, text in enumerate(texts):
        for word in text.split():
            places.setdefault(word, {})[place] = None
    holding = tuple(tuple(each) for each in places.values())
    return _Known(texts, tuple(places), holding, _pair_letters(texts))


def _pair_letters(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Note which pairs of neighbouring letters each text has, in a row of bits each."""
    bits = np.zeros((len(texts), _PAIRS), dtype=np.bool_)
    for row, text in zip(bits, texts, strict=True):
        letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        row[(31 * letters[:-1] + letters[1:]) % _PAIRS] = True
    return np.packbits(bits, axis=1).view(np.uint64)


def _with_same_pairs(known: _Known, wanted: str) -> list[int]:
    """List the choices that share most pairs of letters with a text, of those the shorter has."""
    if len(known.texts) <= _COMPARED:
        return [*range(len(known.texts))]
    asked = _pair_letters([wanted])
    shared, held, wants = (
        np.bitwise_count(pairs).sum(axis=1, dtype=np.int32)
        for pairs in (known.pairs & asked, known.pairs, asked)
    )
    shares = shared / np.maximum(np.minimum(held, wants), 1)
    return sorted(np.argsort(-shares, kind="stable")[:_COMPARED].tolist())


def _is_known(index: Index, word: str) -> bool:
    if not index.vocabulary.is_ranked(word) or word in index.name_terms or word[0].isdigit():
        return True
    stem = index.vocabulary.stem_id(word)
    return stem is not None and index.times_said(stem) >= FREQUENT


def _is_form(index: Index, term: str) -> bool:
    """Return whether a term is known, or a form of a known one.

    "hangs" is a form of "hanging", but "explaning" has only its stem in common with "explanation".
    """
    if term in index.vocabulary.term_ids:
        return True
    stem = index.vocabulary.stem_id(term)
    if stem is None:
        return False
    forms = np.flatnonzero(index.vocabulary.stem_of == stem).tolist()
    known = (index.vocabulary.terms[number] for number in forms)
    return _ENDING.sub("", term) in (_ENDING.sub("", form) for form in known)


def _may_mean(index: Index, term: str, other: str) -> bool:
    """Return whether a known term is a correction: a subject, or surely meant.

    A stop word resembles many other words, so it must be one of the corpus's main language.
    """
    if index.vocabulary.is_ranked(other):
        return True
    return other in stop_words(index.vocabulary.languages[0]) and _is_sure(term, [other])


def _is_sure(term: str, meant: Sequence[str]) -> bool:
    """Return whether a correction does not turn a word into another.

    It swaps letters, or adds one, or the word is long.
    """
    from rapidfuzz.distance import OSA

    other = "".join(meant)
    begins = term[0] == other[0]
    if begins and (len(other) > len(term) or sorted(other) == sorted(term)):
        return True
    return len(term) >= _SURE_FROM and (begins or OSA.distance(term, other) == 1)


def _correct(index: Index, term: str) -> tuple[str, ...]:
    one = _respell(index, term, mistakes=1)
    sure = bool(one) and _is_sure(term, one)
    stem = index.vocabulary.stem_id(term)
    if stem is not None:
        said = index.times_said(stem)
        likelier = sure and index.term_counts[index.vocabulary.term_ids[one[0]]] > said
        return one if likelier else ()
    meant = one if sure else _split(index, term) or one
    if meant or len(term) < _TWO_MISTAKES_FROM:
        return meant
    return _respell(index, term, mistakes=2)


def _is_one_word(index: Index, first: str, second: str, budget: Budget) -> bool:
    """Return whether two words are hardly ever neighbours, but often one word."""
    one = index.vocabulary.term_ids.get(first + second)
    if one is None or len(index.vocabulary.content_terms([first, second])) < 2:
        return False
    if not budget.allows(STEP, Task.CHECK_SPELLING):
        return False
    return int(index.term_counts[one]) > _CLEARLY * _count_beside(index, first, second)


def _split(index: Index, term: str) -> tuple[str, ...]:
    """Split a term into two that are often neighbours, or have a hyphen between them."""
    halves = [(term[:at], term[at:]) for at in range(2, len(term) - 1)]
    firsts, seconds = (index.vocabulary.find_stems(each) for each in zip(*halves, strict=True))
    known = [
        ((one, two), half)
        for one, two, half in zip(firsts, seconds, halves, strict=True)
        if one is not None and two is not None
    ]
    counted = [(index.lookups.count_pair(*stems), half) for stems, half in known]
    count, half = max(counted, default=(0, ("", "")))
    if count > 1:
        return half
    once = [half for stems, half in known if len(index.places_of_run(stems))]
    return max(once) if once and _is_hyphenated(index, *max(once)) else ()


def _is_hyphenated(index: Index, first: str, second: str) -> bool:
    """Return whether two words are written as one where they are first neighbours."""
    cue = index.transcripts.cues_at(find_run(index, (first, second))[:1])
    return f"{first}-" in normalise(index.transcripts.cue(int(cue[0])).text)


def _count_beside(index: Index, first: str, second: str) -> int:
    """Count how often two words are neighbours; 1 stands for less than twice."""
    one, two = map(index.vocabulary.stem_id, (first, second))
    return 1 if one is None or two is None else index.lookups.count_pair(one, two)


def _respell(index: Index, term: str, mistakes: int) -> tuple[str, ...]:
    """Find the likeliest known term: similar, frequent, with the same first letter."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extract(
        term, _similar(index, term, mistakes), scorer=OSA.distance, score_cutoff=mistakes, limit=20
    )
    counts, numbers = index.term_counts, index.vocabulary.term_ids
    scored = [
        (
            log(max(counts[numbers[other]], 1)) - _PER_MISTAKE * (distance + (other[0] != term[0])),
            other,
        )
        for other, distance, _ in found
        if _may_mean(index, term, other)
    ]
    return (max(scored)[1],) if scored else ()


def _similar(index: Index, term: str, mistakes: int) -> list[str]:
    """List the known terms of about the same length and letters, those in question among them."""
    known = index.frequent_terms
    shortest = bisect_left(known, len(term) - mistakes, key=len)
    longest = bisect_right(known, len(term) + mistakes, key=len)
    others = index.lookups.letters[shortest:longest] ^ sum_letters([term])
    near = np.flatnonzero(np.bitwise_count(others) <= 2 * mistakes) + shortest
    return [known[number] for number in near.tolist()]
