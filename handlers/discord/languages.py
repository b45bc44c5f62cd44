"""The language of an answer: of whoever alone sees it, or else of the server.

Discord tells both with every interaction. Messages come without the language of their author, so
that of their last interaction is remembered.
"""

from typing import Any

import discord
from cachetools import LRUCache

from bot.languages import ENGLISH
from bot.translations import closest_language

_MOST_PEOPLE = 10_000


class Languages:
    """Knows who speaks which language; `fixed` is that of all, if the settings name one."""

    def __init__(self, fixed: str = "") -> None:
        self.fixed = fixed
        self._last: LRUCache[int, str] = LRUCache(_MOST_PEOPLE)

    def of_member(self, native: discord.Interaction[Any]) -> str:
        """Return, and remember, the language of whoever uses a command or presses a button."""
        spoken = self._or_fixed(str(native.locale))
        self._last[native.user.id] = spoken
        return spoken

    def of_everybody(self, native: discord.Interaction[Any]) -> str:
        """Return the language of what all see there; outside of servers, it is the member's."""
        if native.guild_locale is None:
            return self.of_member(native)
        return self._or_fixed(str(native.guild_locale))

    def of_locale(self, locale: str) -> str:
        """Return the language for a locale as Discord names it."""
        return self._or_fixed(locale)

    def of_person(self, person: int) -> str:
        """Return the language of a person's last interaction, "" if there has been none."""
        return self.fixed or self._last.get(person, "")

    def of_server(self, guild: discord.Guild | None) -> str:
        """Return the language of a server, "" if Discord has not sent its data."""
        if guild is None or guild.unavailable:
            return self.fixed
        return self._or_fixed(str(guild.preferred_locale))

    def _or_fixed(self, locale: str) -> str:
        return self.fixed or closest_language(locale) or ENGLISH
