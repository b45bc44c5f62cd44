"""Measure what speaks for and against an excerpt as a quote."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache

import numpy as np

from bot.arrays import Floats
from bot.quotes.excerpts import Excerpt
from bot.quotes.flaws import FLAWS
from bot.quotes.lookup import trim_opening
from bot.quotes.patterns import MERITS, OPPOSITES, OPPOSITES_WEIGHT
from bot.quotes.reasons import OPPOSED
from bot.quotes.rules import RuleText, matching, read_for_rules
from bot.quotes.standalone import without_frame
from bot.search.index.analysis import STOP_WORDS, terms_of

# The heaviest form of a claim counts in full, the next ones less.
_SHARES = (1.0, 0.4, 0.2)
_NEGATIVE = matching(r"n't\b|\b(?:cannot|never|no|nobody|not|nothing|without)\b")
_YOU = matching(r"\byou\b|\byou'|\byour\b")
_GOES_ON = matching(r"(?:and|because|but|or|otherwise|unless|which)\b")
# Beyond these counts, nothing changes.
_MOST_MATCHES, _MOST_NEGATIONS, _MOST_YOU, _MOST_ARTICLES, _MOST_CONTENT = 3, 2, 4, 2, 7


@dataclass(frozen=True, slots=True)
class ClaimForms:
    """What a text claims: the sum of what its heaviest forms weigh, 0 without any.

    `reasons` name the forms, the best first, for moderators.
    """

    worth: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is measured of an excerpt.

    `claim` sums the weights of its forms; `asked` is 1 if it needs the question before it.
    """

    claim: float
    flaws: float
    negations: float
    content_words: float
    content_share: float
    word_length: float
    articles: float
    addresses: float
    more_sentences: float
    framed: float
    trimmed: float
    goes_on: float
    asked: float

    @property
    def vector(self) -> Floats:
        """The `numbers` as an array."""
        return np.array(self.numbers, dtype=np.float64)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers in the order of the fields."""
        return tuple(float(getattr(self, field.name)) for field in fields(self))


def measure(excerpt: Excerpt, claims: ClaimForms | None = None) -> Evidence:
    """Measure an excerpt; `claims` are what `find_claims` finds in its text, if that is known."""
    text = excerpt.text
    read = read_for_rules(text)
    terms = terms_of(text)
    content = [term for term in terms if term not in STOP_WORDS]
    return Evidence(
        claim=(claims or find_claims(text)).worth,
        flaws=sum(min(_MOST_MATCHES, rule.pattern.count(read)) for rule in FLAWS),
        negations=min(_MOST_NEGATIONS, len(_NEGATIVE.findall(text))),
        content_words=min(_MOST_CONTENT, len(set(content))),
        content_share=len(content) / len(terms),
        word_length=sum(map(len, terms)) / len(terms),
        articles=min(_MOST_ARTICLES, sum(term in ("a", "an") for term in terms)),
        addresses=min(_MOST_YOU, len(_YOU.findall(text))),
        more_sentences=len(excerpt.sentences) - 1,
        framed=without_frame(text) != text,
        trimmed=trim_opening(excerpt.sentences[0].text) != excerpt.sentences[0].text,
        goes_on=not excerpt.last and _GOES_ON.match(excerpt.after) is not None,
        asked=excerpt.question != "",
    )


def find_claims(text: str) -> ClaimForms:
    """Find the forms of claims in a text."""
    forms = _forms_of(text)
    worth = sum(weight * share for (weight, _), share in zip(forms, _SHARES, strict=False))
    return ClaimForms(worth, tuple(name for _, name in forms))


def _forms_of(text: str) -> list[tuple[float, str]]:
    body = read_for_rules(without_frame(text))
    forms = [(rule.weight, rule.name) for rule in MERITS if rule.pattern.search(body)]
    if opposed := _opposites_in(body):
        one, other = opposed
        forms.append((OPPOSITES_WEIGHT, OPPOSED.format(one=one, other=other)))
    return sorted(forms, reverse=True)


def _opposites_in(text: RuleText) -> tuple[str, str] | None:
    """Return the first two opposites in a text; None if it has none."""
    places = _places_of_opposites()
    said = {place for word in text.words for place in places.get(word, ())}
    for pair, (left, right) in enumerate(OPPOSITES):
        if (pair, 0) in said and (pair, 1) in said:
            one, other = left.search(text), right.search(text)
            if one and other:
                return one[0], other[0]
    return None


@cache
def _places_of_opposites() -> Mapping[str, Sequence[tuple[int, int]]]:
    """Map words to the pairs of opposites that they may be in, and on which side."""
    places = defaultdict[str, list[tuple[int, int]]](list)
    for pair, sides in enumerate(OPPOSITES):
        for side, pattern in enumerate(sides):
            for word in pattern.needed:
                places[word].append((pair, side))
    return dict(places)
