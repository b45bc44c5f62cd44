"""Suggestions while a member fills in the options of a command."""

import asyncio
import logging
from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from discord import app_commands

from bot.answers.several import Suggest, suggest_from
from bot.answers.suggestions import (
    Suggestion,
    seasons,
    suggest_episodes,
    suggest_guests,
    suggest_speakers,
)
from bot.library.library import Library
from bot.text import truncate
from bot.translations import speaking
from bot.weekly.zones import find_zone, near_zones
from handlers.discord.interaction import BotInteraction, Interaction
from handlers.discord.reading import read_option
from handlers.discord.render.limits import CHOICE_LABEL, CHOICES

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
    return await _suggest(suggest_guests, native, typed)


async def autocomplete_speakers(
    native: BotInteraction, typed: str
) -> list[app_commands.Choice[str]]:
    """Suggest speakers for what is typed."""
    return await _suggest(suggest_speakers, native, typed)


async def autocomplete_episodes(
    native: BotInteraction, typed: str
) -> list[app_commands.Choice[str]]:
    """Suggest episodes for what is typed."""
    return await _suggest(suggest_episodes, native, typed)


async def autocomplete_seasons(
    native: BotInteraction, typed: str
) -> list[app_commands.Choice[int]]:
    """Suggest seasons whose number starts with what is typed."""
    found = await _suggest(_seasons, native, typed)
    return [app_commands.Choice(name=each.name, value=int(each.value)) for each in found]


async def autocomplete_zones(native: BotInteraction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest time zones for what is typed."""
    return await _suggest(_suggest_zones, native, typed)


async def autocomplete_podcasts(
    native: BotInteraction, typed: str
) -> list[app_commands.Choice[str]]:
    """Suggest podcasts for the last id that is typed, after those before it."""
    *before, last = typed.casefold().replace(",", " ").split(" ")
    podcasts = native.client.backend.intake.shelf.podcasts.values()
    left = [each for each in podcasts if each.id not in before]
    found = [each for each in left if last in each.id or last in each.title.casefold()]
    return [
        app_commands.Choice(
            name=truncate(f"{each.id}: {each.title}", CHOICE_LABEL),
            value=" ".join((*filter(None, before), each.id)),
        )
        for each in found[:CHOICES]
    ]


def suggest_zones(typed: str) -> Sequence[str]:
    """List time zones whose names contain what is typed; cities that start with it come first."""
    wanted = "_".join(typed.split()).casefold()
    if not wanted:
        return _FREQUENT
    found = [zone for zone in _zones() if wanted in zone.casefold()]
    found.sort(key=lambda zone: not zone.casefold().split("/")[-1].startswith(wanted))
    if not found and (meant := find_zone(typed)):
        return [meant]
    return (found or near_zones(typed.strip(), CHOICES))[:CHOICES]


@cache
def _zones() -> tuple[str, ...]:
    """List all zones by the names under which they can be set."""
    return tuple(sorted(zone for zone in available_timezones() if find_zone(zone) == zone))


def _seasons(library: Library, typed: str, limit: int, _: int) -> list[Suggestion]:
    return [each for each in seasons(library) if each.value.startswith(typed)][:limit]


def _suggest_zones(_: Library, typed: str, __: int, ___: int) -> list[Suggestion]:
    return [Suggestion(zone, zone) for zone in suggest_zones(typed)]


async def _suggest(
    suggest: Suggest,
    native: BotInteraction,
    typed: str,
) -> list[app_commands.Choice[str]]:
    """Build the choices in a thread; none after an error, as autocomplete cannot show one."""
    backend = native.client.backend
    try:
        wanted = read_option(native, typed)
        with speaking(backend.languages.of_member(native)):
            libraries = await backend.intake.libraries_for(Interaction(native).asker)
            found = await asyncio.to_thread(
                suggest_from, libraries, suggest, wanted, CHOICES, CHOICE_LABEL
            )
        return [app_commands.Choice(name=each.label, value=each.value) for each in found]
    except Exception:  # noqa: BLE001 - a menu has no other way to fail
        _log.exception("Suggestions failed.")
        return []
