"""Who may moderate weekly quotes in Slack: workspace admins and the members in the settings."""

import logging
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from cachetools import TTLCache
from slack_sdk.errors import SlackApiError

from bot.posting.places import Channel, Requester
from bot.posting.poster import PostError
from bot.translations import gettext
from handlers.http import NETWORK_ERRORS
from handlers.slack.client import slack_error_code
from handlers.slack.clients import Clients

REMEMBERED_SECONDS = 300.0
_MAX_REMEMBERED = 10_000
_ADMIN = ("is_admin", "is_owner", "is_primary_owner")

_log = logging.getLogger(__name__)


class Moderators:
    """Knows who may moderate: the `named` members and the workspace's admins.

    Slack's answer is cached for five minutes, by the clock `now`.
    """

    def __init__(
        self,
        clients: Clients,
        named: Iterable[str] = (),
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._clients = clients
        self._named = frozenset(named)
        self._known: TTLCache[Requester, bool] = TTLCache(_MAX_REMEMBERED, REMEMBERED_SECONDS, now)

    async def obstacle(self, asker: Requester, channel: Channel) -> str:
        """Say why a member may not moderate a channel's quotes, "" if they may."""
        if (channel.platform, channel.workspace) != (asker.platform, asker.workspace):
            return gettext("That belongs to another workspace.")
        if asker.person in named_in(asker.workspace, self._named):
            return ""
        try:
            allowed = await self._is_admin(asker)
        except SlackApiError as error:
            if slack_error_code(error) == "missing_scope":
                return _no_scope(asker.person)
            _log.warning("Slack did not say who is an admin: %s", slack_error_code(error))
            return _unknown()
        except (*NETWORK_ERRORS, AttributeError, PostError) as error:
            # The library raises AttributeError if the answer is plain text.
            _log.warning("Slack did not say who is an admin: %s", type(error).__name__)
            return _unknown()
        return "" if allowed else _not_admin(asker.person)

    async def _is_admin(self, asker: Requester) -> bool:
        allowed: bool | None = self._known.get(asker)
        if allowed is None:
            client = await self._clients.of(asker.workspace)
            response = await client.users_info(user=asker.person)
            allowed = is_admin(response.get("user") or {}, asker.workspace)
            self._known[asker] = allowed
        return allowed


def named_in(workspace: str, named: Iterable[str]) -> frozenset[str]:
    """Return the ids in the settings that count in a workspace: all but those of another one."""
    ids = (each.rpartition("/") for each in named)
    return frozenset(person for home, _, person in ids if home in ("", workspace))


def is_admin(user: dict[str, Any], workspace: str) -> bool:
    """Return whether a member is an admin of this workspace, not of one that shares a channel."""
    teams = (user.get("enterprise_user") or {}).get("teams") or ()
    ours = user.get("team_id") == workspace or workspace in teams
    return ours and any(user.get(fact) is True for fact in _ADMIN)


def _unknown() -> str:
    return gettext("I could not check whether you are an admin here. Please try again in a minute.")


def _not_admin(person: str) -> str:
    return gettext(
        "Only admins of this workspace can do that, and members named in AIRQUOTE_ADMINS. "
        "Your id is {person}.",
        person=person,
    )


def _no_scope(person: str) -> str:
    return gettext(
        "I cannot see who is an admin here. Give the app the scope users:read, or add your id to "
        "AIRQUOTE_ADMINS: {person}.",
        person=person,
    )
