"""Commands that were mistyped, and so are taken for a search."""

from bot.answers.replies import quoted
from bot.answers.requests import FIRST_WORDS, Verb, takes, verb_names
from bot.search.spelling import find_meant
from bot.translations import gettext

# Shorter words are near to too many others.
_SHORTEST, _SHORTEST_CHOICE = 4, 2


def explain_slip(typed: str, *, found: bool) -> tuple[str, ...]:
    """Offer the commands for which a text may have been meant.

    Where it found something, only a command whose one word after it is wrong is worth a note.
    """
    meant = _read_chosen(typed) if found else _read_all(typed)
    if not meant:
        return ()
    if len(meant) == 1:
        return (gettext("Did you mean {query}?", query=quoted(meant[0])),)
    return (gettext("Did you mean one of these? {commands}", commands=" · ".join(meant)),)


def _read_chosen(typed: str) -> tuple[str, ...]:
    """Read a command and one word, in English alone: most searches need no other language."""
    first, *rest = typed.casefold().split()
    verb = next((each for each in FIRST_WORDS if each == first), None)
    return _written(verb, rest[0]) if verb and len(rest) == 1 else ()


def _read_all(typed: str) -> tuple[str, ...]:
    """Read a text with a hyphen between its words, as in “forget me”, or by its first word."""
    words = typed.casefold().split()
    whole = verb_names().get("-".join(words))
    if whole:
        return (f"/podcast {whole}",)
    first, _, rest = typed.strip().partition(" ")
    if verb := verb_names().get(first.casefold()):
        return _written(verb, rest) if len(words) <= 2 or verb in FIRST_WORDS else ()
    near = find_meant(first, verb_names(), _SHORTEST)
    return _corrected(verb_names()[near], rest) if near else ()


def _written(verb: Verb, rest: str) -> tuple[str, ...]:
    """List the ways to write a command, or the one that is near to what follows it."""
    ways = tuple(f"/podcast {verb} {choice}" for choice in FIRST_WORDS.get(verb, ()))
    return _corrected(verb, rest) or ways or (f"/podcast {verb}",)


def _corrected(verb: Verb, rest: str) -> tuple[str, ...]:
    """Write a command with what follows it, if it takes that or something near."""
    if takes(verb, rest):
        return (f"/podcast {verb} {rest}".strip(),)
    choice = find_meant(rest.split()[0], FIRST_WORDS.get(verb, ()), _SHORTEST_CHOICE)
    return (f"/podcast {verb} {choice}",) if choice else ()
