"""Text helpers: clean and cut texts, count with a noun, write dates, tell made-up names."""

import re
from datetime import date

from bot.translations import format_date, gettext

# Control characters except tabs and line feeds; lone surrogates, which JSON cannot carry; marks
# that turn the direction of all that follows on the line; byte order marks.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]+")

_NUMBERED = re.compile(
    r"(?:speaker|spkr?|s(?=\d)|unknown speaker|participant|person|voice|channel|"
    r"sprecher(?:in)?|locuteur|intervenant|hablante|orador|interlocutor|participante|falante|relatore|spreker|talare|"
    r"спикер|说话人|发言人|話者)[ _-]{0,2}(?:\d{1,3}|[A-Za-z])?|unknown",
    re.IGNORECASE,
)


def is_numbered_speaker(name: str) -> bool:
    """Tell whether a program that tells voices apart made up a name, such as "SPEAKER_00"."""
    return bool(_NUMBERED.fullmatch(name))


def pluralize(number: int, noun: str) -> str:
    """Return a number with its noun: "1 episode", "2 episodes"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def name_day(day: date) -> str:
    """Write a date in the language that is spoken: "12 May 2025"."""
    return format_date(day, gettext("d MMMM yyyy"))


def truncate(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters, between words if possible, and end it with "…"."""
    if len(text) <= limit:
        return text
    room = max(limit - 1, 0)
    kept = text[: max(text.rfind(" ", 0, room + 1), 0)].rstrip(" ,;:–-")
    return f"{kept or text[:room]}…"[: max(limit, 0)]


def clean(text: str) -> str:
    """Drop the characters that would spoil a payload, or the line around a text."""
    return text if text.isprintable() else UNSEEN.sub("", text)


def one_line(text: str) -> str:
    """Clean a text and put it on one line, with single spaces."""
    return " ".join(clean(text).split())
