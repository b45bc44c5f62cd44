"""Due slots, one a week at the right local time whatever the clocks do; and how plans are typed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.weekly.slots import (
    WEEKDAYS,
    Schedule,
    as_command,
    describe_schedule,
    describe_slot,
    last_slot,
    next_slots,
    parse_schedule,
)

ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "America/Havana",
    "America/Santiago",
    "America/St_Johns",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Helsinki",
    "Asia/Beirut",
    "Africa/Cairo",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
)
FIRST, PAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
BERLIN = Schedule(0, time(9), "Europe/Berlin")


def walk(zone: str) -> Iterator[tuple[datetime, datetime]]:
    """Walk through three years by quarters of an hour: (the moment in UTC, what clocks show)."""
    there, moment = ZoneInfo(zone), FIRST
    while moment < PAST:
        yield moment, moment.astimezone(there).replace(tzinfo=None)
        moment += QUARTER


def oracle(zone: str) -> dict[tuple[int, int], list[datetime]]:
    """Find when each hour of each weekday begins, by looking at a clock all the time.

    The first time that it shows an hour, or has passed it without showing it, is that hour's.
    """
    begun: set[datetime] = set()
    found: dict[tuple[int, int], list[datetime]] = {}
    latest = FIRST.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    for moment, shown in walk(zone):
        hour = (latest + timedelta(hours=1)).replace(minute=0)
        while hour <= shown:
            if hour not in begun:
                begun.add(hour)
                began = moment if shown == hour else _began_unseen(moment, hour, zone)
                found.setdefault((hour.weekday(), hour.hour), []).append(began)
            hour += timedelta(hours=1)
        latest = max(latest, shown)
    return found


def _began_unseen(moment: datetime, hour: datetime, zone: str) -> datetime:
    """Say when an hour that was just skipped would have begun, had the clocks not been moved."""
    before = moment - QUARTER
    return before + (hour - before.astimezone(ZoneInfo(zone)).replace(tzinfo=None))


@pytest.mark.parametrize("zone", ZONES)
def test_every_hour_of_every_weekday_comes_once_a_week_in_every_zone(zone: str) -> None:
    expected = oracle(zone)
    wrong = []
    for weekday in range(7):
        for hour in range(24):
            slots = next_slots(Schedule(weekday, time(hour), zone), FIRST, 157)
            due = [slot.at for slot in slots if slot.at < PAST - timedelta(days=1)]
            seen = [each for each in expected[weekday, hour] if FIRST < each < PAST]
            if due != seen[: len(due)] or not len(due) <= len(seen) <= len(due) + 1:
                wrong.append((WEEKDAYS[weekday], hour))

    assert len(expected) == 7 * 24
    assert wrong == []


@pytest.mark.parametrize("zone", ZONES)
def test_slots_are_shown_at_the_time_that_was_asked_for(zone: str) -> None:
    moved = 0
    for weekday in range(7):
        for hour in range(24):
            schedule = Schedule(weekday, time(hour), zone)
            slots = next_slots(schedule, FIRST, 156)
            clocks = [slot.at.astimezone(ZoneInfo(zone)) for slot in slots]
            moved += sum(clock.time() != time(hour) for clock in clocks)

            assert [clock.date() for clock in clocks] == [slot.day for slot in slots]
            assert {clock.weekday() for clock in clocks} == {weekday}
            days = [(b.day - a.day).days for a, b in pairwise(slots)]
            assert set(days) == {7}
    # One hour of each year begins while the clocks skip it.
    assert moved == 3


@pytest.mark.parametrize("zone", ZONES)
def test_a_slot_is_due_from_its_moment_on(zone: str) -> None:
    for weekday in range(7):
        for hour in range(24):
            schedule = Schedule(weekday, time(hour), zone)
            for slot in next_slots(schedule, FIRST, 156)[::12]:
                assert last_slot(schedule, slot.at) == slot
                assert last_slot(schedule, slot.at - timedelta(seconds=1)).day < slot.day


moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 1)).map(
    lambda each: each.replace(tzinfo=UTC)
)
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
plans = st.builds(Schedule, st.integers(0, 6), times, st.sampled_from(ZONES))


@given(plans, moments)
def test_the_last_slot_is_the_latest_that_has_come(schedule: Schedule, now: datetime) -> None:
    last, (following, *_) = last_slot(schedule, now), next_slots(schedule, now)

    assert last.at <= now < following.at
    assert following.day - last.day == timedelta(days=7)


@given(plans, moments, st.timedeltas(timedelta(), timedelta(days=6)))
def test_a_slot_stays_the_last_one_until_the_next(
    schedule: Schedule, now: datetime, passed: timedelta
) -> None:
    last, (following, *_) = last_slot(schedule, now), next_slots(schedule, now)
    later = now + passed

    assert last_slot(schedule, later) == (last if later < following.at else following)


def test_a_time_that_comes_twice_is_taken_the_first_time() -> None:
    schedule = Schedule(6, time(2, 30), "Europe/Berlin")
    (slot,) = next_slots(schedule, datetime(2026, 10, 22, tzinfo=UTC), 1)

    assert slot.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_that_is_skipped_comes_as_much_later() -> None:
    schedule = Schedule(6, time(2, 30), "Europe/Berlin")
    told = [
        describe_slot(schedule, slot)
        for slot in next_slots(schedule, datetime(2026, 3, 20, tzinfo=UTC))
    ]

    assert told == [
        "Sunday 22 March 2026, 02:30",
        "Sunday 29 March 2026, 03:30",
        "Sunday 5 April 2026, 02:30",
    ]


@pytest.mark.parametrize(
    ("typed", "schedule"),
    [
        ("mon 09:00 Europe/Berlin", BERLIN),
        ("Monday 9:00 europe/berlin", BERLIN),
        ("Mondays, 09:00, Europe/Berlin auto", BERLIN),
        ("mo. 09:00 Europe/Berlin", BERLIN),
        ("thurs 21:05 America/New York", Schedule(3, time(21, 5), "America/New_York")),
        ("sun 00:00 utc", Schedule(6, time(0), "UTC")),
        ("mon 9 Europe/Berlin", BERLIN),
        ("mon 9am Berlin", BERLIN),
        ("mon 9.00 CEST", BERLIN),
        ("mon 0900 cet", BERLIN),
        ("mon ٠٩:٠٠ MEZ", BERLIN),
        ("mon 0９:30 Europe/Berlin", Schedule(0, time(9, 30), "Europe/Berlin")),
        ("mon 9:15 pm new york review", Schedule(0, time(21, 15), "America/New_York", review=True)),
        ("mon 12 am EST", Schedule(0, time(0), "America/New_York")),
        ("fri 18h30 +02:00", Schedule(4, time(18, 30), "Etc/GMT-2")),
        ("fri 18:30 UTC-5", Schedule(4, time(18, 30), "Etc/GMT+5")),
        ("fri 18:30 gmt+0", Schedule(4, time(18, 30), "UTC")),
        ("fri 18:30 +5:30", Schedule(4, time(18, 30), "Asia/Kolkata")),
        ("fri 18:30 −02:00", Schedule(4, time(18, 30), "Etc/GMT+2")),
        ("every Monday at 9 o'clock (CET)", BERLIN),
        ("mon 9:00h Germany", BERLIN),
        ("mon 9 Hamburg, Germany", BERLIN),
        ("mon 9 Paris, France review", Schedule(0, time(9), "Europe/Paris", review=True)),
        ("mon 9 Barcelona Spain monthly", Schedule(0, time(9), "Europe/Madrid", monthly=True)),
        ("mon 9 New York, USA", Schedule(0, time(9), "America/New_York")),
        ("mon 9 São Paulo", Schedule(0, time(9), "America/Sao_Paulo")),
        ("mon 9 London, UK", Schedule(0, time(9), "Europe/London")),
        (
            "tue 23:59 America/Indiana/Knox [Review]",
            Schedule(1, time(23, 59), "America/Indiana/Knox", review=True),
        ),
    ],
)
def test_a_plan_is_read_as_people_write_it(typed: str, schedule: Schedule) -> None:
    assert parse_schedule(typed) == (schedule, ())


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("mnoday 09:00 Europe/Berlin", "the weekday “mnoday”. Did you mean mon?"),
        ("lundi 09:00 Europe/Berlin", "the weekday “lundi”. Use mon, tue … sun."),
        ("t 09:00 UTC", "the weekday “t”. "),
        ("mon 24:00 Europe/Berlin", "the time “24:00”. Use 00:00 to 23:59."),
        ("mon 09:60 Europe/Berlin", "the time “09:60”. Use 00:00 to 23:59."),
        ("mon 13pm Europe/Berlin", "the time “13pm”. Use 00:00 to 23:59."),
        ("mon 09:00 Berln", "the time zone “Berln”. Did you mean Europe/Berlin"),
        (
            "mon 09:00 Europe/Berln",
            "the time zone “Europe/Berln”. Did you mean Europe/Berlin, Europe/Dublin or Europe/B",
        ),
        ("mon 09:00 " + "x" * 5000, f"the time zone “{'x' * 59}…”. Use a region and a city, such"),
        ("mon 09:00 IST", "the time zone “IST”. Use a region and a city"),
        (
            "mon 9 San Francisco, USA",
            "Did you mean America/New_York, America/Chicago or America/Denver?",
        ),
        ("mon 9 Hamburg", "or a city and its country: Munich, Germany."),
        ("mon 09:00 UTC+2:15", "the time zone “UTC+2:15”. "),
        ("mon 09:00 +25", "the time zone “+25”. "),
        ("mon 09:00 Etc/GMT+5", "the time zone “Etc/GMT+5”. "),
        ("mon 09:00 ../../etc/passwd", "the time zone “../../etc/passwd”. "),
        ("mon 09:00 Europe/Berlin reveiw", "the word “reveiw”. Did you mean review?"),
        (
            "mon 09:00 Europe/Berlin please",
            "the word “please”. Use “monthly”, “review”, “vote”",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_what_may_be_meant(typed: str, problem: str) -> None:
    schedule, problems = parse_schedule(typed)

    assert schedule is None
    assert len(problems) == 1
    assert problem in problems[0]


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ("", ["Say when: a weekday, a time and a time zone."]),
        ("tue", ["Add a time, such as 09:00.", "Add a time zone, such as Europe/Berlin."]),
        ("tue 9:00", ["Add a time zone, such as Europe/Berlin."]),
    ],
)
def test_what_is_missing_is_asked_for(typed: str, problems: list[str]) -> None:
    assert parse_schedule(typed) == (None, tuple(problems))


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_explained(typed: str) -> None:
    schedule, problems = parse_schedule(typed)

    assert (schedule is None) == bool(problems)


@given(plans)
def test_a_plan_that_is_written_out_is_read_again(schedule: Schedule) -> None:
    typed = f"{WEEKDAYS[schedule.weekday]} {schedule.time:%H:%M} {schedule.zone}"

    assert parse_schedule(typed) == (schedule, ())


def test_a_plan_is_told_as_people_say_it() -> None:
    assert describe_schedule(BERLIN) == "Mondays at 09:00 (Europe/Berlin)"


def test_a_day_is_the_one_of_the_channel_and_not_of_utc() -> None:
    schedule = Schedule(0, time(0, 30), "Pacific/Auckland")
    slot = last_slot(schedule, datetime(2026, 11, 20, tzinfo=UTC))

    assert slot.day == date(2026, 11, 16)
    assert slot.at.date() == date(2026, 11, 15)


def test_a_month_has_one_slot_on_the_first_such_day() -> None:
    monthly = replace(BERLIN, monthly=True)
    slots = next_slots(monthly, datetime(2026, 10, 22, tzinfo=UTC), 4)

    assert [slot.day.isoformat() for slot in slots] == [
        "2026-11-02",
        "2026-12-07",
        "2027-01-04",
        "2027-02-01",
    ]
    for slot in slots:
        assert (
            last_slot(monthly, slot.at) == last_slot(monthly, slot.at + timedelta(days=27)) == slot
        )
        assert last_slot(monthly, slot.at - timedelta(seconds=1)) != slot


@pytest.mark.parametrize(
    ("typed", "monthly", "review"),
    [("monthly", True, False), ("monthly review", True, True), ("review monthly", True, True)],
)
def test_monthly_and_review_go_together(typed: str, monthly: bool, review: bool) -> None:
    schedule, problems = parse_schedule(f"mon 09:00 Europe/Berlin {typed}")

    assert not problems
    assert schedule == replace(BERLIN, monthly=monthly, review=review)
    assert parse_schedule(as_command(schedule).split(" on ")[1]) == (schedule, ())
    told = "the first Monday of each month at 09:00 (Europe/Berlin)"
    assert describe_schedule(schedule) == told


@pytest.mark.parametrize(
    ("typed", "modes"),
    [
        ("vote", {"vote": True}),
        ("archive monthly", {"archive": True, "monthly": True}),
        ("approvals 2", {"review": True, "approvals": 2}),
        ("review approvals 3", {"review": True, "approvals": 3}),
        ("vote approvals 2", {"vote": True, "approvals": 2}),
    ],
)
def test_who_decides_is_read_and_written(typed: str, modes: dict[str, Any]) -> None:
    schedule, problems = parse_schedule(f"mon 09:00 Europe/Berlin {typed}")

    assert not problems
    assert schedule == replace(BERLIN, **modes)
    assert parse_schedule(as_command(schedule).split(" on ")[1]) == (schedule, ())


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("vote review", "Either moderators choose"),
        ("approvals", "from 1 to 5"),
        ("approvals many", "from 1 to 5"),
        ("approvals 0", "from 1 to 5"),
        ("approvals 6", "from 1 to 5"),
    ],
)
def test_who_decides_may_be_unclear(typed: str, problem: str) -> None:
    schedule, problems = parse_schedule(f"mon 09:00 Europe/Berlin {typed}")

    assert schedule is None
    assert problem in " ".join(problems)
