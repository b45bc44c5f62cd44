"""Find the short question of a host that a quote answers."""

import re

from bot.models import Question, Snippet
from bot.quotes.lookup import guest_of, trim_opening
from bot.quotes.rules import any_of
from bot.search.index.index import Index
from bot.text import is_numbered_speaker

_FEWEST_WORDS, _MOST_WORDS = 4, 22
_ASKS = any_of(
    """
    are can could do does how is should what what's when where which who whose why will would
    """
)
# One sentence, and nothing that only those who heard the rest understand.
_SENTENCE = re.compile(r"[A-Z][^\[\](){}<>“”\"…*|@#_/?:–—]*\?")
_LEANS = any_of(
    r"""
    actually again also another anything_else did does_\w+_mean else for_example had he her here him
    his i i'd i'll i'm i've it it's its let's like_you_said me mean my our she than_that that that's
    the_same their them then there these they they're this those us was we we'll we're we've were
    what_do_you_think\? ,_right ,_or you_mean you_mention\w* you_said you_were you_talk\w* your_\w+
    """
)
# What guests say before they answer.
_BEFORE_ANSWER = re.compile(
    r"(?:(?:exactly|oh|ok|okay|right|sure|thank you|thanks|well|yeah|yes"
    r"|(?:it's|that's|that is|this is)? ?(?:a |an |another )?(?:\w+ )?"
    r"(?:good|great|interesting|nice|tough|tricky) question)[,.! ]++){1,6}",
    re.IGNORECASE,
)


def question_before(index: Index, cue: int) -> int | None:
    """Return the cue of the question that a guest begins to answer at a cue; None if there is none.

    A host asks it, whose name is known, in one short sentence that can be read on its own.
    """
    turns, transcripts = index.turns, index.transcripts
    turn = turns.turn_at(cue)
    asked = int(turns.questions[turn - 1]) if turn else -1
    reply = turns.cues_of(turn)
    if asked < 0 or asked != reply.start - 1 or not guest_of(index, cue):
        return None
    before = map(transcripts.text_of, range(reply.start, cue))
    if not all(map(may_precede_answer, before)):
        return None
    return asked if _is_clear(index, asked) else None


def may_precede_answer(text: str) -> bool:
    """Tell whether a text is no more than what people say before they answer."""
    return _BEFORE_ANSWER.fullmatch(text) is not None


def question_at(index: Index, cue: int) -> Question:
    """Return the question in a cue, without an "And" or "So" at its beginning."""
    said = trim_opening(index.transcripts.text_of(cue))
    return Question(index.speaker_of(cue), Snippet(said))


def _is_clear(index: Index, cue: int) -> bool:
    asked = question_at(index, cue)
    text = asked.snippet.text.replace("’", "'")
    return (
        asked.speaker != ""
        and not is_numbered_speaker(asked.speaker)
        and not index.transcripts.captions[cue]
        and _FEWEST_WORDS <= len(text.split()) <= _MOST_WORDS
        and _SENTENCE.fullmatch(text) is not None
        and _ASKS.match(text) is not None
        and _LEANS.search(text) is None
    )
