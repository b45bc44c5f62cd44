"""Who may decide on weekly quotes in Slack: admins of the workspace, and those who are named."""

import logging
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.deliveries import Place
from bot.service.request_queue import Requester
from handlers.slack.client import code_of
from handlers.web import NETWORK_ERRORS

REMEMBERED_SECONDS = 300.0
_ADMIN = ("is_admin", "is_owner", "is_primary_owner")
_ELSEWHERE = "That belongs to another workspace, so it is not decided here."
_UNKNOWN = "I could not find out whether you are an admin here. Please try again in a minute."
_NOT_ADMIN = (
    "That is for admins of this workspace. For somebody else to do it, their id has to be in "
    "AIRQUOTE_ADMINS; yours is {person}."
)
_NO_SCOPE = (
    "I cannot see who is an admin here. Give the app the scope users:read, or put your id into "
    "AIRQUOTE_ADMINS: {person}."
)

_log = logging.getLogger(__name__)


class Moderators:
    """Knows who may decide: `named` members, and the admins that Slack knows.

    What Slack says of a member is remembered for five minutes, by the clock `now`.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        named: Iterable[str] = (),
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._client = client
        self._named = frozenset(named)
        self._now = now
        self._known: dict[tuple[str, str], tuple[float, bool]] = {}

    async def obstacle(self, asker: Requester, place: Place) -> str:
        """Say why somebody may not decide on a place's quotes; "" if they may."""
        if (place.platform, place.workspace) != (asker.platform, asker.workspace):
            return _ELSEWHERE
        if asker.person in self._named:
            return ""
        try:
            allowed = await self._is_admin(asker)
        except SlackApiError as error:
            if code_of(error) == "missing_scope":
                return _NO_SCOPE.format(person=asker.person)
            _log.warning("Slack does not say who is an admin: %s", code_of(error))
            return _UNKNOWN
        except (*NETWORK_ERRORS, AttributeError) as error:
            # The last is what the library raises at an answer in plain text.
            _log.warning("Slack does not say who is an admin: %s", type(error).__name__)
            return _UNKNOWN
        return "" if allowed else _NOT_ADMIN.format(person=asker.person)

    async def _is_admin(self, asker: Requester) -> bool:
        key, now = (asker.workspace, asker.person), self._now()
        self._known = {each: seen for each, seen in self._known.items() if seen[0] > now}
        if key not in self._known:
            response = await self._client.users_info(user=asker.person)
            allowed = _is_admin(response.get("user") or {}, asker.workspace)
            self._known[key] = now + REMEMBERED_SECONDS, allowed
        return self._known[key][1]


def _is_admin(user: dict[str, Any], workspace: str) -> bool:
    """Say whether a member is an admin of a workspace, not of another that shares a channel."""
    teams = (user.get("enterprise_user") or {}).get("teams") or ()
    ours = user.get("team_id") == workspace or workspace in teams
    return ours and any(user.get(fact) is True for fact in _ADMIN)
