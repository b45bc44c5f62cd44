"""What a date recalls."""

from datetime import date

import pytest

from bot.weekly.anniversaries import find_month, name_month, tell_years, years_since

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("published", "years"),
    [
        (date(2023, 11, 23), 3),
        (date(2023, 11, 29), 3),
        (date(2025, 11, 26), 1),
        (date(2023, 11, 22), 0),
        (date(2023, 11, 30), 0),
        (date(2026, 11, 24), 0),
        (None, 0),
    ],
)
def test_an_episode_of_the_same_week_is_so_many_years_old(
    published: date | None, years: int
) -> None:
    assert years_since(published, MONDAY) == years


def test_a_week_may_belong_to_two_years_and_a_leap_day_to_each() -> None:
    assert years_since(date(2020, 1, 2), date(2026, 12, 28)) == 7
    assert years_since(date(2020, 12, 30), date(2026, 12, 28)) == 6
    assert years_since(date(2024, 2, 29), date(2026, 2, 24)) == 2


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("2026-12", "2026-12"),
        ("2027-1", "2027-01"),
        ("December", "2026-12"),
        ("nov", "2026-11"),
        ("january", "2027-01"),
        ("ma", ""),
        ("2026-13", ""),
        ("soon", ""),
    ],
)
def test_a_month_is_read_as_the_next_of_its_name(typed: str, month: str) -> None:
    assert find_month(typed, MONDAY) == month


def test_years_and_months_are_written_for_readers() -> None:
    assert tell_years(1) == "1 year ago this week"
    assert name_month("2026-12") == "December 2026"
