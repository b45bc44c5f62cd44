"""User texts in the language of whoever reads them, from gettext catalogues.

Texts are in English where they are said, as in `gettext("There are no episodes yet.")`; the file
`data/texts/de.po` holds the German ones. A language applies to everything called within `speaking`,
and travels with tasks and, through `contextvars`, into threads.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

from bot.files import DATA
from bot.languages import ENGLISH, language_name

FOLDER = DATA / "texts"
"""Where the catalogues are, each named after its language."""

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in a language that `languages` lists; "" changes nothing."""
    token = _language.set(language or _language.get())
    try:
        yield
    finally:
        _language.reset(token)


def language_spoken() -> str:
    """Return the language that texts are in here and now."""
    return _language.get()


@cache
def languages() -> tuple[str, ...]:
    """List the languages that there are texts in, English first."""
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po")))


def closest_language(*tags: str | None) -> str:
    """Return the language of the first tag, such as "de-AT" or "de_DE", that there are texts in.

    Return "" if there is none.
    """
    spoken = (tag.replace("_", "-").split("-")[0].casefold() for tag in tags if tag)
    return next((each for each in spoken if each in languages()), "")


def gettext(text: str, **values: object) -> str:
    """Translate a text, and put values where it has their names in braces."""
    said = _catalogue(_language.get()).gettext(text)
    return said.format(**values) if values else said


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Translate a text that counts something; `{n}` in it is the number as the language writes it.

    `one` and `many` are the English singular and plural.
    """
    said = _catalogue(_language.get()).ngettext(one, many, number)
    return said.format(n=format_number(number), **values)


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogue where it is kept, to be translated where it is said."""
    return text


def say_everywhere(text: str) -> tuple[str, ...]:
    """Say a text in each of the languages, English first."""
    return tuple(_catalogue(code).gettext(text) for code in languages())


@cache
def listed_words(words: str, *, everywhere: bool = True) -> str:
    """Return the pattern of what a text lists, such as "since|after|from", in all languages.

    Unless `everywhere`, it is in English alone, for which no catalogue is read.
    """
    texts = say_everywhere(words) if everywhere else (words,)
    said = {each for listed in texts for each in listed.split("|")}
    longest_first = sorted(said, key=lambda each: (-len(each), each))
    return "|".join(re.escape(each).replace(r"\ ", r"\s+") for each in longest_first)


def format_number(number: int) -> str:
    """Write a whole number with the separators of the language: "27,731", "27.731"."""
    if _language.get() == ENGLISH:
        return f"{number:,}"
    from babel.numbers import format_decimal

    return format_decimal(number, locale=_language.get())


def format_date(when: date, pattern: str) -> str:
    """Write a date, or a date and time in its own zone, by one of Unicode's patterns.

    A pattern, such as "d MMMM yyyy", is itself a text of the catalogue. Their letters are listed in
    https://unicode.org/reports/tr35/tr35-dates.html#Date_Field_Symbol_Table.
    """
    from babel.dates import format_datetime

    zone = when.tzinfo if isinstance(when, datetime) else None
    return format_datetime(when, pattern, tzinfo=zone, locale=_language.get())


def name_language(code: str) -> str:
    """Name a language in the language that is spoken: "German", "Deutsch"."""
    if _language.get() == ENGLISH:
        return language_name(code)
    from babel import Locale

    return Locale(_language.get()).languages.get(code) or language_name(code)


def join_names(names: Sequence[str]) -> str:
    """Join names into prose: "a", "a and b", "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return gettext("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == ENGLISH:
        return NullTranslations()
    # Only here, since English needs nothing and a terminal should answer at once.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with (FOLDER / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
