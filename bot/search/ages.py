"""The order of episodes in time."""

from collections.abc import Sequence

from bot.models import Episode


def ages_of(episodes: Sequence[Episode]) -> dict[int, tuple[float, float]]:
    """Order episodes in time: by date if all numbered ones have a date, else by number."""
    days = {n: each.published for n, each in enumerate(episodes) if each.published}
    seasons = {n: each.season for n, each in enumerate(episodes) if each.season is not None}
    if seasons.keys() <= days.keys():
        return {number: (day.toordinal(), number) for number, day in days.items()}
    last = float("inf")
    return {n: (season, episodes[n].number or last) for n, season in seasons.items()}


def sort_by_age(
    episodes: Sequence[Episode], numbers: Sequence[int], *, newest_first: bool
) -> list[int]:
    """Return the positions of some episodes' numbers, sorted by age; unknown ages come last."""
    ages = ages_of(episodes)
    unknown = (float("-inf") if newest_first else float("inf"), 0.0)
    keys = [ages.get(number, unknown) for number in numbers]
    return sorted(range(len(keys)), key=keys.__getitem__, reverse=newest_first)
