"""The client of each workspace: with the app's only token, or the one the workspace has granted."""

from collections.abc import Awaitable, Callable

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import AirquoteError
from bot.posting.poster import FailureKind, PostError
from bot.translations import gettext
from handlers.slack.client import act_for
from handlers.slack.credentials import INSTALL_AGAIN

# Finds the token that a workspace or its organization has granted, "" if none has. The second id
# is that of the organization, "" if it is unknown.
FindToken = Callable[[str, str], Awaitable[str]]


class Clients:
    """Gives the client of a workspace: `model` itself, or with `find_token` one that is like it.

    Without `find_token`, the token of the model is for all, as there is one workspace.
    """

    def __init__(self, model: AsyncWebClient, find_token: FindToken | None = None) -> None:
        self.model = model
        self._find_token = find_token

    async def of(self, workspace: str) -> AsyncWebClient:
        """Return the client of a workspace; raises PostError, UNAUTHORIZED if there is none."""
        try:
            token = await self.find_token(workspace)
        except AirquoteError as error:
            kind = FailureKind.REFUSED
            raise PostError(kind, error.subject, error.reason, error.remedy) from error
        if not token and self._find_token is not None:
            reason = gettext("the app is not installed in the workspace.")
            raise PostError(FailureKind.UNAUTHORIZED, "Slack", reason, gettext(INSTALL_AGAIN))
        return self.using(token, workspace)

    async def find_token(self, workspace: str, enterprise: str = "") -> str:
        """Return the token for a workspace, "" if the app is not installed there."""
        if self._find_token is None:
            return self.model.token or ""
        return await self._find_token(workspace, enterprise)

    def using(self, token: str, workspace: str) -> AsyncWebClient:
        """Return the client with a token that was found for a workspace."""
        if self._find_token is None:
            return self.model
        return act_for(self.model, token, workspace)
