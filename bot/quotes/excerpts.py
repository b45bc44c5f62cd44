"""Find what may be a quote: one to three sentences of a guest that can be read on their own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.quotes.lookup import guests_of, trim_opening
from bot.quotes.models import MAX_SENTENCES
from bot.quotes.questions import may_precede_answer, question_at, question_before
from bot.quotes.rules import any_of
from bot.quotes.standalone import (
    MAX_WORDS,
    MIN_WORDS,
    OWN_STORY,
    TO_FOLLOW,
    dangles,
    is_ruled_out,
    opens_well,
    straighten_apostrophes,
    why_unfit,
)
from bot.quotes.word_usage import WordUsage
from bot.search.index.analysis import STOP_WORDS, terms_of
from bot.search.index.index import Index

MOST_WORDS = 50
"""Two or three sentences may be a little longer than `MAX_WORDS`."""

FEWEST_IN_REPLY = 5
"""An answer that needs its question may be shorter than `MIN_WORDS`."""

# The defects that the first sentence may have.
_TO_OPEN = frozenset({OWN_STORY})
_OWN = any_of("i i'd i'll i'm i've my")
# What ties a sentence to the one before it, if not a word of its own.
_TIE = any_of(
    r"""
    and because but if instead it it's never not or otherwise so that that's then they they're
    this you you're
    """
)
_FEWEST_WORDS = 3
_NO = "No."
_LEANS_ON_YES = any_of("as because like since that's which with")
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

    `last` means that the guest stops there. `question` is a host's, before them, if they cannot be
    understood without it, and "" otherwise.
    """

    sentences: tuple[Sentence, ...]
    after: str
    last: bool
    question: str = ""

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

    All sentences of one are a guest's: a host's question is beside it, not in it.
    """
    sentences = _sentences(index, episode)
    for first, (opening, begins) in enumerate(zip(sentences, _begin(sentences), strict=True)):
        alone = _may_open(opening, usage)
        question = _question_to(index, opening) if begins else ""
        if not alone and not (question and _may_reply(opening, usage)):
            continue
        for excerpt in _runs_from(sentences, first, "" if alone else question, usage):
            reply = replace(excerpt, question=question)
            if alone and _is_whole(excerpt, usage):
                yield excerpt
            elif question and _is_whole(reply, usage):
                yield reply


def _runs_from(
    sentences: Sequence[Sentence], first: int, question: str, usage: WordUsage
) -> Iterator[Excerpt]:
    """Yield the runs of sentences that carry on what is said, or asked, first."""
    opening = sentences[first]
    for past in range(first + 1, min(first + MAX_SENTENCES, len(sentences)) + 1):
        added, previous = sentences[past - 1], sentences[max(first, past - 2)]
        before = f"{question} {previous.text}" if previous is opening else previous.text
        if added is not opening and not _may_follow(added, previous.guest, before, usage):
            return
        after = sentences[past] if past < len(sentences) else None
        stops = after is None or after.guest != opening.guest
        yield Excerpt(tuple(sentences[first:past]), after.text if after else "", stops)


def _begin(sentences: Sequence[Sentence]) -> Iterator[bool]:
    """Tell for each sentence whether an answer may begin with it.

    Most go on with what the same guest says, so their turns need not be looked up.
    """
    before, begins = None, True
    for sentence in sentences:
        if before and before.guest == sentence.guest:
            begins = begins and may_precede_answer(before.text)
        else:
            begins = True
        yield begins
        before = sentence


def _question_to(index: Index, sentence: Sentence) -> str:
    """Return the question that a guest begins to answer in a sentence; "" if there is none."""
    asked = question_before(index, sentence.cue) if sentence.guest else None
    if asked is None:
        return ""
    return straighten_apostrophes(question_at(index, asked).snippet.text)


def _may_open(sentence: Sentence, usage: WordUsage) -> bool:
    if not sentence.guest:
        return False
    text = trim_opening(sentence.text)
    return (
        _FEWEST_WORDS <= len(text.split()) <= MAX_WORDS
        and not is_ruled_out(text, _TO_OPEN)
        and _opens(text, usage)
        and not why_unfit(text, usage, _TO_OPEN)
    )


def _opens(text: str, usage: WordUsage) -> bool:
    if text.endswith("?"):
        return _ASKS.match(text) is not None
    return _OWN.match(text) is not None or opens_well(text, usage)


def _may_reply(sentence: Sentence, usage: WordUsage) -> bool:
    """Tell whether an answer may begin with a sentence, which the question explains."""
    if sentence.text == _NO:
        return True
    text = trim_opening(sentence.text.removeprefix("No, "))
    text = text[:1].upper() + text[1:]
    return (
        _FEWEST_WORDS <= len(text.split()) <= MAX_WORDS
        and not text.endswith("?")
        and not _LEANS_ON_YES.match(text)
        and not is_ruled_out(text, TO_FOLLOW)
        and not why_unfit(text, usage, TO_FOLLOW)
    )


def _may_follow(sentence: Sentence, guest: str, before: str, usage: WordUsage) -> bool:
    """Tell whether a sentence carries on what its speaker says before."""
    text = sentence.text
    return (
        sentence.guest == guest
        and _FEWEST_WORDS <= len(text.split()) <= MAX_WORDS
        and not is_ruled_out(text, TO_FOLLOW)
        and (_TIE.match(text) is not None or _shares_word(text, before))
        and not why_unfit(text, usage, TO_FOLLOW)
    )


def _shares_word(text: str, other: str) -> bool:
    stems = ({term for term in terms_of(each) if term not in STOP_WORDS} for each in (text, other))
    return not next(stems).isdisjoint(next(stems))


def _is_whole(excerpt: Excerpt, usage: WordUsage) -> bool:
    """Tell whether an excerpt has the right length, answers what it asks and explains itself."""
    text, alone = excerpt.text, len(excerpt.sentences) == 1
    fewest = FEWEST_IN_REPLY if excerpt.question else MIN_WORDS
    most = MAX_WORDS if alone else MOST_WORDS
    explained = f"{excerpt.question} {text}".strip()
    asks = text.endswith("?")
    return fewest <= len(text.split()) <= most and not asks and not dangles(explained, usage)


def _sentences(index: Index, episode: int) -> list[Sentence]:
    cues = index.cue_numbers(episode)
    texts = map(straighten_apostrophes, index.transcripts.texts_of(cues))
    return [*map(Sentence, cues, texts, guests_of(index, episode))]
