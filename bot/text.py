"""Text helpers: clean it, put it on one line, truncate it, count with a noun."""

import unicodedata


def pluralize(number: int, noun: str) -> str:
    """Write a number with its noun: "1 episode", "2 episodes"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def truncate(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters: between words where there are any, with "…"."""
    if len(text) <= limit:
        return text
    room = max(limit - 1, 0)
    kept = text[: max(text.rfind(" ", 0, room + 1), 0)].rstrip(" ,;:–-")
    return f"{kept or text[:room]}…"[: max(limit, 0)]


# No text has a use for controls, or for halves of characters, which no JSON can carry.
_UNWANTED = frozenset({"Cc", "Cs"})
# These turn the direction of what comes behind them, up to the end of a line that is not theirs.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """Drop what would spoil a payload, or the line around a text."""
    if text.isprintable():
        return text
    return "".join(character for character in text if character in "\n\t" or _is_fine(character))


def one_line(text: str) -> str:
    """Clean a text and write it in one line, without blanks at its ends."""
    return " ".join(clean(text).split())


def _is_fine(character: str) -> bool:
    return character not in _TURNING and unicodedata.category(character) not in _UNWANTED
