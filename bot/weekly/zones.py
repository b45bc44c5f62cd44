"""Time zones as people type them: a name, a city, a country, an abbreviation or an offset."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from bot.search.index.analysis import normalise
from bot.search.spelling import nearest

_UTC_NAMES = frozenset({"utc", "gmt", "z", "zulu", "etc/utc"})
_ABBREVIATION = re.compile(r"[A-Z]{1,5}\d?")
# Where most of those live who use an abbreviation. The answer names the place, and "IST" is missing
# because Dublin, Jerusalem and Kolkata all use it.
_ABBREVIATED = {
    "Europe/London": "bst wet",
    "Europe/Berlin": "cet cest mez mesz",
    "Europe/Athens": "eet eest",
    "Europe/Moscow": "msk",
    "America/New_York": "et est edt",
    "America/Chicago": "ct cst cdt",
    "America/Denver": "mt mst mdt",
    "America/Los_Angeles": "pt pst pdt",
    "America/Sao_Paulo": "brt",
    "Asia/Tokyo": "jst",
    "Asia/Singapore": "sgt",
    "Australia/Sydney": "aest aedt",
    "Pacific/Auckland": "nzst nzdt",
}
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
# Places whose clocks are never changed, by their offset, where it is no whole hour.
_ODD_OFFSETS = {
    "+03:30": "Asia/Tehran",
    "+04:30": "Asia/Kabul",
    "+05:30": "Asia/Kolkata",
    "+05:45": "Asia/Kathmandu",
    "+06:30": "Asia/Yangon",
    "+09:30": "Australia/Darwin",
}
# What the tables of the time zone database call otherwise.
_COUNTRY_NAMES = {
    **dict.fromkeys(("uk", "united_kingdom", "great_britain", "england", "scotland"), "GB"),
    **dict.fromkeys(("us", "usa", "united_states_of_america"), "US"),
    **dict.fromkeys(("korea", "south_korea"), "KR"),
    "north_korea": "KP",
    "holland": "NL",
    "uae": "AE",
    "turkiye": "TR",
    "czechia": "CZ",
}
# Where nearly everybody in a country lives that has more than one zone.
_CAPITALS = {
    "AR": "America/Argentina/Buenos_Aires",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
_PLACE = re.compile(r"[^\W\d_]+(?:[_.'-]+[^\W\d_]+)*")
# One day in each half of a year tells clocks apart that are changed.
_DAYS = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))


def find_zone(typed: str) -> str | None:
    """Find a zone by its name, its city or country, an abbreviation or an offset, ignoring case.

    The country may follow a city, known or not: "Hamburg, Germany".
    """
    name = _folded(typed)
    if name in _UTC_NAMES:
        return "UTC"
    found = _zones().get(name) or _abbreviated().get(name) or _at_offset(name) or _of_city(name)
    return found or _of_country(name)


def near_zones(typed: str, count: int = 3) -> list[str]:
    """List the zones that a name may mean, such as that of a city, or those of a country."""
    if not typed:
        return []
    name = _folded(typed)
    _, country = _split_country(name)
    if country:
        apart = {_clock(zone): zone for zone in reversed(_zones_of(country))}
        return [*reversed(apart.values())][:count]
    if _ABBREVIATION.fullmatch(typed):
        return []
    cities = _cities().get(name, ())
    return [*cities[:count]] or nearest(typed, sorted(_zones().values()), count)


def name_zone(zone: str) -> str:
    """Name a zone: those at an offset as in "UTC+02:00"."""
    before, _, offset = zone.partition("Etc/GMT")
    if before or len(offset) < 2:
        return zone
    return f"UTC{'-' if offset[0] == '+' else '+'}{int(offset[1:]):02}:00"


def _folded(typed: str) -> str:
    """Write a name as the tables here do: without accents, and "_" for blanks and commas."""
    name = "_".join(typed.replace(",", " ").replace("_", " ").split())
    return normalise(name).replace("\u2212", "-")


@cache
def _zones() -> dict[str, str]:
    """List the zones named after places, as only they follow clock changes."""
    return {
        name.casefold(): name
        for name in available_timezones()
        if "/" in name and not name.startswith("Etc/")
    }


@cache
def _cities() -> dict[str, tuple[str, ...]]:
    """List the zones of each city."""
    cities: dict[str, tuple[str, ...]] = {}
    for key, zone in sorted(_zones().items()):
        city = key.split("/")[-1]
        cities[city] = (*cities.get(city, ()), zone)
    return cities


def _of_city(name: str) -> str | None:
    found = _cities().get(name, ())
    return found[0] if len({_clock(zone) for zone in found}) == 1 else None


def _of_country(name: str) -> str | None:
    """Find the zone of a country, or of a city in it."""
    city, country = _split_country(name)
    if not country:
        return None
    zones = _zones_of(country)
    clocks = {_clock(zone) for zone in zones}
    known = _cities().get(city, ())
    there = [zone for zone in known if _clock(zone) in clocks]
    if known:
        return there[0] if there else None
    return _CAPITALS.get(country) or (zones[0] if len(clocks) == 1 else None)


def _split_country(name: str) -> tuple[str, str]:
    """Split the code of a country from the city before it, each "" if there is none."""
    words = name.split("_")
    for past in range(len(words)):
        city, country = "_".join(words[:past]), _countries().get("_".join(words[past:]))
        if country and (not city or _PLACE.fullmatch(city)):
            return city, country
    return "", ""


@cache
def _countries() -> dict[str, str]:
    """List the codes of countries by their names."""
    named = {_folded(name): code for code, name in _table("iso3166.tab")}
    return {name: code for name, code in (named | _COUNTRY_NAMES).items() if _zones_of(code)}


@cache
def _zones_of(country: str) -> Sequence[str]:
    """List the zones of a country by its code."""
    known = {*_zones().values()}
    return [zone for code, _, zone in _table("zone.tab") if code == country and zone in known]


@cache
def _table(name: str) -> Sequence[Sequence[str]]:
    """Read the rows of a table of the time zone database, without the cells that some lack."""
    lines = files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t")[:3] for line in lines if line and not line.startswith("#")]
    return tuple(map(tuple, rows))


def _clock(zone: str) -> tuple[timedelta | None, ...]:
    """Return how far the clocks of a zone are from UTC in winter and in summer."""
    return tuple(ZoneInfo(zone).utcoffset(day) for day in _DAYS)


@cache
def _abbreviated() -> dict[str, str]:
    return {each: zone for zone, names in _ABBREVIATED.items() for each in names.split()}


def _at_offset(typed: str) -> str | None:
    """Find a zone that is always so many hours from UTC; the names of most have the wrong sign."""
    found = _OFFSET.fullmatch(typed)
    if not found:
        return None
    sign, hours, minutes = found[1], int(found[2]), found[3] or "00"
    if minutes != "00":
        return _ODD_OFFSETS.get(f"{sign}{hours:02}:{minutes}")
    if not hours:
        return "UTC"
    zone = f"Etc/GMT{'-' if sign == '+' else '+'}{hours}"
    return zone if zone in available_timezones() else None
