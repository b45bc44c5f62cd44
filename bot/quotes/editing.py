"""Edits of quotes in the usual way: what is left out becomes "…", what is added is in [brackets].

All other words must have been said, in this order. An edit may not turn a sentence into its
opposite.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.text import one_line
from bot.transcripts.words import DENIALS, FullWords, full_words
from bot.translations import gettext

MAX_EDITED = 400
"""The most characters of an edited quote."""

_FEWEST_WORDS = 3
_ELLIPSIS = re.compile(r" ?(?:\[ ?(?:…|\.\.\.) ?\]|…|\.{3,}) ?")
_ADDED = re.compile(r"\[[^\[\]]*\]")
_BRACKETS = re.compile(r"[\[\]]")
_MARK = re.compile(r"[…\[]")
_SENTENCE_END = re.compile(r"[.!?](?=\s|\Z)")
# Of the words of a quote, at most this share may be in brackets.
_MOST_ADDED = 1 / 3
# How many words a message names.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class MarkedEdit:
    """An edited text with "…" for what was left out, and why it may not be a quotation."""

    text: str
    problems: tuple[str, ...] = ()


def mark_edit(said: str, edited: str) -> MarkedEdit:
    """Mark in an edit of what was said what is left out, and say what was never said."""
    text = _ELLIPSIS.sub(" … ", one_line(edited)).strip()
    rest = _ADDED.sub(_blank, text)
    if _BRACKETS.search(rest):
        broken = gettext("A bracket is not closed: write what you add as [in these brackets].")
        return MarkedEdit(text, (broken,))
    kept, source = full_words(rest), full_words(said)
    problems = tuple(_problems(text, kept))
    if problems:
        return MarkedEdit(text, problems)
    places = _places(kept.words, source.words)
    if places is None:
        return MarkedEdit(text, (_unsaid(kept, source), _how_to_edit()))
    left_out = [source.words[each] for each in _bent(source, places)]
    if left_out:
        lost = gettext("Without “{word}”, that says something else.", word=left_out[0])
        return MarkedEdit(text, (lost, _how_to_edit()))
    return MarkedEdit(_with_ellipses(text, kept, places))


def _problems(text: str, kept: FullWords) -> Iterator[str]:
    added = full_words(" ".join(_ADDED.findall(text))).words
    if len(text) > MAX_EDITED:
        yield gettext("That is too long: a quote has at most {most} characters.", most=MAX_EDITED)
    if len(kept.words) < _FEWEST_WORDS:
        yield gettext("At least {fewest} words have to stay.", fewest=_FEWEST_WORDS)
    elif len(added) > _MOST_ADDED * (len(added) + len(kept.words)):
        yield gettext("More than a third of that is in brackets. Leave more of what was said.")
    if denied := [word for word in added if word in DENIALS]:
        yield gettext(
            "“{word}” in brackets says something other than what was said.", word=denied[0]
        )


def _how_to_edit() -> str:
    return gettext(
        "Put what you add in [brackets] and “…” in place of what you leave out. "
        "Or begin with “In short:”, and it is posted without quotation marks."
    )


def _blank(found: re.Match[str]) -> str:
    """Replace brackets by as many spaces, so that offsets stay the same."""
    return " " * len(found[0])


def _places(kept: Sequence[str], source: Sequence[str]) -> list[int] | None:
    """Find the places of words in their order, close to each other; None if one is not there."""
    best: list[int] | None = None
    for first in (place for place, word in enumerate(source) if word == kept[0]):
        places = _follow(kept, source, first)
        if places and (best is None or places[-1] - places[0] < best[-1] - best[0]):
            best = places
    return best


def _follow(kept: Sequence[str], source: Sequence[str], first: int) -> list[int] | None:
    """Place each word as soon as possible after the one before, then close the gaps."""
    places, place = [], first
    for word in kept:
        while place < len(source) and source[place] != word:
            place += 1
        if place == len(source):
            return None
        places.append(place)
        place += 1
    for at in range(len(kept) - 2, 0, -1):
        # A later occurrence next to the following word makes a smaller gap.
        if source[places[at + 1] - 1] == kept[at] and places[at + 1] - 1 > places[at - 1]:
            places[at] = places[at + 1] - 1
    return places


def _unsaid(kept: FullWords, source: FullWords) -> str:
    """Name the words that were not said, or say that they are in another order."""
    known = set(source.words)
    pieces = SequenceMatcher(None, source.words, kept.words, autojunk=False).get_opcodes()
    new = [word for kind, *_, a, b in pieces if kind != "equal" for word in kept.words[a:b]]
    never = list(dict.fromkeys(word for word in new if word not in known))
    if not never:
        return gettext("Leave the words in the order in which they were said.")
    named = ", ".join(gettext("“{words}”", words=word) for word in never[:_NAMED])
    return gettext("Not said: {words}.", words=named)


def _bent(source: FullWords, places: Sequence[int]) -> Iterator[int]:
    """Yield the places of negations that are left out, which turns a sentence into its opposite.

    Captions have no sentences: in them, only what lies between kept words counts.
    """
    sentences = [_sentence_of(source.text, offset) for offset in source.offsets]
    written = bool(_SENTENCE_END.search(source.text))
    kept, touched = set(places), {sentences[place] for place in places}
    inside = range(len(source.words)) if written else range(places[0], places[-1])
    for place in inside:
        denies = source.words[place] in DENIALS
        if denies and place not in kept and sentences[place] in touched:
            yield place


def _sentence_of(text: str, offset: int) -> int:
    return sum(1 for _ in _SENTENCE_END.finditer(text, 0, offset))


def _with_ellipses(text: str, kept: FullWords, places: Sequence[int]) -> str:
    """Put "…" where words are left out, unless it or a bracket is there."""
    marked, past = "", 0
    for number in range(1, len(places)):
        before, after = kept.offsets[number - 1], kept.offsets[number]
        if places[number] - places[number - 1] <= 1 or _MARK.search(text, before, after):
            continue
        marked += f"{text[past:after].rstrip()} … "
        past = after
    return f"{marked}{text[past:]}"
