"""What is suggested while somebody fills a command's options in."""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from zoneinfo import available_timezones

from discord import app_commands

from bot.answers.suggestions import Suggestion, seasons, suggest_episodes, suggest_guests
from bot.library.library import Library
from bot.slots import find_zone, near_zones
from handlers.discord.calls import Asked
from handlers.discord.limits import CHOICE_LABEL, CHOICES
from handlers.discord.text import decode

# What is offered of time zones before anything is typed.
_FREQUENT = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Africa/Lagos",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
)

_log = logging.getLogger(__name__)


async def offer_guests(asked: Asked, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest guests for what is typed."""
    return _offer(
        lambda library: suggest_guests(library, decode(typed), CHOICES, CHOICE_LABEL), asked
    )


async def offer_episodes(asked: Asked, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest episodes for what is typed."""
    return _offer(
        lambda library: suggest_episodes(library, decode(typed), CHOICES, CHOICE_LABEL), asked
    )


async def offer_seasons(asked: Asked, typed: str) -> list[app_commands.Choice[int]]:
    """Suggest seasons whose number begins as typed."""
    found = _offer(lambda library: _seasons(library, typed), asked)
    return [app_commands.Choice(name=each.name, value=int(each.value)) for each in found]


async def offer_zones(asked: Asked, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest time zones for what is typed."""
    return _offer(
        lambda _: [Suggestion(zone, zone) for zone in suggest_zones(decode(typed))], asked
    )


def suggest_zones(typed: str) -> Sequence[str]:
    """List time zones with what is typed in their names, those whose city begins so first."""
    wanted = "_".join(typed.split()).casefold()
    if not wanted:
        return _FREQUENT
    found = [zone for zone in _zones() if wanted in zone.casefold()]
    found.sort(key=lambda zone: not zone.casefold().split("/")[-1].startswith(wanted))
    return (found or near_zones(typed.strip(), CHOICES))[:CHOICES]


@cache
def _zones() -> tuple[str, ...]:
    """List all zones by the names under which they are found."""
    return tuple(sorted(zone for zone in available_timezones() if find_zone(zone) == zone))


def _seasons(library: Library, typed: str) -> list[Suggestion]:
    return [each for each in seasons(library) if each.value.startswith(typed.strip())][:CHOICES]


def _offer(
    suggest: Callable[[Library], Iterable[Suggestion]], asked: Asked
) -> list[app_commands.Choice[str]]:
    """Make choices, or none: autocomplete cannot show an error."""
    try:
        choices = suggest(asked.client.desk.intake.library)
        return [app_commands.Choice(name=each.label, value=each.value) for each in choices]
    except Exception:  # noqa: BLE001 - a menu has no other way to fail
        _log.exception("Nothing is suggested.")
        return []
