"""The client for Slack's Web API, and what its errors mean."""

import logging
from base64 import b64encode
from collections.abc import Awaitable
from contextlib import suppress
from copy import copy
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import ConfigError, UnreachableError
from bot.setting_types import Secret, reveal
from bot.translations import gettext_noop
from handlers.http import NETWORK_ERRORS, Session, explain_network
from handlers.slack.credentials import APP_TOKEN_FROM, BOT_TOKEN_FROM, INSTALL_AGAIN
from handlers.slack.pictures import REFUSES_PICTURE, has_pictures, without_pictures
from handlers.token_watch import TokenWatch

# Permanent errors, as properties of the token; all others may be temporary.
REFUSALS = {
    "account_inactive": gettext_noop("its app was uninstalled, or its workspace is gone"),
    "access_denied": gettext_noop("its app may not be used there"),
    "ekm_access_denied": gettext_noop("its app may not be used there"),
    "forbidden_team": gettext_noop("its app may not be used there"),
    "invalid_auth": gettext_noop("Slack rejects it"),
    "missing_scope": gettext_noop("it lacks a scope"),
    "no_permission": gettext_noop("its app may not be used there"),
    "not_allowed_token_type": gettext_noop("it is the wrong kind of token"),
    "not_authed": gettext_noop("it is empty"),
    "org_login_required": gettext_noop("its workspace has moved to an organization"),
    "team_access_not_granted": gettext_noop("its app may not be used there"),
    "token_expired": gettext_noop("it has expired"),
    "token_revoked": gettext_noop("it was revoked"),
}

# Those of them that say that no call with this token works.
_DEAD = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)
# The only method that is called with the app-level token.
_OPEN_SOCKET = "apps.connections.open"
# Whoever calls these reports what is wrong with the token.
_CHECKS = frozenset({"auth.test", _OPEN_SOCKET})
# Slack's own servers answer with these, and with no code, when they are down.
_SERVER_ERRORS = range(500, 505)
_NOT_SLACK = "a web page or other text answers instead of Slack."
_SIGN_IN = (
    "The network may want you to sign in first (a captive portal): open any page in a browser. "
    "Otherwise check the proxy in HTTPS_PROXY, and SLACK_API_URL."
)
# Where the only token of one workspace is from, and how to get another.
_OWN_TOKEN = ("SLACK_BOT_TOKEN", BOT_TOKEN_FROM)

_log = logging.getLogger(__name__)


class _Client(AsyncWebClient):
    """The library's client, which tells `watch` whether Slack accepts its token.

    `token_from` names where that is from, and how to get another. What Slack refuses because of a
    picture is sent again without pictures.
    """

    watch: TokenWatch
    token_from: tuple[str, str] = _OWN_TOKEN

    async def api_call(self, api_method: str, **facts: Any) -> AsyncSlackResponse:  # noqa: ANN401
        """Call a method, and note what the answer says about the token."""
        if app := facts.pop("auth", None):
            # The library would use what aiohttp will no longer offer.
            facts["headers"] = {**(facts.get("headers") or {}), "Authorization": _basic(**app)}
        try:
            response = await super().api_call(api_method, **facts)
        except SlackApiError as error:
            code = slack_error_code(error)
            sent = facts.get("json")
            if code in REFUSES_PICTURE and has_pictures(sent):
                _log.info("Slack refuses a picture; the message is sent again without any.")
                return await self.api_call(api_method, **facts | {"json": without_pictures(sent)})
            if code in _DEAD and api_method not in _CHECKS:
                variable, remedy = self.token_from
                self.watch.reject(_rejection(variable, code, remedy))
            raise
        if api_method != _OPEN_SOCKET:
            self.watch.accept()
        return response


def create_client(
    api_url: str,
    bot_token: Secret | None,
    session: Session | None = None,
    watch: TokenWatch | None = None,
    *,
    retry: bool = True,
) -> AsyncWebClient:
    """Create a client for Slack's Web API that retries when Slack is busy.

    It uses the connections of `session`, else a new one per call, and the proxy that
    HTTPS_PROXY or HTTP_PROXY names. `watch` hears whether its token is accepted.
    """
    handlers = [
        AsyncConnectionErrorRetryHandler(),
        AsyncRateLimitErrorRetryHandler(max_retry_count=2),
        AsyncServerErrorRetryHandler(max_retry_count=2),
    ]
    client = _Client(
        token=reveal(bot_token) or None,
        base_url=api_url,
        session=session,
        retry_handlers=handlers if retry else [],
    )
    client.watch = watch or TokenWatch("slack")
    return client


def act_for(client: AsyncWebClient, token: str, workspace: str) -> AsyncWebClient:
    """Copy a client to act in a workspace that has granted a token.

    That one workspace's token is rejected says nothing of the others. An organization's token needs
    the workspace in some calls.
    """
    own = copy(client)
    own.token = token or None
    own.default_params = {"team_id": workspace} if workspace.startswith("T") else {}
    if isinstance(own, _Client):
        own.watch = TokenWatch("slack")
        own.token_from = (f"Slack workspace {workspace}", INSTALL_AGAIN)
    return own


async def check_bot_token(client: AsyncWebClient) -> AsyncSlackResponse:
    """Ask Slack whose bot token it is; raises ConfigError if rejected, else UnreachableError."""
    return await _ask(client, client.auth_test(), *_token_of(client))


async def check_reachable(client: AsyncWebClient) -> None:
    """Ask Slack whether it answers; raises UnreachableError if not."""
    await _ask(client, client.api_test(), "SLACK_API_URL", _SIGN_IN)


async def check_app_token(client: AsyncWebClient, app_token: Secret) -> str:
    """Ask Slack for the address of a socket; raises the same errors as `check_bot_token`."""
    asked = client.apps_connections_open(app_token=app_token.get_secret_value())
    response = await _ask(client, asked, "SLACK_APP_TOKEN", APP_TOKEN_FROM)
    return str(response["url"])


async def check_tokens(client: AsyncWebClient, app_token: Secret) -> str:
    """Check both tokens and return the address of a socket; an error names every rejected one."""
    try:
        await check_bot_token(client)
    except ConfigError as first:
        try:
            with suppress(UnreachableError):
                await check_app_token(client, app_token)
        except ConfigError as second:
            subjects = f"{first.subject}, {second.subject}"
            raise ConfigError(subjects, f"both are rejected.\n{first}\n{second}") from second
        raise
    return await check_app_token(client, app_token)


def slack_error_code(error: SlackApiError) -> str:
    """Return Slack's code of an error, or the HTTP status if the answer is not Slack's."""
    code = answer_of(error).get("error")
    return str(code or getattr(error.response, "status_code", "nothing"))


def token_behind(error: SlackApiError) -> tuple[str, str]:
    """Name the token with which a call was refused, and say how to get another."""
    return _token_of(getattr(error.response, "_client", None))


def _token_of(client: object) -> tuple[str, str]:
    return client.token_from if isinstance(client, _Client) else _OWN_TOKEN


def answer_of(error: SlackApiError) -> dict[str, Any]:
    """Return the answer behind an error, empty if it is not Slack's."""
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}


def _basic(client_id: str, client_secret: str) -> str:
    return f"Basic {b64encode(f'{client_id}:{client_secret}'.encode()).decode()}"


async def _ask(
    client: AsyncWebClient, asked: Awaitable[AsyncSlackResponse], variable: str, remedy: str
) -> AsyncSlackResponse:
    try:
        return await asked
    except SlackApiError as error:
        code = slack_error_code(error)
        if code in REFUSALS:
            raise _rejection(variable, code, remedy) from error
        if code.isdecimal() and int(code) not in _SERVER_ERRORS:
            raise UnreachableError(client.base_url, _NOT_SLACK, _SIGN_IN) from error
        raise _unreachable(client, f"it answers “{code}”") from error
    except AttributeError as error:
        # The library raises this if the answer is no JSON.
        raise UnreachableError(client.base_url, _NOT_SLACK, _SIGN_IN) from error
    except NETWORK_ERRORS as error:
        raise _unreachable(client, explain_network(error)) from error


def _rejection(variable: str, code: str, remedy: str) -> ConfigError:
    return ConfigError(variable, f"{REFUSALS[code]} ({code}).", remedy)


def _unreachable(client: AsyncWebClient, reason: str) -> UnreachableError:
    remedy = "Check the network, and HTTPS_PROXY if it is set."
    return UnreachableError(client.base_url, f"it cannot be reached ({reason}).", remedy)
