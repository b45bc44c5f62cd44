"""The Slack app: Bolt's app with all listeners."""

import asyncio
import logging
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from copy import copy
from dataclasses import dataclass
from functools import partial
from secrets import token_hex
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import AirquoteError
from bot.posting.places import Recipient, Requester, platform_of
from bot.service.claims import Events
from bot.service.request_queue import RequestQueue
from bot.service.sharing import Shares
from bot.translations import gettext, language_spoken, speaking
from bot.weekly.ports import WeeklyContext
from handlers.in_flight import InFlight
from handlers.platform import Platform
from handlers.services import Services
from handlers.slack.actions import handle_action
from handlers.slack.client import check_bot_token, create_client
from handlers.slack.clients import Clients, FindToken
from handlers.slack.credentials import INSTALL_AGAIN
from handlers.slack.errors import run_listener
from handlers.slack.http_events import HttpEvents, build_request_handler
from handlers.slack.interaction import Interaction
from handlers.slack.listeners import (
    COMMANDS,
    EVENTS,
    GLOBAL_SHORTCUTS,
    MESSAGE_SHORTCUTS,
    OPTIONS,
    UNANSWERED,
    VIEWS,
    Listener,
)
from handlers.slack.locales import Locales
from handlers.slack.manifests import EVENTS_PATH
from handlers.slack.moderators import Moderators
from handlers.slack.poster import SlackPoster
from handlers.slack.render.messages import render_reply
from handlers.slack.socket_mode import SocketMode
from handlers.slack.taken import Taken
from handlers.token_watch import TokenWatch

PLATFORM = "slack"
# How long a command over HTTP may wait for its acknowledgement, of the three seconds that Slack
# waits. If the process is killed meanwhile, its connection breaks, so the command is not lost.
_HOLDING_SECONDS = 2.0

_log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[object]]
_BoltListener = Callable[..., Awaitable[None]]
_Middleware = Callable[..., Awaitable[BoltResponse | None]]


def build_slack(services: Services) -> Platform | None:
    """Build the connection to Slack: a socket, or HTTP if only a signing secret is set.

    None if neither a bot token is set, nor what lets workspaces grant theirs.
    """
    settings = services.settings
    token, url = settings.slack_bot_token, settings.slack_api_url
    if not (token or settings.slack_for_many):
        return None
    in_flight, watch = InFlight(), TokenWatch(PLATFORM)
    client = create_client(url, token, services.session, watch)
    # A post that is sent again may appear twice.
    once = create_client(url, token, services.session, watch, retry=False)
    find_token, check = _open_tokens(services, client)
    clients = Clients(client, find_token)
    locales = Locales(clients, settings.reply_language)
    admins = [each for each in settings.admin_ids if platform_of(each) == PLATFORM]
    poster = SlackPoster(Clients(once, find_token), admins, locales)
    build = partial(
        build_bolt_app,
        services.intake,
        services.weekly,
        clients,
        admins=admins,
        in_flight=in_flight,
        locales=locales,
    )
    if settings.slack_app_token:
        return SocketMode(build(), settings.slack_app_token, in_flight, poster, watch)
    if settings.slack_signing_secret:
        secret = settings.slack_signing_secret.get_secret_value()
        app = build(signing_secret=secret)
        turn_away = partial(_turn_away, services, locales)
        services.server.add(EVENTS_PATH, build_request_handler(app, secret, turn_away))
        return HttpEvents(check, in_flight, poster, watch)
    return None


def _turn_away(services: Services, locales: Locales, body: dict[str, Any]) -> dict[str, Any] | None:
    """Say that this process is busy to whoever sends a command, if it would answer too late."""
    if "command" not in body or not services.server.is_behind():
        return None
    asker = Requester(PLATFORM, body.get("team_id", ""), body.get("user_id", ""))
    with speaking(locales.known_language(asker.recipient)):
        busy = services.intake.turn_away(PLATFORM)
        return {**render_reply(busy), "response_type": "ephemeral"}


def _open_tokens(services: Services, client: AsyncWebClient) -> tuple[FindToken | None, Check]:
    """Return what finds the tokens of many workspaces, if there are, and what checks the setup."""
    if not services.settings.slack_for_many:
        return None, partial(check_bot_token, client)
    # Imported here, because one workspace needs neither encryption nor pages.
    from handlers.slack.oauth import open_to_all

    with unseen("SLACK_"):
        return open_to_all(services, client)


def build_bolt_app(
    intake: RequestQueue,
    weekly: WeeklyContext,
    clients: Clients,
    *,
    admins: Iterable[str] = (),
    signing_secret: str | None = None,
    in_flight: InFlight | None = None,
    locales: Locales | None = None,
) -> AsyncApp:
    """Build the app that answers through the client of each workspace, over Socket Mode or HTTP.

    Answers to a response_url use the session of that client. `admins` are members who may moderate
    weekly quotes like the workspace's own admins. `in_flight` counts the running listeners, and
    `locales` knows who reads which language. Without a signing secret, every request over HTTP is
    rejected.
    """
    app = _bolt_app(clients, signing_secret or token_hex())
    events = Events(PLATFORM, intake.claims)
    shares = Shares(intake.claims, on_posted=intake.note_share)
    moderators, taken = Moderators(clients, admins), Taken()

    def read(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> Interaction:
        workspace = context.team_id or ""
        asker = Requester(PLATFORM, workspace, context.user_id or "")
        client = clients.using(context.bot_token or "", workspace)
        return Interaction(
            body, ack, asker, intake, client, shares, weekly, moderators, taken, language_spoken()
        )

    door = _Door(events, over_http=signing_secret is not None)
    bind = partial(_bind, read, door, in_flight or InFlight(), locales or Locales(clients))
    app.use(_ignore_retries(door))
    _register(app, bind)
    app.error(_reject_payload)
    return app


@dataclass(frozen=True, slots=True)
class _Door:
    """Where payloads come in, and what is known of those that came before."""

    events: Events
    over_http: bool

    def holds(self, body: dict[str, Any]) -> bool:
        """Return whether a payload is acknowledged with its answer, or after it."""
        return self.over_http and "command" in body

    def is_repeated(self, body: dict[str, Any]) -> bool:
        """Return whether this process has seen a payload before, and remember it."""
        event = self._event_of(body)
        return bool(event) and self.events.is_repeated(event)

    async def is_ours(self, body: dict[str, Any]) -> bool:
        """Return whether this process is the one to handle a payload."""
        event = self._event_of(body)
        return not event or await self.events.is_ours(event)

    def _event_of(self, body: dict[str, Any]) -> str:
        """Return what is the same each time a payload is delivered, "" if nothing is.

        A command that comes again over HTTP was not answered: a process was killed, and a balancer
        asks another one.
        """
        if self.holds(body):
            return ""
        return body.get("event_id") or body.get("trigger_id") or ""


def _bind(
    read: Callable[[dict[str, Any], AsyncBoltContext, AsyncAck], Interaction],
    door: _Door,
    in_flight: InFlight,
    locales: Locales,
    listener: Listener,
    *,
    acknowledges: bool = False,
    answers: bool = True,
) -> _BoltListener:
    """Bind a listener, which `answers` a member, in their language.

    Unless it `acknowledges` itself, only one process runs it.
    """

    async def run(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> None:
        with in_flight:
            interaction = read(body, context, ack)
            reader = interaction.asker.recipient if answers else None
            locales.look_up(reader)
            if door.holds(body):
                async with _holding(interaction):
                    await answer(interaction, reader)
                return
            if not acknowledges:
                await ack()
                if not await door.is_ours(body):
                    return
            await answer(interaction, reader)

    async def answer(interaction: Interaction, reader: Recipient | None) -> None:
        with speaking(await locales.language_of(reader)):
            await run_listener(listener, interaction)

    return run


@asynccontextmanager
async def _holding(interaction: Interaction) -> AsyncIterator[None]:
    """Acknowledge at the end, but not too late."""
    interaction.holds_ack = True
    late = asyncio.create_task(_acknowledge(interaction, _HOLDING_SECONDS))
    try:
        yield
    finally:
        late.cancel()
        await _acknowledge(interaction)


async def _acknowledge(interaction: Interaction, seconds: float = 0.0) -> None:
    """Acknowledge after some seconds, unless that is done by then."""
    await asyncio.sleep(seconds)
    if interaction.ack.response is None:
        await interaction.ack()


def _ignore_retries(door: _Door) -> _Middleware:
    """Build the middleware that acknowledges payloads that Slack retries, and ignores them."""

    async def once(
        body: dict[str, Any], ack: AsyncAck, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        if door.is_repeated(body):
            return await ack()
        await next_()
        return None

    return once


def _register(app: AsyncApp, bind: Callable[..., _BoltListener]) -> None:
    for command, listener in COMMANDS.items():
        app.command(command)(bind(listener))
    for event, listener in EVENTS.items():
        app.event(event)(bind(listener, answers=event not in UNANSWERED))
    for shortcut, listener in MESSAGE_SHORTCUTS.items():
        app.message_shortcut(shortcut)(bind(listener))
    for shortcut, listener in GLOBAL_SHORTCUTS.items():
        app.global_shortcut(shortcut)(bind(listener))
    for view, listener in VIEWS.items():
        app.view_submission(view)(bind(listener, acknowledges=True))
    for menu, listener in OPTIONS.items():
        app.options(menu)(bind(listener, acknowledges=True))
    # Whatever its id, so that buttons of another version are answered too.
    app.block_action(re.compile(""))(bind(handle_action))


async def _name_workspace(
    body: dict[str, Any], context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]
) -> None:
    """Take the workspace from elsewhere in a payload where Bolt finds none, else its organization.

    That is so where the app is installed for a whole organization.
    """
    if not context.team_id:
        context["team_id"] = body.get("team_id") or context.enterprise_id
    await next_()


def _bolt_app(clients: Clients, signing_secret: str) -> AsyncApp:
    """Build Bolt's app, which neither calls auth.test nor reads the environment."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        token = await clients.find_token(team_id or "", enterprise_id or "")
        if not token:
            return None
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    client = clients.model
    # Bolt would warn that it ignores the token in favour of `authorize`.
    own = copy(client)
    own.token = None
    with unseen("SLACK_"):
        app = AsyncApp(
            name=__name__,
            client=own,
            before_authorize=_name_workspace,
            authorize=authorize,  # type: ignore[arg-type] # it takes None, too
            signing_secret=signing_secret,
            user_facing_authorize_error_message=_not_installed(),
        )
    own.token = client.token
    return app


def _not_installed() -> str:
    reason = gettext("I am not installed in this workspace.")
    return f"{reason} {gettext(INSTALL_AGAIN)}"


@contextmanager
def unseen(prefix: str) -> Iterator[None]:
    """Hide variables that would make Bolt use OAuth or other tokens."""
    hidden = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith(prefix)}
    try:
        yield
    finally:
        os.environ.update(hidden)


async def _reject_payload(error: Exception) -> BoltResponse:
    """Handle what fails before a listener runs: our part, or Bolt, which cannot read a payload."""
    if isinstance(error, AirquoteError):
        _log.error("A payload could not be handled. %s", error)
        return BoltResponse(status=503, body="")
    _log.warning("A payload could not be parsed: %s", type(error).__name__)
    return BoltResponse(status=400, body="")
