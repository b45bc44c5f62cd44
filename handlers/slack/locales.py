"""Which languages members read: each has chosen one in Slack."""

import asyncio
import logging
from collections.abc import Callable
from time import monotonic

from cachetools import TLRUCache
from slack_sdk.errors import SlackApiError

from bot.posting.places import Recipient
from bot.posting.poster import PostError
from bot.translations import closest_language
from handlers.http import NETWORK_ERRORS
from handlers.slack.client import slack_error_code
from handlers.slack.clients import Clients

KNOWN_SECONDS = 3600.0
# Then Slack is asked again, if it did not say.
UNKNOWN_SECONDS = 300.0
_MAX_MEMBERS = 10_000
# An answer in another language is better than a late one.
_WAIT_SECONDS = 1.0
_LOOKUP_SECONDS = 3.0
_MAX_LOOKUPS = 50
# In a burst, acknowledgements come first.
_YIELD_SECONDS = 0.1
_AT_ONCE = 3

_log = logging.getLogger(__name__)


class Locales:
    """Knows the languages of members; asks Slack, by the clock `now`, once an hour for each.

    If one language is `fixed` for all, Slack is never asked.
    """

    def __init__(
        self, clients: Clients, fixed: str = "", now: Callable[[], float] = monotonic
    ) -> None:
        self.fixed = fixed
        self._clients = clients
        self._known: TLRUCache[Recipient, str | None] = TLRUCache(_MAX_MEMBERS, _until, now)
        self._lookups: dict[Recipient, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def look_up(self, person: Recipient | None) -> None:
        """Begin to ask for a member's language, unless it is known."""
        if self.fixed or person is None or not person.id or person in self._known:
            return
        if person in self._lookups or len(self._lookups) >= _MAX_LOOKUPS:
            return
        lookup = self._lookups[person] = asyncio.create_task(self._ask(person))
        lookup.add_done_callback(lambda _: self._lookups.pop(person, None))

    def known_language(self, person: Recipient) -> str:
        """Return a member's language if Slack has said it, else ""."""
        return self.fixed or self._known.get(person) or ""

    async def language_of(self, person: Recipient | None) -> str:
        """Return a member's language; "" if there are no texts in it, or Slack does not say."""
        self.look_up(person)
        if person is None:
            return self.fixed
        if lookup := self._lookups.get(person):
            await asyncio.wait((lookup,), timeout=_WAIT_SECONDS)
        return self.known_language(person)

    async def _ask(self, person: Recipient) -> None:
        await asyncio.sleep(_YIELD_SECONDS)
        async with self._turns:
            self._known[person] = await self._answer(person)

    async def _answer(self, person: Recipient) -> str | None:
        try:
            async with asyncio.timeout(_LOOKUP_SECONDS):
                client = await self._clients.of(person.workspace)
                response = await client.users_info(user=person.id, include_locale=True)
        except SlackApiError as error:
            _note(slack_error_code(error))
        except (*NETWORK_ERRORS, AttributeError, PostError) as error:
            # The library raises AttributeError if the answer is plain text.
            _note(type(error).__name__)
        else:
            return closest_language((response.get("user") or {}).get("locale"))
        return None


def _until(_: Recipient, language: str | None, now: float) -> float:
    return now + (UNKNOWN_SECONDS if language is None else KNOWN_SECONDS)


def _note(reason: str) -> None:
    _log.info("Slack did not say which language a member reads: %s", reason)
