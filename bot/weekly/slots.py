"""When a channel's quote is due: weekday, time and zone make one slot a week, or one a month.

APScheduler's CronTrigger does not fit: around clock changes, it skips a week or fires twice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count as count_from
from itertools import islice
from zoneinfo import ZoneInfo

from bot.answers.replies import Instant
from bot.search.spelling import nearest
from bot.text import truncate
from bot.translations import format_date, gettext, gettext_noop, languages, speaking
from bot.weekly.zones import find_zone, name_zone, near_zones

WEEKDAYS = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
)
EXAMPLE = "mon 09:00 Europe/Berlin"
LONGEST_PERIOD = timedelta(days=37)
"""More than five weeks, which is the longest between two slots of a channel."""

_WEEK = timedelta(days=7)
_FEWEST_LETTERS = 2
# How much of the input to repeat, so that platforms do not cut the rest of the reply.
_MOST_REPEATED = 60
_REVIEW, _AUTO, _MONTHLY, _VOTE, _ARCHIVE = _MODES = (
    *("review", "auto", "monthly"),
    *("vote", "archive"),
)
_APPROVALS = re.compile(r"\bapprovals?\b\s*(\S*)", re.IGNORECASE)
MOST_APPROVALS = 5
"""The most moderators of whom each has to approve a quote."""
# Ways to write a time: "09:00", "9", "9.30", "0930", "9h30", "9am", "9:30 pm", "9uhr".
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?(?:h|uhr)?\s*([ap])?(?:\.?m\.?)?", re.IGNORECASE)
_BEFORE_HALF = re.compile(r"(?<=\d)\s+(?=[ap]\.?m\b)", re.IGNORECASE)
_FILLERS = frozenset({*("at", "every", "on", "o'clock", "o’clock"), *("am", "jeden", "um", "uhr")})
# A Monday, from which to count to the other days.
_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a channel wants its quote; with `review`, moderators choose it, with `vote`, members.

    `weekday` counts from Monday, 0; `zone` is a name such as Europe/Berlin. `monthly` means the
    first such day of each month only. A quote needs `approvals` of as many moderators. `archive`
    prefers episodes published in the same week of an earlier year.
    """

    weekday: int
    time: time
    zone: str
    review: bool = False
    monthly: bool = False
    approvals: int = 1
    vote: bool = False
    archive: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """The moment a quote is due, in UTC, and its date in the channel's zone.

    The date identifies the slot, as clock changes do not affect it.
    """

    day: date
    at: datetime


def slot_on(schedule: Schedule, day: date) -> Slot:
    """Return the slot of a date.

    A time skipped by the clocks moves later by the gap; of a repeated time, the first counts.
    """
    local = datetime.combine(day, schedule.time, ZoneInfo(schedule.zone))
    return Slot(day, local.astimezone(UTC))


def last_slot(schedule: Schedule, now: datetime) -> Slot:
    """Return the latest slot at or before a moment."""
    local = now.astimezone(ZoneInfo(schedule.zone))
    day = local.date() - timedelta(days=(local.weekday() - schedule.weekday) % 7)
    while slot_on(schedule, day).at > now or not _is_wanted(schedule, day):
        day -= _WEEK
    return slot_on(schedule, day)


def next_slots(schedule: Schedule, now: datetime, count: int = 3) -> tuple[Slot, ...]:
    """Return the first slots after a moment."""
    last = last_slot(schedule, now).day
    weeks = (last + week * _WEEK for week in count_from(1))
    wanted = (day for day in weeks if _is_wanted(schedule, day))
    return tuple(slot_on(schedule, day) for day in islice(wanted, count))


def describe_slot(schedule: Schedule, slot: Slot) -> str:
    """Format a slot in its own zone: "Monday 23 November 2026, 09:00"."""
    local = slot.at.astimezone(ZoneInfo(schedule.zone))
    return format_date(local, gettext("EEEE d MMMM yyyy, HH:mm"))


def instant_of(schedule: Schedule, slot: Slot) -> Instant:
    """Name a slot for readers in any zone: "Monday 23 November 2026, 09:00 (UTC)"."""
    when = describe_slot(schedule, slot)
    text = gettext("{when} ({zone})", when=when, zone=name_zone(schedule.zone))
    return Instant(text, slot.at)


def describe_schedule(schedule: Schedule) -> str:
    """Describe a plan: "Mondays at 09:00 (Europe/Berlin)"."""
    facts = {
        "weekday": _name_weekday(schedule.weekday),
        "time": f"{schedule.time:%H:%M}",
        "zone": name_zone(schedule.zone),
    }
    if schedule.monthly:
        # To translators: part of a sentence, as “{weekday}s at {time} ({zone})” is.
        return gettext("the first {weekday} of each month at {time} ({zone})", **facts)
    # To translators: what stands for {schedule} in other texts.
    return gettext("{weekday}s at {time} ({zone})", **facts)


def as_command(schedule: Schedule) -> str:
    """Return the command that switches a plan on."""
    weekday = WEEKDAYS[schedule.weekday][:3].casefold()
    wanted = {
        _MONTHLY: schedule.monthly,
        _ARCHIVE: schedule.archive,
        _VOTE: schedule.vote,
        _REVIEW: schedule.review,
        f"approvals {schedule.approvals}": schedule.approvals > 1,
    }
    modes = "".join(f" {word}" for word, is_on in wanted.items() if is_on)
    return f"/podcast weekly on {weekday} {schedule.time:%H:%M} {name_zone(schedule.zone)}{modes}"


def parse_schedule(typed: str) -> tuple[Schedule | None, tuple[str, ...]]:
    """Parse "mon 09:00 Europe/Berlin", with or without modes such as "review" at the end.

    Weekdays may be in any language that there are texts in: "jeden Montag um 9 Uhr". If that fails,
    return None and sentences on what is wrong and what may be meant.
    """
    typed, approvals = _take_approvals(typed)
    spoken = _BEFORE_HALF.sub("", typed.replace(",", " ")).split()
    words = [word for word in spoken if word.casefold() not in _FILLERS]
    if not words:
        return None, (gettext("Say when: a weekday, a time and a time zone."),)
    weekday, moment, *rest = [word.strip("[]()") for word in words] + [""] * (2 - len(words))
    zone, modes = _split_zone(rest)
    read = _read_weekday(weekday), _read_time(moment), find_zone(zone)
    problems = (
        *([] if read[0] is not None else [_wrong_weekday(weekday)]),
        *([] if read[1] is not None else [_wrong_time(moment)]),
        *([] if read[2] is not None else [_wrong_zone(zone)]),
        *(_wrong_mode(mode) for mode in modes if mode not in _MODES),
        *([] if approvals is not None else [_wrong_approvals()]),
        *([_choose_one()] if {_VOTE, _REVIEW} <= {*modes} else []),
    )
    if read[0] is None or read[1] is None or read[2] is None or approvals is None or problems:
        return None, problems
    chosen = _REVIEW in modes or (approvals > 1 and _VOTE not in modes)
    monthly, vote, archive = (mode in modes for mode in (_MONTHLY, _VOTE, _ARCHIVE))
    return Schedule(read[0], read[1], read[2], chosen, monthly, approvals, vote, archive), ()


def _is_wanted(schedule: Schedule, day: date) -> bool:
    return not schedule.monthly or day.day <= _WEEK.days


def _take_approvals(typed: str) -> tuple[str, int | None]:
    """Take "approvals 2" out of what was typed; None for a number that is not allowed."""
    found = _APPROVALS.search(typed)
    if found is None:
        return typed, 1
    number = int(found[1]) if found[1].isdecimal() and found[1].isascii() else 0
    rest = f"{typed[: found.start()]} {typed[found.end() :]}"
    return rest, number if 1 <= number <= MOST_APPROVALS else None


def _split_zone(words: Sequence[str]) -> tuple[str, list[str]]:
    """Split a zone, perhaps typed as several words, from the modes after it."""
    past = len(words)
    while past and not find_zone("_".join(words[:past])):
        past -= 1
    if not past:
        past = len(words)
        while past > 1 and nearest(words[past - 1], _MODES, 1):
            past -= 1
    return "_".join(words[:past]), [word.casefold() for word in words[past:]]


def _read_weekday(typed: str) -> int | None:
    """Parse a weekday's name in any language, or an unambiguous prefix; English comes first."""
    name = typed.casefold().rstrip(".")
    for weekday, number in _weekdays():
        if len(name) >= _FEWEST_LETTERS and f"{weekday}s".startswith(name):
            return number
    return None


@cache
def _weekdays() -> Sequence[tuple[str, int]]:
    """Name the weekdays in all languages, with their numbers."""
    named = []
    for language in languages():
        with speaking(language):
            named += [(_name_weekday(number).casefold(), number) for number in range(7)]
    return named


def _name_weekday(number: int) -> str:
    return format_date(_MONDAY + timedelta(days=number), "EEEE")


def _read_time(typed: str) -> time | None:
    found = _TIME.fullmatch(typed)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] in "pP" else 0)
    # "24:00" is ambiguous: it may mean the start of that day or of the next.
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _wrong_weekday(typed: str) -> str:
    unknown = gettext("I do not know the weekday “{typed}”.", typed=_cut(typed))
    meant = [name[:3].casefold() for name in nearest(typed, WEEKDAYS, 1)]
    return _hint(unknown, meant, gettext("Use mon, tue … sun."))


def _wrong_time(typed: str) -> str:
    if not typed:
        return gettext("Add a time, such as 09:00.")
    unknown = gettext("I do not know the time “{typed}”.", typed=_cut(typed))
    return _hint(unknown, (), gettext("Use 00:00 to 23:59."))


def _wrong_zone(typed: str) -> str:
    if not typed:
        return gettext("Add a time zone, such as Europe/Berlin.")
    unknown = gettext("I do not know the time zone “{typed}”.", typed=_cut(typed))
    usable = gettext(
        "Use a region and a city, such as Europe/Berlin, or a city and its country: Munich, "
        "Germany."
    )
    return _hint(unknown, near_zones(typed), usable)


def _wrong_mode(typed: str) -> str:
    unknown = gettext("I do not know the word “{typed}”.", typed=_cut(typed))
    usable = gettext(
        "Use “monthly”, “review”, “vote”, “archive”, “approvals 2”, or nothing, after the zone."
    )
    return _hint(unknown, nearest(typed, _MODES, 1), usable)


def _wrong_approvals() -> str:
    return gettext(
        "Say how many moderators have to approve a quote, from 1 to {most}.", most=MOST_APPROVALS
    )


def _choose_one() -> str:
    return gettext(
        "Either moderators choose (“review”) or the channel does (“vote”): leave one of them out."
    )


def _cut(typed: str) -> str:
    return truncate(typed, _MOST_REPEATED)


def _hint(unknown: str, meant: Sequence[str], usable: str) -> str:
    """Say what may be meant, or else what can be used."""
    if not meant:
        return f"{unknown} {usable}"
    *others, last = meant
    either = gettext("{names} or {last}", names=", ".join(others), last=last) if others else last
    question = gettext("Did you mean {names}?", names=either)
    return f"{unknown} {question}"
