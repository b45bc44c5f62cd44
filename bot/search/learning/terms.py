"""The terms of a podcast's trade: what it is about, and the names that are dropped in it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.models import Transcript
from bot.search.index.analysis import STOP_WORDS, split_words
from bot.search.index.lexicon import Lexicon, stems_of

# A name occurs this often, in this many episodes, and this share of it is written as a name.
_LEAST_TIMES = 8
_LEAST_EPISODES = 3
_LEAST_SHARE = 0.7

# Every sentence begins with a capital: its first word tells nothing.
_SENTENCE_START = re.compile(r"(?:^|[.!?…:\"“”]\s+)\W*")


def find_domain_terms(
    pages: Sequence[Transcript], lexicon: Lexicon
) -> Mapping[tuple[str, ...], str]:
    """Map the stems of each term worth hearing right to the way it is written.

    The terms are those of the lexicon, with all variants of the same meaning; the episodes' topics,
    the words of titles that have capitals inside, and the words written with capitals in the middle
    of sentences.
    """
    topics = [topic for page in pages for topic in page.metadata.topics]
    titles = [word for page in pages for word in split_words(page.metadata.title) if _mixed(word)]
    found = {stems: entry.term for stems, entry in lexicon.by_stems.items()}
    for term in (*_names(pages), *titles, *topics):
        stems = stems_of(term)
        if stems and not STOP_WORDS.issuperset(stems):
            found.setdefault(stems, term)
    return found


def _names(pages: Iterable[Transcript]) -> Iterator[str]:
    """Yield the words that are hardly ever written small, in their usual form."""
    forms: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    episodes: Counter[tuple[str, ...]] = Counter()
    for page in pages:
        words = Counter(word for cue in page.cues for word in _inner_words(cue.text))
        stems = {word: stems_of(word) for word in words}
        episodes.update(set(stems.values()))
        for word, count in words.items():
            forms[stems[word]][word] += count
    for stem, written in forms.items():
        times = written.total()
        small = sum(count for word, count in written.items() if word.islower())
        common = times >= _LEAST_TIMES and episodes[stem] >= _LEAST_EPISODES
        if common and small <= times * (1 - _LEAST_SHARE):
            yield written.most_common(1)[0][0]


def _inner_words(text: str) -> list[str]:
    """List the words of a text without those that begin its sentences."""
    starts = {match.end() for match in _SENTENCE_START.finditer(text)}
    return [
        word
        for match in re.finditer(r"\S+", text)
        if match.start() not in starts
        for word in split_words(match[0])
        if not word.isdigit()
    ]


def _mixed(word: str) -> bool:
    return word[1:] != word[1:].lower()
