"""Install the app in a workspace: Bolt's own flow, at /slack/install and /slack/oauth_redirect."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.oauth.async_callback_options import AsyncFailureArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.claims import make_claim
from bot.config import Settings
from bot.errors import AirquoteError, StoreError, UnreachableError
from bot.service.claims import Claims
from bot.setting_types import reveal
from bot.store.database import Database
from bot.store.installations import SqlInstallations
from handlers.crypto import Cipher
from handlers.http import (
    NETWORK_ERRORS,
    HttpRequest,
    HttpResponse,
    RequestHandler,
    Server,
    network_of,
)
from handlers.services import Services
from handlers.slack.client import check_reachable
from handlers.slack.clients import FindToken
from handlers.slack.installations import Installations
from handlers.slack.manifests import REDIRECT_PATH, build_manifest

INSTALL_PATH = "/slack/install"
_STATE_SECONDS = 600
# How often the pages may be opened in a minute, by one address and by all.
_VISITS, _VISITS_OF_ALL, _MINUTE = 20, 300, timedelta(minutes=1)
_TOO_OFTEN = "Too many installations have begun. Please try again in a minute."
# GovSlack has an address of its own, and its API is there too.
_GOV = "https://slack-gov.com/"
_AUTHORIZE = "oauth/v2/authorize"

_log = logging.getLogger(__name__)

_Answer = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


class _States(AsyncSQLAlchemyOAuthStateStore):
    """Slack's store of states, in which those that have expired do not pile up."""

    def __init__(self, database: Database, rows: SqlInstallations) -> None:
        super().__init__(_STATE_SECONDS, database.engine)
        self._database = database
        self._rows = rows

    async def async_issue(self, *_: object, **__: object) -> str:
        """Issue a state; raises StoreError."""
        state, now = str(uuid4()), datetime.now(UTC)
        expires = now + timedelta(seconds=_STATE_SECONDS)
        await self._rows.add_state(state, expires, now)
        return state

    async def async_consume(self, state: str) -> bool:
        """Return whether a state was issued and not used; raises StoreError."""
        with self._database.explained():
            return bool(await super().async_consume(state))


def open_to_all(
    services: Services, client: AsyncWebClient
) -> tuple[FindToken, Callable[[], Awaitable[None]]]:
    """Let workspaces install the app; return what finds their tokens, and what checks that.

    The check raises ConfigError if the key does not decrypt the tokens, or UnreachableError. The
    server must not have started yet.
    """
    settings, database = services.settings, services.database
    installations = open_installations(settings, client, database)
    flow = build_flow(settings, client, database, installations)
    offer_installation(services.server, flow, services.intake.claims)

    async def check() -> None:
        try:
            await installations.renew()
        except StoreError as error:
            raise UnreachableError(error.subject, error.reason, error.remedy) from error
        await check_reachable(client)

    return installations.find_token, check


def open_installations(
    settings: Settings, client: AsyncWebClient, database: Database
) -> Installations:
    """Open the tokens of all workspaces; `client` rotates them."""
    rotator = AsyncTokenRotator(
        client_id=settings.slack_client_id,
        client_secret=reveal(settings.slack_client_secret),
        client=client,
    )
    return Installations(database, Cipher(settings.encryption_keys), rotator)


def build_flow(
    settings: Settings, client: AsyncWebClient, database: Database, installations: Installations
) -> AsyncOAuthFlow:
    """Build the flow, which asks for the scopes of the manifest for distribution."""
    gov = settings.slack_api_url.startswith(_GOV)
    scopes = build_manifest(distributed=True)["oauth_config"]["scopes"]["bot"]
    flow = AsyncOAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=reveal(settings.slack_client_secret),
        scopes=scopes,
        user_scopes=[],
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=f"{_GOV}{_AUTHORIZE}" if gov else None,
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=_States(database, installations.rows),
        state_expiration_seconds=_STATE_SECONDS,
    )
    return AsyncOAuthFlow(client=client, settings=flow)


def offer_installation(server: Server, flow: AsyncOAuthFlow, claims: Claims) -> None:
    """Serve the two pages of the flow, but not too often; the server must not have started yet."""
    server.show(INSTALL_PATH, _page(flow, flow.handle_installation, claims))
    server.show(REDIRECT_PATH, _page(flow, flow.handle_callback, claims))


def _page(flow: AsyncOAuthFlow, answer: _Answer, claims: Claims) -> RequestHandler:
    async def show(request: HttpRequest) -> HttpResponse:
        if await _is_too_often(claims, request):
            return HttpResponse(status=429, text=_TOO_OFTEN, headers={"Retry-After": "60"})
        asked = AsyncBoltRequest(body="", query=request.query_string, headers=dict(request.headers))
        try:
            told = await answer(asked)
        except (AirquoteError, *NETWORK_ERRORS, AttributeError, KeyError) as error:
            # The library raises the last two if the answer is not Slack's.
            _log.error("An installation failed: %s", _reason(error))
            told = await flow.failure_handler(_failure(flow, asked))
        return await to_aiohttp_response(told)

    return show


async def _is_too_often(claims: Claims, request: HttpRequest) -> bool:
    """Count a visit, in all processes together; return whether it is one too many.

    Behind a proxy, all visitors have its private address.
    """
    visitor = network_of(request.remote or "::")
    limits = [("", _VISITS_OF_ALL), *([(str(visitor), _VISITS)] if visitor.is_global else [])]
    too_often = False
    for name, limit in limits:
        claimed = await claims.take(make_claim("installing", name, lasts=_MINUTE))
        too_often |= claimed is not None and claimed.count > limit
    return too_often


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, AirquoteError) else type(error).__name__


def _failure(flow: AsyncOAuthFlow, asked: AsyncBoltRequest) -> AsyncFailureArgs:
    return AsyncFailureArgs(
        request=asked,
        reason="storage_error",
        suggested_status_code=503,
        settings=flow.settings,
        default=flow.default_callback_options,
    )
