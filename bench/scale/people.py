"""Ten thousand workspaces on a Monday: where they are, when they ask, when they get a quote.

What is assumed here is not measured, as nobody has so many workspaces yet: the shares of the zones,
how differently workspaces ask, and the hours at which people do.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

MONDAY = datetime(2026, 11, 30, tzinfo=ZoneInfo("UTC"))
BEGIN = MONDAY - timedelta(hours=6)
"""When the day begins: before it is nine in Sydney."""
SECONDS = 32 * 3600.0
"""How long it lasts: until it is evening in Los Angeles."""

_NINE = time(9)
_ZONES = {
    "America/Chicago": 0.09,
    "America/Los_Angeles": 0.12,
    "America/New_York": 0.20,
    "America/Sao_Paulo": 0.07,
    "Asia/Kolkata": 0.10,
    "Asia/Singapore": 0.05,
    "Asia/Tokyo": 0.04,
    "Australia/Sydney": 0.03,
    "Europe/Athens": 0.04,
    "Europe/Berlin": 0.17,
    "Europe/London": 0.09,
}
_DISCORD_SHARE = 0.4
# The largest tenth of the workspaces asks about half of all.
_SPREAD = 1.1
# The share of a day's commands in each hour of it, at work and in the evening.
_HOURS = {
    "slack": (0, 0, 0, 0, 0, 0, 1, 3, 8, 14, 13, 12, 8, 10, 12, 11, 9, 6, 3, 2, 1, 1, 0, 0),
    "discord": (2, 1, 1, 0, 0, 0, 1, 2, 3, 4, 5, 5, 6, 6, 6, 6, 7, 8, 10, 12, 13, 12, 8, 4),
}


@dataclass(frozen=True, slots=True)
class Day:
    """What happens, in seconds from BEGIN: commands, and quotes that are due, by platform."""

    commands: np.ndarray
    quotes: dict[str, np.ndarray]


def draw_day(workspaces: int, commands: float, seed: int = 1) -> Day:
    """Draw a day of workspaces that ask `commands` each on average; all want a quote at nine."""
    random = np.random.default_rng(seed)
    zones = random.choice(len(_ZONES), workspaces, p=[*_ZONES.values()])
    on_discord = random.random(workspaces) < _DISCORD_SHARE
    wanted = random.lognormal(-(_SPREAD**2) / 2, _SPREAD, workspaces) * commands
    asked: list[np.ndarray] = []
    quotes: dict[str, np.ndarray] = {}
    nine = np.array([_seconds_to(name, _NINE) for name in _ZONES])
    for platform, members in (("slack", ~on_discord), ("discord", on_discord)):
        quotes[platform] = np.sort(nine[zones[members]])
        for number, name in enumerate(_ZONES):
            mean = wanted[members & (zones == number)].sum()
            asked.append(_draw_commands(random, name, _HOURS[platform], mean))
    times = np.concatenate(asked)
    return Day(np.sort(times[(times >= 0) & (times < SECONDS)]), quotes)


def _draw_commands(
    random: np.random.Generator, zone: str, hours: tuple[int, ...], mean: float
) -> np.ndarray:
    midnight, share = _seconds_to(zone, time(0)), np.array(hours) / sum(hours)
    counts = random.poisson(mean * share)
    begins = np.repeat(midnight + 3600.0 * np.arange(24), counts)
    return np.asarray(begins + 3600.0 * random.random(len(begins)))


def _seconds_to(zone: str, moment: time) -> float:
    local = datetime.combine(MONDAY.date(), moment, ZoneInfo(zone))
    return (local - BEGIN).total_seconds()
