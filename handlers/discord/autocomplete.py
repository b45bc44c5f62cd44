"""Suggestions while a member fills in the options of a command."""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from zoneinfo import available_timezones

from discord import app_commands

from bot.answers.suggestions import Suggestion, seasons, suggest_episodes, suggest_guests
from bot.library.library import Library
from bot.weekly.slots import find_zone, near_zones
from handlers.discord.interaction import BotInteraction
from handlers.discord.render.limits import CHOICE_LABEL, CHOICES
from handlers.discord.render.markdown import decode_markdown

# The time zones that are suggested before anything is typed.
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


async def autocomplete_guests(native: BotInteraction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest guests for what is typed."""
    return _suggest(
        lambda library: suggest_guests(library, decode_markdown(typed), CHOICES, CHOICE_LABEL),
        native,
    )


async def autocomplete_episodes(
    native: BotInteraction, typed: str
) -> list[app_commands.Choice[str]]:
    """Suggest episodes for what is typed."""
    return _suggest(
        lambda library: suggest_episodes(library, decode_markdown(typed), CHOICES, CHOICE_LABEL),
        native,
    )


async def autocomplete_seasons(
    native: BotInteraction, typed: str
) -> list[app_commands.Choice[int]]:
    """Suggest seasons whose number starts with what is typed."""
    found = _suggest(lambda library: _seasons(library, typed), native)
    return [app_commands.Choice(name=each.name, value=int(each.value)) for each in found]


async def autocomplete_zones(native: BotInteraction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest time zones for what is typed."""
    return _suggest(
        lambda _: [Suggestion(zone, zone) for zone in suggest_zones(decode_markdown(typed))], native
    )


def suggest_zones(typed: str) -> Sequence[str]:
    """List time zones whose names contain what is typed; cities that start with it come first."""
    wanted = "_".join(typed.split()).casefold()
    if not wanted:
        return _FREQUENT
    found = [zone for zone in _zones() if wanted in zone.casefold()]
    found.sort(key=lambda zone: not zone.casefold().split("/")[-1].startswith(wanted))
    return (found or near_zones(typed.strip(), CHOICES))[:CHOICES]


@cache
def _zones() -> tuple[str, ...]:
    """List all zones by the names under which they can be set."""
    return tuple(sorted(zone for zone in available_timezones() if find_zone(zone) == zone))


def _seasons(library: Library, typed: str) -> list[Suggestion]:
    return [each for each in seasons(library) if each.value.startswith(typed.strip())][:CHOICES]


def _suggest(
    suggest: Callable[[Library], Iterable[Suggestion]], native: BotInteraction
) -> list[app_commands.Choice[str]]:
    """Build the choices; none after an error, as autocomplete cannot show one."""
    try:
        choices = suggest(native.client.backend.intake.library)
        return [app_commands.Choice(name=each.label, value=each.value) for each in choices]
    except Exception:  # noqa: BLE001 - a menu has no other way to fail
        _log.exception("Suggestions failed.")
        return []
