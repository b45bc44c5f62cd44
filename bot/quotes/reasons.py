"""Reasons for and against quotes: kept in English with the quotes, said in any language."""

import re
from collections.abc import Sequence
from functools import cache
from string import Formatter

from bot.translations import gettext, gettext_noop

OPPOSED = gettext_noop("opposites: “{one}” and “{other}”")
READERS = gettext_noop("{post} of {readers} readers would post it")
AGAINST = gettext_noop("By my own rules, I would not have offered it: {unfit}.")

# All others are kept as they are said in English.
_WITH_VALUES = (OPPOSED, READERS, AGAINST)


def say_reason(reason: str) -> str:
    """Say a reason that is kept in English, in the language that is spoken."""
    for text, pattern in _patterns():
        if found := pattern.fullmatch(reason):
            values = {name: _say(value) for name, value in found.groupdict().items()}
            return gettext(text, **values)
    return _say(reason)


def _say(text: str) -> str:
    return gettext(text) if text else ""


@cache
def _patterns() -> Sequence[tuple[str, re.Pattern[str]]]:
    """Compile what finds the values in reasons."""
    return [
        (text, re.compile("".join(map(_part, Formatter().parse(text))))) for text in _WITH_VALUES
    ]


def _part(parsed: tuple[str, str | None, str | None, str | None]) -> str:
    literal, name, _, _ = parsed
    return re.escape(literal) + (f"(?P<{name}>.+)" if name else "")
