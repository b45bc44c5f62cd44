"""Tell whether a message asks the podcast something, by its words and by what they find.

The score of a hit does not tell: “thanks!” scores as high as many a question. Each piece of
evidence says little; `bench/search/fit_intent.py` fits what they weigh on labelled messages.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import Enum

import numpy as np

from bot.arrays import Floats, Ints, Mask
from bot.logistic import chances_at
from bot.search.chat_words import chat_words, empty_words, manners, members
from bot.search.engine import SearchResults
from bot.search.index.analysis import STOP_WORDS, stem_terms, terms_of
from bot.search.index.index import Index
from bot.search.ranking import QueryTerms

_ASKS = re.compile(
    r"(?:(?:and|but|so|then|please) )*(?:(?:what|who|whose|which|when|where|why|how)(?:'s)?|is|are"
    r"|was|were|do|does|did|has|have|should)\b(?!(?<=what) an?\b)"
)
_TO_PODCAST = re.compile(
    r"\b(?:episodes?|podcast|guests?|says?|said|mention(?:s|ed)?|discuss(?:ed)?|heard|spoke|talks"
    r"|(?:talk|speak)(?:ed|ing)? (?:about|on|of)|talked|what about|(?:any|some)(?:thing|body|one)?"
    r"\b.{0,20}\b(?:on|about|for)|(?:the|that) (?:one|part|bit|guest|story|guy|woman|man)"
    r"|(?:find|show|tell me|search|looking) (?:\w+ )?(?:what|where|when|how|about|for|the|an?))\b"
)
_TO_PEOPLE = re.compile(
    r"(?:^|\b(?:and|so|then) )(?:please|(?:can|could|would|will|shall|may) (?:you|someone|somebody"
    r"|anyone|anybody|we|i)|let'?s|don't|do not)\b|\blet me\b|\bplease$"
)
# So many hits are compared with each other.
_HITS = 5
# More subject in a title than this, in words that only one passage says, tells no more.
_MOST_TITLE = 3.0
# Where a chance counts as likely, and as unlikely; in between, it is not sure.
_LIKELY, _UNLIKELY = 0.5, 0.2


@dataclass(frozen=True, slots=True)
class IntentWeights:
    """The weight of each piece of evidence that a message is a question to the podcast.

    Telling words are those that chats are not full of.
    """

    always: float = -1.14
    size: float = -0.7  # log10 of the number of passages: where more is said, more is found
    coverage: float = 1.95  # the share of its telling words, by idf, that a hit says
    title: float = 2.67  # the idf of those in the titles of a hit
    unknown: float = -3.8  # the share of its telling words that the podcast never says
    content: float = 4.83  # the logarithm of the number of words that are not of chats at all
    asks: float = 1.23  # whether it begins like a question
    podcast: float = 2.33  # whether it is about what was said, or about episodes and guests
    people: float = -2.21  # whether it asks somebody for something else than to find a passage
    manners: float = -3.39  # the share of its words that thank, greet, praise or agree
    person: float = -6.47  # the share of “I”, “we” and “you”
    grammar: float = -2.75  # the share of stop words

    @property
    def vector(self) -> Floats:
        """All weights in the order of what `intent_evidence` measures."""
        return np.array([getattr(self, field.name) for field in fields(self)])


class Intent(Enum):
    """What a message to the bot seems to be."""

    QUESTION = "question"
    UNSURE = "unsure"
    CHAT = "chat"


def judge_intent(index: Index, text: str, results: SearchResults) -> Intent:
    """Judge whether a message is a question to the podcast, given what a search for it found.

    What the podcast does not say may still be a question: as chat counts only what would be, even
    if the podcast said all of it.
    """
    evidence = intent_evidence(index, text, results)
    if _chance(evidence) >= _LIKELY:
        return Intent.QUESTION
    if _chance(evidence) < _UNLIKELY and _chance(_as_if_said(evidence)) < _LIKELY:
        return Intent.CHAT
    return Intent.UNSURE


def _chance(evidence: Floats) -> float:
    """Return the chance that a message with this evidence is a question to the podcast."""
    return float(chances_at(evidence @ IntentWeights().vector))


def _as_if_said(evidence: Floats) -> Floats:
    """Change the evidence to that of a podcast that says every word."""
    names = [field.name for field in fields(IntentWeights)]
    said = evidence.copy()
    said[names.index("coverage")], said[names.index("unknown")] = 1.0, 0.0
    return said


def intent_evidence(index: Index, text: str, results: SearchResults) -> Floats:
    """Measure the evidence in a message and what it finds, in the order of `IntentWeights`."""
    typed = terms_of(text)
    stems = stem_terms(typed)
    telling = [term for term, stem in zip(typed, stems, strict=True) if _is_telling(term, stem)]
    content = set(stem_terms(telling)) - chat_words()
    evidence = (
        1.0,
        np.log10(len(index.passages.firsts)),
        *_evidence_found(index, dict.fromkeys(telling), results),
        np.log1p(len(content)),
        *_evidence_typed(typed, stems),
    )
    return np.array(evidence, dtype=np.float64)


def _is_telling(term: str, stem: str) -> bool:
    empty = term in STOP_WORDS or stem in empty_words()
    return not empty and len(term) > 1 and not term.isdigit()


def _evidence_typed(typed: Sequence[str], stems: Sequence[str]) -> Iterator[float]:
    """Measure the words: the fields from `asks` to `grammar`."""
    polite = manners()
    said, length = " ".join(typed), max(len(typed), 1)
    asked = " ".join(term for term, stem in zip(typed, stems, strict=True) if stem not in polite)
    to_podcast = _TO_PODCAST.search(said) is not None
    yield _ASKS.match(asked) is not None
    yield to_podcast
    yield not to_podcast and _TO_PEOPLE.search(said) is not None
    yield sum(stem in polite for stem in stems) / length
    yield sum(term in members() for term in typed) / length
    yield sum(term in STOP_WORDS for term in typed) / length


def _evidence_found(
    index: Index, telling: Collection[str], results: SearchResults
) -> Iterator[float]:
    """Measure what the telling words find: the fields from `coverage` to `unknown`."""
    corrected, known = results.corrections, index.vocabulary.stem_id
    unknown = [term for term in telling if known(term) is None and term not in corrected]
    stems, idf = _telling_stems(index, telling, results)
    said = titled = 0.0
    for hit in results.hits[:_HITS]:
        said = max(said, float(_said_in(index, results.terms, stems, hit.passage) @ idf))
        titled = max(titled, float(_titled(index, stems, hit.passage) @ idf))
    total = float(idf.sum()) + len(unknown) * index.idf_of(0)
    yield said / total if total else 0.0
    yield min(titled / index.idf_of(1), _MOST_TITLE)
    yield len(unknown) / len(telling) if telling else 0.0


def _telling_stems(
    index: Index, telling: Iterable[str], results: SearchResults
) -> tuple[Ints, Floats]:
    """Find which stems that were searched for are telling, and their idf."""
    terms, known = results.terms, index.vocabulary.stem_id
    meant = (each for term in telling for each in results.corrections.get(term, (term,)))
    wanted = {known(term) for term in meant}
    stems = [stem for stem in dict.fromkeys((*terms.content, *terms.names)) if stem in wanted]
    idf = [terms.idf.get(stem, float(index.idf[stem])) for stem in stems]
    return np.array(stems, dtype=np.int32), np.array(idf, dtype=np.float64)


def _said_in(index: Index, terms: QueryTerms, stems: Ints, passage: int) -> Mask:
    """Return which stems a passage says, in any variant, or has among the names of its people."""
    begin, end = (int(bound[passage]) for bound in index.passage_terms)
    said: Mask = np.isin(stems, index.stems_at(slice(begin, end)))
    for variant in terms.variants:
        if variant.places.searchsorted(begin) < variant.places.searchsorted(end):
            said |= np.isin(stems, variant.stems)
    named = [stem for stem in terms.names if passage in index.names.documents_of(stem)]
    return said | np.isin(stems, named)


def _titled(index: Index, stems: Ints, passage: int) -> Mask:
    """Return which stems are in the title of a passage's chapter or episode."""
    chapter = int(index.passage_chapters[passage])
    title = index.episodes[int(index.passage_episodes[passage])].title
    if chapter >= 0:
        title = f"{title} {index.chapters[chapter].title}"
    titled = (index.vocabulary.stem_id(term) for term in terms_of(title))
    return np.isin(stems, [stem for stem in titled if stem is not None])
