"""What a date recalls: the same week of earlier years, and the theme of its month."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from bot.translations import format_date, gettext, languages, ngettext, speaking

_WRITTEN = re.compile(r"(\d{4})-(\d{1,2})")
_FEWEST_LETTERS = 3


def years_since(published: date | None, day: date) -> int:
    """Count the years since an episode was published in the week of a date; 0 if it was not."""
    if published is None:
        return 0
    monday = day - timedelta(days=day.weekday())
    week = [monday + timedelta(days=number) for number in range(7)]
    # A leap day is celebrated on the day before.
    leap = (published.month, published.day) == (2, 29)
    kept = (2, 28) if leap else (published.month, published.day)
    years = (each.year - published.year for each in week if (each.month, each.day) == kept)
    return max(0, next(years, 0))


def tell_years(years: int) -> str:
    """Say how long ago an episode was published."""
    return ngettext("{n} year ago this week", "{n} years ago this week", years)


def month_of(day: date) -> str:
    """Write the month of a date as 2026-12."""
    return f"{day:%Y-%m}"


def find_month(typed: str, today: date) -> str:
    """Read a month, "2026-12" or "december", which is the next one of that name; "" for none.

    Its name may be in any language that there are texts in.
    """
    if found := _WRITTEN.fullmatch(typed):
        year, number = int(found[1]), int(found[2])
        return f"{year:04}-{number:02}" if year and 1 <= number <= 12 else ""
    name = typed.casefold()
    meant = {
        number
        for each, number in _months().items()
        if len(name) >= _FEWEST_LETTERS and each.startswith(name)
    }
    if len(meant) != 1:
        return ""
    (number,) = meant
    return f"{today.year + (number < today.month):04}-{number:02}"


def name_month(month: str) -> str:
    """Write "2026-12" for readers."""
    year, _, number = month.partition("-")
    return format_date(date(int(year), int(number), 1), gettext("MMMM yyyy"))


@cache
def _months() -> Mapping[str, int]:
    """Number the months by their names in all languages."""
    named = {}
    for language in languages():
        with speaking(language):
            for number in range(1, 13):
                named[format_date(date(2026, number, 1), "LLLL").casefold()] = number
    return named
