"""Find what may be a quote: one to three sentences of a guest that can be read on their own."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.quotes.lookup import guest_of, trim_opening
from bot.quotes.models import MAX_SENTENCES
from bot.quotes.rules import any_of
from bot.quotes.standalone import (
    MAX_WORDS,
    MIN_WORDS,
    OWN_STORY,
    TO_FOLLOW,
    dangles,
    opens_well,
    straighten_apostrophes,
    why_unfit,
)
from bot.quotes.word_usage import WordUsage
from bot.search.index.analysis import STOP_WORDS, terms_of
from bot.search.index.index import Index

MOST_WORDS = 50
"""Two or three sentences may be a little longer than `MAX_WORDS`."""

_OWN = any_of("i i'd i'll i'm i've my")
# What ties a sentence to the one before it, if not a word of its own.
_TIE = any_of(
    r"""
    and because but if instead it it's never not or otherwise so that that's then they they're
    this you you're
    """
)
_FEWEST_WORDS = 3
_ASKS = any_of("are can do does how is should what when where who why")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A cue as the rules read it; `guest` is "" unless a guest says it in edited text."""

    cue: int
    text: str
    guest: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sentences of one guest in a row, and the one after them.

    `last` means that the guest stops there.
    """

    sentences: tuple[Sentence, ...]
    after: str
    last: bool

    @property
    def text(self) -> str:
        """The words that would be quoted."""
        return trim_opening(" ".join(each.text for each in self.sentences))

    @property
    def guest(self) -> str:
        """The guest who says them."""
        return self.sentences[0].guest

    @property
    def cues(self) -> range:
        """The numbers of its cues."""
        return range(self.sentences[0].cue, self.sentences[-1].cue + 1)


def find_excerpts(index: Index, episode: int, usage: WordUsage) -> Iterator[Excerpt]:
    """Find all excerpts of an episode; they overlap.

    All sentences of one are a guest's: a question is only in it if the guest asks and answers it.
    """
    sentences = _sentences(index, episode)
    for first, opening in enumerate(sentences):
        if not _may_open(opening, usage):
            continue
        for past in range(first + 1, min(first + MAX_SENTENCES, len(sentences)) + 1):
            added = past - 1
            if added > first and not _may_follow(sentences[added], sentences[added - 1], usage):
                break
            after = sentences[past] if past < len(sentences) else None
            excerpt = Excerpt(
                tuple(sentences[first:past]),
                after.text if after else "",
                after is None or after.guest != opening.guest,
            )
            if _is_whole(excerpt, usage):
                yield excerpt


def _may_open(sentence: Sentence, usage: WordUsage) -> bool:
    text = trim_opening(sentence.text)
    return (
        sentence.guest != ""
        and _FEWEST_WORDS <= len(text.split()) <= MAX_WORDS
        and _opens(text, usage)
        and not why_unfit(text, usage, {OWN_STORY})
    )


def _opens(text: str, usage: WordUsage) -> bool:
    if text.endswith("?"):
        return _ASKS.match(text) is not None
    return _OWN.match(text) is not None or opens_well(text, usage)


def _may_follow(sentence: Sentence, previous: Sentence, usage: WordUsage) -> bool:
    """Tell whether a sentence carries on what its speaker says in the previous one."""
    text = sentence.text
    return (
        sentence.guest == previous.guest
        and _FEWEST_WORDS <= len(text.split()) <= MAX_WORDS
        and (_TIE.match(text) is not None or _shares_word(text, previous.text))
        and not why_unfit(text, usage, TO_FOLLOW)
    )


def _shares_word(text: str, other: str) -> bool:
    stems = ({term for term in terms_of(each) if term not in STOP_WORDS} for each in (text, other))
    return not next(stems).isdisjoint(next(stems))


def _is_whole(excerpt: Excerpt, usage: WordUsage) -> bool:
    """Tell whether an excerpt has the right length, answers what it asks and explains itself."""
    text, alone = excerpt.text, len(excerpt.sentences) == 1
    most = MAX_WORDS if alone else MOST_WORDS
    asks = text.endswith("?")
    return MIN_WORDS <= len(text.split()) <= most and not asks and not dangles(text, usage)


def _sentences(index: Index, episode: int) -> list[Sentence]:
    text_of = index.transcripts.text_of
    return [
        Sentence(cue, straighten_apostrophes(text_of(cue)), guest_of(index, cue))
        for cue in index.cue_numbers(episode)
    ]
